// Threads for slow queries, so that cheap answers never wait behind them; and a short memory of
// queries that took too long.
//
// Any thread may call any function at any time, except query_queue_stop, which is called once.
#ifndef RELATA_DAEMON_QUERY_QUEUE_H
#define RELATA_DAEMON_QUERY_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Must be the first member of the caller's job.
struct query_job {
    struct query_job *next;
    // DROPPED if the queue ends before the job's turn; then the function must return quickly.
    void (*run)(struct query_job *job, bool dropped);
};

struct query_queue;

// THREADS threads; at most LENGTH jobs wait at a time. NULL if memory or threads run out.
struct query_queue *query_queue_new(unsigned threads, size_t length);
// Waits for running jobs and drops waiting ones; no job may be added afterwards.
void query_queue_stop(struct query_queue *queue);
void query_queue_free(struct query_queue *queue);

// Reserves a place for a job, which must then be added; false if none is free.
bool query_queue_reserve(struct query_queue *queue);
// A thread of the queue runs JOB; if the queue has stopped, the caller's thread drops it at once.
void query_queue_add(struct query_queue *queue, struct query_job *job);

// Notes that a query with this HASH took too long: it is refused for TIRED_SECONDS.
enum { TIRED_SECONDS = 10 };
void query_queue_tire(struct query_queue *queue, uint64_t hash);
bool query_queue_is_tired(struct query_queue *queue, uint64_t hash);

#endif
