// Divides an amount among months and converts each year's share to the prices of a base year:
// evenly over a period, or, for a single act, as lying in some unknown month of it.
#ifndef RELATA_AID_MONTH_SPREAD_H
#define RELATA_AID_MONTH_SPREAD_H

#include "aid/price_index.h"

// The months of an amount. If its source counts in fiscal years, prices are averaged over fiscal
// years too.
struct month_spread_span {
    int first, last; // months are numbered as in calendar.h
    bool fiscal;
    bool act; // the whole amount lies in one unknown month of these
};

// The months that lie in one fiscal and one calendar year.
struct spread_slice {
    const struct fiscal_year *fiscal; // NULL outside the table
    int year;
    bool by_fiscal; // whether the factor uses the mean of the fiscal year
    int months;
    struct ratio factor; // 1/1 without a base year
};

struct month_spread {
    struct spread_slice *slices; // in chronological order
    size_t count;
    bool act;
};

// An amount after conversion. For an act: the mean over its months, and the amounts at the prices
// of the cheapest and the dearest year. Otherwise all three are equal.
struct month_spread_amounts {
    money_cents mean, least, greatest;
};

enum month_spread_result { SPREAD_DONE, SPREAD_OUTSIDE, SPREAD_MEMORY };

// BASE_YEAR 0 leaves prices unchanged. SPREAD_OUTSIDE if the series lacks months of a year that is
// needed; *RET_MISSING is a month of that year. Free *RET_SPREAD with month_spread_cleanup.
enum month_spread_result month_spread_make(struct month_spread_span span, int base_year,
                                           struct month_spread *ret_spread, int *ret_missing);
void month_spread_cleanup(struct month_spread *spread);

// Converts all of DOLLARS as SPREAD says, each share to the cent.
struct month_spread_amounts month_spread_whole(const struct month_spread *spread, int64_t dollars);

// The part of DOLLARS that falls in one fiscal year; NULL means outside the table. Also an act
// gives a year the share of its months there.
money_cents month_spread_share(const struct month_spread *spread, int64_t dollars,
                               const struct fiscal_year *fiscal);

// Whether the months lie in more than one year, of the kind that the source counts in.
bool month_spread_is_several(struct month_spread_span span);

#endif
