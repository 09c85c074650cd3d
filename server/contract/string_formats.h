// The string formats that the contract's schemas use: EDTF, dates, times, addresses, spans of
// fiscal years.
#ifndef RELATA_CONTRACT_STRING_FORMATS_H
#define RELATA_CONTRACT_STRING_FORMATS_H

#include <stdbool.h>

#include "dates/edtf.h"
#include "schema/json_schema.h"

// For json_schema_set_new: edtf, date (RFC 3339 full-date), partial-date, date-time (RFC 3339, in
// UTC), uri-reference, fiscal-years.
extern const struct schema_format formats[];

// The first and last day of TEXT as EDTF; "" for an open end. False if TEXT is not EDTF or leaves
// the years 0001 to 9999, within which days sort as strings.
bool string_formats_days(const char *text, char ret_first[static EDTF_DAY_SIZE],
                         char ret_last[static EDTF_DAY_SIZE], struct edtf *ret_edtf);

// Reads `2010`, `2002/2016`, `1976TQ`, `../2016` or `2002/..` as two years: what ends in the first
// or later and begins in the last or earlier lies in the span. 0 and 9999 for open ends. The
// transition quarter comes after 1976 and before 1977.
bool string_formats_fiscal_years(const char *text, int *ret_first, int *ret_last);

// The same as the first and last day, as calendar_day counts; INT_MIN and INT_MAX for open ends.
bool string_formats_fiscal_days(const char *text, int *ret_first, int *ret_last);

#endif
