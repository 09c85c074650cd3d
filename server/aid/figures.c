// Reads aid figures and their relations, and spreads their amounts over years and prices.
#include "aid/figures.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aid/constant_dollars.h"
#include "base/memory.h"
#include "dates/calendar.h"
#include "model/derive.h"

static const char *const stages[] = {"appropriated", "committed", "disbursed",
                                     "reimbursed",   "suspended", "cut"};

// Searches of these lists end at the last row, whatever a damaged database holds. Both kinds: the
// money may be either.
static const struct {
    const char *name;
    unsigned kinds;
} categories[] = {{"military", KIND_MILITARY},
                  {"economic", KIND_ECONOMIC},
                  {"security", KIND_MILITARY},
                  {"reimbursement", KIND_REIMBURSEMENT},
                  {"mixed", KIND_MILITARY | KIND_ECONOMIC},
                  {"unspecified", KIND_MILITARY | KIND_ECONOMIC}};

static const struct {
    const char *name;
    enum tie_kind kind;
} relations[] = {
    {"part-of", TIE_PART}, {"overlaps", TIE_OVERLAP}, {"alternative-of", TIE_ALTERNATIVE}};

enum {
    STAGE_COUNT = sizeof stages / sizeof *stages,
    CATEGORY_COUNT = sizeof categories / sizeof *categories,
    RELATION_COUNT = sizeof relations / sizeof *relations
};

void figures_cleanup(struct figures *figures)
{
    for (size_t i = 0; i < figures->count; i++) {
        json_decref(figures->list[i].record);
        free(figures->list[i].texts);
        month_spread_cleanup(&figures->list[i].spread);
    }
    free(figures->list);
    free(figures->shapes);
    free(figures->ties);
    double_counting_cleanup(&figures->graph);
}

const char *figures_stage_name(size_t i)
{
    return i < STAGE_COUNT ? stages[i] : NULL;
}

const char *figures_category_name(size_t i)
{
    return i < CATEGORY_COUNT ? categories[i].name : NULL;
}

const char *figures_relation_name(size_t i)
{
    return i < RELATION_COUNT ? relations[i].name : NULL;
}

bool figures_would_be_spread(const struct figures *figures, size_t number)
{
    const struct aid_figure *figure = &figures->list[number];
    return figures->shapes[number].dated && !figure->span.act &&
           fiscal_year_of(figure->span.first) != fiscal_year_of(figure->span.last);
}

static int stage_place(const char *stage)
{
    int place = 0;
    while (place < STAGE_COUNT - 1 && strcmp(stages[place], stage) != 0)
        place++;
    return place;
}

static unsigned kinds_of(const struct aid_figure *figure)
{
    size_t place = 0;
    while (place < CATEGORY_COUNT - 1 && strcmp(categories[place].name, figure->category) != 0)
        place++;
    return figure->reimbursement ? KIND_REIMBURSEMENT : categories[place].kinds;
}

static enum tie_kind tie_kind_of(const char *relation)
{
    size_t place = 0;
    while (place < RELATION_COUNT - 1 && strcmp(relations[place].name, relation) != 0)
        place++;
    return relations[place].kind;
}

// The columns of a row; text columns come first.
enum figure_column {
    COLUMN_START = 9,
    COLUMN_END,
    COLUMN_AMOUNT,
    COLUMN_DIGITS,
    COLUMN_FISCAL,
    COLUMN_PERIOD,
    COLUMN_BODY // the record as written, if asked for
};

#define FIGURE_COLUMNS(table)                                                                      \
    "SELECT " table ".id, " table ".stage, " table ".category, " table ".qualifier, " table        \
    ".donor, " table ".recipient, " table ".title, " table ".era, " table ".corpus, " table        \
    ".date_start, " table ".date_end, " table ".amount_usd, " table ".significant_digits, " table  \
    ".fiscal_year_start, " table ".period_edtf, "

