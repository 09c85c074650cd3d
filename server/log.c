// Collects lines in one buffer while a thread writes the other one to stderr.
#include "log.h"

#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "calendar.h"
#include "text.h"

// A pipe that polls as writable takes PIPE_PART bytes without a wait (POSIX's PIPE_BUF).
enum {
    HALF_SIZE = 256 * 1024,
    LINE_SIZE = 1024,
    PIPE_PART = 4096,
    POLL_MILLISECONDS = 200,
    GATHER_MILLISECONDS = 2 // lines are written together: a write each costs more than an answer
};

struct log {
    enum log_format format;
    enum log_level least;
    struct metrics *metrics;
    pthread_mutex_t lock;
    pthread_cond_t filled, emptied;
    pthread_t writer;
    char *halves[2];
    size_t length; // of the half that is being filled
    int filling;
    bool writing, closing;
    bool urgent;            // somebody waits for the lines, or room gets scarce
    uint64_t dropped, told; // lines; how many of them a line has told of
};

static const char *const level_names[] = {"error", "warning", "info", "debug"};

// A line being made; what does not fit is left out.
struct line {
    char text[LINE_SIZE];
    size_t length;
    enum log_format format;
};

static void line_add(struct line *line, const char *text, size_t length)
{
    size_t room = sizeof line->text - line->length - 2; // a brace and the end of the line
    if (length > room)
        length = room;
    memcpy(line->text + line->length, text, length);
    line->length += length;
}

static void line_add_char(struct line *line, char c)
{
    line_add(line, &c, 1);
}

// TEXT in quotes: escapes as in JSON, which readers of logfmt know too; bytes that are no UTF-8 as
// question marks; at most a quarter of a line, so that fields behind it have room.
static void line_add_quoted(struct line *line, const char *text)
{
    size_t end = line->length + LINE_SIZE / 4;
    bool good = text_is_utf8(text, strlen(text));
    line_add_char(line, '"');
    for (; *text && line->length < end && line->length + 16 < sizeof line->text; text++) {
        unsigned char c = (unsigned char)*text;
        char escape[8];
        if (c == '"' || c == '\\')
            line_add_char(line, '\\');
        if (c < ' ' || c == 127)
            line_add(line, escape, (size_t)snprintf(escape, sizeof escape, "\\u%04x", c));
        else
            line_add_char(line, c >= 128 && !good ? '?' : *text);
    }
    // A character of several bytes that was begun is ended.
    while (good && ((unsigned char)*text & 0xC0) == 0x80)
        line_add_char(line, *text++);
    line_add_char(line, '"');
}

static void line_add_name(struct line *line, const char *name)
{
    bool json = line->format == LOG_JSON;
    if (line->length)
        line_add_char(line, json ? ',' : ' ');
    else if (json)
        line_add_char(line, '{');
    if (json)
        line_add_char(line, '"');
    line_add(line, name, strlen(name));
    line_add(line, json ? "\":" : "=", json ? 2 : 1);
}

// Whether TEXT can stand in logfmt without quotes.
static bool is_plain(const char *text)
{
    const char *at = text;
    while (isalnum((unsigned char)*at) || (*at && strchr("-._:/+@,", *at)))
        at++;
    return at > text && !*at;
}

// NUMBER with at least WIDTH digits; several times as fast as printf.
static void line_add_number(struct line *line, int64_t number, size_t width)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest || sizeof digits - at < width);
    if (number < 0)
        digits[--at] = '-';
    line_add(line, digits + at, sizeof digits - at);
}

static void line_add_field(struct line *line, const struct log_field *field)
{
    size_t length = field->text ? strlen(field->text) : 0;
    line_add_name(line, field->name);
    if (!field->text)
        line_add_number(line, field->number, 1);
    else if (line->format == LOG_LOGFMT && is_plain(field->text))
        line_add(line, field->text, length < 256 ? length : 256);
    else
        line_add_quoted(line, field->text);
}

// The time in UTC (RFC 3339). gmtime_r would take a lock that all threads share.
static void line_add_time(struct line *line)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    struct calendar_day day = calendar_of((int)(now.tv_sec / 86400));
    const long of_day = now.tv_sec % 86400;
    const struct {
        char before;
        size_t width;
        long value;
    } parts[] = {{0, 4, day.year},
                 {'-', 2, day.month},
                 {'-', 2, day.day},
                 {'T', 2, of_day / 3600},
                 {':', 2, of_day / 60 % 60},
                 {':', 2, of_day % 60},
                 {'.', 3, now.tv_nsec / 1000000}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].before)
            line_add_char(line, parts[i].before);
        line_add_number(line, parts[i].value, parts[i].width);
    }
    line_add_char(line, 'Z');
}

static void line_begin(struct line *line, enum log_format format, enum log_level level,
                       const char *event)
{
    line->length = 0;
    line->format = format;
    line_add_name(line, "time");
    if (format == LOG_JSON)
        line_add_char(line, '"');
    line_add_time(line);
    if (format == LOG_JSON)
        line_add_char(line, '"');
    line_add_field(line, &(struct log_field){.name = "level", .text = level_names[level]});
    line_add_field(line, &(struct log_field){.name = "event", .text = event});
}

static void line_end(struct line *line)
{
    if (line->format == LOG_JSON)
        line->text[line->length++] = '}';
    line->text[line->length++] = '\n';
}

