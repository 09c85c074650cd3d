// The files of a dataset in a folder: release.json, one JSON array per collection, history/ with
// earlier revisions, and official/ with a folder of records per official source. DIR is that
// folder, or NULL for the shipped dataset, which is part of the program.
//
// Files are read one record at a time, so memory does not grow with the dataset.
#ifndef RELATA_DATASET_DATASET_FILES_H
#define RELATA_DATASET_DATASET_FILES_H

#include "base/buffer.h"
#include "contract/openapi.h"
#include "model/collection.h"

// Receives each fault of a file. PLACE is the file, the line where the record begins, a JSON
// pointer (RFC 6901) and the record's id, as far as they are known: `events.json:12#/3/kind
// (an-id)`.
struct dataset_reader {
    const struct openapi *spec;
    void (*fault)(void *context, const char *place, const char *detail);
    // Receives a record that is valid by its schema, borrowed. False to stop.
    bool (*record)(void *context, const struct collection *collection, const json_t *record,
                   const char *place);
    void *context;
    // Receives a record with a fault, or NULL if a file could not be read to its end. The function
    // may be NULL.
    void (*invalid)(void *context, const struct collection *collection, const json_t *record);
};

// Whether DIR is a folder; false, with errno, if it does not exist.
bool dataset_files_there(const char *dir);

// Whether DIR has the file NAME.
bool dataset_files_has(const char *dir, const char *name);

// DIR/release.json: a new reference; NULL after a fault.
json_t *dataset_files_release(const struct dataset_reader *reader, const char *dir);

// Gives every record of DIR/NAME.json, then those of DIR/official/*/NAME.json, to the reader. False
// only if the reader stopped. Only the first file is required.
bool dataset_files_collection(const struct dataset_reader *reader, const char *dir,
                              const struct collection *collection);

// DIR/history/NUMBER.json: a new reference; NULL if it does not exist or after a fault (RET_FAULT
// tells which).
json_t *dataset_files_history(const struct dataset_reader *reader, const char *dir, int64_t number,
                              bool *ret_fault);

// Whether DIR/history has no revision after NUMBER.
bool dataset_files_history_ends(const char *dir, int64_t number);

// Writes TEXT to DIR/NAME atomically; false, with errno, on failure.
bool dataset_files_write(const char *dir, const char *name, struct buffer *text);

// The message for a finding; for the pattern of a version it explains what a version is.
const char *dataset_files_detail(const struct schema_finding *finding);

// Gives every record in `put` of a value returned by dataset_files_history to the reader.
bool dataset_files_history_records(const struct dataset_reader *reader, const json_t *history,
                                   int64_t number);

#endif
