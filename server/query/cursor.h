// Cursors: a position in a list that fixes its filters, order, revision and total, so that pages
// fit together while the dataset changes.
//
// On the wire: base64url (RFC 4648, section 5) of a signature and a JSON array. Without the
// database's key nobody can make one.
#ifndef RELATA_QUERY_CURSOR_H
#define RELATA_QUERY_CURSOR_H

#include <stdbool.h>

#include "base/json.h"

struct cursor {
    const char *address;  // of the list, with canonical filters and order
    const char *revision; // the first digits of its hash
    json_int_t total;
    json_int_t undated;     // how many records without a date a date filter left out
    const json_t *position; // see struct query
    bool backward;
};

// A cursor must fit into an address, so a longer text in the position is written as false.
enum { CURSOR_TEXT_MAX = 200 };

// Signed with KEY (see cursor_key.h). The caller frees it; NULL if memory runs out.
char *cursor_write(const struct cursor *cursor, const char *key);

// Reads TEXT. *RET_CURSOR borrows from the returned value, which the caller releases. NULL if TEXT
// is not a cursor signed with KEY.
json_t *cursor_read(const char *text, const char *key, struct cursor *ret_cursor);

#endif
