// A list of jobs, and threads that run them in the order of arrival.
#include "daemon/query_queue.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"

enum { TIRED = 256 };

struct tired {
    uint64_t hash;
    int64_t until; // in milliseconds
};

struct query_queue {
    pthread_mutex_t lock;
    pthread_cond_t added;
    struct query_job *first, **last;
    size_t reserved, length; // of the waiting jobs
    unsigned started;
    bool stopping;
    struct tired tired[TIRED]; // each in the slot given by its hash
    pthread_t threads[];
};

// Called with the lock held; NULL at the end.
static struct query_job *job_take(struct query_queue *queue)
{
    while (!queue->first && !queue->stopping)
        pthread_cond_wait(&queue->added, &queue->lock);
    struct query_job *job = queue->first;
    if (!job)
        return NULL;
    queue->first = job->next;
    if (!queue->first)
        queue->last = &queue->first;
    queue->reserved--;
    return job;
}

static void *queue_run(void *context)
{
    struct query_queue *queue = context;
    struct query_job *job;
    pthread_mutex_lock(&queue->lock);
    while ((job = job_take(queue))) {
        bool dropped = queue->stopping;
        pthread_mutex_unlock(&queue->lock);
        job->run(job, dropped);
        pthread_mutex_lock(&queue->lock);
    }
    pthread_mutex_unlock(&queue->lock);
    return NULL;
}

struct query_queue *query_queue_new(unsigned threads, size_t length)
{
    struct query_queue *queue = calloc(1, sizeof *queue + threads * sizeof(pthread_t));
    if (!queue)
        return NULL;
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->added, NULL);
    queue->last = &queue->first;
    queue->length = length;
    while (queue->started < threads &&
           pthread_create(&queue->threads[queue->started], NULL, queue_run, queue) == 0)
        queue->started++;
    if (queue->started == threads)
        return queue;
    query_queue_stop(queue);
    query_queue_free(queue);
    return NULL;
}

void query_queue_stop(struct query_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    queue->stopping = true;
    pthread_cond_broadcast(&queue->added);
    pthread_mutex_unlock(&queue->lock);
    while (queue->started)
        pthread_join(queue->threads[--queue->started], NULL);
}

void query_queue_free(struct query_queue *queue)
{
    if (!queue)
        return;
    pthread_cond_destroy(&queue->added);
    pthread_mutex_destroy(&queue->lock);
    free(queue);
}

bool query_queue_reserve(struct query_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    bool free = !queue->stopping && queue->reserved < queue->length;
    queue->reserved += free;
    pthread_mutex_unlock(&queue->lock);
    return free;
}

void query_queue_add(struct query_queue *queue, struct query_job *job)
{
    job->next = NULL;
    pthread_mutex_lock(&queue->lock);
    bool stopping = queue->stopping;
    if (!stopping) {
        *queue->last = job;
        queue->last = &job->next;
        pthread_cond_signal(&queue->added);
    }
    pthread_mutex_unlock(&queue->lock);
    if (stopping)
        job->run(job, true);
}

void query_queue_tire(struct query_queue *queue, uint64_t hash)
{
    pthread_mutex_lock(&queue->lock);
    queue->tired[hash % TIRED] =
        (struct tired){.hash = hash, .until = clock_milliseconds() + TIRED_SECONDS * 1000};
    pthread_mutex_unlock(&queue->lock);
}

bool query_queue_is_tired(struct query_queue *queue, uint64_t hash)
{
    pthread_mutex_lock(&queue->lock);
    const struct tired *tired = &queue->tired[hash % TIRED];
    bool found = tired->hash == hash && clock_milliseconds() < tired->until;
    pthread_mutex_unlock(&queue->lock);
    return found;
}
