// The aid figures that an answer adds up, read from the database and prepared.
#ifndef RELATA_AID_FIGURES_H
#define RELATA_AID_FIGURES_H

#include "aid/double_counting.h"
#include "aid/month_spread.h"
#include "query/connection.h"
#include "query/query.h"

// One figure.
struct aid_figure {
    char *texts;    // the block that holds the texts below
    json_t *record; // as written; NULL if neither relations nor citations are needed
    const char *id, *stage, *category, *qualifier, *donor, *recipient, *title;
    const char *era; // or NULL
    const char *corpus;
    int stage_place;    // index in the contract's list of stages
    bool reimbursement; // pays back costs already borne; never added to aid
    // selected by the filters; others are here for the relations that go through them
    bool chosen;
    int64_t dollars;
    bool has_low, has_high;
    int digits; // significant digits, as printed
    struct month_spread_span span;
    bool several;               // its days lie in more than one year
    struct month_spread spread; // only for a selected figure with a date
    struct month_spread_amounts amounts;
};

struct figures {
    struct aid_figure *list; // sorted by id
    struct figure *shapes;   // the same figures, as double_counting.h sees them
    size_t count, capacity;
    struct figure_tie *ties;
    size_t tie_count, tie_capacity;
    struct figure_graph graph;
};

// The name of stage number I in the order of the contract; NULL after the last.
const char *figures_stage_name(size_t i);
// The same for the categories of money, and for the types of relations between figures.
const char *figures_category_name(size_t i);
const char *figures_relation_name(size_t i);

// Reads the figures that QUERY selects and all that are related to others. Spreads the selected
// ones over their months, in the prices of BASE_YEAR (0 for nominal). Keeps their written records
// if CITED. Call figures_cleanup afterwards, also on failure.
enum err figures_read(const struct query *query, struct connection *connection, int base_year,
                      bool cited, struct problem *problem, struct figures *ret_figures);
// Whether the figure's amount is known only for a span of several years, so that it could only be
// divided evenly among them.
bool figures_would_be_spread(const struct figures *figures, size_t number);
void figures_cleanup(struct figures *figures);

#endif
