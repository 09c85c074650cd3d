// Counts in cells per thread and prints their sums.
#include "base/metrics.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { SHARDS = 16, BUCKETS = 12 };

// Few different statuses occur; any other is counted in the last place.
static const unsigned statuses[] = {200, 204, 304, 400, 404, 405, 406, 410,
                                    413, 414, 422, 429, 500, 503, 0};
enum { STATUSES = sizeof statuses / sizeof *statuses };

// Upper bounds of the histogram in microseconds; anything slower counts only in +Inf.
static const uint64_t bounds[BUCKETS] = {100,   250,   500,    1000,   2500,    5000,
                                         10000, 25000, 100000, 500000, 1000000, 2500000};
static const char *const bound_names[BUCKETS] = {"0.0001", "0.00025", "0.0005", "0.001",
                                                 "0.0025", "0.005",   "0.01",   "0.025",
                                                 "0.1",    "0.5",     "1",      "2.5"};

struct operation_cells {
    atomic_uint_fast64_t statuses[STATUSES];
    atomic_uint_fast64_t buckets[BUCKETS + 1]; // per bucket, not cumulative
    atomic_uint_fast64_t microseconds;
};

// The cells of one thread, on cache lines of their own.
struct shard {
    _Alignas(64) atomic_uint_fast64_t counts[COUNT_KINDS];
    struct operation_cells *operations;
};

struct metrics {
    size_t operations; // the last place is for requests that matched none
    atomic_uint_fast64_t gauges[GAUGE_KINDS];
    struct shard shards[SHARDS];
};

struct metrics *metrics_new(size_t operations)
{
    struct metrics *metrics = aligned_alloc(_Alignof(struct metrics), sizeof *metrics);
    if (!metrics)
        return NULL;
    *metrics = (struct metrics){.operations = operations};
    for (size_t i = 0; i < SHARDS; i++) {
        metrics->shards[i].operations = calloc(operations + 1, sizeof(struct operation_cells));
        if (metrics->shards[i].operations)
            continue;
        metrics_free(metrics);
        return NULL;
    }
    return metrics;
}

void metrics_free(struct metrics *metrics)
{
    for (size_t i = 0; metrics && i < SHARDS; i++)
        free(metrics->shards[i].operations);
    free(metrics);
}

static uint64_t get(const atomic_uint_fast64_t *cell)
{
    return atomic_load_explicit((atomic_uint_fast64_t *)cell, memory_order_acquire);
}

// The index of this thread's cells; 0 before it has one. Threads that come after all cells are
// taken share the last ones.
static _Thread_local unsigned number;

static unsigned number_here(void)
{
    static atomic_uint taken;
    if (!number)
        number = 1 + (atomic_load(&taken) < SHARDS ? atomic_fetch_add(&taken, 1) : SHARDS);
    return number <= SHARDS - 1 ? number - 1 : SHARDS - 1;
}

static struct shard *shard_here(struct metrics *metrics)
{
    return &metrics->shards[number_here()];
}

// Release order: a reader who sees this count also sees those the same thread made before. A cell
// that only one thread writes needs no locked addition, which costs ten times as much.
static void add(atomic_uint_fast64_t *cell, uint64_t more)
{
    if (number_here() < SHARDS - 1)
        atomic_store_explicit(cell, get(cell) + more, memory_order_release);
    else
        atomic_fetch_add_explicit(cell, more, memory_order_release);
}

void metrics_count(struct metrics *metrics, enum metric_count kind, uint64_t more)
{
    add(&shard_here(metrics)->counts[kind], more);
}

void metrics_set(struct metrics *metrics, enum metric_gauge kind, uint64_t value)
{
    atomic_store_explicit(&metrics->gauges[kind], value, memory_order_relaxed);
}

static void answer_count(struct operation_cells *cells, const struct metrics_answer *answer)
{
    size_t place = 0, bucket = 0;
    while (place < STATUSES - 1 && statuses[place] != answer->status)
        place++;
    while (bucket < BUCKETS && answer->microseconds > bounds[bucket])
        bucket++;
    add(&cells->statuses[place], 1);
    add(&cells->buckets[bucket], 1);
    add(&cells->microseconds, answer->microseconds);
}

void metrics_request_ended(struct metrics *metrics, const struct metrics_answer *answer)
{
    struct shard *shard = shard_here(metrics);
    if (answer->status)
        answer_count(&shard->operations[answer->operation], answer);
    if (answer->whole)
        add(&shard->counts[COUNT_BYTES_SENT], answer->bytes);
    else
        add(&shard->counts[COUNT_REQUESTS_CUT], 1);
    add(&shard->counts[COUNT_REQUESTS_ENDED], 1);
}

static uint64_t count_sum(const struct metrics *metrics, enum metric_count kind)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < SHARDS; i++)
        sum += get(&metrics->shards[i].counts[kind]);
    return sum;
}

