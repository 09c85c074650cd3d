// Reads the filters, order and position of a list from a call.
#include "endpoints/selection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/embedded.h"
#include "base/text.h"
#include "contract/arguments.h"
#include "contract/string_formats.h"
#include "endpoints/corpus.h"
#include "endpoints/parameters.h"
#include "query/cursor.h"
#include "query/month_counts.h"
#include "query/search_terms.h"
#include "query/suggest.h"
#include "storage/intact.h"
#include "storage/versions.h"

void selection_cleanup(struct selection *selection)
{
    json_decref(selection->arguments);
    json_decref(selection->pinned);
    json_decref(selection->record);
    json_decref(selection->since);
    json_decref(selection->types);
    free(selection->changed);
    buffer_cleanup(&selection->match);
    warnings_cleanup(&selection->warnings);
}

enum corpus selection_sources(const struct selection *selection)
{
    const struct query *query = &selection->query;
    bool of_paper = query->collection->number == ERAS || query->collection->number == THEMES;
    return of_paper ? CORPUS_PAPER : query->corpus;
}

struct query selection_keys(const struct selection *selection)
{
    struct query all = selection->query;
    all.keys_only = true;
    all.limit = INT64_MAX;
    all.offset = 0;
    all.sort_count = 0;
    if (all.collection->number == CHANGES)
        all.sort[all.sort_count++] =
            (struct sort_key){.field = collection_field(all.collection, "revision")};
    all.position = NULL;
    all.backward = false;
    return all;
}

bool selection_argument_selects(const char *name)
{
    return parameters_role(name) == PARAMETER_SELECTS;
}

static bool of_permalink(const char *name)
{
    return parameters_role(name) != PARAMETER_PINS && strcmp(name, "cursor") != 0;
}

static const json_t *argument_of(const struct selection *selection, const char *name)
{
    const json_t *value = json_object_get(selection->arguments, name);
    const struct parameter *parameter = openapi_parameter(selection->call->operation, name);
    return value ? value : parameter ? parameter->default_value : NULL;
}

static enum err cursor_problem(struct call *call, const char *detail)
{
    problem_set(&call->problem, ERR_BAD_CURSOR, "The cursor %s.", detail);
    problem_culprit(&call->problem, "query", "cursor", detail, NULL, NULL);
    return ERR_BAD_CURSOR;
}

// The filters and order that CURSOR fixes; NULL if it belongs to another list.
static const char *cursor_filters(const struct selection *selection, const struct cursor *cursor)
{
    size_t length = strlen(selection->path);
    const char *behind = cursor->address + length;
    if (strncmp(cursor->address, selection->path, length) != 0 || (*behind && *behind != '?'))
        return NULL;
    return behind + (*behind == '?');
}

// Filters and order given next to a cursor must equal those that it fixes.
static bool filters_agree(struct call *call, const char *filters)
{
    struct buffer given = {0};
    arguments_write(call->operation, call->arguments, selection_argument_selects, &given);
    bool same = !given.length || strcmp(buffer_text(&given), filters) == 0;
    buffer_cleanup(&given);
    return same;
}

// Adds what the cursor fixes to the selection's arguments; false if this service never made such a
// cursor.
static bool filters_add(struct selection *selection, const char *filters)
{
    struct problem problem = {0};
    const struct call *call = selection->call;
    AUTO(json) json_t *arguments = NULL;
    bool good = !arguments_read(call->spec, call->operation, filters, &problem, &arguments);
    problem_cleanup(&problem);
    return good && json_object_update(selection->arguments, arguments) == 0;
}

