// Serves a collection: a page of records with its links, facets and neighbours.
#include <stdio.h>
#include <string.h>

#include "aid/constant_dollars.h"
#include "base/text.h"
#include "contract/arguments.h"
#include "endpoints/cited_works.h"
#include "endpoints/export.h"
#include "endpoints/facets.h"
#include "endpoints/operations.h"
#include "endpoints/selection.h"
#include "http/links.h"
#include "query/cursor.h"
#include "query/top_matches.h"

static bool of_any_page(const char *name)
{
    return strcmp(name, "as_of") != 0 && strcmp(name, "cursor") != 0 && strcmp(name, "offset") != 0;
}

static bool of_limited_page(const char *name)
{
    return of_any_page(name) && strcmp(name, "limit") != 0;
}

static bool of_cursor_page(const char *name)
{
    return !selection_argument_selects(name) && of_any_page(name);
}

// Writes the record as it is shown.
static bool record_show(const struct selection *listing, const struct query_row *row,
                        struct buffer *out)
{
    struct buffer record = {0};
    if (!listing->query.match)
        return !record_writer_record(&listing->writer, row->json, row->length, out);
    bool good = selection_record(listing, row, &record) &&
                !record_writer_record(&listing->writer, record.bytes, record.length, out);
    out->failed |= record.failed;
    buffer_cleanup(&record);
    return good;
}

// Most records are about as long as the first one.
static void page_expect(struct selection *listing, const struct query_row *row)
{
    enum { SPARE = 4096, MOST = 1024 * 1024 };
    const struct query *query = &listing->query;
    int64_t left = listing->total < 0 ? query->limit : listing->total - query->offset;
    size_t records = (size_t)(left < query->limit ? left : query->limit);
    size_t expected = records * (row->length + row->length / 16) + SPARE;
    buffer_expect(&listing->body, expected < MOST ? expected : MOST);
}

static bool row_keep(struct selection *listing, const struct query_row *row)
{
    struct buffer text = {0};
    if (cited_works_are_neighbours(listing->call)) // those are written in place of it
        return true;
    if (listing->query.backward) {
        text.failed |= !record_show(listing, row, &text);
        listing->backward_rows[listing->returned] = buffer_take(&text, NULL);
        return listing->backward_rows[listing->returned];
    }
    if (listing->returned)
        record_writer_between(&listing->writer, &listing->body);
    else
        page_expect(listing, row);
    return record_show(listing, row, &listing->body);
}

static bool row_read(void *context, const struct query_row *row)
{
    struct selection *listing = context;
    const struct query *query = &listing->query;
    if (listing->returned + 1 == query->limit) {
        listing->more = true;
        return false;
    }
    if (row->total)
        listing->total = row->total;
    include_note(&listing->inclusion, query->collection, row->json, row->length);
    if (!row_keep(listing, row))
        return false;
    if (!listing->returned++)
        listing->first = query_position(query, row);
    // Where nothing can follow, no cursor asks for the position.
    if (listing->returned + 1 == query->limit)
        listing->last = query_position(query, row);
    return true;
}

static enum err total_tell(struct selection *listing)
{
    enum err err = selection_count(listing);
    response_header(listing->call->response, "Total-Count", "%lld", (long long)listing->total);
    return err;
}

static enum err list_rows_read(struct selection *listing)
{
    struct query *query = &listing->query;
    if (!listing->total)
        return OK;
    bool backward = query->backward && !cited_works_are_neighbours(listing->call);
    if (backward) {
        listing->backward_rows = calloc((size_t)query->limit, sizeof *listing->backward_rows);
        if (!listing->backward_rows)
            return problem_memory(&listing->call->problem);
    }
    struct database *database = listing->call->connection->database;
    enum err err = top_matches_serves(query)
                       ? top_matches_rows(database, query, row_read, listing, &listing->total)
                       : query_rows(database, query, row_read, listing);
    if (err)
        return call_database_problem(listing->call);
    if (listing->call->problem.err)
        return listing->call->problem.err;
    for (int64_t i = listing->returned; backward && i > 0; i--) {
        if (i < listing->returned)
            record_writer_between(&listing->writer, &listing->body);
        buffer_add_text(&listing->body, listing->backward_rows[i - 1]);
    }
    return OK;
}

