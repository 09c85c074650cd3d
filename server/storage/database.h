// SQLite behind a small interface: open, migrate, prepare once, bind, step. Only this
// folder knows SQLite.
//
// A struct database is one connection. It and its statements are for one thread at a time.
#ifndef RELATA_STORAGE_DATABASE_H
#define RELATA_STORAGE_DATABASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "storage/failure.h"
#include "storage/statement.h"

// Later than every revision: the end of what is still valid.
#define VALID_FOREVER INT64_MAX
// The same in SQL.
#define SQL_FOREVER "9223372036854775807"
_Static_assert(VALID_FOREVER == 9223372036854775807, "SQL_FOREVER is VALID_FOREVER");

struct database;
struct full_text;

enum database_mode {
    DATABASE_CREATE,    // read and write; makes the file, for its owner alone, and migrates it
    DATABASE_READ,      // read only; the schema must be this program's
    DATABASE_IMMUTABLE, // read only, of a file that nobody writes (a backup, a read-only medium)
    DATABASE_SCRATCH    // see database_open_scratch
};

// Lets SQLite's allocations be noted (see memory.h), since some of its parts tell of memory that
// ended as of any error; before anything else of this file.
void database_watch_memory(void);

// Lets sorting and the like, where it takes more than a little memory, go on in files in FOLDER,
// unless SQLITE_TMPDIR names another one; where neither can be written, the system's folders have
// to do. Before any database is opened and any thread is started.
void database_temporary_folder(const char *folder);
// Lets SQLite keep in memory what it needs to take one statement back: the pages that the statement
// changes, which it would else write to a file. An event stands in two dozen indexes: a load wrote
// ninety times the size of its database. Before anything is opened.
void database_keep_journals(void);

// Opens PATH. NULL and *RET_FAULT where it cannot be used. To be closed with database_close.
struct database *database_open(const char *path, enum database_mode mode,
                               struct database_fault *ret_fault);
// A temporary database of this program's schema, empty, that beside its own tables reads those of
// STORED as `stored.TABLE`, and gives way to others. It lives in a temporary file once it outgrows
// memory, and is gone when closed.
struct database *database_open_scratch(const struct database *stored,
                                       struct database_fault *ret_fault);
// The empty file PATH as a database without any schema, for one who writes it whole and then closes
// it: what fails on the way leaves no database. PATH may lose its name once it is open. NULL where
// memory or the disk ends.
struct database *database_open_blank(const char *path);
void database_close(struct database *database);
void database_cleanup(struct database **database);

// How the connection reads words: see full_text.h.
const struct full_text *database_full_text(const struct database *database);

// What is read from here to database_end is one state of the file, whatever others write; false on
// failure.
bool database_begin(struct database *database);
// Whether the connection serves on: where it does not, it must be closed.
bool database_end(struct database *database);

// Runs SQL, one or more statements without parameters; false on failure.
bool database_run(struct database *database, const char *sql);
// Runs one statement with VALUE as ?1.
bool database_run_with(struct database *database, const char *sql, int64_t value);

// The statement for SQL, prepared once and kept with the connection, reset and without bindings;
// NULL on failure. SQL is copied. A statement must be stepped to its end or reset before the same
// text is asked for again.
struct statement *database_prepare(struct database *database, const char *sql);

// What the last failed call on this connection was, OK if none failed since database_forgive.
enum err database_failure(const struct database *database);
const char *database_failure_text(const struct database *database);
void database_forgive(struct database *database);
// Notes a failure that the caller found; always NULL.
void *database_fail(struct database *database, enum err failure, const char *text);

// Queries that run past MILLISECONDS from now fail with ERR_TIMEOUT; negative for no limit.
void database_deadline(struct database *database, int64_t milliseconds);

// Lets others have the core whenever the connection has worked for a third of a millisecond, so
// that no request that is answered on it waits longer; an eighth of the core it takes all the same.
// In place of a deadline.
void database_give_way(struct database *database);

// A number that changes when another connection has committed.
int64_t database_data_version(struct database *database);
// The schema's number in the file against this program's: true when they agree.
bool database_schema_agrees(struct database *database);
int64_t database_last_key(const struct database *database);

// SQLite's own checks of structure and foreign keys; calls REPORT for each finding, returns their
// number.
size_t database_check(struct database *database, void (*report)(void *context, const char *finding),
                      void *context);

#endif
