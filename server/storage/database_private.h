// The inside of a connection, shared by database.c and backup.c. Only for storage/.
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
    int64_t deadline; // in monotonic milliseconds
    int64_t worked;   // start of the current work, in monotonic microseconds
    int64_t away;     // microseconds that others had the processor before it
    struct full_text *full_text;
    struct failure failure;
};

// The number returned by SQL, a PRAGMA or SELECT; -1 on failure.
int64_t database_number(struct database *database, const char *sql);
// Refuses the files of other programs.
bool database_owner_check(struct database *database, struct database_fault *ret_fault);
// Applies the settings of MODE; false on failure.
bool database_configure(struct database *database, enum database_mode mode);
// Creates an empty file that only its owner can read, whatever the umask, unless the file exists.
// True if it was created.
bool database_file_make(const char *path);

#endif
