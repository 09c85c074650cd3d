// Takes a dataset into the database as the next revision, or not at all.
#ifndef RELATA_DATASET_LOAD_H
#define RELATA_DATASET_LOAD_H

#include "contract/openapi.h"
#include "storage/database.h"
#include "storage/revision.h"

enum load_line {
    LOAD_FAULT,      // place and what is wrong there
    LOAD_DIFFERENCE, // what would change, in a dry run
    LOAD_WARNING
};

enum load_result {
    LOAD_DONE,
    LOAD_UNCHANGED, // the dataset is what the database has
    LOAD_REFUSED,   // faults were told; nothing was written
    LOAD_LOCKED,    // another process writes
    LOAD_FAILED     // database_failure_text says how
};

struct load_outcome {
    enum load_result result;
    struct revision revision; // the newest afterwards
    bool draft;               // it was made by this load, and is no release
    int64_t added, changed, removed;
    int64_t faults;
};

struct load_options {
    bool dry_run;
    bool draft;      // take a changed dataset without publishing it: see release.h
    const char *now; // RFC 3339, UTC: no release is of a later time; NULL for no bound
    void (*say)(void *context, enum load_line kind, const char *text);
    void *context;
};

// Takes DIR as the whole dataset: what it lacks, ends. Revisions in DIR/history that the database
// does not have yet come first. All or nothing. A changed dataset needs a version later than all
// that the database has; a later version of an equal one is a revision without records.
void load_dataset(struct database *database, const struct openapi *spec, const char *dir,
                  const struct load_options *options, struct load_outcome *ret_outcome);

enum dump_result { DUMP_DONE, DUMP_REFUSED, DUMP_FAILED };

// Writes the dataset to DIR, which is made where it is missing: the inverse of load_dataset,
// history included; release.json is that of the last release, drafts after it stand in the history.
// REFUSED where files of DIR hold what the database does not know (see unsaved.h), unless FORCE.
// RET_REASON says what kept it from being done.
enum dump_result dump_dataset(struct database *database, const struct openapi *spec,
                              const char *dir, bool force, char ret_reason[static 512]);

#endif
