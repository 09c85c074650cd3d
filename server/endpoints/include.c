// Follows the ids in rendered records to the renderings of related records.
#include "endpoints/include.h"

#include <stdlib.h>
#include <string.h>

#include "aid/constant_dollars.h"
#include "storage/intact.h"
#include "storage/sql.h"
#include "storage/versions.h"

// The field of COLLECTION whose ids lead to the collection NAME.
static const struct field *field_to(const struct collection *collection, const char *name)
{
    const struct collection *other = collection_named(name);
    const struct field *field = collection->fields;
    for (; other && field->name; field++)
        if (field->target == other->number && !field->internal && field->store != STORE_REVERSE &&
            (field->store == STORE_ENTRY || other->number == EVENTS))
            return field;
    return NULL;
}

static const char related_key[] = "related";

bool include_known(const struct collection *collection, const char *key)
{
    bool known = strcmp(key, related_key) == 0;
    if (collection->number != ANY_COLLECTION)
        return known || field_to(collection, key);
    for (size_t i = 0; i < COLLECTION_COUNT; i++)
        known |= field_to(&collections[i], key) != NULL;
    return known;
}

struct inclusion include_of(const struct call *call)
{
    struct inclusion inclusion = {0};
    size_t i;
    const json_t *name;
    const json_t *names = json_object_get(call->arguments, "include");
    if (names)
        inclusion.wanted = json_object();
    json_array_foreach (names, i, name) {
        if (strcmp(json_string_value(name), related_key) == 0)
            inclusion.related = json_object();
        else
            json_object_set_new(inclusion.wanted, json_string_value(name), json_object());
    }
    return inclusion;
}

struct inclusion include_named(const char *name)
{
    return (struct inclusion){.wanted = json_pack("{s{}}", name)};
}

void include_cleanup(struct inclusion *inclusion)
{
    json_decref(inclusion->wanted);
    json_decref(inclusion->related);
}

static bool id_note(void *context, const json_t *value, const char *pointer)
{
    (void)pointer;
    json_object_set_new(context, json_string_value(value), json_true());
    return true;
}

// Whether the ids of FIELD belong to `related`: fields that are not filters and so not values of
// `include`, the parents of actors, and eras.
static bool is_related(const struct collection *collection, const struct field *field)
{
    return field->target && (field->internal || field->target == ERAS ||
                             (collection->number == ACTORS && field->target == ACTORS));
}

static void related_note(json_t *ids, const struct collection *collection, const json_t *record)
{
    for (const struct field *field = collection->fields; field->name; field++)
        if (is_related(collection, field))
            collection_record_walk(record, field->path, id_note, ids);
    collection_record_walk(record, "incoming_relations/*/source", id_note, ids);
}

void include_note(struct inclusion *inclusion, const struct collection *collection,
                  const char *json, size_t length)
{
    const char *name;
    json_t *ids;
    json_error_t error;
    if (!inclusion->wanted)
        return;
    AUTO(json) json_t *record = json_loadb(json, length, 0, &error);
    json_object_foreach (inclusion->wanted, name, ids) {
        const struct field *field = field_to(collection, name);
        if (field)
            collection_record_walk(record, field->path, id_note, ids);
    }
    if (inclusion->related)
        related_note(inclusion->related, collection, record);
}

enum err include_each(struct database *database, const char *name, const json_t *ids,
                      int64_t revision,
                      void (*each)(void *context, const char *json, size_t length), void *context)
{
    struct sql sql = {0};
    const char *id;
    json_t *ignored;
    AUTO(json) json_t *list = json_array();
    json_object_foreach ((json_t *)ids, id, ignored)
        json_array_append_new(list, json_string(id));
    AUTO(text) char *text = json_dumps(list, JSON_COMPACT);
    sql_add(&sql, "SELECT " INTACT_JSON("g") " FROM json_each(");
    sql_text(&sql, text ? text : "[]");
    sql_add(&sql,
            ") j JOIN record r ON r.collection = %d AND r.id = j.value"
            " JOIN rendering g ON g.key " RENDERINGS_OF("r.key") " AND ",
            collection_named(name)->number);
    sql_valid_at(&sql, "g", revision);
    sql_add(&sql, " ORDER BY r.id");
    struct statement *statement = sql_prepare(&sql, database);
    while (statement && statement_step(statement))
        each(context, statement_text(statement, 0), statement_length(statement, 0));
    sql_cleanup(&sql);
    return database_failure(database);
}

static void path_rebase(json_t *object, const char *key, const char *base)
{
    const char *path = json_text(object, key);
    if (path && *path == '/')
        json_object_set_new(object, key, json_sprintf("%s%s", base, path));
}

// Puts BASE before the paths in a record. Records are stored without it, because services at
// several addresses may read one database.
static void record_rebase(json_t *record, const char *base)
{
    static const char *const keys[] = {"url", "version", "replaced_by"};
    const char *key;
    json_t *ignored, *links = json_object_get(record, "links");
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        path_rebase(record, keys[i], base);
    json_object_foreach (links, key, ignored)
        path_rebase(links, key, base);
}

