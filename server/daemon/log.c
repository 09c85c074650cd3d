// Collects lines in one buffer while a thread writes the other one to stderr.
#include "daemon/log.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

// A pipe that poll() reports as writable takes PIPE_PART bytes without blocking (POSIX's PIPE_BUF).
enum {
    HALF_SIZE = 256 * 1024,
    PIPE_PART = 4096,
    POLL_MILLISECONDS = 200,
    // lines are written in batches: one write per line costs more than an answer
    GATHER_MILLISECONDS = 10
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
    bool to_file; // stderr is a file, which never blocks for a reader
    bool writing, closing;
    bool urgent;            // somebody waits for the lines, or the buffer is nearly full
    uint64_t dropped, told; // dropped lines; how many of them the log has reported
};

// How this thread's last line began: successive lines of one event begin alike as long as the
// coarse clock does not advance.
struct beginning {
    struct timespec time;
    enum log_level level;
    const char *event; // NULL before the first line
    struct log_line line;
};

static _Thread_local struct beginning last;

static void line_start(struct log_line *line, const struct log *log, enum log_level level,
                       const char *event)
{
    struct timespec now;
    // coarse by a few milliseconds, at a fifth of the cost
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    bool same = now.tv_nsec == last.time.tv_nsec && now.tv_sec == last.time.tv_sec &&
                event == last.event && level == last.level && log->format == last.line.format;
    if (!same) {
        log_line_begin(&last.line, log->format, &now, level, event);
        last.time = now;
        last.level = level;
        last.event = event;
    }
    line->format = last.line.format;
    line->length = last.line.length;
    memcpy(line->text, last.line.text, last.line.length);
}

// Called with the lock held.
static void line_queue(struct log *log, const struct log_line *line)
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
    if (log->length == line->length || scarce) // the buffer was empty, so the writer may be asleep
        pthread_cond_signal(&log->filled);
}

// Called with the lock held: reports dropped lines as soon as there is room again.
static void dropped_tell(struct log *log)
{
    struct log_line line;
    if (log->dropped == log->told)
        return;
    const struct log_field field = {.name = "lines", .number = (int64_t)(log->dropped - log->told)};
    log->told = log->dropped;
    line_start(&line, log, LOG_WARNING, "dropped");
    log_line_add(&line, &field);
    log_line_end(&line);
    line_queue(log, &line);
}

void log_event(struct log *log, enum log_level level, const char *event,
               const struct log_field *fields, size_t count)
{
    struct log_line line;
    if (!log || level > log->least)
        return;
    line_start(&line, log, level, event);
    for (size_t i = 0; i < count; i++)
        log_line_add(&line, &fields[i]);
    log_line_end(&line);
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

// How many bytes stderr takes without blocking: all for a file, otherwise one part once its reader
// has taken earlier ones. 0 if the reader does not.
static size_t room_await(const struct log *log, size_t length)
{
    struct pollfd ready = {.fd = STDERR_FILENO, .events = POLLOUT};
    if (log->to_file)
        return length;
    if (poll(&ready, 1, POLL_MILLISECONDS) == 0)
        return 0;
    return length < PIPE_PART ? length : PIPE_PART;
}

// Writes to stderr as fast as its reader takes it; gives up if the log is being closed and nobody
// reads.
static void bytes_write(struct log *log, const char *bytes, size_t length)
{
    while (length) {
        size_t room = room_await(log, length);
        if (!room) {
            if (is_closing(log))
                return;
            continue;
        }
        ssize_t done = write(STDERR_FILENO, bytes, room);
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

// Called with the lock held: waits for a first line, then a short time for those that follow it.
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

static bool stderr_is_file(void)
{
    struct stat status;
    return fstat(STDERR_FILENO, &status) == 0 && S_ISREG(status.st_mode);
}

struct log *log_new(enum log_format format, enum log_level least, struct metrics *metrics)
{
    struct log *log = calloc(1, sizeof *log);
    if (!log)
        return NULL;
    log->format = format;
    log->least = least;
    log->metrics = metrics;
    log->to_file = stderr_is_file();
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
    // Another process that shares the pipe may fill it between poll and write; then the writer
    // thread blocks and is abandoned.
    if (pthread_timedjoin_np(log->writer, NULL, &until))
        return;
    pthread_cond_destroy(&log->filled);
    pthread_cond_destroy(&log->emptied);
    pthread_mutex_destroy(&log->lock);
    free(log->halves[0]);
    free(log->halves[1]);
    free(log);
}
