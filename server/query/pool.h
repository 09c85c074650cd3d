// The connections to the database that the worker threads share, each used by one thread at a time.
#ifndef RELATA_QUERY_POOL_H
#define RELATA_QUERY_POOL_H

#include "base/scratch.h"
#include "http/problem.h"
#include "query/connection.h"

struct pool_options {
    const char *database; // path
    bool immutable;
    int connections;            // the most that are in use at one time
    int64_t query_milliseconds; // the most that one request may take in the database
    const char *scratch;        // folder of temporary files; NULL for where the database lies
    int64_t scratch_bytes;      // the most that finished ones take; 0 for no bound
};

struct pool;

// NULL when memory ends. Files are opened when they are first needed.
struct pool *pool_new(const struct pool_options *options);
void pool_free(struct pool *pool);

// Waits for a free connection and makes it ready: open, up to date, with its deadline set. Where
// that fails the problem says why, and the connection must be given back all the same.
enum err pool_take(struct pool *pool, struct connection **ret_connection, struct problem *problem);

// Where answers that are files are made.
struct scratch_room *pool_scratch(struct pool *pool);

// Lends no connection from now on: what takes many, one behind the other, ends soon.
void pool_end(struct pool *pool);

// Gives CONNECTION back; after an error ERR of the database it is closed, for the file may have
// been mended or replaced.
void pool_give(struct pool *pool, struct connection *connection, enum err err);

#endif
