// The statements of one connection, prepared once and kept. For storage/ alone.
#ifndef RELATA_STORAGE_STATEMENT_PRIVATE_H
#define RELATA_STORAGE_STATEMENT_PRIVATE_H

#include <stddef.h>
#include <stdint.h>

#include "storage/failure.h"

enum { STATEMENTS_MAX = 256 };

struct statement_list {
    struct sqlite3 *handle;
    struct failure *failure; // where what fails is noted
    struct statement *statements[STATEMENTS_MAX];
    size_t count;
    uint64_t clock; // counts uses
};

// The statement for SQL, reset and without bindings; NULL on failure. Where there is no room, the
// one that was not used for longest goes.
struct statement *statement_prepare(struct statement_list *list, const char *sql);
void statement_list_cleanup(struct statement_list *list);

#endif
