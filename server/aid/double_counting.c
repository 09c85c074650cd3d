// Chooses which figures count: drops parts, joins rivals, then finds the best set without overlaps.
#include "aid/double_counting.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { EXACT_MAX = 64, STEPS_MAX = 200000 };

static size_t root_find(size_t *roots, size_t i)
{
    while (roots[i] != i) {
        roots[i] = roots[roots[i]];
        i = roots[i];
    }
    return i;
}

// The root of a set is always its smallest member.
static void roots_join(size_t *roots, size_t a, size_t b)
{
    a = root_find(roots, a);
    b = root_find(roots, b);
    if (a < b)
        roots[b] = a;
    else
        roots[a] = b;
}

static size_t *roots_new(size_t count)
{
    size_t *roots = calloc(count + 1, sizeof *roots);
    for (size_t i = 0; roots && i < count; i++)
        roots[i] = i;
    return roots;
}

bool double_counting_connect(struct figure_graph *graph)
{
    graph->classes = roots_new(graph->count);
    if (!graph->classes)
        return false;
    for (size_t i = 0; i < graph->tie_count; i++)
        if (graph->ties[i].kind == TIE_ALTERNATIVE)
            roots_join(graph->classes, graph->ties[i].from, graph->ties[i].to);
    for (size_t i = 0; i < graph->count; i++)
        graph->classes[i] = root_find(graph->classes, i);
    return true;
}

void double_counting_cleanup(struct figure_graph *graph)
{
    free(graph->classes);
    graph->classes = NULL;
}

// Marks in SEEN, directly or through others, the classes of all wholes that class FROM is part of.
static void wholes_mark(const struct figure_graph *graph, size_t from, bool *seen)
{
    for (size_t i = 0; i < graph->tie_count; i++) {
        const struct figure_tie *tie = &graph->ties[i];
        size_t whole = graph->classes[tie->to];
        if (tie->kind != TIE_PART || graph->classes[tie->from] != from || seen[whole])
            continue;
        seen[whole] = true;
        wholes_mark(graph, whole, seen);
    }
}

static bool is_part_of(const struct figure_graph *graph, size_t part, size_t whole, bool *scratch)
{
    memset(scratch, 0, graph->count * sizeof *scratch);
    wholes_mark(graph, graph->classes[part], scratch);
    return scratch[graph->classes[whole]] && graph->classes[part] != graph->classes[whole];
}

static bool has_parts(const struct figure_graph *graph)
{
    for (size_t i = 0; i < graph->tie_count; i++)
        if (graph->ties[i].kind == TIE_PART)
            return true;
    return false;
}

static bool days_overlap(const struct figure *a, const struct figure *b)
{
    return !a->dated || !b->dated || (a->first <= b->last && b->first <= a->last);
}

static bool figures_overlap(const struct figure *a, const struct figure *b)
{
    return (a->kinds & b->kinds) && days_overlap(a, b) && strcmp(a->donor, b->donor) == 0 &&
           strcmp(a->recipient, b->recipient) == 0;
}

static bool tied(const struct figure_graph *graph, size_t a, size_t b)
{
    for (size_t i = 0; i < graph->tie_count; i++) {
        const struct figure_tie *tie = &graph->ties[i];
        if (tie->kind == TIE_OVERLAP &&
            ((tie->from == a && tie->to == b) || (tie->from == b && tie->to == a)))
            return true;
    }
    return false;
}

bool double_counting_collide(const struct figure_graph *graph, size_t a, size_t b)
{
    if (graph->classes[a] == graph->classes[b] ||
        figures_overlap(&graph->figures[a], &graph->figures[b]) || tied(graph, a, b))
        return true;
    bool *scratch = has_parts(graph) ? calloc(graph->count, sizeof *scratch) : NULL;
    bool part = scratch && (is_part_of(graph, a, b, scratch) || is_part_of(graph, b, a, scratch));
    free(scratch);
    return part;
}

// A group of rivals, which count once; a figure without rivals is a unit of one.
struct unit {
    size_t face;           // the figure that represents it
    const size_t *members; // indexes of figures
    size_t count;
    int first, last; // days that any of them may reach
};

