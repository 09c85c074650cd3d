// Reads filters, order and place of a list from a call.
#include "endpoints/selection.h"

#include <stdio.h>
#include <string.h>

#include "contract/arguments.h"
#include "contract/string_formats.h"
#include "dataset/rendering.h"
#include "endpoints/parameters.h"
#include "query/cursor.h"
#include "query/month_counts.h"
#include "query/search_terms.h"
#include "query/suggest.h"
#include "storage/versions.h"

void selection_cleanup(struct selection *listing)
{
    for (int64_t i = 0; listing->backward_rows && i < listing->returned; i++)
        free(listing->backward_rows[i]);
    free(listing->backward_rows);
    json_decref(listing->arguments);
    json_decref(listing->pinned);
    json_decref(listing->record);
    json_decref(listing->since);
    buffer_cleanup(&listing->match);
    json_decref(listing->first);
    json_decref(listing->last);
    inclusion_cleanup(&listing->inclusion);
    buffer_cleanup(&listing->body);
    record_writer_cleanup(&listing->writer);
    buffer_cleanup(&listing->meta);
    buffer_cleanup(&listing->warnings);
    buffer_cleanup(&listing->warning_header);
}

bool selection_argument_selects(const char *name)
{
    return parameters_role(name) == PARAMETER_SELECTS;
}

static bool of_permalink(const char *name)
{
    return parameters_role(name) != PARAMETER_PINS && strcmp(name, "cursor") != 0;
}

static const json_t *argument_of(const struct selection *listing, const char *name)
{
    const json_t *value = json_object_get(listing->arguments, name);
    const struct parameter *parameter = openapi_parameter(listing->call->operation, name);
    return value ? value : parameter ? parameter->default_value : NULL;
}

static enum err cursor_problem(struct call *call, const char *detail)
{
    problem_set(&call->problem, ERR_BAD_CURSOR, "The cursor %s.", detail);
    problem_culprit(&call->problem, "query", "cursor", detail, NULL, NULL);
    return ERR_BAD_CURSOR;
}

// The filters and sort that CURSOR pins; NULL where it was made for another list.
static const char *cursor_selection(const struct selection *listing, const struct cursor *cursor)
{
    size_t length = strlen(listing->path);
    const char *behind = cursor->address + length;
    if (strncmp(cursor->address, listing->path, length) != 0 || (*behind && *behind != '?'))
        return NULL;
    return behind + (*behind == '?');
}

// Filters and sort beside a cursor must be those that it pins.
static bool selection_agrees(struct call *call, const char *selection)
{
    struct buffer given = {0};
    arguments_write(call->operation, call->arguments, selection_argument_selects, &given);
    bool same = !given.length || strcmp(buffer_text(&given), selection) == 0;
    buffer_cleanup(&given);
    return same;
}

// Adds what the cursor pins to the listing's arguments; false where this service never pinned it.
static bool selection_add(struct selection *listing, const char *selection)
{
    struct problem problem = {0};
    const struct call *call = listing->call;
    AUTO(json) json_t *arguments = NULL;
    bool good = !arguments_read(call->spec, call->operation, selection, &problem, &arguments);
    problem_cleanup(&problem);
    return good && json_object_update(listing->arguments, arguments) == 0;
}

static enum err cursor_apply(struct selection *listing)
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
    const char *selection = cursor_selection(listing, &cursor);
    if (!selection)
        return cursor_problem(call, "was made for another list");
    if (!selection_agrees(call, selection))
        return cursor_problem(call, "was made for other filters or another order");
    if (json_integer_value(json_object_get(call->arguments, "offset")) > 0)
        return cursor_problem(call, "cannot be combined with an offset");
    if (!selection_add(listing, selection))
        return cursor_problem(call, "is not one that this service made");
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

// A cursor's position must fit the keys by which the list is sorted; what it does not tell is
// looked up.
static bool position_fits(struct selection *listing)
{
    const struct query *query = &listing->query;
    size_t count = query->sort_count;
    bool whole = true;
    if (json_array_size(query->position) != count + 1)
        return false;
    for (size_t i = 0; i < count; i++) {
        const json_t *value = json_array_get(query->position, i);
        bool integer = query->sort[i].field->type == TYPE_INTEGER;
        bool null = json_is_null(value) && query->sort[i].field->nullable;
        bool untold = json_is_false(value) && !integer;
        whole &= !untold;
        if (!null && !untold && (integer ? !json_is_integer(value) : !json_is_string(value)))
            return false;
    }
    return json_is_string(json_array_get(query->position, count)) &&
           (whole || query_position_complete(listing->call->connection->database, query,
                                             (json_t *)query->position));
}

