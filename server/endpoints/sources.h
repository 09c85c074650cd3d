// The works that the dataset and its records rest on, as citations credit them.
#ifndef RELATA_ENDPOINTS_SOURCES_H
#define RELATA_ENDPOINTS_SOURCES_H

#include "endpoints/call.h"
#include "query/query.h"

// The works that CORPUS is drawn from at REVISION, as CSL-JSON: the paper, the official records, or
// both, the paper first. A list, a new reference; NULL when memory ends or the database fails.
json_t *sources_of_dataset(const struct call *call, const struct revision *revision,
                           enum corpus corpus);

// The official records that RECORD (its key) cites, or that it is; none of a record of the paper.
json_t *sources_of_official(const struct call *call, const struct revision *revision,
                            int64_t record);

// Notes in IDS, an object, the works that a citation of RECORD rests on: the official records that
// it cites or is, as their ids, else the paper as "". False when memory ends or the database fails.
bool sources_note(const struct call *call, int64_t revision, int64_t record, json_t *ids);

// The works noted in IDS, the paper first. A new reference.
json_t *sources_noted(const struct call *call, const struct revision *revision, const json_t *ids);

// The works but the paper that RECORD cites, likewise.
json_t *sources_of_record(const struct call *call, const struct revision *revision, int64_t record);

// Adds `based on WORKS, as read in SOURCES`; nothing without SOURCES. WORKS may be NULL.
void sources_write(const json_t *sources, const json_t *works, struct buffer *out);

#endif
