// The corpus that a call asks for: the paper's records, official ones, or both.
#ifndef RELATA_ENDPOINTS_CORPUS_H
#define RELATA_ENDPOINTS_CORPUS_H

#include "endpoints/call.h"
#include "query/query.h"

// The name of corpus number I; NULL after the last.
const char *corpus_name(size_t i);

// The value of the parameter for CORPUS, such as `paper,official`.
const char *corpus_list(enum corpus corpus);

// The corpus that ARGUMENTS ask for, or else the contract's default; CORPUS_ANY if the call's
// operation has no such parameter.
enum corpus corpus_asked(const struct call *call, const json_t *arguments);

// Whether COLLECTION is divided by corpus; all eras and themes belong to the paper.
bool corpus_divides(const struct collection *collection);

// Adds `corpus=...` after the character BEFORE if the call asks for a corpus other than the
// default.
void corpus_write(const struct call *call, char before, struct buffer *out);

#endif
