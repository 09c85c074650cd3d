// A worker's database connection, which knows the newest revision of the file it reads.
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
    char cursor_key[DIGEST_HEX_SIZE]; // read when the schema is the right one
    struct spellings *spellings;
};

// Opens PATH for reading; false, with the reason, if it cannot be used.
bool connection_open(struct connection *connection, const char *path, bool immutable,
                     struct database_fault *ret_fault);
void connection_close(struct connection *connection);

// Updates `newest` and `cursor_key`. Reads until connection_end see one state of the file, whatever
// is loaded or restored meanwhile.
enum err connection_begin(struct connection *connection);
// Sets the problem for a failure of the connection's database.
enum err connection_problem(const struct connection *connection, struct problem *problem);
// Closes a connection that cannot be used any more.
void connection_end(struct connection *connection);

#endif
