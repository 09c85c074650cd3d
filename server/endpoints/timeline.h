// Events counted by time.
#ifndef RELATA_ENDPOINTS_TIMELINE_H
#define RELATA_ENDPOINTS_TIMELINE_H

#include <stddef.h>

// The name of the division of time (`by`) with the number I, from 0 on; NULL behind the last.
const char *timeline_by_name(size_t i);

#endif
