// Makes renderings from versions: adds names, derived fields, neighbours and their counts, in the
// contract's order.
#include "dataset/rendering.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/text.h"
#include "dataset/actor_sides.h"
#include "model/collection.h"
#include "query/query.h"
#include "storage/intact.h"
#include "storage/versions.h"

struct render_context {
    struct database *database;
    const struct openapi *spec;
    const struct collection *collection;
    int64_t record;
    int64_t revision;
    bool official; // the record's corpus
};

// In the order in which a record shows them.
static const char *const sides[] = {"us", "pakistan", "third"};

enum { SIDE_COUNT = sizeof sides / sizeof *sides };

// A copy of ITEM, an actor of an event, with the actor's name; also records its side.
static json_t *actor_named(const struct render_context *render, json_t *item,
                           bool ret_sides[static SIDE_COUNT])
{
    json_t *copy = NULL;
    struct statement *find = database_prepare(
        render->database, "SELECT a.name, s.side FROM actor a JOIN actor_side s ON s.id = a.id"
                          " AND s.valid_from <= ?2 AND s.valid_to > ?2"
                          " WHERE a.id = ?1 AND a.valid_from <= ?2 AND a.valid_to > ?2");
    if (!find)
        return NULL;
    statement_bind_text(find, 1, json_text(item, "id"));
    statement_bind_integer(find, 2, render->revision);
    if (statement_step(find)) {
        copy = json_copy(item);
        json_object_set_new(copy, "name", json_string(statement_text(find, 0)));
        for (size_t i = 0; i < SIDE_COUNT; i++)
            ret_sides[i] |= strcmp(sides[i], statement_text(find, 1)) == 0;
    }
    statement_reset(find);
    return copy;
}

static bool event_actors_set(const struct render_context *render, json_t *full)
{
    size_t i;
    json_t *item, *named = json_array(), *on = json_array();
    bool found[SIDE_COUNT] = {0}, good = true;
    json_array_foreach (json_object_get(full, "actors"), i, item) {
        json_t *actor = actor_named(render, item, found);
        good = good && json_object_get(actor, "name") && !json_array_append_new(named, actor);
    }
    for (i = 0; i < SIDE_COUNT; i++)
        if (found[i])
            json_array_append_new(on, json_string(sides[i]));
    good = !json_object_set_new(full, "actors", named) && good;
    return !json_object_set_new(full, "sides", on) && good;
}

static bool actor_side_set(const struct render_context *render, json_t *full)
{
    json_t *side = NULL;
    struct statement *find =
        database_prepare(render->database, "SELECT side FROM actor_side WHERE record = ?1"
                                           " AND valid_from <= ?2 AND valid_to > ?2");
    if (!find)
        return false;
    statement_bind_integer(find, 1, render->record);
    statement_bind_integer(find, 2, render->revision);
    if (statement_step(find))
        side = json_string(statement_text(find, 0));
    statement_reset(find);
    return !json_object_set_new(full, "side", side);
}

// The fields of a record that come from its actors.
static bool actors_set(const struct render_context *render, json_t *full)
{
    switch (render->collection->number) {
    case EVENTS:
        return event_actors_set(render, full);
    case ACTORS:
        return actor_side_set(render, full);
    default:
        return true;
    }
}

// Adds relations to ID that BODY, another record, states and that need not be stated on both sides.
static void incoming_add(json_t *list, const char *body, const char *id)
{
    json_error_t error;
    size_t i;
    const json_t *relation;
    AUTO(json) json_t *source = json_loads(body, 0, &error);
    json_array_foreach (json_object_get(source, "relations"), i, relation) {
        const char *type = json_text(relation, "type");
        bool mutual = strcmp(type, "alternative-of") == 0 || strcmp(type, "overlaps") == 0;
        if (mutual || strcmp(json_text(relation, "target"), id) != 0)
            continue;
        json_array_append_new(list,
                              json_pack("{ssss}", "type", type, "source", json_text(source, "id")));
    }
}

