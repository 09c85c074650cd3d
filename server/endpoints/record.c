// Serves one record: as it is, as it was, or why it is gone.
#include <stdio.h>
#include <string.h>

#include "aid/constant_dollars.h"
#include "base/embedded.h"
#include "base/text.h"
#include "contract/arguments.h"
#include "endpoints/cited_works.h"
#include "endpoints/include.h"
#include "endpoints/parameters.h"
#include "endpoints/record_writer.h"
#include "formats/linked_data.h"
#include "http/links.h"
#include "query/suggest.h"
#include "storage/intact.h"
#include "storage/versions.h"

static enum err record_missing_problem(struct call *call)
{
    char nearest[SUGGESTION_SIZE], sentence[TEXT_MEANT_SIZE];
    bool found = suggest_id(call->connection->database, call->collection, call->argument, nearest);
    problem_set(&call->problem, ERR_NOT_FOUND, "There is no record '%.100s' in %s.%s",
                call->argument, call->collection->name,
                text_meant(found ? nearest : NULL, NULL, sentence));
    problem_culprit(&call->problem, "path", "id", "there is no such record", NULL,
                    found ? nearest : NULL);
    return ERR_NOT_FOUND;
}

// Reports that a record has an identity but nothing to show at REVISION: it was removed before, or
// not created yet.
static enum err absence_problem(struct call *call, int64_t record, const struct revision *revision)
{
    char place[512];
    struct database *database = call->connection->database;
    struct statement *find = versions_removal(database, record, revision->number);
    if (!find && database_failure(database))
        return call_database_problem(call);
    if (!find) {
        problem_set(&call->problem, ERR_NOT_FOUND,
                    "There was no record '%.100s' yet at revision %lld.", call->argument,
                    (long long)revision->number);
        problem_culprit(&call->problem, "path", "id", "the record was made later", NULL, NULL);
        return ERR_NOT_FOUND;
    }
    AUTO(text) char *heir = statement_is_null(find, 2) ? NULL : strdup(statement_text(find, 2));
    snprintf(place, sizeof place, "%s/v1/%s/%s", call->base, call->collection->name,
             heir ? heir : "");
    problem_set(&call->problem, ERR_GONE, "The record '%.100s' was removed: %.600s", call->argument,
                statement_text(find, 0));
    call->problem.extra = json_pack("{ss ss ss?}", "reason", statement_text(find, 0), "removed_at",
                                    statement_text(find, 1), "replaced_by", heir ? place : NULL);
    statement_reset(find);
    problem_culprit(&call->problem, "path", "id", "the record was removed", NULL, heir);
    return ERR_GONE;
}

static struct statement *rendering_find(struct database *database, int64_t record, int64_t revision)
{
    struct statement *find = database_prepare(
        database,
        "SELECT " INTACT_JSON(
            "g") ", g.etag, v.valid_from, substr(r.hash, 1, 16), r.time FROM rendering g"
                 " JOIN version v ON v.record = ?1 AND v.valid_from <= ?2 AND v.valid_to > ?2"
                 " JOIN revision r ON r.number = g.valid_from"
                 " WHERE g.key " RENDERINGS_OF("?1") " AND g.valid_from <= ?2 AND g.valid_to > ?2");
    if (!find)
        return NULL;
    statement_bind_integer(find, 1, record);
    statement_bind_integer(find, 2, revision);
    if (statement_step(find))
        return find;
    statement_reset(find);
    return NULL;
}

static bool of_presentation(const char *name)
{
    return parameters_role(name) & (PARAMETER_SHOWS | PARAMETER_PRICES) &&
           strcmp(name, "format") != 0;
}

// What distinguishes one state of the answer from another.
struct validators {
    char tag[DIGEST_HEX_SIZE];
    char time[32];
};