struct choosing {
    const struct figure_graph *graph;
    struct choice *choices; // indexed by figure
    size_t *left;           // figures that are not parts, sorted by class
    size_t left_count;
    struct unit *units; // sorted by face
    size_t unit_count;
    size_t *unit_of;    // indexed by figure; SIZE_MAX if in none
    size_t *components; // roots, indexed by unit
    bool exact;
};

static void choosing_cleanup(struct choosing *choosing)
{
    free(choosing->choices);
    free(choosing->left);
    free(choosing->units);
    free(choosing->unit_of);
    free(choosing->components);
}

static bool choosing_begin(struct choosing *choosing, const struct figure_graph *graph,
                           size_t count)
{
    *choosing = (struct choosing){.graph = graph, .exact = true};
    choosing->choices = calloc(graph->count + 1, sizeof *choosing->choices);
    choosing->left = calloc(count + 1, sizeof *choosing->left);
    choosing->units = calloc(count + 1, sizeof *choosing->units);
    choosing->unit_of = calloc(graph->count + 1, sizeof *choosing->unit_of);
    choosing->components = roots_new(count);
    for (size_t i = 0; choosing->unit_of && i < graph->count; i++)
        choosing->unit_of[i] = SIZE_MAX;
    return choosing->choices && choosing->left && choosing->units && choosing->unit_of &&
           choosing->components;
}

// The first of MEMBERS that FIGURE is a part of, or SIZE_MAX. If two are parts of each other, the
// later class is dropped.
static size_t whole_of(const struct figure_graph *graph, size_t figure, const size_t *members,
                       size_t count, bool *seen, bool *scratch)
{
    size_t class = graph->classes[figure];
    memset(seen, 0, graph->count * sizeof *seen);
    wholes_mark(graph, class, seen);
    for (size_t i = 0; i < count; i++) {
        size_t other = graph->classes[members[i]];
        if (other != class && seen[other] &&
            (!is_part_of(graph, members[i], figure, scratch) || other < class))
            return members[i];
    }
    return SIZE_MAX;
}

// Drops parts; sorts the rest by class, so that rivals are next to each other.
static bool parts_drop(struct choosing *choosing, const size_t *members, size_t count)
{
    const struct figure_graph *graph = choosing->graph;
    bool parts = has_parts(graph);
    bool *seen = calloc(2 * graph->count + 1, sizeof *seen);
    for (size_t i = 0; seen && i < count; i++) {
        size_t whole = parts
                           ? whole_of(graph, members[i], members, count, seen, seen + graph->count)
                           : SIZE_MAX;
        if (whole == SIZE_MAX)
            choosing->left[choosing->left_count++] = members[i];
        else
            choosing->choices[members[i]] = (struct choice){VERDICT_PART, whole};
    }
    free(seen);
    return seen != NULL;
}

static int days_covered(const struct figure *figure)
{
    return figure->dated ? figure->covers_last - figure->covers_first + 1 : 0;
}

// The member that covers most days; if several do, the first.
static size_t face_choose(const struct figure_graph *graph, const size_t *members, size_t count)
{
    size_t face = members[0];
    for (size_t i = 1; i < count; i++) {
        int days = days_covered(&graph->figures[members[i]]);
        int most = days_covered(&graph->figures[face]);
        if (days > most || (days == most && members[i] < face))
            face = members[i];
    }
    return face;
}

static int class_order(const void *a, const void *b, void *context)
{
    const struct figure_graph *graph = context;
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    if (graph->classes[x] != graph->classes[y])
        return graph->classes[x] < graph->classes[y] ? -1 : 1;
    return (x > y) - (x < y);
}

static struct unit unit_of(const struct figure_graph *graph, const size_t *members, size_t count)
{
    struct unit unit = {face_choose(graph, members, count), members, count, INT_MAX, INT_MIN};
    for (size_t i = 0; i < count; i++) {
        const struct figure *figure = &graph->figures[members[i]];
        int first = figure->dated ? figure->first : INT_MIN;
        int last = figure->dated ? figure->last : INT_MAX;
        unit.first = first < unit.first ? first : unit.first;
        unit.last = last > unit.last ? last : unit.last;
    }
    return unit;
}

