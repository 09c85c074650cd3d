// What the service counts while it runs, for /metrics (Prometheus text format 0.0.4).
//
// Any thread may count and read at any time: nothing waits, each thread counts in cells of its own.
#ifndef RELATA_BASE_METRICS_H
#define RELATA_BASE_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

enum metric_count {
    COUNT_CONNECTIONS_OPENED,
    COUNT_CONNECTIONS_CLOSED,
    COUNT_CONNECTIONS_REFUSED, // beyond the most at one time
    COUNT_CUT_IDLE,            // connections that a bound ended
    COUNT_CUT_RECEIVE,
    COUNT_CUT_SEND,
    COUNT_CUT_KEPT,
    COUNT_REQUESTS_BEGUN,
    COUNT_REQUESTS_ENDED,
    COUNT_REQUESTS_CUT, // before their answer was wholly sent
    COUNT_BYTES_SENT,   // of bodies
    COUNT_LOG_DROPPED,  // lines that nobody read in time
    COUNT_CACHE_HITS,   // answers that were kept
    COUNT_CACHE_MISSES, // answers that were made
    COUNT_KINDS
};

// What is now.
enum metric_gauge { GAUGE_CACHE_BYTES, GAUGE_CACHE_ENTRIES, GAUGE_KINDS };

struct metrics;

// OPERATIONS is how many operations there are; they are numbered from 0, and OPERATIONS itself
// stands for requests that matched none. NULL when memory ends.
struct metrics *metrics_new(size_t operations);
void metrics_free(struct metrics *metrics);

void metrics_count(struct metrics *metrics, enum metric_count kind, uint64_t more);
void metrics_set(struct metrics *metrics, enum metric_gauge kind, uint64_t value);

// How a request ended.
struct metrics_answer {
    size_t operation; // see metrics_new
    unsigned status;  // 0 where nothing was answered
    uint64_t microseconds, bytes;
    bool whole; // all of the answer was sent
};
void metrics_request_ended(struct metrics *metrics, const struct metrics_answer *answer);

// Requests that were begun and are not ended; 0 only where there was none.
uint64_t metrics_in_progress(const struct metrics *metrics);

// Writes all that was counted; NAMES are those of the operations.
void metrics_write(const struct metrics *metrics, const char *const *names, struct buffer *out);
// One metric with a value and no label, HELP and TYPE before it.
void metrics_write_value(struct buffer *out, const char *name, const char *type, const char *help,
                         double value);

#endif
