// Which figures are added up: parts, rivals, and the best set without overlaps.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>
#include <string.h>

#include "aid/double_counting.h"

enum { FIGURES_MAX = 100 };

// A figure for the days FIRST to LAST of KINDS from one donor to one recipient.
static struct figure days(int first, int last, unsigned kinds)
{
    return (struct figure){kinds, "us", "pk", true, first, last, first, last};
}

#define ECONOMIC(first, last) days(first, last, KIND_ECONOMIC)

struct row {
    const char *sentence;
    struct figure figures[5];
    size_t count;
    struct figure_tie ties[4];
    size_t tie_count;
    const char *verdicts; // a letter a figure: Used, Part, Rival, Overlap
    size_t instead[5];
};

static struct row rows_make(size_t number)
{
    const struct figure all = days(0, 9, KIND_ECONOMIC | KIND_MILITARY);
    const struct row rows[] = {
        {"alone", {ECONOMIC(0, 9)}, 1, {{0}}, 0, "U", {0}},
        {"apart", {ECONOMIC(0, 9), ECONOMIC(10, 19)}, 2, {{0}}, 0, "UU", {0, 1}},
        {"a shared day", {ECONOMIC(0, 9), ECONOMIC(9, 19)}, 2, {{0}}, 0, "OU", {1, 1}},
        {"more days", {ECONOMIC(0, 9), ECONOMIC(0, 10)}, 2, {{0}}, 0, "OU", {1, 1}},
        {"as many days", {ECONOMIC(0, 9), ECONOMIC(0, 9)}, 2, {{0}}, 0, "UO", {0, 0}},
        {"fewest figures",
         {ECONOMIC(0, 4), ECONOMIC(5, 9), ECONOMIC(0, 9)},
         3,
         {{0}},
         0,
         "OOU",
         {2, 2, 2}},
        {"nothing that could be added is left out",
         {all, days(0, 9, KIND_MILITARY), ECONOMIC(0, 20)},
         3,
         {{0}},
         0,
         "OUU",
         {1, 1, 2}},
        {"a day that two kinds share counts once, and only that day",
         {days(0, 13, KIND_ECONOMIC | KIND_MILITARY), days(0, 9, KIND_MILITARY), ECONOMIC(5, 14)},
         3,
         {{0}},
         0,
         "OUU",
         {1, 1, 2}},
        {"of as many days fewer figures, where two kinds share days",
         {days(0, 14, KIND_ECONOMIC | KIND_MILITARY), days(0, 9, KIND_MILITARY), ECONOMIC(5, 14)},
         3,
         {{0}},
         0,
         "UOO",
         {0, 0, 0}},
        {"a part", {ECONOMIC(0, 9), ECONOMIC(50, 60)}, 2, {{1, 0, TIE_PART}}, 1, "UP", {0, 0}},
        {"parts of each other",
         {ECONOMIC(0, 9), ECONOMIC(50, 60)},
         2,
         {{1, 0, TIE_PART}, {0, 1, TIE_PART}},
         2,
         "UP",
         {0, 0}},
        {"rivals: the one that covers more",
         {ECONOMIC(0, 9), ECONOMIC(50, 60)},
         2,
         {{0, 1, TIE_ALTERNATIVE}},
         1,
         "RU",
         {1, 1}},
        {"an editor's overlap",
         {ECONOMIC(0, 9), ECONOMIC(50, 60)},
         2,
         {{0, 1, TIE_OVERLAP}},
         1,
         "OU",
         {1, 1}},
        {"a rival overlaps for both",
         {ECONOMIC(0, 9), ECONOMIC(50, 54), ECONOMIC(50, 69)},
         3,
         {{0, 1, TIE_ALTERNATIVE}},
         1,
         "OOU",
         {2, 2, 2}},
    };
    return number < sizeof rows / sizeof *rows ? rows[number] : (struct row){0};
}

static void figures_are_chosen_by_rule(void **state)
{
    (void)state;
    const size_t members[] = {0, 1, 2, 3, 4};
    struct row row;
    for (size_t i = 0; (row = rows_make(i)).sentence; i++) {
        bool exact = false;
        struct choice choices[5];
        struct figure_graph graph = {row.figures, row.count, row.ties, row.tie_count, NULL};
        assert_true(double_counting_connect(&graph));
        assert_true(double_counting_choose(&graph, members, row.count, choices, &exact));
        assert_true(exact);
        for (size_t j = 0; j < row.count; j++)
            if ("UPRO"[choices[j].verdict] != row.verdicts[j] ||
                choices[j].instead != row.instead[j])
                fail_msg("%s: figure %zu is %c", row.sentence, j, "UPRO"[choices[j].verdict]);
        double_counting_cleanup(&graph);
    }
}

