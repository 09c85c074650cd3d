// Records as linked data: JSON-LD in the words of schema.org.
#ifndef RELATA_FORMATS_LINKED_DATA_H
#define RELATA_FORMATS_LINKED_DATA_H

#include "base/buffer.h"
#include "base/json.h"
#include "model/collection.h"

// Where a record is served, and under which terms.
struct linked_context {
    const char *public_url;
    const char *licence;  // its address
    const char *revision; // the short hash of that from which the record is as it is
};

// What RECORD, as served but with plain paths, tells about: the thing by its own address
// (`.../actors/pakistan#actor`), with the record that tells it as `subjectOf`. Dates are those that
// are printed, never the bounds that we derive. A new reference; NULL when memory ends.
json_t *linked_data_record(const struct collection *collection, const json_t *record,
                           const struct linked_context *context);

// The work that the CSL-JSON CSL describes, without its context. A new reference; NULL when memory
// ends.
json_t *linked_data_work(const json_t *csl);

// Adds the address of the class that the records of COLLECTION are of.
void linked_data_class(const struct collection *collection, struct buffer *out);

#endif
