// A prepared statement of a connection (see database_prepare): its parameters and its rows.
#ifndef RELATA_STORAGE_STATEMENT_H
#define RELATA_STORAGE_STATEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct statement;

// Parameters are numbered from 1. Texts are copied; NULL binds null. Failures show at the next
// step.
void statement_bind_text(struct statement *statement, int index, const char *text);
void statement_bind_integer(struct statement *statement, int index, int64_t value);
void statement_bind_bytes(struct statement *statement, int index, const void *bytes, size_t length);

// True while there is a row. False at the end and on failure: see database_failure.
bool statement_step(struct statement *statement);
// The same without the promise that memory is there for the NUL behind each text: a text may be
// NULL where memory ends. For rows that are mostly read by statement_bytes, which needs none.
bool statement_step_raw(struct statement *statement);
// Steps to the end, for statements whose rows do not matter; false on failure.
bool statement_run(struct statement *statement);
// Calls EACH with the lines of SQLite's plan for the statement; false on failure.
bool statement_plan(struct statement *statement, void (*each)(void *context, const char *line),
                    void *context);
// A number that a caller may keep with the statement's text, 0 at first.
int *statement_mark(struct statement *statement);
// Lets go of locks and rows; the last step's outcome stays readable in database_failure.
void statement_reset(struct statement *statement);

// Values of the current row, columns from 0. A text lasts until the next step or reset; NULL for
// null.
const char *statement_text(struct statement *statement, int column);
size_t statement_length(struct statement *statement, int column);
// The bytes of a text as they lie in the database, without a NUL; NULL for null.
const char *statement_bytes(struct statement *statement, int column, size_t *ret_length);
int64_t statement_integer(struct statement *statement, int column);
bool statement_is_null(struct statement *statement, int column);

#endif
