// Serves the whole dataset as one archive, to be taken home: SQLite, CSV, data package, codebook.
#include <stdio.h>
#include <string.h>

#include "base/embedded.h"
#include "base/zip.h"
#include "endpoints/citation.h"
#include "endpoints/export_tables.h"
#include "endpoints/subrequest.h"
#include "http/conditional.h"

// More records than that are not held in memory for one answer: whoever has so many exports lists.
enum { RECORDS_MAX = 100000 };

struct package {
    struct call *call;
    struct revision revision;
    struct zip *archive;
    struct database *tables; // the SQLite file in the making
    json_t *resources;       // of the data package
    struct buffer out;
};

static void package_cleanup(struct package *package)
{
    zip_end(package->archive);
    database_close(package->tables);
    json_decref(package->resources);
    buffer_cleanup(&package->out);
}

static bool is_list(const struct operation_row *row)
{
    return row->serve == list_serve;
}

// COLLECTION whole, in the form FORMAT, as it is sent to everybody.
static enum err collection_read(struct package *package, const struct collection *collection,
                                const char *format, struct subrequest *inner)
{
    char target[128];
    snprintf(target, sizeof target, "/v1/%s?format=%s&as_of=%.*s", collection->name, format,
             REVISION_SHORT, package->revision.hash);
    enum err err = subrequest_serve(inner, package->call, target, is_list);
    if (err)
        return problem_set(&package->call->problem, err, "%s",
                           buffer_text(&inner->call.problem.detail));
    return response_drain(&inner->response) ? OK : problem_memory(&package->call->problem);
}

static const char *column_type(const char *type)
{
    return strcmp(type, "integer") == 0 || strcmp(type, "number") == 0 ? "INTEGER" : "TEXT";
}

// Names come from the contract, never from a request.
static bool table_create(struct database *tables, const char *name, const json_t *fields)
{
    size_t i;
    const json_t *field;
    struct buffer sql = {0};
    buffer_add_format(&sql, "CREATE TABLE \"%s\" (", name);
    json_array_foreach (fields, i, field) {
        const char *column = json_text(field, "name");
        const char *target = export_tables_target(name, column);
        buffer_add_format(&sql, "\"%s\" %s%s", column, column_type(json_text(field, "type")),
                          strcmp(column, "id") == 0 ? " PRIMARY KEY" : "");
        if (target)
            buffer_add_format(&sql, " REFERENCES \"%s\" (\"id\")", target);
        buffer_add_text(&sql, ", ");
    }
    buffer_add_text(&sql, "\"json\" TEXT NOT NULL)");
    bool good = !sql.failed && database_run(tables, buffer_text(&sql));
    buffer_cleanup(&sql);
    return good;
}

static void value_bind(struct statement *insert, int index, const json_t *value)
{
    if (json_is_integer(value) || json_is_boolean(value))
        statement_bind_integer(insert, index,
                               json_is_boolean(value) ? json_is_true(value)
                                                      : json_integer_value(value));
    else
        statement_bind_text(insert, index, json_string_value(value));
}

static bool row_insert(struct statement *insert, const json_t *fields, const json_t *row,
                       const json_t *record)
{
    size_t i;
    const json_t *field;
    AUTO(text) char *text = json_write(record, 0);
    json_array_foreach (fields, i, field) {
        value_bind(insert, (int)i + 1, json_object_get(row, json_text(field, "name")));
    }
    statement_bind_text(insert, (int)i + 1, text);
    return text && statement_run(insert);
}

static bool rows_insert(struct database *tables, const char *name, const json_t *table,
                        const json_t *records)
{
    size_t i;
    const json_t *row;
    struct buffer sql = {0};
    const json_t *fields = json_at_pointer(table, "/schema/fields");
    if (!table_create(tables, name, fields))
        return false;
    buffer_add_format(&sql, "INSERT INTO \"%s\" VALUES (?", name);
    for (i = 0; i < json_array_size(fields); i++)
        buffer_add_text(&sql, ", ?");
    buffer_add_char(&sql, ')');
    struct statement *insert = sql.failed ? NULL : database_prepare(tables, buffer_text(&sql));
    buffer_cleanup(&sql);
    bool good = insert != NULL;
    json_array_foreach (json_object_get(table, "data"), i, row) {
        good = good && row_insert(insert, fields, row, json_array_get(records, i));
    }
    return good;
}

