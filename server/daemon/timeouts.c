// Limits the time that connections spend idle, receiving and sending.
//
// A socket is shut down, not closed: its owner notices the end and closes it.
#include "daemon/timeouts.h"

#include <linux/tcp.h>
#include <malloc.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "base/clock.h"

enum {
    TICK_MILLISECONDS = 500,
    // If many connections were added since the last check, or clients have gone, the next check is
    // sooner. But checks take at most a tenth of a processor, or half of one while most of the
    // connections checked have gone, because otherwise more would arrive than there is room for.
    RUSH = 256,
    RUSH_MILLISECONDS = 10,
    LOOK_SHARE = 10,
    LOOK_SHARE_GONE = 2,
    AT_ONCE = 256,
    TRIM_AT = 256,
    TRIM_RUSH_MILLISECONDS = 10000
};

// TCP_CLOSE_WAIT of netinet/tcp.h, which cannot be included together with linux/tcp.h.
enum { STATE_CLOSE_WAIT = 8 };

struct timeouts_connection {
    int socket;
    size_t place;
    atomic_uint phase; // the phase, and how often it changed, so that a return to it is noticed
    // since when it waits for a further request, in milliseconds; 0: it does not
    atomic_int_fast64_t waits;
    // Used only by the checking thread:
    unsigned seen;            // the PHASE to which the fields below belong
    int64_t since;            // in milliseconds
    uint64_t received, acked; // byte counts of the connection at that time
    bool cut;
};

struct timeouts {
    struct timeouts_bounds bounds;
    struct metrics *metrics;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t stirred;
    struct timeouts_connection **all;
    size_t count, capacity;
    size_t most;     // the most connections since memory was last returned
    size_t added;    // since the last check
    size_t woken;    // clients that had gone at the last check
    int64_t trimmed; // when memory was last returned, in milliseconds
    int64_t rushed;  // when a check last found clients that had gone
    bool closing;
};

enum { PHASE_BITS = 2, PHASE_MASK = 3 };

void timeouts_enter(struct timeouts_connection *watched, enum timeouts_phase phase)
{
    if (!watched)
        return;
    unsigned changes = atomic_load_explicit(&watched->phase, memory_order_relaxed) >> PHASE_BITS;
    atomic_store_explicit(&watched->phase, (changes + 1) << PHASE_BITS | phase,
                          memory_order_relaxed);
    if (phase == WATCH_WAITING || phase == WATCH_RECEIVING)
        atomic_store_explicit(&watched->waits,
                              phase == WATCH_WAITING ? clock_milliseconds_coarse() : 0,
                              memory_order_relaxed);
}

