// Reads aid figures with their ties and puts their amounts into years and prices.
#include "figures.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calendar.h"
#include "constant.h"
#include "memory.h"

static const char *const stages[] = {"appropriated", "committed", "disbursed",
                                     "reimbursed",   "suspended", "cut"};

void figures_cleanup(struct figures *figures)
{
    for (size_t i = 0; i < figures->count; i++) {
        json_decref(figures->list[i].record);
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
    const char *category = json_text(figure->record, "category");
    if (figure->reimbursement)
        return KIND_REIMBURSEMENT;
    if (strcmp(category, "economic") == 0)
        return KIND_ECONOMIC;
    if (strcmp(category, "military") == 0 || strcmp(category, "security") == 0)
        return KIND_MILITARY;
    return KIND_MILITARY | KIND_ECONOMIC;
}

static void figure_fill(struct aid_figure *figure, struct figure *shape)
{
    const json_t *record = figure->record;
    const char *start = json_text(record, "date_start"), *end = json_text(record, "date_end");
    figure->id = json_text(record, "id");
    figure->stage = json_text(record, "stage");
    figure->stage_place = stage_place(figure->stage);
    figure->reimbursement = strcmp(figure->stage, "reimbursed") == 0 ||
                            strcmp(json_text(record, "category"), "reimbursement") == 0;
    figure->dollars = json_integer_value(json_object_get(record, "amount_usd"));
    figure->has_low = json_is_integer(json_object_get(record, "amount_low"));
    figure->has_high = json_is_integer(json_object_get(record, "amount_high"));
    figure->digits = (int)json_integer_value(json_object_get(record, "significant_digits"));
    *shape = (struct figure){.kinds = kinds_of(figure),
                             .donor = json_text(record, "donor"),
                             .recipient = json_text(record, "recipient"),
                             .dated = constant_span(record, &figure->span),
                             .first = start ? calendar_day(start) : INT_MIN,
                             .last = end ? calendar_day(end) : INT_MAX};
    figure->several = shape->dated && spread_is_several(figure->span);
    shape->covers_first = start ? shape->first : shape->last;
    shape->covers_last = end ? shape->last : shape->first;
}

static bool figure_add(struct figures *figures, const char *body, bool chosen)
{
    json_error_t error;
    AUTO(json) json_t *written = json_loads(body, 0, &error);
    json_t *record = written ? record_derived(&collections[AID - 1], written) : NULL;
    if (!record || memory_ended()) { // a record of which a part is missing
        json_decref(record);
        return false;
    }
    if (figures->count == figures->capacity) {
        size_t capacity = figures->capacity ? 2 * figures->capacity : 64;
        struct aid_figure *list = realloc(figures->list, capacity * sizeof *list);
        if (list)
            figures->list = list;
        struct figure *shapes = realloc(figures->shapes, capacity * sizeof *shapes);
        if (shapes)
            figures->shapes = shapes;
        if (!list || !shapes) {
            json_decref(record);
            return false;
        }
        figures->capacity = capacity;
    }
    struct aid_figure *figure = &figures->list[figures->count];
    *figure = (struct aid_figure){.record = record, .chosen = chosen};
    figure_fill(figure, &figures->shapes[figures->count++]);
    return true;
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

static void figures_build(const struct query *query, struct sql *sql)
{
    query_begin(sql, query);
    sql_add(sql, "SELECT v.body, max(s.chosen) FROM (SELECT version, 1 AS chosen FROM (");
    query_versions(sql, query);
    sql_add(sql,
            ") UNION ALL SELECT e.version, 0 FROM entry e WHERE e.collection = %d"
            " AND e.field = 'relation' AND e.valid_from <= ",
            AID);
    sql_integer(sql, query->revision);
    sql_add(sql, " AND e.valid_to > ");
    sql_integer(sql, query->revision);
    sql_add(sql, ") s JOIN version v ON v.key = s.version JOIN record r ON r.key = v.record"
                 " GROUP BY v.key ORDER BY r.id");
}

static enum err rows_read(struct listing *listing, struct figures *figures)
{
    struct sql sql = {0};
    bool good = true;
    struct database *database = listing->call->connection->database;
    figures_build(&listing->query, &sql);
    struct statement *read = sql_prepare(&sql, database);
    while (read && good && statement_step(read))
        good = figure_add(figures, statement_text(read, 0), statement_integer(read, 1) != 0);
    if (read)
        statement_reset(read);
    sql_cleanup(&sql);
    if (database_failure(database))
        return call_database_problem(listing->call);
    return good && ties_add(figures) ? OK : memory_problem(listing->call);
}

enum err figures_read(struct listing *listing, int base_year, struct figures *ret_figures)
{
    int missing = 0;
    enum err err = rows_read(listing, ret_figures);
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
