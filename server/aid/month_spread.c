// Walks through months in slices, one for each pair of fiscal and calendar year.
#include "aid/month_spread.h"

#include <stdlib.h>

void month_spread_cleanup(struct month_spread *spread)
{
    free(spread->slices);
    *spread = (struct month_spread){0};
}

// The last month of the slice that begins with MONTH.
static int slice_end(int month, const struct fiscal_year *fiscal, int last)
{
    int end = month / 12 * 12 + 11;
    if (fiscal && fiscal->last < end)
        end = fiscal->last;
    // A slice outside the table of fiscal years must end before the table begins.
    while (!fiscal && end > month && fiscal_year_of(end))
        end--;
    return end < last ? end : last;
}

// The months whose mean index is used for the slice.
static bool slice_factor(struct spread_slice *slice, int base_year)
{
    int first = slice->year * 12, last = first + 11;
    if (slice->by_fiscal) {
        first = slice->fiscal->first;
        last = slice->fiscal->last;
    }
    slice->factor = (struct ratio){1, 1};
    return !base_year || price_index_factor(base_year, first, last, &slice->factor);
}

enum month_spread_result month_spread_make(struct month_spread_span span, int base_year,
                                           struct month_spread *ret_spread, int *ret_missing)
{
    int whole = span.last - span.first + 1;
    struct month_spread spread = {malloc(((size_t)whole / 6 + 5) * sizeof *spread.slices), 0,
                                  span.act};
    if (!spread.slices)
        return SPREAD_MEMORY;
    for (int month = span.first, end; month <= span.last; month = end + 1) {
        struct spread_slice *slice = &spread.slices[spread.count++];
        *slice = (struct spread_slice){.fiscal = fiscal_year_of(month), .year = month / 12};
        end = slice_end(month, slice->fiscal, span.last);
        slice->by_fiscal = span.fiscal && slice->fiscal;
        slice->months = end - month + 1;
        if (!slice_factor(slice, base_year)) {
            *ret_missing = month;
            month_spread_cleanup(&spread);
            return SPREAD_OUTSIDE;
        }
    }
    *ret_spread = spread;
    return SPREAD_DONE;
}

static int months_count(const struct month_spread *spread)
{
    int months = 0;
    for (size_t i = 0; i < spread->count; i++)
        months += spread->slices[i].months;
    return months;
}

// The share of all slices, or only of those in FISCAL.
static money_cents shares_add(const struct month_spread *spread, int64_t dollars, bool all,
                              const struct fiscal_year *fiscal)
{
    money_cents sum = 0;
    int whole = months_count(spread), before = 0;
    for (size_t i = 0; i < spread->count; i++) {
        const struct spread_slice *slice = &spread->slices[i];
        int after = before + slice->months;
        if (all || slice->fiscal == fiscal)
            sum += money_scale(money_share(dollars, before, after, whole), slice->factor);
        before = after;
    }
    return sum;
}

money_cents month_spread_share(const struct month_spread *spread, int64_t dollars,
                               const struct fiscal_year *fiscal)
{
    return shares_add(spread, dollars, false, fiscal);
}

struct month_spread_amounts month_spread_whole(const struct month_spread *spread, int64_t dollars)
{
    money_cents mean = shares_add(spread, dollars, true, NULL);
    struct month_spread_amounts amounts = {mean, mean, mean};
    for (size_t i = 0; spread->act && i < spread->count; i++) {
        money_cents amount = money_scale(money_share(dollars, 0, 1, 1), spread->slices[i].factor);
        amounts.least = amount < amounts.least ? amount : amounts.least;
        amounts.greatest = amount > amounts.greatest ? amount : amounts.greatest;
    }
    return amounts;
}

bool month_spread_is_several(struct month_spread_span span)
{
    const struct fiscal_year *first = fiscal_year_of(span.first);
    if (span.fiscal && first)
        return first != fiscal_year_of(span.last);
    return span.first / 12 != span.last / 12;
}
