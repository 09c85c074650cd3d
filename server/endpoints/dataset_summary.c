// Serves the description of the dataset: version, licence, counts, coverage and citation; also for
// search engines (schema.org) and catalogues (DCAT).
#include <stdio.h>
#include <string.h>

#include "base/embedded.h"
#include "endpoints/citation.h"
#include "endpoints/corpus.h"
#include "endpoints/dataset_catalogue.h"
#include "endpoints/dataset_downloads.h"
#include "endpoints/operations.h"
#include "endpoints/sources.h"
#include "formats/linked_data.h"
#include "http/links.h"
#include "query/query.h"

static json_t *counts_of(struct call *call, const struct revision *revision)
{
    json_t *counts = json_object();
    for (size_t i = 0; i < COLLECTION_COUNT; i++) {
        int64_t count = 0;
        const struct query all = {.collection = &collections[i],
                                  .revision = revision->number,
                                  .corpus = corpus_asked(call, call->arguments)};
        if (query_count(call->connection->database, &all, &count))
            break;
        json_object_set_new(counts, collections[i].name, json_integer(count));
    }
    return counts;
}

// The corpus that is left out; "" if none is.
static const char *corpus_beyond(const struct call *call)
{
    enum corpus corpus = corpus_asked(call, call->arguments);
    return corpus == CORPUS_PAPER ? "official" : corpus == CORPUS_OFFICIAL ? "paper" : "";
}

// The first text that SQL finds at REVISION, or null.
static json_t *text_of(struct call *call, const struct revision *revision, const char *sql)
{
    struct statement *find = database_prepare(call->connection->database, sql);
    if (!find)
        return NULL;
    statement_bind_integer(find, 1, revision->number);
    statement_bind_text(find, 2, corpus_beyond(call));
    bool found = statement_step(find) && !statement_is_null(find, 0);
    json_t *text = found ? json_string(statement_text(find, 0)) : json_null();
    statement_reset(find);
    return text;
}

// The first and the last day of any event; an event with an open end counts by its other end.
#define DAY_OF(best, order)                                                                        \
    "SELECT " best "(day) FROM ("                                                                  \
    "SELECT * FROM (SELECT date_start AS day FROM event WHERE date_start IS NOT NULL"              \
    " AND corpus <> ?2 AND valid_from <= ?1 AND valid_to > ?1 ORDER BY date_start " order          \
    " LIMIT 1) UNION ALL SELECT * FROM (SELECT date_end FROM event WHERE date_end IS NOT NULL"     \
    " AND corpus <> ?2 AND valid_from <= ?1 AND valid_to > ?1 ORDER BY date_end " order            \
    " LIMIT 1))"

static json_t *coverage_of(struct call *call, const struct revision *revision)
{
    return json_pack("{so so}", "date_start", text_of(call, revision, DAY_OF("min", "ASC")),
                     "date_end", text_of(call, revision, DAY_OF("max", "DESC")));
}

// The releases up to REVISION, the earliest first. A release is the first revision of its version;
// later ones with the same version are drafts.
static json_t *releases_of(struct call *call, const struct revision *revision)
{
    struct statement *find =
        database_prepare(call->connection->database, "SELECT release, min(number), time, reason"
                                                     " FROM revision WHERE number <= ?1"
                                                     " GROUP BY release ORDER BY 2");
    json_t *releases = find ? json_array() : NULL;
    if (!find)
        return NULL;
    statement_bind_integer(find, 1, revision->number);
    while (statement_step(find))
        json_array_append_new(
            releases, json_pack("{ss sI ss ss}", "version", statement_text(find, 0), "revision",
                                (json_int_t)statement_integer(find, 1), "published_at",
                                statement_text(find, 2), "reason", statement_text(find, 3)));
    statement_reset(find);
    return releases;
}

static json_t *path_based(const struct call *call, const char *path)
{
    return json_sprintf("%s%s", call->base, path);
}

// The path that the call asks for, with its corpus, with or without as_of=REVISION.
static char *path_asked(const struct call *call, const struct revision *revision)
{
    struct buffer out = {0};
    buffer_add_text(&out, call->operation->path);
    if (revision)
        buffer_add_format(&out, "?as_of=%.*s", REVISION_SHORT, revision->hash);
    corpus_write(call, revision ? '&' : '?', &out);
    return buffer_take(&out, NULL);
}