// A key of `sort`, without its `-`; NULL is the id, which comes last anyway, or a score where
// nothing is matched.
static const struct field *sort_field(const struct query *query, const char *name)
{
    if (strcmp(name, "score") == 0)
        return query->match ? &query_score : NULL;
    return collection_field(query->collection, name);
}

static enum err score_problem(struct call *call)
{
    problem_set(&call->problem, ERR_BAD_PARAMETER, "'sort' can name the score only beside 'q'.");
    problem_culprit(&call->problem, "query", "sort", "there is no score without 'q'", NULL, NULL);
    return ERR_BAD_PARAMETER;
}

static enum err sort_read(struct selection *listing)
{
    size_t i;
    const json_t *key;
    struct query *query = &listing->query;
    const json_t *given = json_object_get(listing->arguments, "sort");
    const json_t *keys = given ? given : argument_of(listing, "sort");
    if (query->match && !given) {
        query->sort[query->sort_count++] = (struct sort_key){&query_score, true};
        keys = NULL;
    }
    json_array_foreach (keys, i, key) {
        const char *name = json_string_value(key);
        bool descending = *name == '-';
        const struct field *field = sort_field(query, name + descending);
        if (!field)
            return score_problem(listing->call);
        query->sort[query->sort_count++] = (struct sort_key){field, descending};
        // Nothing can be behind the id, which no two records share.
        if (strcmp(field->name, "id") == 0)
            break;
    }
    return !query->position || position_fits(listing)
               ? OK
               : cursor_problem(listing->call, "does not fit the order of the list");
}

static void date_read(struct selection *listing)
{
    struct edtf edtf;
    struct query *query = &listing->query;
    const char *overlaps = json_text(listing->arguments, "date");
    const char *within = json_text(listing->arguments, "date__within");
    const char *text = overlaps ? overlaps : within;
    if (!text)
        return;
    query->date_match = overlaps ? DATE_OVERLAPS : DATE_WITHIN;
    string_formats_days(text, query->date_first, query->date_last, &edtf);
}

static void id_problem(struct call *call, const char *parameter, const struct collection *other,
                       const char *id)
{
    char nearest[SUGGESTION_SIZE];
    bool found = suggest_id(call->connection->database, other, id, nearest);
    problem_set(&call->problem, ERR_UNKNOWN_ID,
                "'%s' names '%.100s', which is no record of %s.%s%s%s", parameter, id, other->name,
                found ? " Did you mean '" : "", found ? nearest : "", found ? "'?" : "");
    problem_culprit(&call->problem, "query", parameter, "there was never such a record", NULL,
                    found ? nearest : NULL);
}

// An id in a filter must be or have been one: a slip would match nothing for ever.
static enum err ids_check(struct call *call, const struct parameter *parameter,
                          const json_t *values)
{
    size_t i;
    const json_t *value;
    struct database *database = call->connection->database;
    const struct collection *other =
        parameter->collection ? collection_named(parameter->collection) : NULL;
    if (!other)
        return OK;
    json_array_foreach (values, i, value) {
        const char *id = json_string_value(value);
        if (!versions_record_key(database, other->number, id) && !database_failure(database))
            id_problem(call, parameter->name, other, id);
    }
    return database_failure(database) ? call_database_problem(call) : call->problem.err;
}

static enum err filters_read(struct selection *listing)
{
    const char *name;
    json_t *value;
    struct query *query = &listing->query;
    json_object_foreach (listing->arguments, name, value) {
        struct condition condition = {.value = value};
        const struct parameter *parameter = openapi_parameter(listing->call->operation, name);
        if (parameters_find(listing->call->row, name) ||
            !filter_read(query->collection, name, &condition.field, &condition.op))
            continue;
        enum err err = ids_check(listing->call, parameter, value);
        if (err)
            return err;
        if (query->condition_count < CONDITIONS_MAX)
            query->conditions[query->condition_count++] = condition;
    }
    return OK;
}

