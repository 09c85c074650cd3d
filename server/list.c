// Serves a collection: a page of records with its links, facets and neighbours.
#include <stdio.h>
#include <string.h>

#include "arguments.h"
#include "cursor.h"
#include "facet.h"
#include "handlers.h"
#include "listing.h"
#include "words.h"

static bool of_next_page(const char *name)
{
    return !argument_selects(name) && strcmp(name, "as_of") != 0 && strcmp(name, "cursor") != 0 &&
           strcmp(name, "offset") != 0;
}

// The record with the score and the highlights of its match.
static bool match_write(const struct listing *listing, const struct query_row *row,
                        struct buffer *out)
{
    buffer_add(out, row->json, row->length - 1);
    buffer_add_format(out, ",\"score\":%lld,\"highlights\":", (long long)row->score);
    bool good = words_highlight(listing->call->connection->database, listing->query.match,
                                row->document, out);
    buffer_add_char(out, '}');
    return good;
}

static bool row_write(const struct listing *listing, const struct query_row *row,
                      struct buffer *out)
{
    struct buffer matched = {0};
    const char *json = row->json;
    size_t length = row->length;
    bool good = true;
    if (listing->query.match) {
        good = match_write(listing, row, &matched);
        json = matched.bytes;
        length = matched.length;
    }
    if (good && !matched.failed && listing->query.collection == &collection_search)
        hit_write(json, length, out);
    else if (good && !matched.failed)
        record_write(listing->call, json, length, out);
    out->failed |= matched.failed;
    buffer_cleanup(&matched);
    return good;
}

static bool row_keep(struct listing *listing, const struct query_row *row)
{
    struct buffer text = {0};
    bool good = row_write(listing, row, &text);
    if (listing->query.backward) {
        listing->backward_rows[listing->returned] = buffer_take(&text, NULL);
        return good && listing->backward_rows[listing->returned];
    }
    buffer_add_text(&listing->rows, listing->returned ? "," : "");
    buffer_add(&listing->rows, text.bytes, text.length);
    listing->rows.failed |= text.failed;
    buffer_cleanup(&text);
    return good;
}

static bool row_read(void *context, struct query_row *row)
{
    struct listing *listing = context;
    if (listing->returned + 1 == listing->query.limit) {
        listing->more = true;
        json_decref(row->position);
        return false;
    }
    inclusion_note(&listing->inclusion, listing->query.collection, row->json, row->length);
    if (!row_keep(listing, row)) {
        json_decref(row->position);
        return false;
    }
    listing->returned++;
    if (!listing->first)
        listing->first = json_incref(row->position);
    json_decref(listing->last);
    listing->last = row->position;
    return true;
}

static enum err rows_read(struct listing *listing)
{
    struct query *query = &listing->query;
    if (!listing->total)
        return OK;
    if (query->backward) {
        listing->backward_rows = calloc((size_t)query->limit, sizeof *listing->backward_rows);
        if (!listing->backward_rows)
            return problem_set(&listing->call->problem, ERR_BUSY, "Out of memory.");
    }
    if (query_rows(listing->call->connection->database, query, row_read, listing))
        return call_database_problem(listing->call);
    for (int64_t i = listing->returned; query->backward && i > 0; i--) {
        buffer_add_text(&listing->rows, i < listing->returned ? "," : "");
        buffer_add_text(&listing->rows, listing->backward_rows[i - 1]);
    }
    return OK;
}

// `/v1/events?...&cursor=...`: the page before or behind POSITION, shown as this one is.
static char *page_link(const struct listing *listing, const json_t *position, bool backward)
{
    struct buffer address = {0}, link = {0};
    listing_address(listing, listing->arguments, argument_selects, &address);
    char short_hash[REVISION_SHORT + 1];
    snprintf(short_hash, sizeof short_hash, "%.16s", listing->revision.hash);
    struct cursor cursor = {buffer_text(&address), short_hash, listing->total,
                            listing->undated,      position,   backward};
    AUTO(text) char *text = cursor_write(&cursor);
    buffer_cleanup(&address);
    if (!text)
        return NULL;
    buffer_add_format(&link, "%s?", listing->path);
    size_t before = link.length;
    arguments_write(listing->call->operation, listing->call->arguments, of_next_page, &link);
    buffer_add_text(&link, link.length > before ? "&cursor=" : "cursor=");
    buffer_add_text(&link, text);
    return buffer_take(&link, NULL);
}