// Copies the texts of ROW into one block; false if memory runs out.
static bool texts_take(struct aid_figure *figure, struct statement *row, const char **ret_start,
                       const char **ret_end)
{
    const char **const texts[] = {&figure->id,        &figure->stage, &figure->category,
                                  &figure->qualifier, &figure->donor, &figure->recipient,
                                  &figure->title,     &figure->era,   &figure->corpus,
                                  ret_start,          ret_end};
    const char *bytes[COLUMN_END + 1];
    size_t lengths[COLUMN_END + 1], size = 1;
    for (int i = 0; i <= COLUMN_END; i++) {
        bytes[i] = statement_bytes(row, i, &lengths[i]);
        size += lengths[i] + 1;
    }
    char *at = figure->texts = malloc(size);
    for (int i = 0; at && i <= COLUMN_END; i++) {
        *texts[i] = bytes[i] ? at : NULL;
        if (!bytes[i])
            continue;
        memcpy(at, bytes[i], lengths[i]);
        at[lengths[i]] = '\0';
        at += lengths[i] + 1;
    }
    return at;
}

static void figure_fill(struct aid_figure *figure, struct statement *row, const char *start,
                        const char *end, struct figure *shape)
{
    figure->stage_place = stage_place(figure->stage);
    figure->reimbursement =
        strcmp(figure->stage, "reimbursed") == 0 || strcmp(figure->category, "reimbursement") == 0;
    figure->dollars = statement_integer(row, COLUMN_AMOUNT);
    derive_bounds(figure->qualifier, &figure->has_low, &figure->has_high);
    figure->digits = (int)statement_integer(row, COLUMN_DIGITS);
    *shape = (struct figure){
        .kinds = kinds_of(figure),
        .donor = figure->donor,
        .recipient = figure->recipient,
        .dated = constant_dollars_span(start, end, !statement_is_null(row, COLUMN_FISCAL),
                                       statement_is_null(row, COLUMN_PERIOD), &figure->span),
        .first = start ? calendar_day(start) : INT_MIN,
        .last = end ? calendar_day(end) : INT_MAX};
    figure->several = shape->dated && month_spread_is_several(figure->span);
    shape->covers_first = start ? shape->first : shape->last;
    shape->covers_last = end ? shape->last : shape->first;
}

// Makes room for one more figure; false if memory runs out.
static bool figures_grow(struct figures *figures)
{
    if (figures->count < figures->capacity)
        return true;
    size_t capacity = figures->capacity ? 2 * figures->capacity : 64;
    struct aid_figure *list = realloc(figures->list, capacity * sizeof *list);
    if (list)
        figures->list = list;
    struct figure *shapes = realloc(figures->shapes, capacity * sizeof *shapes);
    if (shapes)
        figures->shapes = shapes;
    if (!list || !shapes)
        return false;
    figures->capacity = capacity;
    return true;
}

static bool figure_add(struct figures *figures, struct statement *row, bool chosen)
{
    size_t length;
    const char *start, *end;
    json_error_t error;
    if (!figures_grow(figures))
        return false;
    struct aid_figure *figure = &figures->list[figures->count];
    *figure = (struct aid_figure){.chosen = chosen};
    figures->shapes[figures->count++] = (struct figure){0};
    if (!texts_take(figure, row, &start, &end))
        return false;
    figure_fill(figure, row, start, end, &figures->shapes[figures->count - 1]);
    const char *body = statement_bytes(row, COLUMN_BODY, &length);
    if (body)
        figure->record = json_loadb(body, length, 0, &error);
    return !memory_ended(); // if memory ran out, the record may lack parts
}

static int id_order(const void *key, const void *item)
{
    return strcmp(key, ((const struct aid_figure *)item)->id);
}

static bool tie_add(struct figures *figures, size_t from, const json_t *relation)
{
    const struct aid_figure *target = bsearch(json_text(relation, "target"), figures->list,
                                              figures->count, sizeof *target, id_order);
    if (!target)
        return true;
    if (figures->tie_count == figures->tie_capacity) {
        size_t capacity = figures->tie_capacity ? 2 * figures->tie_capacity : 64;
        struct figure_tie *ties = realloc(figures->ties, capacity * sizeof *ties);
        if (!ties)
            return false;
        figures->ties = ties;
        figures->tie_capacity = capacity;
    }
    figures->ties[figures->tie_count++] =
        (struct figure_tie){.from = from,
                            .to = (size_t)(target - figures->list),
                            .kind = tie_kind_of(json_text(relation, "type"))};
    return true;
}

