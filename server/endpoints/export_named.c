// Follows ids from record to record through the database's entries.
#include "endpoints/export_named.h"

#include <stdio.h>
#include <string.h>

#include "endpoints/corpus.h"
#include "storage/sql.h"
#include "storage/versions.h"

// Notes may relate to records of any collection, for which there is no foreign key.
static bool is_followed(const struct field *field)
{
    return field->target && field->target != ANY_COLLECTION &&
           (field->store == STORE_ENTRY || field->store == STORE_COLUMN);
}

// `link`: the fields of a collection that refer to records of another type.
static void followed_add(struct sql *sql)
{
    const char *between = "";
    sql_add(sql, "WITH RECURSIVE link (collection, field, type) AS (VALUES ");
    for (size_t i = 0; i < COLLECTION_COUNT; i++)
        for (const struct field *field = collections[i].fields; field->name; field++) {
            if (!is_followed(field))
                continue;
            sql_add(sql, "%s(%d, '%s', '%s')", between, collections[i].number, field->name,
                    collection_numbered(field->target)->type);
            between = ", ";
        }
    sql_add(sql, ")");
}

// ` JOIN ... WHERE`: the documents D that the entries E refer to and that are not in CORPUS.
static void documents_join(struct sql *sql, int64_t revision, enum corpus corpus)
{
    sql_add(sql,
            " JOIN link l ON l.collection = e.collection AND l.field = e.field JOIN document d ON"
            " d.type = l.type AND d.id = e.value AND d.corpus = '%s' WHERE ",
            corpus_list(corpus == CORPUS_PAPER ? CORPUS_OFFICIAL : CORPUS_PAPER));
    sql_valid_at(sql, "d", revision);
    sql_add(sql, " AND ");
    sql_valid_at(sql, "e", revision);
}

static void named_add(struct sql *sql, int64_t revision, enum corpus corpus)
{
    followed_add(sql);
    sql_add(sql, ", named (record) AS (SELECT d.record FROM entry e");
    documents_join(sql, revision, corpus);
    sql_add(sql, " AND (e.corpus = '%s'", corpus_list(corpus));
    for (size_t i = 0; i < COLLECTION_COUNT; i++)
        if (!corpus_divides(&collections[i]))
            sql_add(sql, " OR e.collection = %d", collections[i].number);
    sql_add(sql, ") UNION SELECT d.record FROM named n JOIN entry e ON e.record = n.record");
    documents_join(sql, revision, corpus);
    sql_add(sql, ") SELECT d.type || '/' || d.id FROM named n JOIN document d"
                 " ON d.record = n.record AND ");
    sql_valid_at(sql, "d", revision);
}

static json_t *named_find(struct database *database, int64_t revision, enum corpus corpus)
{
    struct sql sql = {0};
    json_t *named = json_object();
    named_add(&sql, revision, corpus);
    struct statement *find = named ? sql_prepare(&sql, database) : NULL;
    bool good = find != NULL;
    while (good && statement_step(find))
        good = json_object_set_new(named, statement_text(find, 0), json_true()) == 0;
    if (find)
        statement_reset(find);
    sql_cleanup(&sql);
    if (good)
        return named;
    json_decref(named);
    return NULL;
}

json_t *export_named_read(struct call *call, const struct revision *revision, enum corpus corpus)
{
    if (corpus == CORPUS_ANY)
        return json_object();
    enum err err = pool_take(call->pool, &call->connection, &call->problem);
    json_t *named = err ? NULL : named_find(call->connection->database, revision->number, corpus);
    if (!err && database_failure(call->connection->database))
        err = call_database_problem(call);
    pool_give(call->pool, call->connection, err);
    call->connection = NULL;
    if (!err)
        return named;
    json_decref(named);
    return NULL;
}

bool export_named_keeps(const json_t *named, enum corpus corpus, const json_t *record)
{
    char key[256];
    if (corpus == CORPUS_ANY || strcmp(json_text(record, "corpus"), corpus_list(corpus)) == 0)
        return true;
    int length =
        snprintf(key, sizeof key, "%s/%s", json_text(record, "type"), json_text(record, "id"));
    return length < (int)sizeof key && json_object_get(named, key);
}