// The pages around this one; a page that is read backward has its ends swapped.
static void neighbours_find(const struct listing *listing, char **ret_next, char **ret_prev)
{
    const struct query *query = &listing->query;
    bool backward = query->backward;
    const json_t *start = backward ? listing->last : listing->first;
    const json_t *end = backward ? listing->first : listing->last;
    bool behind = backward ? true : listing->more;
    bool before = backward ? listing->more : query->position || query->offset > 0;
    *ret_next = behind && end ? page_link(listing, end, false) : NULL;
    *ret_prev = before && start ? page_link(listing, start, true) : NULL;
}

static void link_add(struct buffer *body, struct buffer *header, const char *name,
                     const char *relation, const char *address)
{
    buffer_add_format(body, "%s\"%s\":", header->length ? "," : "", name);
    buffer_add_json_text(body, address);
    if (!address) {
        if (!header->length)
            buffer_add_char(header, ' ');
        return;
    }
    buffer_add_text(header, header->length ? ", <" : "<");
    buffer_add_text(header, address);
    buffer_add_format(header, ">; rel=\"%s\"", relation);
}

static void links_write(const struct listing *listing, struct buffer *out)
{
    AUTO(text) char *next = NULL;
    AUTO(text) char *prev = NULL;
    struct buffer self = {0}, permalink = {0}, header = {0};
    neighbours_find(listing, &next, &prev);
    listing_address(listing, listing->call->arguments, NULL, &self);
    listing_permalink(listing, &permalink);
    buffer_add_text(out, ",\"links\":{");
    link_add(out, &header, "self", "self", buffer_text(&self));
    link_add(out, &header, "next", "next", next);
    link_add(out, &header, "prev", "prev", prev);
    link_add(out, &header, "permalink", "cite-as permalink", buffer_text(&permalink));
    buffer_add_char(out, '}');
    response_header(listing->call->response, "Link", "%s", buffer_text(&header));
    buffer_cleanup(&self);
    buffer_cleanup(&permalink);
    buffer_cleanup(&header);
}

static enum err meta_write(struct listing *listing, struct buffer *out)
{
    struct buffer canonical = {0};
    const struct revision *revision = &listing->revision;
    arguments_write(listing->call->operation, listing->call->arguments, NULL, &canonical);
    buffer_add_format(out,
                      ",\"meta\":{\"total\":%lld,\"returned\":%lld,\"limit\":%lld,"
                      "\"dataset_revision\":%lld,\"dataset_version\":\"%s\",\"query\":",
                      (long long)listing->total, (long long)listing->returned,
                      (long long)listing->query.limit - 1, (long long)revision->number,
                      revision->release);
    buffer_add_json_text(out, buffer_text(&canonical));
    buffer_cleanup(&canonical);
    buffer_add_text(out, ",\"facets\":");
    if (facets_write(listing->call->connection->database, &listing->query,
                     json_object_get(listing->arguments, "facet"), out))
        return call_database_problem(listing->call);
    listing_warnings(listing, out);
    buffer_add_char(out, '}');
    response_header(listing->call->response, "Total-Count", "%lld", (long long)listing->total);
    response_header(listing->call->response, "Dataset-Revision", "%lld",
                    (long long)revision->number);
    return OK;
}

static enum err listing_answer(struct listing *listing)
{
    struct buffer out = {0};
    enum err err = listing_count(listing);
    if (!err)
        err = rows_read(listing);
    if (err)
        return err;
    buffer_add_text(&out, "{\"data\":[");
    buffer_add(&out, listing->rows.bytes, listing->rows.length);
    buffer_add_char(&out, ']');
    err = meta_write(listing, &out);
    links_write(listing, &out);
    if (!err)
        err = inclusion_write(&listing->inclusion, listing->call, listing->revision.number, &out);
    buffer_add_char(&out, '}');
    if (!err)
        return call_answer(listing->call, "application/json", &out);
    buffer_cleanup(&out);
    return err;
}

enum err serve_list(struct call *call)
{
    char tag[DIGEST_HEX_SIZE];
    AUTO(listing) struct listing listing = {.call = call, .total = -1};
    listing.query.collection = call->collection;
    listing.inclusion = inclusion_of(call);
    enum err err = listing_read(&listing);
    if (err)
        return err;
    if (!listing_tag(&listing, tag))
        return problem_set(&call->problem, ERR_BUSY, "Out of memory.");
    return call_is_fresh(call, tag) ? OK : listing_answer(&listing);
}
