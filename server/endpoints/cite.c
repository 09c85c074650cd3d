// Serves the citation of a list, a record or an aggregate: its permanent address, the number of
// records behind it, and a digest of them.
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/embedded.h"
#include "contract/arguments.h"
#include "endpoints/citation.h"
#include "endpoints/parameters.h"
#include "endpoints/selection.h"
#include "endpoints/sources.h"
#include "endpoints/subrequest.h"
#include "storage/versions.h"

// What is cited.
struct subject {
    struct subrequest inner; // the cited address; its answer is discarded
    struct revision revision;
    enum corpus corpus;
    json_t *works;         // that the records rest on
    struct buffer address; // permanent: a path and a query
    struct digest *digest;
    char hex[DIGEST_HEX_SIZE];
    int64_t records;
};

static void subject_cleanup(struct subject *subject)
{
    char ignored[DIGEST_HEX_SIZE];
    if (subject->digest)
        digest_end(subject->digest, ignored);
    subrequest_cleanup(&subject->inner);
    json_decref(subject->works);
    buffer_cleanup(&subject->address);
}

static enum err url_problem(struct call *call, enum err err, const char *detail,
                            const json_t *suggestion)
{
    problem_set(&call->problem, err, "'url': %s", detail);
    problem_culprit(&call->problem, "query", "url", detail, NULL, json_string_value(suggestion));
    return err;
}

// Problems of the cited address are reported as problems of `url`.
static enum err subject_problem(struct call *call, struct subject *subject, enum err err)
{
    struct problem *inner = &subject->inner.call.problem;
    enum err told =
        err == ERR_NOT_FOUND && !subject->inner.call.operation ? ERR_BAD_PARAMETER : err;
    if (told == ERR_BUSY || told == ERR_TIMEOUT || told == ERR_INTERNAL)
        return problem_set(&call->problem, told, "%s", buffer_text(&inner->detail));
    call->problem.extra = TAKE(inner->extra);
    return url_problem(call, told, buffer_text(&inner->detail),
                       json_at_pointer(inner->errors, "/0/suggestion"));
}

// URL after PREFIX, from the slash on; NULL if it begins differently.
static const char *path_behind(const char *url, const char *prefix)
{
    size_t length = strlen(prefix);
    return strncmp(url, prefix, length) == 0 && url[length] == '/' ? url + length : NULL;
}

// The path and query of URL, which may begin with the service's public address or only its path;
// NULL if it belongs to another service.
static const char *target_of(const struct call *call, const char *url)
{
    const char *target = path_behind(url, call->public_url);
    if (!target)
        target = path_behind(url, call->base);
    return target || *url != '/' ? target : url;
}

// What can be cited, and what it is called: NULL for lists and records.
static const struct {
    handler *serve;
    const char *form;
} citable[] = {{list_serve, NULL},
               {record_serve, NULL},
               {records_serve, NULL},
               {aid_totals_serve, "totals of"},
               {aid_totals_serve_series, "series of"},
               {aid_compare_serve, "comparison of"},
               {network_serve, "network of"},
               {timeline_serve, "timeline of"}};

static bool is_citable(const struct operation_row *row)
{
    for (size_t i = 0; i < sizeof citable / sizeof *citable; i++)
        if (citable[i].serve == row->serve)
            return true;
    return false;
}

static bool is_record(const struct subject *subject)
{
    return subject->inner.call.row->argument == ARGUMENT_RECORD;
}

// Adds the line of one record to the digest: what an editor wrote, as of REVISION, in the canonical
// form of RFC 8785. False if it did not exist.
static bool record_digest(struct subject *subject, int64_t record, int64_t revision)
{
    struct statement *find = database_prepare(
        subject->inner.call.connection->database,
        "SELECT body FROM version WHERE record = ? AND valid_from <= ?2 AND valid_to > ?2");
    if (!find)
        return false;
    statement_bind_integer(find, 1, record);
    statement_bind_integer(find, 2, revision);
    bool found = statement_step(find);
    if (found) {
        digest_add(subject->digest, statement_text(find, 0), statement_length(find, 0));
        digest_add(subject->digest, "\n", 1);
        subject->records++;
    }
    statement_reset(find);
    // All of the paper's corpus rests on the paper.
    return found && (subject->corpus == CORPUS_PAPER ||
                     sources_note(&subject->inner.call, revision, record, subject->works));
}

// Adds the line of a change: the record after its revision, or null if that removed it.
static bool change_digest(struct subject *subject, const struct query_row *row)
{
    if (record_digest(subject, row->record, row->revision))
        return true;
    digest_add(subject->digest, "null\n", strlen("null\n"));
    subject->records++;
    return !database_failure(subject->inner.call.connection->database);
}

static bool row_digest(void *context, const struct query_row *row)
{
    struct subject *subject = context;
    return subject->inner.call.collection->number == CHANGES
               ? change_digest(subject, row)
               : record_digest(subject, row->record, subject->revision.number);
}

static void revision_add(struct subject *subject)
{
    struct buffer *address = &subject->address;
    bool more = strchr(buffer_text(address), '?') != NULL;
    buffer_add_format(address, "%cas_of=%.*s", more ? '&' : '?', REVISION_SHORT,
                      subject->revision.hash);
}

static enum err list_read(struct subject *subject)
{
    struct call *inner = &subject->inner.call;
    AUTO(selection) struct selection selection = {.call = inner, .total = -1};
    selection.query.collection = inner->collection;
    enum err err = selection_read(&selection);
    if (err)
        return err;
    const struct query all = selection_keys(&selection);
    subject->revision = selection.revision;
    subject->corpus = selection_sources(&selection);
    selection_address(&selection, selection.arguments, selection_argument_cited, &subject->address);
    if (query_rows(inner->connection->database, &all, row_digest, subject) ||
        database_failure(inner->connection->database))
        return call_database_problem(inner);
    return OK;
}

