// Shows where a record matches a search.
#ifndef RELATA_QUERY_HIGHLIGHTS_H
#define RELATA_QUERY_HIGHLIGHTS_H

#include "base/buffer.h"
#include "storage/database.h"

// Where a document matches, as reported by the query that found it: the bytes from places() in
// full_text.c, or NULL if it did not.
struct highlight_places {
    const char *bytes;
    size_t length;
};

// Writes an object with the fields in which document KEY matches EXPRESSION: HTML, escaped except
// for <mark> around matches. Of the names only those that match, without duplicates. False on
// failure.
bool highlights_write(struct database *database, const char *expression, int64_t key,
                      struct highlight_places places, struct buffer *out);

#endif