static bool incoming_set(const struct render_context *render, json_t *full)
{
    json_t *list = json_array();
    struct statement *find = database_prepare(
        render->database, "SELECT v.body FROM entry e JOIN version v ON v.key = e.version JOIN "
                          "record r ON r.key = v.record"
                          " WHERE e.collection = ? AND e.field = 'relation' AND e.value = ?"
                          " AND e.valid_from <= ? AND e.valid_to > ? ORDER BY r.id");
    if (!find)
        return json_decref(list), false;
    const char *id = json_text(full, "id");
    statement_bind_integer(find, 1, render->collection->number);
    statement_bind_text(find, 2, id);
    statement_bind_integer(find, 3, render->revision);
    statement_bind_integer(find, 4, render->revision);
    while (statement_step(find))
        incoming_add(list, statement_text(find, 0), id);
    return !json_object_set_new(full, "incoming_relations", list) &&
           !database_failure(render->database);
}

static bool neighbour_add(const struct render_context *render, const struct neighbour *neighbour,
                          const char *id, json_t *links, json_t *counts)
{
    char link[256];
    int64_t count = 0;
    const struct collection *other = collection_numbered(neighbour->collection);
    AUTO(json) json_t *value = json_string(id);
    struct query query = {.collection = other,
                          .revision = render->revision,
                          .corpus = render->official ? CORPUS_OFFICIAL : CORPUS_PAPER,
                          .condition_count = 1};
    query.conditions[0].field = collection_field(other, neighbour->filter);
    query.conditions[0].value = value;
    if (query_count(render->database, &query, &count))
        return false;
    snprintf(link, sizeof link, "/v1/%s?%s=%s%s", other->name, neighbour->filter, id,
             render->official ? "&corpus=official" : "");
    return !json_object_set_new(links, neighbour->name, json_string(link)) &&
           !json_object_set_new(counts, neighbour->name, json_integer(count));
}

static bool neighbours_set(const struct render_context *render, json_t *full)
{
    char history[256];
    const char *id = json_text(full, "id");
    json_t *links = json_object(), *counts = json_object();
    snprintf(history, sizeof history, "/v1/%s/%s/revisions", render->collection->name, id);
    json_object_set_new(links, "history", json_string(history));
    json_object_set_new(full, "links", links);
    json_object_set_new(full, "counts", counts);
    for (const struct neighbour *n = render->collection->neighbours; n->name; n++)
        if (!neighbour_add(render, n, id, links, counts))
            return false;
    return true;
}

static bool provenance_set(const struct render_context *render, int64_t valid_from, json_t *full)
{
    char url[256];
    struct revision first = {0}, last;
    struct statement *find =
        database_prepare(render->database, "SELECT min(valid_from) FROM version WHERE record = ?");
    if (!find)
        return false;
    statement_bind_integer(find, 1, render->record);
    int64_t number = statement_step(find) ? statement_integer(find, 0) : 0;
    statement_reset(find);
    if (revision_numbered(render->database, number, &first) ||
        revision_numbered(render->database, valid_from, &last))
        return false;
    snprintf(url, sizeof url, "/v1/%s/%s", render->collection->name, json_text(full, "id"));
    return !json_object_set_new(full, "type", json_string(render->collection->type)) &&
           !json_object_set_new(full, "url", json_string(url)) &&
           !json_object_set_new(full, "revision", json_integer(valid_from)) &&
           !json_object_set_new(full, "created_at", json_string(first.time)) &&
           !json_object_set_new(full, "updated_at", json_string(last.time));
}

static bool related(const struct collection *collection)
{
    return collection_field(collection, "relation") != NULL;
}

// Sets the corpus, also in RENDER.
static bool corpus_shown(struct render_context *render, int64_t version, json_t *full)
{
    struct sql sql = {0};
    sql_add(&sql, "SELECT corpus FROM %s WHERE version = ", render->collection->table);
    sql_integer(&sql, version);
    struct statement *find = sql_prepare(&sql, render->database);
    bool good = find && statement_step(find) &&
                !json_object_set_new(full, "corpus", json_string(statement_text(find, 0)));
    if (find)
        statement_reset(find);
    sql_cleanup(&sql);
    render->official = good && strcmp(json_text(full, "corpus"), "official") == 0;
    return good;
}

