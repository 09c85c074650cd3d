// Of which corpus a call asks for records: the paper's, the official one, or both.
#ifndef RELATA_ENDPOINTS_CORPUS_H
#define RELATA_ENDPOINTS_CORPUS_H

#include "endpoints/call.h"
#include "query/query.h"

// The name of the corpus with the number I; NULL behind the last.
const char *corpus_name(size_t i);

// What a request for CORPUS says, such as `paper,official`.
const char *corpus_list(enum corpus corpus);

// What ARGUMENTS of CALL's operation ask for, else what the contract says; CORPUS_ANY where the
// operation knows no corpus.
enum corpus corpus_asked(const struct call *call, const json_t *arguments);

// Whether COLLECTION is told apart by corpus: eras and themes are the paper's.
bool corpus_divides(const struct collection *collection);

// Adds `corpus=...` behind the character BEFORE where the call asks for another corpus than it
// would get anyway.
void corpus_write(const struct call *call, char before, struct buffer *out);

#endif
