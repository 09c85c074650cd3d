// Records as linked data: JSON-LD with the vocabulary of schema.org.
#ifndef RELATA_FORMATS_LINKED_DATA_H
#define RELATA_FORMATS_LINKED_DATA_H

#include "base/buffer.h"
#include "base/json.h"
#include "model/collection.h"

// Where a record is served, and under which licence.
struct linked_context {
    const char *public_url;
    const char *licence;  // its address
    const char *revision; // the short hash of the revision since which the record is as it is
};

// What RECORD describes, given as served but with plain paths: the thing under its own address
// (`.../actors/pakistan#actor`), with the record as `subjectOf`. Dates are those that were printed,
// never derived bounds. A new reference; NULL if memory runs out.
json_t *linked_data_record(const struct collection *collection, const json_t *record,
                           const struct linked_context *context);

// The work that the CSL-JSON CSL describes, without a context. A new reference; NULL if memory runs
// out.
json_t *linked_data_work(const json_t *csl);

// Adds the address of the class of the records of COLLECTION.
void linked_data_class(const struct collection *collection, struct buffer *out);

#endif