// Which columns hold ids of other files of the package.
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

// SCHEMA of TABLE, with what must hold of the values of each column.
static json_t *constrained(const char *name, const json_t *schema, const struct tabular *table)
{
    size_t i;
    json_t *field, *columns = json_deep_copy(schema);
    json_object_del(columns, "pandas_version");
    json_array_foreach (json_object_get(columns, "fields"), i, field) {
        if (strcmp(json_text(field, "name"), "id") == 0)
            json_object_set_new(field, "constraints",
                                json_pack("{sb sb}", "required", 1, "unique", 1));
        else if (!tabular_column(table, i).nullable)
            json_object_set_new(field, "constraints", json_pack("{sb}", "required", 1));
    }
    AUTO(json) json_t *keys = foreign_keys_of(name);
    if (json_array_size(keys)) // an empty list is no valid one
        json_object_set(columns, "foreignKeys", keys);
    json_object_set_new(columns, "missingValues", json_pack("[s]", ""));
    return columns;
}

// What Frictionless Data's specification 1 says of a table in a file.
static json_t *resource_of(const char *name, const struct response *csv, json_t *columns)
{
    char hex[DIGEST_HEX_SIZE];
    if (!digest_of(csv->body, csv->length, hex)) {
        json_decref(columns);
        return NULL;
    }
    return json_pack("{ss so ss ss ss ss so sI s{ss ss ss sb sb} so}", "name", name, "path",
                     json_sprintf("%s.csv", name), "profile", "tabular-data-resource", "format",
                     "csv", "mediatype", "text/csv", "encoding", "utf-8", "hash",
                     json_sprintf("sha256:%s", hex), "bytes", (json_int_t)csv->length, "dialect",
                     "delimiter", ",", "lineTerminator", "\r\n", "quoteChar", "\"", "doubleQuote",
                     1, "header", 1, "schema", columns);
}

static enum err collection_add(struct package *package, const struct collection *collection)
{
    char name[64];
    json_error_t error;
    AUTO(subrequest) struct subrequest csv, table, array = {0};
    csv = table = array;
    enum err err = collection_read(package, collection, "csv", &csv);
    if (!err)
        err = collection_read(package, collection, "table", &table);
    if (!err)
        err = collection_read(package, collection, "array", &array);
    if (err)
        return err;
    AUTO(json) json_t *rows = json_loadb(table.response.body, table.response.length, 0, &error);
    AUTO(json) json_t *records = json_loadb(array.response.body, array.response.length, 0, &error);
    AUTO(tabular)
    struct tabular *columns =
        tabular_new(package->call->spec, collection->served_schema, NULL, false);
    snprintf(name, sizeof name, "%s.csv", collection->name);
    bool good =
        rows && records && columns &&
        rows_insert(package->tables, collection->name, rows, records) &&
        !json_array_append_new(
            package->resources,
            resource_of(collection->name, &csv.response,
                        constrained(collection->name, json_object_get(rows, "schema"), columns))) &&
        zip_add(package->archive, name, csv.response.body, csv.response.length);
    return good ? OK : problem_memory(&package->call->problem);
}

static bool text_file_add(struct package *package, const char *name, const char *text)
{
    return text && zip_add(package->archive, name, text, strlen(text));
}

static json_t *package_sources(const json_t *about)
{
    size_t i;
    const json_t *work;
    json_t *sources = json_array();
    json_array_foreach (json_object_get(about, "sources"), i, work)
        json_array_append_new(sources,
                              json_pack("{sO* sO*}", "title", json_object_get(work, "title"),
                                        "path", json_object_get(work, "URL")));
    return sources;
}

static json_t *contributors_of(const json_t *about)
{
    size_t i;
    const json_t *author;
    json_t *contributors = json_array();
    json_array_foreach (json_at_pointer(about, "/citation/csl/author"), i, author)
        json_array_append_new(
            contributors,
            json_pack("{sO ss}", "title", json_object_get(author, "literal"), "role", "author"));
    return contributors;
}

