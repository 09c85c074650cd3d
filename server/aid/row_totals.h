// One row of totals: the figures of a group added up, over all their days or those of one fiscal
// year.
#ifndef RELATA_AID_ROW_TOTALS_H
#define RELATA_AID_ROW_TOTALS_H

#include "aid/figures.h"

// What a reader must know of an answer beside its numbers.
enum remark {
    REMARK_OVERLAP,
    REMARK_OPEN,
    REMARK_PART,
    REMARK_UNDATED,
    REMARK_SPREAD,
    REMARK_NOT_SPREAD, // left out of a series, as it would have to be spread
    REMARK_WITHIN,
    REMARK_INEXACT,
    REMARK_COUNT
};

// What all rows of an answer share.
struct row_totals_context {
    struct problem *problem;
    struct figures figures;
    int base_year;               // 0 for nominal dollars
    int asked_first, asked_last; // days that the filters ask for: INT_MIN and INT_MAX are open ends
    bool *remarks[REMARK_COUNT]; // by figure
};

// Figures of one group and one stage. The arrays are by place.
struct group {
    const size_t *members; // numbers of figures, ascending
    struct choice *choices;
    size_t count;
    bool exact;
    bool rivals; // some count as one
};

// Days and months that a row is about: all, or those of one fiscal year, of which NULL stands for
// those outside the table and for figures without a date.
struct bucket {
    bool all;
    const struct fiscal_year *fiscal;
};

// Whether any of the group falls into BUCKET.
bool row_totals_touch(const struct row_totals_context *tallying, const struct group *group,
                      struct bucket bucket);

// Whether the member at PLACE of the group does; a rival has the days of the one that counts.
bool row_totals_member_touches(const struct row_totals_context *tallying, const struct group *group,
                               size_t place, struct bucket bucket);

// The amounts of a group in a bucket, sums of exact parts; nothing is used where USED is 0.
struct row_totals {
    size_t used;
    struct month_spread_amounts exact;
    // As shown: the least rounded down, the greatest up. Where the sources set bounds, these are
    // the bounds too.
    money_cents amount, least, greatest;
    bool has_low, has_high;
    money_cents unit; // to which the amount is rounded; 0 where all are exact
    bool spread, within;
};
struct row_totals row_totals_of(const struct row_totals_context *tallying,
                                const struct group *group, struct bucket bucket);

// Writes all members of a row behind its keys, from `,"amount_usd":` to the closing brace, and
// notes its remarks. A problem where an amount is too large for JSON.
enum err row_totals_write(struct row_totals_context *tallying, const struct group *group,
                          struct bucket bucket, struct buffer *out);

#endif
