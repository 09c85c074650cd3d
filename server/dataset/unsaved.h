// Finds data in a folder that the database does not have, so that a dump would overwrite it.
#ifndef RELATA_DATASET_UNSAVED_H
#define RELATA_DATASET_UNSAVED_H

#include "contract/openapi.h"
#include "storage/database.h"

// Whether DIR has something that is in no revision of the database: a file that is not part of a
// dataset, a record in a form that no revision has, another release or history. RET_FOUND names the
// first one. True also on failure (see database_failure).
bool unsaved_find(struct database *database, const struct openapi *spec, const char *dir,
                  char ret_found[static 512]);

#endif
