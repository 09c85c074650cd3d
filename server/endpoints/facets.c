// Counts records by value, each facet as if its own filter were not set.
#include "endpoints/facets.h"

#include "query/facet_counts.h"

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

struct facet {
    struct buffer *out;
    int count;
    bool truncated;
};

static bool facet_value_write(void *context, const json_t *value, const char *label, int64_t count)
{
    struct facet *facet = context;
    if (facet->count == VALUES_MAX) {
        facet->truncated = true;
        return false;
    }
    buffer_add_text(facet->out, facet->count++ ? ",{\"value\":" : "{\"value\":");
    if (json_is_integer(value))
        buffer_add_format(facet->out, "%lld", (long long)json_integer_value(value));
    else
        buffer_add_json_text(facet->out, json_string_value(value));
    buffer_add_text(facet->out, ",\"label\":");
    buffer_add_json_text(facet->out, label);
    buffer_add_format(facet->out, ",\"count\":%lld}", (long long)count);
    return true;
}

enum err facets_write(struct database *database, const struct query *query, const json_t *names,
                      struct buffer *out)
{
    size_t i;
    const json_t *name;
    if (!names) {
        buffer_add_text(out, "null");
        return OK;
    }
    buffer_add_char(out, '{');
    json_array_foreach (names, i, name) {
        struct facet facet = {.out = out};
        const struct field *field = collection_field(query->collection, json_string_value(name));
        struct query rest = query_without(query, field);
        buffer_add_format(out, "%s\"%s\":{\"values\":[", i ? "," : "", field->name);
        enum err err =
            facet_counts_read(database, &rest, field, VALUES_MAX + 1, facet_value_write, &facet);
        if (err)
            return err;
        buffer_add_format(out, "],\"truncated\":%s}", facet.truncated ? "true" : "false");
    }
    buffer_add_char(out, '}');
    return OK;
}
