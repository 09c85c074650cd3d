// Creates secrets within SQL, because SQLite's own randomblob() does not promise to be
// cryptographically secure.
#ifndef RELATA_STORAGE_RANDOM_KEY_H
#define RELATA_STORAGE_RANDOM_KEY_H

#include <stdbool.h>

struct sqlite3;

// Adds the SQL function random_key(), which returns 64 random hexadecimal digits, to a connection.
bool random_key_add(struct sqlite3 *handle);

#endif
