// The side of each actor: the United States, Pakistan, or a third one.
#ifndef RELATA_DATASET_ACTOR_SIDES_H
#define RELATA_DATASET_ACTOR_SIDES_H

#include "storage/database.h"

// Updates the table `actor_side` for REVISION, the newest one written, if it changed actors. Runs
// within the writer's transaction. False on failure: see database_failure.
bool actor_sides_update(struct database *database, int64_t revision);

#endif
