// Writes and reads cursors.
#include "cursor.h"

#include <string.h>

#include "digest.h"

enum { CHECK_DIGITS = 8 };

char *cursor_write(const struct cursor *cursor)
{
    char hex[DIGEST_HEX_SIZE];
    AUTO(json)
    json_t *value = json_pack("[ssIIOb]", cursor->address, cursor->revision, cursor->total,
                              cursor->undated, (json_t *)cursor->position, cursor->backward);
    AUTO(text) char *text = value ? json_dumps(value, JSON_COMPACT) : NULL;
    if (!text || !digest_of(text, strlen(text), hex))
        return NULL;
    size_t length = strlen(text);
    AUTO(text) char *whole = malloc(CHECK_DIGITS + length + 1);
    if (!whole)
        return NULL;
    memcpy(whole, hex, CHECK_DIGITS);
    memcpy(whole + CHECK_DIGITS, text, length + 1);
    return base64url_encode(whole, CHECK_DIGITS + length);
}

json_t *cursor_read(const char *text, struct cursor *ret_cursor)
{
    char hex[DIGEST_HEX_SIZE];
    size_t length;
    int backward;
    json_t *position;
    json_error_t error;
    AUTO(text) char *whole = base64url_decode(text, &length);
    if (!whole || length < CHECK_DIGITS ||
        !digest_of(whole + CHECK_DIGITS, length - CHECK_DIGITS, hex) ||
        memcmp(whole, hex, CHECK_DIGITS) != 0)
        return NULL;
    AUTO(json) json_t *value = json_loadb(whole + CHECK_DIGITS, length - CHECK_DIGITS, 0, &error);
    if (!value || json_unpack(value, "[ssIIob!]", &ret_cursor->address, &ret_cursor->revision,
                              &ret_cursor->total, &ret_cursor->undated, &position, &backward))
        return NULL;
    ret_cursor->position = position;
    ret_cursor->backward = backward;
    return TAKE(value);
}
