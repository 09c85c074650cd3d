// Renderings: the JSON of each record as it is served, made when a revision is written.
#ifndef RELATA_DATASET_RENDERING_H
#define RELATA_DATASET_RENDERING_H

#include "contract/openapi.h"
#include "storage/database.h"
#include "storage/revision.h"

// Renders what REVISION, which must be the newest one written, has changed: the changed records,
// those that show their names, and those whose counts change. Runs within the writer's transaction.
// False on failure: see database_failure.
bool rendering_revision(struct database *database, const struct openapi *spec,
                        const struct revision *revision);

// Makes all renderings of all revisions again if they have another REPRESENTATION.
bool rendering_outdated(struct database *database, const struct openapi *spec);

// Makes all of them again, within the caller's transaction.
bool rendering_all(struct database *database, const struct openapi *spec);

#endif
