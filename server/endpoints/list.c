// Serves a collection: a page of records with links, facets and related records.
#include <stdio.h>
#include <string.h>

#include "aid/constant_dollars.h"
#include "base/text.h"
#include "contract/arguments.h"
#include "endpoints/cited_works.h"
#include "endpoints/evidence.h"
#include "endpoints/export.h"
#include "endpoints/facets.h"
#include "endpoints/feed.h"
#include "endpoints/operations.h"
#include "endpoints/page.h"
#include "endpoints/spreadsheet.h"
#include "endpoints/suggestion.h"
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

// Writes a record as it is shown.
static bool record_show(const struct page *page, const struct query_row *row, struct buffer *out)
{
    struct buffer record = {0};
    if (!page->selection.query.match)
        return !record_writer_record(&page->writer, row->json, row->length, out);
    bool good = page_record(page, row, &record) &&
                !record_writer_record(&page->writer, record.bytes, record.length, out);
    out->failed |= record.failed;
    buffer_cleanup(&record);
    return good;
}

// Most records are about as long as the first one.
static void page_expect(struct page *page, const struct query_row *row)
{
    enum { SPARE = 4096, MOST = 1024 * 1024 };
    const struct query *query = &page->selection.query;
    int64_t left = page->selection.total < 0 ? query->limit : page->selection.total - query->offset;
    size_t records = (size_t)(left < query->limit ? left : query->limit);
    size_t expected = records * (row->length + row->length / 16) + SPARE;
    buffer_expect(&page->body, expected < MOST ? expected : MOST);
}

static bool row_keep(struct page *page, const struct query_row *row)
{
    struct buffer text = {0};
    if (cited_works_are_neighbours(page->selection.call)) // the works are written instead
        return true;
    if (page->selection.query.backward) {
        text.failed |= !record_show(page, row, &text);
        page->backward_rows[page->returned] = buffer_take(&text, NULL);
        return page->backward_rows[page->returned];
    }
    if (page->returned)
        record_writer_between(&page->writer, &page->body);
    else
        page_expect(page, row);
    return record_show(page, row, &page->body);
}

static bool row_read(void *context, const struct query_row *row)
{
    struct page *page = context;
    const struct query *query = &page->selection.query;
    if (page->returned + 1 == query->limit) {
        page->more = true;
        return false;
    }
    if (row->total)
        page->selection.total = row->total;
    include_note(&page->inclusion, query->collection, row->json, row->length);
    if (!row_keep(page, row))
        return false;
    if (!page->returned++)
        page->first = query_position(query, row);
    // Without a following page, no cursor needs the position.
    if (page->returned + 1 == query->limit)
        page->last = query_position(query, row);
    return true;
}

static enum err total_tell(struct page *page)
{
    enum err err = selection_count(&page->selection);
    response_header(page->selection.call->response, "Total-Count", "%lld",
                    (long long)page->selection.total);
    return err;
}

static enum err list_rows_read(struct page *page)
{
    struct query *query = &page->selection.query;
    if (!page->selection.total)
        return OK;
    bool backward = query->backward && !cited_works_are_neighbours(page->selection.call);
    if (backward) {
        page->backward_rows = calloc((size_t)query->limit, sizeof *page->backward_rows);
        if (!page->backward_rows)
            return problem_memory(&page->selection.call->problem);
    }
    struct database *database = page->selection.call->connection->database;
    enum err err = top_matches_serves(query)
                       ? top_matches_rows(database, query, row_read, page, &page->selection.total)
                       : query_rows(database, query, row_read, page);
    if (err)
        return call_database_problem(page->selection.call);
    if (page->selection.call->problem.err)
        return page->selection.call->problem.err;
    for (int64_t i = page->returned; backward && i > 0; i--) {
        if (i < page->returned)
            record_writer_between(&page->writer, &page->body);
        buffer_add_text(&page->body, page->backward_rows[i - 1]);
    }
    return OK;
}

// A selection longer than this is paged by offset, because a cursor, which contains it, would be
// too long for an address.
enum { CURSOR_SELECTION_MAX = 3072 };

// `/v1/events?...`: the arguments of this list that KEEP allows, up to the value of PARAMETER,
// which selects the page.
static void page_begin(const struct page *page, bool (*keep)(const char *name),
                       const char *parameter, struct buffer *out)
{
    buffer_add_format(out, "%s?", page->selection.path);
    size_t before = out->length;
    arguments_write(page->selection.call->operation, page->selection.call->arguments, keep, out);
    buffer_add_format(out, "%s%s=", out->length > before ? "&" : "", parameter);
}

