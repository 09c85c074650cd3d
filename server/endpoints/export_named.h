// The records of the other corpus that an archive of one corpus must include.
#ifndef RELATA_ENDPOINTS_EXPORT_NAMED_H
#define RELATA_ENDPOINTS_EXPORT_NAMED_H

#include "endpoints/call.h"
#include "query/query.h"

// The records of the other corpus that are referred to, directly or indirectly, at REVISION by the
// records of CORPUS and by those that every archive includes: a new object with a key `type/id` for
// each. Empty if CORPUS means both. NULL on failure, with the call's problem set.
json_t *export_named_read(struct call *call, const struct revision *revision, enum corpus corpus);

// Whether an archive of CORPUS that must include NAMED contains RECORD, from a collection that is
// divided by corpus.
bool export_named_keeps(const json_t *named, enum corpus corpus, const json_t *record);

#endif