static json_t *package_description(const json_t *about)
{
    return json_sprintf(
        "%s. Each file holds one collection, a row a record. In a cell that joins the values of a "
        "list, `;` stands between them, and `,` between those of a list within; a backslash stands "
        "before each such sign and each backslash that belongs to a value. A text that a "
        "spreadsheet would run as a formula stands behind an apostrophe.",
        json_text(about, "description"));
}

static bool datapackage_add(struct package *package, const json_t *about)
{
    const json_t *licence = json_object_get(about, "licence");
    AUTO(json)
    json_t *described = json_pack(
        "{ss ss sO so sO ss sO sO sO so s[{sO sO sO}] so sO}", "profile", "tabular-data-package",
        "name", "relata", "title", json_object_get(about, "title"), "description",
        package_description(about), "homepage", json_at_pointer(about, "/citation/csl/URL"), "id",
        package->revision.hash, "version", json_object_get(about, "version"), "created",
        json_object_get(about, "published_at"), "keywords", json_object_get(about, "keywords"),
        "contributors", contributors_of(about), "licenses", "name",
        json_object_get(licence, "identifier"), "path", json_object_get(licence, "url"), "title",
        json_object_get(licence, "name"), "sources", package_sources(about), "resources",
        package->resources);
    AUTO(text) char *text = described ? json_write(described, 2) : NULL;
    return text_file_add(package, "datapackage.json", text);
}

static void line_add(struct buffer *out, const char *begin, const char *text)
{
    if (!text)
        return;
    buffer_add_text(out, begin);
    buffer_add_json_text(out, text);
}

// A work that the dataset is drawn from.
static void reference_add(const json_t *work, bool first, struct buffer *out)
{
    size_t i;
    const json_t *creator;
    buffer_add_text(out, first ? "references:\n  - type: article" : "  - type: article");
    line_add(out, "\n    title: ", json_text(work, "title"));
    buffer_add_text(out, "\n    authors:");
    json_array_foreach (json_object_get(work, "author"), i, creator) {
        const char *family = json_text(creator, "family");
        line_add(out, family ? "\n      - family-names: " : "\n      - name: ",
                 family ? family : json_text(creator, "literal"));
        line_add(out, "\n        given-names: ", json_text(creator, "given"));
    }
    line_add(out, "\n    journal: ", json_text(work, "container-title"));
    line_add(out, "\n    url: ", json_text(work, "URL"));
    buffer_add_char(out, '\n');
}

// Citation File Format 1.2.0; every scalar is quoted as JSON, which is YAML too.
static bool citation_add(struct package *package, const json_t *about)
{
    size_t i;
    const json_t *work;
    struct buffer out = {0};
    const json_t *item = json_at_pointer(about, "/citation/csl");
    buffer_add_text(&out, "cff-version: 1.2.0\nmessage: If you use this dataset, please cite it as "
                          "below.\ntype: dataset\ntitle: ");
    buffer_add_json_text(&out, json_text(item, "title"));
    buffer_add_text(&out, "\nauthors:\n  - name: ");
    buffer_add_json_text(&out, json_string_value(json_at_pointer(item, "/author/0/literal")));
    buffer_add_format(&out, "\nversion: \"%s\"\ndate-released: \"%.10s\"\nlicense: ",
                      package->revision.release, package->revision.time);
    buffer_add_json_text(&out, json_string_value(json_at_pointer(about, "/licence/identifier")));
    buffer_add_text(&out, "\nurl: ");
    buffer_add_json_text(&out, json_text(item, "URL"));
    buffer_add_char(&out, '\n');
    json_array_foreach (json_object_get(about, "sources"), i, work)
        reference_add(work, i == 0, &out);
    bool good = !out.failed && text_file_add(package, "CITATION.cff", buffer_text(&out));
    buffer_cleanup(&out);
    return good;
}

static bool papers_add(struct package *package)
{
    bool good = true;
    for (size_t i = 0; i < embedded_paper_count; i++) {
        const struct asset *paper = &embedded_papers[i];
        good = good && zip_add(package->archive, paper->name, paper->bytes,
                               (size_t)(paper->end - paper->bytes));
    }
    return good;
}

