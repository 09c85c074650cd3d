// Averages the price index over years, in thousandths.
#include "aid/price_index.h"

// The sum over the months; 0 if one is missing.
static int64_t index_sum(int first, int last)
{
    int start = embedded_cpi_first_year * 12;
    int64_t sum = 0;
    if (first < start || last >= start + (int)embedded_cpi_count)
        return 0;
    for (int month = first; month <= last; month++) {
        if (!embedded_cpi[month - start])
            return 0;
        sum += embedded_cpi[month - start];
    }
    return sum;
}

bool price_index_factor(int base_year, int first, int last, struct ratio *ret_factor)
{
    int64_t base = index_sum(base_year * 12, base_year * 12 + 11), sum = index_sum(first, last);
    if (!base || !sum)
        return false;
    // (base / 12) / (sum / months)
    *ret_factor = money_ratio(base * (last - first + 1), sum * 12);
    return true;
}

bool price_index_year(int year)
{
    return index_sum(year * 12, year * 12 + 11) != 0;
}

static bool fiscal_complete(int year)
{
    int first, last;
    return fiscal_year_months(year, year, &first, &last) && index_sum(first, last);
}

struct price_index_range price_index_range(void)
{
    int start = embedded_cpi_first_year, end = start + (int)embedded_cpi_count / 12;
    struct price_index_range range = {start, end, start, end};
    while (!price_index_year(range.first))
        range.first++;
    while (!price_index_year(range.last))
        range.last--;
    while (!fiscal_complete(range.first_fiscal))
        range.first_fiscal++;
    while (!fiscal_complete(range.last_fiscal))
        range.last_fiscal--;
    return range;
}
