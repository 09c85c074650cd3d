// Constant dollars in answers: the base year, the converted amounts of a record, yearly shares and
// factors, and the price series.
#ifndef RELATA_AID_CONSTANT_DOLLARS_H
#define RELATA_AID_CONSTANT_DOLLARS_H

#include "aid/month_spread.h"
#include "base/json.h"
#include "http/problem.h"

// The name of value number I of the parameter `dollars`, from 0 on; NULL after the last.
const char *constant_dollars_name(size_t i);

// The base year that the arguments `dollars` and `base_year` ask for; 0 for nominal dollars.
enum err constant_dollars_base_year(struct problem *problem, const json_t *arguments,
                                    int *ret_base_year);

// The months of a figure dated from START to END (NULL for an open end). FISCAL: its source counts
// in fiscal years. ACT: the days are those of an act, not of a period. False if it has no date.
bool constant_dollars_span(const char *start, const char *end, bool fiscal, bool act,
                           struct month_spread_span *ret_span);

// Sets the problem for a figure that falls in a year that the series does not have.
enum err constant_dollars_outside(struct problem *problem, const char *id, int month);

// Writes, as JSON, the price series used to convert to constant dollars.
void constant_dollars_index_write(struct buffer *out);

// Writes the list of years that SPREAD covers, each with its months out of WHOLE and its factor. If
// ONLY is not NULL, only that fiscal year.
void constant_dollars_years_write(const struct month_spread *spread, const struct fiscal_year *only,
                                  struct buffer *out);

// Fills `constant` of RECORD, as served, with its amounts in the prices of BASE_YEAR; null stays
// for a record without a date.
enum err constant_dollars_set(struct problem *problem, int base_year, json_t *record);

#endif
