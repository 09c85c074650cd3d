// Which figures may be added up: never rivals, never a part beside its whole, never two that
// overlap in period and kind.
//
// Pure: no database, no money, no text but ids in order. Any thread may call it.
#ifndef RELATA_AID_DOUBLE_COUNTING_H
#define RELATA_AID_DOUBLE_COUNTING_H

#include <stdbool.h>
#include <stddef.h>

// Kinds of money as bits; figures with none in common are never the same money.
enum money_kind {
    KIND_MILITARY = 1, // security-related aid too: the one contains the other
    KIND_ECONOMIC = 2,
    KIND_REIMBURSEMENT = 4
};

// Days are numbered as in calendar.h. What is dated by nothing may lie anywhere.
struct figure {
    unsigned kinds;
    const char *donor, *recipient;
    bool dated;
    int first, last;               // that it may reach: an open end is INT_MIN or INT_MAX
    int covers_first, covers_last; // that it certainly covers: an open end covers no further day
};

enum tie_kind { TIE_ALTERNATIVE, TIE_PART, TIE_OVERLAP };

// A relation that an editor stated between two figures; of TIE_PART, FROM is the part.
struct figure_tie {
    size_t from, to;
    enum tie_kind kind;
};

// All figures that matter, in the order of their ids, and what ties them, also where it leads
// through figures that nobody asked for.
struct figure_graph {
    const struct figure *figures;
    size_t count;
    const struct figure_tie *ties;
    size_t tie_count;
    size_t *classes; // of each figure the first of its rivals, itself included
};

// Fills WEB->classes, the other members being set; false when memory ends.
bool double_counting_connect(struct figure_graph *web);
void double_counting_cleanup(struct figure_graph *web);

enum verdict {
    VERDICT_USED,
    VERDICT_PART,    // of a whole that is there
    VERDICT_RIVAL,   // a rival stands for both
    VERDICT_OVERLAP, // overlaps with one that covers more
    VERDICT_UNDATED, // for callers that cannot count what has no date: never chosen here
};

struct choice {
    enum verdict verdict;
    size_t instead; // the figure because of which it is left out
};

// Chooses among the COUNT figures with the numbers MEMBERS, ascending. Parts of a whole among them
// go; rivals count once, as the one that covers most days, then the first. Of the maximal sets
// without overlaps that one is used which covers most days, then has fewest figures, then the
// lowest id. *RET_EXACT is false where so many overlap that not all sets could be
// looked at. False when memory ends.
bool double_counting_choose(const struct figure_graph *web, const size_t *members, size_t count,
                            struct choice *ret_choices, bool *ret_exact);

// Whether adding A and B would count money twice.
bool double_counting_collide(const struct figure_graph *web, size_t a, size_t b);

#endif
