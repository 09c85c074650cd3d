// What the service takes of memory where all its bounds are reached at once, held beside what the
// system lets it have.
#ifndef RELATA_CLI_MEMORY_BOUNDS_H
#define RELATA_CLI_MEMORY_BOUNDS_H

#include <stdint.h>

#include "cli/settings.h"

enum { MEMORY_ADVICE_SIZE = 256 };

// In bytes, as docs/operations.md tells it.
int64_t memory_bounds_sum(const struct settings *settings);

// The bytes that the control group of this process (version 1 or 2), or one around it, allows;
// INT64_MAX for any number. ROOT stands before all paths, "" for the system's own.
int64_t memory_bounds_limit(const char *root);

// Whether SETTINGS fit LIMIT; where they do not, RET_ADVICE says which one to lower, and how far.
bool memory_bounds_fit(const struct settings *settings, int64_t limit,
                       char ret_advice[static MEMORY_ADVICE_SIZE]);

#endif