static int face_order(const void *a, const void *b)
{
    const struct unit *x = a, *y = b;
    return (x->face > y->face) - (x->face < y->face);
}

static void units_make(struct choosing *choosing)
{
    const struct figure_graph *graph = choosing->graph;
    qsort_r(choosing->left, choosing->left_count, sizeof *choosing->left, class_order,
            (void *)graph);
    for (size_t i = 0, end; i < choosing->left_count; i = end) {
        const size_t *members = &choosing->left[i];
        for (end = i + 1; end < choosing->left_count &&
                          graph->classes[choosing->left[end]] == graph->classes[*members];)
            end++;
        choosing->units[choosing->unit_count++] = unit_of(graph, members, end - i);
    }
    qsort(choosing->units, choosing->unit_count, sizeof *choosing->units, face_order);
    for (size_t u = 0; u < choosing->unit_count; u++)
        for (size_t i = 0; i < choosing->units[u].count; i++)
            choosing->unit_of[choosing->units[u].members[i]] = u;
}

static bool units_overlap(const struct choosing *choosing, size_t a, size_t b)
{
    const struct unit *x = &choosing->units[a], *y = &choosing->units[b];
    for (size_t i = 0; i < x->count; i++)
        for (size_t j = 0; j < y->count; j++)
            if (figures_overlap(&choosing->graph->figures[x->members[i]],
                                &choosing->graph->figures[y->members[j]]))
                return true;
    return false;
}

// The two units joined by an editor's `overlaps` relation; false if they are not two.
static bool tie_units(const struct choosing *choosing, const struct figure_tie *tie, size_t *ret_a,
                      size_t *ret_b)
{
    if (tie->kind != TIE_OVERLAP)
        return false;
    *ret_a = choosing->unit_of[tie->from];
    *ret_b = choosing->unit_of[tie->to];
    return *ret_a != SIZE_MAX && *ret_b != SIZE_MAX && *ret_a != *ret_b;
}

static int start_order(const void *a, const void *b, void *context)
{
    const struct choosing *choosing = context;
    int x = choosing->units[*(const size_t *)a].first,
        y = choosing->units[*(const size_t *)b].first;
    return (x > y) - (x < y);
}

// Joins units that overlap into components. UNITS has space for all. Sorted by first day, a unit
// cannot overlap with one that begins after its own last day.
static void components_find(struct choosing *choosing, size_t *units)
{
    size_t a, b;
    for (size_t i = 0; i < choosing->unit_count; i++)
        units[i] = i;
    qsort_r(units, choosing->unit_count, sizeof *units, start_order, choosing);
    for (size_t i = 0; i < choosing->unit_count; i++)
        for (size_t j = i + 1; j < choosing->unit_count &&
                               choosing->units[units[j]].first <= choosing->units[units[i]].last;
             j++)
            if (units_overlap(choosing, units[i], units[j]))
                roots_join(choosing->components, units[i], units[j]);
    for (size_t i = 0; i < choosing->graph->tie_count; i++)
        if (tie_units(choosing, &choosing->graph->ties[i], &a, &b))
            roots_join(choosing->components, a, b);
}

// The days that one figure of a unit covers.
struct cover {
    int first, last;
    size_t place; // index of the unit in the component
};

static int cover_order(const void *a, const void *b)
{
    const struct cover *x = a, *y = b;
    return (x->first > y->first) - (x->first < y->first);
}

// The search for the best set in one component of at most EXACT_MAX units. Sets are bit masks of
// places.
struct search {
    uint64_t rivals[EXACT_MAX]; // for each unit, those that it overlaps with
    struct cover *covers;       // sorted by first day
    size_t cover_count;
    uint64_t best;
    int64_t best_days;
    int steps;
};

