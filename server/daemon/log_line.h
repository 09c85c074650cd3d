// One line of the log, built field by field: logfmt, or JSON.
#ifndef RELATA_DAEMON_LOG_LINE_H
#define RELATA_DAEMON_LOG_LINE_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

enum { LINE_SIZE = 1024 };

enum log_format { LOG_LOGFMT, LOG_JSON };
enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

// A field of a line: TEXT, or NUMBER if TEXT is NULL. TEXT may contain any bytes.
struct log_field {
    const char *name;
    const char *text;
    int64_t number;
};

// A line being built; fields that do not fit are left out. log_line_end adds the newline.
struct log_line {
    char text[LINE_SIZE];
    size_t length;
    enum log_format format;
};

// Begins a line with the time NOW in UTC (RFC 3339), the level and the event.
void log_line_begin(struct log_line *line, enum log_format format, const struct timespec *now,
                    enum log_level level, const char *event);
void log_line_add(struct log_line *line, const struct log_field *field);
void log_line_end(struct log_line *line);

#endif
