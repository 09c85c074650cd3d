// The links of an answer: in its body by name, in the header Link by relation (RFC 8288).
#ifndef RELATA_HTTP_LINKS_H
#define RELATA_HTTP_LINKS_H

#include "http/response.h"

struct link {
    const char *name;     // in the body; NULL: only in the header
    const char *relation; // in the header: the value of rel=""
    const char *address;  // NULL: null in the body, nothing in the header
};

// Writes `,"links":{...}` and sets Link, with BASE before every address that is a path. The header
// always has the next page, which answers without an envelope have nowhere else, and as many others
// as fit into 8 KiB.
void links_write(const char *base, const struct link *links, size_t count,
                 struct response *response, struct buffer *out);

// Sets only the header Link.
void links_tell(const char *base, const struct link *links, size_t count,
                struct response *response);

#endif
