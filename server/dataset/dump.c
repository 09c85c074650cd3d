// Writes the dataset back to files: the current records, and each earlier revision as a difference.
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "dataset/dataset_files.h"
#include "dataset/load.h"
#include "dataset/unsaved.h"
#include "model/collection.h"
#include "storage/sql.h"
#include "storage/versions.h"

enum { PATH_SIZE = 256 };

struct dump {
    struct database *database;
    const struct openapi *spec;
    const char *dir;
    char *reason; // 512 bytes
};

static bool dump_fail(const struct dump *dump, const char *name)
{
    enum err failure = database_failure(dump->database);
    snprintf(dump->reason, 512, "%.100s/%.100s: %.200s", dump->dir, name,
             failure ? database_failure_text(dump->database) : strerror(errno));
    return false;
}

static bool file_write(const struct dump *dump, const char *name, struct buffer *text)
{
    return dataset_files_write(dump->dir, name, text) || dump_fail(dump, name);
}

// Writes VALUE at depth DEPTH, indented by two spaces per level.
static void indented_add(struct buffer *out, const json_t *value, int depth)
{
    AUTO(text) char *text = json_write(value, 2);
    out->failed |= !text;
    for (const char *c = text ? text : ""; *c; c++) {
        buffer_add_char(out, *c);
        if (*c == '\n')
            for (int i = 0; i < depth; i++)
                buffer_add_text(out, "  ");
    }
}

// Writes the bodies that STATEMENT yields as one array at depth DEPTH, with keys in the order of
// the write schema.
static void statement_records_add(const struct dump *dump, struct buffer *out,
                                  const struct collection *collection, struct statement *statement,
                                  int depth)
{
    json_error_t error;
    size_t count = 0;
    buffer_add_char(out, '[');
    while (statement && statement_step(statement)) {
        AUTO(json) json_t *body = json_loads(statement_text(statement, 0), 0, &error);
        AUTO(json)
        json_t *arranged =
            body ? openapi_arrange(dump->spec, collection->write_schema, body) : NULL;
        buffer_add_text(out, count++ ? ",\n" : "\n");
        for (int i = 0; i <= depth; i++)
            buffer_add_text(out, "  ");
        if (arranged)
            indented_add(out, arranged, depth + 1);
        out->failed |= !arranged;
    }
    if (count) {
        buffer_add_char(out, '\n');
        for (int i = 0; i < depth; i++)
            buffer_add_text(out, "  ");
    }
    buffer_add_char(out, ']');
}

static bool folder_make(const struct dump *dump, const char *name)
{
    struct buffer path = {0};
    buffer_add_format(&path, "%s/%s", dump->dir, name);
    bool good = mkdir(buffer_text(&path), 0777) == 0 || errno == EEXIST;
    buffer_cleanup(&path);
    return good || dump_fail(dump, name);
}

// Writes the records that SQL selects to FOLDER, "" for the dataset's own folder. Only there is a
// file written even without records.
static bool records_dump(const struct dump *dump, const struct collection *collection,
                         const char *folder, struct sql *sql)
{
    char name[PATH_SIZE];
    struct buffer out = {0};
    struct statement *read = sql_prepare(sql, dump->database);
    statement_records_add(dump, &out, collection, read, 0);
    bool wanted = !*folder || (out.length && strcmp(buffer_text(&out), "[]") != 0);
    buffer_add_char(&out, '\n');
    snprintf(name, sizeof name, "%s%s.json", folder, collection->name);
    bool good = !database_failure(dump->database) && (!wanted || file_write(dump, name, &out));
    buffer_cleanup(&out);
    sql_cleanup(sql);
    return good || dump_fail(dump, name);
}

static void corpus_select(struct sql *sql, const struct collection *collection, const char *corpus)
{
    sql_add(sql,
            "SELECT v.body FROM %s t JOIN version v ON v.key = t.version WHERE t.corpus = '%s'"
            " AND t.valid_to = " SQL_FOREVER,
            collection->table, corpus);
}

static bool collection_dump(const struct dump *dump, const struct collection *collection)
{
    struct sql sql = {0};
    corpus_select(&sql, collection, "paper");
    sql_add(&sql, " ORDER BY t.id");
    return records_dump(dump, collection, "", &sql);
}

// The records of one official work: the work itself, and those that cite it first.
static bool work_dump(const struct dump *dump, const char *work)
{
    char folder[PATH_SIZE / 2];
    snprintf(folder, sizeof folder, "official/%.100s/", work);
    if (!folder_make(dump, "official") || !folder_make(dump, folder))
        return false;
    for (size_t i = 0; i < COLLECTION_COUNT; i++) {
        struct sql sql = {0};
        corpus_select(&sql, &collections[i], "official");
        sql_add(&sql, collections[i].number == REFERENCES
                          ? " AND t.id = "
                          : " AND v.body ->> '$.citations[0].reference' = ");
        sql_text(&sql, work);
        sql_add(&sql, " ORDER BY t.id");
        if (!records_dump(dump, &collections[i], folder, &sql))
            return false;
    }
    return true;
}

