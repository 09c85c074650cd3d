// Small additions to Jansson, the shared value type: scope-bound references and short reads.
#ifndef RELATA_BASE_JSON_H
#define RELATA_BASE_JSON_H

#include <jansson.h>
#include <stdbool.h>

#include "base/ownership.h"

static inline void json_cleanup(json_t **value)
{
    json_decref(*value);
}

// The string at KEY of OBJECT, or NULL where it is absent or not a string. Borrowed from OBJECT.
static inline const char *json_text(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

// The value that the JSON pointer (RFC 6901) POINTER finds in DOCUMENT, borrowed, or NULL.
const json_t *json_at_pointer(const json_t *document, const char *pointer);

// The keys of OBJECT in the order of RFC 8785, with NULL behind them: an array to be freed by the
// caller, of texts that are the object's; NULL when memory ends.
const char **json_keys(const json_t *object);

// Adds COUNT to the integer at KEY of COUNTS, 0 where there is none yet. Returns the object's own
// copy of KEY, which lasts as long as the object; NULL when memory ends.
const char *json_count(json_t *counts, const char *key, json_int_t count);

// VALUE in the canonical form of RFC 8785 (JSON Canonicalization Scheme), to be freed by the
// caller; NULL when memory ends. Numbers are integers or doubles of at most 15 significant digits.
char *json_canonical(const json_t *value);

// VALUE with its keys in their own order: on one line for an INDENT of 0, else with so many spaces
// a level. Numbers have the digits of the canonical form, which json_dumps does not give them. To
// be freed by the caller; NULL when memory ends.
char *json_write(const json_t *value, int indent);

#endif