static enum err cursor_apply(struct selection *selection)
{
    struct cursor cursor;
    struct revision given;
    struct call *call = selection->call;
    const char *text = json_text(call->arguments, "cursor");
    selection->arguments = json_copy(call->arguments);
    if (!text)
        return call_revision(call, &selection->revision);
    selection->pinned = cursor_read(text, call->connection->cursor_key, &cursor);
    if (!selection->pinned || cursor.total < 0 || cursor.undated < -1)
        return cursor_problem(call, "is not one that this service made; begin at the first page");
    const char *filters = cursor_filters(selection, &cursor);
    if (!filters)
        return cursor_problem(call, "was made for another list");
    if (!filters_agree(call, filters))
        return cursor_problem(call, "was made for other filters or another order");
    if (json_integer_value(json_object_get(call->arguments, "offset")) > 0)
        return cursor_problem(call, "cannot be combined with an offset");
    if (!filters_add(selection, filters))
        return cursor_problem(call, "is not one that this service made; begin at the first page");
    bool pinned = json_object_get(call->arguments, "as_of") != NULL;
    if (pinned && call_revision(call, &given))
        return call->problem.err;
    enum err err = revision_find(call->connection->database, cursor.revision, &selection->revision);
    if (err == ERR_UNKNOWN_REVISION || err == ERR_BAD_PARAMETER)
        return problem_set(&call->problem, ERR_UNKNOWN_REVISION,
                           "This database has no revision '%.40s', which the cursor names.",
                           cursor.revision);
    if (err)
        return call_database_problem(call);
    if (pinned && given.number != selection->revision.number)
        return cursor_problem(call, "was made for another revision");
    selection->total = cursor.total;
    selection->undated = cursor.undated;
    selection->query.position = cursor.position;
    selection->query.backward = cursor.backward;
    return OK;
}

// Whether VALUE is in the closed list RANKS; always true if RANKS is NULL.
static bool is_rank(const json_t *ranks, const json_t *value)
{
    json_int_t place = json_integer_value(value);
    return !ranks || (place >= 1 && place <= (json_int_t)json_array_size(ranks));
}

// The position in a cursor must fit the sort keys; what it leaves out is looked up.
static bool position_fits(struct selection *selection)
{
    const struct query *query = &selection->query;
    size_t count = query->sort_count;
    bool whole = true;
    if (json_array_size(query->position) != count + 1)
        return false;
    for (size_t i = 0; i < count; i++) {
        const json_t *value = json_array_get(query->position, i);
        bool integer = query_key_is_integer(&query->sort[i]);
        bool null = json_is_null(value) && query->sort[i].field->nullable;
        bool untold = json_is_false(value) && !integer;
        whole &= !untold;
        if (!null && !untold && (integer ? !json_is_integer(value) : !json_is_string(value)))
            return false;
        if (!null && !is_rank(query->sort[i].ranks, value))
            return false;
    }
    return json_is_string(json_array_get(query->position, count)) &&
           (whole || query_position_complete(selection->call->connection->database, query,
                                             (json_t *)query->position));
}

// Reads a key of `sort`, without its `-`. NULL for the id, which is always last anyway, and for a
// score when nothing is searched for.
static const struct field *sort_field(const struct query *query, const char *name)
{
    if (strcmp(name, "score") == 0)
        return query->match ? &query_score : NULL;
    return collection_field(query->collection, name);
}

const json_t *selection_ranks(const struct selection *selection, const struct field *field)
{
    const struct call *call = selection->call;
    const struct parameter *filter = openapi_parameter(call->operation, field->name);
    return filter ? openapi_closed_list(call->spec, filter) : NULL;
}

static enum err score_problem(struct call *call)
{
    problem_set(&call->problem, ERR_BAD_PARAMETER, "'sort' can name the score only beside 'q'.");
    problem_culprit(&call->problem, "query", "sort", "there is no score without 'q'", NULL, NULL);
    return ERR_BAD_PARAMETER;
}

static enum err sort_read(struct selection *selection)
{
    size_t i;
    const json_t *key;
    struct query *query = &selection->query;
    const json_t *given = json_object_get(selection->arguments, "sort");
    const json_t *keys = given ? given : argument_of(selection, "sort");
    if (query->match && !given) {
        query->sort[query->sort_count++] = (struct sort_key){&query_score, true, NULL};
        keys = NULL;
    }
    json_array_foreach (keys, i, key) {
        const char *name = json_string_value(key);
        bool descending = *name == '-';
        const struct field *field = sort_field(query, name + descending);
        if (!field)
            return score_problem(selection->call);
        if (i > 0 && strcmp(name, "date_end") == 0)
            field = &query_last_day;
        query->sort[query->sort_count++] =
            (struct sort_key){field, descending, selection_ranks(selection, field)};
        // No key can follow the id, because no two records share one.
        if (strcmp(field->name, "id") == 0)
            break;
    }
    return !query->position || position_fits(selection)
               ? OK
               : cursor_problem(selection->call, "does not fit the order of the list");
}

