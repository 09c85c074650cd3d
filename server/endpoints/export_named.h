// The records of the other corpus that an archive of one corpus must hold, too.
#ifndef RELATA_ENDPOINTS_EXPORT_NAMED_H
#define RELATA_ENDPOINTS_EXPORT_NAMED_H

#include "endpoints/call.h"
#include "query/query.h"

// Whom the records of CORPUS, and those that are of no corpus but in every archive, name at
// REVISION, and whom these name in turn, as far as they are of the other corpus: a new object with
// a key `type/id` for each. It has none for both corpora. NULL on failure, of which the call's
// problem tells.
json_t *export_named_read(struct call *call, const struct revision *revision, enum corpus corpus);

// Whether RECORD, of a collection that is divided by corpus, is in an archive of CORPUS that must
// hold NAMED.
bool export_named_keeps(const json_t *named, enum corpus corpus, const json_t *record);

#endif
