// Lines on stderr, logfmt or JSON, written by a thread of their own: who logs never waits. Lines
// that do not fit, since nobody reads the other end, are dropped and counted.
#ifndef RELATA_DAEMON_LOG_H
#define RELATA_DAEMON_LOG_H

#include "base/metrics.h"
#include "daemon/log_line.h"

struct log;

#define LOG_FIELDS(...)                                                                            \
    (const struct log_field[]){__VA_ARGS__},                                                       \
        sizeof((const struct log_field[]){__VA_ARGS__}) / sizeof(struct log_field)

// Takes lines of LEAST and of what is graver. METRICS, which counts what is dropped, is borrowed.
// NULL when memory ends.
struct log *log_new(enum log_format format, enum log_level least, struct metrics *metrics);
// Writes what is left, for a second at most.
void log_free(struct log *log);

void log_event(struct log *log, enum log_level level, const char *event,
               const struct log_field *fields, size_t count);
// Waits until all lines are written, for a second at most.
void log_flush(struct log *log);

#endif