// A selection that is longer is paged by offset: a cursor, which holds it, would be too long for an
// address.
enum { CURSOR_SELECTION_MAX = 3072 };

// `/v1/events?...`: those arguments of this list that KEEP lets stand, up to the value of
// PARAMETER, which says which page it is.
static void page_begin(const struct selection *listing, bool (*keep)(const char *name),
                       const char *parameter, struct buffer *out)
{
    buffer_add_format(out, "%s?", listing->path);
    size_t before = out->length;
    arguments_write(listing->call->operation, listing->call->arguments, keep, out);
    buffer_add_format(out, "%s%s=", out->length > before ? "&" : "", parameter);
}

static char *cursor_link(const struct selection *listing, const char *selection,
                         const json_t *position, bool backward)
{
    struct buffer link = {0};
    char short_hash[REVISION_SHORT + 1];
    text_copy(short_hash, sizeof short_hash, listing->revision.hash);
    const struct cursor cursor = {selection,        short_hash, listing->total,
                                  listing->undated, position,   backward};
    AUTO(text) char *text = cursor_write(&cursor);
    if (!text)
        return NULL;
    page_begin(listing, of_cursor_page, "cursor", &link);
    buffer_add_text(&link, text);
    return buffer_take(&link, NULL);
}

static char *offset_link(const struct selection *listing, bool backward)
{
    struct buffer link = {0};
    const struct query *query = &listing->query;
    int64_t step = query->limit - 1, place = query->offset + (backward ? -step : step);
    // Before the first records of the list stand fewer than a page.
    page_begin(listing, place < 0 ? of_limited_page : of_any_page, "offset", &link);
    buffer_add_integer(&link, place < 0 ? 0 : place);
    if (place < 0)
        buffer_add_format(&link, "&limit=%lld", (long long)query->offset);
    buffer_add_format(&link, "&as_of=%.16s", listing->revision.hash);
    return buffer_take(&link, NULL);
}

// The page before or behind POSITION; NULL where there is none.
static char *page_link(const struct selection *listing, struct buffer *selection,
                       const json_t *position, bool backward)
{
    if (!position)
        return NULL;
    if (!selection->length)
        selection_address(listing, listing->arguments, selection_argument_selects, selection);
    if (selection->length > CURSOR_SELECTION_MAX && !listing->query.position)
        return offset_link(listing, backward);
    return cursor_link(listing, buffer_text(selection), position, backward);
}

// The pages around this one; a page that is read backward has its ends swapped.
static void neighbours_find(const struct selection *listing, char **ret_next, char **ret_prev)
{
    const struct query *query = &listing->query;
    bool backward = query->backward;
    const json_t *start = backward ? listing->last : listing->first;
    const json_t *end = backward ? listing->first : listing->last;
    bool behind = backward ? true : listing->more;
    bool before = backward ? listing->more : query->position || query->offset > 0;
    struct buffer selection = {0};
    *ret_next = behind ? page_link(listing, &selection, end, false) : NULL;
    *ret_prev = before ? page_link(listing, &selection, start, true) : NULL;
    buffer_cleanup(&selection);
}

static void list_links(const struct selection *listing, struct buffer *out)
{
    AUTO(text) char *next = NULL;
    AUTO(text) char *prev = NULL;
    struct buffer self = {0}, permalink = {0}, csv = {0};
    neighbours_find(listing, &next, &prev);
    selection_address(listing, listing->call->arguments, NULL, &self);
    selection_permalink(listing, &permalink);
    selection_table(listing, &csv);
    const struct link links[] = {
        {"self", "self", buffer_text(&self)},
        {"next", "next", next},
        {"prev", "prev", prev},
        {"permalink", "cite-as permalink", buffer_text(&permalink)},
        {"csv", "alternate\"; type=\"text/csv", buffer_text(&csv)},
    };
    links_write(links, sizeof links / sizeof *links, listing->call->response, out);
    buffer_cleanup(&self);
    buffer_cleanup(&permalink);
    buffer_cleanup(&csv);
}

