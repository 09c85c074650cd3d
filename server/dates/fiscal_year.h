// The fiscal years of the United States: July to June until FY1976, the transition quarter 1976TQ,
// October to September since.
#ifndef RELATA_DATES_FISCAL_YEAR_H
#define RELATA_DATES_FISCAL_YEAR_H

#include <stdbool.h>

#include "base/embedded.h"

// The fiscal year that MONTH (see calendar.h) lies in; NULL outside the table. Consecutive years
// are adjacent in the table.
const struct fiscal_year *fiscal_year_of(int month);

// The fiscal year called NAME, such as 2002 or 1976TQ; NULL if there is none.
const struct fiscal_year *fiscal_year_named(const char *name);

// The months from the first of fiscal year FIRST to the last of LAST; false outside the table.
bool fiscal_year_months(int first, int last, int *ret_first, int *ret_last);

#endif
