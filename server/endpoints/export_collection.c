// Writes the records of a collection one by one, so memory does not grow with them.
#include "endpoints/export_collection.h"

#include <stdio.h>
#include <string.h>

#include "endpoints/corpus.h"
#include "endpoints/export_named.h"
#include "endpoints/export_tables.h"
#include "endpoints/record_lines.h"
#include "endpoints/subrequest.h"
#include "formats/tabular.h"

enum { PIECE = 64 * 1024 };

struct collection_writer {
    const struct export_target *target;
    const char *name;
    bool divided; // by corpus
    struct tabular *table;
    struct statement *insert;
    struct digest *digest; // of the CSV
    json_int_t length;
    struct buffer csv, cell; // CSV not yet written; one cell for SQLite
};

static void writer_cleanup(struct collection_writer *writer)
{
    char hex[DIGEST_HEX_SIZE];
    if (writer->digest)
        digest_end(writer->digest, hex);
    tabular_free(writer->table);
    buffer_cleanup(&writer->csv);
    buffer_cleanup(&writer->cell);
}

// Numbers keep their type; the contract's true and false become SQLite's 1 and 0.
static const char *column_type(const char *type)
{
    return strcmp(type, "integer") == 0 || strcmp(type, "number") == 0 ? "INTEGER" : "TEXT";
}

// Names come from the contract, never from a request.
static void table_create_write(const struct collection_writer *writer, struct buffer *sql)
{
    buffer_add_format(sql, "CREATE TABLE \"%s\" (", writer->name);
    for (size_t i = 0; i < tabular_count(writer->table); i++) {
        const struct tabular_column column = tabular_column(writer->table, i);
        const char *target = export_tables_target(writer->name, column.name);
        buffer_add_format(sql, "\"%s\" %s%s", column.name, column_type(column.type),
                          strcmp(column.name, "id") == 0 ? " PRIMARY KEY" : "");
        if (target)
            buffer_add_format(sql, " REFERENCES \"%s\" (\"id\")", target);
        buffer_add_text(sql, ", ");
    }
    buffer_add_text(sql, "\"json\" TEXT NOT NULL)");
}

static bool table_create(struct collection_writer *writer)
{
    AUTO(buffer) struct buffer sql = {0};
    struct database *tables = writer->target->tables;
    table_create_write(writer, &sql);
    if (sql.failed || !database_run(tables, buffer_text(&sql)))
        return false;
    buffer_clear(&sql);
    buffer_add_format(&sql, "INSERT INTO \"%s\" VALUES (?", writer->name);
    for (size_t i = 0; i < tabular_count(writer->table); i++)
        buffer_add_text(&sql, ", ?");
    buffer_add_char(&sql, ')');
    writer->insert = sql.failed ? NULL : database_prepare(tables, buffer_text(&sql));
    return writer->insert != NULL;
}

static void value_bind(struct collection_writer *writer, size_t i, const json_t *record)
{
    int index = (int)i + 1;
    const json_t *value = tabular_cell(writer->table, i, record, &writer->cell);
    if (json_is_integer(value))
        statement_bind_integer(writer->insert, index, json_integer_value(value));
    else if (json_is_boolean(value))
        statement_bind_integer(writer->insert, index, json_is_true(value));
    else
        statement_bind_text(writer->insert, index, value ? buffer_text(&writer->cell) : NULL);
}

static bool row_insert(struct collection_writer *writer, const json_t *record)
{
    size_t count = tabular_count(writer->table);
    AUTO(text) char *text = json_write(record, 0);
    for (size_t i = 0; i < count; i++)
        value_bind(writer, i, record);
    statement_bind_text(writer->insert, (int)count + 1, text);
    return text && !writer->cell.failed && statement_run(writer->insert);
}

static bool csv_flush(struct collection_writer *writer)
{
    struct buffer *csv = &writer->csv;
    bool good = !csv->failed && zip_write(writer->target->archive, csv->bytes, csv->length);
    digest_add(writer->digest, csv->bytes, csv->length);
    writer->length += (json_int_t)csv->length;
    buffer_clear(csv);
    return good;
}

static bool record_export(void *context, json_t *record)
{
    struct collection_writer *writer = context;
    if (writer->divided &&
        !export_named_keeps(writer->target->named, writer->target->corpus, record))
        return true;
    tabular_csv_row(writer->table, record, &writer->csv);
    return row_insert(writer, record) && (writer->csv.length < PIECE || csv_flush(writer));
}

