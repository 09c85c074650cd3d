// The log: lines on stderr in logfmt or JSON, written by a thread of its own, so that logging never
// blocks. Lines that do not fit, because nobody reads them, are dropped and counted.
#ifndef RELATA_DAEMON_LOG_H
#define RELATA_DAEMON_LOG_H

#include "base/metrics.h"
#include "daemon/log_line.h"

struct log;

#define LOG_FIELDS(...)                                                                            \
    (const struct log_field[]){__VA_ARGS__},                                                       \
        sizeof((const struct log_field[]){__VA_ARGS__}) / sizeof(struct log_field)

// Accepts lines of level LEAST and above. METRICS, which counts dropped lines, is borrowed. NULL if
// memory runs out.
struct log *log_new(enum log_format format, enum log_level least, struct metrics *metrics);
// Writes what is left, for at most one second.
void log_free(struct log *log);

void log_event(struct log *log, enum log_level level, const char *event,
               const struct log_field *fields, size_t count);
// Waits until all lines are written, for at most one second.
void log_flush(struct log *log);

#endif
