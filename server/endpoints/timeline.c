// Serves counts of events by year, decade or era, split by trend and kind, empty buckets included.
#include "endpoints/timeline.h"

#include <stdio.h>
#include <string.h>

#include "endpoints/aggregate.h"
#include "endpoints/operations.h"

// A way to divide time: the expression that gives an event's bucket, and how many years one has (0:
// as many as an era).
struct division {
    const char *name, *bucket;
    int years;
};

static const struct division divisions[] = {
    {"year", "e.year", 1}, {"decade", "(e.year / 10 * 10) || 's'", 10}, {"era", "e.era", 0}};

enum { DIVISION_COUNT = sizeof divisions / sizeof *divisions };

const char *timeline_by_name(size_t i)
{
    return i < DIVISION_COUNT ? divisions[i].name : NULL;
}

// The one that the call asks for, else the first, which is the contract's default.
static const struct division *division_of(const json_t *arguments)
{
    const char *by = json_text(arguments, "by");
    size_t i = 0;
    while (by && strcmp(divisions[i].name, by) != 0)
        i++;
    return &divisions[i];
}

// A bucket of events; the counts are objects by value.
struct timeline_bucket {
    char name[32];
    json_int_t count;
    json_t *trends, *kinds;
};

enum { TIMELINE_BUCKETS_MAX = 10000 };

struct buckets {
    struct timeline_bucket *list;
    size_t count;
};

static void buckets_cleanup(struct buckets *buckets)
{
    for (size_t i = 0; i < buckets->count; i++) {
        json_decref(buckets->list[i].trends);
        json_decref(buckets->list[i].kinds);
    }
    free(buckets->list);
}

static bool bucket_add(struct buckets *buckets, const char *name)
{
    if (buckets->count == TIMELINE_BUCKETS_MAX)
        return false;
    struct timeline_bucket *bucket = &buckets->list[buckets->count++];
    *bucket = (struct timeline_bucket){.trends = json_object(), .kinds = json_object()};
    snprintf(bucket->name, sizeof bucket->name, "%s", name);
    return bucket->trends && bucket->kinds;
}

// The bucket NAME, made where it is missing; NULL when there are too many.
static struct timeline_bucket *bucket_find(struct buckets *buckets, const char *name)
{
    for (size_t i = buckets->count; i > 0; i--)
        if (strcmp(buckets->list[i - 1].name, name) == 0)
            return &buckets->list[i - 1];
    return bucket_add(buckets, name) ? &buckets->list[buckets->count - 1] : NULL;
}

static void count_add(json_t *counts, const char *value, json_int_t count)
{
    const char *key = value ? value : "none";
    json_int_t before = json_integer_value(json_object_get(counts, key));
    json_object_set_new(counts, key, json_integer(before + count));
}

// Names of the buckets between the first and the last year, so that empty ones stand too.
static bool years_fill(struct buckets *buckets, int64_t first, int64_t last, int years)
{
    char name[32];
    for (int64_t year = first / years * years; year <= last; year += years) {
        snprintf(name, sizeof name, "%lld%s", (long long)year, years > 1 ? "s" : "");
        if (!bucket_add(buckets, name))
            return false;
    }
    return true;
}

static enum err eras_fill(struct selection *selection, struct buckets *buckets)
{
    struct database *database = selection->call->connection->database;
    struct statement *read = database_prepare(
        database, "SELECT id FROM era WHERE valid_from <= ?1 AND valid_to > ?1 ORDER BY position");
    if (!read)
        return call_database_problem(selection->call);
    statement_bind_integer(read, 1, selection->query.revision);
    while (statement_step(read))
        bucket_add(buckets, statement_text(read, 0));
    return database_failure(database) ? call_database_problem(selection->call) : OK;
}

