// Small additions to Jansson, whose values are used throughout: scoped references, lookups,
// canonical text.
#ifndef RELATA_BASE_JSON_H
#define RELATA_BASE_JSON_H

#include <jansson.h>
#include <stdbool.h>

#include "base/ownership.h"

static inline void json_cleanup(json_t **value)
{
    json_decref(*value);
}

// The string at KEY of OBJECT, borrowed from it; NULL if it is absent or not a string.
static inline const char *json_text(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

// The value at the JSON pointer (RFC 6901) POINTER in DOCUMENT, borrowed; NULL if there is none.
const json_t *json_at_pointer(const json_t *document, const char *pointer);

// The keys of OBJECT in the order of RFC 8785, ended by NULL. The caller frees the array; the
// strings belong to OBJECT. NULL if memory runs out.
const char **json_keys(const json_t *object);

// Adds COUNT to the integer at KEY of COUNTS, which starts at 0. Returns the object's own copy of
// KEY, valid as long as the object; NULL if memory runs out.
const char *json_count(json_t *counts, const char *key, json_int_t count);

// VALUE in the canonical form of RFC 8785 (JSON Canonicalization Scheme). The caller frees it; NULL
// if memory runs out. Numbers must be integers, or doubles of at most 15 significant digits.
char *json_canonical(const json_t *value);

// VALUE with its keys in stored order: on one line if INDENT is 0, otherwise indented by INDENT
// spaces per level. Numbers are printed as in the canonical form, which json_dumps does not do. The
// caller frees it; NULL if memory runs out.
char *json_write(const json_t *value, int indent);

#endif
