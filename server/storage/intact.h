// Tells intact renderings from those that the disk has damaged.
#ifndef RELATA_STORAGE_INTACT_H
#define RELATA_STORAGE_INTACT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/digest.h"

struct sqlite3;

// The version of the rendered form, part of every tag. Increase it whenever the same versions would
// be rendered differently.
enum { REPRESENTATION = 6 };

// SQL fragments: whether the tag of the rendering ALIAS matches its JSON; and its JSON, where a
// mismatch makes the statement fail.
#define IS_INTACT(alias) "is_intact(" alias ".json, " alias ".etag)"
#define INTACT_JSON(alias) "intact(" alias ".json, " alias ".etag)"

// The tag of a rendering with LENGTH bytes of JSON; false if memory runs out.
bool intact_tag(const char *json, size_t length, char ret_tag[static DIGEST_HEX_SIZE]);

// Adds the SQL functions behind IS_INTACT and INTACT_JSON to a connection.
bool intact_add(struct sqlite3 *handle);

#endif
