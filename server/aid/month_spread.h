// The months for which amounts are meant, each year's share in the prices of a base year: spread
// evenly over them, or, of an act, lying in one of them that nobody knows.
#ifndef RELATA_SPREAD_H
#define RELATA_SPREAD_H

#include "aid/price_index.h"

// The months of an amount. Where the source counts in fiscal years, so do the prices.
struct month_spread_span {
    int first, last; // months: see calendar.h
    bool fiscal;
    bool act; // the amount lies somewhere in the months, whole
};

// What falls to months of one fiscal and one calendar year.
struct spread_slice {
    const struct fiscal_year *fiscal; // NULL outside the table
    int year;
    bool by_fiscal; // whose mean the factor takes
    int months;
    struct ratio factor; // 1/1 without a base year
};

struct month_spread {
    struct spread_slice *slices; // in order of time
    size_t count;
    bool act;
};

// What an amount comes to after the factors; of an act the mean over its months, and what it is at
// the prices of its cheapest and of its dearest year. All three are equal where it is no act.
struct month_spread_amounts {
    money_cents mean, least, greatest;
};

enum month_spread_result { SPREAD_DONE, SPREAD_OUTSIDE, SPREAD_MEMORY };

// A BASE_YEAR of 0 leaves prices as they are. SPREAD_OUTSIDE where the series has not all months of
// a year that is needed, which *RET_MISSING then lies in. *RET_SPREAD is to be freed with
// month_spread_cleanup.
enum month_spread_result month_spread_make(struct month_spread_span span, int base_year,
                                           struct month_spread *ret_spread, int *ret_missing);
void month_spread_cleanup(struct month_spread *spread);

// DOLLARS put where SPREAD says: all of it, each share to the cent.
struct month_spread_amounts month_spread_whole(const struct month_spread *spread, int64_t dollars);

// What of DOLLARS falls to one fiscal year; to NULL what falls outside the table of them. Of an act
// the months of that year have their share too.
money_cents month_spread_share(const struct month_spread *spread, int64_t dollars,
                               const struct fiscal_year *fiscal);

// Whether the months lie in more than one of the years that their source counts in.
bool month_spread_is_several(struct month_spread_span span);

#endif
