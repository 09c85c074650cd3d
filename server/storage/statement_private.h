// The cached statements of one connection. Only for storage/.
#ifndef RELATA_STORAGE_STATEMENT_PRIVATE_H
#define RELATA_STORAGE_STATEMENT_PRIVATE_H

#include <stddef.h>
#include <stdint.h>

#include "storage/failure.h"

enum { STATEMENTS_MAX = 256 };

struct statement_list {
    struct sqlite3 *handle;
    struct failure *failure; // where failures are recorded
    struct statement *statements[STATEMENTS_MAX];
    size_t count;
    uint64_t clock; // counts uses
};

// The statement for SQL, reset and without bindings; NULL on failure. If there is no room, the
// least recently used one is dropped.
struct statement *statement_prepare(struct statement_list *list, const char *sql);
void statement_list_cleanup(struct statement_list *list);

#endif
