// Builds a statement: its text and, separately, the values to bind.
#ifndef RELATA_STORAGE_SQL_H
#define RELATA_STORAGE_SQL_H

#include <stdint.h>

#include "base/buffer.h"
#include "storage/database.h"

struct sql_value {
    char *text; // owned; NULL for an integer
    int64_t integer;
};

struct sql {
    struct buffer text;
    struct sql_value *values;
    size_t count, capacity;
    bool failed;
};

// Adds constant text. The arguments of FORMAT must be names from the program's own tables, never
// input.
__attribute__((format(printf, 2, 3))) void sql_add(struct sql *sql, const char *format, ...);
// Each adds a `?` and the value for it.
void sql_text(struct sql *sql, const char *text);
void sql_integer(struct sql *sql, int64_t value);
// Adds the condition that the row ALIAS is valid at REVISION.
void sql_valid_at(struct sql *sql, const char *alias, int64_t revision);
// The statement, bound and ready to step; NULL on failure, see database_failure.
struct statement *sql_prepare(struct sql *sql, struct database *database);
void sql_cleanup(struct sql *sql);

#endif
