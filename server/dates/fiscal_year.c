// Looks up fiscal years in the table of their spans.
#include "dates/fiscal_year.h"

#include <stdio.h>
#include <string.h>

const struct fiscal_year *fiscal_year_of(int month)
{
    size_t low = 0, high = embedded_fiscal_year_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (embedded_fiscal_years[middle].last < month)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < embedded_fiscal_year_count && embedded_fiscal_years[low].first <= month;
    return found ? &embedded_fiscal_years[low] : NULL;
}

const struct fiscal_year *fiscal_year_named(const char *name)
{
    for (size_t i = 0; i < embedded_fiscal_year_count; i++)
        if (strcmp(embedded_fiscal_years[i].name, name) == 0)
            return &embedded_fiscal_years[i];
    return NULL;
}

static const struct fiscal_year *year_find(int year)
{
    char name[16];
    snprintf(name, sizeof name, "%d", year);
    return fiscal_year_named(name);
}

bool fiscal_year_months(int first, int last, int *ret_first, int *ret_last)
{
    const struct fiscal_year *from = year_find(first), *to = year_find(last);
    if (!from || !to)
        return false;
    *ret_first = from->first;
    *ret_last = to->last;
    return true;
}
