// Threads of their own for queries, so that answers which cost nothing never wait behind one that
// costs much; and a short memory of those that took too long.
//
// Any thread may call anything at any time, but query_queue_stop, which is called once.
#ifndef RELATA_DAEMON_QUERY_QUEUE_H
#define RELATA_DAEMON_QUERY_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The first member of what is to be done.
struct query_job {
    struct query_job *next;
    // DROPPED where the queue ends before its turn: then nothing may take long.
    void (*run)(struct query_job *job, bool dropped);
};

struct query_queue;

// At most LENGTH jobs wait at a time for THREADS threads. NULL when memory or threads end.
struct query_queue *query_queue_new(unsigned threads, size_t length);
// Waits for jobs under way and drops those that wait; none may be added from then on.
void query_queue_stop(struct query_queue *queue);
void query_queue_free(struct query_queue *queue);

// Takes a place for a job, which must be added then; false where none is free.
bool query_queue_reserve(struct query_queue *queue);
// JOB is run by a thread of the queue, or dropped at once by the caller's where it has stopped.
void query_queue_add(struct query_queue *queue, struct query_job *job);

// A query with this HASH took too long: it is refused for TIRED_SECONDS.
enum { TIRED_SECONDS = 10 };
void query_queue_tire(struct query_queue *queue, uint64_t hash);
bool query_queue_is_tired(struct query_queue *queue, uint64_t hash);

#endif