// Takes them from the rendering in ROW. With `fields`, `include` or another format they also depend
// on these arguments and, because related records change independently, on the revision.
static bool validators_make(const struct call *call, struct statement *row,
                            const struct revision *revision, struct validators *ret_validators)
{
    struct buffer seed = {0};
    const char *etag = statement_text(row, 1);
    char *ret_tag = ret_validators->tag;
    snprintf(ret_validators->time, sizeof ret_validators->time, "%s", statement_text(row, 4));
    arguments_write(call->operation, call->arguments, of_presentation, &seed);
    if (call->format->shape != SHAPE_ENVELOPE)
        buffer_add_format(&seed, "\n%s", call->format->name);
    buffer_add_text(&seed, call->format->shape == SHAPE_LINKED ? call->public_url : call->base);
    if (!seed.length) {
        snprintf(ret_tag, DIGEST_HEX_SIZE, "%s", etag);
        return true;
    }
    snprintf(ret_validators->time, sizeof ret_validators->time, "%s", revision->time);
    buffer_add_format(&seed, "\n%s\n%s\n%s", embedded_version, etag, revision->hash);
    return digest_tag(&seed, ret_tag);
}

// The addresses for a record's links. Release them with record_addresses_cleanup.
struct record_addresses {
    struct buffer self, collection, history, pinned, cite, linked, type;
};

static void record_addresses_cleanup(struct record_addresses *addresses)
{
    buffer_cleanup(&addresses->self);
    buffer_cleanup(&addresses->collection);
    buffer_cleanup(&addresses->history);
    buffer_cleanup(&addresses->pinned);
    buffer_cleanup(&addresses->cite);
    buffer_cleanup(&addresses->linked);
    buffer_cleanup(&addresses->type);
}

static struct record_addresses addresses_of(const struct call *call, const char *permalink)
{
    struct record_addresses of = {0};
    bool past = json_object_get(call->arguments, "as_of");
    buffer_add_format(&of.self, "/v1/%s/%s", call->collection->name, call->argument);
    const char *self = buffer_text(&of.self);
    buffer_add_format(&of.collection, "/v1/%s", call->collection->name);
    buffer_add_format(&of.history, "%s/revisions", self);
    buffer_add_format(&of.pinned, "%s?as_of=%s", self, permalink);
    buffer_add_format(&of.cite, "/v1/cite?url=%s%s%s%s", call->base, self,
                      past ? "%3Fas_of%3D" : "", past ? permalink : "");
    buffer_add_format(&of.linked, "%s?format=jsonld%s%s", self, past ? "&as_of=" : "",
                      past ? permalink : "");
    linked_data_class(call->collection, &of.type);
    return of;
}

// Headers that tell a machine what this is and what it belongs to (FAIR Signposting).
static void record_links(const struct call *call, const char *permalink, struct buffer *out)
{
    AUTO(record_addresses) struct record_addresses of = addresses_of(call, permalink);
    const struct link links[] = {
        {"self", "self", buffer_text(&of.self)},
        {"collection", "collection", buffer_text(&of.collection)},
        {"history", "version-history", buffer_text(&of.history)},
        {"permalink", "cite-as permalink", buffer_text(&of.pinned)},
        {"cite", NULL, buffer_text(&of.cite)},
        {NULL, "collection", "/v1/dataset"},
        {NULL, "describedby\"; type=\"application/ld+json", buffer_text(&of.linked)},
        {NULL, "type", buffer_text(&of.type)},
        {NULL, "license", call_licence(call)}};
    links_write(call->base, links, sizeof links / sizeof *links, call->response, out);
}

static enum err envelope_write(struct call *call, struct statement *row,
                               const struct revision *revision, struct buffer *out)
{
    struct inclusion inclusion = include_of(call);
    const char *json = statement_text(row, 0);
    size_t length = statement_length(row, 0);
    buffer_add_text(out, "{\"data\":");
    enum err err = include_record_write(call, json, length, out);
    include_note(&inclusion, call->collection, json, length);
    buffer_add_format(out, ",\"meta\":{\"revision\":%lld}", (long long)statement_integer(row, 2));
    record_links(call, statement_text(row, 3), out);
    statement_reset(row);
    if (!err)
        err = include_write(&inclusion, call, revision->number, out);
    include_cleanup(&inclusion);
    buffer_add_char(out, '}');
    return err;
}

