// Finishes an answer: its headers of caching, and its coding where the client takes one.
#ifndef RELATA_ENCODE_H
#define RELATA_ENCODE_H

#include "http/message.h"

// Whether ACCEPT_ENCODING (RFC 9110, 12.5.3), or NULL, prefers gzip to plain bytes.
bool encode_is_wanted(const char *accept_encoding);

// Puts the headers that follow from the response's tag and times on it, and packs its body where
// the client wants that. False when memory ends.
bool encode_finish(const struct request *request, struct response *response);

#endif
