// A worker's connection to the database, which knows the newest revision of what it reads.
#ifndef RELATA_QUERY_CONNECTION_H
#define RELATA_QUERY_CONNECTION_H

#include "http/problem.h"
#include "query/search_terms.h"
#include "storage/cursor_key.h"
#include "storage/database.h"
#include "storage/revision.h"

struct connection {
    struct database *database;
    struct revision newest;
    int64_t data_version;
    bool schema_agrees;
    char cursor_key[DIGEST_HEX_SIZE]; // where the schema agrees
    struct spellings *spellings;
};

// Opens PATH for reading; false with the reason where it cannot be used.
bool connection_open(struct connection *connection, const char *path, bool immutable,
                     struct database_fault *ret_fault);
void connection_close(struct connection *connection);

// Brings `newest` and `cursor_key` up to date. What is read from here to connection_end is one
// state of the database, whatever is loaded or restored meanwhile.
enum err connection_begin(struct connection *connection);
// Sets the problem that tells how the connection's database failed.
enum err connection_problem(const struct connection *connection, struct problem *problem);
// Closes a connection that cannot go on.
void connection_end(struct connection *connection);

#endif
