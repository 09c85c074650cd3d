// Prepares statements once, binds their parameters and reads their rows.
#include "storage/statement.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/ownership.h"
#include "storage/statement_private.h"

struct statement {
    struct failure *failure; // of its connection
    sqlite3_stmt *handle;
    char *sql;
    size_t length; // of SQL
    uint64_t used;
    int mark; // the caller's
};

static struct statement *statement_new(struct statement_list *list, const char *sql)
{
    struct statement *statement = calloc(1, sizeof *statement);
    char *copy = strdup(sql);
    sqlite3_stmt *handle = NULL;
    int code = SQLITE_NOMEM;
    if (statement && copy)
        code = sqlite3_prepare_v3(list->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &handle, NULL);
    if (!failure_note(list->failure, list->handle, code) || !statement || !copy) {
        free(statement);
        free(copy);
        return NULL;
    }
    *statement = (struct statement){
        .failure = list->failure, .handle = handle, .sql = copy, .length = strlen(copy)};
    return statement;
}

static void statement_free(struct statement *statement)
{
    sqlite3_finalize(statement->handle);
    free(statement->sql);
    free(statement);
}

// The slot for a new statement: at the end, or the slot of the least recently used one.
static size_t statement_place(struct statement_list *list)
{
    if (list->count < STATEMENTS_MAX)
        return list->count++;
    size_t oldest = 0;
    for (size_t i = 1; i < STATEMENTS_MAX; i++)
        if (list->statements[i]->used < list->statements[oldest]->used)
            oldest = i;
    statement_free(list->statements[oldest]);
    return oldest;
}

struct statement *statement_prepare(struct statement_list *list, const char *sql)
{
    size_t length = strlen(sql);
    for (size_t i = 0; i < list->count; i++) {
        struct statement *known = list->statements[i];
        if (known->length == length && memcmp(known->sql, sql, length) == 0) {
            sqlite3_reset(known->handle);
            sqlite3_clear_bindings(known->handle);
            known->used = ++list->clock;
            return known;
        }
    }
    struct statement *statement = statement_new(list, sql);
    if (!statement)
        return NULL;
    statement->used = ++list->clock;
    list->statements[statement_place(list)] = statement;
    return statement;
}

void statement_bind_text(struct statement *statement, int index, const char *text)
{
    failure_note(statement->failure, sqlite3_db_handle(statement->handle),
                 sqlite3_bind_text(statement->handle, index, text, -1, SQLITE_TRANSIENT));
}

void statement_bind_integer(struct statement *statement, int index, int64_t value)
{
    failure_note(statement->failure, sqlite3_db_handle(statement->handle),
                 sqlite3_bind_int64(statement->handle, index, value));
}

void statement_bind_bytes(struct statement *statement, int index, const void *bytes, size_t length)
{
    failure_note(statement->failure, sqlite3_db_handle(statement->handle),
                 sqlite3_bind_blob64(statement->handle, index, bytes, length, SQLITE_TRANSIENT));
}

// When SQLite returns a text it may have to allocate for the NUL, and returns NULL if that fails;
// reading the text first finds this out.
static bool texts_end(sqlite3_stmt *handle)
{
    for (int i = 0; i < sqlite3_data_count(handle); i++)
        if (sqlite3_column_type(handle, i) == SQLITE_TEXT && !sqlite3_column_text(handle, i))
            return false;
    return true;
}

bool statement_step(struct statement *statement)
{
    int code = sqlite3_step(statement->handle);
    if (code == SQLITE_ROW && texts_end(statement->handle))
        return true;
    if (code == SQLITE_ROW)
        code = SQLITE_NOMEM;
    failure_note(statement->failure, sqlite3_db_handle(statement->handle), code);
    sqlite3_reset(statement->handle);
    return false;
}

bool statement_step_raw(struct statement *statement)
{
    int code = sqlite3_step(statement->handle);
    if (code == SQLITE_ROW)
        return true;
    failure_note(statement->failure, sqlite3_db_handle(statement->handle), code);
    sqlite3_reset(statement->handle);
    return false;
}

bool statement_run(struct statement *statement)
{
    int code;
    while ((code = sqlite3_step(statement->handle)) == SQLITE_ROW)
        continue;
    bool good = failure_note(statement->failure, sqlite3_db_handle(statement->handle), code);
    sqlite3_reset(statement->handle);
    return good;
}

bool statement_plan(struct statement *statement, void (*each)(void *context, const char *line),
                    void *context)
{
    sqlite3_stmt *plan = NULL;
    AUTO(text) char *sql = malloc(statement->length + sizeof "EXPLAIN QUERY PLAN ");
    if (!sql)
        return failure_note(statement->failure, sqlite3_db_handle(statement->handle), SQLITE_NOMEM);
    stpcpy(stpcpy(sql, "EXPLAIN QUERY PLAN "), statement->sql);
    int code = sqlite3_prepare_v2(sqlite3_db_handle(statement->handle), sql, -1, &plan, NULL);
    while (code == SQLITE_OK && (code = sqlite3_step(plan)) == SQLITE_ROW) {
        const char *line = (const char *)sqlite3_column_text(plan, 3);
        code = line ? SQLITE_OK : SQLITE_NOMEM;
        if (line)
            each(context, line);
    }
    sqlite3_finalize(plan);
    return failure_note(statement->failure, sqlite3_db_handle(statement->handle), code);
}

int *statement_mark(struct statement *statement)
{
    return &statement->mark;
}

void statement_reset(struct statement *statement)
{
    sqlite3_reset(statement->handle);
}

const char *statement_text(struct statement *statement, int column)
{
    return (const char *)sqlite3_column_text(statement->handle, column);
}

size_t statement_length(struct statement *statement, int column)
{
    return (size_t)sqlite3_column_bytes(statement->handle, column);
}

const char *statement_bytes(struct statement *statement, int column, size_t *ret_length)
{
    const char *bytes = sqlite3_column_blob(statement->handle, column);
    *ret_length = (size_t)sqlite3_column_bytes(statement->handle, column);
    return bytes;
}

int64_t statement_integer(struct statement *statement, int column)
{
    return sqlite3_column_int64(statement->handle, column);
}

bool statement_is_null(struct statement *statement, int column)
{
    return sqlite3_column_type(statement->handle, column) == SQLITE_NULL;
}

void statement_list_cleanup(struct statement_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        statement_free(list->statements[i]);
    list->count = 0;
}
