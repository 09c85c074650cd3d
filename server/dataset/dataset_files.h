// A dataset in a folder: release.json, one JSON array a collection, and history/ with the revisions
// before. DIR is that folder, or NULL for the shipped dataset, which is part of the program.
//
// Files are read one record at a time, so that memory does not grow with the dataset.
#ifndef RELATA_DATASET_DATASET_FILES_H
#define RELATA_DATASET_DATASET_FILES_H

#include "contract/openapi.h"
#include "model/collection.h"

// Receives what is wrong with a file: PLACE is the file and, behind `#`, a JSON pointer (RFC 6901).
struct dataset_reader {
    const struct openapi *spec;
    void (*fault)(void *context, const char *place, const char *detail);
    // A record that is valid by its schema, borrowed. False to stop.
    bool (*record)(void *context, const struct collection *collection, const json_t *record,
                   const char *place);
    void *context;
    // A record that had a fault; NULL where a file could not be read to its end. May be NULL.
    void (*spoiled)(void *context, const struct collection *collection, const json_t *record);
};

// Whether there is a folder DIR; false, with errno, where there is none.
bool dataset_files_there(const char *dir);

// DIR/release.json: a new reference, NULL after a fault.
json_t *dataset_files_release(const struct dataset_reader *reader, const char *dir);

// Gives every record of DIR/NAME.json to the reader; false only when the reader said stop. A
// missing file is a fault.
bool dataset_files_collection(const struct dataset_reader *reader, const char *dir,
                              const struct collection *collection);

// DIR/history/NUMBER.json: a new reference, NULL where there is none or after a fault (RET_FAULT
// says which).
json_t *dataset_files_history(const struct dataset_reader *reader, const char *dir, int64_t number,
                              bool *ret_fault);

// Whether DIR/history has no revision after NUMBER.
bool dataset_files_history_ends(const char *dir, int64_t number);

// Gives every record of a value such as dataset_files_history returns, its `put`, to the reader.
bool dataset_files_history_records(const struct dataset_reader *reader, const json_t *history,
                                   int64_t number);

#endif
