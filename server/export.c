// Reads the keys of a long answer a batch at a time and the records behind them a piece at a time.
//
// A sort that no index serves costs a sort of everything for each batch, hence many keys in one;
// records are large, hence few in a piece.
#include "export.h"

#include <stdlib.h>
#include <string.h>

#include "store.h"

enum { BATCH = 32768, VIEW_BATCH = 500, PIECE = 64 * 1024 };

struct key {
    int64_t record, document, score;
};

struct export
{
    struct stream stream; // first: the stream is the export
    struct call call;     // what of it outlives the request
    struct listing listing;
    struct key *keys;
    size_t count, at;
    bool opened, last;   // whether the beginning was written, whether no batch follows
    struct buffer first; // the piece that was made before the answer began
    struct buffer *out;
};

static void export_end(struct stream *stream)
{
    struct export *export = (struct export *)stream;
    json_decref(export->call.arguments);
    problem_cleanup(&export->call.problem);
    listing_cleanup(&export->listing);
    buffer_cleanup(&export->first);
    free(export->keys);
    free(export);
}

static void record_add(struct export *export, const struct query_row *row)
{
    struct buffer record = {0};
    bool good = listing_record(&export->listing, row, &record);
    if (export->listing.returned++)
        writer_between(&export->listing.writer, export->out);
    good &= !writer_record(&export->listing.writer, record.bytes, record.length, export->out);
    export->out->failed |= record.failed || !good;
    buffer_cleanup(&record);
}

static bool row_take(void *context, struct query_row *row)
{
    struct export *export = context;
    struct query *query = &export->listing.query;
    json_decref(export->listing.last);
    export->listing.last = row->position;
    export->count++;
    if (query->keys_only)
        export->keys[export->count - 1] = (struct key){row->record, row->document, row->score};
    else
        record_add(export, row);
    return true;
}

// The next keys, behind the last; of a view, which has no keys, the next records themselves.
static bool batch_read(struct export *export)
{
    struct query *query = &export->listing.query;
    export->count = export->at = 0;
    if (query_rows(export->call.connection->database, query, row_take, export))
        return false;
    query->position = export->listing.last;
    query->offset = 0;
    export->last = export->count < (size_t)query->limit;
    if (!query->keys_only)
        export->at = export->count;
    return true;
}

static bool piece_read(struct export *export)
{
    struct database *database = export->call.connection->database;
    while (export->out->length < PIECE && !(export->at == export->count && export->last)) {
        if (export->at == export->count && !batch_read(export))
            return false;
        for (; export->at < export->count && export->out->length < PIECE; export->at++) {
            const struct key *key = &export->keys[export->at];
            struct statement *found =
                store_rendering(database, key->record, export->listing.revision.number);
            if (!found)
                return false;
            const struct query_row row = {.json = statement_text(found, 0),
                                          .length = statement_length(found, 0),
                                          .document = key->document,
                                          .score = key->score};
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

// The next piece, by the connection that the call has.
static bool piece_make(struct export *export, struct buffer *out)
{
    export->out = out;
    if (!export->opened)
        writer_open(&export->listing.writer, out);
    export->opened = true;
    if (!piece_read(export))
        return false;
    if (is_done(export))
        writer_close(&export->listing.writer, out);
    return !out->failed;
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
    bool good = !err && piece_make(export, out);
    if (!err && !good)
        err = database_failure(export->call.connection->database);
    pool_give(export->call.pool, export->call.connection, err);
    return good;
}

static struct export *export_new(struct listing *listing)
{
    const struct call *call = listing->call;
    struct export *export = calloc(1, sizeof *export);
    if (!export)
        return NULL;
    export->stream = (struct stream){export_next, export_end};
    export->call = (struct call){.spec = call->spec,
                                 .operation = call->operation,
                                 .collection = call->collection,
                                 .arguments = json_incref(call->arguments),
                                 .media = call->media,
                                 .pool = call->pool,
                                 .connection = call->connection};
    export->listing = *listing;
    *listing = (struct listing){.call = listing->call};
    export->listing.call = &export->call;
    export->listing.writer.call = &export->call;
    struct query *query = &export->listing.query;
    if (query->match)
        query->match = buffer_text(&export->listing.match);
    query->keys_only = !query->collection->own_json;
    query->limit = query->keys_only ? BATCH : VIEW_BATCH;
    export->keys = query->keys_only ? calloc(BATCH, sizeof *export->keys) : NULL;
    if (!query->keys_only || export->keys)
        return export;
    export_end(&export->stream);
    return NULL;
}

// What went wrong with the first piece, told by the call that is still to be answered.
static enum err first_problem(struct export *export, struct call *call)
{
    call->problem = export->call.problem;
    export->call.problem = (struct problem){0};
    export_end(&export->stream);
    if (call->problem.err)
        return call->problem.err;
    if (database_failure(call->connection->database))
        return call_database_problem(call);
    return problem_set(&call->problem, ERR_BUSY, "Out of memory.");
}

enum err export_answer(struct listing *listing)
{
    struct call *call = listing->call;
    struct export *export = export_new(listing);
    if (!export)
        return problem_set(&call->problem, ERR_BUSY, "Out of memory.");
    export->last = !export->listing.total;
    // The costliest step comes before the first byte, while what fails can still be told.
    if (!piece_make(export, &export->first))
        return first_problem(export, call);
    call->response->status = 200;
    response_stream(call->response, call->media->type, &export->stream);
    return OK;
}
