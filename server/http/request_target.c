// Extracts the path of absolute targets; checks hosts.
#include "http/request_target.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static bool is_escape(const char *text)
{
    return text[0] == '%' && isxdigit((unsigned char)text[1]) && isxdigit((unsigned char)text[2]);
}

static size_t name_length(const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-._~!$&'()*+;=";
    size_t length = 0;
    for (;;) {
        length += strspn(text + length, plain);
        if (!is_escape(text + length))
            return length;
        length += 3;
    }
}

// The length of an address in brackets; 0 if TEXT does not begin with one.
static size_t literal_length(const char *text)
{
    static const char within[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                 "-._~!$&'()*+;=:";
    if (*text != '[')
        return 0;
    size_t length = strspn(text + 1, within);
    return length && text[1 + length] == ']' ? length + 2 : 0;
}

static bool host_ends_at(const char *text, size_t length)
{
    size_t literal = literal_length(text), host = literal ? literal : name_length(text);
    if (host < length && text[host] == ':')
        host += 1 + strspn(text + host + 1, "0123456789");
    return host == length;
}

bool request_target_is_host(const char *text)
{
    return host_ends_at(text, strlen(text));
}

// What follows `http://` or `https://`, or NULL.
static const char *authority_find(const char *target)
{
    static const char *const schemes[] = {"http://", "https://"};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (strncasecmp(target, schemes[i], strlen(schemes[i])) == 0)
            return target + strlen(schemes[i]);
    return NULL;
}

void request_target_add(const char *target, struct buffer *out)
{
    const char *authority = *target == '/' ? NULL : authority_find(target);
    size_t length = authority ? strcspn(authority, "/?#") : 0;
    if (length && host_ends_at(authority, length)) {
        target = authority + length;
        if (*target != '/')
            buffer_add_char(out, '/');
    }
    buffer_add_text(out, target);
}
