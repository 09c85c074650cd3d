// Checks a database from the inside: is what it holds what it says?
#ifndef RELATA_DATASET_VERIFY_H
#define RELATA_DATASET_VERIFY_H

#include "contract/openapi.h"
#include "storage/database.h"

// SQLite's structure and foreign keys, and the chain of hashes; where DEEP also renderings,
// columns, entries and words against versions. Calls REPORT for every finding and returns their
// number.
size_t verify_database(struct database *database, const struct openapi *spec, bool deep,
                       void (*report)(void *context, const char *finding), void *context);

#endif