static void condition_set(struct query *query, const char *field, enum filter_op op,
                          const json_t *value)
{
    query->conditions[query->condition_count++] =
        (struct condition){collection_field(query->collection, field), op, value};
}

// The path's record, whose changes are listed.
static enum err record_find(struct selection *listing)
{
    char nearest[SUGGESTION_SIZE];
    struct call *call = listing->call;
    struct database *database = call->connection->database;
    snprintf(listing->path, sizeof listing->path, "%s", call->operation->path);
    if (call->row->argument != ARGUMENT_HISTORY)
        return OK;
    const struct collection *of = call_collection(call);
    int64_t key = versions_record_key(database, of->number, call->argument);
    if (database_failure(database))
        return call_database_problem(call);
    snprintf(listing->path, sizeof listing->path, "/v1/%s/%.80s/revisions", of->name,
             call->argument);
    listing->record = json_integer(key);
    condition_set(&listing->query, "record", OPERATOR_ANY, listing->record);
    if (key)
        return OK;
    bool found = suggest_id(database, of, call->argument, nearest);
    problem_set(&call->problem, ERR_NOT_FOUND, "There is no record '%.100s' in %s.%s%s%s",
                call->argument, of->name, found ? " Did you mean '" : "", found ? nearest : "",
                found ? "'?" : "");
    problem_culprit(&call->problem, "path", "id", "there is no such record", NULL,
                    found ? nearest : NULL);
    return ERR_NOT_FOUND;
}

static enum err since_read(struct selection *listing)
{
    struct revision since;
    const char *text = json_text(listing->arguments, "since");
    if (!text)
        return OK;
    enum err err = call_revision_named(listing->call, "since", text, &since);
    if (err)
        return err;
    listing->since = json_integer(since.number);
    condition_set(&listing->query, "revision", OPERATOR_GT, listing->since);
    return OK;
}

static enum err match_read(struct selection *listing)
{
    const char *fault;
    struct call *call = listing->call;
    struct database *database = call->connection->database;
    const char *text = json_text(listing->arguments, "q");
    if (!text)
        return OK;
    if (search_terms_read(database, call->connection->spellings, &listing->revision, text,
                          &listing->match, &fault)) {
        listing->query.match = buffer_text(&listing->match);
        return database_failure(database) ? call_database_problem(call) : OK;
    }
    problem_set(&call->problem, ERR_BAD_PARAMETER, "'q': %s.", fault);
    problem_culprit(&call->problem, "query", "q", fault, NULL, NULL);
    return ERR_BAD_PARAMETER;
}

enum err selection_read(struct selection *listing)
{
    struct query *query = &listing->query;
    enum err err = record_find(listing);
    if (!err)
        err = cursor_apply(listing);
    if (err)
        return err;
    const json_t *dates = json_object_get(listing->arguments, "date");
    if (dates && json_object_get(listing->arguments, "date__within")) {
        problem_set(&listing->call->problem, ERR_BAD_PARAMETER,
                    "'date' and 'date__within' cannot be combined.");
        problem_culprit(&listing->call->problem, "query", "date__within", "stands beside 'date'",
                        NULL, NULL);
        return ERR_BAD_PARAMETER;
    }
    query->revision = listing->revision.number;
    date_read(listing);
    err = match_read(listing);
    if (!err)
        err = since_read(listing);
    if (!err)
        err = filters_read(listing);
    if (err)
        return err;
    query->limit = json_integer_value(argument_of(listing, "limit")) + 1;
    query->offset = json_integer_value(argument_of(listing, "offset"));
    return sort_read(listing);
}

bool selection_tag(const struct selection *listing, char ret_tag[static DIGEST_HEX_SIZE])
{
    struct buffer seed = {0};
    buffer_add_format(&seed, "%d\n%s\n%s\n", REPRESENTATION, listing->revision.hash, listing->path);
    arguments_write(listing->call->operation, listing->call->arguments, NULL, &seed);
    buffer_add_format(&seed, "\n%s", listing->call->format->name);
    return digest_tag(&seed, ret_tag);
}

enum err selection_count(struct selection *listing)
{
    struct database *database = listing->call->connection->database;
    if (listing->total >= 0)
        return OK;
    listing->undated = 0;
    if (month_counts_records(database, &listing->query, &listing->total) ||
        (listing->query.date_match &&
         query_count_undated(database, &listing->query, &listing->undated)))
        return call_database_problem(listing->call);
    return OK;
}