static bool is_list(const struct operation_row *row)
{
    return row->serve == list_serve;
}

// Records as everybody gets them. If one corpus refers to records of the other, all are read and
// filtered.
static bool records_write(struct collection_writer *writer)
{
    char target[160];
    AUTO(subrequest) struct subrequest inner = {0};
    struct call *call = writer->target->call;
    bool all = json_object_size(writer->target->named) > 0;
    snprintf(target, sizeof target, "/v1/%s?format=ndjson&as_of=%.*s%s%s", writer->name,
             REVISION_SHORT, writer->target->revision->hash, writer->divided ? "&corpus=" : "",
             writer->divided ? corpus_list(all ? CORPUS_ANY : writer->target->corpus) : "");
    enum err err = subrequest_serve(&inner, call, target, is_list);
    if (err)
        problem_set(&call->problem, err, "%s", buffer_text(&inner.call.problem.detail));
    tabular_csv_header(writer->table, &writer->csv);
    return !err && record_lines_read(&inner.response, record_export, writer) && csv_flush(writer);
}

// The columns that hold ids of other files in the package.
static json_t *foreign_keys_of(const char *name)
{
    json_t *keys = json_array();
    const struct export_reference *reference;
    for (size_t i = 0; (reference = export_tables_reference(i)); i++) {
        bool own = strcmp(reference->target, name) == 0;
        if (strcmp(reference->collection, name) == 0)
            json_array_append_new(keys, json_pack("{s[s] s{ss s[s]}}", "fields", reference->column,
                                                  "reference", "resource",
                                                  own ? "" : reference->target, "fields", "id"));
    }
    return keys;
}

// The schema of the table, with the constraints on each column's values.
static json_t *constrained_schema(const struct collection_writer *writer)
{
    size_t i;
    json_error_t error;
    json_t *field;
    AUTO(buffer) struct buffer text = {0};
    tabular_schema_write(writer->table, &text);
    json_t *schema = json_loadb(buffer_text(&text), text.length, 0, &error);
    json_object_del(schema, "pandas_version");
    json_array_foreach (json_object_get(schema, "fields"), i, field) {
        if (strcmp(json_text(field, "name"), "id") == 0)
            json_object_set_new(field, "constraints",
                                json_pack("{sb sb}", "required", 1, "unique", 1));
        else if (!tabular_column(writer->table, i).nullable)
            json_object_set_new(field, "constraints", json_pack("{sb}", "required", 1));
    }
    AUTO(json) json_t *keys = foreign_keys_of(writer->name);
    if (json_array_size(keys)) // an empty list would be invalid
        json_object_set(schema, "foreignKeys", keys);
    json_object_set_new(schema, "missingValues", json_pack("[s]", ""));
    return schema;
}

// Describes a table file by the Frictionless Data specification, version 1.
static json_t *resource_of(struct collection_writer *writer)
{
    char hex[DIGEST_HEX_SIZE];
    if (!digest_end(TAKE(writer->digest), hex))
        return NULL;
    return json_pack("{ss so ss ss ss ss so sI s{ss ss ss sb sb} so}", "name", writer->name, "path",
                     json_sprintf("%s.csv", writer->name), "profile", "tabular-data-resource",
                     "format", "csv", "mediatype", "text/csv", "encoding", "utf-8", "hash",
                     json_sprintf("sha256:%s", hex), "bytes", writer->length, "dialect",
                     "delimiter", ",", "lineTerminator", "\r\n", "quoteChar", "\"", "doubleQuote",
                     1, "header", 1, "schema", constrained_schema(writer));
}

json_t *export_collection_write(const struct export_target *target,
                                const struct collection *collection)
{
    char name[64];
    AUTO(writer)
    struct collection_writer writer = {
        .target = target,
        .name = collection->name,
        .divided = corpus_divides(collection),
        .table = tabular_new(target->call->spec, collection->served_schema, NULL, false),
        .digest = digest_new()};
    snprintf(name, sizeof name, "%s.csv", collection->name);
    bool good = writer.table && writer.digest && table_create(&writer) &&
                zip_open(target->archive, name) && records_write(&writer) &&
                zip_close(target->archive);
    return good ? resource_of(&writer) : NULL;
}
