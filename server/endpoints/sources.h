// The works that the dataset and its records are based on, as credited in citations.
#ifndef RELATA_ENDPOINTS_SOURCES_H
#define RELATA_ENDPOINTS_SOURCES_H

#include "endpoints/call.h"
#include "query/query.h"

// The works from which CORPUS is compiled at REVISION, as CSL-JSON: the paper, the official
// records, or both with the paper first. A list, a new reference; NULL if memory runs out or the
// database fails.
json_t *sources_of_dataset(const struct call *call, const struct revision *revision,
                           enum corpus corpus);

// The official records that RECORD (its key) cites or is; empty for a record of the paper.
json_t *sources_of_official(const struct call *call, const struct revision *revision,
                            int64_t record);

// Adds to the object IDS the works that a citation of RECORD is based on: the ids of the official
// records that it cites or is, or else "" for the paper. False if memory runs out or the database
// fails.
bool sources_note(const struct call *call, int64_t revision, int64_t record, json_t *ids);

// The works collected in IDS, the paper first. A new reference.
json_t *sources_noted(const struct call *call, const struct revision *revision, const json_t *ids);

// The works other than the paper that RECORD cites.
json_t *sources_of_record(const struct call *call, const struct revision *revision, int64_t record);

// Adds `based on WORKS, as read in SOURCES`; nothing if there are no SOURCES. WORKS may be NULL.
void sources_write(const json_t *sources, const json_t *works, struct buffer *out);

#endif
