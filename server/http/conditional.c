// Evaluates `If-None-Match` and `If-Modified-Since`.
#include "http/conditional.h"

#include <string.h>
#include <time.h>

void conditional_date_write(int64_t seconds, char ret_text[static HTTP_DATE_SIZE])
{
    struct tm parts;
    const time_t time = seconds;
    gmtime_r(&time, &parts);
    strftime(ret_text, HTTP_DATE_SIZE, "%a, %d %b %Y %H:%M:%S GMT", &parts);
}

bool conditional_date_read(const char *text, int64_t *ret_seconds)
{
    static const char *const forms[] = {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT",
                                        "%a %b %e %H:%M:%S %Y"};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct tm parts = {0};
        const char *end = strptime(text, forms[i], &parts);
        if (!end || *end)
            continue;
        *ret_seconds = timegm(&parts);
        return true;
    }
    return false;
}

int64_t conditional_time_read(const char *text)
{
    struct tm parts = {0};
    return text && strptime(text, "%Y-%m-%dT%H:%M:%SZ", &parts) ? timegm(&parts) : 0;
}

// Whether the LENGTH bytes of LISTED are TAG, or TAG followed by the suffix of a coding.
static bool tag_equal(const char *listed, size_t length, const char *tag)
{
    static const char mark[] = "-gzip";
    size_t plain = strlen(tag), marked = plain + sizeof mark - 1;
    if (length == marked && memcmp(listed + plain, mark, sizeof mark - 1) == 0)
        length = plain;
    return length == plain && memcmp(listed, tag, plain) == 0;
}

// RFC 9110, 8.8.3.2 and 13.1.2: `*` alone, or one of the tags in the list.
static bool tag_listed(const char *list, const char *tag)
{
    list += strspn(list, " \t");
    if (*list == '*')
        return list[1 + strspn(list + 1, " \t")] == '\0';
    while (*list) {
        list += strspn(list, " \t,");
        if (strncmp(list, "W/", 2) == 0)
            list += 2;
        if (*list != '"') {
            list += strcspn(list, ",");
            continue;
        }
        const char *end = strchr(list + 1, '"');
        if (!end)
            return false;
        if (tag_equal(list + 1, (size_t)(end - list - 1), tag))
            return true;
        list = end + 1;
    }
    return false;
}

bool conditional_is_fresh(const char *if_none_match, const char *if_modified_since, const char *tag,
                          int64_t modified)
{
    int64_t since;
    if (if_none_match)
        return tag_listed(if_none_match, tag);
    return if_modified_since && modified && conditional_date_read(if_modified_since, &since) &&
           modified <= since;
}
