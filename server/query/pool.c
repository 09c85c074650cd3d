// Lends connections to threads.
#include "query/pool.h"

#include <libgen.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/ownership.h"

struct pool {
    struct pool_options options;
    pthread_mutex_t lock;
    pthread_cond_t free_again;
    struct connection *connections;
    bool *taken;
    struct scratch_room scratch;
    char *folder; // for scratch files
    atomic_bool ended;
};

// If the folder of the database is not writable, the system's temporary folder is used.
static char *folder_of(const struct pool_options *options)
{
    const char *temporary = getenv("TMPDIR");
    if (options->scratch)
        return strdup(options->scratch);
    AUTO(text) char *path = strdup(options->database);
    const char *beside = path ? dirname(path) : NULL;
    if (beside && access(beside, W_OK) == 0)
        return strdup(beside);
    return strdup(temporary ? temporary : "/tmp");
}

struct pool *pool_new(const struct pool_options *options)
{
    struct pool *pool = calloc(1, sizeof *pool);
    if (!pool)
        return NULL;
    pool->options = *options;
    pool->folder = folder_of(options);
    pool->scratch.folder = pool->folder;
    pool->scratch.most = options->scratch_bytes ? options->scratch_bytes : INT64_MAX;
    pool->connections = calloc((size_t)options->connections, sizeof *pool->connections);
    pool->taken = calloc((size_t)options->connections, sizeof *pool->taken);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->free_again, NULL);
    if (pool->connections && pool->taken && pool->folder)
        return pool;
    pool_free(pool);
    return NULL;
}

void pool_free(struct pool *pool)
{
    if (!pool)
        return;
    for (int i = 0; pool->connections && i < pool->options.connections; i++)
        connection_close(&pool->connections[i]);
    pthread_cond_destroy(&pool->free_again);
    pthread_mutex_destroy(&pool->lock);
    free(pool->connections);
    free(pool->taken);
    free(pool->folder);
    free(pool);
}

static struct connection *free_find(struct pool *pool)
{
    for (int i = 0; i < pool->options.connections; i++) {
        if (pool->taken[i])
            continue;
        pool->taken[i] = true;
        return &pool->connections[i];
    }
    return NULL;
}

static enum err connection_ready(struct pool *pool, struct connection *connection,
                                 struct problem *problem)
{
    struct database_fault fault;
    if (!connection->database &&
        !connection_open(connection, pool->options.database, pool->options.immutable, &fault))
        return problem_set(problem, ERR_BUSY, "The database cannot be opened: %s.", fault.detail);
    database_forgive(connection->database);
    database_deadline(connection->database, pool->options.query_milliseconds);
    enum err err = connection_begin(connection);
    if (err)
        return problem_set(problem, err, "The database cannot be read: %s.",
                           database_failure_text(connection->database));
    if (!connection->schema_agrees)
        return problem_set(problem, ERR_BUSY,
                           "The database has the schema of another version of this program.");
    if (!connection->newest.number)
        return problem_set(problem, ERR_BUSY, "The database holds no dataset yet.");
    return OK;
}

enum err pool_take(struct pool *pool, struct connection **ret_connection, struct problem *problem)
{
    struct connection *found;
    *ret_connection = NULL;
    if (atomic_load(&pool->ended))
        return problem_set(problem, ERR_BUSY, "The service is stopping.");
    pthread_mutex_lock(&pool->lock);
    while (!(found = free_find(pool)))
        pthread_cond_wait(&pool->free_again, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
    *ret_connection = found;
    return connection_ready(pool, found, problem);
}

struct scratch_room *pool_scratch(struct pool *pool)
{
    return &pool->scratch;
}

void pool_end_files(struct pool *pool)
{
    scratch_end(&pool->scratch);
}

void pool_end(struct pool *pool)
{
    pool_end_files(pool);
    atomic_store(&pool->ended, true);
}

void pool_give(struct pool *pool, struct connection *connection, enum err err)
{
    if (!connection)
        return;
    if (err == ERR_BUSY || err == ERR_INTERNAL)
        connection_close(connection);
    else
        connection_end(connection);
    pthread_mutex_lock(&pool->lock);
    pool->taken[connection - pool->connections] = false;
    pthread_cond_signal(&pool->free_again);
    pthread_mutex_unlock(&pool->lock);
}