static enum err list_meta_write(struct selection *listing, struct buffer *out)
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
    selection_warnings(listing, out);
    buffer_add_char(out, '}');
    return OK;
}

// The page and the total, of which each may tell the other.
static enum err page_read(struct selection *listing)
{
    bool told = query_tells_total(&listing->query);
    enum err err = told ? OK : total_tell(listing);
    if (!err)
        err = list_rows_read(listing);
    if (!err && told && !listing->returned && !listing->query.offset)
        listing->total = 0; // nobody told it, for there is none
    return err || !told ? err : total_tell(listing);
}

static enum err envelope_answer(struct selection *listing)
{
    struct buffer *out = &listing->body;
    buffer_add_text(out, "{\"data\":");
    record_writer_open(&listing->writer, out);
    enum err err = page_read(listing);
    if (err)
        return err;
    record_writer_close(&listing->writer, out);
    err = list_meta_write(listing, out);
    list_links(listing, out);
    if (!err)
        err = include_write(&listing->inclusion, listing->call, listing->revision.number, out);
    buffer_add_char(out, '}');
    return err ? err : call_answer(listing->call, listing->call->format->type, out);
}

// What an answer without an envelope says in headers alone.
static void headers_set(struct selection *listing)
{
    struct buffer ignored = {0};
    const struct call *call = listing->call;
    list_links(listing, &ignored);
    buffer_cleanup(&ignored);
    selection_warnings(listing, &ignored);
    buffer_cleanup(&ignored);
    response_header(call->response, "Content-Disposition", "inline; filename=\"relata-%s-%s.%s\"",
                    listing->query.collection->name, listing->revision.release,
                    call->format->extension);
}

static enum err page_answer(struct selection *listing)
{
    struct buffer *out = &listing->body;
    bool works = cited_works_are_neighbours(listing->call);
    if (!works)
        record_writer_open(&listing->writer, out);
    enum err err = page_read(listing);
    if (err)
        return err;
    headers_set(listing);
    if (!works)
        record_writer_close(&listing->writer, out);
    else
        err = cited_works_write(listing->call, &listing->inclusion, &listing->writer,
                                listing->revision.number, out);
    return err ? err : call_answer(listing->call, listing->call->format->type, out);
}

static bool is_page(const struct call *call)
{
    return json_object_get(call->arguments, "limit") ||
           json_object_get(call->arguments, "offset") || json_object_get(call->arguments, "cursor");
}

static enum err whole_answer(struct selection *listing)
{
    struct buffer out = {0};
    struct inclusion works = {0};
    enum err err = total_tell(listing);
    if (err)
        return err;
    headers_set(listing);
    if (!cited_works_are_neighbours(listing->call))
        return export_answer(listing);
    err = cited_works_find(listing, &works);
    if (!err)
        err = cited_works_write(listing->call, &works, &listing->writer, listing->revision.number,
                                &out);
    inclusion_cleanup(&works);
    if (!err)
        return call_answer(listing->call, listing->call->format->type, &out);
    buffer_cleanup(&out);
    return err;
}

static enum err listing_answer(struct selection *listing)
{
    struct call *call = listing->call;
    response_header(call->response, "Dataset-Revision", "%lld",
                    (long long)listing->revision.number);
    if (!record_writer_start(&listing->writer, call, listing->query.collection,
                             listing->query.match))
        return problem_memory(&listing->call->problem);
    if (call->format->shape == SHAPE_ENVELOPE)
        return envelope_answer(listing);
    return is_page(call) ? page_answer(listing) : whole_answer(listing);
}

enum err serve_list(struct call *call)
{
    char tag[DIGEST_HEX_SIZE];
    AUTO(selection) struct selection listing = {.call = call, .total = -1};
    listing.query.collection = call->collection;
    listing.inclusion =
        cited_works_are_neighbours(call) ? include_named("references") : include_of(call);
    int base_year;
    enum err err = selection_read(&listing);
    if (!err)
        err = constant_dollars_base_year(&call->problem, call->arguments, &base_year);
    if (err)
        return err;
    if (!selection_tag(&listing, tag))
        return problem_memory(&call->problem);
    return call_is_fresh(call, tag, listing.revision.time) ? OK : listing_answer(&listing);
}