static int64_t days_of(const struct search *search, uint64_t set)
{
    int64_t days = 0, reached = INT64_MIN;
    for (size_t i = 0; i < search->cover_count; i++) {
        const struct cover *cover = &search->covers[i];
        if (!(set >> cover->place & 1) || cover->last <= reached)
            continue;
        int64_t from = cover->first > reached ? cover->first : reached + 1;
        days += cover->last - from + 1;
        reached = cover->last;
    }
    return days;
}

// If two sets cover as many days: the one with fewer figures, then the one that has the first
// figure that they do not share.
static bool set_wins(uint64_t set, uint64_t over)
{
    int count = __builtin_popcountll(set), other = __builtin_popcountll(over);
    uint64_t differ = set ^ over;
    return count != other ? count < other : (set & differ & -differ) != 0;
}

static void best_note(struct search *search, uint64_t set)
{
    int64_t days = days_of(search, set);
    if (!search->best || days > search->best_days ||
        (days == search->best_days && set_wins(set, search->best))) {
        search->best = set;
        search->best_days = days;
    }
}

// Bron-Kerbosch over sets without overlaps: CHOSEN may be extended by any unit in OPEN; those in
// DONE were tried before.
static void sets_search(struct search *search, uint64_t chosen, uint64_t open, uint64_t done)
{
    if (!open && !done)
        best_note(search, chosen);
    if (!open || search->steps++ > STEPS_MAX ||
        (search->best && days_of(search, chosen | open) < search->best_days))
        return;
    // Every maximal set contains this unit or one that overlaps with it.
    int pivot = __builtin_ctzll(open);
    uint64_t tries = open & (search->rivals[pivot] | 1ULL << pivot);
    for (; tries; tries &= tries - 1) {
        int place = __builtin_ctzll(tries);
        uint64_t bit = 1ULL << place, apart = ~(search->rivals[place] | bit);
        sets_search(search, chosen | bit, open & apart, done & apart);
        open &= ~bit;
        done |= bit;
    }
}

static void rivals_note(struct search *search, const struct choosing *choosing, const size_t *units,
                        size_t count)
{
    size_t a, b;
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++)
            if (units_overlap(choosing, units[i], units[j])) {
                search->rivals[i] |= 1ULL << j;
                search->rivals[j] |= 1ULL << i;
            }
    for (size_t t = 0; t < choosing->graph->tie_count; t++) {
        size_t i = 0, j = 0;
        if (!tie_units(choosing, &choosing->graph->ties[t], &a, &b))
            continue;
        while (i < count && units[i] != a)
            i++;
        while (j < count && units[j] != b)
            j++;
        if (i == count || j == count)
            continue;
        search->rivals[i] |= 1ULL << j;
        search->rivals[j] |= 1ULL << i;
    }
}

static bool covers_note(struct search *search, const struct choosing *choosing, const size_t *units,
                        size_t count)
{
    search->covers = calloc(choosing->left_count, sizeof *search->covers);
    for (size_t i = 0; search->covers && i < count; i++) {
        const struct unit *unit = &choosing->units[units[i]];
        for (size_t j = 0; j < unit->count; j++) {
            const struct figure *figure = &choosing->graph->figures[unit->members[j]];
            if (figure->dated)
                search->covers[search->cover_count++] =
                    (struct cover){figure->covers_first, figure->covers_last, i};
        }
    }
    if (search->covers)
        qsort(search->covers, search->cover_count, sizeof *search->covers, cover_order);
    return search->covers != NULL;
}

static bool exact_choose(struct choosing *choosing, const size_t *units, size_t count, bool *used)
{
    struct search search = {0};
    if (!covers_note(&search, choosing, units, count))
        return false;
    rivals_note(&search, choosing, units, count);
    sets_search(&search, 0, count == EXACT_MAX ? UINT64_MAX : (1ULL << count) - 1, 0);
    free(search.covers);
    choosing->exact &= search.steps <= STEPS_MAX;
    for (size_t i = 0; i < count; i++)
        used[units[i]] = search.best >> i & 1;
    return true;
}

