// Tells a rendering that is as it was written from one that the disk has damaged.
#ifndef RELATA_STORAGE_INTACT_H
#define RELATA_STORAGE_INTACT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/digest.h"

struct sqlite3;

// The form of what is rendered, part of every tag. Raised by one whenever the same versions would
// be shown otherwise.
enum { REPRESENTATION = 6 };

// In SQL: whether the tag of the rendering ALIAS is that of its JSON, and its JSON, for which the
// statement fails where it is not.
#define IS_INTACT(alias) "is_intact(" alias ".json, " alias ".etag)"
#define INTACT_JSON(alias) "intact(" alias ".json, " alias ".etag)"

// The tag of a rendering with JSON of LENGTH bytes; false when memory ends.
bool intact_tag(const char *json, size_t length, char ret_tag[static DIGEST_HEX_SIZE]);

// Adds the SQL functions of IS_INTACT and INTACT_JSON to a connection.
bool intact_add(struct sqlite3 *handle);

#endif
