// The key with which a database signs its cursors: made at random with its table, carried by every
// copy, and shown to nobody.
#ifndef RELATA_STORAGE_CURSOR_KEY_H
#define RELATA_STORAGE_CURSOR_KEY_H

#include "base/digest.h"
#include "storage/database.h"

// Reads the key, a text; ERR_INTERNAL where the database has lost it.
enum err cursor_key_read(struct database *database, char ret_key[static DIGEST_HEX_SIZE]);

#endif
