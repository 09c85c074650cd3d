// Reads aid figures with their ties and puts their amounts into years and prices.
#include "figures.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calendar.h"
#include "constant.h"
#include "derive.h"
#include "memory.h"

static const char *const stages[] = {"appropriated", "committed", "disbursed",
                                     "reimbursed",   "suspended", "cut"};

void figures_cleanup(struct figures *figures)
{
    for (size_t i = 0; i < figures->count; i++) {
        json_decref(figures->list[i].record);
        free(figures->list[i].texts);
        spread_cleanup(&figures->list[i].spread);
    }
    free(figures->list);
    free(figures->shapes);
    free(figures->ties);
    web_cleanup(&figures->web);
}

static enum err memory_problem(struct call *call)
{
    return problem_set(&call->problem, ERR_BUSY, "Out of memory.");
}

static int stage_place(const char *stage)
{
    int place = 0;
    while (strcmp(stages[place], stage) != 0)
        place++;
    return place;
}

static unsigned kinds_of(const struct aid_figure *figure)
{
    if (figure->reimbursement)
        return KIND_REIMBURSEMENT;
    if (strcmp(figure->category, "economic") == 0)
        return KIND_ECONOMIC;
    if (strcmp(figure->category, "military") == 0 || strcmp(figure->category, "security") == 0)
        return KIND_MILITARY;
    return KIND_MILITARY | KIND_ECONOMIC;
}

// The columns of a row, as figures_build asks for them; the first are the texts of a figure.
enum column {
    COLUMN_ERA = 6,
    COLUMN_AMOUNT,
    COLUMN_DIGITS,
    COLUMN_START,
    COLUMN_END,
    COLUMN_FISCAL,
    COLUMN_CHOSEN,
    COLUMN_BODY
};

// Copies the texts of ROW, all into one block; false when memory ends.
static bool texts_take(struct aid_figure *figure, struct statement *row)
{
    const char **const texts[] = {&figure->id,        &figure->stage, &figure->category,
                                  &figure->qualifier, &figure->donor, &figure->recipient,
                                  &figure->era};
    size_t size = 1;
    for (int i = 0; i <= COLUMN_ERA; i++)
        size += statement_length(row, i) + 1;
    char *at = figure->texts = malloc(size);
    for (int i = 0; at && i <= COLUMN_ERA; i++) {
        const char *text = statement_text(row, i);
        if (!text)
            continue;
        *texts[i] = at;
        at = stpcpy(at, text) + 1;
    }
    return at && !memory_ended();
}

static void figure_fill(struct aid_figure *figure, struct statement *row, struct figure *shape)
{
    const char *start = statement_text(row, COLUMN_START), *end = statement_text(row, COLUMN_END);
    figure->chosen = statement_integer(row, COLUMN_CHOSEN) != 0;
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
        .dated = constant_span(start, end, !statement_is_null(row, COLUMN_FISCAL), &figure->span),
        .first = start ? calendar_day(start) : INT_MIN,
        .last = end ? calendar_day(end) : INT_MAX};
    figure->several = shape->dated && spread_is_several(figure->span);
    shape->covers_first = start ? shape->first : shape->last;
    shape->covers_last = end ? shape->last : shape->first;
}

// Room for one more; false when memory ends.
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

static bool figure_add(struct figures *figures, struct statement *row)
{
    json_error_t error;
    if (!figures_grow(figures))
        return false;
    struct aid_figure *figure = &figures->list[figures->count];
    *figure = (struct aid_figure){0};
    figures->shapes[figures->count++] = (struct figure){0};
    if (!texts_take(figure, row))
        return false;
    figure_fill(figure, row, &figures->shapes[figures->count - 1]);
    const char *body = statement_text(row, COLUMN_BODY);
    if (body)
        figure->record = json_loads(body, 0, &error);
    return !memory_ended(); // else a part may be missing
}

static int id_order(const void *key, const void *item)
{
    return strcmp(key, ((const struct aid_figure *)item)->id);
}

static bool tie_add(struct figures *figures, size_t from, const json_t *relation)
{
    const char *type = json_text(relation, "type");
    const struct aid_figure *target = bsearch(json_text(relation, "target"), figures->list,
                                              figures->count, sizeof *target, id_order);
    if (!target)
        return true;
    if (figures->tie_count == figures->tie_capacity) {
        size_t capacity = figures->tie_capacity ? 2 * figures->tie_capacity : 64;
        struct tie *ties = realloc(figures->ties, capacity * sizeof *ties);
        if (!ties)
            return false;
        figures->ties = ties;
        figures->tie_capacity = capacity;
    }
    enum tie_kind kind = strcmp(type, "part-of") == 0    ? TIE_PART
                         : strcmp(type, "overlaps") == 0 ? TIE_OVERLAP
                                                         : TIE_ALTERNATIVE;
    figures->ties[figures->tie_count++] =
        (struct tie){from, (size_t)(target - figures->list), kind};
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
    figures->web =
        (struct web){figures->shapes, figures->count, figures->ties, figures->tie_count, NULL};
    return web_weave(&figures->web);
}

// The chosen figures and all that are related to others, by their ids; the record of those whose
// relations matter, or, where CITED, whose citations do.
static void figures_build(const struct query *query, bool cited, struct sql *sql)
{
    query_begin(sql, query);
    sql_add(sql,
            "SELECT a.id, a.stage, a.category, a.qualifier, a.donor, a.recipient, a.era,"
            " a.amount_usd, a.significant_digits, a.date_start, a.date_end, a.fiscal_year_start,"
            " max(s.chosen), CASE WHEN max(s.body) THEN (SELECT body FROM version"
            " WHERE key = a.version) END FROM (SELECT version, 1 AS chosen, %d AS body FROM (",
            cited);
    query_versions(sql, query);
    sql_add(sql,
            ") UNION ALL SELECT e.version, 0, 1 FROM entry e WHERE e.collection = %d"
            " AND e.field = 'relation' AND e.valid_from <= ",
            AID);
    sql_integer(sql, query->revision);
    sql_add(sql, " AND e.valid_to > ");
    sql_integer(sql, query->revision);
    sql_add(sql, ") s CROSS JOIN aid_figure a ON a.version = s.version GROUP BY a.id");
}

static enum err rows_read(struct listing *listing, bool cited, struct figures *figures)
{
    struct sql sql = {0};
    bool good = true;
    struct database *database = listing->call->connection->database;
    figures_build(&listing->query, cited, &sql);
    struct statement *read = sql_prepare(&sql, database);
    while (read && good && statement_step(read))
        good = figure_add(figures, read);
    if (read)
        statement_reset(read);
    sql_cleanup(&sql);
    if (database_failure(database))
        return call_database_problem(listing->call);
    return good && ties_add(figures) ? OK : memory_problem(listing->call);
}

enum err figures_read(struct listing *listing, int base_year, bool cited,
                      struct figures *ret_figures)
{
    int missing = 0;
    enum err err = rows_read(listing, cited, ret_figures);
    for (size_t i = 0; !err && i < ret_figures->count; i++) {
        struct aid_figure *figure = &ret_figures->list[i];
        if (!figure->chosen || !ret_figures->shapes[i].dated)
            continue;
        enum spread_result result =
            spread_make(figure->dollars, figure->span, base_year, &figure->spread, &missing);
        if (result == SPREAD_OUTSIDE)
            err = constant_outside(listing->call, figure->id, missing);
        else if (result == SPREAD_MEMORY)
            err = memory_problem(listing->call);
    }
    return err;
}
