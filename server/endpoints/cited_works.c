// Follows citations to the works that they cite.
#include "endpoints/cited_works.h"

#include <limits.h>

#include "query/facet_counts.h"

bool cited_works_are_neighbours(const struct call *call)
{
    return call->format->shape == SHAPE_WORKS && call->collection->number != REFERENCES;
}

static bool work_note(void *context, const json_t *value, const char *label, int64_t count)
{
    (void)label, (void)count;
    return json_object_set_new(context, json_string_value(value), json_true()) == 0;
}

enum err cited_works_find(struct selection *selection, struct inclusion *ret_works)
{
    const struct value_order order = {.by_value = true};
    const struct field *field = collection_field(selection->query.collection, "reference");
    *ret_works = include_named("references");
    if (facet_counts_read(selection->call->connection->database, &selection->query, field, &order,
                          INT_MAX, work_note, json_object_get(ret_works->wanted, "references")))
        return call_database_problem(selection->call);
    return OK;
}

struct work_list {
    const struct record_writer *writer;
    struct buffer *out;
    bool begun;
};

static void work_write(void *context, const char *json, size_t length)
{
    struct work_list *list = context;
    if (list->begun)
        record_writer_between(list->writer, list->out);
    list->begun = true;
    record_writer_record(list->writer, json, length, list->out);
}

enum err cited_works_write(struct call *call, const struct inclusion *works,
                           const struct record_writer *writer, int64_t revision, struct buffer *out)
{
    struct work_list list = {writer, out, false};
    struct database *database = call->connection->database;
    record_writer_open(writer, out);
    const json_t *ids = json_object_get(works->wanted, "references");
    if (include_each(database, "references", ids, revision, work_write, &list))
        return call_database_problem(call);
    record_writer_close(writer, out);
    return OK;
}
