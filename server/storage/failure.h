// What a failure of SQLite means: to who asks, and to who opens a file.
#ifndef RELATA_STORAGE_FAILURE_H
#define RELATA_STORAGE_FAILURE_H

#include <stdbool.h>

#include "base/error.h"

struct sqlite3;

enum { FAILURE_SIZE = 256 };

enum database_state {
    DATABASE_GOOD,
    DATABASE_MISSING,
    DATABASE_LOCKED, // another process writes
    DATABASE_NEWER,  // its schema is of a later program
    DATABASE_OLDER,  // its schema must be migrated first
    DATABASE_FAILED, // the system refuses to read or write it: disk, rights, memory
    DATABASE_BROKEN // not a database, another program's, corrupt, or older than what lies beside it
};

struct database_fault {
    enum database_state state;
    char detail[FAILURE_SIZE];
};

// The last failure of a connection; OK and "" where nothing failed.
struct failure {
    enum err err;
    char text[FAILURE_SIZE];
};

// Whether CODE, of a call on HANDLE, is none of a failure; else notes it.
bool failure_note(struct failure *failure, struct sqlite3 *handle, int code);
// What SQLite says of the last failure of HANDLE, and where it has to do with a file, why the
// system refused it.
void failure_write(struct sqlite3 *handle, char ret_text[static FAILURE_SIZE]);

// Why a database cannot be used; both return false.
bool failure_refuse(struct database_fault *ret_fault, enum database_state state,
                    const char *detail);
bool failure_refuse_code(struct sqlite3 *handle, int code, struct database_fault *ret_fault);

#endif