static void head_write(struct buffer *out, const char *name, const char *type, const char *help)
{
    buffer_add_format(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void metrics_write_value(struct buffer *out, const char *name, const char *type, const char *help,
                         double value)
{
    head_write(out, name, type, help);
    buffer_add_format(out, "%s %.15g\n", name, value);
}

static const char *operation_name(const struct metrics *metrics, const char *const *names, size_t i)
{
    return i < metrics->operations ? names[i] : "none";
}

static void requests_write(const struct metrics *metrics, const char *const *names,
                           struct buffer *out)
{
    head_write(out, "relata_requests_total", "counter", "Requests that were answered.");
    for (size_t i = 0; i <= metrics->operations; i++)
        for (size_t place = 0; place < STATUSES; place++) {
            uint64_t sum = 0;
            for (size_t shard = 0; shard < SHARDS; shard++)
                sum += get(&metrics->shards[shard].operations[i].statuses[place]);
            if (!sum)
                continue;
            buffer_add_format(out, "relata_requests_total{operation=\"%s\",status=\"",
                              operation_name(metrics, names, i));
            if (statuses[place])
                buffer_add_format(out, "%u\"} %llu\n", statuses[place], (unsigned long long)sum);
            else
                buffer_add_format(out, "other\"} %llu\n", (unsigned long long)sum);
        }
}

static void histogram_write(const struct metrics *metrics, const char *name, size_t operation,
                            struct buffer *out)
{
    uint64_t buckets[BUCKETS + 1] = {0}, microseconds = 0, running = 0;
    for (size_t shard = 0; shard < SHARDS; shard++) {
        const struct operation_cells *cells = &metrics->shards[shard].operations[operation];
        for (size_t i = 0; i <= BUCKETS; i++)
            buckets[i] += get(&cells->buckets[i]);
        microseconds += get(&cells->microseconds);
    }
    for (size_t i = 0; i <= BUCKETS; i++)
        running += buckets[i];
    if (!running)
        return;
    running = 0;
    for (size_t i = 0; i <= BUCKETS; i++) {
        running += buckets[i];
        buffer_add_format(
            out, "relata_request_duration_seconds_bucket{operation=\"%s\",le=\"%s\"} %llu\n", name,
            i < BUCKETS ? bound_names[i] : "+Inf", (unsigned long long)running);
    }
    buffer_add_format(out,
                      "relata_request_duration_seconds_sum{operation=\"%s\"} %.6f\n"
                      "relata_request_duration_seconds_count{operation=\"%s\"} %llu\n",
                      name, (double)microseconds / 1e6, name, (unsigned long long)running);
}

static void cuts_write(const struct metrics *metrics, struct buffer *out)
{
    static const struct {
        enum metric_count kind;
        const char *bound;
    } cuts[] = {{COUNT_CUT_IDLE, "idle"},
                {COUNT_CUT_RECEIVE, "receive"},
                {COUNT_CUT_SEND, "send"},
                {COUNT_CUT_KEPT, "kept"}};
    head_write(out, "relata_connections_cut_total", "counter", "Connections that a bound ended.");
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++)
        buffer_add_format(out, "relata_connections_cut_total{bound=\"%s\"} %llu\n", cuts[i].bound,
                          (unsigned long long)count_sum(metrics, cuts[i].kind));
    metrics_write_value(out, "relata_connections_refused_total", "counter",
                        "Connections that were closed at once, beyond the most at one time.",
                        (double)count_sum(metrics, COUNT_CONNECTIONS_REFUSED));
}

// Sum the closed ones before the opened ones, so that the difference is never negative.
static uint64_t difference(const struct metrics *metrics, enum metric_count more,
                           enum metric_count less)
{
    uint64_t subtrahend = count_sum(metrics, less);
    return count_sum(metrics, more) - subtrahend;
}

uint64_t metrics_in_progress(const struct metrics *metrics)
{
    return difference(metrics, COUNT_REQUESTS_BEGUN, COUNT_REQUESTS_ENDED);
}

void metrics_write(const struct metrics *metrics, const char *const *names, struct buffer *out)
{
    requests_write(metrics, names, out);
    head_write(out, "relata_request_duration_seconds", "histogram",
               "Time from the first line of a request until its answer was sent.");
    for (size_t i = 0; i <= metrics->operations; i++)
        histogram_write(metrics, operation_name(metrics, names, i), i, out);
    metrics_write_value(out, "relata_requests_in_progress", "gauge",
                        "Requests that are not wholly answered.",
                        (double)metrics_in_progress(metrics));
    metrics_write_value(out, "relata_requests_cut_total", "counter",
                        "Requests that ended before their answer was sent.",
                        (double)count_sum(metrics, COUNT_REQUESTS_CUT));
    metrics_write_value(out, "relata_response_bytes_total", "counter", "Bytes of bodies sent.",
                        (double)count_sum(metrics, COUNT_BYTES_SENT));
    metrics_write_value(
        out, "relata_connections", "gauge", "Open connections.",
        (double)difference(metrics, COUNT_CONNECTIONS_OPENED, COUNT_CONNECTIONS_CLOSED));
    metrics_write_value(out, "relata_connections_total", "counter", "Connections accepted.",
                        (double)count_sum(metrics, COUNT_CONNECTIONS_OPENED));
    cuts_write(metrics, out);
    metrics_write_value(out, "relata_cache_hits_total", "counter", "Answers that were kept.",
                        (double)count_sum(metrics, COUNT_CACHE_HITS));
    metrics_write_value(out, "relata_cache_misses_total", "counter", "Answers that were made.",
                        (double)count_sum(metrics, COUNT_CACHE_MISSES));
    metrics_write_value(out, "relata_cache_bytes", "gauge", "Memory of kept answers.",
                        (double)get(&metrics->gauges[GAUGE_CACHE_BYTES]));
    metrics_write_value(out, "relata_cache_entries", "gauge", "Kept answers.",
                        (double)get(&metrics->gauges[GAUGE_CACHE_ENTRIES]));
    metrics_write_value(out, "relata_log_lines_dropped_total", "counter",
                        "Log lines that nobody read in time.",
                        (double)count_sum(metrics, COUNT_LOG_DROPPED));
}