// With the lock held.
static void line_queue(struct log *log, const struct line *line)
{
    if (log->length + line->length > HALF_SIZE) {
        log->dropped++;
        metrics_count(log->metrics, COUNT_LOG_DROPPED, 1);
        return;
    }
    memcpy(log->halves[log->filling] + log->length, line->text, line->length);
    log->length += line->length;
    bool scarce = log->length > HALF_SIZE / 2 && !log->urgent;
    log->urgent |= scarce;
    if (log->length == line->length || scarce) // it was empty: the writer may sleep
        pthread_cond_signal(&log->filled);
}

// With the lock held: what was dropped is told as soon as there is room again.
static void dropped_tell(struct log *log)
{
    struct line line;
    if (log->dropped == log->told)
        return;
    const struct log_field field = {.name = "lines", .number = (int64_t)(log->dropped - log->told)};
    log->told = log->dropped;
    line_begin(&line, log->format, LOG_WARNING, "dropped");
    line_add_field(&line, &field);
    line_end(&line);
    line_queue(log, &line);
}

void log_event(struct log *log, enum log_level level, const char *event,
               const struct log_field *fields, size_t count)
{
    struct line line;
    if (!log || level > log->least)
        return;
    line_begin(&line, log->format, level, event);
    for (size_t i = 0; i < count; i++)
        line_add_field(&line, &fields[i]);
    line_end(&line);
    pthread_mutex_lock(&log->lock);
    line_queue(log, &line);
    pthread_mutex_unlock(&log->lock);
}

static bool is_closing(struct log *log)
{
    pthread_mutex_lock(&log->lock);
    bool closing = log->closing;
    pthread_mutex_unlock(&log->lock);
    return closing;
}

// Writes to stderr as its reader takes it; gives up once the log is being closed and nobody reads.
static void bytes_write(struct log *log, const char *bytes, size_t length)
{
    while (length) {
        struct pollfd ready = {.fd = STDERR_FILENO, .events = POLLOUT};
        if (poll(&ready, 1, POLL_MILLISECONDS) == 0) {
            if (is_closing(log))
                return;
            continue;
        }
        ssize_t done = write(STDERR_FILENO, bytes, length < PIPE_PART ? length : PIPE_PART);
        if (done < 0 && errno != EINTR && errno != EAGAIN)
            return;
        bytes += done > 0 ? done : 0;
        length -= done > 0 ? (size_t)done : 0;
    }
}

static struct timespec time_from_now(long milliseconds)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += milliseconds % 1000 * 1000000;
    until.tv_sec += milliseconds / 1000 + until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    return until;
}

// With the lock held: waits for a first line, then a while for those that follow it.
static void lines_await(struct log *log)
{
    while (!log->length && !log->closing)
        pthread_cond_wait(&log->filled, &log->lock);
    const struct timespec until = time_from_now(GATHER_MILLISECONDS);
    while (!log->urgent && !log->closing &&
           pthread_cond_timedwait(&log->filled, &log->lock, &until) == 0) {
    }
    log->urgent = false;
}

static void *writer_run(void *context)
{
    struct log *log = context;
    pthread_mutex_lock(&log->lock);
    for (;;) {
        lines_await(log);
        if (!log->length)
            break;
        const char *half = log->halves[log->filling];
        size_t length = log->length;
        log->filling = !log->filling;
        log->length = 0;
        log->writing = true;
        dropped_tell(log);
        pthread_mutex_unlock(&log->lock);
        bytes_write(log, half, length);
        pthread_mutex_lock(&log->lock);
        log->writing = false;
        pthread_cond_broadcast(&log->emptied);
    }
    pthread_mutex_unlock(&log->lock);
    return NULL;
}

struct log *log_new(enum log_format format, enum log_level least, struct metrics *metrics)
{
    struct log *log = calloc(1, sizeof *log);
    if (!log)
        return NULL;
    log->format = format;
    log->least = least;
    log->metrics = metrics;
    log->halves[0] = malloc(HALF_SIZE);
    log->halves[1] = malloc(HALF_SIZE);
    pthread_mutex_init(&log->lock, NULL);
    pthread_cond_init(&log->filled, NULL);
    pthread_cond_init(&log->emptied, NULL);
    if (log->halves[0] && log->halves[1] &&
        pthread_create(&log->writer, NULL, writer_run, log) == 0)
        return log;
    free(log->halves[0]);
    free(log->halves[1]);
    free(log);
    return NULL;
}

void log_flush(struct log *log)
{
    const struct timespec until = time_from_now(1000);
    pthread_mutex_lock(&log->lock);
    log->urgent = true;
    pthread_cond_signal(&log->filled);
    while ((log->length || log->writing) &&
           pthread_cond_timedwait(&log->emptied, &log->lock, &until) == 0) {
    }
    pthread_mutex_unlock(&log->lock);
}

void log_free(struct log *log)
{
    const struct timespec until = time_from_now(1000);
    if (!log)
        return;
    pthread_mutex_lock(&log->lock);
    log->closing = true;
    pthread_cond_signal(&log->filled);
    pthread_mutex_unlock(&log->lock);
    // Who shares the pipe may have filled it between poll and write: then the writer is left
    // behind.
    if (pthread_timedjoin_np(log->writer, NULL, &until))
        return;
    pthread_cond_destroy(&log->filled);
    pthread_cond_destroy(&log->emptied);
    pthread_mutex_destroy(&log->lock);
    free(log->halves[0]);
    free(log->halves[1]);
    free(log);
}
