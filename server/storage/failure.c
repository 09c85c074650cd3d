// Translates the error codes of SQLite.
#include "storage/failure.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

static enum err failure_of(int code)
{
    switch (code & 0xff) {
    case SQLITE_INTERRUPT:
        return ERR_TIMEOUT;
    case SQLITE_INTERNAL:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_ERROR:
    case SQLITE_CONSTRAINT:
        return ERR_INTERNAL;
    default:
        return ERR_BUSY;
    }
}

void failure_write(sqlite3 *handle, char ret_text[static FAILURE_SIZE])
{
    int code = sqlite3_errcode(handle) & 0xff, system = sqlite3_system_errno(handle);
    bool of_file = code == SQLITE_CANTOPEN || code == SQLITE_IOERR || code == SQLITE_READONLY;
    bool told = of_file && system;
    snprintf(ret_text, FAILURE_SIZE, "%s%s%s", sqlite3_errmsg(handle), told ? ": " : "",
             told ? strerrordesc_np(system) : "");
}

bool failure_note(struct failure *failure, sqlite3 *handle, int code)
{
    if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE)
        return true;
    failure->err = failure_of(code);
    failure_write(handle, failure->text);
    return false;
}

bool failure_refuse(struct database_fault *ret_fault, enum database_state state, const char *detail)
{
    ret_fault->state = state;
    snprintf(ret_fault->detail, sizeof ret_fault->detail, "%s", detail);
    return false;
}

static enum database_state state_of(int code)
{
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return DATABASE_LOCKED;
    case SQLITE_CANTOPEN:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_PERM:
    case SQLITE_READONLY:
        return DATABASE_FAILED;
    default:
        return DATABASE_BROKEN;
    }
}

bool failure_refuse_code(sqlite3 *handle, int code, struct database_fault *ret_fault)
{
    failure_write(handle, ret_fault->detail);
    ret_fault->state = state_of(code);
    return false;
}
