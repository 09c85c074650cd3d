// A question to a collection, read from a call: what lists, the network and the timeline have in
// common.
#ifndef RELATA_ENDPOINTS_SELECTION_H
#define RELATA_ENDPOINTS_SELECTION_H

#include "endpoints/call.h"
#include "endpoints/include.h"
#include "endpoints/record_writer.h"
#include "query/query.h"

// A list on its way.
struct selection {
    struct call *call;
    json_t *arguments; // those of the call, with those that its cursor pins
    json_t *pinned;    // the cursor's value, from which the query borrows
    struct revision revision;
    char path[128]; // of the list, with the path's argument in it
    struct buffer match;
    json_t *record; // the key of the record whose changes are listed
    json_t *since;  // the number of a revision
    struct query query;
    int64_t total, undated; // of the cursor, else counted; -1 until then
    struct inclusion inclusion;
    struct record_writer writer;
    struct buffer body;
    int64_t returned;
    bool more;            // there is a record behind the page's last, in the direction of the query
    json_t *first, *last; // positions; the last of a full page only
    char **backward_rows; // the texts of a page that is read from its end
    // Of an aggregate: what it adds to `meta`, to its warnings and to their header, each item with
    // a comma before it.
    struct buffer meta, warnings, warning_header;
};

// Reads the call's arguments and cursor into LISTING, which must be {.call = call, .total = -1}
// with the query's collection set. To be released with selection_cleanup, whatever comes out.
enum err selection_read(struct selection *listing);
void selection_cleanup(struct selection *listing);

// Counts the records that match, unless a cursor brought the number.
enum err selection_count(struct selection *listing);

// The tag of the answer: it follows from the revision and the canonical request.
bool selection_tag(const struct selection *listing, char ret_tag[static DIGEST_HEX_SIZE]);

// Whether an argument belongs to the selection of records, which a cursor pins.
bool selection_argument_selects(const char *name);

// Writes the list's path and those ARGUMENTS that KEEP (NULL for all) lets stand.
void selection_address(const struct selection *listing, const json_t *arguments,
                       bool (*keep)(const char *name), struct buffer *out);
// The address of the same answer for ever.
void selection_permalink(const struct selection *listing, struct buffer *out);
// The address of the whole list as a table.
void selection_table(const struct selection *listing, struct buffer *out);

// Writes the record of ROW as JSON: with how it matches, where words are looked for, or as a hit.
// False on failure of the database.
bool selection_record(const struct selection *listing, const struct query_row *row,
                      struct buffer *out);

// Adds a warning of an aggregate about COUNT records, whose IDS are JSON texts with commas between
// them.
void selection_warn(struct selection *listing, const char *code, const char *detail, size_t count,
                    const struct buffer *ids);

// Writes `,"warnings":[...]` and sets the header that goes with it.
void selection_warnings(struct selection *listing, struct buffer *out);

#endif