// The first and last year among the events; false where none has one.
static bool span_find(struct selection *selection, int64_t *ret_first, int64_t *ret_last)
{
    struct sql sql = {0};
    query_begin(&sql, &selection->query);
    sql_add(&sql, "SELECT min(e.year), max(e.year) FROM event e WHERE e.version IN (");
    query_versions(&sql, &selection->query);
    sql_add(&sql, ")");
    struct statement *read = sql_prepare(&sql, selection->call->connection->database);
    bool found = read && statement_step(read) && !statement_is_null(read, 0);
    if (found) {
        *ret_first = statement_integer(read, 0);
        *ret_last = statement_integer(read, 1);
    }
    if (read)
        statement_reset(read);
    sql_cleanup(&sql);
    return found;
}

// Adds the events, grouped, to their buckets; those without one are counted in WITHOUT.
static enum err events_count(struct selection *selection, const struct division *by,
                             struct buckets *buckets, struct timeline_bucket *without)
{
    struct sql sql = {0};
    struct database *database = selection->call->connection->database;
    query_begin(&sql, &selection->query);
    sql_add(&sql, "SELECT %s, e.trend, e.kind, count(*) FROM event e WHERE e.version IN (",
            by->bucket);
    query_versions(&sql, &selection->query);
    sql_add(&sql, ") GROUP BY 1, 2, 3");
    struct statement *read = sql_prepare(&sql, database);
    while (read && statement_step(read)) {
        const char *name = statement_text(read, 0);
        struct timeline_bucket *bucket = name ? bucket_find(buckets, name) : without;
        json_int_t count = statement_integer(read, 3);
        if (!bucket)
            break;
        bucket->count += count;
        count_add(bucket->trends, statement_text(read, 1), count);
        count_add(bucket->kinds, statement_text(read, 2), count);
    }
    if (read)
        statement_reset(read);
    sql_cleanup(&sql);
    return database_failure(database) ? call_database_problem(selection->call) : OK;
}

static void bucket_write(const struct timeline_bucket *bucket, const char *name, struct buffer *out)
{
    AUTO(text) char *trends = json_dumps(bucket->trends, JSON_COMPACT | JSON_SORT_KEYS);
    AUTO(text) char *kinds = json_dumps(bucket->kinds, JSON_COMPACT | JSON_SORT_KEYS);
    buffer_add_text(out, "{\"bucket\":");
    buffer_add_json_text(out, name);
    buffer_add_format(out, ",\"count\":%lld,\"trends\":", (long long)bucket->count);
    buffer_add_text(out, trends ? trends : "{}");
    buffer_add_text(out, ",\"kinds\":");
    buffer_add_text(out, kinds ? kinds : "{}");
    buffer_add_char(out, '}');
}

static enum err timeline_write(struct aggregate *aggregate, struct buffer *out)
{
    struct selection *selection = &aggregate->selection;
    int64_t first, last;
    const struct division *by = division_of(selection->arguments);
    AUTO(buckets)
    struct buckets buckets = {.list = calloc(TIMELINE_BUCKETS_MAX, sizeof *buckets.list)};
    if (!buckets.list)
        return problem_memory(&selection->call->problem);
    struct timeline_bucket without = {.trends = json_object(), .kinds = json_object()};
    enum err err = OK;
    if (!by->years)
        err = eras_fill(selection, &buckets);
    else if (span_find(selection, &first, &last))
        years_fill(&buckets, first, last, by->years);
    if (!err)
        err = events_count(selection, by, &buckets, &without);
    buffer_add_char(out, '[');
    for (size_t i = 0; i < buckets.count; i++) {
        buffer_add_text(out, i ? "," : "");
        bucket_write(&buckets.list[i], buckets.list[i].name, out);
    }
    if (without.count) {
        buffer_add_text(out, buckets.count ? "," : "");
        bucket_write(&without, NULL, out);
    }
    buffer_add_char(out, ']');
    json_decref(without.trends);
    json_decref(without.kinds);
    return err;
}

enum err serve_timeline(struct call *call)
{
    return aggregate_serve(call, timeline_write);
}
