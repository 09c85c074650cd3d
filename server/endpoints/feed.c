// Gives feeds and their entries ids and titles.
#include "endpoints/feed.h"

#include <stdlib.h>
#include <string.h>

#include "base/embedded.h"
#include "contract/arguments.h"
#include "endpoints/citation.h"
#include "storage/versions.h"

bool feed_settle(struct call *call)
{
    json_t *arguments = call->arguments;
    bool sorted = json_object_get(arguments, "sort") || json_object_get(arguments, "cursor");
    if (call->format->shape != SHAPE_FEED)
        return true;
    // If `Accept` selected the format, links must name it explicitly.
    return json_object_set_new(arguments, "format", json_string(call->format->name)) == 0 &&
           (sorted || json_object_set_new(arguments, "sort", json_pack("[s]", "-revision")) == 0);
}

struct feed *feed_new(const struct call *call)
{
    struct feed *feed = calloc(1, sizeof *feed);
    if (!feed)
        return NULL;
    feed->origin = strndup(call->public_url, strlen(call->public_url) - strlen(call->base));
    if (feed->origin)
        return feed;
    feed_free(feed);
    return NULL;
}

void feed_free(struct feed *feed)
{
    if (!feed)
        return;
    free(feed->origin);
    free(feed->id);
    free(feed->title);
    free(feed->author);
    free(feed->updated);
    free(feed->licence);
    free(feed->version);
    free(feed->self);
    free(feed->next);
    free(feed->prev);
    free(feed->list);
    free(feed);
}

// Arguments that select the changes of the feed, not their order or presentation.
static bool of_feed(const char *name)
{
    return selection_argument_selects(name) && strcmp(name, "sort") != 0;
}

// The same for every page and every revision of one dataset.
static char *id_of(const struct selection *selection)
{
    struct revision first;
    char urn[DIGEST_URN_SIZE];
    struct buffer seed = {0};
    if (revision_numbered(selection->call->connection->database, 1, &first))
        return NULL;
    buffer_add_format(&seed, "feed\n%s\n", first.hash);
    selection_address(selection, selection->arguments, of_feed, &seed);
    return digest_urn(&seed, urn) ? strdup(urn) : NULL;
}

static char *title_of_feed(const struct selection *selection)
{
    struct buffer title = {0}, filters = {0};
    const struct call *call = selection->call;
    arguments_write(call->operation, selection->arguments, of_feed, &filters);
    buffer_add_format(
        &title, "%s: changes",
        json_string_value(json_at_pointer(openapi_document(call->spec), "/info/title")));
    if (filters.length)
        buffer_add_format(&title, " (%s)", buffer_text(&filters));
    buffer_cleanup(&filters);
    return buffer_take(&title, NULL);
}

static bool is_no_form(const char *name)
{
    return selection_argument_cited(name) || strcmp(name, "as_of") == 0;
}

// The path PATH of this service.
static char *path_of(const struct call *call, const char *path)
{
    struct buffer out = {0};
    buffer_add_text(&out, call->base);
    buffer_add_text(&out, path);
    return buffer_take(&out, NULL);
}

static char *address_of(const struct selection *selection, const json_t *arguments,
                        bool (*keep)(const char *name))
{
    struct buffer address = {0};
    selection_address(selection, arguments, keep, &address);
    char *path = path_of(selection->call, buffer_text(&address));
    buffer_cleanup(&address);
    return path;
}

bool feed_complete(struct feed *feed, const struct selection *selection, const char *next,
                   const char *prev)
{
    const struct call *call = selection->call;
    AUTO(json) json_t *editor = citation_editor(call, &selection->revision);
    feed->id = id_of(selection);
    feed->title = title_of_feed(selection);
    feed->author = editor ? strdup(json_string_value(editor)) : NULL;
    feed->updated = strdup(selection->revision.time);
    feed->licence = strdup(call_licence(call));
    feed->version = strdup(embedded_version);
    feed->self = address_of(selection, call->arguments, NULL);
    feed->list = address_of(selection, selection->arguments, is_no_form);
    feed->next = next ? path_of(call, next) : NULL;
    feed->prev = prev ? path_of(call, prev) : NULL;
    return feed->id && feed->title && feed->author && feed->updated && feed->licence &&
           feed->version && feed->self && feed->list && (feed->next || !next) &&
           (feed->prev || !prev);
}

// The title of BODY, a record as written; a work without a title is called by its creators.
static json_t *title_of_record(const struct collection *collection, const json_t *body)
{
    AUTO(json) json_t *record = collection_record_derived(collection, body);
    const char *title = json_text(record, collection->label);
    if (!title)
        title = json_text(record, "creators");
    return json_string(title ? title : json_text(body, "id"));
}

bool feed_name(const struct call *call, json_t *change)
{
    char urn[DIGEST_URN_SIZE];
    struct buffer seed = {0};
    struct revision revision;
    struct store_version version;
    struct database *database = call->connection->database;
    const char *id = json_text(change, "id");
    const struct collection *collection = collection_typed(json_text(change, "type"));
    int64_t number = json_integer_value(json_object_get(change, "revision"));
    bool removed = strcmp(json_text(change, "change"), "removed") == 0;
    int64_t key = versions_record_key(database, collection->number, id);
    if (revision_numbered(database, number, &revision) ||
        versions_version_read(database, key, removed ? number - 1 : number, &version))
        return false;
    AUTO(json) json_t *body = version.body;
    buffer_add_format(&seed, "change\n%s\n%s\n%s", revision.hash, collection->name, id);
    return digest_urn(&seed, urn) && json_object_set_new(change, "urn", json_string(urn)) == 0 &&
           json_object_set_new(change, "title", title_of_record(collection, body)) == 0;
}