static json_t *full_record(struct render_context *render, const struct store_version *version)
{
    json_t *full = collection_record_derived(render->collection, version->body);
    if (full && corpus_shown(render, version->key, full) && actors_set(render, full) &&
        (!related(render->collection) || incoming_set(render, full)) &&
        neighbours_set(render, full) && provenance_set(render, version->valid_from, full))
        return full;
    json_decref(full);
    return NULL;
}

// The record as of REVISION with everything that is derived, a new reference; NULL if it did not
// exist or on failure.
static json_t *version_record_read(struct database *database, const struct openapi *spec,
                                   int64_t record, int64_t revision,
                                   struct render_context *ret_render)
{
    struct store_version version;
    struct statement *find =
        database_prepare(database, "SELECT collection FROM record WHERE key = ?");
    if (!find)
        return NULL;
    statement_bind_integer(find, 1, record);
    int64_t number = statement_step(find) ? statement_integer(find, 0) : 0;
    statement_reset(find);
    if (!number || versions_version_read(database, record, revision, &version) || !version.body)
        return NULL;
    *ret_render = (struct render_context){
        database, spec,     collection_numbered((enum collection_number)number),
        record,   revision, false};
    json_t *full = full_record(ret_render, &version);
    json_decref(version.body);
    return full;
}

static char *full_render(const struct render_context *render, const json_t *full)
{
    AUTO(json)
    json_t *arranged =
        full ? openapi_arrange(render->spec, render->collection->served_schema, full) : NULL;
    return arranged ? json_write(arranged, 0) : NULL;
}

// Ends the current rendering of RECORD unless it equals TEXT.
static bool rendering_replace(struct database *database, int64_t record, int64_t revision,
                              const char *text)
{
    struct statement *statement = database_prepare(
        database, "SELECT json FROM rendering WHERE key " RENDERINGS_OF("?1") " AND valid_to = ?2");
    if (!statement)
        return false;
    statement_bind_integer(statement, 1, record);
    statement_bind_integer(statement, 2, VALID_FOREVER);
    bool there = statement_step(statement);
    bool same = there && text && strcmp(statement_text(statement, 0), text) == 0;
    statement_reset(statement);
    if (!there || same || database_failure(database))
        return !database_failure(database);
    statement = database_prepare(
        database,
        "UPDATE rendering SET valid_to = ?1 WHERE key " RENDERINGS_OF("?2") " AND valid_to = ?3");
    if (!statement)
        return false;
    statement_bind_integer(statement, 1, revision);
    statement_bind_integer(statement, 2, record);
    statement_bind_integer(statement, 3, VALID_FOREVER);
    return statement_run(statement);
}

static bool rendering_add(struct database *database, int64_t record, int64_t revision,
                          const char *text)
{
    char tag[DIGEST_HEX_SIZE] = "";
    bool good = intact_tag(text, strlen(text), tag);
    struct statement *add = database_prepare(
        database,
        "INSERT INTO rendering (key, record, valid_from, etag, json)"
        " SELECT ifnull(max(key) + 1, ?1 << " RENDERING_BITS "), ?1, ?2, ?3, ?4"
        " FROM rendering WHERE key " RENDERINGS_OF("?1") " HAVING max(valid_to) IS NOT ?5");
    if (!good || !add)
        return false;
    statement_bind_integer(add, 1, record);
    statement_bind_integer(add, 2, revision);
    statement_bind_text(add, 3, tag);
    statement_bind_text(add, 4, text);
    statement_bind_integer(add, 5, VALID_FOREVER);
    return statement_run(add);
}

// The texts of one document of the full-text index, in the order of its columns.
struct search_texts {
    struct buffer column[4];
};

static void search_texts_cleanup(struct search_texts *texts)
{
    for (size_t i = 0; i < 4; i++)
        buffer_cleanup(&texts->column[i]);
}

static bool search_text_add(void *context, const json_t *value, const char *pointer)
{
    struct buffer *out = context;
    (void)pointer;
    AUTO(text) char *typed = text_typed(json_is_string(value) ? json_string_value(value) : "");
    if (out->length)
        buffer_add_text(out, "; ");
    buffer_add_text(out, typed ? typed : "");
    out->failed |= !typed;
    return true;
}

