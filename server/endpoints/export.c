// Reads a long answer page by page. If that would sort everything again for each page, it reads the
// keys of many records at once and then the records piece by piece.
#include "endpoints/export.h"

#include <stdlib.h>
#include <string.h>

#include "storage/versions.h"

enum { KEYS = 32768, PAGE = 128, PIECE = 64 * 1024 };

struct export_key {
    int64_t record, revision; // of the record, or of its change
    int64_t document, score;
};

struct export
{
    struct stream stream; // must be first: a struct stream * is cast to this
    struct call call;     // the parts of it that outlive the request
    struct page page;
    struct export_key *keys; // if the query asks for keys only
    size_t count, at;        // read and written keys of the batch
    bool opened, last;       // whether the beginning was written; whether this is the last batch
    struct buffer first;     // the piece made before the answer began
    struct buffer record;    // a record before it is formatted
    struct buffer *out;
};

static void export_end(struct stream *stream)
{
    struct export *export = (struct export *)stream;
    json_decref(export->call.arguments);
    problem_cleanup(&export->call.problem);
    page_cleanup(&export->page);
    buffer_cleanup(&export->first);
    buffer_cleanup(&export->record);
    free(export->keys);
    free(export);
}

static bool record_add(struct export *export, const struct query_row *row)
{
    struct buffer *record = &export->record;
    buffer_clear(record);
    bool good = page_record(&export->page, row, record);
    if (export->page.returned++)
        record_writer_between(&export->page.writer, export->out);
    good &= !record_writer_record(&export->page.writer, record->bytes, record->length, export->out);
    export->out->failed |= record->failed || !good;
    return !export->out->failed;
}

// Sets the position from which the next batch continues.
static void position_keep(struct export *export, const struct query_row *row)
{
    json_decref(export->page.last);
    export->page.last = query_position(&export->page.selection.query, row);
    export->out->failed |= !export->page.last;
}

static bool row_take(void *context, const struct query_row *row)
{
    struct export *export = context;
    const struct query *query = &export->page.selection.query;
    export->count++;
    if (export->count == (size_t)query->limit)
        position_keep(export, row);
    if (!query->keys_only)
        return record_add(export, row);
    export->keys[export->count - 1] =
        (struct export_key){row->record, row->revision, row->document, row->score};
    return true;
}

static bool keys_begin(struct export *export)
{
    struct query *query = &export->page.selection.query;
    query->keys_only = true;
    query->limit = KEYS;
    export->keys = calloc(KEYS, sizeof *export->keys);
    return export->keys;
}

// Whether reading keys is better than reading another page: if a page would be sorted out of
// everything, or would search again for the records whose changes are listed.
static bool keys_are_better(const struct export *export)
{
    const struct query *query = &export->page.selection.query;
    return !query->keys_only &&
           (query->changed || query_sorts(export->call.connection->database, query));
}

// Reads the next records after the last one, or their keys.
static bool batch_read(struct export *export)
{
    struct query *query = &export->page.selection.query;
    bool first = !query->position;
    export->count = export->at = 0;
    if (query_rows(export->call.connection->database, query, row_take, export) ||
        export->out->failed)
        return false;
    export->last = export->count < (size_t)query->limit;
    if (!query->keys_only)
        export->at = export->count;
    query->position = export->page.last;
    query->offset = 0;
    // Only a query with a position shows what the next page costs.
    return !first || export->last || !keys_are_better(export) || keys_begin(export);
}

static struct statement *keyed_find(const struct export *export, const struct export_key *key)
{
    struct database *database = export->call.connection->database;
    return key->revision
               ? versions_change(database, key->record, key->revision)
               : versions_rendering(database, key->record, export->page.selection.revision.number);
}

static bool piece_read(struct export *export)
{
    while (export->out->length < PIECE && !(export->at == export->count && export->last)) {
        if (export->at == export->count && !batch_read(export))
            return false;
        for (; export->at < export->count && export->out->length < PIECE; export->at++) {
            const struct export_key *key = &export->keys[export->at];
            struct statement *found = keyed_find(export, key);
            if (!found)
                return false;
            struct query_row row = {.document = key->document, .score = key->score};
            row.json = statement_bytes(found, 0, &row.length);
            record_add(export, &row);
            statement_reset(found);
        }
    }
    return !export->out->failed;
}

static bool is_done(const struct export *export)
{
    return export->last && export->at == export->count;
}

// Makes the next piece with the call's connection.
static bool piece_make(struct export *export, struct buffer *out)
{
    export->out = out;
    if (!export->opened)
        record_writer_open(&export->page.writer, out);
    export->opened = true;
    if (!piece_read(export))
        return false;
    if (is_done(export))
        record_writer_close(&export->page.writer, out);
    return !out->failed;
}

// The database may have been replaced by a restore since the last piece.
static bool revision_stands(const struct export *export)
{
    struct revision found;
    const struct revision *wanted = &export->page.selection.revision;
    return !revision_numbered(export->call.connection->database, wanted->number, &found) &&
           strcmp(found.hash, wanted->hash) == 0;
}

static bool export_next(struct stream *stream, struct buffer *out)
{
    struct export *export = (struct export *)stream;
    if (export->first.length) {
        buffer_add(out, export->first.bytes, export->first.length);
        buffer_cleanup(&export->first);
        return !out->failed;
    }
    if (is_done(export))
        return true;
    enum err err = pool_take(export->call.pool, &export->call.connection, &export->call.problem);
    bool good = !err && revision_stands(export) && piece_make(export, out);
    if (!err && !good)
        err = database_failure(export->call.connection->database);
    pool_give(export->call.pool, export->call.connection, err);
    return good;
}

static struct export *export_new(struct page *page)
{
    const struct call *call = page->selection.call;
    struct export *export = calloc(1, sizeof *export);
    if (!export)
        return NULL;
    export->stream = (struct stream){export_next, export_end};
    export->call = (struct call){.spec = call->spec,
                                 .base = call->base,
                                 .operation = call->operation,
                                 .collection = call->collection,
                                 .arguments = json_incref(call->arguments),
                                 .format = call->format,
                                 .pool = call->pool,
                                 .connection = call->connection};
    export->page = *page;
    *page = (struct page){.selection.call = page->selection.call};
    export->page.selection.call = &export->call;
    export->page.writer.call = &export->call;
    struct query *query = &export->page.selection.query;
    if (query->match)
        query->match = buffer_text(&export->page.selection.match);
    query->limit = PAGE;
    if (!query->match || keys_begin(export))
        return export;
    export_end(&export->stream);
    return NULL;
}

// Reports a fault in the first piece, when the call can still answer with a problem.
static enum err first_problem(struct export *export, struct call *call)
{
    call->problem = export->call.problem;
    export->call.problem = (struct problem){0};
    export_end(&export->stream);
    if (call->problem.err)
        return call->problem.err;
    if (database_failure(call->connection->database))
        return call_database_problem(call);
    return problem_memory(&call->problem);
}

enum err export_answer(struct page *page)
{
    struct call *call = page->selection.call;
    struct export *export = export_new(page);
    if (!export)
        return problem_memory(&call->problem);
    export->last = !export->page.selection.total;
    // Takes the most expensive step before the first byte, while a failure can still be reported.
    if (!piece_make(export, &export->first))
        return first_problem(export, call);
    call->response->status = 200;
    response_stream(call->response, call->format->type, &export->stream);
    return OK;
}
