// Compares the contract with the tables of the code, in both directions.
#include "endpoints/agreement.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "aid/constant_dollars.h"
#include "aid/figures.h"
#include "endpoints/aid_sums.h"
#include "endpoints/aid_totals.h"
#include "endpoints/corpus.h"
#include "endpoints/facets.h"
#include "endpoints/include.h"
#include "endpoints/parameters.h"
#include "endpoints/selection.h"
#include "endpoints/timeline.h"
#include "model/derive.h"
#include "query/query.h"

struct proof {
    const struct openapi *spec;
    const struct operation *operations;
    size_t count;
    char *fault;
};

__attribute__((format(printf, 4, 5))) static bool
fails(const struct proof *proof, const char *operation, const char *name, const char *format, ...)
{
    va_list list;
    int length = snprintf(proof->fault, SPEC_FAULT_SIZE, "%s: '%s' ", operation, name);
    va_start(list, format);
    vsnprintf(proof->fault + length, SPEC_FAULT_SIZE - (size_t)length, format, list);
    va_end(list);
    return false;
}

static bool sort_known(const struct collection *collection, const char *key)
{
    const struct field *field = collection_field(collection, key);
    return (strcmp(key, "score") == 0 && collection->number != CHANGES) ||
           (field && field->store == STORE_COLUMN && (!field->internal || strcmp(key, "id") == 0));
}

// A parameter with a closed list of values in the contract. VALUE returns the values that the code
// knows, one by one; if they depend on the collection, KNOWS checks one instead.
struct closed_list {
    const char *parameter;
    handler *of; // only for this handler's parameter; NULL: for any
    const char *(*value)(size_t i);
    bool (*knows)(const struct collection *collection, const char *value);
};

static const struct closed_list closed_lists[] = {
    {"by", timeline_serve, timeline_by_name, NULL},
    {"by", aid_totals_serve_series, aid_totals_by_name, NULL},
    {"corpus", NULL, corpus_name, NULL},
    {"dollars", NULL, constant_dollars_name, NULL},
    {"facet", NULL, NULL, facets_known},
    {"facet_sort", NULL, facets_order_name, NULL},
    {"format", NULL, output_format_name, NULL},
    {"group_by", aid_totals_serve, aid_sums_key_name, NULL},
    {"group_by", aid_totals_serve_series, aid_totals_series_key_name, NULL},
    {"include", NULL, NULL, include_known},
    {"sort", NULL, NULL, sort_known},
    {"stage", NULL, figures_stage_name, NULL},
};

enum { CLOSED_COUNT = sizeof closed_lists / sizeof *closed_lists };

// Closed lists of records whose every value means something to the code.
static const struct closed_schema {
    const char *schema;
    const char *(*value)(size_t i);
} closed_schemas[] = {
    {"AidRelationType", figures_relation_name},
    {"Category", figures_category_name},
    {"Qualifier", derive_qualifier_name},
};

enum { SCHEMA_COUNT = sizeof closed_schemas / sizeof *closed_schemas };

static bool list_is_of(const struct closed_list *list, const struct operation_row *row,
                       const char *parameter)
{
    return strcmp(list->parameter, parameter) == 0 && (!list->of || list->of == row->serve);
}

static const struct closed_list *closed_list_of(const struct operation_row *row,
                                                const char *parameter)
{
    for (size_t i = 0; i < CLOSED_COUNT; i++)
        if (list_is_of(&closed_lists[i], row, parameter))
            return &closed_lists[i];
    return NULL;
}

static bool list_has(const struct closed_list *list, const struct collection *collection,
                     const char *value)
{
    const char *known;
    if (list->knows)
        return list->knows(collection, value + (*value == '-'));
    for (size_t i = 0; (known = list->value(i)); i++)
        if (strcmp(known, value) == 0)
            return true;
    return false;
}

static bool holds(const json_t *list, const json_t *text)
{
    size_t i;
    const json_t *item;
    json_array_foreach (list, i, item)
        if (json_equal(item, text))
            return true;
    return false;
}

// Whether an operation of ROW returns records of COLLECTION.
static bool gives(const struct operation_row *row, const struct collection *collection)
{
    return row->collection == ANY_COLLECTION || row->collection == collection->number;
}

static bool is_key(const struct proof *proof, const struct operation_row *row, const json_t *key)
{
    for (size_t i = 0; i < COLLECTION_COUNT; i++)
        if (gives(row, &collections[i]) &&
            holds(openapi_properties(proof->spec, collections[i].served_schema), key))
            return true;
    return false;
}