// Writes the record, or the works that it cites, without an envelope.
static enum err plain_write(struct call *call, struct statement *row,
                            const struct revision *revision, struct buffer *out)
{
    enum err err = OK;
    struct record_writer writer;
    struct buffer ignored = {0};
    bool works = cited_works_are_neighbours(call);
    struct inclusion inclusion = works ? include_named("references") : (struct inclusion){0};
    bool good = record_writer_start(&writer, call, call->collection, false);
    record_links(call, statement_text(row, 3), &ignored);
    buffer_cleanup(&ignored);
    response_header(call->response, "Content-Disposition", "inline; filename=\"relata-%s.%s\"",
                    call->argument, call->format->extension);
    if (good && !works) {
        record_writer_open(&writer, out);
        record_writer_record(&writer, statement_text(row, 0), statement_length(row, 0), out);
        record_writer_close(&writer, out);
    }
    include_note(&inclusion, call->collection, statement_text(row, 0), statement_length(row, 0));
    statement_reset(row);
    if (good && works)
        err = cited_works_write(call, &inclusion, &writer, revision->number, out);
    include_cleanup(&inclusion);
    record_writer_cleanup(&writer);
    return good ? err : problem_memory(&call->problem);
}

// Writes the record as linked data.
static enum err linked_write(struct call *call, struct statement *row, struct buffer *out)
{
    json_error_t error;
    struct buffer ignored = {0};
    AUTO(json)
    json_t *record = json_loadb(statement_text(row, 0), statement_length(row, 0), 0, &error);
    const struct linked_context context = {.public_url = call->public_url,
                                           .licence = call_licence(call),
                                           .revision = statement_text(row, 3)};
    record_links(call, context.revision, &ignored);
    buffer_cleanup(&ignored);
    AUTO(json)
    json_t *linked = record ? linked_data_record(call->collection, record, &context) : NULL;
    AUTO(text) char *text = linked ? json_write(linked, 0) : NULL;
    statement_reset(row);
    if (!text)
        return problem_memory(&call->problem);
    buffer_add_text(out, text);
    return OK;
}

static enum err body_write(struct call *call, struct statement *row,
                           const struct revision *revision)
{
    struct buffer out = {0};
    enum output_shape shape = call->format->shape;
    enum err err = shape == SHAPE_ENVELOPE ? envelope_write(call, row, revision, &out)
                   : shape == SHAPE_LINKED ? linked_write(call, row, &out)
                                           : plain_write(call, row, revision, &out);
    if (!err)
        return call_answer(call, call->format->type, &out);
    buffer_cleanup(&out);
    return err;
}

enum err record_serve(struct call *call)
{
    struct validators validators;
    int base_year;
    struct revision revision;
    struct database *database = call->connection->database;
    enum err err = call_revision(call, &revision);
    if (!err)
        err = constant_dollars_base_year(&call->problem, call->arguments, &base_year);
    if (err)
        return err;
    int64_t record = versions_record_key(database, call->collection->number, call->argument);
    if (database_failure(database))
        return call_database_problem(call);
    if (!record)
        return record_missing_problem(call);
    struct statement *row = rendering_find(database, record, revision.number);
    if (database_failure(database))
        return call_database_problem(call);
    if (!row)
        return absence_problem(call, record, &revision);
    if (!validators_make(call, row, &revision, &validators)) {
        statement_reset(row);
        return problem_memory(&call->problem);
    }
    if (call_is_fresh(call, validators.tag, validators.time)) {
        statement_reset(row);
        return OK;
    }
    return body_write(call, row, &revision);
}
