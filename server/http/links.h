// The links of an answer: in its body by name, in the header Link by relation (RFC 8288).
#ifndef RELATA_HTTP_LINKS_H
#define RELATA_HTTP_LINKS_H

#include "http/response.h"

struct link {
    const char *name;     // in the body; NULL: in the header alone
    const char *relation; // in the header: what stands in rel=""
    const char *address;  // NULL: null in the body, nothing in the header
};

// Writes `,"links":{...}` and sets Link, with BASE before every address that is a path. The header
// has the next page, which nothing else tells where there is no envelope, and of the others those
// with which it stays within 8 KiB.
void links_write(const char *base, const struct link *links, size_t count,
                 struct response *response, struct buffer *out);

// Sets Link alone.
void links_tell(const char *base, const struct link *links, size_t count,
                struct response *response);

#endif
