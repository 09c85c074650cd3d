// Finds the operation of the contract that an address belongs to.
#include "contract/route.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ownership.h"
#include "base/text.h"

enum { SEGMENTS_MAX = 8 };

// The decoded segments of a path.
struct path {
    char *segments[SEGMENTS_MAX];
    size_t count;
};

static void path_cleanup(struct path *path)
{
    for (size_t i = 0; i < path->count; i++)
        free(path->segments[i]);
}

static enum err path_split(const char *target, size_t length, struct problem *problem,
                           struct path *ret_path)
{
    const char *at = target, *end = target + length;
    if (*at != '/') {
        problem_set(problem, ERR_BAD_REQUEST, "The address must begin with '/'.");
        return ERR_BAD_REQUEST;
    }
    while (at < end && ret_path->count < SEGMENTS_MAX) {
        const char *slash = memchr(at + 1, '/', (size_t)(end - at - 1));
        const char *stop = slash ? slash : end;
        char **segment = &ret_path->segments[ret_path->count];
        if (!text_decode(at + 1, (size_t)(stop - at - 1), false, segment)) {
            problem_culprit(problem, "path", "",
                            "percent escapes must be whole, and their bytes UTF-8"
                            " without NUL",
                            NULL, NULL);
            return problem_set(problem, ERR_BAD_ENCODING,
                               "The path is not valid percent-encoded UTF-8.");
        }
        ret_path->count += *segment != NULL;
        at = stop;
    }
    return OK;
}

// The edit distance between the requested path and a template; SIZE_MAX if that is too far. The
// template's parameter is replaced by the requested segment, which brings nothing nearer.
static size_t path_distance(const char *asked, const char *path, char ret_candidate[static 256])
{
    char fixed[256];
    const char *brace = strchr(path, '{'), *last = strrchr(asked, '/') + 1;
    if (brace && (strchr(brace, '/') || !*last))
        return SIZE_MAX;
    snprintf(ret_candidate, 256, "%.*s%.200s", brace ? (int)(brace - path) : 200, path,
             brace ? last : "");
    snprintf(fixed, sizeof fixed, "%.*s", brace ? (int)(last - asked) : 200, asked);
    size_t distance = text_distance(asked, ret_candidate), most = text_plausible(fixed);
    if (distance <= most)
        return distance;
    // The last segment is right, but in another folder.
    return !brace && *last && strcmp(strrchr(path, '/') + 1, last) == 0 ? most : SIZE_MAX;
}

// A path of the contract that is similar to the requested one; "" if there is none.
static void path_suggest(const struct openapi *spec, const char *target, size_t length,
                         char ret_suggestion[static 256])
{
    size_t count, best = SIZE_MAX;
    char asked[256], candidate[256];
    const struct operation *operations = openapi_operations(spec, &count);
    *ret_suggestion = '\0';
    // Trailing slashes are not part of a name.
    while (length > 1 && target[length - 1] == '/')
        length--;
    snprintf(asked, sizeof asked, "%.*s", length > 200 ? 200 : (int)length, target);
    for (size_t i = 0; i < count; i++) {
        size_t distance = path_distance(asked, operations[i].path, candidate);
        if (distance >= best)
            continue;
        best = distance;
        snprintf(ret_suggestion, 256, "%s", candidate);
    }
}

static enum err path_problem(const struct openapi *spec, const char *target, size_t length,
                             struct problem *problem)
{
    char suggestion[256], named[256], sentence[TEXT_MEANT_SIZE];
    path_suggest(spec, target, length, suggestion);
    snprintf(named, sizeof named, "%.*s", length > 200 ? 200 : (int)length, target);
    const char *meant = *suggestion ? suggestion : NULL;
    problem_set(problem, ERR_NOT_FOUND, "There is no path '%s'.%s%s", named,
                text_meant(meant, NULL, sentence),
                meant ? "" : " All addresses are listed at '/'.");
    problem_culprit(problem, "path", named, "there is no such path", NULL, meant);
    return ERR_NOT_FOUND;
}

// Whether the path is one of the contract's paths without an argument.
static bool path_is_literal(const struct openapi *spec, const struct path *path)
{
    size_t count, argument;
    const struct operation *operations = openapi_operations(spec, &count);
    for (size_t i = 0; i < count; i++)
        if (openapi_path_matches(operations[i].path, path->segments, path->count, &argument) &&
            argument == SIZE_MAX)
            return true;
    return false;
}

// Adds METHOD to the list for `Allow`, once.
static void method_add(struct route *route, const char *method)
{
    const char *added = strcmp(method, "GET") == 0 ? "GET, HEAD" : method;
    size_t length = strlen(route->methods);
    if (!strstr(route->methods, added))
        snprintf(route->methods + length, sizeof route->methods - length, "%s%s",
                 length ? ", " : "", added);
}

// `OPTIONS *` asks about the whole server (RFC 9110, 9.3.7).
static void server_match(const struct openapi *spec, struct route *route)
{
    size_t count;
    const struct operation *operations = openapi_operations(spec, &count);
    for (size_t i = 0; i < count; i++)
        method_add(route, operations[i].method);
}

// A path without an argument takes precedence over one with it: `totals` is not an id.
static void operations_match(const struct openapi *spec, struct path *path, const char *method,
                             struct route *route)
{
    size_t count, argument, taken = SIZE_MAX;
    const char *wanted = strcmp(method, "HEAD") == 0 ? "GET" : method;
    const struct operation *operations = openapi_operations(spec, &count);
    bool literal = path_is_literal(spec, path);
    for (size_t i = 0; i < count; i++) {
        if (!openapi_path_matches(operations[i].path, path->segments, path->count, &argument) ||
            (literal && argument != SIZE_MAX))
            continue;
        method_add(route, operations[i].method);
        if (strcmp(operations[i].method, wanted) != 0)
            continue;
        route->operation = &operations[i];
        taken = argument;
    }
    if (taken != SIZE_MAX)
        route->argument = TAKE(path->segments[taken]);
}

static enum err path_find(const struct openapi *spec, const char *target, size_t length,
                          const char *method, struct problem *problem, struct route *ret_route)
{
    AUTO(path) struct path path = {0};
    enum err err = path_split(target, length, problem, &path);
    if (err)
        return err;
    operations_match(spec, &path, method, ret_route);
    return ret_route->methods[0] ? OK : path_problem(spec, target, length, problem);
}

enum err route_find(const struct openapi *spec, const char *target, size_t length,
                    const char *method, struct problem *problem, struct route *ret_route)
{
    bool whole = length == 1 && *target == '*' && strcmp(method, "OPTIONS") == 0;
    enum err err = OK;
    if (whole)
        server_match(spec, ret_route);
    else
        err = path_find(spec, target, length, method, problem, ret_route);
    if (!err)
        method_add(ret_route, "OPTIONS");
    return err;
}

void route_cleanup(struct route *route)
{
    free(route->argument);
    *route = (struct route){0};
}