static void included_add(struct buffer *out, const json_t *record)
{
    AUTO(text) char *text = record ? json_write(record, 0) : NULL;
    buffer_add_text(out, text ? text : "");
    out->failed |= !text;
}

struct record_list {
    struct buffer *out;
    const char *base;
    bool begun;
};

static void neighbour_write(void *context, const char *json, size_t length)
{
    json_error_t error;
    struct record_list *list = context;
    buffer_add_text(list->out, list->begun ? "," : "");
    list->begun = true;
    if (!*list->base) {
        buffer_add(list->out, json, length);
        return;
    }
    AUTO(json) json_t *record = json_loadb(json, length, 0, &error);
    record_rebase(record, list->base);
    included_add(list->out, record);
}

// The ids to look up in each collection. Related ones are looked up in all of them; an id is used
// only once.
static json_t *lists_of(const struct inclusion *inclusion)
{
    if (!inclusion->related)
        return json_incref(inclusion->wanted);
    json_t *lists = json_object();
    for (size_t i = 0; i < COLLECTION_COUNT; i++) {
        const char *name = collections[i].name;
        json_t *ids = json_copy(inclusion->related);
        json_object_update(ids, json_object_get(inclusion->wanted, name));
        json_object_set_new(lists, name, ids);
    }
    return lists;
}

enum err include_write(const struct inclusion *inclusion, struct call *call, int64_t revision,
                       struct buffer *out)
{
    const char *name;
    json_t *ids;
    bool first = true;
    buffer_add_text(out, ",\"included\":");
    if (!inclusion->wanted) {
        buffer_add_text(out, "null");
        return OK;
    }
    buffer_add_char(out, '{');
    AUTO(json) json_t *lists = lists_of(inclusion);
    json_object_foreach (lists, name, ids) {
        struct record_list list = {out, call->base, false};
        buffer_add_format(out, "%s\"%s\":[", first ? "" : ",", name);
        if (include_each(call->connection->database, name, ids, revision, neighbour_write, &list))
            return call_database_problem(call);
        buffer_add_char(out, ']');
        first = false;
    }
    buffer_add_char(out, '}');
    return OK;
}

static void key_write(const json_t *record, const char *key, const char *name, bool first,
                      struct buffer *out)
{
    const json_t *value = json_object_get(record, key);
    AUTO(text) char *text = value ? json_write(value, 0) : NULL;
    buffer_add_text(out, first ? "{" : ",");
    buffer_add_json_text(out, name);
    buffer_add_char(out, ':');
    buffer_add_text(out, text ? text : "null");
}

bool include_changes_records(const struct call *call)
{
    const char *dollars = json_text(call->arguments, "dollars");
    return *call->base || json_object_get(call->arguments, "fields") ||
           (dollars && strcmp(dollars, "constant") == 0);
}

static void chosen_keys_write(const json_t *record, const json_t *names, struct buffer *out)
{
    size_t i;
    const json_t *name;
    json_array_foreach (names, i, name)
        key_write(record, json_string_value(name), json_string_value(name), i == 0, out);
    buffer_add_char(out, '}');
}

enum err include_record_write(struct call *call, const char *json, size_t length,
                              struct buffer *out)
{
    int base_year = 0;
    json_error_t error;
    const json_t *names = json_object_get(call->arguments, "fields");
    if (!include_changes_records(call)) {
        buffer_add(out, json, length);
        return OK;
    }
    AUTO(json) json_t *record = json_loadb(json, length, 0, &error);
    enum err err = constant_dollars_base_year(&call->problem, call->arguments, &base_year);
    if (!err && base_year)
        err = constant_dollars_set(&call->problem, base_year, record);
    if (*call->base)
        record_rebase(record, call->base);
    if (names) {
        chosen_keys_write(record, names, out);
        return err;
    }
    included_add(out, record);
    return err;
}

// The members of a search hit: for each key, the first of these that the record has.
static const struct {
    const char *name;
    const char *keys[4];
} hit_keys[] = {
    {"type", {"type"}},
    {"id", {"id"}},
    {"url", {"url"}},
    {"title", {"title", "name"}},
    {"kind", {"kind"}},
    {"era", {"era"}},
    {"date_edtf", {"date_edtf", "span_edtf", "period_edtf", "act_edtf"}},
    {"date_start", {"date_start"}},
    {"date_end", {"date_end"}},
    {"date_precision", {"date_precision"}},
    {"year", {"year"}},
    {"score", {"score"}},
    {"highlights", {"highlights"}},
};

// The record's key that provides member number I of a hit.
static const char *hit_key(const json_t *record, size_t i)
{
    const char *const *key = hit_keys[i].keys;
    const json_t *value = json_object_get(record, *key);
    while ((!value || json_is_null(value)) && key + 1 < hit_keys[i].keys + 4 && key[1])
        value = json_object_get(record, *++key);
    return *key;
}

void include_hit_write(const char *json, size_t length, struct buffer *out)
{
    json_error_t error;
    AUTO(json) json_t *record = json_loadb(json, length, 0, &error);
    for (size_t i = 0; i < sizeof hit_keys / sizeof *hit_keys; i++)
        key_write(record, hit_key(record, i), hit_keys[i].name, i == 0, out);
    buffer_add_char(out, '}');
}
