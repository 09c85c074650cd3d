// Converts prices between years with the Consumer Price Index for All Urban Consumers.
#ifndef RELATA_AID_PRICE_INDEX_H
#define RELATA_AID_PRICE_INDEX_H

#include "aid/money.h"
#include "dates/fiscal_year.h"

// The mean index of the calendar year BASE_YEAR divided by the mean over the months FIRST to LAST
// (see calendar.h). False if the series lacks any of these months.
bool price_index_factor(int base_year, int first, int last, struct ratio *ret_factor);

// Whether the series has every month of the calendar year.
bool price_index_year(int year);

// The first and last complete calendar year and fiscal year of the series.
struct price_index_range {
    int first, last, first_fiscal, last_fiscal;
};
struct price_index_range price_index_range(void);

#endif
