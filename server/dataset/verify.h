// Checks a database for consistency, from its pages up to its renderings.
#ifndef RELATA_DATASET_VERIFY_H
#define RELATA_DATASET_VERIFY_H

#include "contract/openapi.h"
#include "storage/database.h"

// Checks SQLite's structure and foreign keys and the chain of hashes; if DEEP, also renderings,
// columns, entries and words against the versions. Calls REPORT for every finding and returns how
// many there were.
size_t verify_database(struct database *database, const struct openapi *spec, bool deep,
                       void (*report)(void *context, const char *finding), void *context);

#endif
