// Serves a collection: filters, order, pages, facets.
#include <stdio.h>
#include <string.h>

#include "arguments.h"
#include "cursor.h"
#include "facet.h"
#include "format.h"
#include "handlers.h"
#include "include.h"
#include "query.h"
#include "render.h"
#include "suggest.h"

// A list on its way.
struct listing {
    struct call *call;
    json_t *arguments; // those of the call, with those that its cursor pins
    json_t *pinned;    // the cursor's value, from which the query borrows
    struct revision revision;
    struct query query;
    int64_t total, undated; // of the cursor, else counted; -1 until then
    struct inclusion inclusion;
    struct buffer rows;
    int64_t returned;
    bool more;             // there is a record behind the page's last, in the direction of the query
    json_t *first, *last;  // positions
    char **backward_rows;  // the texts of a page that is read from its end
};

static void listing_cleanup(struct listing *listing)
{
    for (int64_t i = 0; listing->backward_rows && i < listing->returned; i++)
        free(listing->backward_rows[i]);
    free(listing->backward_rows);
    json_decref(listing->arguments);
    json_decref(listing->pinned);
    json_decref(listing->first);
    json_decref(listing->last);
    inclusion_cleanup(&listing->inclusion);
    buffer_cleanup(&listing->rows);
}

// How the answer is shown and which page of it: what a cursor does not pin.
static bool of_page(const char *name)
{
    static const char *const names[] = {"cursor", "limit", "offset", "fields", "include", "facet"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static bool of_selection(const char *name)
{
    return !of_page(name) && strcmp(name, "as_of") != 0;
}

static bool of_next_page(const char *name)
{
    return of_page(name) && strcmp(name, "cursor") != 0 && strcmp(name, "offset") != 0;
}

static bool of_permalink(const char *name)
{
    return strcmp(name, "as_of") != 0 && strcmp(name, "cursor") != 0;
}

bool list_parameter_known(const struct collection *collection, const char *name)
{
    bool dates = strcmp(name, "date") == 0 || strcmp(name, "date__within") == 0;
    return of_page(name) || strcmp(name, "sort") == 0 || strcmp(name, "as_of") == 0 ||
           strcmp(name, "q") == 0 || (dates && collection->dated);
}

bool list_sort_known(const struct collection *collection, const char *key)
{
    const struct field *field = collection_field(collection, key);
    return strcmp(key, "score") == 0 || (field && field->store == STORE_COLUMN && !field->internal);
}

static const json_t *argument_of(const struct listing *listing, const char *name)
{
    const json_t *value = json_object_get(listing->arguments, name);
    return value ? value : operation_parameter(listing->call->operation, name)->default_value;
}

static enum err cursor_problem(struct call *call, const char *detail)
{
    problem_set(&call->problem, ERR_BAD_CURSOR, "The cursor %s.", detail);
    problem_culprit(&call->problem, "query", "cursor", detail, NULL, NULL);
    return ERR_BAD_CURSOR;
}

// Filters and sort beside a cursor must be those that it pins.
static bool selection_agrees(struct call *call, const struct cursor *cursor)
{
    struct buffer given = {0};
    arguments_write(call->operation, call->arguments, of_selection, &given);
    bool same = !given.length || strcmp(buffer_text(&given), cursor->query) == 0;
    buffer_cleanup(&given);
    return same;
}

static enum err cursor_apply(struct listing *listing)
{
    struct cursor cursor;
    struct revision given;
    struct call *call = listing->call;
    const char *text = json_text(call->arguments, "cursor");
    listing->arguments = json_copy(call->arguments);
    if (!text)
        return call_revision(call, &listing->revision);
    listing->pinned = cursor_read(text, &cursor);
    if (!listing->pinned || cursor.total < 0 || cursor.undated < -1)
        return cursor_problem(call, "is not one that this service made");
    if (!selection_agrees(call, &cursor))
        return cursor_problem(call, "was made for other filters or another order");
    if (json_integer_value(json_object_get(call->arguments, "offset")) > 0)
        return cursor_problem(call, "cannot be combined with an offset");
    json_t *selection = NULL;
    if (arguments_read(call->spec, call->operation, cursor.query, &call->problem, &selection))
        return call->problem.err;
    json_object_update(listing->arguments, selection);
    json_decref(selection);
    bool pinned = json_object_get(call->arguments, "as_of") != NULL;
    if (pinned && call_revision(call, &given))
        return call->problem.err;
    enum err err = revision_find(call->connection->database, cursor.revision, &listing->revision);
    if (err == ERR_UNKNOWN_REVISION || err == ERR_BAD_PARAMETER)
        return problem_set(&call->problem, ERR_UNKNOWN_REVISION,
                           "This database has no revision '%.40s', which the cursor names.",
                           cursor.revision);
    if (err)
        return call_database_problem(call);
    if (pinned && given.number != listing->revision.number)
        return cursor_problem(call, "was made for another revision");
    listing->total = cursor.total;
    listing->undated = cursor.undated;
    listing->query.position = cursor.position;
    listing->query.backward = cursor.backward;
    return OK;
}

// A cursor's position must fit the keys by which the list is sorted.
static bool position_fits(const struct query *query)
{
    size_t count = query->sort_count;
    if (json_array_size(query->position) != count + 1)
        return false;
    for (size_t i = 0; i < count; i++) {
        const json_t *value = json_array_get(query->position, i);
        bool integer = query->sort[i].field->type == TYPE_INTEGER;
        bool null = json_is_null(value) && query->sort[i].field->nullable;
        if (!null && (integer ? !json_is_integer(value) : !json_is_string(value)))
            return false;
    }
    return json_is_string(json_array_get(query->position, count));
}

static enum err sort_read(struct listing *listing)
{
    size_t i;
    const json_t *key;
    struct query *query = &listing->query;
    json_array_foreach (argument_of(listing, "sort"), i, key) {
        const char *name = json_string_value(key);
        bool descending = *name == '-';
        const struct field *field = collection_field(query->collection, name + descending);
        if (strcmp(name + descending, "id") == 0 && !descending)
            continue;
        query->sort[query->sort_count++] = (struct sort_key){field, descending};
    }
    return !query->position || position_fits(query)
               ? OK
               : cursor_problem(listing->call, "does not fit the order of the list");
}

static void date_read(struct listing *listing)
{
    struct edtf edtf;
    struct query *query = &listing->query;
    const char *overlaps = json_text(listing->arguments, "date");
    const char *within = json_text(listing->arguments, "date__within");
    const char *text = overlaps ? overlaps : within;
    if (!text)
        return;
    query->date_match = overlaps ? DATE_OVERLAPS : DATE_WITHIN;
    format_days(text, query->date_first, query->date_last, &edtf);
}

// An id in a filter must be or have been one: a slip would match nothing for ever.
static enum err ids_check(struct call *call, const struct parameter *parameter, const json_t *values)
{
    size_t i;
    const json_t *value;
    char nearest[SUGGESTION_SIZE];
    const struct collection *other =
        parameter->collection ? collection_named(parameter->collection) : NULL;
    struct database *database = call->connection->database;
    json_array_foreach (other ? values : NULL, i, value) {
        const char *id = json_string_value(value);
        struct statement *find =
            database_prepare(database, "SELECT 1 FROM record WHERE collection = ? AND id = ?");
        if (!find)
            return call_database_problem(call);
        statement_bind_integer(find, 1, other->number);
        statement_bind_text(find, 2, id);
        bool known = statement_step(find);
        statement_reset(find);
        if (known || database_failure(database))
            continue;
        bool found = suggest_id(database, other, id, nearest);
        problem_set(&call->problem, ERR_UNKNOWN_ID, "'%s' names '%.100s', which is no record of %s.%s%s%s",
                    parameter->name, id, other->name, found ? " Did you mean '" : "",
                    found ? nearest : "", found ? "'?" : "");
        problem_culprit(&call->problem, "query", parameter->name, "there was never such a record",
                        NULL, found ? nearest : NULL);
    }
    return database_failure(database) ? call_database_problem(call) : call->problem.err;
}

static enum err filters_read(struct listing *listing)
{
    const char *name;
    json_t *value;
    struct query *query = &listing->query;
    json_object_foreach (listing->arguments, name, value) {
        struct condition condition = {.value = value};
        const struct parameter *parameter = operation_parameter(listing->call->operation, name);
        if (list_parameter_known(query->collection, name) ||
            !operator_read(query->collection, name, &condition.field, &condition.operator))
            continue;
        enum err err = ids_check(listing->call, parameter, value);
        if (err)
            return err;
        if (query->condition_count < CONDITIONS_MAX)
            query->conditions[query->condition_count++] = condition;
    }
    return OK;
}

static enum err listing_read(struct listing *listing)
{
    struct query *query = &listing->query;
    enum err err = cursor_apply(listing);
    if (err)
        return err;
    const json_t *dates = json_object_get(listing->arguments, "date");
    if (dates && json_object_get(listing->arguments, "date__within")) {
        problem_set(&listing->call->problem, ERR_BAD_PARAMETER,
                    "'date' and 'date__within' cannot be combined.");
        problem_culprit(&listing->call->problem, "query", "date__within", "stands beside 'date'", NULL,
                        NULL);
        return ERR_BAD_PARAMETER;
    }
    query->revision = listing->revision.number;
    date_read(listing);
    err = filters_read(listing);
    if (err)
        return err;
    query->limit = json_integer_value(argument_of(listing, "limit")) + 1;
    query->offset = json_integer_value(argument_of(listing, "offset"));
    return sort_read(listing);
}

static bool tag_make(const struct listing *listing, char ret_tag[static DIGEST_HEX_SIZE])
{
    struct buffer seed = {0};
    buffer_add_format(&seed, "%d\n%s\n%s\n", REPRESENTATION, listing->revision.hash,
                      listing->call->path);
    arguments_write(listing->call->operation, listing->call->arguments, NULL, &seed);
    bool good = !seed.failed && digest_of(seed.bytes, seed.length, ret_tag);
    ret_tag[32] = '\0';
    buffer_cleanup(&seed);
    return good;
}

static void row_keep(struct listing *listing, const struct query_row *row)
{
    struct buffer text = {0};
    record_write(listing->call, row->json, row->length, &text);
    if (listing->query.backward) {
        listing->backward_rows[listing->returned] = buffer_take(&text, NULL);
        return;
    }
    buffer_add_text(&listing->rows, listing->returned ? "," : "");
    buffer_add(&listing->rows, text.bytes, text.length);
    buffer_cleanup(&text);
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
    row_keep(listing, row);
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

static enum err totals_count(struct listing *listing)
{
    struct database *database = listing->call->connection->database;
    if (listing->total >= 0)
        return OK;
    listing->undated = 0;
    if (query_count(database, &listing->query, &listing->total) ||
        (listing->query.date_match &&
         query_count_undated(database, &listing->query, &listing->undated)))
        return call_database_problem(listing->call);
    return OK;
}

// `/v1/events?...&cursor=...`: the page before or behind POSITION, shown as this one is.
static char *page_link(const struct listing *listing, const json_t *position, bool backward)
{
    struct buffer query = {0}, link = {0};
    arguments_write(listing->call->operation, listing->arguments, of_selection, &query);
    char short_hash[REVISION_SHORT + 1];
    snprintf(short_hash, sizeof short_hash, "%.16s", listing->revision.hash);
    struct cursor cursor = {buffer_text(&query), short_hash, listing->total, listing->undated,
                            position, backward};
    AUTO(text) char *text = cursor_write(&cursor);
    buffer_cleanup(&query);
    if (!text)
        return NULL;
    buffer_add_format(&link, "%s?", listing->call->path);
    size_t before = link.length;
    arguments_write(listing->call->operation, listing->call->arguments, of_next_page, &link);
    buffer_add_text(&link, link.length > before ? "&cursor=" : "cursor=");
    buffer_add_text(&link, text);
    return buffer_take(&link, NULL);
}

static void address_write(const struct listing *listing, const json_t *arguments,
                          bool (*keep)(const char *), struct buffer *out)
{
    struct buffer query = {0};
    arguments_write(listing->call->operation, arguments, keep, &query);
    buffer_add_text(out, listing->call->path);
    if (query.length)
        buffer_add_char(out, '?');
    buffer_add(out, query.bytes, query.length);
    buffer_cleanup(&query);
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
    address_write(listing, listing->call->arguments, NULL, &self);
    // A cursor's page is reached for ever by the cursor itself; any other page by its revision.
    if (listing->query.position)
        buffer_add_text(&permalink, buffer_text(&self));
    else
        address_write(listing, listing->arguments, of_permalink, &permalink);
    if (!listing->query.position)
        buffer_add_format(&permalink, "%cas_of=%.16s",
                          memchr(permalink.bytes, '?', permalink.length) ? '&' : '?',
                          listing->revision.hash);
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

static void warnings_write(const struct listing *listing, struct buffer *out)
{
    buffer_add_text(out, ",\"warnings\":[");
    if (listing->undated > 0) {
        buffer_add_format(out,
                          "{\"code\":\"undated-left-out\",\"detail\":\"%lld records that match otherwise"
                          " have no date and are left out.\",\"count\":%lld}",
                          (long long)listing->undated, (long long)listing->undated);
        response_header(listing->call->response, "Dataset-Warning", "undated-left-out; count=%lld",
                        (long long)listing->undated);
    }
    buffer_add_char(out, ']');
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
    warnings_write(listing, out);
    buffer_add_char(out, '}');
    response_header(listing->call->response, "Total-Count", "%lld", (long long)listing->total);
    response_header(listing->call->response, "Dataset-Revision", "%lld", (long long)revision->number);
    return OK;
}

static enum err listing_answer(struct listing *listing)
{
    struct buffer out = {0};
    enum err err = totals_count(listing);
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
    if (!tag_make(&listing, tag))
        return problem_set(&call->problem, ERR_BUSY, "Out of memory.");
    return call_is_fresh(call, tag) ? OK : listing_answer(&listing);
}
