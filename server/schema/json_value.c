// Inspects Jansson's values by the rules of JSON Schema.
#include "schema/json_value.h"

#include <stdlib.h>
#include <string.h>

struct kind_name {
    unsigned kinds;
    const char *name;   // in a schema
    const char *phrase; // in a sentence
};

// "number" comes before "integer", which is part of it.
static const struct kind_name kind_names[] = {
    {JSON_KIND_OBJECT, "object", "an object"},        {JSON_KIND_ARRAY, "array", "an array"},
    {JSON_KIND_STRING, "string", "a string"},         {JSON_KIND_NUMBER, "number", "a number"},
    {JSON_KIND_INTEGER, "integer", "a whole number"}, {JSON_KIND_FRACTION, "number", "a fraction"},
    {JSON_KIND_BOOLEAN, "boolean", "true or false"},  {JSON_KIND_NULL, "null", "null"},
};
enum { KIND_NAMES = sizeof kind_names / sizeof *kind_names };

// Writes one reference token of RFC 6901 so that it ends at END; returns its start.
static char *token_write(char *end, const struct json_value_place *place)
{
    if (!place->key) {
        size_t index = place->index;
        do
            *--end = (char)('0' + index % 10);
        while ((index /= 10) > 0);
    }
    for (size_t i = place->key ? place->length : 0; i-- > 0;) {
        char character = place->key[i];
        bool escaped = character == '~' || character == '/';
        *--end = !escaped ? character : character == '~' ? '0' : '1';
        if (escaped)
            *--end = '~';
    }
    *--end = '/';
    return end;
}

// Returns the JSON pointer to PLACE, for free(); NULL if memory ran out.
char *json_value_pointer(const struct json_value_place *place)
{
    size_t size = 1;
    for (const struct json_value_place *at = place; at; at = at->parent)
        size += 1 + (at->key ? 2 * at->length : 3 * sizeof at->index);
    char *buffer = malloc(size);
    if (!buffer)
        return NULL;
    char *start = buffer + size;
    *--start = '\0';
    for (const struct json_value_place *at = place; at; at = at->parent)
        start = token_write(start, at);
    memmove(buffer, start, (size_t)(buffer + size - start));
    return buffer;
}

// Jansson's iteration does not take const values, though it changes nothing.
json_t *json_value_unconst(const json_t *value)
{
    return (json_t *)value;
}

const json_t *json_value_next(const json_t *object, void **iterator,
                              struct json_value_place *ret_place)
{
    json_t *changeable = json_value_unconst(object);
    *iterator =
        *iterator ? json_object_iter_next(changeable, *iterator) : json_object_iter(changeable);
    if (!*iterator)
        return NULL;
    ret_place->key = json_object_iter_key(*iterator);
    ret_place->length = json_object_iter_key_len(*iterator);
    return json_object_iter_value(*iterator);
}

// From 2^53 on, a double has no digits left for a fraction.
bool json_value_is_whole(double real)
{
    return real >= 0x1p53 || real <= -0x1p53 || (double)(json_int_t)real == real;
}

unsigned json_value_kind(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return JSON_KIND_OBJECT;
    case JSON_ARRAY:
        return JSON_KIND_ARRAY;
    case JSON_STRING:
        return JSON_KIND_STRING;
    case JSON_INTEGER:
        return JSON_KIND_INTEGER;
    case JSON_REAL:
        return json_value_is_whole(json_real_value(value)) ? JSON_KIND_INTEGER : JSON_KIND_FRACTION;
    case JSON_TRUE:
    case JSON_FALSE:
        return JSON_KIND_BOOLEAN;
    default:
        return JSON_KIND_NULL;
    }
}

static int integer_compare_real(json_int_t integer, double real)
{
    if (real >= 0x1p63)
        return -1;
    if (real < -0x1p63)
        return 1;
    json_int_t other = (json_int_t)real;
    double whole = (double)other;
    if (integer != other)
        return integer < other ? -1 : 1;
    return (whole > real) - (whole < real);
}

// Compares two numbers exactly, whichever of Jansson's two types they have.
int json_value_compare_numbers(const json_t *left, const json_t *right)
{
    if (json_is_integer(left) && json_is_integer(right)) {
        json_int_t a = json_integer_value(left);
        json_int_t b = json_integer_value(right);
        return (a > b) - (a < b);
    }
    if (json_is_integer(left))
        return integer_compare_real(json_integer_value(left), json_real_value(right));
    if (json_is_integer(right))
        return -integer_compare_real(json_integer_value(right), json_real_value(left));
    double a = json_real_value(left);
    double b = json_real_value(right);
    return (a > b) - (a < b);
}

bool json_value_equal_strings(const json_t *left, const json_t *right)
{
    size_t length = json_string_length(left);
    return length == json_string_length(right) &&
           memcmp(json_string_value(left), json_string_value(right), length) == 0;
}

size_t json_value_characters(const char *text, size_t length)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += ((unsigned char)text[i] & 0xc0) != 0x80;
    return count;
}

const char *json_value_kind_phrase(unsigned kind)
{
    for (size_t i = 0; i < KIND_NAMES; i++) {
        if (kind_names[i].kinds == kind)
            return kind_names[i].phrase;
    }
    return "a value";
}

unsigned json_value_kind_named(const char *name)
{
    for (size_t i = 0; name && i < KIND_NAMES; i++)
        if (strcmp(name, kind_names[i].name) == 0)
            return kind_names[i].kinds;
    return 0;
}

const char *json_value_next_kind(unsigned *kinds)
{
    for (size_t i = 0; *kinds && i < KIND_NAMES; i++) {
        unsigned these = kind_names[i].kinds;
        if ((*kinds & these) != these)
            continue;
        *kinds &= ~these;
        return kind_names[i].phrase;
    }
    return NULL;
}
