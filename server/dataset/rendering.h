// Renderings: each record as readers get it, made from versions when a revision is written.
#ifndef RELATA_DATASET_RENDERING_H
#define RELATA_DATASET_RENDERING_H

#include "contract/openapi.h"
#include "storage/database.h"
#include "storage/revision.h"

// Renders what REVISION, which must be the newest written, has changed: the records themselves,
// those that show their names, and those whose counts they change. Within the writer's transaction.
// False on failure: see database_failure.
bool rendering_revision(struct database *database, const struct openapi *spec,
                        const struct revision *revision);

// Makes all renderings of all revisions anew where they are of another representation.
bool rendering_outdated(struct database *database, const struct openapi *spec);

// Makes all of them anew, within the caller's transaction.
bool rendering_all(struct database *database, const struct openapi *spec);

#endif
