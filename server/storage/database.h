// A small interface to SQLite: open, migrate, prepare once, bind, step. Only this folder uses
// SQLite.
//
// A struct database is one connection. One thread at a time may use it and its statements.
#ifndef RELATA_STORAGE_DATABASE_H
#define RELATA_STORAGE_DATABASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "storage/failure.h"
#include "storage/statement.h"

// Greater than every revision: the end of what is still valid.
#define VALID_FOREVER INT64_MAX
// The same in SQL.
#define SQL_FOREVER "9223372036854775807"
_Static_assert(VALID_FOREVER == 9223372036854775807, "SQL_FOREVER is VALID_FOREVER");

struct database;
struct tokenizer;

enum database_mode {
    // read and write; creates the file, readable only by its owner, and migrates it
    DATABASE_CREATE,
    DATABASE_READ,      // read only; the schema must be this program's
    DATABASE_IMMUTABLE, // read only, for a file that nobody writes (a backup, a read-only medium)
    DATABASE_SCRATCH    // see database_open_scratch
};

// Makes SQLite report failed allocations (see memory.h), because parts of it report them as other
// errors. Call it before anything else in this file.
void database_watch_memory(void);

// Lets sorts that need more than a little memory use temporary files in FOLDER, unless
// SQLITE_TMPDIR names another folder; if neither is writable, the system's folders are used. Call
// it before any database is opened and any thread is started.
void database_temporary_folder(const char *folder);
// Lets SQLite keep in memory the pages needed to roll back one statement, instead of writing them
// to a file. An event is in two dozen indexes, and a load used to write ninety times the size of
// its database. Call it before any database is opened.
void database_keep_journals(void);

// Opens PATH. NULL and *RET_FAULT if it cannot be used. Close it with database_close.
struct database *database_open(const char *path, enum database_mode mode,
                               struct database_fault *ret_fault);
// An empty temporary database with this program's schema that can also read the tables of STORED as
// `stored.TABLE`, and that yields to other work. It is in memory, or in a temporary file once it
// grows, and is gone when closed.
struct database *database_open_scratch(const struct database *stored,
                                       struct database_fault *ret_fault);
// Opens the empty file PATH as a database without any schema, for a caller that writes it
// completely and then closes it; if anything fails, no usable database is left. PATH may be
// unlinked once it is open. NULL if memory or the disk runs out.
struct database *database_open_blank(const char *path);
void database_close(struct database *database);
void database_cleanup(struct database **database);

// How the connection splits text into words: see tokenizer.h.
const struct tokenizer *database_tokenizer(const struct database *database);

// Reads until database_end see one state of the file, whatever others write; false on failure.
bool database_begin(struct database *database);
// Whether the connection is still usable; if not, it must be closed.
bool database_end(struct database *database);

// Runs SQL, one or more statements without parameters; false on failure.
bool database_run(struct database *database, const char *sql);
// Runs one statement with VALUE as ?1.
bool database_run_with(struct database *database, const char *sql, int64_t value);

// The statement for SQL, prepared once and cached with the connection, reset and without bindings;
// NULL on failure. SQL is copied. Step a statement to its end, or reset it, before asking for the
// same text again.
struct statement *database_prepare(struct database *database, const char *sql);

// The error of the last failed call on this connection; OK if none has failed since
// database_forgive.
enum err database_failure(const struct database *database);
const char *database_failure_text(const struct database *database);
void database_forgive(struct database *database);
// Records a failure that the caller found; always returns NULL.
void *database_fail(struct database *database, enum err failure, const char *text);

// Makes queries that run longer than MILLISECONDS from now fail with ERR_TIMEOUT; negative for no
// limit.
void database_deadline(struct database *database, int64_t milliseconds);

// Yields the processor after every third of a millisecond of work, so that no request served
// meanwhile waits longer, but never takes less than an eighth of it. Replaces a deadline.
void database_give_way(struct database *database);

// A number that changes when another connection has committed.
int64_t database_data_version(struct database *database);
// Whether the schema number in the file is this program's.
bool database_schema_agrees(struct database *database);
int64_t database_last_key(const struct database *database);

// SQLite's own checks of structure and foreign keys. Calls REPORT for each finding and returns how
// many there were.
size_t database_check(struct database *database, void (*report)(void *context, const char *finding),
                      void *context);

#endif
