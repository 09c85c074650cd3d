// Appends bytes, formatted text, JSON strings and URL components to a growing run of bytes.
#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

// Most formatted texts fit into this many bytes.
enum { FORMATTED_USUAL = 128 };

// Makes room for MORE bytes and a NUL after them.
static bool buffer_reserve(struct buffer *buffer, size_t more)
{
    if (buffer->failed)
        return false;
    if (buffer->capacity - buffer->length > more)
        return true;
    size_t capacity = buffer->capacity ? buffer->capacity : 256;
    while (capacity - buffer->length <= more)
        capacity *= 2;
    char *bytes = realloc(buffer->bytes, capacity);
    if (!bytes) {
        buffer->failed = true;
        return false;
    }
    buffer->bytes = bytes;
    buffer->capacity = capacity;
    return true;
}

void buffer_expect(struct buffer *buffer, size_t length)
{
    buffer_reserve(buffer, length);
}

void buffer_add(struct buffer *buffer, const void *bytes, size_t length)
{
    if (!length || !buffer_reserve(buffer, length))
        return;
    memcpy(buffer->bytes + buffer->length, bytes, length);
    buffer->length += length;
}

void buffer_add_char(struct buffer *buffer, char c)
{
    buffer_add(buffer, &c, 1);
}

void buffer_add_text(struct buffer *buffer, const char *text)
{
    buffer_add(buffer, text, strlen(text));
}

void buffer_add_format(struct buffer *buffer, const char *format, ...)
{
    va_list list, again;
    if (!buffer_reserve(buffer, FORMATTED_USUAL))
        return;
    va_start(list, format);
    va_copy(again, list);
    size_t room = buffer->capacity - buffer->length;
    int length = vsnprintf(buffer->bytes + buffer->length, room, format, list);
    if (length < 0)
        buffer->failed = true;
    else if ((size_t)length >= room && buffer_reserve(buffer, (size_t)length))
        vsnprintf(buffer->bytes + buffer->length, (size_t)length + 1, format, again);
    if (!buffer->failed)
        buffer->length += (size_t)length;
    va_end(again);
    va_end(list);
}

void buffer_add_integer(struct buffer *buffer, int64_t number)
{
    char digits[TEXT_NUMBER_SIZE];
    size_t length = text_number(number, digits);
    buffer_add(buffer, digits, length);
}

// The two-character escape of C in JSON, or NULL where it has none.
static const char *json_escape(unsigned char c)
{
    switch (c) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\b':
        return "\\b";
    case '\f':
        return "\\f";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    default:
        return NULL;
    }
}

void buffer_add_json_text(struct buffer *buffer, const char *text)
{
    if (!text) {
        buffer_add_text(buffer, "null");
        return;
    }
    buffer_add_char(buffer, '"');
    const char *plain = text;
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        buffer_add(buffer, plain, (size_t)(text - plain));
        const char *escape = json_escape(c);
        if (escape)
            buffer_add_text(buffer, escape);
        else
            buffer_add_format(buffer, "\\u%04x", c);
        plain = text + 1;
    }
    buffer_add(buffer, plain, (size_t)(text - plain));
    buffer_add_char(buffer, '"');
}

void buffer_add_url_text(struct buffer *buffer, const char *text)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~,:/";
    while (*text) {
        size_t length = strspn(text, plain);
        buffer_add(buffer, text, length);
        text += length;
        if (*text)
            buffer_add_format(buffer, "%%%02X", (unsigned char)*text++);
    }
}

void buffer_clear(struct buffer *buffer)
{
    buffer->length = 0;
}

char *buffer_take(struct buffer *buffer, size_t *ret_length)
{
    if (!buffer_reserve(buffer, 1)) {
        buffer_cleanup(buffer);
        return NULL;
    }
    char *bytes = buffer->bytes;
    bytes[buffer->length] = '\0';
    if (ret_length)
        *ret_length = buffer->length;
    *buffer = (struct buffer){0};
    return bytes;
}

const char *buffer_text(struct buffer *buffer)
{
    if (!buffer_reserve(buffer, 1))
        return "";
    buffer->bytes[buffer->length] = '\0';
    return buffer->bytes;
}

void buffer_cleanup(struct buffer *buffer)
{
    free(buffer->bytes);
    *buffer = (struct buffer){0};
}