static bool ties_add(struct figures *figures)
{
    size_t j;
    const json_t *relation;
    for (size_t i = 0; i < figures->count; i++)
        json_array_foreach (json_object_get(figures->list[i].record, "relations"), j, relation)
            if (!tie_add(figures, i, relation))
                return false;
    figures->graph = (struct figure_graph){figures->shapes, figures->count, figures->ties,
                                           figures->tie_count, NULL};
    return double_counting_connect(&figures->graph);
}

// The figures that the filters select, by id; with their written records if CITED.
static struct statement *chosen_prepare(const struct query *query, bool cited,
                                        struct database *database, struct sql *sql)
{
    query_begin(sql, query);
    sql_add(sql, FIGURE_COLUMNS("t"));
    sql_add(sql, cited ? "(SELECT body FROM version WHERE key = t.version)" : "NULL");
    query_from(sql, query);
    sql_add(sql, " ORDER BY t.id");
    return sql_prepare(sql, database);
}

// The figures that have relations, by id, with their written records.
static struct statement *tied_prepare(const struct query *query, struct database *database,
                                      struct sql *sql)
{
    sql_add(sql, FIGURE_COLUMNS("a"));
    sql_add(sql,
            "v.body FROM (SELECT DISTINCT version FROM entry WHERE collection = %d"
            " AND field = 'relation' AND ",
            AID);
    sql_valid_at(sql, "entry", query->revision);
    sql_add(sql, ") e CROSS JOIN aid_figure a ON a.version = e.version"
                 " JOIN version v ON v.key = e.version ORDER BY a.id");
    return sql_prepare(sql, database);
}

// Compares the ids of two rows; a statement at its end sorts last.
static int rows_compare(struct statement *a, struct statement *b)
{
    size_t length, other;
    if (!a || !b)
        return a ? -1 : 1;
    const char *id = statement_bytes(a, 0, &length), *beside = statement_bytes(b, 0, &other);
    int order = memcmp(id, beside, length < other ? length : other);
    return order ? order : (length > other) - (length < other);
}

static struct statement *row_next(struct statement *statement)
{
    return statement && statement_step_raw(statement) ? statement : NULL;
}

// Reads both statements in step, so that a figure in both is taken once, with its written record.
static bool rows_merge(struct statement *chosen, struct statement *tied, struct figures *figures)
{
    bool good = true;
    struct statement *a = row_next(chosen), *b = row_next(tied);
    while (good && (a || b)) {
        int order = rows_compare(a, b);
        good = figure_add(figures, order < 0 ? a : b, order <= 0);
        a = order <= 0 ? row_next(a) : a;
        b = order >= 0 ? row_next(b) : b;
    }
    if (a)
        statement_reset(a);
    if (b)
        statement_reset(b);
    return good;
}

static enum err figure_rows_read(const struct query *query, struct connection *connection,
                                 bool cited, struct problem *problem, struct figures *figures)
{
    bool good = false;
    struct sql chosen = {0}, tied = {0};
    struct database *database = connection->database;
    struct statement *first = chosen_prepare(query, cited, database, &chosen);
    struct statement *second = first ? tied_prepare(query, database, &tied) : NULL;
    if (second)
        good = rows_merge(first, second, figures);
    sql_cleanup(&chosen);
    sql_cleanup(&tied);
    if (database_failure(database))
        return connection_problem(connection, problem);
    return good && ties_add(figures) ? OK : problem_memory(problem);
}

enum err figures_read(const struct query *query, struct connection *connection, int base_year,
                      bool cited, struct problem *problem, struct figures *ret_figures)
{
    int missing = 0;
    enum err err = figure_rows_read(query, connection, cited, problem, ret_figures);
    for (size_t i = 0; !err && i < ret_figures->count; i++) {
        struct aid_figure *figure = &ret_figures->list[i];
        if (!figure->chosen || !ret_figures->shapes[i].dated)
            continue;
        enum month_spread_result result =
            month_spread_make(figure->span, base_year, &figure->spread, &missing);
        if (result == SPREAD_OUTSIDE)
            err = constant_dollars_outside(problem, figure->id, missing);
        else if (result == SPREAD_MEMORY)
            err = problem_memory(problem);
        else
            figure->amounts = month_spread_whole(&figure->spread, figure->dollars);
    }
    return err;
}