static enum err cited_record_read(struct subject *subject)
{
    struct call *inner = &subject->inner.call;
    struct database *database = inner->connection->database;
    struct buffer query = {0};
    enum err err = call_revision(inner, &subject->revision);
    if (err)
        return err;
    buffer_add_format(&subject->address, "/v1/%s/%s", inner->collection->name, inner->argument);
    arguments_write(inner->operation, inner->arguments, selection_argument_cited, &query);
    if (query.length)
        buffer_add_format(&subject->address, "?%s", buffer_text(&query));
    buffer_cleanup(&query);
    int64_t record = versions_record_key(database, inner->collection->number, inner->argument);
    return record_digest(subject, record, subject->revision.number) ? OK
                                                                    : call_database_problem(inner);
}

// Serves the cited address first, so that anything wrong with it is found by its own handler.
static enum err subject_read(struct subject *subject, const struct call *call, const char *target)
{
    enum err err = subrequest_serve(&subject->inner, call, target, is_citable);
    if (err)
        return err;
    subject->digest = digest_new();
    subject->works = json_object();
    if (!subject->digest || !subject->works)
        return problem_memory(&subject->inner.call.problem);
    err = is_record(subject) ? cited_record_read(subject) : list_read(subject);
    if (err)
        return err;
    revision_add(subject);
    bool good = digest_end(TAKE(subject->digest), subject->hex) && !subject->address.failed;
    return good ? OK : problem_memory(&subject->inner.call.problem);
}

enum { PART_SIZE = 200 };

// What the citation is about: a search, and records by id, are about all collections.
static const char *cited_collection(const struct call *inner)
{
    return inner->row->serve == records_serve ? "records" : inner->collection->name;
}

// Describes the cited part of the dataset in words.
static void cited_part_write(const struct subject *subject, char ret_part[static PART_SIZE])
{
    const char *form = NULL;
    const struct call *inner = &subject->inner.call;
    const char *name = cited_collection(inner);
    for (size_t i = 0; i < sizeof citable / sizeof *citable; i++)
        if (citable[i].serve == inner->row->serve)
            form = citable[i].form;
    bool search = inner->row->serve == list_serve && inner->collection->number == ANY_COLLECTION;
    name = search ? "records" : inner->collection->number == AID ? "aid figures" : name;
    // All these names have a plural in s.
    int length = (int)strlen(name) - (subject->records == 1);
    if (is_record(subject))
        snprintf(ret_part, PART_SIZE, "%s '%s'", inner->collection->type, inner->argument);
    else
        snprintf(ret_part, PART_SIZE, "%s%s%lld %.*s%s", form ? form : "", form ? " " : "",
                 (long long)subject->records, length, name, search ? " that a search finds" : "");
}

static json_t *body_of(const struct call *call, struct subject *subject)
{
    char part[PART_SIZE], note[128];
    const char *path = buffer_text(&subject->address);
    const struct revision *revision = &subject->revision;
    AUTO(text) char *address = citation_address(call, path);
    const struct call *inner = &subject->inner.call;
    int64_t record = is_record(subject)
                         ? versions_record_key(inner->connection->database,
                                               inner->collection->number, inner->argument)
                         : 0;
    const struct citation_grounds grounds = {
        record, json_object_size(subject->works) ? subject->works : NULL, subject->corpus};
    cited_part_write(subject, part);
    snprintf(note, sizeof note, "SHA-256 %s", subject->hex);
    return json_pack("{s{ss ss sI s{ss ss} ss so} s{sI ss ss ss} s{so}}", "data", "url", address,
                     "path", path, "records", (json_int_t)subject->records, "digest", "algorithm",
                     "sha-256", "value", subject->hex, "collection", cited_collection(inner),
                     "citation",
                     citation_forms(citation_item(call, revision, part, path, note, grounds)),
                     "meta", "dataset_revision", (json_int_t)revision->number, "dataset_version",
                     revision->release, "revision_hash", revision->hash, "time", revision->time,
                     "links", "permalink", json_sprintf("%s%s", call->base, path));
}

static enum err subject_answer(struct call *call, struct subject *subject)
{
    AUTO(json) json_t *body = body_of(call, subject);
    response_header(call->response, "Link", "<%s%s>; rel=\"cite-as permalink\"", call->base,
                    buffer_text(&subject->address));
    return call_answer_json(call, "application/json", body);
}

// The tag depends on everything that the answer is made of.
static bool tag_make(const struct call *call, struct subject *subject,
                     char ret_tag[static DIGEST_HEX_SIZE])
{
    struct buffer seed = {0};
    buffer_add_format(&seed, "cite\n%s\n%s\n%s\n%s\n%s", embedded_version, call->public_url,
                      buffer_text(&subject->address), subject->revision.hash, subject->hex);
    return digest_tag(&seed, ret_tag);
}

static enum err foreign_problem(struct call *call)
{
    char detail[320];
    snprintf(detail, sizeof detail, "not an address of this service; those begin with %s/ or %s/",
             call->public_url, call->base);
    return url_problem(call, ERR_BAD_PARAMETER, detail, NULL);
}

enum err cite_serve(struct call *call)
{
    char tag[DIGEST_HEX_SIZE];
    AUTO(subject) struct subject subject = {0};
    const char *target = target_of(call, json_text(call->arguments, "url"));
    if (!target)
        return foreign_problem(call);
    enum err err = subject_read(&subject, call, target);
    if (err)
        return subject_problem(call, &subject, err);
    if (!tag_make(call, &subject, tag))
        return problem_memory(&call->problem);
    return call_is_fresh(call, tag, subject.revision.time) ? OK : subject_answer(call, &subject);
}
