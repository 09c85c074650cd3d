// Percent-decoding, UTF-8, integers and edit distance over untrusted text.
#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The number of bytes of the UTF-8 sequence at BYTES (RFC 3629, section 4), 0 where it is malformed
// or NUL.
static size_t utf8_length(const unsigned char *bytes, size_t left)
{
    unsigned char first = bytes[0], low = 0x80, high = 0xbf;
    if (first < 0x80)
        return first != 0;
    size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (first < 0xc2 || first > 0xf4 || left < length)
        return 0;
    if (first == 0xe0)
        low = 0xa0;
    if (first == 0xed)
        high = 0x9f;
    if (first == 0xf0)
        low = 0x90;
    if (first == 0xf4)
        high = 0x8f;
    if (bytes[1] < low || bytes[1] > high)
        return 0;
    for (size_t i = 2; i < length; i++)
        if ((bytes[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

bool text_is_utf8(const char *bytes, size_t length)
{
    for (size_t at = 0; at < length;) {
        size_t step = utf8_length((const unsigned char *)bytes + at, length - at);
        if (!step)
            return false;
        at += step;
    }
    return true;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool text_decode(const char *bytes, size_t length, bool plus, char **ret_text)
{
    *ret_text = NULL;
    char *text = malloc(length + 1);
    if (!text)
        return true;
    size_t n = 0;
    for (size_t i = 0; i < length; i++) {
        char c = bytes[i];
        if (c == '%') {
            int high = i + 2 < length ? hex_value(bytes[i + 1]) : -1;
            int low = i + 2 < length ? hex_value(bytes[i + 2]) : -1;
            if (high < 0 || low < 0) {
                free(text);
                return false;
            }
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        text[n++] = c;
    }
    text[n] = '\0';
    if (!text_is_utf8(text, n)) {
        free(text);
        return false;
    }
    *ret_text = text;
    return true;
}

// Characters used in print that are not letters, and the letters they stand for.
struct printed {
    const char *bytes, *letters;
};

static const struct printed *printed_at(const char *text)
{
    static const struct printed signs[] = {
        {"\u00ad", ""},   {"\u2060", ""},   {"\ufeff", ""},    {"\ufb00", "ff"},
        {"\ufb01", "fi"}, {"\ufb02", "fl"}, {"\ufb03", "ffi"}, {"\ufb04", "ffl"},
        {"\ufb05", "st"}, {"\ufb06", "st"}, {"\u0131", "i"},
    };
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (strncmp(text, signs[i].bytes, strlen(signs[i].bytes)) == 0)
            return &signs[i];
    return NULL;
}

char *text_typed(const char *text)
{
    char *typed = malloc(strlen(text) + 1), *out = typed;
    while (typed && *text) {
        const struct printed *printed = (unsigned char)*text < 0x80 ? NULL : printed_at(text);
        if (printed) {
            out = stpcpy(out, printed->letters);
            text += strlen(printed->bytes);
        } else {
            *out++ = *text++;
        }
    }
    if (typed)
        *out = '\0';
    return typed;
}

void text_copy(char *ret_text, size_t size, const char *text)
{
    size_t length = strnlen(text, size - 1);
    memcpy(ret_text, text, length);
    ret_text[length] = '\0';
}

size_t text_number(int64_t number, char ret_digits[static TEXT_NUMBER_SIZE])
{
    char digits[TEXT_NUMBER_SIZE];
    size_t at = sizeof digits;
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (number < 0)
        digits[--at] = '-';
    memcpy(ret_digits, digits + at, sizeof digits - at);
    return sizeof digits - at;
}

void text_hex(uint64_t number, char ret_text[static TEXT_HEX_SIZE])
{
    for (size_t i = TEXT_HEX_SIZE - 1; i-- > 0; number >>= 4)
        ret_text[i] = "0123456789abcdef"[number & 15];
    ret_text[TEXT_HEX_SIZE - 1] = '\0';
}

bool text_integer(const char *text, int64_t *ret_value)
{
    const char *digits = text + (*text == '-');
    size_t length = strlen(digits);
    if (length < 1 || length > 18 || (digits[0] == '0' && (length > 1 || *text == '-')))
        return false;
    for (const char *c = digits; *c; c++)
        if (*c < '0' || *c > '9')
            return false;
    *ret_value = strtoll(text, NULL, 10);
    return true;
}

enum { DISTANCE_MAX = 64 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t text_distance(const char *a, const char *b)
{
    size_t m = least(strlen(a), DISTANCE_MAX), n = least(strlen(b), DISTANCE_MAX);
    size_t rows[3][DISTANCE_MAX + 1];
    for (size_t j = 0; j <= n; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= m; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *over = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            int x = tolower((unsigned char)a[i - 1]), y = tolower((unsigned char)b[j - 1]);
            row[j] = least(above[j - 1] + (x != y), least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && x == tolower((unsigned char)b[j - 2]) &&
                y == tolower((unsigned char)a[i - 2]))
                row[j] = least(row[j], over[j - 2] + 1);
        }
    }
    return rows[m % 3][n];
}

size_t text_plausible(const char *text)
{
    // Edits are counted in bytes, so replacing a letter of several bytes costs several.
    size_t length = strlen(text), more = 0;
    for (const char *c = text; *c; c++)
        more += ((unsigned char)*c & 0xc0) == 0x80;
    return (length < 3 ? length / 2 : length / 3) + more;
}

const char *text_meant(const char *a, const char *b, char ret_sentence[static TEXT_MEANT_SIZE])
{
    *ret_sentence = '\0';
    if (a)
        snprintf(ret_sentence, TEXT_MEANT_SIZE, " Did you mean '%.256s'%s%.80s%s?", a,
                 b ? " or '" : "", b ? b : "", b ? "'" : "");
    return ret_sentence;
}

const char *text_nearest(const char *text, const char *const *names, size_t count)
{
    const char *nearest = NULL;
    size_t best = text_plausible(text) + 1;
    for (size_t i = 0; i < count; i++) {
        size_t distance = text_distance(text, names[i]);
        if (distance < best) {
            best = distance;
            nearest = names[i];
        }
    }
    return nearest;
}

bool text_is_slug(const char *id)
{
    if (*id < 'a' || *id > 'z' || strlen(id) > 80)
        return false;
    for (const char *c = id + 1; *c; c++) {
        bool alnum = (*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9');
        if (!alnum && (*c != '-' || c[-1] == '-' || !c[1]))
            return false;
    }
    return true;
}
