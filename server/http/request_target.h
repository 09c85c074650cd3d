// Reads the target of a request in any of its forms (RFC 9112, 3.2).
#ifndef RELATA_HTTP_REQUEST_TARGET_H
#define RELATA_HTTP_REQUEST_TARGET_H

#include <stdbool.h>

#include "base/buffer.h"

// Whether TEXT is one host with or without a port, as `Host` must be (RFC 9112, 3.2; RFC 3986,
// 3.2.2): a name, which may be empty, or an address. A name with a comma is refused, because that
// is what two joined Host headers look like.
bool request_target_is_host(const char *text);

// Appends the path and query of TARGET to OUT. `http://host/path?query`, the form sent to proxies,
// is reduced to its path and query; anything else is copied unchanged.
void request_target_add(const char *target, struct buffer *out);

#endif