struct names_target {
    const struct render_context *render;
    struct buffer *out;
};

static bool called_add(const struct render_context *render, const char *id, const char *names)
{
    struct statement *add =
        database_prepare(render->database, "INSERT INTO temp.called VALUES (?, ?)");
    if (!add)
        return false;
    statement_bind_text(add, 1, id);
    statement_bind_text(add, 2, names);
    return statement_run(add);
}

// Stores the actor's name and aliases at RENDER's revision.
static bool called_find(const struct render_context *render, const char *id)
{
    struct store_version version;
    struct buffer names = {0};
    int64_t record = versions_record_key(render->database, ACTORS, id);
    if (!record || versions_version_read(render->database, record, render->revision, &version))
        return false;
    bool good = !version.body ||
                collection_record_walk(version.body, "name|aliases/*", search_text_add, &names);
    good = good && called_add(render, id, buffer_text(&names));
    json_decref(version.body);
    buffer_cleanup(&names);
    return good;
}

static bool called_read(const struct names_target *target, const char *id, bool *ret_known)
{
    struct statement *find =
        database_prepare(target->render->database, "SELECT names FROM temp.called WHERE id = ?");
    if (!find)
        return false;
    statement_bind_text(find, 1, id);
    *ret_known = statement_step(find);
    if (*ret_known && statement_length(find, 0)) {
        if (target->out->length)
            buffer_add_text(target->out, "; ");
        buffer_add_text(target->out, statement_text(find, 0));
    }
    statement_reset(find);
    return !database_failure(target->render->database);
}

// The name and aliases of an actor that the record refers to. Many records refer to the same one,
// so its version is read once per revision.
static bool actor_names_add(void *context, const json_t *value, const char *pointer)
{
    const struct names_target *target = context;
    const char *id = json_string_value(value);
    bool known;
    (void)pointer;
    if (!called_read(target, id, &known))
        return false;
    return known || (called_find(target->render, id) && called_read(target, id, &known));
}

// Where the words of records are, for all collections; a path that a record does not have finds
// nothing.
static bool texts_collect(const struct render_context *render, const json_t *full,
                          struct search_texts *texts)
{
    struct names_target names = {render, &texts->column[1]};
    return collection_record_walk(full, "title|name", search_text_add, &texts->column[0]) &&
           collection_record_walk(full, "aliases/*|creators", search_text_add, &texts->column[1]) &&
           collection_record_walk(full, "actors/*/id|donor|recipient|agency", actor_names_add,
                                  &names) &&
           collection_record_walk(full, "summary|description|container|citekey|doi",
                                  search_text_add, &texts->column[2]) &&
           collection_record_walk(full,
                                  "notes/*/text|figures/*/label|figures/*/group|offices/*/title",
                                  search_text_add, &texts->column[3]);
}

// Compares the record's stored document with TEXTS; a failure shows in database_failure.
enum document_state { DOCUMENT_MISSING, DOCUMENT_SAME, DOCUMENT_OTHER };

static enum document_state document_compare(struct database *database, int64_t record,
                                            struct search_texts *texts)
{
    struct statement *find =
        database_prepare(database, "SELECT w.title, w.names, w.summary, w.notes FROM document d "
                                   "JOIN words w ON w.rowid = d.key"
                                   " WHERE d.record = ? AND d.valid_to = ?");
    if (!find)
        return DOCUMENT_MISSING;
    statement_bind_integer(find, 1, record);
    statement_bind_integer(find, 2, VALID_FOREVER);
    enum document_state state = statement_step(find) ? DOCUMENT_SAME : DOCUMENT_MISSING;
    for (int i = 0; state == DOCUMENT_SAME && i < 4; i++)
        if (strcmp(statement_text(find, i), buffer_text(&texts->column[i])) != 0)
            state = DOCUMENT_OTHER;
    statement_reset(find);
    return state;
}

