// Checks a database from the inside: is what it holds what it says?
#ifndef RELATA_CHECK_H
#define RELATA_CHECK_H

#include "contract/openapi.h"
#include "storage/database.h"

// SQLite's structure and foreign keys, and the chain of hashes; where DEEP also renderings,
// columns, entries and words against versions. Calls REPORT for every finding and returns their
// number.
size_t check_database(struct database *database, const struct spec *spec, bool deep,
                      void (*report)(void *context, const char *finding), void *context);

#endif
