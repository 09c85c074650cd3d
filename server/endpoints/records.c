// Serves records of any collection by their ids, and says why an id has none.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "contract/arguments.h"
#include "endpoints/aggregate.h"
#include "endpoints/include.h"
#include "endpoints/operations.h"
#include "endpoints/record_writer.h"
#include "endpoints/selection.h"
#include "storage/versions.h"

struct lookup {
    struct selection selection;
    struct inclusion inclusion;
    struct record_writer writer;
    const json_t *ids; // borrowed
    char **texts;      // for each id its record as shown; NULL if there is none
    json_t *missing;   // the entries of `meta.missing` for ids without a record
};

static void lookup_cleanup(struct lookup *lookup)
{
    for (size_t i = 0; lookup->texts && i < json_array_size(lookup->ids); i++)
        free(lookup->texts[i]);
    free(lookup->texts);
    json_decref(lookup->missing);
    record_writer_cleanup(&lookup->writer);
    include_cleanup(&lookup->inclusion);
    selection_cleanup(&lookup->selection);
}

static size_t place_of(const json_t *ids, const char *id)
{
    size_t i = 0;
    while (i < json_array_size(ids) && strcmp(json_string_value(json_array_get(ids, i)), id) != 0)
        i++;
    return i;
}

static bool record_read(void *context, const struct query_row *row)
{
    json_error_t error;
    struct buffer text = {0};
    struct lookup *lookup = context;
    struct problem *problem = &lookup->selection.call->problem;
    AUTO(json) json_t *record = json_loadb(row->json, row->length, 0, &error);
    if (!record)
        return problem_memory(problem), false;
    size_t i = place_of(lookup->ids, json_text(record, "id"));
    if (i == json_array_size(lookup->ids) || lookup->texts[i])
        return true;
    include_note(&lookup->inclusion, collection_typed(json_text(record, "type")), row->json,
                 row->length);
    enum err err = record_writer_record(&lookup->writer, row->json, row->length, &text);
    lookup->texts[i] = buffer_take(&text, NULL);
    if (!err && !lookup->texts[i])
        err = problem_memory(problem);
    return !err;
}

// The key of ID in whichever collection has it, and that collection; 0 if no record ever had it.
static int64_t identity_find(struct database *database, const char *id,
                             const struct collection **ret_collection)
{
    int64_t key = 0;
    for (size_t i = 0; i < COLLECTION_COUNT && !key; i++) {
        *ret_collection = &collections[i];
        key = versions_record_key(database, collections[i].number, id);
    }
    return key;
}

static json_t *unknown_tell(const char *id)
{
    return json_pack("{ss ss ss sn sn sn sn}", "id", id, "reason", "unknown", "detail",
                     "There is no such record.", "type", "removed_at", "replaced_by",
                     "replaced_by_id");
}

// Reports why REMOVAL removed the record, and what replaced it. A record created later is reported
// as unknown, so that an answer about the past never changes.
static json_t *missing_tell(struct call *call, const char *id, int64_t revision)
{
    const struct collection *collection;
    struct database *database = call->connection->database;
    int64_t key = identity_find(database, id, &collection);
    struct statement *removal = key ? versions_removal(database, key, revision) : NULL;
    if (!removal)
        return unknown_tell(id);
    const char *heir = statement_text(removal, 2);
    json_t *place =
        heir ? json_sprintf("%s/v1/%s/%s", call->base, collection->name, heir) : json_null();
    json_t *missing =
        json_pack("{ss ss ss ss ss so ss?}", "id", id, "reason", heir ? "merged" : "removed",
                  "detail", statement_text(removal, 0), "type", collection->type, "removed_at",
                  statement_text(removal, 1), "replaced_by", place, "replaced_by_id", heir);
    statement_reset(removal);
    return missing;
}

static enum err missing_find(struct lookup *lookup)
{
    size_t i;
    const json_t *id;
    struct call *call = lookup->selection.call;
    lookup->missing = json_array();
    json_array_foreach (lookup->ids, i, id)
        if (!lookup->texts[i] &&
            json_array_append_new(lookup->missing, missing_tell(call, json_string_value(id),
                                                                lookup->selection.query.revision)))
            return problem_memory(&call->problem);
    return database_failure(call->connection->database) ? call_database_problem(call) : OK;
}

static void missing_warn(struct lookup *lookup)
{
    size_t i;
    const json_t *missing;
    char detail[128];
    struct buffer ids = {0};
    size_t count = json_array_size(lookup->missing);
    if (!count)
        return;
    json_array_foreach (lookup->missing, i, missing) {
        buffer_add_text(&ids, i ? "," : "");
        buffer_add_json_text(&ids, json_text(missing, "id"));
    }
    snprintf(detail, sizeof detail, "%zu of the ids %s no record.", count,
             count == 1 ? "has" : "have");
    warnings_add(&lookup->selection.warnings, "records-missing", detail, (int64_t)count, &ids,
                 NULL);
    buffer_cleanup(&ids);
}

