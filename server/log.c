// Collects lines in one buffer while a thread writes the other one to stderr.
#include "log.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "text.h"

// A pipe that polls as writable takes PIPE_PART bytes without a wait (POSIX's PIPE_BUF).
enum { HALF_SIZE = 256 * 1024, LINE_SIZE = 1024, PIPE_PART = 4096, POLL_MILLISECONDS = 200 };

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
    return *text &&
           text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                             "-._:/+@,")] == '\0';
}

static void line_add_field(struct line *line, const struct log_field *field)
{
    char digits[32];
    line_add_name(line, field->name);
    if (!field->text)
        line_add(line, digits,
                 (size_t)snprintf(digits, sizeof digits, "%lld", (long long)field->number));
    else if (line->format == LOG_LOGFMT && is_plain(field->text))
        line_add(line, field->text, strlen(field->text) < 256 ? strlen(field->text) : 256);
    else
        line_add_quoted(line, field->text);
}

static void line_begin(struct line *line, enum log_format format, enum log_level level,
                       const char *event)
{
    char time[40];
    struct timespec now;
    struct tm parts;
    line->length = 0;
    line->format = format;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &parts);
    size_t length = strftime(time, sizeof time, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(time + length, sizeof time - length, ".%03dZ", (int)(now.tv_nsec / 1000000));
    line_add_field(line, &(struct log_field){.name = "time", .text = time});
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
    if (log->length == line->length) // it was empty: the writer may sleep
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

static void *writer_run(void *context)
{
    struct log *log = context;
    pthread_mutex_lock(&log->lock);
    for (;;) {
        while (!log->length && !log->closing)
            pthread_cond_wait(&log->filled, &log->lock);
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

static struct timespec second_from_now(void)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec++;
    return until;
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
    const struct timespec until = second_from_now();
    pthread_mutex_lock(&log->lock);
    while ((log->length || log->writing) &&
           pthread_cond_timedwait(&log->emptied, &log->lock, &until) == 0) {
    }
    pthread_mutex_unlock(&log->lock);
}

void log_free(struct log *log)
{
    const struct timespec until = second_from_now();
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
