// A prepared statement of a connection (see database_prepare): its parameters and its rows.
#ifndef RELATA_STORAGE_STATEMENT_H
#define RELATA_STORAGE_STATEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct statement;

// Parameters are numbered from 1. Texts are copied; NULL binds null. A failure is reported by the
// next step.
void statement_bind_text(struct statement *statement, int index, const char *text);
void statement_bind_integer(struct statement *statement, int index, int64_t value);
void statement_bind_bytes(struct statement *statement, int index, const void *bytes, size_t length);

// True while there is a row. False at the end and on failure: see database_failure.
bool statement_step(struct statement *statement);
// The same without making sure that texts can be read: statement_text may return NULL if memory
// runs out. For rows read mostly by statement_bytes, which allocates nothing.
bool statement_step_raw(struct statement *statement);
// Steps to the end, for statements whose rows are not needed; false on failure.
bool statement_run(struct statement *statement);
// Calls EACH with the lines of SQLite's plan for the statement; false on failure.
bool statement_plan(struct statement *statement, void (*each)(void *context, const char *line),
                    void *context);
// A number that the caller may store with the statement's text; 0 at first.
int *statement_mark(struct statement *statement);
// Releases locks and rows. The outcome of the last step can still be read with database_failure.
void statement_reset(struct statement *statement);

// Values of the current row, with columns from 0. A text is valid until the next step or reset;
// NULL for null.
const char *statement_text(struct statement *statement, int column);
size_t statement_length(struct statement *statement, int column);
// The bytes of a text as stored in the database, without a NUL; NULL for null.
const char *statement_bytes(struct statement *statement, int column, size_t *ret_length);
int64_t statement_integer(struct statement *statement, int column);
bool statement_is_null(struct statement *statement, int column);

#endif