static char *cursor_link(const struct page *page, const char *filters, const json_t *position,
                         bool backward)
{
    struct buffer link = {0};
    char short_hash[REVISION_SHORT + 1];
    text_copy(short_hash, sizeof short_hash, page->selection.revision.hash);
    const struct cursor cursor = {
        filters, short_hash, page->selection.total, page->selection.undated, position, backward};
    AUTO(text)
    char *text = cursor_write(&cursor, page->selection.call->connection->cursor_key);
    if (!text)
        return NULL;
    page_begin(page, of_cursor_page, "cursor", &link);
    buffer_add_text(&link, text);
    return buffer_take(&link, NULL);
}

static char *offset_link(const struct page *page, bool backward)
{
    struct buffer link = {0};
    const struct query *query = &page->selection.query;
    int64_t step = query->limit - 1, place = query->offset + (backward ? -step : step);
    // Before the first records of the list there is less than a full page.
    page_begin(page, place < 0 ? of_limited_page : of_any_page, "offset", &link);
    buffer_add_integer(&link, place < 0 ? 0 : place);
    if (place < 0)
        buffer_add_format(&link, "&limit=%lld", (long long)query->offset);
    buffer_add_format(&link, "&as_of=%.16s", page->selection.revision.hash);
    return buffer_take(&link, NULL);
}

// The address of the page before or after POSITION; NULL if there is none.
static char *page_link(const struct page *page, struct buffer *filters, const json_t *position,
                       bool backward)
{
    if (!position)
        return NULL;
    if (!filters->length)
        selection_address(&page->selection, page->selection.arguments, selection_argument_selects,
                          filters);
    if (filters->length > CURSOR_SELECTION_MAX && !page->selection.query.position)
        return offset_link(page, backward);
    return cursor_link(page, buffer_text(filters), position, backward);
}

// The neighbouring pages. A page read backward has its ends swapped.
static void neighbours_find(struct page *page)
{
    const struct query *query = &page->selection.query;
    bool backward = query->backward;
    const json_t *start = backward ? page->last : page->first;
    const json_t *end = backward ? page->first : page->last;
    bool behind = backward ? true : page->more;
    bool before = backward ? page->more : query->position || query->offset > 0;
    struct buffer filters = {0};
    page->next = behind ? page_link(page, &filters, end, false) : NULL;
    page->prev = before ? page_link(page, &filters, start, true) : NULL;
    buffer_cleanup(&filters);
}

static void list_links(struct page *page, struct buffer *out)
{
    struct buffer self = {0}, permalink = {0}, csv = {0}, cite = {0};
    neighbours_find(page);
    selection_address(&page->selection, page->selection.call->arguments, NULL, &self);
    selection_permalink(&page->selection, &permalink);
    selection_table(&page->selection, &csv);
    selection_citation(&page->selection, &cite);
    const struct link links[] = {
        {"self", "self", buffer_text(&self)},
        {"next", "next", page->next},
        {"prev", "prev", page->prev},
        {"permalink", "cite-as permalink", buffer_text(&permalink)},
        {"csv", "alternate\"; type=\"text/csv", buffer_text(&csv)},
        {"cite", NULL, cite.length ? buffer_text(&cite) : NULL},
    };
    links_write(page->selection.call->base, links, sizeof links / sizeof *links,
                page->selection.call->response, out);
    buffer_cleanup(&self);
    buffer_cleanup(&permalink);
    buffer_cleanup(&csv);
    buffer_cleanup(&cite);
}

static enum err list_meta_write(struct page *page, struct buffer *out)
{
    struct buffer canonical = {0};
    const struct revision *revision = &page->selection.revision;
    selection_query_write(&page->selection, &canonical);
    buffer_add_format(out,
                      ",\"meta\":{\"total\":%lld,\"returned\":%lld,\"limit\":%lld,"
                      "\"dataset_revision\":%lld,\"dataset_version\":\"%s\",\"query\":",
                      (long long)page->selection.total, (long long)page->returned,
                      (long long)page->selection.query.limit - 1, (long long)revision->number,
                      revision->release);
    buffer_add_json_text(out, buffer_text(&canonical));
    buffer_cleanup(&canonical);
    buffer_add_text(out, ",\"facets\":");
    if (facets_write(&page->selection, out))
        return call_database_problem(page->selection.call);
    enum err err = evidence_write(&page->selection, out);
    if (err)
        return err;
    selection_warn(&page->selection, out);
    err = suggestion_write(&page->selection, out);
    buffer_add_char(out, '}');
    return err;
}

// The page and the total; either may provide the other.
static enum err page_read(struct page *page)
{
    const struct query *query = &page->selection.query;
    bool told = top_matches_serves(query) || query_tells_total(query);
    enum err err = told ? OK : total_tell(page);
    if (!err)
        err = list_rows_read(page);
    if (!err && told && !page->returned && !query->offset)
        page->selection.total = 0; // not counted, because there is none
    return err || !told ? err : total_tell(page);
}

