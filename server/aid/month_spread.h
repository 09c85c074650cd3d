// An amount spread evenly over the months for which it is meant, each year's share in the prices of
// a base year.
#ifndef RELATA_AID_MONTH_SPREAD_H
#define RELATA_AID_MONTH_SPREAD_H

#include "aid/price_index.h"

// The months of an amount. Where the source counts in fiscal years, so do the prices.
struct month_spread_span {
    int first, last; // months: see calendar.h
    bool fiscal;
};

// What falls to months of one fiscal and one calendar year.
struct spread_slice {
    const struct fiscal_year *fiscal; // NULL outside the table
    int year;
    bool by_fiscal; // whose mean the factor takes
    int months;
    struct ratio factor; // 1/1 without a base year
    money_cents amount;  // after the factor
};

struct month_spread {
    struct spread_slice *slices; // in order of time
    size_t count;
    money_cents amount; // of all slices
};

enum month_spread_result { SPREAD_DONE, SPREAD_OUTSIDE, SPREAD_MEMORY };

// Spreads DOLLARS; a BASE_YEAR of 0 leaves prices as they are. SPREAD_OUTSIDE where the series has
// not all months of a year that is needed, which *RET_MISSING then lies in. *RET_SPREAD is to be
// freed with month_spread_cleanup.
enum month_spread_result month_spread_make(int64_t dollars, struct month_spread_span span,
                                           int base_year, struct month_spread *ret_spread,
                                           int *ret_missing);
void month_spread_cleanup(struct month_spread *spread);

// Whether the amount falls to more than one of the years that its source counts in.
bool month_spread_is_several(struct month_spread_span span);

#endif
