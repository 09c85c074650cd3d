// What the service counts while it runs, for /metrics (Prometheus text format 0.0.4).
//
// Any thread may count or read at any time. Nothing blocks: each thread counts in cells of its own.
#ifndef RELATA_BASE_METRICS_H
#define RELATA_BASE_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

enum metric_count {
    COUNT_CONNECTIONS_OPENED,
    COUNT_CONNECTIONS_CLOSED,
    COUNT_CONNECTIONS_REFUSED, // over the limit of connections
    COUNT_CUT_IDLE,            // connections ended by a time limit
    COUNT_CUT_RECEIVE,
    COUNT_CUT_SEND,
    COUNT_CUT_KEPT,
    COUNT_REQUESTS_BEGUN,
    COUNT_REQUESTS_ENDED,
    COUNT_REQUESTS_CUT, // before their answer was sent completely
    COUNT_BYTES_SENT,   // of response bodies
    COUNT_LOG_DROPPED,  // log lines dropped because the reader was too slow
    COUNT_CACHE_HITS,   // answered from the cache
    COUNT_CACHE_MISSES, // computed
    COUNT_KINDS
};

// Current values, not counts.
enum metric_gauge { GAUGE_CACHE_BYTES, GAUGE_CACHE_ENTRIES, GAUGE_KINDS };

struct metrics;

// OPERATIONS is the number of operations. They are numbered from 0; OPERATIONS itself stands for
// requests that matched none. NULL if memory runs out.
struct metrics *metrics_new(size_t operations);
void metrics_free(struct metrics *metrics);

void metrics_count(struct metrics *metrics, enum metric_count kind, uint64_t more);
void metrics_set(struct metrics *metrics, enum metric_gauge kind, uint64_t value);

// How one request ended.
struct metrics_answer {
    size_t operation; // see metrics_new
    unsigned status;  // 0 if nothing was answered
    uint64_t microseconds, bytes;
    bool whole; // the whole answer was sent
};
void metrics_request_ended(struct metrics *metrics, const struct metrics_answer *answer);

// How many requests have begun and not ended. 0 only if there was really none.
uint64_t metrics_in_progress(const struct metrics *metrics);

// Prints all metrics. NAMES are the names of the operations.
void metrics_write(const struct metrics *metrics, const char *const *names, struct buffer *out);
// Prints one metric without labels, preceded by its HELP and TYPE.
void metrics_write_value(struct buffer *out, const char *name, const char *type, const char *help,
                         double value);

#endif
