// Reads the clocks of Linux.
#include "base/clock.h"

#include <time.h>

static int64_t microseconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_microseconds(void)
{
    return microseconds(CLOCK_MONOTONIC);
}

int64_t clock_milliseconds(void)
{
    return clock_microseconds() / 1000;
}

int64_t clock_milliseconds_coarse(void)
{
    return microseconds(CLOCK_MONOTONIC_COARSE) / 1000;
}
