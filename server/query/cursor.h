// Cursors: a place in a list that pins its filters, sort, revision and total, so that pages fit
// together while editors work.
//
// On the wire: base64url (RFC 4648, 5) of a signature and a JSON array. Who lacks the database's
// key cannot write one.
#ifndef RELATA_QUERY_CURSOR_H
#define RELATA_QUERY_CURSOR_H

#include <stdbool.h>

#include "base/json.h"

struct cursor {
    const char *address;  // of the list, with filters and sort in canonical form
    const char *revision; // the first digits of its hash
    json_int_t total;
    json_int_t undated;     // how many records a date filter left out for having none
    const json_t *position; // see struct query
    bool backward;
};

// A cursor must fit into an address: a text of the position that is longer stands in it as false.
enum { CURSOR_TEXT_MAX = 200 };

// Signed with KEY (see cursor_key.h); to be freed by the caller, NULL when memory ends.
char *cursor_write(const struct cursor *cursor, const char *key);

// Reads TEXT; *RET_CURSOR borrows from the value returned, which the caller releases. NULL where
// TEXT is no cursor that was signed with KEY.
json_t *cursor_read(const char *text, const char *key, struct cursor *ret_cursor);

#endif
