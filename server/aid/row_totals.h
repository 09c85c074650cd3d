// One row of totals: the figures of a group added up, over all their days or one fiscal year.
#ifndef RELATA_AID_ROW_TOTALS_H
#define RELATA_AID_ROW_TOTALS_H

#include "aid/figures.h"

// What readers must know about an answer besides its numbers; becomes warnings.
enum remark {
    REMARK_OVERLAP,
    REMARK_OPEN,
    REMARK_PART,
    REMARK_UNDATED,
    REMARK_SPREAD,
    REMARK_NOT_SPREAD, // left out of a series, because it would have to be spread over years
    REMARK_WITHIN,
    REMARK_INEXACT,
    REMARK_COUNT
};

// What all rows of an answer share.
struct row_totals_context {
    struct problem *problem;
    struct figures figures;
    int base_year;               // 0 for nominal dollars
    int asked_first, asked_last; // days that the filters ask for; INT_MIN and INT_MAX are open ends
    bool *remarks[REMARK_COUNT]; // indexed by remark, then by figure
};

// The figures of one group and stage. The arrays are indexed by place.
struct group {
    const size_t *members; // indexes of figures, ascending
    struct choice *choices;
    size_t count;
    bool exact;
    bool rivals; // some count as one
};

// The days and months that a row is about: all, or those of one fiscal year. FISCAL is NULL for
// what lies outside the table or has no date.
struct bucket {
    bool all;
    const struct fiscal_year *fiscal;
};

// Whether any figure of the group falls in BUCKET.
bool row_totals_touch(const struct row_totals_context *context, const struct group *group,
                      struct bucket bucket);

// Whether the member at PLACE does; a rival has the days of the one that counts.
bool row_totals_member_touches(const struct row_totals_context *context, const struct group *group,
                               size_t place, struct bucket bucket);

// The totals of a group in a bucket, before rounding. Nothing is used if USED is 0.
struct row_totals {
    size_t used;
    struct month_spread_amounts exact;
    // As shown: the lower bound rounded down, the upper bound up. Sources that give only bounds
    // contribute to these.
    money_cents amount, least, greatest;
    bool has_low, has_high;
    money_cents unit; // what the amount is rounded to; 0 if all parts are exact
    bool spread, within;
};
struct row_totals row_totals_of(const struct row_totals_context *context, const struct group *group,
                                struct bucket bucket);

// Writes the members of a row after its keys, from `,"amount_usd":` to the closing brace, and
// records its remarks. Sets a problem if an amount is too large for JSON.
enum err row_totals_write(struct row_totals_context *context, const struct group *group,
                          struct bucket bucket, struct buffer *out);

#endif