static void date_read(const struct selection *selection, struct query *query)
{
    struct edtf edtf;
    const char *overlaps = json_text(selection->arguments, "date");
    const char *within = json_text(selection->arguments, "date__within");
    const char *text = overlaps ? overlaps : within;
    if (!text)
        return;
    query->date_match = overlaps ? DATE_OVERLAPS : DATE_WITHIN;
    string_formats_days(text, query->date_first, query->date_last, &edtf);
}

static void id_problem(struct call *call, const char *parameter, const struct collection *other,
                       const char *id)
{
    char nearest[SUGGESTION_SIZE], sentence[TEXT_MEANT_SIZE];
    bool found = suggest_id(call->connection->database, other, id, nearest);
    problem_set(&call->problem, ERR_UNKNOWN_ID, "'%s' names '%.100s', which is no record of %s.%s",
                parameter, id, other->name, text_meant(found ? nearest : NULL, NULL, sentence));
    problem_culprit(&call->problem, "query", parameter, "there was never such a record", NULL,
                    found ? nearest : NULL);
}

// An id in a filter must belong, or have belonged, to a record; otherwise a typing error would
// silently match nothing.
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

static enum err condition_read(struct call *call, struct query *query, const char *name,
                               const json_t *value)
{
    struct condition condition = {.value = value};
    if (!filter_read(query->collection, name, &condition.field, &condition.op))
        return OK;
    enum err err = ids_check(call, openapi_parameter(call->operation, name), value);
    if (!err && query->condition_count < CONDITIONS_MAX)
        query->conditions[query->condition_count++] = condition;
    return err;
}

static enum err filters_read(struct selection *selection)
{
    const char *name;
    json_t *value;
    json_object_foreach (selection->arguments, name, value) {
        if (parameters_find(selection->call->row, name))
            continue;
        enum err err = condition_read(selection->call, &selection->query, name, value);
        if (err)
            return err;
    }
    return OK;
}

static bool is_date_filter(const char *name)
{
    return strcmp(name, "date") == 0 || strcmp(name, "date__within") == 0;
}

bool selection_filters_changed(const struct collection *collection, const char *name)
{
    const struct field *field;
    enum filter_op op;
    if (is_date_filter(name))
        return collection->dated;
    return !parameters_find(operations_find("listChanges"), name) &&
           !filter_read(&collection_changes, name, &field, &op) &&
           filter_read(collection, name, &field, &op);
}

// Whether any filter on the changed records is given, and whether COLLECTION has all of those
// given.
static bool changed_asked(const struct selection *selection, const struct collection *collection,
                          bool *ret_all)
{
    const char *name;
    json_t *ignored;
    bool any = false;
    *ret_all = true;
    json_object_foreach (selection->arguments, name, ignored) {
        bool asked = false;
        for (size_t i = 0; i < COLLECTION_COUNT && !asked; i++)
            asked = selection_filters_changed(&collections[i], name);
        any |= asked;
        *ret_all &= !asked || selection_filters_changed(collection, name);
    }
    return any;
}

static enum err changed_query_read(struct selection *selection, struct query *query)
{
    const char *name;
    json_t *value;
    date_read(selection, query);
    json_object_foreach (selection->arguments, name, value) {
        if (is_date_filter(name) || !selection_filters_changed(query->collection, name))
            continue;
        enum err err = condition_read(selection->call, query, name, value);
        if (err)
            return err;
    }
    return OK;
}

