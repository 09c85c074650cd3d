// Serves counts of events by year, decade or era, split by trend, kind and nature, including empty
// buckets.
#include "endpoints/timeline.h"

#include <stdio.h>
#include <string.h>

#include "endpoints/aggregate.h"
#include "endpoints/operations.h"

// A way to divide time: the SQL expression for an event's bucket, and the length of a bucket in
// years (0 for eras).
struct division {
    const char *name, *bucket;
    int years;
};

static const struct division divisions[] = {
    {"year", "t.year", 1}, {"decade", "(t.year / 10 * 10) || 's'", 10}, {"era", "t.era", 0}};

enum { DIVISION_COUNT = sizeof divisions / sizeof *divisions };

const char *timeline_by_name(size_t i)
{
    return i < DIVISION_COUNT ? divisions[i].name : NULL;
}

// The one that the call asks for, or else the first, which is the contract's default.
static const struct division *division_of(const json_t *arguments)
{
    const char *by = json_text(arguments, "by");
    size_t i = 0;
    while (by && strcmp(divisions[i].name, by) != 0)
        i++;
    return &divisions[i];
}

// The fields by which the events of a bucket are split.
static const struct {
    const char *key, *column;
} splits[] = {{"trends", "t.trend"}, {"kinds", "t.kind"}, {"natures", "t.nature"}};

enum { TIMELINE_BUCKETS_MAX = 10000, SPLIT_COUNT = sizeof splits / sizeof *splits };

// A bucket of events; the counts are objects keyed by value.
struct timeline_bucket {
    char name[32], label[128];
    char first[EDTF_DAY_SIZE], last[EDTF_DAY_SIZE]; // "" if there is none
    json_int_t count, undated;
    json_t *counts[SPLIT_COUNT];
};

struct buckets {
    struct timeline_bucket *list;
    size_t count;
};

static void bucket_cleanup(struct timeline_bucket *bucket)
{
    for (size_t i = 0; i < SPLIT_COUNT; i++)
        json_decref(bucket->counts[i]);
}

static void buckets_cleanup(struct buckets *buckets)
{
    for (size_t i = 0; i < buckets->count; i++)
        bucket_cleanup(&buckets->list[i]);
    free(buckets->list);
}

static bool bucket_begin(struct timeline_bucket *bucket, const char *name, const char *label)
{
    bool good = true;
    *bucket = (struct timeline_bucket){0};
    snprintf(bucket->name, sizeof bucket->name, "%s", name);
    snprintf(bucket->label, sizeof bucket->label, "%s", label);
    for (size_t i = 0; i < SPLIT_COUNT; i++)
        good &= (bucket->counts[i] = json_object()) != NULL;
    return good;
}

// NULL if there are too many.
static struct timeline_bucket *bucket_add(struct buckets *buckets, const char *name,
                                          const char *label)
{
    if (buckets->count == TIMELINE_BUCKETS_MAX)
        return NULL;
    struct timeline_bucket *bucket = &buckets->list[buckets->count++];
    return bucket_begin(bucket, name, label) ? bucket : NULL;
}

static struct timeline_bucket *bucket_find(struct buckets *buckets, const char *name)
{
    for (size_t i = buckets->count; i > 0; i--)
        if (strcmp(buckets->list[i - 1].name, name) == 0)
            return &buckets->list[i - 1];
    return bucket_add(buckets, name, name);
}

// The names of all buckets from the first to the last year, so that empty ones are included.
static bool years_fill(struct buckets *buckets, int64_t first, int64_t last, int years)
{
    char name[32];
    for (int64_t year = first / years * years; year <= last; year += years) {
        snprintf(name, sizeof name, "%lld%s", (long long)year, years > 1 ? "s" : "");
        struct timeline_bucket *bucket = bucket_add(buckets, name, name);
        if (!bucket)
            return false;
        snprintf(bucket->first, sizeof bucket->first, "%04d-01-01", (int)year % 10000);
        snprintf(bucket->last, sizeof bucket->last, "%04d-12-31", (int)(year + years - 1) % 10000);
    }
    return true;
}

static enum err eras_fill(struct selection *selection, struct buckets *buckets)
{
    struct database *database = selection->call->connection->database;
    struct statement *read =
        database_prepare(database, "SELECT id, title, date_start, date_end FROM era"
                                   " WHERE valid_from <= ?1 AND valid_to > ?1 ORDER BY position");
    if (!read)
        return call_database_problem(selection->call);
    statement_bind_integer(read, 1, selection->query.revision);
    while (statement_step(read)) {
        const char *first = statement_text(read, 2), *last = statement_text(read, 3);
        struct timeline_bucket *bucket =
            bucket_add(buckets, statement_text(read, 0), statement_text(read, 1));
        if (!bucket)
            break;
        snprintf(bucket->first, sizeof bucket->first, "%s", first ? first : "");
        snprintf(bucket->last, sizeof bucket->last, "%s", last ? last : "");
    }
    return database_failure(database) ? call_database_problem(selection->call) : OK;
}

