// The monotonic clock: times to compare with each other, not to show.
#ifndef RELATA_BASE_CLOCK_H
#define RELATA_BASE_CLOCK_H

#include <stdint.h>

int64_t clock_microseconds(void);
int64_t clock_milliseconds(void);
// The same, some milliseconds old, for a fifth of the price.
int64_t clock_milliseconds_coarse(void);

#endif
