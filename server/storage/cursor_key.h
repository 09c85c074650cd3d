// The key with which a database signs its cursors: random, created by a migration, part of every
// copy of the database, and never served.
#ifndef RELATA_STORAGE_CURSOR_KEY_H
#define RELATA_STORAGE_CURSOR_KEY_H

#include "base/digest.h"
#include "storage/database.h"

// Reads the key as text; ERR_INTERNAL if the database has lost it.
enum err cursor_key_read(struct database *database, char ret_key[static DIGEST_HEX_SIZE]);

#endif
