// Aid added up: what it can be grouped by.
#ifndef RELATA_ENDPOINTS_AID_TOTALS_H
#define RELATA_ENDPOINTS_AID_TOTALS_H

#include <stddef.h>

// The name of series key number I, from 0 on; NULL after the last.
const char *aid_totals_series_key_name(size_t i);
// The same for the step of a series (`by`).
const char *aid_totals_by_name(size_t i);

#endif
