// The monotonic clock, for measuring intervals; not the time of day.
#ifndef RELATA_BASE_CLOCK_H
#define RELATA_BASE_CLOCK_H

#include <stdint.h>

int64_t clock_microseconds(void);
int64_t clock_milliseconds(void);
// The same but a few milliseconds coarse, at a fifth of the cost.
int64_t clock_milliseconds_coarse(void);

#endif
