// What a failure of SQLite means, for a reader and for whoever opens a file.
#ifndef RELATA_STORAGE_FAILURE_H
#define RELATA_STORAGE_FAILURE_H

#include <stdbool.h>

#include "base/error.h"

struct sqlite3;

enum { FAILURE_SIZE = 256 };

enum database_state {
    DATABASE_GOOD,
    DATABASE_MISSING,
    DATABASE_LOCKED, // another process is writing
    DATABASE_NEWER,  // its schema belongs to a later program
    DATABASE_OLDER,  // its schema must be migrated first
    DATABASE_FAILED, // the system refuses to read or write it: disk, permissions, memory
    // not a database, another program's, corrupt, or older than the files next to it
    DATABASE_BROKEN
};

struct database_fault {
    enum database_state state;
    char detail[FAILURE_SIZE];
};

// The last failure of a connection; OK and "" if nothing has failed.
struct failure {
    enum err err;
    char text[FAILURE_SIZE];
};

// Whether CODE, returned by a call on HANDLE, means success; otherwise records the failure.
bool failure_note(struct failure *failure, struct sqlite3 *handle, int code);
// SQLite's message about the last failure of HANDLE, and for file errors the reason that the system
// gave.
void failure_write(struct sqlite3 *handle, char ret_text[static FAILURE_SIZE]);

// Record why a database cannot be used; both return false.
bool failure_refuse(struct database_fault *ret_fault, enum database_state state,
                    const char *detail);
bool failure_refuse_code(struct sqlite3 *handle, int code, struct database_fault *ret_fault);

#endif
