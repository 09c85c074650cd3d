// The table of operations, and the proof at start that it and the contract agree.
#include "endpoints/operations.h"

#include <stdio.h>
#include <string.h>

#include "query/query.h"

static const struct operation_row rows[] = {
    {"getIndex", serve_index, NO_COLLECTION, false, false},
    {"getOpenapiJson", serve_openapi_json, NO_COLLECTION, false, false},
    {"getOpenapiYaml", serve_openapi_yaml, NO_COLLECTION, false, false},
    {"getDocs", serve_docs, NO_COLLECTION, false, false},
    {"getDocsAsset", serve_docs_asset, NO_COLLECTION, false, false},
    {"getHealth", serve_health, NO_COLLECTION, false, false},
    {"getReadiness", serve_readiness, NO_COLLECTION, true, false},
    {"getMetrics", serve_metrics, NO_COLLECTION, false, false},
    {"getProblem", serve_problem, NO_COLLECTION, false, false},
    {"listEvents", serve_list, EVENTS, true, true},
    {"getEvent", serve_record, EVENTS, true, false},
    {"listAid", serve_list, AID, true, true},
    {"getAidFigure", serve_record, AID, true, false},
    {"getAidTotals", serve_totals, AID, true, true},
    {"getAidSeries", serve_series, AID, true, true},
    {"listActors", serve_list, ACTORS, true, true},
    {"getActor", serve_record, ACTORS, true, false},
    {"listReferences", serve_list, REFERENCES, true, true},
    {"getReference", serve_record, REFERENCES, true, false},
    {"listEras", serve_list, ERAS, true, true},
    {"getEra", serve_record, ERAS, true, false},
    {"listThemes", serve_list, THEMES, true, true},
    {"getTheme", serve_record, THEMES, true, false},
    {"listEventRevisions", serve_list, CHANGES, true, true},
    {"listAidFigureRevisions", serve_list, CHANGES, true, true},
    {"listActorRevisions", serve_list, CHANGES, true, true},
    {"listReferenceRevisions", serve_list, CHANGES, true, true},
    {"listEraRevisions", serve_list, CHANGES, true, true},
    {"listThemeRevisions", serve_list, CHANGES, true, true},
    {"search", serve_list, ANY_COLLECTION, true, true},
    {"getDataset", serve_dataset, NO_COLLECTION, true, false},
    {"exportDataset", serve_package, NO_COLLECTION, false, false},
    {"cite", serve_cite, NO_COLLECTION, true, false},
    {"listChanges", serve_list, CHANGES, true, true},
    {"getNetwork", serve_network, EVENTS, true, true},
    {"getTimeline", serve_timeline, EVENTS, true, true},
};

enum { ROW_COUNT = sizeof rows / sizeof *rows };

const struct operation_row *operations_find(const char *operation)
{
    for (size_t i = 0; i < ROW_COUNT; i++)
        if (strcmp(rows[i].operation, operation) == 0)
            return &rows[i];
    return NULL;
}

static bool disagreement_set(char *ret_fault, const char *operation, const char *name,
                             const char *what)
{
    snprintf(ret_fault, SPEC_FAULT_SIZE, "%s: '%s' %s", operation, name, what);
    return false;
}

// The values of a list parameter, each without its `-`, against what the collection can do.
static bool values_agree(const struct operation *operation, const struct collection *collection,
                         const char *name, bool (*known)(const struct collection *, const char *),
                         char *ret_fault)
{
    size_t i;
    const json_t *value;
    const struct parameter *parameter = openapi_parameter(operation, name);
    const json_t *all = parameter ? json_at_pointer(parameter->schema, "/items/enum") : NULL;
    json_array_foreach (all, i, value) {
        const char *key = json_string_value(value);
        if (!known(collection, key + (*key == '-')))
            return disagreement_set(ret_fault, operation->id, key,
                                    "is a value of a parameter without a meaning");
    }
    return true;
}

static bool parameters_agree(const struct operation *operation, const struct collection *collection,
                             char *ret_fault)
{
    const struct field *field;
    enum filter_op op;
    for (size_t i = 0; i < operation->parameter_name_count; i++) {
        const char *name = operation->parameter_names[i];
        if (!selection_parameter_known(collection, name) &&
            !filter_read(collection, name, &field, &op))
            return disagreement_set(ret_fault, operation->id, name,
                                    "is a parameter without a meaning");
    }
    return values_agree(operation, collection, "sort", selection_sort_known, ret_fault) &&
           values_agree(operation, collection, "facet", facets_known, ret_fault) &&
           values_agree(operation, collection, "include", include_known, ret_fault);
}

struct matrix {
    const struct operation *operation;
    char *ret_fault;
};

static bool parameter_required(void *context, const char *parameter)
{
    const struct matrix *matrix = context;
    return openapi_parameter(matrix->operation, parameter) ||
           disagreement_set(matrix->ret_fault, matrix->operation->id, parameter,
                            "is possible but not a parameter of the contract");
}

static bool fields_agree(const struct operation *operation, const struct collection *collection,
                         char *ret_fault)
{
    struct matrix matrix = {operation, ret_fault};
    for (const struct field *field = collection->fields; field->name; field++)
        if (!filter_each(field, parameter_required, &matrix))
            return false;
    return true;
}

bool operations_agree(const struct openapi *spec, char ret_fault[static SPEC_FAULT_SIZE])
{
    size_t count;
    const struct operation *operations = openapi_operations(spec, &count);
    for (size_t i = 0; i < count; i++) {
        const struct operation_row *row = operations_find(operations[i].id);
        if (!row)
            return disagreement_set(ret_fault, operations[i].id, operations[i].path,
                                    "has no handler");
        const struct collection *collection = collection_numbered(row->collection);
        if (row->filters && (!parameters_agree(&operations[i], collection, ret_fault) ||
                             !fields_agree(&operations[i], collection, ret_fault)))
            return false;
    }
    for (size_t i = 0; i < ROW_COUNT; i++) {
        bool found = false;
        for (size_t j = 0; j < count; j++)
            found |= strcmp(operations[j].id, rows[i].operation) == 0;
        if (!found)
            return disagreement_set(ret_fault, rows[i].operation, "handler",
                                    "has no operation in the contract");
    }
    return true;
}