static bool official_dump(const struct dump *dump)
{
    size_t i;
    const json_t *work;
    AUTO(json) json_t *works = json_array();
    struct statement *read =
        database_prepare(dump->database, "SELECT id FROM reference WHERE corpus = 'official'"
                                         " AND valid_to = " SQL_FOREVER " ORDER BY id");
    while (read && statement_step(read))
        json_array_append_new(works, json_string(statement_text(read, 0)));
    json_array_foreach (works, i, work)
        if (!work_dump(dump, json_string_value(work)))
            return false;
    return !database_failure(dump->database) || dump_fail(dump, "official");
}

static json_t *removed_list(const struct dump *dump, int64_t number)
{
    json_t *list = json_array();
    struct statement *read = database_prepare(
        dump->database, "SELECT r.collection, r.id, m.reason, m.replaced_by FROM removal m"
                        " JOIN record r ON r.key = m.record WHERE m.revision = ? ORDER BY 1, 2");
    if (!read)
        return list;
    statement_bind_integer(read, 1, number);
    while (statement_step(read))
        json_array_append_new(
            list,
            json_pack("{ss ss ss ss?}", "collection",
                      collection_numbered((enum collection_number)statement_integer(read, 0))->name,
                      "id", statement_text(read, 1), "reason", statement_text(read, 2),
                      "replaced_by", statement_text(read, 3)));
    return list;
}

// What revision NUMBER says about itself, in the form of release.json.
static json_t *release_of(const struct dump *dump, int64_t number)
{
    json_t *release = NULL;
    struct statement *read = database_prepare(
        dump->database, "SELECT release, time, editor, reason FROM revision WHERE number = ?");
    if (!read)
        return NULL;
    statement_bind_integer(read, 1, number);
    if (statement_step(read))
        release = json_pack("{ss ss ss ss}", "version", statement_text(read, 0), "date",
                            statement_text(read, 1), "editor", statement_text(read, 2), "reason",
                            statement_text(read, 3));
    statement_reset(read);
    if (release)
        json_object_set_new(release, "removed", removed_list(dump, number));
    return release;
}

static bool release_dump(const struct dump *dump, int64_t number)
{
    struct buffer out = {0};
    AUTO(json) json_t *release = release_of(dump, number);
    if (!release)
        return dump_fail(dump, "release.json");
    indented_add(&out, release, 0);
    buffer_add_char(&out, '\n');
    bool good = file_write(dump, "release.json", &out);
    buffer_cleanup(&out);
    return good;
}

static bool history_dump(const struct dump *dump, const struct revision *revision)
{
    char name[64];
    struct buffer out = {0};
    AUTO(json) json_t *release = release_of(dump, revision->number);
    snprintf(name, sizeof name, "history/%04lld.json", (long long)revision->number);
    buffer_add_text(&out, "{\n  \"release\": ");
    if (release)
        indented_add(&out, release, 1);
    buffer_add_format(&out, ",\n  \"hash\": \"%s\",\n  \"put\": {", revision->hash);
    for (size_t i = 0; i < COLLECTION_COUNT; i++) {
        struct statement *read = database_prepare(
            dump->database, "SELECT v.body FROM version v JOIN record r ON r.key = v.record"
                            " WHERE v.valid_from = ? AND r.collection = ? ORDER BY r.id");
        if (read) {
            statement_bind_integer(read, 1, revision->number);
            statement_bind_integer(read, 2, collections[i].number);
        }
        buffer_add_format(&out, "%s\n    \"%s\": ", i ? "," : "", collections[i].name);
        statement_records_add(dump, &out, &collections[i], read, 2);
    }
    buffer_add_text(&out, "\n  }\n}\n");
    bool good = release && !database_failure(dump->database) && file_write(dump, name, &out);
    buffer_cleanup(&out);
    return good || dump_fail(dump, name);
}

static bool all_dump(const struct dump *dump)
{
    struct revision newest, published, revision;
    if (revision_newest(dump->database, &newest) ||
        (newest.number && revision_find(dump->database, newest.release, &published)))
        return dump_fail(dump, "");
    if (!newest.number) {
        snprintf(dump->reason, 512, "the database holds no dataset");
        return false;
    }
    int64_t last = published.number == newest.number ? newest.number - 1 : newest.number;
    if (!folder_make(dump, "") || (last > 0 && !folder_make(dump, "history")))
        return false;
    for (size_t i = 0; i < COLLECTION_COUNT; i++)
        if (!collection_dump(dump, &collections[i]))
            return false;
    if (!official_dump(dump))
        return false;
    for (int64_t number = 1; number <= last; number++)
        if (revision_numbered(dump->database, number, &revision) || !history_dump(dump, &revision))
            return dump_fail(dump, "history");
    return release_dump(dump, published.number);
}

enum dump_result dump_dataset(struct database *database, const struct openapi *spec,
                              const char *dir, bool force, char ret_reason[static 512])
{
    struct dump dump = {database, spec, dir, ret_reason};
    enum dump_result result = DUMP_FAILED;
    // All files come from one snapshot, whatever is written meanwhile.
    if (!database_run(database, "BEGIN")) {
        dump_fail(&dump, "");
        return DUMP_FAILED;
    }
    if (force || !unsaved_find(database, spec, dir, ret_reason))
        result = all_dump(&dump) ? DUMP_DONE : DUMP_FAILED;
    else if (database_failure(database))
        dump_fail(&dump, "");
    else
        result = DUMP_REFUSED;
    database_run(database, "COMMIT");
    return result;
}