// The values of `fields` must be exactly the keys of the returned records.
static bool keys_proved(const struct proof *proof, const struct operation *operation,
                        const struct operation_row *row, const struct parameter *parameter)
{
    size_t i;
    const json_t *key;
    const json_t *listed = openapi_values(proof->spec, parameter);
    json_array_foreach (listed, i, key)
        if (!is_key(proof, row, key))
            return fails(proof, operation->id, json_string_value(key),
                         "is a value of 'fields' but no key of a record");
    for (size_t n = 0; n < COLLECTION_COUNT; n++) {
        const json_t *keys = openapi_properties(proof->spec, collections[n].served_schema);
        json_array_foreach (keys, i, key)
            if (gives(row, &collections[n]) && !holds(listed, key))
                return fails(proof, operation->id, json_string_value(key),
                             "is a key of a record but no value of 'fields'");
    }
    return true;
}

static bool values_proved(const struct proof *proof, const struct operation *operation,
                          const struct operation_row *row, const struct parameter *parameter)
{
    size_t i;
    const json_t *value;
    const struct closed_list *list = closed_list_of(row, parameter->name);
    const struct collection *collection = collection_numbered(row->collection);
    if (strcmp(parameter->name, "fields") == 0)
        return keys_proved(proof, operation, row, parameter);
    const json_t *values = openapi_values(proof->spec, parameter);
    json_array_foreach (values, i, value) {
        const char *text = json_string_value(value);
        if (text && list && !list_has(list, collection, text))
            return fails(proof, operation->id, text, "is a value of '%s' that the code lacks",
                         parameter->name);
    }
    return list || !values || !parameters_find(row, parameter->name) ||
           fails(proof, operation->id, parameter->name,
                 "has a closed list of values, but none in the code");
}

// Whether the row lists all changes, and NAME is a filter of the changed records.
static bool changed_proved(const struct operation_row *row, const char *name)
{
    if (row->collection != CHANGES || row->argument != ARGUMENT_NONE)
        return false;
    for (size_t i = 0; i < COLLECTION_COUNT; i++)
        if (selection_filters_changed(&collections[i], name))
            return true;
    return false;
}

// Whether the parameter has a meaning for a list of the row's collection.
static bool meaning_proved(const struct proof *proof, const struct operation *operation,
                           const struct operation_row *row, const char *name)
{
    const struct field *field;
    enum filter_op op;
    const struct parameter_row *meaning = parameters_find(row, name);
    const struct collection *collection = collection_numbered(row->collection);
    bool taken = meaning && (!meaning->taken || !row->filters || meaning->taken(collection));
    return taken || changed_proved(row, name) ||
           (row->filters && filter_read(collection, name, &field, &op)) ||
           fails(proof, operation->id, name, "is a parameter without a meaning");
}

static bool parameters_proved(const struct proof *proof, const struct operation *operation,
                              const struct operation_row *row)
{
    for (size_t i = 0; i < operation->parameter_name_count; i++) {
        const char *name = operation->parameter_names[i];
        if (!meaning_proved(proof, operation, row, name) ||
            !values_proved(proof, operation, row, openapi_parameter(operation, name)))
            return false;
    }
    return true;
}

struct field_proof {
    const struct proof *proof;
    const struct operation *operation;
};

static bool parameter_required(void *context, const char *parameter)
{
    const struct field_proof *field = context;
    return openapi_parameter(field->operation, parameter) ||
           fails(field->proof, field->operation->id, parameter,
                 "is possible but not a parameter of the contract");
}

static bool fields_proved(const struct proof *proof, const struct operation *operation,
                          const struct collection *collection)
{
    struct field_proof context = {proof, operation};
    for (const struct field *field = collection->fields; field->name; field++)
        if (!filter_each(field, parameter_required, &context))
            return false;
    return true;
}

static bool path_proved(const struct proof *proof, const struct operation *operation,
                        const struct operation_row *row)
{
    const char *argument = strchr(operation->path, '{');
    bool named = argument != NULL;
    const struct collection *collection = collection_numbered(row->collection);
    if (argument && strchr(argument + 1, '{'))
        return fails(proof, operation->id, operation->path,
                     "has two arguments, but a handler is given only one");
    if (named != (row->argument != ARGUMENT_NONE))
        return fails(proof, operation->id, operation->path,
                     named ? "has an argument, but the row of the operation does not say what it is"
                           : "has no argument, but the row of the operation names one");
    if (row->argument == ARGUMENT_HISTORY && !collection_field(collection, "record"))
        return fails(proof, operation->id, operation->path,
                     "leads to the changes of a record, which its collection does not list");
    return row->argument != ARGUMENT_RECORD || collection ||
           fails(proof, operation->id, operation->path, "names a record of no collection");
}

