// The database connections that worker threads share; one thread uses a connection at a time.
#ifndef RELATA_QUERY_POOL_H
#define RELATA_QUERY_POOL_H

#include "base/scratch.h"
#include "http/problem.h"
#include "query/connection.h"

struct pool_options {
    const char *database; // its path
    bool immutable;
    int connections;            // the maximum in use at one time
    int64_t query_milliseconds; // the maximum time that one request may spend in the database
    const char *scratch;        // folder for temporary files; NULL for the folder of the database
    int64_t scratch_bytes;      // the maximum that finished files may take; 0 for no limit
};

struct pool;

// NULL if memory runs out. Connections are opened when they are first needed.
struct pool *pool_new(const struct pool_options *options);
void pool_free(struct pool *pool);

// Waits for a free connection and prepares it: open, up to date, with its deadline set. On failure
// the problem says why, but the connection must still be given back.
enum err pool_take(struct pool *pool, struct connection **ret_connection, struct problem *problem);

// Where answers that are files are made.
struct scratch_room *pool_scratch(struct pool *pool);

// Writes no more files, so that those who make one end soon.
void pool_end_files(struct pool *pool);
// The same; lends no more connections either, so that requests that need several in turn end soon.
void pool_end(struct pool *pool);

// Gives CONNECTION back. After a database error ERR it is closed, because the file may have been
// repaired or replaced.
void pool_give(struct pool *pool, struct connection *connection, enum err err);

#endif
