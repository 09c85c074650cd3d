// Reads weighted lists of media types and codings.
#include "http/accept.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

// How specifically RANGE, such as `text/*`, matches NAME: 3 exactly, 2 by its first part, 1 as a
// star, 0 not at all.
static int range_fit(const char *range, size_t length, const char *name)
{
    size_t whole = strcspn(name, "; "), part = strcspn(name, "/") + 1;
    if ((length == 1 && *range == '*') || (length == 3 && memcmp(range, "*/*", 3) == 0))
        return 1;
    if (length == part + 1 && range[part] == '*' && strncasecmp(range, name, part) == 0)
        return 2;
    return length == whole && strncasecmp(range, name, whole) == 0 ? 3 : 0;
}

// `1`, `0` and up to three decimals as thousandths; 0 for an invalid weight.
static int weight_of(const char *text)
{
    int weight = *text == '1' ? 1000 : 0;
    if ((*text != '0' && *text != '1') || text[1] != '.')
        return weight;
    text += 2;
    for (int unit = 100; unit && isdigit((unsigned char)*text); unit /= 10)
        weight += unit * (*text++ - '0');
    return weight > 1000 ? 1000 : weight;
}

// The weight among the parameters of an item; 1000 if there is none.
static int weight_find(const char *at, const char *end)
{
    while (at < end && (at = memchr(at, ';', (size_t)(end - at)))) {
        at++;
        at += strspn(at, " \t");
        if (strncasecmp(at, "q=", 2) == 0)
            return weight_of(at + 2);
    }
    return 1000;
}

int accept_weight(const char *list, const char *name)
{
    int weight = -1, best = 0;
    while (*list) {
        list += strspn(list, " \t,");
        const char *end = list + strcspn(list, ",");
        size_t length = strcspn(list, ",; \t");
        int fit = range_fit(list, length, name);
        if (fit > best) {
            best = fit;
            weight = weight_find(list + length, end);
        }
        list = end;
    }
    return weight;
}
