// Counts records by value; each facet ignores the filter on its own field.
#include "endpoints/facets.h"

#include <string.h>

#include "query/facet_scan.h"

enum { VALUES_MAX = 100 };

bool facets_known(const struct collection *collection, const char *key)
{
    const struct field *field = collection_field(collection, key);
    return field && !field->internal &&
           (field->store == STORE_ENTRY || field->store == STORE_SIDE ||
            (field->store == STORE_COLUMN && field->type != TYPE_TEXT));
}

// QUERY without its conditions on FIELD.
static struct query query_without(const struct query *query, const struct field *field)
{
    struct query rest = *query;
    rest.condition_count = 0;
    for (size_t i = 0; i < query->condition_count; i++)
        if (query->conditions[i].field != field)
            rest.conditions[rest.condition_count++] = query->conditions[i];
    return rest;
}

static const char *const orders[] = {"count", "value", "position"};

enum { ORDER_COUNT = sizeof orders / sizeof *orders };

const char *facets_order_name(size_t i)
{
    return i < ORDER_COUNT ? orders[i] : NULL;
}

enum err facets_check(struct call *call)
{
    if (!json_object_get(call->arguments, "facet_sort") ||
        json_object_get(call->arguments, "facet"))
        return OK;
    problem_set(&call->problem, ERR_BAD_PARAMETER,
                "'facet_sort' needs 'facet', which names what to count by.");
    problem_culprit(&call->problem, "query", "facet_sort", "there are no facets to put in order",
                    NULL, NULL);
    return ERR_BAD_PARAMETER;
}

// The order that the call asks for, for values of the closed list LIST.
static struct value_order order_of(const struct selection *selection, const json_t *list)
{
    const char *name = json_text(selection->arguments, "facet_sort");
    bool by_position = name && strcmp(name, "position") == 0;
    return (struct value_order){.by_value = name && strcmp(name, "count") != 0,
                                .ranks = by_position ? list : NULL};
}

struct facet {
    const struct field *field;
    const json_t *list; // the closed list of its values, or NULL
    struct buffer *out;
    int count;
    bool truncated;
};

// Whether values of FIELD have labels: titles of the closed list LIST, or names of records.
static bool is_labelled(const struct field *field, const json_t *list)
{
    const struct collection *named = collection_numbered(field->target);
    return list || (named && named->label);
}

// What to call records without a value: `No era`.
static void none_write(const struct facet *facet)
{
    if (!is_labelled(facet->field, facet->list)) {
        buffer_add_text(facet->out, "null");
        return;
    }
    buffer_add_text(facet->out, "\"No ");
    for (const char *c = facet->field->name; *c; c++)
        buffer_add_char(facet->out, *c == '_' ? ' ' : *c);
    buffer_add_char(facet->out, '"');
}

static bool facet_value_write(void *context, const json_t *value, const char *label, int64_t count)
{
    struct facet *facet = context;
    const char *text = json_string_value(value);
    if (facet->count == VALUES_MAX) {
        facet->truncated = true;
        return false;
    }
    buffer_add_text(facet->out, facet->count++ ? ",{\"value\":" : "{\"value\":");
    if (json_is_integer(value))
        buffer_add_format(facet->out, "%lld", (long long)json_integer_value(value));
    else
        buffer_add_json_text(facet->out, text);
    buffer_add_text(facet->out, ",\"label\":");
    if (json_is_null(value))
        none_write(facet);
    else
        buffer_add_json_text(facet->out, label ? label : openapi_title(facet->list, text));
    buffer_add_format(facet->out, ",\"count\":%lld}", (long long)count);
    return true;
}

static bool is_filtered(const struct query *query, const struct field *field)
{
    for (size_t i = 0; i < query->condition_count; i++)
        if (query->conditions[i].field == field)
            return true;
    return false;
}

// If there are several facets that ignore no filter, and it is cheaper, counts them in one pass.
// NULL if not, or on failure.
static struct facet_scan *facets_scan(const struct selection *selection, const json_t *names)
{
    size_t i, count = 0;
    const json_t *name;
    const struct field *fields[FACET_SCAN_MAX];
    const struct query *query = &selection->query;
    json_array_foreach (names, i, name) {
        const struct field *field = collection_field(query->collection, json_string_value(name));
        bool listed = field->store != STORE_SIDE || field->path;
        if (listed && count < FACET_SCAN_MAX && !is_filtered(query, field))
            fields[count++] = field;
    }
    if (count < 2 || !facet_scan_serves(query))
        return NULL;
    return facet_scan_new(selection->call->connection->database, query, fields, count);
}

// Writes one facet, from SCAN if that counted it.
static enum err facet_write(const struct selection *selection, struct facet_scan *scan,
                            const struct field *field, struct buffer *out)
{
    struct facet facet = {.field = field, .list = selection_ranks(selection, field), .out = out};
    struct value_order order = order_of(selection, facet.list);
    struct query rest = query_without(&selection->query, field);
    buffer_add_format(out, "\"%s\":{\"values\":[", field->name);
    enum err err =
        facet_scan_has(scan, field)
            ? facet_scan_values(scan, field, &order, VALUES_MAX + 1, facet_value_write, &facet)
            : facet_counts_read(selection->call->connection->database, &rest, field, &order,
                                VALUES_MAX + 1, facet_value_write, &facet);
    buffer_add_format(out, "],\"truncated\":%s}", facet.truncated ? "true" : "false");
    return err;
}

enum err facets_write(const struct selection *selection, struct buffer *out)
{
    size_t i;
    const json_t *name;
    const struct collection *collection = selection->query.collection;
    const json_t *names = json_object_get(selection->arguments, "facet");
    if (!names) {
        buffer_add_text(out, "null");
        return OK;
    }
    AUTO(facet_scan) struct facet_scan *scan = facets_scan(selection, names);
    enum err err = database_failure(selection->call->connection->database);
    buffer_add_char(out, '{');
    json_array_foreach (names, i, name) {
        buffer_add_text(out, i ? "," : "");
        if (!err)
            err = facet_write(selection, scan,
                              collection_field(collection, json_string_value(name)), out);
    }
    buffer_add_char(out, '}');
    return err;
}
