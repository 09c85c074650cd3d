// The aid figures of an answer, read from the database and made ready to be added up.
#ifndef RELATA_AID_FIGURES_H
#define RELATA_AID_FIGURES_H

#include "aid/double_counting.h"
#include "aid/month_spread.h"
#include "query/connection.h"
#include "query/query.h"

// One figure.
struct aid_figure {
    char *texts;    // the block in which the texts below stand
    json_t *record; // as written; NULL where neither relations nor citations are asked for
    const char *id, *stage, *category, *qualifier, *donor, *recipient, *title;
    const char *era; // or NULL
    const char *corpus;
    int stage_place;    // in the contract's list of stages
    bool reimbursement; // pays for costs already borne: never added to aid
    bool chosen;        // by the filters; others are there for what they tie together
    int64_t dollars;
    bool has_low, has_high;
    int digits; // significant ones, as printed
    struct month_spread_span span;
    bool several;               // its days lie in more than one year
    struct month_spread spread; // of a chosen figure with a date
    struct month_spread_amounts amounts;
};

struct figures {
    struct aid_figure *list; // by id
    struct figure *shapes;   // the same ones, as totals.h sees them
    size_t count, capacity;
    struct figure_tie *ties;
    size_t tie_count, tie_capacity;
    struct figure_graph web;
};

// The name of the stage with the number I, in the order of the contract; NULL behind the last.
const char *figures_stage_name(size_t i);

// Reads those that QUERY selects, and all that are tied to others; spreads the chosen ones over
// their months, in the prices of BASE_YEAR (0 for those of the time). With their records where
// CITED. To be released with figures_cleanup, whatever comes out.
enum err figures_read(const struct query *query, struct connection *connection, int base_year,
                      bool cited, struct problem *problem, struct figures *ret_figures);
// Whether the years of the figure with that number are known only as a span of several: it could be
// put into them no better than evenly.
bool figures_would_be_spread(const struct figures *figures, size_t number);
void figures_cleanup(struct figures *figures);

#endif
