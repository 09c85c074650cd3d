// Decides which figures may be added up: no two rivals, no part beside its whole, no two that
// overlap in period and kind.
//
// Pure: no database, no amounts; of ids only their order matters. Any thread may call it.
#ifndef RELATA_AID_DOUBLE_COUNTING_H
#define RELATA_AID_DOUBLE_COUNTING_H

#include <stdbool.h>
#include <stddef.h>

// Kinds of money as bits. Figures whose kinds share no bit are never the same money.
enum money_kind {
    KIND_MILITARY = 1, // includes security-related aid, which contains military aid
    KIND_ECONOMIC = 2,
    KIND_REIMBURSEMENT = 4
};

// Days are numbered as in calendar.h. A figure without a date may lie on any day.
struct figure {
    unsigned kinds;
    const char *donor, *recipient;
    bool dated;
    int first, last;               // days it may reach; INT_MIN or INT_MAX for an open end
    int covers_first, covers_last; // days it certainly covers; an open end adds none
};

enum tie_kind { TIE_ALTERNATIVE, TIE_PART, TIE_OVERLAP };

// A relation that an editor stated between two figures. In TIE_PART, FROM is the part.
struct figure_tie {
    size_t from, to;
    enum tie_kind kind;
};

// All relevant figures, sorted by id, and the relations between them, including paths through
// figures that the filters do not select.
struct figure_graph {
    const struct figure *figures;
    size_t count;
    const struct figure_tie *ties;
    size_t tie_count;
    size_t *classes; // for each figure, the first of its rivals, itself included
};

// Computes GRAPH->classes from the other members; false if memory runs out.
bool double_counting_connect(struct figure_graph *graph);
void double_counting_cleanup(struct figure_graph *graph);

enum verdict {
    VERDICT_USED,
    VERDICT_PART,    // part of a whole that is present
    VERDICT_RIVAL,   // a rival represents both
    VERDICT_OVERLAP, // overlaps with one that covers more
    VERDICT_UNDATED, // not set here; for callers that cannot count a figure without a date
};

struct choice {
    enum verdict verdict;
    size_t instead; // the figure counted instead of this one
};

// Chooses among the COUNT figures with the indexes MEMBERS (ascending). Parts whose whole is among
// them are dropped. Rivals count once, as the one that covers most days, then the first. Of the
// maximal sets without overlaps, the one is used that covers most days, then has fewest figures,
// then the lowest id. *RET_EXACT is false if so many overlap that not all sets could be tried.
// False if memory runs out.
bool double_counting_choose(const struct figure_graph *graph, const size_t *members, size_t count,
                            struct choice *ret_choices, bool *ret_exact);

// Whether adding up A and B would count money twice.
bool double_counting_collide(const struct figure_graph *graph, size_t a, size_t b);

#endif
