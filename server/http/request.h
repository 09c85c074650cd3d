// A request as a plain value, without a socket.
#ifndef RELATA_HTTP_REQUEST_H
#define RELATA_HTTP_REQUEST_H

#include <stdbool.h>

struct metrics;

// Everything is borrowed. A header that was not sent is NULL; one sent several times is joined by
// commas.
struct request {
    const char *method;
    const char *target; // as sent: path and query, not decoded
    const char *if_none_match;
    const char *if_modified_since;
    const char *accept;
    const char *accept_encoding;
    // others wait for this thread: slow work is not begun, see `left`
    bool hurried;
    const struct metrics *metrics; // the metrics of the service, or NULL
};

#endif