static bool unit_collides(const struct choosing *choosing, size_t unit, size_t other)
{
    size_t a, b;
    if (units_overlap(choosing, unit, other))
        return true;
    for (size_t t = 0; t < choosing->graph->tie_count; t++)
        if (tie_units(choosing, &choosing->graph->ties[t], &a, &b) &&
            ((a == unit && b == other) || (a == other && b == unit)))
            return true;
    return false;
}

// For components too large to try all sets: takes units one by one, the longest first, unless they
// overlap with one already taken.
static void greedy_choose(struct choosing *choosing, size_t *units, size_t count, bool *used)
{
    choosing->exact = false;
    for (size_t i = 0; i < count; i++) {
        size_t best = i;
        for (size_t j = i + 1; j < count; j++) {
            const struct figure *figures = choosing->graph->figures;
            int days = days_covered(&figures[choosing->units[units[j]].face]);
            int most = days_covered(&figures[choosing->units[units[best]].face]);
            if (days > most || (days == most && units[j] < units[best]))
                best = j;
        }
        size_t unit = units[best];
        units[best] = units[i];
        units[i] = unit;
        bool free_of_all = true;
        for (size_t j = 0; free_of_all && j < i; j++)
            free_of_all = !used[units[j]] || !unit_collides(choosing, unit, units[j]);
        used[unit] = free_of_all;
    }
}

// Chooses among the units of each component.
static bool components_choose(struct choosing *choosing, bool *used, size_t *units)
{
    for (size_t root = 0; root < choosing->unit_count; root++) {
        size_t count = 0;
        if (root_find(choosing->components, root) != root)
            continue;
        for (size_t i = root; i < choosing->unit_count; i++)
            if (root_find(choosing->components, i) == root)
                units[count++] = i;
        if (count == 1)
            used[root] = true;
        else if (count > EXACT_MAX)
            greedy_choose(choosing, units, count, used);
        else if (!exact_choose(choosing, units, count, used))
            return false;
    }
    return true;
}

// The face of the first used unit that UNIT overlaps with.
static size_t rival_find(const struct choosing *choosing, size_t unit, const bool *used)
{
    size_t root = root_find(choosing->components, unit);
    for (size_t i = root; i < choosing->unit_count; i++)
        if (used[i] && root_find(choosing->components, i) == root &&
            unit_collides(choosing, unit, i))
            return choosing->units[i].face;
    return choosing->units[unit].face;
}

static void verdicts_give(struct choosing *choosing, const bool *used)
{
    for (size_t u = 0; u < choosing->unit_count; u++) {
        const struct unit *unit = &choosing->units[u];
        size_t rival = used[u] ? unit->face : rival_find(choosing, u, used);
        for (size_t i = 0; i < unit->count; i++) {
            size_t figure = unit->members[i];
            enum verdict verdict = !used[u]               ? VERDICT_OVERLAP
                                   : figure == unit->face ? VERDICT_USED
                                                          : VERDICT_RIVAL;
            choosing->choices[figure] = (struct choice){verdict, rival};
        }
    }
}

static bool overlaps_choose(struct choosing *choosing)
{
    bool *used = calloc(choosing->unit_count + 1, sizeof *used);
    size_t *units = calloc(choosing->unit_count + 1, sizeof *units);
    bool good = used && units;
    if (good) {
        components_find(choosing, units);
        good = components_choose(choosing, used, units);
    }
    if (good)
        verdicts_give(choosing, used);
    free(used);
    free(units);
    return good;
}

bool double_counting_choose(const struct figure_graph *graph, const size_t *members, size_t count,
                            struct choice *ret_choices, bool *ret_exact)
{
    struct choosing choosing;
    bool good = choosing_begin(&choosing, graph, count) && parts_drop(&choosing, members, count);
    if (good) {
        units_make(&choosing);
        good = overlaps_choose(&choosing);
    }
    for (size_t i = 0; good && i < count; i++)
        ret_choices[i] = choosing.choices[members[i]];
    *ret_exact = choosing.exact;
    choosing_cleanup(&choosing);
    return good;
}