static bool tables_add(struct package *package)
{
    struct buffer bytes = {0};
    bool good = export_tables_link(package->tables) && database_run(package->tables, "COMMIT") &&
                database_image(package->tables, &bytes) &&
                zip_add(package->archive, "relata.sqlite", bytes.bytes, bytes.length);
    buffer_cleanup(&bytes);
    return good;
}

static bool is_dataset(const struct operation_row *row)
{
    return row->serve == dataset_summary_serve;
}

// What the service says of the dataset as a whole.
static enum err about_read(struct package *package, json_t **ret_about)
{
    size_t total = 0;
    char target[64];
    const char *name;
    json_t *count;
    json_error_t error;
    AUTO(subrequest) struct subrequest inner = {0};
    snprintf(target, sizeof target, "/v1/dataset?as_of=%.*s", REVISION_SHORT,
             package->revision.hash);
    enum err err = subrequest_serve(&inner, package->call, target, is_dataset);
    if (err)
        return problem_set(&package->call->problem, err, "%s",
                           buffer_text(&inner.call.problem.detail));
    AUTO(json)
    json_t *answer = json_loadb(inner.response.body, inner.response.length, 0, &error);
    *ret_about = json_incref(json_object_get(answer, "data"));
    json_object_foreach (json_object_get(*ret_about, "counts"), name, count) {
        total += (size_t)json_integer_value(count);
    }
    if (total > RECORDS_MAX)
        return problem_set(&package->call->problem, ERR_BUSY,
                           "The dataset has %zu records, too many for one archive: take each"
                           " collection by format=csv or format=ndjson.",
                           total);
    return *ret_about ? OK : problem_memory(&package->call->problem);
}

static enum err package_make(struct package *package)
{
    AUTO(json) json_t *about = NULL;
    enum err err = about_read(package, &about);
    if (err)
        return err;
    package->archive = zip_new(conditional_time_read(package->revision.time), &package->out);
    package->tables = database_open_memory();
    package->resources = json_array();
    if (!package->archive || !package->tables || !database_run(package->tables, "BEGIN"))
        return problem_memory(&package->call->problem);
    for (size_t i = 0; i < COLLECTION_COUNT && !err; i++)
        err = collection_add(package, &collections[i]);
    if (err)
        return err;
    bool good = tables_add(package) && datapackage_add(package, about) &&
                citation_add(package, about) && papers_add(package);
    good = zip_end(TAKE(package->archive)) && good && !package->out.failed;
    return good ? OK : problem_memory(&package->call->problem);
}

static enum err package_answer(struct package *package)
{
    char hex[DIGEST_HEX_SIZE], base64[DIGEST_BASE64_SIZE];
    struct response *response = package->call->response;
    enum err err = package_make(package);
    if (err)
        return err;
    if (!digest_of(package->out.bytes, package->out.length, hex))
        return problem_memory(&package->call->problem);
    digest_base64(hex, base64);
    response_header(response, "Content-Disposition", "attachment; filename=\"relata-%s.zip\"",
                    package->revision.release);
    response_header(response, "Repr-Digest", "sha-256=:%s:", base64);
    response_header(response, "Dataset-Revision", "%lld", (long long)package->revision.number);
    response->packed = true;
    response->costly = true;
    return call_answer(package->call, "application/zip", &package->out);
}

static enum err newest_read(struct call *call, struct revision *ret_revision)
{
    enum err err = pool_take(call->pool, &call->connection, &call->problem);
    if (!err)
        *ret_revision = call->connection->newest;
    pool_give(call->pool, call->connection, err);
    call->connection = NULL;
    return err;
}

// Holds no connection while it makes the archive: each list takes its own, one piece at a time.
enum err export_zip_serve(struct call *call)
{
    char tag[DIGEST_HEX_SIZE];
    struct buffer seed = {0};
    AUTO(package) struct package package = {.call = call};
    enum err err = newest_read(call, &package.revision);
    if (err)
        return err;
    buffer_add_format(&seed, "package\n%s\n%s\n%s", call->public_url, package.revision.hash,
                      embedded_version);
    if (!digest_tag(&seed, tag))
        return problem_memory(&package.call->problem);
    bool fresh = call_is_fresh(call, tag, package.revision.time);
    call->response->revision = revision_identity(&package.revision);
    return fresh ? OK : package_answer(&package);
}
