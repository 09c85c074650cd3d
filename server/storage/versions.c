// Writes and reads version rows, their typed columns and their entries.
#include "storage/versions.h"

#include <string.h>

#include "storage/intact.h"
#include "storage/sql.h"

int64_t versions_record_key(struct database *database, enum collection_number collection,
                            const char *id)
{
    int64_t key = 0;
    struct statement *find =
        database_prepare(database, "SELECT key FROM record WHERE collection = ? AND id = ?");
    if (!find)
        return 0;
    statement_bind_integer(find, 1, collection);
    statement_bind_text(find, 2, id);
    if (statement_step(find))
        key = statement_integer(find, 0);
    statement_reset(find);
    return key;
}

enum err versions_version_read(struct database *database, int64_t record, int64_t revision,
                               struct store_version *ret_version)
{
    json_error_t error;
    *ret_version = (struct store_version){0};
    struct statement *find =
        database_prepare(database, "SELECT key, valid_from, body FROM version"
                                   " WHERE record = ? AND valid_from <= ? AND valid_to > ?");
    if (!find)
        return database_failure(database);
    statement_bind_integer(find, 1, record);
    statement_bind_integer(find, 2, revision);
    statement_bind_integer(find, 3, revision);
    if (statement_step(find)) {
        *ret_version =
            (struct store_version){.key = statement_integer(find, 0),
                                   .valid_from = statement_integer(find, 1),
                                   .body = json_loads(statement_text(find, 2), 0, &error)};
        if (!ret_version->body)
            database_fail(database, ERR_INTERNAL, "a version is not JSON");
    }
    statement_reset(find);
    return database_failure(database);
}

static bool rows_end(struct database *database, const char *table, const char *column,
                     int64_t version, int64_t revision)
{
    struct sql sql = {0};
    sql_add(&sql, "UPDATE %s SET valid_to = ", table);
    sql_integer(&sql, revision);
    sql_add(&sql, " WHERE %s = ", column);
    sql_integer(&sql, version);
    struct statement *statement = sql_prepare(&sql, database);
    bool good = statement && statement_run(statement);
    sql_cleanup(&sql);
    return good;
}

bool versions_rows_end(struct database *database, const struct collection *collection,
                       int64_t version, int64_t revision)
{
    return rows_end(database, "entry", "version", version, revision) &&
           rows_end(database, collection->table, "version", version, revision);
}

bool versions_version_end(struct database *database, const struct collection *collection,
                          int64_t record, int64_t revision)
{
    struct statement *find =
        database_prepare(database, "SELECT key FROM version WHERE record = ? AND valid_to = ?");
    if (!find)
        return false;
    statement_bind_integer(find, 1, record);
    statement_bind_integer(find, 2, VALID_FOREVER);
    int64_t version = statement_step(find) ? statement_integer(find, 0) : 0;
    statement_reset(find);
    if (!version)
        return !database_failure(database);
    return rows_end(database, "version", "key", version, revision) &&
           versions_rows_end(database, collection, version, revision);
}

static bool first_keep(void *context, const json_t *value, const char *pointer)
{
    const json_t **first = context;
    (void)pointer;
    if (!*first)
        *first = value;
    return true;
}

static void column_value_add(struct sql *sql, const json_t *record, const struct field *field)
{
    const json_t *value = NULL;
    collection_record_walk(record, field->path, first_keep, &value);
    sql_add(sql, ", ");
    if (!value)
        sql_add(sql, "NULL");
    else if (json_is_integer(value))
        sql_integer(sql, json_integer_value(value));
    else
        sql_text(sql, json_string_value(value));
}

static bool columns_write(struct database *database, const struct collection *collection,
                          int64_t record, int64_t version, int64_t revision, const json_t *value)
{
    struct sql sql = {0};
    sql_add(&sql, "INSERT INTO %s (version, record, valid_from", collection->table);
    for (const struct field *field = collection->fields; field->name; field++)
        if (field->store == STORE_COLUMN)
            sql_add(&sql, ", %s", field->name);
    sql_add(&sql, ") VALUES (");
    sql_integer(&sql, version);
    sql_add(&sql, ", ");
    sql_integer(&sql, record);
    sql_add(&sql, ", ");
    sql_integer(&sql, revision);
    for (const struct field *field = collection->fields; field->name; field++)
        if (field->store == STORE_COLUMN)
            column_value_add(&sql, value, field);
    sql_add(&sql, ")");
    struct statement *statement = sql_prepare(&sql, database);
    bool good = statement && statement_run(statement);
    sql_cleanup(&sql);
    return good;
}

struct version_entry {
    struct database *database;
    const struct collection *collection;
    const struct field *field;
    int64_t version, record, revision;
    const char *corpus;
};