static bool document_end(struct database *database, int64_t record, int64_t revision)
{
    struct statement *end = database_prepare(
        database, "UPDATE document SET valid_to = ? WHERE record = ? AND valid_to = ?");
    if (!end)
        return false;
    statement_bind_integer(end, 1, revision);
    statement_bind_integer(end, 2, record);
    statement_bind_integer(end, 3, VALID_FOREVER);
    return statement_run(end);
}

static bool document_add(const struct render_context *render, const char *id,
                         struct search_texts *texts)
{
    struct statement *add =
        database_prepare(render->database,
                         "INSERT INTO document (key, record, valid_from, type, id, corpus)"
                         " SELECT ifnull(max(key) + 1, ?5 << " DOCUMENT_BITS "), ?1, ?2, ?3, ?4, ?6"
                         " FROM document WHERE key " DOCUMENTS_OF("?5"));
    if (!add)
        return false;
    statement_bind_integer(add, 1, render->record);
    statement_bind_integer(add, 2, render->revision);
    statement_bind_text(add, 3, render->collection->type);
    statement_bind_text(add, 4, id);
    statement_bind_integer(add, 5, render->collection->number);
    statement_bind_text(add, 6, render->official ? "official" : "paper");
    if (!statement_run(add))
        return false;
    int64_t key = database_last_key(render->database);
    add = database_prepare(render->database, "INSERT INTO temp.fresh VALUES (?, ?, ?, ?, ?)");
    if (!add)
        return false;
    statement_bind_integer(add, 1, key);
    for (int i = 0; i < 4; i++)
        statement_bind_text(add, 2 + i, buffer_text(&texts->column[i]));
    return statement_run(add);
}
// Updates the document of RENDER's record from FULL.
// Updates the document of the render's record from FULL.
static bool document_update(const struct render_context *render, const json_t *full)
{
    AUTO(search_texts) struct search_texts texts = {0};
    if (!texts_collect(render, full, &texts))
        return false;
    enum document_state state = document_compare(render->database, render->record, &texts);
    if (state == DOCUMENT_SAME || database_failure(render->database))
        return state == DOCUMENT_SAME;
    return (state == DOCUMENT_MISSING ||
            document_end(render->database, render->record, render->revision)) &&
           document_add(render, json_text(full, "id"), &texts);
}

static bool record_update(struct database *database, const struct openapi *spec, int64_t record,
                          int64_t revision)
{
    struct render_context render;
    AUTO(json) json_t *full = version_record_read(database, spec, record, revision, &render);
    AUTO(text) char *text = full_render(&render, full);
    if (!text && database_failure(database))
        return false;
    if (!text)
        return rendering_replace(database, record, revision, NULL) &&
               document_end(database, record, revision);
    return rendering_replace(database, record, revision, text) &&
           rendering_add(database, record, revision, text) && document_update(&render, full);
}

// The records that a field of the changed versions refers to: their counts and incoming relations
// may change.
static bool targets_mark(struct database *database, const struct collection *collection,
                         const struct field *field, int64_t revision)
{
    struct statement *mark = database_prepare(
        database, "INSERT OR IGNORE INTO temp.dirty SELECT t.key FROM version v"
                  " JOIN entry e ON e.version = v.key AND e.collection = ?2 AND e.field = ?3"
                  " JOIN record t ON t.collection = ?4 AND t.id = e.value"
                  " WHERE v.valid_from = ?1 OR v.valid_to = ?1");
    if (!mark)
        return false;
    statement_bind_integer(mark, 1, revision);
    statement_bind_integer(mark, 2, collection->number);
    statement_bind_text(mark, 3, field->name);
    statement_bind_integer(mark, 4, field->target);
    return statement_run(mark);
}