static json_t *about_envelope(struct call *call, const struct revision *revision, const char *path)
{
    const json_t *info = json_object_get(openapi_document(call->spec), "info");
    const json_t *about = json_object_get(info, "x-dataset");
    AUTO(text) char *self = path_asked(call, NULL);
    AUTO(buffer) struct buffer changes = {0};
    buffer_add_text(&changes, "/v1/changes");
    corpus_write(call, '?', &changes);
    json_t *item =
        citation_item(call, revision, NULL, path, NULL,
                      (struct citation_grounds){.corpus = corpus_asked(call, call->arguments)});
    return json_pack(
        "{s{ss ss ss sI ss ss sO sO so so so so so} s{sI ss} s{so so so so}}", "data", "title",
        json_text(info, "title"), "description", json_text(info, "summary"), "version",
        revision->release, "revision", (json_int_t)revision->number, "hash", revision->hash,
        "published_at", revision->time, "licence", json_object_get(about, "licence"), "keywords",
        json_object_get(about, "keywords"), "counts", counts_of(call, revision), "coverage",
        coverage_of(call, revision), "releases", releases_of(call, revision), "sources",
        sources_of_dataset(call, revision, corpus_asked(call, call->arguments)), "citation",
        citation_forms(item), "meta", "dataset_revision", (json_int_t)revision->number,
        "dataset_version", revision->release, "links", "self", path_based(call, self), "permalink",
        path_based(call, path), "contract", path_based(call, "/openapi.json"), "changes",
        path_based(call, buffer_text(&changes)));
}

static json_t *downloads_of(const struct call *call, const struct revision *revision)
{
    size_t i;
    const json_t *each;
    json_t *downloads = json_array();
    AUTO(json) json_t *listed = dataset_downloads(call, revision);
    json_array_foreach (listed, i, each) {
        AUTO(text) char *address = citation_address(call, json_text(each, "path"));
        json_array_append_new(downloads,
                              json_pack("{ss sO sO ss}", "@type", "DataDownload", "name",
                                        json_object_get(each, "name"), "encodingFormat",
                                        json_object_get(each, "type"), "contentUrl", address));
    }
    return downloads;
}

// The contract's description of the data: its first paragraph, on one line.
static json_t *description_of(const char *text)
{
    const char *end = strstr(text, "\n\n");
    AUTO(text) char *line = strndup(text, end ? (size_t)(end - text) : strlen(text));
    for (char *at = line ? strchr(line, '\n') : NULL; at; at = strchr(at, '\n'))
        *at = ' ';
    return line ? json_string(line) : NULL;
}

// The works from which the dataset was compiled.
static json_t *works_linked(const struct call *call, const struct revision *revision)
{
    size_t i;
    const json_t *work;
    json_t *linked = json_array();
    AUTO(json)
    json_t *sources = sources_of_dataset(call, revision, corpus_asked(call, call->arguments));
    json_array_foreach (sources, i, work)
        json_array_append_new(linked, linked_data_work(work));
    return linked;
}

// schema.org/Dataset, with the properties that Google Dataset Search asks for.
static json_t *about_jsonld(struct call *call, const struct revision *revision, const char *path)
{
    const json_t *info = json_object_get(openapi_document(call->spec), "info");
    const json_t *about = json_object_get(info, "x-dataset");
    AUTO(text) char *address = citation_address(call, path);
    AUTO(text) char *self = path_asked(call, NULL);
    AUTO(text) char *home = citation_address(call, self);
    AUTO(json)
    json_t *item =
        citation_item(call, revision, NULL, path, NULL,
                      (struct citation_grounds){.corpus = corpus_asked(call, call->arguments)});
    AUTO(json) json_t *coverage = coverage_of(call, revision);
    const char *first = json_text(coverage, "date_start"), *last = json_text(coverage, "date_end");
    return json_pack(
        "{ss ss ss ss s[sO] so ss ss ss so s{ss sO} so sO sO so*}", "@context",
        "https://schema.org/", "@type", "Dataset", "@id", address, "name", json_text(info, "title"),
        "alternateName", json_text(info, "summary"), json_object_get(item, "title"), "description",
        description_of(json_text(info, "description")), "url", home, "version", revision->release,
        "datePublished", revision->time, "distribution", downloads_of(call, revision), "creator",
        "@type", "Organization", "name", json_at_pointer(item, "/author/0/literal"), "isBasedOn",
        works_linked(call, revision), "license", json_at_pointer(about, "/licence/url"), "keywords",
        json_object_get(about, "keywords"), "temporalCoverage",
        first && last ? json_sprintf("%s/%s", first, last) : NULL);
}

