// Constant dollars as an answer shows them: the base year asked for, the converted amounts of a
// record, shares, factors and the series.
#ifndef RELATA_AID_CONSTANT_DOLLARS_H
#define RELATA_AID_CONSTANT_DOLLARS_H

#include "aid/month_spread.h"
#include "base/json.h"
#include "http/problem.h"

// The name of the prices (`dollars`) with the number I, from 0 on; NULL behind the last.
const char *constant_dollars_name(size_t i);

// The base year that the arguments `dollars` and `base_year` ask for, 0 for nominal dollars.
enum err constant_dollars_base_year(struct problem *problem, const json_t *arguments,
                                    int *ret_base_year);

// The months of a figure of the days START to END (NULL for open ends); FISCAL where its source
// counts in fiscal years, ACT where the days are those of an act and not of a period. False where
// it has no date.
bool constant_dollars_span(const char *start, const char *end, bool fiscal, bool act,
                           struct month_spread_span *ret_span);

// Sets the problem of a figure whose year the series lacks.
enum err constant_dollars_outside(struct problem *problem, const char *id, int month);

// Writes the series by which dollars are made constant, as JSON.
void constant_dollars_index_write(struct buffer *out);

// Writes a list of the years over which SPREAD falls, with their months of WHOLE and factors; of
// the fiscal year ONLY, where that is not NULL.
void constant_dollars_years_write(const struct month_spread *spread, const struct fiscal_year *only,
                                  struct buffer *out);

// Puts the figure's amounts in the prices of BASE_YEAR under `constant` of RECORD, as it is served;
// what has no date keeps null there.
enum err constant_dollars_set(struct problem *problem, int base_year, json_t *record);

#endif
