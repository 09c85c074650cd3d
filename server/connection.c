// Notices new revisions by SQLite's data version, asked for at most every 20 ms.
#include "connection.h"

#include <time.h>

enum { ASK_MILLISECONDS = 20 };

static int64_t now_milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool connection_open(struct connection *connection, const char *path, bool immutable,
                     struct database_fault *ret_fault)
{
    *connection = (struct connection){.data_version = -1};
    connection->database =
        database_open(path, immutable ? DATABASE_IMMUTABLE : DATABASE_READ, ret_fault);
    if (connection->database)
        connection->spellings = spellings_new();
    return connection->database != NULL;
}

void connection_close(struct connection *connection)
{
    database_close(connection->database);
    spellings_free(connection->spellings);
    connection->database = NULL;
    connection->spellings = NULL;
}

enum err connection_refresh(struct connection *connection)
{
    int64_t now = now_milliseconds();
    if (connection->newest.number && connection->schema_agrees &&
        now - connection->asked_at < ASK_MILLISECONDS)
        return OK;
    int64_t version = database_data_version(connection->database);
    if (version < 0)
        return database_failure(connection->database);
    connection->asked_at = now;
    if (version == connection->data_version && connection->schema_agrees &&
        connection->newest.number)
        return OK;
    connection->schema_agrees = database_schema_agrees(connection->database);
    connection->data_version = version;
    return revision_newest(connection->database, &connection->newest);
}
