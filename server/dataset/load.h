// Loads a dataset into the database as its next revision, or not at all.
#ifndef RELATA_DATASET_LOAD_H
#define RELATA_DATASET_LOAD_H

#include "contract/openapi.h"
#include "storage/database.h"
#include "storage/revision.h"

enum load_line {
    LOAD_FAULT,      // a place and what is wrong there
    LOAD_DIFFERENCE, // what would change, in a dry run
    LOAD_WARNING
};

enum load_result {
    LOAD_DONE,
    LOAD_UNCHANGED, // the database already has this dataset
    LOAD_REFUSED,   // faults were reported; nothing was written
    LOAD_LOCKED,    // another process is writing
    LOAD_FAILED     // see database_failure_text
};

struct load_outcome {
    enum load_result result;
    struct revision revision; // the newest one afterwards
    bool draft;               // this load made it, and it is not a release
    int64_t added, changed, removed;
    int64_t faults;
};

struct load_options {
    bool dry_run;
    bool draft;      // accept a changed dataset without publishing it: see release.h
    const char *now; // RFC 3339 in UTC: releases dated later are refused; NULL for no limit
    void (*say)(void *context, enum load_line kind, const char *text);
    void *context;
};

// Loads DIR as the complete dataset: records that it lacks are removed. Revisions in DIR/history
// that the database does not have come first. All or nothing. A changed dataset needs a version
// later than any in the database; a later version of an unchanged dataset becomes a revision
// without changes.
void load_dataset(struct database *database, const struct openapi *spec, const char *dir,
                  const struct load_options *options, struct load_outcome *ret_outcome);

enum dump_result { DUMP_DONE, DUMP_REFUSED, DUMP_FAILED };

// Writes the dataset to DIR, which is created if missing: the inverse of load_dataset, including
// the history. release.json is that of the last release; later drafts are in the history.
// LOAD_REFUSED if files in DIR hold anything that the database does not know (see unsaved.h),
// unless FORCE. RET_REASON says why it was not done.
enum dump_result dump_dataset(struct database *database, const struct openapi *spec,
                              const char *dir, bool force, char ret_reason[static 512]);

#endif
