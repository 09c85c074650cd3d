// What database.c and backup.c share: the connection from within. For storage/ alone.
#ifndef RELATA_STORAGE_DATABASE_PRIVATE_H
#define RELATA_STORAGE_DATABASE_PRIVATE_H

#include <sqlite3.h>

#include "storage/database.h"
#include "storage/statement_private.h"

enum { BUSY_MILLISECONDS = 5000 };

struct database {
    sqlite3 *handle;
    struct statement_list statements;
    enum database_mode mode;
    int64_t deadline; // monotonic milliseconds
    int64_t worked;   // since these monotonic microseconds
    int64_t away;     // how many of them others had before
    struct full_text *full_text;
    struct failure failure;
};

// The number that SQL, a PRAGMA or SELECT, gives; -1 on failure.
int64_t database_number(struct database *database, const char *sql);
// Refuses the files of other programs.
bool database_owner_check(struct database *database, struct database_fault *ret_fault);
// Applies the settings of MODE; false on failure.
bool database_configure(struct database *database, enum database_mode mode);
// Makes an empty file for the owner alone, whatever the umask allows others, unless one is there.
// True where it was made.
bool database_file_make(const char *path);

#endif
