// A request as a plain value, with no socket behind it.
#ifndef RELATA_HTTP_REQUEST_H
#define RELATA_HTTP_REQUEST_H

#include <stdbool.h>

struct metrics;

// Everything is borrowed; a header that was not sent is NULL, one sent more than once is joined by
// commas.
struct request {
    const char *method;
    const char *target; // as it came: path and query, nothing decoded
    const char *if_none_match;
    const char *if_modified_since;
    const char *accept;
    const char *accept_encoding;
    bool hurried;                  // others wait: what takes long is not begun, see `left`
    const struct metrics *metrics; // what the service counted so far, or NULL
};

#endif