static enum err envelope_answer(struct page *page)
{
    struct buffer *out = &page->body;
    buffer_add_text(out, "{\"data\":");
    record_writer_open(&page->writer, out);
    enum err err = page_read(page);
    if (err)
        return err;
    record_writer_close(&page->writer, out);
    err = list_meta_write(page, out);
    list_links(page, out);
    if (!err)
        err = include_write(&page->inclusion, page->selection.call, page->selection.revision.number,
                            out);
    buffer_add_char(out, '}');
    return err ? err : call_answer(page->selection.call, page->selection.call->format->type, out);
}

// Sends in headers what an answer without an envelope cannot contain.
static void headers_set(struct page *page)
{
    struct buffer ignored = {0};
    const struct call *call = page->selection.call;
    list_links(page, &ignored);
    buffer_cleanup(&ignored);
    selection_warn(&page->selection, &ignored);
    buffer_cleanup(&ignored);
    response_header(call->response, "Content-Disposition", "inline; filename=\"relata-%s-%s.%s\"",
                    page->selection.query.collection->name, page->selection.revision.release,
                    call->format->extension);
}

// Collects what a spreadsheet needs while its call still has a connection.
static enum err spreadsheet_note(struct page *page)
{
    struct call *call = page->selection.call;
    const struct collection *collection = page->selection.query.collection;
    if (!spreadsheet_is_asked(call))
        return OK;
    return spreadsheet_plan(call, &page->selection, collection->name,
                            tabular_new(call->spec, collection->served_schema,
                                        json_object_get(call->arguments, "fields"),
                                        page->selection.query.match));
}

// Writes the records of the page with the beginning and end of the format.
static enum err framed_answer(struct page *page)
{
    struct call *call = page->selection.call;
    AUTO(buffer) struct buffer out = {0};
    if (page->writer.feed &&
        !feed_complete(page->writer.feed, &page->selection, page->next, page->prev))
        return database_failure(call->connection->database) ? call_database_problem(call)
                                                            : problem_memory(&call->problem);
    record_writer_open(&page->writer, &out);
    buffer_add(&out, page->body.bytes, page->body.length);
    record_writer_close(&page->writer, &out);
    out.failed |= page->body.failed;
    return call_answer(call, call->format->type, &out);
}

static enum err limited_answer(struct page *page)
{
    struct call *call = page->selection.call;
    enum err err = page_read(page);
    if (err)
        return err;
    headers_set(page);
    err = spreadsheet_note(page);
    if (err)
        return err;
    if (!cited_works_are_neighbours(call))
        return framed_answer(page);
    err = cited_works_write(call, &page->inclusion, &page->writer, page->selection.revision.number,
                            &page->body);
    return err ? err : call_answer(call, call->format->type, &page->body);
}

static bool is_page(const struct call *call)
{
    return call->format->shape == SHAPE_FEED || json_object_get(call->arguments, "limit") ||
           json_object_get(call->arguments, "offset") || json_object_get(call->arguments, "cursor");
}

static enum err whole_answer(struct page *page)
{
    struct buffer out = {0};
    struct inclusion works = {0};
    enum err err = total_tell(page);
    if (err)
        return err;
    headers_set(page);
    err = spreadsheet_note(page);
    if (err)
        return err;
    if (!cited_works_are_neighbours(page->selection.call))
        return export_answer(page);
    err = cited_works_find(&page->selection, &works);
    if (!err)
        err = cited_works_write(page->selection.call, &works, &page->writer,
                                page->selection.revision.number, &out);
    include_cleanup(&works);
    if (!err)
        return call_answer(page->selection.call, page->selection.call->format->type, &out);
    buffer_cleanup(&out);
    return err;
}

static enum err list_answer(struct page *page)
{
    struct call *call = page->selection.call;
    response_header(call->response, "Dataset-Revision", "%lld",
                    (long long)page->selection.revision.number);
    if (!record_writer_start(&page->writer, call, page->selection.query.collection,
                             page->selection.query.match))
        return problem_memory(&page->selection.call->problem);
    if (call->format->shape == SHAPE_ENVELOPE)
        return envelope_answer(page);
    return is_page(call) ? limited_answer(page) : whole_answer(page);
}

enum err list_serve(struct call *call)
{
    char tag[DIGEST_HEX_SIZE];
    AUTO(page) struct page page = {.selection = {.call = call, .total = -1}};
    page.selection.query.collection = call->collection;
    page.inclusion =
        cited_works_are_neighbours(call) ? include_named("references") : include_of(call);
    int base_year;
    if (!feed_settle(call))
        return problem_memory(&call->problem);
    enum err err = selection_read(&page.selection);
    if (!err)
        err = constant_dollars_base_year(&call->problem, call->arguments, &base_year);
    if (!err)
        err = facets_check(call);
    if (err)
        return err;
    bool paged = call->format->shape == SHAPE_ENVELOPE || is_page(call);
    if (!selection_tag(&page.selection, paged ? call->connection->cursor_key : "", tag))
        return problem_memory(&call->problem);
    return call_is_fresh(call, tag, page.selection.revision.time) ? OK : list_answer(&page);
}