// The connection is reset, so that the system discards what the client never took.
static void cut(struct timeouts *watch, struct timeouts_connection *watched, enum metric_count kind)
{
    const struct linger none = {.l_onoff = 1};
    if (kind == COUNT_CUT_SEND)
        setsockopt(watched->socket, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    shutdown(watched->socket, SHUT_RDWR);
    watched->cut = true;
    metrics_count(watch->metrics, kind, 1);
}

static void begin(struct timeouts_connection *watched, unsigned phase, int64_t now,
                  const struct tcp_info *info)
{
    watched->seen = phase;
    watched->since = now;
    watched->received = info->tcpi_bytes_received;
    watched->acked = info->tcpi_bytes_acked;
}

static void waiting_judge(struct timeouts *watch, struct timeouts_connection *watched, int64_t now,
                          const struct tcp_info *info)
{
    if (info->tcpi_bytes_received != watched->received)
        // The first byte of a request arrived since the last check.
        begin(watched, (watched->seen & ~(unsigned)PHASE_MASK) | WATCH_RECEIVING,
              now - TICK_MILLISECONDS, info);
    else if (now - watched->since >= watch->bounds.idle_seconds * 1000L)
        cut(watch, watched, COUNT_CUT_IDLE);
}

static void sending_judge(struct timeouts *watch, struct timeouts_connection *watched, int64_t now,
                          const struct tcp_info *info)
{
    const struct timeouts_bounds *bounds = &watch->bounds;
    if (now - watched->since < bounds->send_seconds * 1000L)
        return;
    uint64_t least = (uint64_t)bounds->send_seconds * bounds->send_rate;
    bool held = info->tcpi_notsent_bytes || info->tcpi_unacked;
    if (held && info->tcpi_bytes_acked - watched->acked < least)
        cut(watch, watched, COUNT_CUT_SEND);
    else
        begin(watched, watched->seen, now, info);
}

// If a client's end of stream arrives together with its last bytes, the owner is notified once,
// reads the bytes, and waits. Shutting down the side that has already ended changes nothing except
// that it wakes the owner, which then sees the end; unread bytes stay and are answered.
static void wake(struct timeouts *watch, const struct timeouts_connection *watched)
{
    shutdown(watched->socket, SHUT_RD);
    watch->woken++;
}

static void judge(struct timeouts *watch, struct timeouts_connection *watched, int64_t now)
{
    struct tcp_info info = {0};
    socklen_t length = sizeof info;
    if (watched->cut || getsockopt(watched->socket, IPPROTO_TCP, TCP_INFO, &info, &length) != 0)
        return;
    unsigned phase = atomic_load_explicit(&watched->phase, memory_order_relaxed);
    unsigned changes = (phase >> PHASE_BITS) - (watched->seen >> PHASE_BITS);
    // This thread sees that a waiting connection has received something before its owner does.
    if (changes == 1 && (phase & watched->seen & PHASE_MASK) == WATCH_RECEIVING)
        watched->seen = phase;
    else if (changes)
        begin(watched, phase, now, &info);
    switch (watched->seen & PHASE_MASK) {
    case WATCH_WAITING:
        waiting_judge(watch, watched, now, &info);
        break;
    case WATCH_RECEIVING:
        if (now - watched->since >= watch->bounds.receive_seconds * 1000L)
            cut(watch, watched, COUNT_CUT_RECEIVE);
        break;
    case WATCH_SENDING:
        sending_judge(watch, watched, now, &info);
        break;
    default:
        break;
    }
    unsigned doing = watched->seen & PHASE_MASK;
    if (info.tcpi_state == STATE_CLOSE_WAIT && !watched->cut &&
        (doing == WATCH_WAITING || doing == WATCH_RECEIVING))
        wake(watch, watched);
}

// Releases the lock after each AT_ONCE connections, so that others can take it.
static void lock_share(struct timeouts *watch, size_t i)
{
    if (i % AT_ONCE != AT_ONCE - 1)
        return;
    pthread_mutex_unlock(&watch->lock);
    pthread_mutex_lock(&watch->lock);
}

// Called with the lock held; it is released in between.
static void all_judge(struct timeouts *watch)
{
    int64_t now = clock_milliseconds();
    for (size_t i = 0; i < watch->count; i++) {
        judge(watch, watch->all[i], now);
        lock_share(watch, i);
    }
}

// Since when the connection waits, if it has sent requests before and waits for more than a second:
// then it uses memory for nothing. Otherwise 0.
static int64_t kept_since(const struct timeouts_connection *watched, int64_t now)
{
    enum { SHORT_MILLISECONDS = 1000 };
    int64_t since = atomic_load_explicit(&watched->waits, memory_order_relaxed);
    return !watched->cut && since && now - since > SHORT_MILLISECONDS ? since : 0;
}

static int time_order(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

// Called with the lock held: waiting connections that wait since this time or earlier exceed the
// limit; 0 if none do.
static int64_t kept_limit(const struct timeouts *watch, int64_t now, size_t *ret_more)
{
    size_t count = 0;
    *ret_more = 0;
    if (watch->count <= watch->bounds.kept)
        return 0;
    int64_t *times = calloc(watch->count + 1, sizeof *times);
    if (!times)
        return 0;
    for (size_t i = 0; i < watch->count; i++)
        if ((times[count] = kept_since(watch->all[i], now)))
            count++;
    *ret_more = count > watch->bounds.kept ? count - watch->bounds.kept : 0;
    if (*ret_more)
        qsort(times, count, sizeof *times, time_order);
    int64_t limit = *ret_more ? times[*ret_more - 1] : 0;
    free(times);
    return limit;
}

// Called with the lock held, which is released in between: closes the connections that have waited
// longest, down to the limit. Each is checked again just before, because it may have sent a request
// meanwhile.
static void kept_thin(struct timeouts *watch)
{
    size_t more;
    int64_t now = clock_milliseconds(), limit = kept_limit(watch, now, &more);
    for (size_t i = 0; more && i < watch->count; i++) {
        int64_t since = kept_since(watch->all[i], now);
        if (since && since <= limit) {
            cut(watch, watch->all[i], COUNT_CUT_KEPT);
            more--;
        }
        lock_share(watch, i);
    }
}

// When many connections have gone, their memory is returned to the system. Other threads cannot
// allocate meanwhile, possibly for tens of milliseconds, so it is rarely done during a rush.
static void memory_return(struct timeouts *watch, int64_t now)
{
    if (watch->woken)
        watch->rushed = now;
    bool calm = now - watch->rushed >= TICK_MILLISECONDS;
    int64_t pause = calm ? TICK_MILLISECONDS : TRIM_RUSH_MILLISECONDS;
    if (watch->most - watch->count < TRIM_AT || now - watch->trimmed < pause)
        return;
    watch->most = watch->count;
    watch->trimmed = now;
    pthread_mutex_unlock(&watch->lock);
    malloc_trim(0);
    pthread_mutex_lock(&watch->lock);
}

// Processor time of this thread.
static int64_t worked_milliseconds(void)
{
    struct timespec worked;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &worked);
    return (int64_t)worked.tv_sec * 1000 + worked.tv_nsec / 1000000;
}

// Called with the lock held, which is released in between. Returns how much processor time it took,
// in milliseconds.
static int64_t look(struct timeouts *watch)
{
    int64_t before = worked_milliseconds();
    watch->added = 0;
    watch->woken = 0;
    all_judge(watch);
    kept_thin(watch);
    memory_return(watch, clock_milliseconds());
    return worked_milliseconds() - before;
}

static struct timespec time_of(int64_t milliseconds)
{
    return (struct timespec){.tv_sec = milliseconds / 1000,
                             .tv_nsec = milliseconds % 1000 * 1000000};
}

// Called with the lock held: waits until the next check is due after one that TOOK so much
// processor time.
static void look_wait(struct timeouts *watch, int64_t took)
{
    bool gone = watch->woken > watch->count / 2;
    int64_t now = clock_milliseconds(), share = took * (gone ? LOOK_SHARE_GONE : LOOK_SHARE);
    int64_t rush = share > RUSH_MILLISECONDS ? share : RUSH_MILLISECONDS;
    const struct timespec late = time_of(now + TICK_MILLISECONDS);
    const struct timespec soon =
        time_of(now + (rush < TICK_MILLISECONDS ? rush : TICK_MILLISECONDS));
    int ended = 0;
    while (!watch->closing && !ended) {
        bool hurry = watch->woken || watch->added >= RUSH;
        ended = pthread_cond_timedwait(&watch->stirred, &watch->lock, hurry ? &soon : &late);
    }
}

static void *watch_run(void *context)
{
    int64_t took = 0;
    struct timeouts *watch = context;
    pthread_mutex_lock(&watch->lock);
    while (!watch->closing) {
        if (!watch->count && watch->most < TRIM_AT) {
            watch->most = 0;
            pthread_cond_wait(&watch->stirred, &watch->lock);
            continue;
        }
        look_wait(watch, took);
        took = look(watch);
    }
    pthread_mutex_unlock(&watch->lock);
    return NULL;
}

struct timeouts *timeouts_new(const struct timeouts_bounds *bounds, struct metrics *metrics)
{
    pthread_condattr_t monotonic;
    struct timeouts *watch = calloc(1, sizeof *watch);
    if (!watch)
        return NULL;
    watch->bounds = *bounds;
    watch->metrics = metrics;
    pthread_mutex_init(&watch->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&watch->stirred, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&watch->thread, NULL, watch_run, watch) == 0)
        return watch;
    free(watch);
    return NULL;
}

