// Which side each actor is on: that of the United States, that of Pakistan, or a third one.
#ifndef RELATA_DATASET_ACTOR_SIDES_H
#define RELATA_DATASET_ACTOR_SIDES_H

#include "storage/database.h"

// Brings the table `actor_side` to REVISION, the newest written, where that changed actors. Within
// the writer's transaction. False on failure: see database_failure.
bool actor_sides_update(struct database *database, int64_t revision);

#endif
