// Finishes an answer: its headers of caching, and its coding where the client takes one.
#ifndef RELATA_HTTP_RESPONSE_FINISH_H
#define RELATA_HTTP_RESPONSE_FINISH_H

#include "http/request.h"
#include "http/response.h"

// Whether ACCEPT_ENCODING (RFC 9110, 12.5.3), or NULL, prefers gzip to plain bytes.
bool response_finish_compresses(const char *accept_encoding);

// Puts the headers that follow from the response's tag and times on it, and packs its body where
// the client wants that. False when memory ends.
bool response_finish(const struct request *request, struct response *response);

#endif
