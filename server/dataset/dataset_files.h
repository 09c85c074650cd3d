// A dataset in a folder: release.json, one JSON array a collection, history/ with the revisions
// before, and official/, whose folders hold more records, a folder for each source. DIR is that
// folder, or NULL for the shipped dataset, which is part of the program.
//
// Files are read one record at a time, so that memory does not grow with the dataset.
#ifndef RELATA_DATASET_DATASET_FILES_H
#define RELATA_DATASET_DATASET_FILES_H

#include "base/buffer.h"
#include "contract/openapi.h"
#include "model/collection.h"

// Receives what is wrong with a file: PLACE is the file, the line on which the record begins, a
// JSON pointer (RFC 6901) and the record's id, as far as they are known: `events.json:12#/3/kind
// (an-id)`.
struct dataset_reader {
    const struct openapi *spec;
    void (*fault)(void *context, const char *place, const char *detail);
    // A record that is valid by its schema, borrowed. False to stop.
    bool (*record)(void *context, const struct collection *collection, const json_t *record,
                   const char *place);
    void *context;
    // A record that had a fault; NULL where a file could not be read to its end. May be NULL.
    void (*invalid)(void *context, const struct collection *collection, const json_t *record);
};

// Whether there is a folder DIR; false, with errno, where there is none.
bool dataset_files_there(const char *dir);

// Whether DIR has the file NAME.
bool dataset_files_has(const char *dir, const char *name);

// DIR/release.json: a new reference, NULL after a fault.
json_t *dataset_files_release(const struct dataset_reader *reader, const char *dir);

// Gives every record of DIR/NAME.json, then those of DIR/official/*/NAME.json, to the reader; false
// only when the reader said stop. Only the first file must be there.
bool dataset_files_collection(const struct dataset_reader *reader, const char *dir,
                              const struct collection *collection);

// DIR/history/NUMBER.json: a new reference, NULL where there is none or after a fault (RET_FAULT
// says which).
json_t *dataset_files_history(const struct dataset_reader *reader, const char *dir, int64_t number,
                              bool *ret_fault);

// Whether DIR/history has no revision after NUMBER.
bool dataset_files_history_ends(const char *dir, int64_t number);

// Puts TEXT into the file DIR/NAME, whole or not at all; false, with errno, where it cannot.
bool dataset_files_write(const char *dir, const char *name, struct buffer *text);

// What to tell of a finding: of a version's pattern, what a version is.
const char *dataset_files_detail(const struct schema_finding *finding);

// Gives every record of a value such as dataset_files_history returns, its `put`, to the reader.
bool dataset_files_history_records(const struct dataset_reader *reader, const json_t *history,
                                   int64_t number);

#endif
