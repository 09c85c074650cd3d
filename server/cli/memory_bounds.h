// The memory that the service takes if all limits are reached at once, compared with what the
// system allows it.
#ifndef RELATA_CLI_MEMORY_BOUNDS_H
#define RELATA_CLI_MEMORY_BOUNDS_H

#include <stdint.h>

#include "cli/settings.h"

enum { MEMORY_ADVICE_SIZE = 256 };

// In bytes, as explained in docs/operations.md.
int64_t memory_bounds_sum(const struct settings *settings);

// The bytes that the control group of this process (version 1 or 2), or one around it, allows;
// INT64_MAX if unlimited. ROOT is put before all paths; "" for the real system.
int64_t memory_bounds_limit(const char *root);

// Whether SETTINGS fit LIMIT. If not, RET_ADVICE says which one to lower, and to what.
bool memory_bounds_fit(const struct settings *settings, int64_t limit,
                       char ret_advice[static MEMORY_ADVICE_SIZE]);

#endif