void selection_address(const struct selection *listing, const json_t *arguments,
                       bool (*keep)(const char *), struct buffer *out)
{
    struct buffer query = {0};
    arguments_write(listing->call->operation, arguments, keep, &query);
    buffer_add_text(out, listing->path);
    if (query.length)
        buffer_add_char(out, '?');
    buffer_add(out, query.bytes, query.length);
    buffer_cleanup(&query);
}

void selection_permalink(const struct selection *listing, struct buffer *out)
{
    size_t before = out->length;
    // A cursor's page is reached for ever by the cursor itself; any other page by its revision.
    if (listing->query.position) {
        selection_address(listing, listing->call->arguments, NULL, out);
        return;
    }
    selection_address(listing, listing->arguments, of_permalink, out);
    bool more = out->length > before && memchr(out->bytes + before, '?', out->length - before);
    buffer_add_format(out, "%cas_of=%.16s", more ? '&' : '?', listing->revision.hash);
}

static bool of_table(const char *name)
{
    return parameters_role(name) & (PARAMETER_SELECTS | PARAMETER_PRICES | PARAMETER_ADDS) ||
           strcmp(name, "fields") == 0;
}

void selection_table(const struct selection *listing, struct buffer *out)
{
    size_t before = out->length;
    bool pinned = listing->query.position || json_object_get(listing->arguments, "as_of");
    selection_address(listing, listing->arguments, of_table, out);
    bool more = out->length > before && memchr(out->bytes + before, '?', out->length - before);
    buffer_add_format(out, "%cformat=csv", more ? '&' : '?');
    if (pinned)
        buffer_add_format(out, "&as_of=%.16s", listing->revision.hash);
}

bool selection_record(const struct selection *listing, const struct query_row *row,
                      struct buffer *out)
{
    struct buffer matched = {0};
    if (!listing->query.match) {
        buffer_add(out, row->json, row->length);
        return true;
    }
    buffer_add(&matched, row->json, row->length - 1);
    buffer_add_text(&matched, ",\"score\":");
    buffer_add_integer(&matched, row->score);
    buffer_add_text(&matched, ",\"highlights\":");
    bool good = search_terms_highlight(listing->call->connection->database, listing->query.match,
                                       row->document, row->places, &matched);
    buffer_add_char(&matched, '}');
    if (matched.failed)
        out->failed = true;
    else if (good && listing->query.collection == &collection_search)
        include_hit_write(matched.bytes, matched.length, out);
    else
        buffer_add(out, matched.bytes, matched.length);
    buffer_cleanup(&matched);
    return good;
}

void selection_warn(struct selection *listing, const char *code, const char *detail, size_t count,
                    const struct buffer *ids)
{
    buffer_add_format(&listing->warnings, ",{\"code\":\"%s\",\"detail\":", code);
    buffer_add_json_text(&listing->warnings, detail);
    buffer_add_format(&listing->warnings, ",\"count\":%zu,\"ids\":[", count);
    buffer_add(&listing->warnings, ids->bytes, ids->length);
    buffer_add_text(&listing->warnings, "]}");
    listing->warnings.failed |= ids->failed;
    buffer_add_format(&listing->warning_header, ", %s; count=%zu", code, count);
}

static void undated_warn(struct selection *listing)
{
    struct buffer *out = &listing->warnings;
    if (listing->undated <= 0)
        return;
    buffer_add_format(out,
                      ",{\"code\":\"undated-left-out\",\"detail\":\"%lld records that match"
                      " otherwise have no date and are left out.\",\"count\":%lld}",
                      (long long)listing->undated, (long long)listing->undated);
    buffer_add_format(&listing->warning_header, ", undated-left-out; count=%lld",
                      (long long)listing->undated);
}

void selection_warnings(struct selection *listing, struct buffer *out)
{
    undated_warn(listing);
    buffer_add_text(out, ",\"warnings\":[");
    if (listing->warnings.length)
        buffer_add(out, listing->warnings.bytes + 1, listing->warnings.length - 1);
    buffer_add_char(out, ']');
    out->failed |= listing->warnings.failed;
    if (listing->warning_header.length)
        response_header(listing->call->response, "Dataset-Warning", "%s",
                        buffer_text(&listing->warning_header) + 2);
}
