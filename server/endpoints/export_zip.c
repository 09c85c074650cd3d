// Serves the whole dataset as one archive for offline use: SQLite, CSV, data package, codebook.
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/embedded.h"
#include "endpoints/citation.h"
#include "endpoints/corpus.h"
#include "endpoints/export_collection.h"
#include "endpoints/export_named.h"
#include "endpoints/export_tables.h"
#include "endpoints/kept_archive.h"
#include "endpoints/subrequest.h"
#include "http/conditional.h"
#include "http/file_stream.h"

struct package {
    struct call *call;
    struct revision revision;
    enum corpus corpus;
    json_t *named; // records of the other corpus
    struct zip *archive;
    struct scratch *tables_file; // the SQLite file, and the connection that writes it
    struct database *tables;
    json_t *resources; // for the data package
};

static void package_cleanup(struct package *package)
{
    zip_end(package->archive);
    database_close(package->tables);
    scratch_release(package->tables_file);
    json_decref(package->resources);
    json_decref(package->named);
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

static json_t *package_description(const struct package *package, const json_t *about)
{
    return json_sprintf(
        "%s. Each file holds one collection, a row a record. In a cell that joins the values of a "
        "list, `;` stands between them; the values of a list inside that list have `,` between "
        "them. Where a value itself has such a sign or a backslash, a backslash stands before it. "
        "A text that a spreadsheet would run as a formula has an apostrophe before it.%s",
        json_text(about, "description"),
        json_object_size(package->named)
            ? " Records of the other corpus, which the column `corpus` "
              "tells, are here where those of this one name them."
            : "");
}

enum { NAME_SIZE = 32 };

// `relata`, `relata-official`, `relata-paper-official`: the default corpus adds nothing to the
// name.
static void package_name(enum corpus corpus, char ret_name[static NAME_SIZE])
{
    bool plain = corpus == CORPUS_PAPER;
    snprintf(ret_name, NAME_SIZE, "relata%s%s", plain ? "" : "-", plain ? "" : corpus_list(corpus));
    for (char *comma = strchr(ret_name, ','); comma; comma = strchr(comma, ','))
        *comma = '-';
}

static bool datapackage_add(struct package *package, const json_t *about)
{
    char name[NAME_SIZE];
    const json_t *licence = json_object_get(about, "licence");
    package_name(package->corpus, name);
    AUTO(json)
    json_t *described = json_pack(
        "{ss ss sO so sO ss sO sO sO so s[{sO sO sO}] so sO}", "profile", "tabular-data-package",
        "name", name, "title", json_object_get(about, "title"), "description",
        package_description(package, about), "homepage",
        json_at_pointer(about, "/citation/csl/URL"), "id", package->revision.hash, "version",
        json_object_get(about, "version"), "created", json_object_get(about, "published_at"),
        "keywords", json_object_get(about, "keywords"), "contributors", contributors_of(about),
        "licenses", "name", json_object_get(licence, "identifier"), "path",
        json_object_get(licence, "url"), "title", json_object_get(licence, "name"), "sources",
        package_sources(about), "resources", package->resources);
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

// The type of a work in Citation File Format, whose types differ from CSL's.
static const char *reference_type(const json_t *work)
{
    const char *type = json_text(work, "type");
    bool same = strcmp(type, "dataset") == 0 || strcmp(type, "report") == 0;
    return same ? type : strncmp(type, "article", strlen("article")) == 0 ? "article" : "generic";
}

// A work from which the dataset was compiled.
static void reference_add(const json_t *work, bool first, struct buffer *out)
{
    size_t i;
    const json_t *creator;
    buffer_add_format(out, "%s  - type: %s", first ? "references:\n" : "", reference_type(work));
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

// Citation File Format 1.2.0; scalars are quoted as JSON, which is also YAML.
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

// Adds the codebook and the licence.
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

static bool is_dataset(const struct operation_row *row)
{
    return row->serve == dataset_summary_serve;
}

// Adds the service's description of the whole dataset.
static enum err about_read(struct package *package, json_t **ret_about)
{
    char target[96];
    json_error_t error;
    AUTO(subrequest) struct subrequest inner = {0};
    snprintf(target, sizeof target, "/v1/dataset?corpus=%s&as_of=%.*s",
             corpus_list(package->corpus), REVISION_SHORT, package->revision.hash);
    enum err err = subrequest_serve(&inner, package->call, target, is_dataset);
    if (err)
        return problem_set(&package->call->problem, err, "%s",
                           buffer_text(&inner.call.problem.detail));
    AUTO(json)
    json_t *answer = json_loadb(inner.response.body, inner.response.length, 0, &error);
    *ret_about = json_incref(json_object_get(answer, "data"));
    return *ret_about ? OK : problem_memory(&package->call->problem);
}

static bool tables_open(struct package *package, struct scratch_room *room)
{
    AUTO(scratch_name) char *path = NULL;
    package->tables_file = scratch_new_named(room, &path);
    if (package->tables_file)
        package->tables = database_open_blank(path);
    return package->tables && database_run(package->tables, "BEGIN");
}

static bool collections_add(struct package *package)
{
    bool good = true;
    const struct export_target target = {package->call,   &package->revision, package->archive,
                                         package->tables, package->corpus,    package->named};
    for (size_t i = 0; i < COLLECTION_COUNT && good; i++) {
        json_t *resource = export_collection_write(&target, &collections[i]);
        good = resource && !json_array_append_new(package->resources, resource);
    }
    return good;
}

// The file is complete once its connection is closed.
static bool tables_add(struct package *package)
{
    bool good = export_tables_link(package->tables) && database_run(package->tables, "COMMIT");
    if (!good)
        return false;
    database_close(TAKE(package->tables));
    return zip_add_file(package->archive, "relata.sqlite", package->tables_file);
}

static bool package_write(struct package *package, const json_t *about, struct scratch *file)
{
    package->archive = zip_new(conditional_time_read(package->revision.time), file);
    package->resources = json_array();
    bool good = package->archive && package->resources &&
                tables_open(package, pool_scratch(package->call->pool)) &&
                collections_add(package) && tables_add(package) &&
                datapackage_add(package, about) && citation_add(package, about) &&
                papers_add(package);
    return zip_end(TAKE(package->archive)) && good;
}

static enum err package_problem(struct package *package)
{
    struct call *call = package->call;
    const char *reason = strerror(errno ? errno : EIO);
    if (scratch_is_ended(pool_scratch(call->pool)))
        reason = "the service is stopping";
    else if (package->tables && database_failure(package->tables))
        reason = database_failure_text(package->tables);
    return problem_set(&call->problem, ERR_BUSY, "The archive could not be written to %s: %s.",
                       pool_scratch(call->pool)->folder, reason);
}

// If there is no room for another archive, drops archives of other corpora, the least recently used
// first.
static bool archive_room(struct package *package, struct kept_archive *archive)
{
    struct call *call = package->call;
    while (!scratch_finish(archive->file))
        if (errno != ENOSPC || !kept_archive_give_way(call->archives))
            return false;
    return true;
}

// Makes the archive and keeps it for later requests.
static enum err archive_make(struct package *package, struct kept_archive *archive)
{
    char hex[DIGEST_HEX_SIZE];
    AUTO(json) json_t *about = NULL;
    enum err err = about_read(package, &about);
    if (err)
        return err;
    package->named = export_named_read(package->call, &package->revision, package->corpus);
    if (!package->named)
        return package->call->problem.err ? package->call->problem.err
                                          : problem_memory(&package->call->problem);
    errno = 0;
    archive->file = scratch_new(pool_scratch(package->call->pool));
    if (!archive->file || !package_write(package, about, archive->file) ||
        !archive_room(package, archive) || !scratch_digest(archive->file, hex))
        return package_problem(package);
    digest_base64(hex, archive->base64);
    kept_archive_put(package->call->archives, archive);
    return OK;
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

static bool archive_is_fresh(struct call *call, const struct kept_archive *archive)
{
    bool fresh = call_is_fresh(call, archive->tag, archive->revision.time);
    call->response->revision = revision_identity(&archive->revision);
    call->response->packed = true;
    return fresh;
}

static enum err archive_answer(struct call *call, const struct kept_archive *archive)
{
    struct response *response = call->response;
    char name[NAME_SIZE];
    package_name(archive->corpus, name);
    response_header(response, "Content-Disposition", "attachment; filename=\"%s-%s.zip\"", name,
                    archive->revision.release);
    response_header(response, "Repr-Digest", "sha-256=:%s:", archive->base64);
    response_header(response, "Dataset-Revision", "%lld", (long long)archive->revision.number);
    return file_stream_respond(response, "application/zip", archive->file)
               ? OK
               : problem_memory(&call->problem);
}

// Holds no connection while it makes the archive; each list takes its own, one piece at a time.
static enum err archive_renew(struct call *call, struct kept_archive *archive)
{
    struct buffer seed = {0};
    AUTO(package) struct package package = {.call = call};
    enum err err = newest_read(call, &archive->revision);
    if (err)
        return err;
    package.revision = archive->revision;
    package.corpus = archive->corpus;
    buffer_add_format(&seed, "package\n%s\n%s\n%s\n%s", call->public_url, archive->revision.hash,
                      embedded_version, corpus_list(archive->corpus));
    if (!digest_tag(&seed, archive->tag))
        return problem_memory(&call->problem);
    if (archive_is_fresh(call, archive))
        return OK;
    err = call_leave(call, LEFT_FILE);
    return err ? err : archive_make(&package, archive);
}

// Only archives of the newest revision are kept: see app_revision.
enum err export_zip_serve(struct call *call)
{
    AUTO(kept_archive) struct kept_archive archive = {0};
    enum err err = OK;
    enum corpus corpus = corpus_asked(call, call->arguments);
    if (!kept_archive_take(call->archives, corpus, &archive)) {
        archive.corpus = corpus;
        err = archive_renew(call, &archive);
    }
    if (err || archive_is_fresh(call, &archive))
        return err;
    return archive_answer(call, &archive);
}