// A tie may lead through a figure that is not asked for.
static void ties_reach_through_others(void **state)
{
    (void)state;
    bool exact;
    struct choice choices[2];
    const size_t members[] = {0, 2};
    const struct figure figures[] = {ECONOMIC(0, 9), ECONOMIC(20, 29), ECONOMIC(50, 69)};
    const struct figure_tie ties[] = {{0, 1, TIE_ALTERNATIVE}, {1, 2, TIE_ALTERNATIVE}};
    struct figure_graph graph = {figures, 3, ties, 2, NULL};
    assert_true(double_counting_connect(&graph));
    assert_true(double_counting_choose(&graph, members, 2, choices, &exact));
    assert_int_equal(choices[0].verdict, VERDICT_RIVAL);
    assert_int_equal(choices[0].instead, 2);
    assert_true(double_counting_collide(&graph, 0, 2));
    double_counting_cleanup(&graph);
}

static void what_differs_in_kind_or_donor_does_not_collide(void **state)
{
    (void)state;
    struct figure figures[] = {ECONOMIC(0, 9), days(0, 9, KIND_MILITARY), ECONOMIC(0, 9),
                               ECONOMIC(0, 9)};
    figures[2].donor = "cn";
    figures[3].dated = false;
    struct figure_graph graph = {figures, 4, NULL, 0, NULL};
    assert_true(double_counting_connect(&graph));
    assert_false(double_counting_collide(&graph, 0, 1));
    assert_false(double_counting_collide(&graph, 0, 2));
    assert_true(double_counting_collide(&graph, 0, 3));
    double_counting_cleanup(&graph);
}

// Chooses in a chain in which each overlaps with its neighbours: too long to look at all sets.
static void long_chain_choose(const struct figure_tie *ties, size_t tie_count,
                              struct choice ret_choices[static FIGURES_MAX])
{
    bool exact = true;
    size_t members[FIGURES_MAX];
    struct figure figures[FIGURES_MAX];
    for (size_t i = 0; i < FIGURES_MAX; i++) {
        members[i] = i;
        figures[i] = ECONOMIC((int)i * 10, (int)i * 10 + 10);
    }
    struct figure_graph graph = {figures, FIGURES_MAX, ties, tie_count, NULL};
    assert_true(double_counting_connect(&graph));
    assert_true(double_counting_choose(&graph, members, FIGURES_MAX, ret_choices, &exact));
    assert_false(exact);
    double_counting_cleanup(&graph);
}

static void a_long_chain_is_cut_without_overlaps(void **state)
{
    (void)state;
    struct choice choices[FIGURES_MAX];
    long_chain_choose(NULL, 0, choices);
    // All are equally long: the first is used, and every second one after it.
    for (size_t i = 0; i < FIGURES_MAX; i++)
        assert_int_equal(choices[i].verdict, i % 2 ? VERDICT_OVERLAP : VERDICT_USED);
}

// An editor's overlap holds in a long chain for the two figures that it names, and for no others.
static void a_long_chain_heeds_ties(void **state)
{
    (void)state;
    const struct figure_tie ties[] = {{0, 2, TIE_OVERLAP}};
    struct choice choices[FIGURES_MAX];
    long_chain_choose(ties, 1, choices);
    for (size_t i = 0; i < FIGURES_MAX; i++)
        assert_int_equal(choices[i].verdict,
                         i == 0 || (i > 2 && i % 2) ? VERDICT_USED : VERDICT_OVERLAP);
}

// As many units as fit into one search: all bits of the sets are in use.
static void the_largest_exact_component_is_solved(void **state)
{
    (void)state;
    enum { MOST = 64 };
    bool exact = false;
    size_t members[MOST];
    struct figure figures[MOST];
    struct choice choices[MOST];
    for (size_t i = 0; i < MOST; i++) {
        members[i] = i;
        figures[i] = i ? ECONOMIC((int)i * 10, (int)i * 10 + 8) : ECONOMIC(10, MOST * 10);
    }
    struct figure_graph graph = {figures, MOST, NULL, 0, NULL};
    assert_true(double_counting_connect(&graph));
    assert_true(double_counting_choose(&graph, members, MOST, choices, &exact));
    assert_true(exact);
    for (size_t i = 0; i < MOST; i++)
        assert_int_equal(choices[i].verdict, i ? VERDICT_OVERLAP : VERDICT_USED);
    double_counting_cleanup(&graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_are_chosen_by_rule),
        cmocka_unit_test(ties_reach_through_others),
        cmocka_unit_test(what_differs_in_kind_or_donor_does_not_collide),
        cmocka_unit_test(a_long_chain_is_cut_without_overlaps),
        cmocka_unit_test(a_long_chain_heeds_ties),
        cmocka_unit_test(the_largest_exact_component_is_solved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