static bool operation_proved(const struct proof *proof, const struct operation *operation)
{
    const struct operation_row *row = operations_find(operation->id);
    if (!row)
        return fails(proof, operation->id, operation->path, "has no handler");
    if (!row->work)
        return fails(proof, operation->id, operation->path, "does not say what work it is");
    if (!path_proved(proof, operation, row) || !parameters_proved(proof, operation, row))
        return false;
    bool of_changed = row->collection == CHANGES && row->argument == ARGUMENT_NONE;
    for (size_t i = 0; of_changed && i < COLLECTION_COUNT; i++)
        if (!fields_proved(proof, operation, &collections[i]))
            return false;
    return !row->filters || fields_proved(proof, operation, collection_numbered(row->collection));
}

// The other direction: each row of the code must occur in the contract.

static bool row_named(const struct proof *proof, const struct operation_row *row)
{
    for (size_t i = 0; i < proof->count; i++)
        if (strcmp(proof->operations[i].id, row->operation) == 0)
            return true;
    return fails(proof, row->operation, "handler", "has no operation in the contract");
}

static bool meaning_named(const struct proof *proof, const struct parameter_row *meaning)
{
    for (size_t i = 0; i < proof->count; i++)
        if (parameters_find(operations_find(proof->operations[i].id), meaning->name) == meaning &&
            openapi_parameter(&proof->operations[i], meaning->name))
            return true;
    return fails(proof, "parameters", meaning->name, "is a parameter of no operation");
}

static bool value_named(const struct proof *proof, const struct closed_list *list,
                        const char *value)
{
    size_t j;
    const json_t *allowed;
    for (size_t i = 0; i < proof->count; i++) {
        const struct parameter *parameter =
            openapi_parameter(&proof->operations[i], list->parameter);
        if (!parameter ||
            !list_is_of(list, operations_find(proof->operations[i].id), parameter->name))
            continue;
        const json_t *values = openapi_values(proof->spec, parameter);
        json_array_foreach (values, j, allowed)
            if (json_is_string(allowed) && strcmp(json_string_value(allowed), value) == 0)
                return true;
    }
    return fails(proof, list->parameter, value, "is a value that the contract lacks");
}

static bool code_named(const struct proof *proof)
{
    const char *value;
    const struct operation_row *row;
    const struct parameter_row *meaning;
    for (size_t i = 0; (row = operations_row(i)); i++)
        if (!row_named(proof, row))
            return false;
    for (size_t i = 0; (meaning = parameters_row(i)); i++)
        if (!meaning_named(proof, meaning))
            return false;
    for (size_t i = 0; i < CLOSED_COUNT; i++)
        for (size_t j = 0; closed_lists[i].value && (value = closed_lists[i].value(j)); j++)
            if (!value_named(proof, &closed_lists[i], value))
                return false;
    return true;
}

static bool is_known(const struct closed_schema *list, const char *value)
{
    const char *known;
    for (size_t i = 0; (known = list->value(i)); i++)
        if (strcmp(known, value) == 0)
            return true;
    return false;
}

static bool schema_proved(const struct proof *proof, const struct closed_schema *list)
{
    size_t i;
    const char *known;
    const json_t *value, *values = openapi_schema_values(proof->spec, list->schema);
    json_array_foreach (values, i, value)
        if (!is_known(list, json_string_value(value)))
            return fails(proof, list->schema, json_string_value(value),
                         "is a value that the code lacks");
    for (i = 0; (known = list->value(i)); i++) {
        AUTO(json) json_t *text = json_string(known);
        if (!holds(values, text))
            return fails(proof, list->schema, known, "is a value that the contract lacks");
    }
    return true;
}

bool agreement_proved(const struct openapi *spec, char ret_fault[static SPEC_FAULT_SIZE])
{
    struct proof proof = {.spec = spec, .fault = ret_fault};
    proof.operations = openapi_operations(spec, &proof.count);
    for (size_t i = 0; i < proof.count; i++)
        if (!operation_proved(&proof, &proof.operations[i]))
            return false;
    for (size_t i = 0; i < SCHEMA_COUNT; i++)
        if (!schema_proved(&proof, &closed_schemas[i]))
            return false;
    return code_named(&proof);
}