// The first and last year of the events; false if none has one.
static bool span_find(struct selection *selection, int64_t *ret_first, int64_t *ret_last)
{
    struct sql sql = {0};
    query_begin(&sql, &selection->query);
    sql_add(&sql, "SELECT min(t.year), max(t.year)");
    query_from(&sql, &selection->query);
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

// The columns of an event.
enum { EVENT_BUCKET, EVENT_UNDATED, EVENT_SPLITS };

static void event_count(struct timeline_bucket *bucket, struct statement *event)
{
    bucket->count++;
    bucket->undated += statement_integer(event, EVENT_UNDATED);
    for (int i = 0; i < SPLIT_COUNT; i++) {
        const char *value = statement_text(event, EVENT_SPLITS + i);
        json_count(bucket->counts[i], value ? value : "none", 1);
    }
}

// Counts the events into their buckets as they are read, without storing them for grouping; those
// without a bucket are counted in WITHOUT.
static enum err events_count(struct selection *selection, const struct division *by,
                             struct buckets *buckets, struct timeline_bucket *without)
{
    struct sql sql = {0};
    struct timeline_bucket *bucket = without;
    struct database *database = selection->call->connection->database;
    query_begin(&sql, &selection->query);
    sql_add(&sql, "SELECT %s, t.date_start IS NULL AND t.date_end IS NULL", by->bucket);
    for (size_t i = 0; i < SPLIT_COUNT; i++)
        sql_add(&sql, ", %s", splits[i].column);
    query_from(&sql, &selection->query);
    struct statement *read = sql_prepare(&sql, database);
    while (read && bucket && statement_step(read)) {
        const char *name = statement_text(read, EVENT_BUCKET);
        // Most events fall in the same bucket as the one before.
        if (!name)
            bucket = without;
        else if (strcmp(bucket->name, name) != 0)
            bucket = bucket_find(buckets, name);
        if (bucket)
            event_count(bucket, read);
    }
    if (read)
        statement_reset(read);
    sql_cleanup(&sql);
    return database_failure(database) ? call_database_problem(selection->call) : OK;
}

static void bucket_write(const struct timeline_bucket *bucket, struct buffer *out)
{
    if (out->bytes[out->length - 1] != '[')
        buffer_add_char(out, ',');
    buffer_add_text(out, "{\"bucket\":");
    buffer_add_json_text(out, *bucket->name ? bucket->name : NULL);
    buffer_add_text(out, ",\"label\":");
    buffer_add_json_text(out, bucket->label);
    buffer_add_text(out, ",\"date_start\":");
    buffer_add_json_text(out, *bucket->first ? bucket->first : NULL);
    buffer_add_text(out, ",\"date_end\":");
    buffer_add_json_text(out, *bucket->last ? bucket->last : NULL);
    buffer_add_format(out, ",\"count\":%lld,\"undated\":%lld", (long long)bucket->count,
                      (long long)bucket->undated);
    for (size_t i = 0; i < SPLIT_COUNT; i++) {
        AUTO(text) char *counts = json_dumps(bucket->counts[i], JSON_COMPACT | JSON_SORT_KEYS);
        buffer_add_format(out, ",\"%s\":", splits[i].key);
        buffer_add_text(out, counts ? counts : "{}");
    }
    buffer_add_char(out, '}');
}

// The day on which the first era begins; "" if there are no eras.
static void eras_begin(struct selection *selection, char ret_day[static EDTF_DAY_SIZE])
{
    *ret_day = '\0';
    struct statement *read = database_prepare(
        selection->call->connection->database,
        "SELECT min(date_start) FROM era WHERE valid_from <= ?1 AND valid_to > ?1");
    if (!read)
        return;
    statement_bind_integer(read, 1, selection->query.revision);
    if (statement_step(read) && !statement_is_null(read, 0))
        snprintf(ret_day, EDTF_DAY_SIZE, "%s", statement_text(read, 0));
    statement_reset(read);
}

// A single event long before all eras does not create a row of empty buckets.
static void buckets_write(struct selection *selection, const struct buckets *buckets,
                          const struct timeline_bucket *without, struct buffer *out)
{
    char begin[EDTF_DAY_SIZE];
    eras_begin(selection, begin);
    buffer_add_char(out, '[');
    for (size_t i = 0; i < buckets->count; i++) {
        const struct timeline_bucket *bucket = &buckets->list[i];
        if (bucket->count || !*bucket->last || strcmp(bucket->last, begin) >= 0)
            bucket_write(bucket, out);
    }
    if (without->count)
        bucket_write(without, out);
    buffer_add_char(out, ']');
}

static enum err timeline_write(struct aggregate *aggregate, struct buffer *out)
{
    struct selection *selection = &aggregate->selection;
    int64_t first, last;
    const struct division *by = division_of(selection->arguments);
    AUTO(buckets)
    struct buckets buckets = {.list = calloc(TIMELINE_BUCKETS_MAX, sizeof *buckets.list)};
    struct timeline_bucket without;
    bool good = bucket_begin(&without, "", by->years ? "No first day" : "No era");
    if (!buckets.list || !good)
        return bucket_cleanup(&without), problem_memory(&selection->call->problem);
    enum err err = OK;
    if (!by->years)
        err = eras_fill(selection, &buckets);
    else if (span_find(selection, &first, &last))
        years_fill(&buckets, first, last, by->years);
    if (!err)
        err = events_count(selection, by, &buckets, &without);
    buckets_write(selection, &buckets, &without, out);
    bucket_cleanup(&without);
    return err;
}

enum err timeline_serve(struct call *call)
{
    return aggregate_serve(call, timeline_write);
}