// Reads the filters on the records whose changes are listed, for each collection that has all of
// them.
static enum err changed_read(struct selection *selection)
{
    bool all;
    struct query *query = &selection->query;
    if (query->collection->number != CHANGES || selection->record ||
        !changed_asked(selection, &collections[0], &all))
        return OK;
    query->changed = selection->changed = calloc(COLLECTION_COUNT, sizeof *selection->changed);
    if (!selection->changed)
        return problem_memory(&selection->call->problem);
    for (size_t i = 0; i < COLLECTION_COUNT; i++) {
        struct query *of = &selection->changed[query->changed_count];
        changed_asked(selection, &collections[i], &all);
        of->collection = &collections[i];
        enum err err = all ? changed_query_read(selection, of) : OK;
        if (err)
            return err;
        query->changed_count += all;
    }
    return OK;
}

static void condition_set(struct query *query, const char *field, enum filter_op op,
                          const json_t *value)
{
    query->conditions[query->condition_count++] =
        (struct condition){collection_field(query->collection, field), op, value};
}

// Restricts changes to those of the record in the path.
static enum err record_find(struct selection *selection)
{
    char nearest[SUGGESTION_SIZE], sentence[TEXT_MEANT_SIZE];
    struct call *call = selection->call;
    struct database *database = call->connection->database;
    snprintf(selection->path, sizeof selection->path, "%s", call->operation->path);
    if (call->row->argument != ARGUMENT_HISTORY)
        return OK;
    const struct collection *of = call_collection(call);
    int64_t key = versions_record_key(database, of->number, call->argument);
    if (database_failure(database))
        return call_database_problem(call);
    snprintf(selection->path, sizeof selection->path, "/v1/%s/%.80s/revisions", of->name,
             call->argument);
    selection->record = json_integer(key);
    condition_set(&selection->query, "record", OPERATOR_ANY, selection->record);
    if (key)
        return OK;
    bool found = suggest_id(database, of, call->argument, nearest);
    problem_set(&call->problem, ERR_NOT_FOUND, "There is no record '%.100s' in %s.%s",
                call->argument, of->name, text_meant(found ? nearest : NULL, NULL, sentence));
    problem_culprit(&call->problem, "path", "id", "there is no such record", NULL,
                    found ? nearest : NULL);
    return ERR_NOT_FOUND;
}

static enum err since_read(struct selection *selection)
{
    struct revision since;
    const char *text = json_text(selection->arguments, "since");
    if (!text)
        return OK;
    enum err err = call_revision_named(selection->call, "since", text, &since);
    if (err)
        return err;
    selection->since = json_integer(since.number);
    condition_set(&selection->query, "revision", OPERATOR_GT, selection->since);
    return OK;
}

// Selects records of any collection by id. All types are listed, so that the index on type and id
// is used.
static enum err ids_read(struct selection *selection)
{
    const json_t *ids = json_object_get(selection->arguments, "id");
    if (selection->query.collection->number != ANY_COLLECTION || !ids)
        return OK;
    selection->types = json_array();
    for (size_t i = 0; i < COLLECTION_COUNT; i++)
        json_array_append_new(selection->types, json_string(collections[i].type));
    if (json_array_size(selection->types) != COLLECTION_COUNT)
        return problem_memory(&selection->call->problem);
    condition_set(&selection->query, "type", OPERATOR_ANY, selection->types);
    condition_set(&selection->query, "id", OPERATOR_ANY, ids);
    return OK;
}

static enum err match_read(struct selection *selection)
{
    const char *fault;
    struct call *call = selection->call;
    struct database *database = call->connection->database;
    const char *q = json_text(selection->arguments, "q");
    bool typed = json_is_true(json_object_get(selection->arguments, "prefix"));
    if (!q && typed) {
        problem_set(&call->problem, ERR_BAD_PARAMETER, "'prefix' needs 'q'.");
        problem_culprit(&call->problem, "query", "prefix", "stands without 'q'", NULL, NULL);
    }
    if (!q)
        return call->problem.err;
    const struct search_text text = {q, typed};
    if (search_terms_read(database, call->connection->spellings, &selection->revision, text,
                          &selection->match, &fault)) {
        selection->query.match = buffer_text(&selection->match);
        selection->query.typed = text;
        return database_failure(database) ? call_database_problem(call) : OK;
    }
    problem_set(&call->problem, ERR_BAD_PARAMETER, "'q': %s.", fault);
    problem_culprit(&call->problem, "query", "q", fault, NULL, NULL);
    return ERR_BAD_PARAMETER;
}

