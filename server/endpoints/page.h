// The records of a list's answer while it is made: one page, or all of them piece by piece.
#ifndef RELATA_ENDPOINTS_PAGE_H
#define RELATA_ENDPOINTS_PAGE_H

#include "endpoints/include.h"
#include "endpoints/record_writer.h"
#include "endpoints/selection.h"

struct page {
    struct selection selection;
    struct inclusion inclusion;
    struct record_writer writer;
    struct buffer body;
    int64_t returned;
    bool more;            // another record follows the page's last, in the direction of the query
    json_t *first, *last; // positions; LAST only for a full page
    char *next, *prev;    // the paths of the neighbouring pages, or NULL
    char **backward_rows; // the texts of a page that is read from its end
};

void page_cleanup(struct page *page);

// Writes the record of ROW as JSON; for a search with its highlights, or as a hit. False on failure
// of the database.
bool page_record(const struct page *page, const struct query_row *row, struct buffer *out);

#endif
