// Detects new revisions through SQLite's data version.
#include "query/connection.h"

#include <stdio.h>

bool connection_open(struct connection *connection, const char *path, bool immutable,
                     struct database_fault *ret_fault)
{
    *connection = (struct connection){.data_version = -1};
    connection->database =
        database_open(path, immutable ? DATABASE_IMMUTABLE : DATABASE_READ, ret_fault);
    connection->spellings = search_terms_spellings_new();
    if (connection->database && connection->spellings)
        return true;
    if (connection->database)
        snprintf(ret_fault->detail, sizeof ret_fault->detail, "out of memory");
    connection_close(connection);
    return false;
}

void connection_close(struct connection *connection)
{
    database_close(connection->database);
    search_terms_spellings_free(connection->spellings);
    connection->database = NULL;
    connection->spellings = NULL;
}

enum err connection_begin(struct connection *connection)
{
    struct database *database = connection->database;
    int64_t version = database_begin(database) ? database_data_version(database) : -1;
    if (version < 0)
        return database_failure(database);
    if (version == connection->data_version && connection->schema_agrees &&
        connection->newest.number)
        return OK;
    connection->schema_agrees = database_schema_agrees(database);
    connection->data_version = version;
    enum err err = revision_newest(database, &connection->newest);
    return err || !connection->schema_agrees ? err
                                             : cursor_key_read(database, connection->cursor_key);
}

void connection_end(struct connection *connection)
{
    if (!database_end(connection->database))
        connection_close(connection);
}

enum err connection_problem(const struct connection *connection, struct problem *problem)
{
    struct database *database = connection->database;
    enum err err = database_failure(database);
    if (err == ERR_TIMEOUT)
        return problem_set(problem, err, "The query took too long; narrow it with more filters.");
    if (err == ERR_BUSY)
        return problem_set(problem, err, "The database cannot be read: %s.",
                           database_failure_text(database));
    snprintf(problem->reason, sizeof problem->reason, "%s", database_failure_text(database));
    return problem_set(problem, ERR_INTERNAL, "The database could not answer.");
}
