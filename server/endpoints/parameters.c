// The table of query parameters, and what follows from it for a call.
#include "endpoints/parameters.h"

#include <string.h>

#include "endpoints/corpus.h"

static bool is_dated(const struct collection *collection)
{
    return collection->dated;
}

static bool has_words(const struct collection *collection)
{
    return collection->number != CHANGES;
}

static bool cites_works(const struct collection *collection)
{
    return collection_field(collection, "reference") != NULL;
}

static bool is_aid(const struct collection *collection)
{
    return collection->number == AID;
}

static bool is_changes(const struct collection *collection)
{
    return collection == &collection_changes;
}

enum {
    // Formats without an envelope.
    ALONE = SHAPE_RECORDS | SHAPE_ROWS | SHAPE_WORKS | SHAPE_WORKBOOK | SHAPE_FEED | SHAPE_LINKED,
    UNMARKED =
        SHAPE_ENVELOPE | SHAPE_RECORDS | SHAPE_WORKS | SHAPE_WORKBOOK | SHAPE_FEED | SHAPE_LINKED,
    // Formats in which the records are converted to something else.
    CONVERTED = SHAPE_WORKS | SHAPE_LINKED
};

static const struct parameter_row rows[] = {
    {"as_of", PARAMETER_PINS, true, 0, NULL, NULL},
    {"base_year", PARAMETER_PRICES, false, CONVERTED, NULL, is_aid},
    {"bom", PARAMETER_SHOWS, false, UNMARKED, NULL, NULL},
    {"by", PARAMETER_SELECTS, false, 0, timeline_serve, NULL},
    {"by", PARAMETER_SELECTS, false, 0, aid_totals_serve_series, NULL},
    {"corpus", PARAMETER_SELECTS, false, 0, NULL, corpus_divides},
    {"cursor", PARAMETER_PAGES, false, 0, NULL, NULL},
    {"date", PARAMETER_SELECTS, false, 0, NULL, is_dated},
    {"date__within", PARAMETER_SELECTS, false, 0, NULL, is_dated},
    {"dollars", PARAMETER_PRICES, false, CONVERTED, NULL, is_aid},
    {"evidence", PARAMETER_SHOWS, false, ALONE, NULL, cites_works},
    {"facet", PARAMETER_SHOWS, false, ALONE, NULL, NULL},
    {"facet_sort", PARAMETER_SHOWS, false, ALONE, NULL, NULL},
    {"fields", PARAMETER_SHOWS, true, CONVERTED, NULL, NULL},
    {"fiscal_year", PARAMETER_SELECTS, false, 0, aid_compare_serve, NULL},
    {"format", PARAMETER_SHOWS, true, 0, NULL, NULL},
    {"group_by", PARAMETER_ADDS, false, 0, aid_totals_serve, NULL},
    {"group_by", PARAMETER_ADDS, false, 0, aid_totals_serve_series, NULL},
    {"id", PARAMETER_SELECTS, false, 0, records_serve, NULL},
    {"include", PARAMETER_SHOWS, false, ALONE, NULL, NULL},
    {"limit", PARAMETER_PAGES, true, 0, NULL, NULL},
    {"min_weight", PARAMETER_ADDS, false, 0, network_serve, NULL},
    {"offset", PARAMETER_PAGES, true, 0, NULL, NULL},
    {"prefix", PARAMETER_SELECTS, false, 0, NULL, has_words},
    {"q", PARAMETER_SELECTS, false, 0, NULL, has_words},
    {"since", PARAMETER_SELECTS, false, 0, NULL, is_changes},
    {"sort", PARAMETER_SELECTS, false, 0, NULL, NULL},
    {"spread", PARAMETER_ADDS, false, 0, aid_totals_serve_series, NULL},
    {"strict", PARAMETER_ADDS, false, 0, aid_totals_serve, NULL},
    {"url", PARAMETER_SELECTS, false, 0, cite_serve, NULL},
};

const struct parameter_row *parameters_row(size_t i)
{
    return i < sizeof rows / sizeof *rows ? &rows[i] : NULL;
}

const struct parameter_row *parameters_find(const struct operation_row *row, const char *name)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].name, name) == 0 && (!row || !rows[i].of || rows[i].of == row->serve))
            return &rows[i];
    return NULL;
}

enum parameter_role parameters_role(const char *name)
{
    const struct parameter_row *row = parameters_find(NULL, name);
    return row ? row->role : PARAMETER_SELECTS;
}

bool parameters_are_light(const struct call *call)
{
    const char *name;
    json_t *value;
    json_object_foreach (call->arguments, name, value) {
        const struct parameter_row *row = parameters_find(call->row, name);
        if (!row || !row->light)
            return false;
    }
    return true;
}

enum err parameters_check_format(struct call *call)
{
    const char *name;
    json_t *value;
    json_object_foreach (call->arguments, name, value) {
        const struct parameter_row *row = parameters_find(NULL, name);
        const struct parameter *parameter = openapi_parameter(call->operation, name);
        if (!row || !(row->refused_by & call->format->shape) ||
            json_equal(parameter->default_value, value))
            continue;
        problem_set(&call->problem, ERR_BAD_PARAMETER, "'%s' cannot be used with format=%s.", name,
                    call->format->name);
        problem_culprit(&call->problem, "query", name, "the format cannot carry it", NULL, NULL);
    }
    return call->problem.err;
}
