// Counts events by time.
#ifndef RELATA_ENDPOINTS_TIMELINE_H
#define RELATA_ENDPOINTS_TIMELINE_H

#include <stddef.h>

// The name of division number I (`by`), from 0 on; NULL after the last.
const char *timeline_by_name(size_t i);

#endif