void timeouts_free(struct timeouts *watch)
{
    if (!watch)
        return;
    pthread_mutex_lock(&watch->lock);
    watch->closing = true;
    pthread_cond_signal(&watch->stirred);
    pthread_mutex_unlock(&watch->lock);
    pthread_join(watch->thread, NULL);
    pthread_cond_destroy(&watch->stirred);
    pthread_mutex_destroy(&watch->lock);
    free(watch->all);
    free(watch);
}

// Called with the lock held.
static bool room_make(struct timeouts *watch)
{
    if (watch->count < watch->capacity)
        return true;
    size_t capacity = watch->capacity ? 2 * watch->capacity : 64;
    struct timeouts_connection **all =
        realloc(watch->all, capacity * sizeof(struct timeouts_connection *));
    if (!all)
        return false;
    watch->all = all;
    watch->capacity = capacity;
    return true;
}

struct timeouts_connection *timeouts_add(struct timeouts *watch, int socket)
{
    struct timeouts_connection *watched = calloc(1, sizeof *watched);
    if (!watched)
        return NULL;
    watched->socket = socket;
    watched->since = clock_milliseconds();
    pthread_mutex_lock(&watch->lock);
    if (!room_make(watch)) {
        pthread_mutex_unlock(&watch->lock);
        free(watched);
        return NULL;
    }
    watched->place = watch->count;
    watch->all[watch->count++] = watched;
    if (watch->most < watch->count)
        watch->most = watch->count;
    watch->added++;
    if (watch->count == 1 || watch->added == RUSH)
        pthread_cond_signal(&watch->stirred);
    pthread_mutex_unlock(&watch->lock);
    return watched;
}

void timeouts_remove(struct timeouts *watch, struct timeouts_connection *watched)
{
    if (!watched)
        return;
    pthread_mutex_lock(&watch->lock);
    struct timeouts_connection *last = watch->all[--watch->count];
    watch->all[watched->place] = last;
    last->place = watched->place;
    pthread_mutex_unlock(&watch->lock);
    free(watched);
}
