// Finishes an answer: its caching headers, and compression if the client accepts it.
#ifndef RELATA_HTTP_RESPONSE_FINISH_H
#define RELATA_HTTP_RESPONSE_FINISH_H

#include "http/request.h"
#include "http/response.h"

// Whether ACCEPT_ENCODING (RFC 9110, 12.5.3; may be NULL) prefers gzip to no compression.
bool response_finish_compresses(const char *accept_encoding);

// Sets the headers that follow from the response's tag and times, and compresses its body if the
// client wants that. False if memory runs out.
bool response_finish(const struct request *request, struct response *response);

#endif