static bool entry_write(void *context, const json_t *value, const char *pointer)
{
    const struct version_entry *entry = context;
    (void)pointer;
    struct statement *add =
        database_prepare(entry->database, "INSERT OR IGNORE INTO entry"
                                          " (version, record, collection, field, value, valid_from,"
                                          " corpus) VALUES (?, ?, ?, ?, ?, ?, ?)");
    if (!add)
        return false;
    statement_bind_integer(add, 1, entry->version);
    statement_bind_integer(add, 2, entry->record);
    statement_bind_integer(add, 3, entry->collection->number);
    statement_bind_text(add, 4, entry->field->name);
    statement_bind_text(add, 5, json_string_value(value));
    statement_bind_integer(add, 6, entry->revision);
    statement_bind_text(add, 7, entry->corpus);
    return statement_run(add);
}

static bool entries_write(struct version_entry *entry, const json_t *value)
{
    const struct field *field = entry->collection->fields;
    for (; field->name; field++) {
        entry->field = field;
        bool kept = field->store == STORE_ENTRY || (field->store == STORE_COLUMN && field->target);
        if (kept && !collection_record_walk(value, field->path, entry_write, entry))
            return false;
    }
    return true;
}

// Counts the works that a record cites, and the official records among them.
struct cited_count {
    struct database *database;
    int64_t revision;
    size_t works, official;
};

static bool cited_note(void *context, const json_t *value, const char *pointer)
{
    struct cited_count *cited = context;
    (void)pointer;
    struct statement *find =
        database_prepare(cited->database, "SELECT status = 'official' FROM reference WHERE id = ?1"
                                          " AND valid_from <= ?2 AND valid_to > ?2");
    if (!find)
        return false;
    statement_bind_text(find, 1, json_string_value(value));
    statement_bind_integer(find, 2, cited->revision);
    cited->works++;
    cited->official += statement_step(find) && statement_integer(find, 0);
    statement_reset(find);
    return !database_failure(cited->database);
}

// Sets the corpus of FULL: that of the works that it cites, or its own if it is a work.
static bool corpus_set(struct database *database, const struct collection *collection,
                       int64_t revision, json_t *full)
{
    struct cited_count cited = {.database = database, .revision = revision};
    const char *status = json_text(full, "status");
    bool official = collection->number == REFERENCES && strcmp(status, "official") == 0;
    if (collection->number != REFERENCES) {
        if (!collection_record_walk(full, "citations/*/reference", cited_note, &cited))
            return false;
        official = cited.works && cited.official == cited.works;
    }
    return !json_object_set_new(full, "corpus", json_string(official ? "official" : "paper"));
}

bool versions_rows_add(struct database *database, const struct collection *collection,
                       int64_t record, int64_t version, int64_t revision, const json_t *value)
{
    AUTO(json) json_t *full = collection_record_derived(collection, value);
    if (!full || !corpus_set(database, collection, revision, full))
        return false;
    struct version_entry entry = {.database = database,
                                  .collection = collection,
                                  .version = version,
                                  .record = record,
                                  .revision = revision,
                                  .corpus = json_text(full, "corpus")};
    return columns_write(database, collection, record, version, revision, full) &&
           entries_write(&entry, full);
}

bool versions_version_add(struct database *database, const struct collection *collection,
                          int64_t record, int64_t revision, const char *body, const json_t *value)
{
    struct statement *add = database_prepare(
        database, "INSERT INTO version (record, valid_from, body) VALUES (?, ?, ?)");
    if (!add)
        return false;
    statement_bind_integer(add, 1, record);
    statement_bind_integer(add, 2, revision);
    statement_bind_text(add, 3, body);
    return statement_run(add) && versions_rows_add(database, collection, record,
                                                   database_last_key(database), revision, value);
}

// The first row of SQL for KEY and REVISION.
static struct statement *found_at(struct database *database, const char *sql, int64_t key,
                                  int64_t revision)
{
    struct statement *find = database_prepare(database, sql);
    if (!find)
        return NULL;
    statement_bind_integer(find, 1, key);
    statement_bind_integer(find, 2, revision);
    if (statement_step_raw(find))
        return find;
    statement_reset(find);
    return NULL;
}

struct statement *versions_rendering(struct database *database, int64_t key, int64_t revision)
{
    return found_at(database,
                    "SELECT " INTACT_JSON("g") " FROM rendering g WHERE key " RENDERINGS_OF(
                        "?1") " AND valid_from <= ?2 AND valid_to > ?2",
                    key, revision);
}

struct statement *versions_change(struct database *database, int64_t key, int64_t revision)
{
    return found_at(database, "SELECT json FROM change_answer WHERE record = ?1 AND revision = ?2",
                    key, revision);
}

struct statement *versions_removal(struct database *database, int64_t key, int64_t revision)
{
    struct statement *find = database_prepare(
        database, "SELECT m.reason, r.time, m.replaced_by FROM removal m"
                  " JOIN revision r ON r.number = m.revision"
                  " WHERE m.record = ? AND m.revision <= ? ORDER BY m.revision DESC LIMIT 1");
    if (!find)
        return NULL;
    statement_bind_integer(find, 1, key);
    statement_bind_integer(find, 2, revision);
    if (statement_step(find))
        return find;
    statement_reset(find);
    return NULL;
}