static enum err lookup_read(struct lookup *lookup)
{
    struct call *call = lookup->selection.call;
    struct query *query = &lookup->selection.query;
    lookup->texts = calloc(json_array_size(lookup->ids), sizeof *lookup->texts);
    if (!lookup->texts || !record_writer_start(&lookup->writer, call, query->collection, false))
        return problem_memory(&call->problem);
    query->limit = INT64_MAX;
    if (query_rows(call->connection->database, query, record_read, lookup))
        return call_database_problem(call);
    enum err err = call->problem.err ? call->problem.err : missing_find(lookup);
    missing_warn(lookup);
    return err;
}

static void lookup_records(const struct lookup *lookup, struct buffer *out)
{
    bool first = true;
    record_writer_open(&lookup->writer, out);
    for (size_t i = 0; i < json_array_size(lookup->ids); i++) {
        if (!lookup->texts[i])
            continue;
        if (!first)
            record_writer_between(&lookup->writer, out);
        first = false;
        buffer_add_text(out, lookup->texts[i]);
    }
    record_writer_close(&lookup->writer, out);
}

static void lookup_meta_write(struct lookup *lookup, struct buffer *out)
{
    struct buffer canonical = {0};
    struct selection *selection = &lookup->selection;
    size_t found = json_array_size(lookup->ids) - json_array_size(lookup->missing);
    AUTO(text) char *missing = json_write(lookup->missing, 0);
    arguments_write(selection->call->operation, selection->call->arguments, NULL, &canonical);
    buffer_add_format(out,
                      ",\"meta\":{\"returned\":%zu,\"dataset_revision\":%lld,"
                      "\"dataset_version\":\"%s\",\"query\":",
                      found, (long long)selection->revision.number, selection->revision.release);
    buffer_add_json_text(out, buffer_text(&canonical));
    buffer_cleanup(&canonical);
    buffer_add_text(out, ",\"missing\":");
    buffer_add_text(out, missing ? missing : "[]");
    out->failed |= !missing;
    selection_warn(selection, out);
    buffer_add_char(out, '}');
    response_header(selection->call->response, "Total-Count", "%zu", found);
    response_header(selection->call->response, "Dataset-Revision", "%lld",
                    (long long)selection->revision.number);
}

static enum err lookup_envelope(struct lookup *lookup, struct buffer *out)
{
    struct selection *selection = &lookup->selection;
    buffer_add_text(out, "{\"data\":");
    lookup_records(lookup, out);
    lookup_meta_write(lookup, out);
    aggregate_links(selection, out);
    enum err err =
        include_write(&lookup->inclusion, selection->call, selection->revision.number, out);
    buffer_add_char(out, '}');
    return err;
}

// Writes only the records; metadata is sent in headers.
static void lookup_plain(struct lookup *lookup, struct buffer *out)
{
    struct buffer ignored = {0};
    struct selection *selection = &lookup->selection;
    lookup_records(lookup, out);
    lookup_meta_write(lookup, &ignored);
    aggregate_links(selection, &ignored);
    buffer_cleanup(&ignored);
    response_header(selection->call->response, "Content-Disposition",
                    "inline; filename=\"relata-records-%s.%s\"", selection->revision.release,
                    selection->call->format->extension);
}

static enum err lookup_answer(struct lookup *lookup)
{
    struct buffer out = {0};
    struct call *call = lookup->selection.call;
    enum err err = lookup_read(lookup);
    if (!err && call->format->shape == SHAPE_ENVELOPE)
        err = lookup_envelope(lookup, &out);
    else if (!err)
        lookup_plain(lookup, &out);
    if (!err)
        return call_answer(call, call->format->type, &out);
    buffer_cleanup(&out);
    return err;
}

enum err records_serve(struct call *call)
{
    char tag[DIGEST_HEX_SIZE];
    AUTO(lookup)
    struct lookup lookup = {.selection = {.call = call, .total = 0},
                            .inclusion = include_of(call),
                            .ids = json_object_get(call->arguments, "id")};
    lookup.selection.query.collection = call->collection;
    enum err err = selection_read(&lookup.selection);
    if (err)
        return err;
    if (!selection_tag(&lookup.selection, "", tag))
        return problem_memory(&call->problem);
    return call_is_fresh(call, tag, lookup.selection.revision.time) ? OK : lookup_answer(&lookup);
}