enum err selection_read(struct selection *selection)
{
    struct query *query = &selection->query;
    enum err err = record_find(selection);
    if (!err)
        err = cursor_apply(selection);
    if (err)
        return err;
    const json_t *dates = json_object_get(selection->arguments, "date");
    if (dates && json_object_get(selection->arguments, "date__within")) {
        problem_set(&selection->call->problem, ERR_BAD_PARAMETER,
                    "'date' and 'date__within' cannot be combined.");
        problem_culprit(&selection->call->problem, "query", "date__within", "stands beside 'date'",
                        NULL, NULL);
        return ERR_BAD_PARAMETER;
    }
    query->revision = selection->revision.number;
    if (query->collection->number != CHANGES)
        date_read(selection, query);
    query->corpus = corpus_asked(selection->call, selection->arguments);
    err = match_read(selection);
    if (!err)
        err = ids_read(selection);
    if (!err)
        err = since_read(selection);
    if (!err)
        err = filters_read(selection);
    if (!err)
        err = changed_read(selection);
    if (err)
        return err;
    query->limit = json_integer_value(argument_of(selection, "limit")) + 1;
    query->offset = json_integer_value(argument_of(selection, "offset"));
    return sort_read(selection);
}

bool selection_tag(const struct selection *selection, const char *key,
                   char ret_tag[static DIGEST_HEX_SIZE])
{
    struct buffer seed = {0};
    buffer_add_format(&seed, "%s\n%d\n%s\n%s\n", embedded_version, REPRESENTATION,
                      selection->revision.hash, selection->path);
    arguments_write(selection->call->operation, selection->call->arguments, NULL, &seed);
    // Most answers contain paths, but feeds and spreadsheets contain absolute addresses.
    bool whole = selection->call->format->shape & (SHAPE_FEED | SHAPE_WORKBOOK);
    buffer_add_format(&seed, "\n%s%s\n%s", selection->call->format->name,
                      whole ? selection->call->public_url : selection->call->base, key);
    return digest_tag(&seed, ret_tag);
}

// Counts what the request excludes by its corpus.
static enum err beyond_count(struct selection *selection)
{
    struct query other = selection->query;
    if (!other.corpus)
        return OK;
    other.corpus = other.corpus == CORPUS_PAPER ? CORPUS_OFFICIAL : CORPUS_PAPER;
    return query_count(selection->call->connection->database, &other, &selection->beyond);
}

enum err selection_count(struct selection *selection)
{
    struct database *database = selection->call->connection->database;
    if (beyond_count(selection))
        return call_database_problem(selection->call);
    if (selection->total >= 0)
        return OK;
    selection->undated = 0;
    if (month_counts_records(database, &selection->query, &selection->total) ||
        (selection->query.date_match &&
         query_count_undated(database, &selection->query, &selection->undated)))
        return call_database_problem(selection->call);
    return OK;
}

// Arguments are written sorted by name.
static bool before_corpus(const char *name)
{
    return strcmp(name, "corpus") < 0;
}

static bool behind_corpus(const char *name)
{
    return strcmp(name, "corpus") > 0;
}

void selection_query_write(const struct selection *selection, struct buffer *out)
{
    size_t i, begin = out->length;
    const json_t *corpus, *arguments = selection->call->arguments;
    const struct operation *operation = selection->call->operation;
    if (!argument_of(selection, "corpus")) {
        arguments_write(operation, arguments, NULL, out);
        return;
    }
    arguments_write(operation, arguments, before_corpus, out);
    buffer_add_text(out, out->length > begin ? "&corpus=" : "corpus=");
    json_array_foreach (argument_of(selection, "corpus"), i, corpus) {
        buffer_add_text(out, i ? "," : "");
        buffer_add_text(out, json_string_value(corpus));
    }
    struct buffer behind = {0};
    arguments_write(operation, arguments, behind_corpus, &behind);
    if (behind.length)
        buffer_add_format(out, "&%s", buffer_text(&behind));
    out->failed |= behind.failed;
    buffer_cleanup(&behind);
}

