// Collects the text of a statement and, separately, its values.
#include "storage/sql.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void sql_add(struct sql *sql, const char *format, ...)
{
    char text[512];
    va_list list;
    if (!strchr(format, '%')) {
        buffer_add_text(&sql->text, format);
        return;
    }
    va_start(list, format);
    int length = vsnprintf(text, sizeof text, format, list);
    va_end(list);
    if (length < 0 || (size_t)length >= sizeof text)
        sql->failed = true;
    else
        buffer_add(&sql->text, text, (size_t)length);
}

static void parameter_add(struct sql *sql, struct sql_value value)
{
    if (sql->count == sql->capacity) {
        size_t capacity = sql->capacity ? 2 * sql->capacity : 16;
        struct sql_value *values = realloc(sql->values, capacity * sizeof *values);
        if (!values) {
            free(value.text);
            sql->failed = true;
            return;
        }
        sql->values = values;
        sql->capacity = capacity;
    }
    sql->values[sql->count++] = value;
    buffer_add_char(&sql->text, '?');
}

void sql_text(struct sql *sql, const char *text)
{
    char *copy = text ? strdup(text) : NULL;
    sql->failed |= !copy;
    if (copy)
        parameter_add(sql, (struct sql_value){.text = copy});
}

void sql_integer(struct sql *sql, int64_t value)
{
    parameter_add(sql, (struct sql_value){.integer = value});
}

void sql_valid_at(struct sql *sql, const char *alias, int64_t revision)
{
    sql_add(sql, "%s.valid_from <= ", alias);
    sql_integer(sql, revision);
    sql_add(sql, " AND %s.valid_to > ", alias);
    sql_integer(sql, revision);
}

struct statement *sql_prepare(struct sql *sql, struct database *database)
{
    const char *text = buffer_text(&sql->text);
    if (sql->failed || sql->text.failed)
        return database_fail(database, ERR_BUSY, "out of memory");
    struct statement *statement = database_prepare(database, text);
    for (size_t i = 0; statement && i < sql->count; i++) {
        if (sql->values[i].text)
            statement_bind_text(statement, (int)i + 1, sql->values[i].text);
        else
            statement_bind_integer(statement, (int)i + 1, sql->values[i].integer);
    }
    return statement;
}

void sql_cleanup(struct sql *sql)
{
    for (size_t i = 0; i < sql->count; i++)
        free(sql->values[i].text);
    free(sql->values);
    buffer_cleanup(&sql->text);
    *sql = (struct sql){0};
}