static bool dirty_mark(struct database *database, int64_t revision)
{
    bool good =
        database_run(database, "CREATE TEMP TABLE IF NOT EXISTS dirty (record INTEGER PRIMARY KEY);"
                               "CREATE TEMP TABLE IF NOT EXISTS fresh (key INTEGER PRIMARY KEY,"
                               " title TEXT, names TEXT, summary TEXT, notes TEXT);"
                               "CREATE TEMP TABLE IF NOT EXISTS called (id TEXT PRIMARY KEY,"
                               " names TEXT) WITHOUT ROWID;"
                               "DELETE FROM temp.dirty; DELETE FROM temp.fresh;"
                               "DELETE FROM temp.called") &&
        database_run_with(database,
                          "INSERT OR IGNORE INTO temp.dirty SELECT record FROM version"
                          " WHERE valid_from = ?1 OR valid_to = ?1",
                          revision) &&
        // Events show the names of their actors, and the words of events and aid figures contain
        // them.
        database_run_with(database,
                          "INSERT OR IGNORE INTO temp.dirty SELECT e.record FROM version v"
                          " JOIN record r ON r.key = v.record AND r.collection = " SQL_ACTORS
                          " JOIN entry e ON e.collection IN (" SQL_EVENTS ", " SQL_AID
                          ") AND e.field = 'actor' AND e.value = r.id"
                          " WHERE v.valid_from = ?1 OR v.valid_to = ?1",
                          revision) &&
        // Both show sides.
        database_run_with(
            database,
            "INSERT OR IGNORE INTO temp.dirty SELECT s.record FROM actor_side s"
            " WHERE s.valid_from = ?1 OR s.valid_to = ?1"
            " UNION SELECT e.record FROM actor_side s JOIN entry e ON e.collection = " SQL_EVENTS
            " AND e.field = 'actor' AND e.value = s.id"
            " WHERE s.valid_from = ?1 OR s.valid_to = ?1",
            revision);
    for (size_t i = 0; good && i < COLLECTION_COUNT; i++)
        for (const struct field *field = collections[i].fields; good && field->name; field++)
            if (field->target && field->store != STORE_REVERSE)
                good = targets_mark(database, &collections[i], field, revision);
    return good;
}

// All documents in one go, because FTS5 writes out its index whenever another statement runs in
// between.
static bool words_write(struct database *database)
{
    return database_run(database, "INSERT INTO words (rowid, title, names, summary, notes)"
                                  " SELECT key, title, names, summary, notes FROM temp.fresh");
}

bool rendering_revision(struct database *database, const struct openapi *spec,
                        const struct revision *revision)
{
    int64_t record = 0;
    if (!actor_sides_update(database, revision->number) || !dirty_mark(database, revision->number))
        return false;
    for (;;) {
        struct statement *next = database_prepare(
            database, "SELECT record FROM temp.dirty WHERE record > ? ORDER BY record LIMIT 1");
        if (!next)
            return false;
        statement_bind_integer(next, 1, record);
        bool more = statement_step(next);
        record = more ? statement_integer(next, 0) : 0;
        statement_reset(next);
        if (!more)
            return !database_failure(database) && words_write(database);
        if (!record_update(database, spec, record, revision->number))
            return false;
    }
}

static int64_t representation_stored(struct database *database)
{
    struct statement *find = database_prepare(database, "SELECT number FROM representation");
    int64_t number = find && statement_step(find) ? statement_integer(find, 0) : -1;
    if (find)
        statement_reset(find);
    return number;
}

bool rendering_all(struct database *database, const struct openapi *spec)
{
    struct revision revision, newest;
    if (!database_run(database, "DELETE FROM rendering; DELETE FROM document; DELETE FROM words;"
                                " DELETE FROM actor_side") ||
        revision_newest(database, &newest))
        return false;
    for (int64_t number = 1; number <= newest.number; number++)
        if (revision_numbered(database, number, &revision) ||
            !rendering_revision(database, spec, &revision))
            return false;
    return database_run_with(database, "UPDATE representation SET number = ?1", REPRESENTATION);
}

bool rendering_outdated(struct database *database, const struct openapi *spec)
{
    if (representation_stored(database) == REPRESENTATION)
        return true;
    if (!database_run(database, "BEGIN IMMEDIATE"))
        return false;
    if (representation_stored(database) == REPRESENTATION || rendering_all(database, spec))
        return database_run(database, "COMMIT");
    enum err failure = database_failure(database);
    char text[256];
    snprintf(text, sizeof text, "%s", database_failure_text(database));
    database_run(database, "ROLLBACK");
    database_fail(database, failure ? failure : ERR_INTERNAL, text);
    return false;
}