void selection_address(const struct selection *selection, const json_t *arguments,
                       bool (*keep)(const char *), struct buffer *out)
{
    struct buffer query = {0};
    arguments_write(selection->call->operation, arguments, keep, &query);
    buffer_add_text(out, selection->path);
    if (query.length)
        buffer_add_char(out, '?');
    buffer_add(out, query.bytes, query.length);
    buffer_cleanup(&query);
}

void selection_permalink(const struct selection *selection, struct buffer *out)
{
    size_t before = out->length;
    // A page reached by a cursor is permanent because of the cursor; any other page is pinned by
    // its revision.
    if (selection->query.position) {
        selection_address(selection, selection->call->arguments, NULL, out);
        return;
    }
    selection_address(selection, selection->arguments, of_permalink, out);
    bool more = out->length > before && memchr(out->bytes + before, '?', out->length - before);
    buffer_add_format(out, "%cas_of=%.16s", more ? '&' : '?', selection->revision.hash);
}

bool selection_argument_cited(const char *name)
{
    return parameters_role(name) & (PARAMETER_SELECTS | PARAMETER_PRICES | PARAMETER_ADDS);
}

// The contract limits the length of `url` in bytes.
void selection_citation(const struct selection *selection, struct buffer *out)
{
    enum { ADDRESS_MAX = 7900 };
    struct buffer address = {0};
    size_t before = out->length;
    bool pinned = selection->query.position || json_object_get(selection->arguments, "as_of");
    buffer_add_text(&address, selection->call->base);
    selection_address(selection, selection->arguments, selection_argument_cited, &address);
    if (pinned)
        buffer_add_format(&address, "%cas_of=%.16s", strchr(buffer_text(&address), '?') ? '&' : '?',
                          selection->revision.hash);
    buffer_add_text(out, "/v1/cite?url=");
    buffer_add_url_text(out, buffer_text(&address));
    buffer_cleanup(&address);
    if (out->length - before > ADDRESS_MAX)
        buffer_clear(out);
}

static bool of_table(const char *name)
{
    return selection_argument_cited(name) || strcmp(name, "fields") == 0;
}

void selection_table(const struct selection *selection, struct buffer *out)
{
    size_t before = out->length;
    bool pinned = selection->query.position || json_object_get(selection->arguments, "as_of");
    selection_address(selection, selection->arguments, of_table, out);
    bool more = out->length > before && memchr(out->bytes + before, '?', out->length - before);
    buffer_add_format(out, "%cformat=csv", more ? '&' : '?');
    if (pinned)
        buffer_add_format(out, "&as_of=%.16s", selection->revision.hash);
}

void selection_warn(struct selection *selection, struct buffer *out)
{
    char detail[160];
    if (selection->undated > 0) {
        snprintf(detail, sizeof detail,
                 selection->undated == 1
                     ? "%lld record that matches otherwise has no date and is left out."
                     : "%lld records that match otherwise have no date and are left out.",
                 (long long)selection->undated);
        warnings_add(&selection->warnings, "undated-left-out", detail, selection->undated, NULL,
                     NULL);
    }
    if (selection->beyond > 0) {
        bool paper = selection->query.corpus == CORPUS_PAPER;
        bool changes = selection->query.collection->number == CHANGES;
        bool one = selection->beyond == 1;
        snprintf(detail, sizeof detail,
                 "%lld %s%s of %s%s %s left out; corpus=paper,official has both.",
                 (long long)selection->beyond, changes ? "change" : "record", one ? "" : "s",
                 changes ? "records of " : "", paper ? "official sources" : "the paper",
                 one ? "matches too and is" : "match too and are");
        warnings_add(&selection->warnings, "other-corpus", detail, selection->beyond, NULL, NULL);
    }
    warnings_write(&selection->warnings, selection->call->response, out);
}
