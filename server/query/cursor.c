// Writes and reads cursors.
#include "query/cursor.h"

#include <string.h>

#include "base/buffer.h"
#include "base/digest.h"

// 128 bits cannot be guessed, and keep the address short.
enum { SIGNATURE_BYTES = 16 };

static void position_write(const json_t *value, struct buffer *out)
{
    if (json_is_false(value) || json_string_length(value) > CURSOR_TEXT_MAX)
        buffer_add_text(out, "false");
    else if (json_is_integer(value))
        buffer_add_integer(out, json_integer_value(value));
    else
        buffer_add_json_text(out, json_string_value(value));
}

// [address, revision, total, undated, [position...], backward]
static void cursor_json(const struct cursor *cursor, struct buffer *out)
{
    size_t i;
    const json_t *value;
    buffer_add_char(out, '[');
    buffer_add_json_text(out, cursor->address);
    buffer_add_char(out, ',');
    buffer_add_json_text(out, cursor->revision);
    buffer_add_char(out, ',');
    buffer_add_integer(out, cursor->total);
    buffer_add_char(out, ',');
    buffer_add_integer(out, cursor->undated);
    buffer_add_text(out, ",[");
    json_array_foreach (cursor->position, i, value) {
        buffer_add_text(out, i ? "," : "");
        position_write(value, out);
    }
    buffer_add_text(out, cursor->backward ? "],true]" : "],false]");
}

char *cursor_write(const struct cursor *cursor, const char *key)
{
    unsigned char signature[DIGEST_SIGNATURE_SIZE] = {0};
    char *text = NULL;
    struct buffer whole = {0};
    buffer_expect(&whole, 1024);
    buffer_add(&whole, signature, SIGNATURE_BYTES);
    cursor_json(cursor, &whole);
    if (!whole.failed && digest_sign(key, whole.bytes + SIGNATURE_BYTES,
                                     whole.length - SIGNATURE_BYTES, signature)) {
        memcpy(whole.bytes, signature, SIGNATURE_BYTES);
        text = digest_base64url_encode(whole.bytes, whole.length);
    }
    buffer_cleanup(&whole);
    return text;
}

// Whether VALUE is an array of the kind that position_write writes.
static bool is_position(const json_t *value)
{
    size_t i;
    const json_t *key;
    if (!json_is_array(value))
        return false;
    json_array_foreach (value, i, key) {
        bool text = json_is_string(key) && json_string_length(key) <= CURSOR_TEXT_MAX;
        if (!text && !json_is_integer(key) && !json_is_null(key) && !json_is_false(key))
            return false;
    }
    return true;
}

json_t *cursor_read(const char *text, const char *key, struct cursor *ret_cursor)
{
    unsigned char signature[DIGEST_SIGNATURE_SIZE];
    size_t length;
    int backward;
    json_t *position;
    json_error_t error;
    AUTO(text) char *whole = digest_base64url_decode(text, &length);
    if (!whole || length < SIGNATURE_BYTES ||
        !digest_sign(key, whole + SIGNATURE_BYTES, length - SIGNATURE_BYTES, signature) ||
        !digest_agrees(whole, signature, SIGNATURE_BYTES))
        return NULL;
    AUTO(json)
    json_t *value = json_loadb(whole + SIGNATURE_BYTES, length - SIGNATURE_BYTES, 0, &error);
    if (!value ||
        json_unpack(value, "[ssIIob!]", &ret_cursor->address, &ret_cursor->revision,
                    &ret_cursor->total, &ret_cursor->undated, &position, &backward) ||
        !is_position(position))
        return NULL;
    ret_cursor->position = position;
    ret_cursor->backward = backward;
    return TAKE(value);
}