static json_t *about_dcat(struct call *call, const struct revision *revision, const char *path)
{
    AUTO(json) json_t *coverage = coverage_of(call, revision);
    return dataset_catalogue(call, revision, path, coverage);
}

// The dataset at REVISION, permanently available at PATH, in each form.
static const struct {
    const char *format;
    json_t *(*about)(struct call *call, const struct revision *revision, const char *path);
} forms[] = {{"json", about_envelope}, {"jsonld", about_jsonld}, {"dcat", about_dcat}};

enum { FORM_COUNT = sizeof forms / sizeof *forms };

static json_t *about(struct call *call, const struct revision *revision, const char *path)
{
    for (size_t i = 0; i < FORM_COUNT; i++)
        if (strcmp(forms[i].format, call->format->name) == 0)
            return forms[i].about(call, revision, path);
    return NULL;
}

static void format_address(const struct call *call, const char *format, struct buffer *out)
{
    buffer_add_format(out, "%s?format=%s", call->operation->path, format);
    corpus_write(call, '&', out);
}

// The answer is the landing page of the dataset (FAIR Signposting): its headers link to its files
// and to its machine-readable descriptions.
static void about_links(struct call *call, const struct revision *revision, const char *path)
{
    enum { LINKS = 40 };
    size_t i, count = 0;
    const json_t *each;
    struct buffer jsonld = {0}, dcat = {0};
    AUTO(text) char *self = path_asked(call, NULL);
    format_address(call, "jsonld", &jsonld);
    format_address(call, "dcat", &dcat);
    char relations[LINKS][64];
    struct link links[LINKS] = {
        {"self", "self", self},
        {"permalink", "cite-as permalink", path},
        {NULL, "describedby\"; type=\"application/ld+json", buffer_text(&jsonld)},
        {NULL, "describedby\"; type=\"application/ld+json", buffer_text(&dcat)},
        {NULL, "type", "https://schema.org/Dataset"},
        {NULL, "type", "https://schema.org/AboutPage"},
        {NULL, "license", call_licence(call)}};
    while (links[count].relation)
        count++;
    AUTO(json) json_t *downloads = dataset_downloads(call, revision);
    json_array_foreach (downloads, i, each) {
        snprintf(relations[count], sizeof relations[count], "item\"; type=\"%s",
                 json_text(each, "type"));
        links[count] = (struct link){NULL, relations[count], json_text(each, "path")};
        count++;
    }
    links_tell(call->base, links, count, call->response);
    buffer_cleanup(&jsonld);
    buffer_cleanup(&dcat);
}

static enum err about_answer(struct call *call, const struct revision *revision)
{
    AUTO(text) char *path = path_asked(call, revision);
    if (!path)
        return problem_memory(&call->problem);
    AUTO(json) json_t *body = about(call, revision, path);
    about_links(call, revision, path);
    response_header(call->response, "Dataset-Revision", "%lld", (long long)revision->number);
    return call_answer_json(call, call->format->type, body);
}

enum err dataset_summary_serve(struct call *call)
{
    char tag[DIGEST_HEX_SIZE];
    struct revision revision;
    struct buffer seed = {0};
    enum err err = call_revision(call, &revision);
    if (err)
        return err;
    buffer_add_format(&seed, "dataset\n%s\n%s\n%s\n%s", call->public_url, call->format->name,
                      revision.hash, embedded_version);
    corpus_write(call, '\n', &seed);
    if (!digest_tag(&seed, tag))
        return problem_memory(&call->problem);
    return call_is_fresh(call, tag, revision.time) ? OK : about_answer(call, &revision);
}
