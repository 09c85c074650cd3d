// JSON pointers (RFC 6901) and canonical JSON (RFC 8785) over Jansson values.
#include "base/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"

// Copies one reference token of a pointer with ~1 and ~0 unescaped; false if it is longer than
// SIZE.
static bool token_read(const char **pointer, char *token, size_t size)
{
    size_t length = 0;
    const char *at = *pointer + 1;
    for (; *at && *at != '/'; at++) {
        char c = *at;
        if (c == '~' && (at[1] == '0' || at[1] == '1'))
            c = *++at == '0' ? '~' : '/';
        if (length + 1 >= size)
            return false;
        token[length++] = c;
    }
    token[length] = '\0';
    *pointer = at;
    return true;
}

// The item of ARRAY at the index TOKEN: digits without a leading zero.
static const json_t *item_at(const json_t *array, const char *token)
{
    size_t length = strlen(token);
    if (!length || length > 9 || strspn(token, "0123456789") != length ||
        (*token == '0' && length > 1))
        return NULL;
    return json_array_get(array, strtoul(token, NULL, 10));
}

const json_t *json_at_pointer(const json_t *document, const char *pointer)
{
    const json_t *at = document;
    char token[256];
    while (at && *pointer == '/') {
        if (!token_read(&pointer, token, sizeof token))
            return NULL;
        if (json_is_object(at))
            at = json_object_get(at, token);
        else
            at = json_is_array(at) ? item_at(at, token) : NULL;
    }
    return *pointer ? NULL : at;
}

// RFC 8785 sorts keys by UTF-16 code units. That differs from byte order only between surrogate
// pairs and characters from U+E000 on.
static int utf16_weight(unsigned char byte)
{
    return byte == 0xee || byte == 0xef ? 0x100 + byte : byte;
}

static int name_compare(const void *a, const void *b)
{
    const unsigned char *x = *(const unsigned char *const *)a;
    const unsigned char *y = *(const unsigned char *const *)b;
    while (*x && *x == *y)
        x++, y++;
    return utf16_weight(*x) - utf16_weight(*y);
}

// How a value is serialized.
struct json_writer {
    struct buffer *out;
    bool sorted; // keys in the order of RFC 8785, otherwise as stored
    int indent;  // spaces per level; 0 for a single line
    int depth;
};

static void value_write(struct json_writer *writer, const json_t *value);

static void new_line(const struct json_writer *writer)
{
    if (!writer->indent)
        return;
    buffer_add_char(writer->out, '\n');
    for (int i = 0; i < writer->depth * writer->indent; i++)
        buffer_add_char(writer->out, ' ');
}

// The keys of OBJECT, ended by NULL.
static const char **keys_of(const json_t *object, bool sorted)
{
    size_t n = 0;
    const char **keys = calloc(json_object_size(object) + 1, sizeof *keys);
    if (!keys)
        return NULL;
    for (void *it = json_object_iter((json_t *)object); it;
         it = json_object_iter_next((json_t *)object, it))
        keys[n++] = json_object_iter_key(it);
    if (sorted)
        qsort(keys, n, sizeof *keys, name_compare);
    return keys;
}

const char **json_keys(const json_t *object)
{
    return keys_of(object, true);
}

const char *json_count(json_t *counts, const char *key, json_int_t count)
{
    void *at = json_object_iter_at(counts, key);
    if (!at && json_object_set_new(counts, key, json_integer(0)) == 0)
        at = json_object_iter_at(counts, key);
    if (!at)
        return NULL;
    json_t *sum = json_object_iter_value(at);
    json_integer_set(sum, json_integer_value(sum) + count);
    return json_object_iter_key(at);
}

