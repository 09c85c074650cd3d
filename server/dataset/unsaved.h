// What a folder holds of a dataset that the database does not know, so that a dump would lose it.
#ifndef RELATA_DATASET_UNSAVED_H
#define RELATA_DATASET_UNSAVED_H

#include "contract/openapi.h"
#include "storage/database.h"

// Whether something in DIR is in no revision of the database: a file that is no part of a dataset,
// a record as no revision has it, a release or a history that is not the database's. RET_FOUND is
// the first such thing. On a failure (see database_failure) it is true.
bool unsaved_find(struct database *database, const struct openapi *spec, const char *dir,
                  char ret_found[static 512]);

#endif
