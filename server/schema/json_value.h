// JSON values as JSON Schema sees them: their kinds, where they stand, how they compare.
#ifndef RELATA_SCHEMA_JSON_VALUE_H
#define RELATA_SCHEMA_JSON_VALUE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

// The kind of a value. "integer" is any number without a fraction, also 1.0.
enum json_kind {
    JSON_KIND_NULL = 1 << 0,
    JSON_KIND_BOOLEAN = 1 << 1,
    JSON_KIND_INTEGER = 1 << 2,
    JSON_KIND_FRACTION = 1 << 3,
    JSON_KIND_STRING = 1 << 4,
    JSON_KIND_ARRAY = 1 << 5,
    JSON_KIND_OBJECT = 1 << 6,
    JSON_KIND_NUMBER = JSON_KIND_INTEGER | JSON_KIND_FRACTION,
    JSON_KIND_ANY = (1 << 7) - 1,
};

// The bit for the kind of VALUE.
unsigned json_value_kind(const json_t *value);
// The bits for the JSON Schema type NAME; 0 if there is no such type.
unsigned json_value_kind_named(const char *name);
// How a sentence calls KIND (a bit, or JSON_KIND_NUMBER), such as "a whole number"; "a value" for
// any other set.
const char *json_value_kind_phrase(unsigned kind);
// The kinds in the set *KINDS as phrases, one after another: returns the next phrase and removes
// its bits from the set; NULL at the end.
const char *json_value_next_kind(unsigned *kinds);

// Where a value is: in `parent`, under `key` or, if that is NULL, at `index`. NULL is the root.
struct json_value_place {
    const struct json_value_place *parent;
    const char *key;
    size_t length;
    size_t index;
};

// The JSON pointer to PLACE (RFC 6901), for free(); NULL if memory runs out.
char *json_value_pointer(const struct json_value_place *place);

// Jansson's iteration does not take const values, though it changes nothing.
json_t *json_value_unconst(const json_t *value);

// Moves *ITERATOR, NULL at first, to the next member of OBJECT and returns it with its place,
// except for the parent; NULL at the end.
const json_t *json_value_next(const json_t *object, void **iterator,
                              struct json_value_place *ret_place);

// Whether REAL has no fraction.
bool json_value_is_whole(double real);

// Compares two numbers exactly, whichever of Jansson's two types they have. Like strcmp, returns
// less than, equal to or greater than 0.
int json_value_compare_numbers(const json_t *left, const json_t *right);

bool json_value_equal_strings(const json_t *left, const json_t *right);

// The number of characters (code points) in LENGTH bytes of UTF-8.
size_t json_value_characters(const char *text, size_t length);

#endif