static void object_write(struct json_writer *writer, const json_t *object)
{
    const char **names = keys_of(object, writer->sorted);
    if (!names) {
        writer->out->failed = true;
        return;
    }
    buffer_add_char(writer->out, '{');
    writer->depth++;
    size_t n = 0;
    for (size_t i = 0; names[i]; i++, n++) {
        if (i)
            buffer_add_char(writer->out, ',');
        new_line(writer);
        buffer_add_json_text(writer->out, names[i]);
        buffer_add_text(writer->out, writer->indent ? ": " : ":");
        value_write(writer, json_object_get(object, names[i]));
    }
    writer->depth--;
    if (n)
        new_line(writer);
    buffer_add_char(writer->out, '}');
    free(names);
}

static void array_write(struct json_writer *writer, const json_t *array)
{
    size_t i;
    const json_t *item;
    buffer_add_char(writer->out, '[');
    writer->depth++;
    json_array_foreach (array, i, item) {
        if (i)
            buffer_add_char(writer->out, ',');
        new_line(writer);
        value_write(writer, item);
    }
    writer->depth--;
    if (json_array_size(array))
        new_line(writer);
    buffer_add_char(writer->out, ']');
}

// The shortest digits that read back as the same double, in *RET_DIGITS; returns the position of
// the decimal point among them.
static int real_digits(double real, char ret_digits[static 24])
{
    char text[32];
    int precision = 0;
    do
        snprintf(text, sizeof text, "%.*e", precision, real);
    while (strtod(text, NULL) != real && ++precision <= 16);
    size_t length = strcspn(text, "e"), n = 0;
    for (size_t i = 0; i < length; i++)
        if (text[i] != '.')
            ret_digits[n++] = text[i];
    ret_digits[n] = '\0';
    return (int)strtol(text + length + 1, NULL, 10) + 1;
}

static void zeros_add(struct buffer *out, int count)
{
    while (count-- > 0)
        buffer_add_char(out, '0');
}

// Numbers as ECMAScript prints them (ECMA-262, Number::toString), which RFC 8785 requires.
static void real_write(struct buffer *out, double real)
{
    char digits[24];
    if (real < 0)
        buffer_add_char(out, '-');
    int point = real_digits(fabs(real), digits), count = (int)strlen(digits);
    if (count <= point && point <= 21) {
        buffer_add_text(out, digits);
        zeros_add(out, real != 0 ? point - count : 0);
    } else if (0 < point && point <= 21) {
        buffer_add_format(out, "%.*s.%s", point, digits, digits + point);
    } else if (-6 < point && point <= 0) {
        buffer_add_text(out, "0.");
        zeros_add(out, -point);
        buffer_add_text(out, digits);
    } else {
        buffer_add_format(out, "%c%s%se%c%d", digits[0], count > 1 ? "." : "", digits + 1,
                          point > 0 ? '+' : '-', point > 0 ? point - 1 : 1 - point);
    }
}

static void value_write(struct json_writer *writer, const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        object_write(writer, value);
        break;
    case JSON_ARRAY:
        array_write(writer, value);
        break;
    case JSON_STRING:
        buffer_add_json_text(writer->out, json_string_value(value));
        break;
    case JSON_INTEGER:
        buffer_add_format(writer->out, "%lld", (long long)json_integer_value(value));
        break;
    case JSON_REAL:
        real_write(writer->out, json_real_value(value));
        break;
    case JSON_TRUE:
        buffer_add_text(writer->out, "true");
        break;
    case JSON_FALSE:
        buffer_add_text(writer->out, "false");
        break;
    case JSON_NULL:
        buffer_add_text(writer->out, "null");
        break;
    }
}

char *json_canonical(const json_t *value)
{
    struct buffer out = {0};
    struct json_writer writer = {.out = &out, .sorted = true};
    value_write(&writer, value);
    return buffer_take(&out, NULL);
}

char *json_write(const json_t *value, int indent)
{
    struct buffer out = {0};
    struct json_writer writer = {.out = &out, .indent = indent};
    value_write(&writer, value);
    return buffer_take(&out, NULL);
}
