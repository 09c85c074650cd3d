// Matches a request with an operation of the contract, judges its arguments, lets the handler
// answer.
#include "app.h"

#include <stdio.h>
#include <string.h>

#include "arguments.h"
#include "encode.h"
#include "handlers.h"
#include "memory.h"
#include "text.h"

enum { TARGET_MAX = 8192, SEGMENTS_MAX = 8, METHODS_SIZE = 96 };

struct app {
    const struct spec *spec;
    struct pool *pool;
};

struct app *app_new(const struct spec *spec, const struct pool_options *options)
{
    struct app *app = calloc(1, sizeof *app);
    if (!app)
        return NULL;
    app->spec = spec;
    app->pool = pool_new(options);
    if (app->pool)
        return app;
    free(app);
    return NULL;
}

void app_free(struct app *app)
{
    if (!app)
        return;
    pool_free(app->pool);
    free(app);
}

uint64_t app_revision(struct app *app)
{
    struct connection *connection;
    struct problem problem = {0};
    enum err err = pool_take(app->pool, &connection, &problem);
    uint64_t identity = err ? 0 : revision_identity(&connection->newest);
    pool_give(app->pool, connection, err);
    problem_cleanup(&problem);
    return identity;
}

static enum err call_serve(struct app *app, struct call *call, const struct handler_row *row)
{
    if (!row->reads)
        return row->serve(call);
    enum err err = pool_take(app->pool, &call->connection, &call->problem);
    if (!err)
        err = row->serve(call);
    // Who reads rows takes a failure for their end.
    if (!err && database_failure(call->connection->database))
        err = problem_set(&call->problem, database_failure(call->connection->database),
                          "The database cannot be read: %s.",
                          database_failure_text(call->connection->database));
    pool_give(app->pool, call->connection, err);
    return err;
}

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

// A path of the contract near to the one asked for: the nearest template, its parameter filled with
// what was asked.
static void path_suggest(const struct spec *spec, const char *target, size_t length,
                         char ret_suggestion[static 256])
{
    size_t count, best = SIZE_MAX;
    char asked[256], candidate[256];
    const struct operation *operations = spec_operations(spec, &count);
    // What is too much at the end is no part of a name.
    while (length > 1 && target[length - 1] == '/')
        length--;
    snprintf(asked, sizeof asked, "%.*s", length > 200 ? 200 : (int)length, target);
    const char *last = strrchr(asked, '/');
    for (size_t i = 0; i < count; i++) {
        const char *path = operations[i].path, *brace = strchr(path, '{');
        if (brace && (strchr(brace, '/') || !last[1]))
            continue;
        snprintf(candidate, sizeof candidate, "%.*s%s", brace ? (int)(brace - path) : 120, path,
                 brace ? last + 1 : "");
        size_t distance = text_distance(asked, candidate);
        if (distance >= best || distance > strlen(asked) / 3 + 1)
            continue;
        best = distance;
        snprintf(ret_suggestion, 256, "%s", candidate);
    }
}

static enum err path_problem(const struct app *app, const char *target, size_t length,
                             struct problem *problem)
{
    char suggestion[256] = "", named[256];
    path_suggest(app->spec, target, length, suggestion);
    snprintf(named, sizeof named, "%.*s", length > 200 ? 200 : (int)length, target);
    bool found = *suggestion != '\0';
    problem_set(problem, ERR_NOT_FOUND, "There is no path '%s'.%s%s%s", named,
                found ? " Did you mean '" : "", suggestion, found ? "'?" : "");
    problem_culprit(problem, "path", named, "there is no such path", NULL,
                    found ? suggestion : NULL);
    return ERR_NOT_FOUND;
}

// What the contract offers at a path.
struct route {
    const struct operation *operation; // for the method, or NULL
    bool found;                        // the path is of the contract
    size_t argument;                   // the segment that is the path's parameter
    char methods[METHODS_SIZE];
};

// Whether the path is one of the contract as it stands, without an argument.
static bool path_is_literal(const struct spec *spec, const struct path *path)
{
    size_t count, argument;
    const struct operation *operations = spec_operations(spec, &count);
    for (size_t i = 0; i < count; i++)
        if (spec_path_matches(operations[i].path, path->segments, path->count, &argument) &&
            argument == SIZE_MAX)
            return true;
    return false;
}

// A path without an argument goes before one with it: `totals` is no id.
static struct route route_find(const struct spec *spec, const struct path *path, const char *method)
{
    struct route route = {0};
    size_t count, argument;
    const char *wanted = strcmp(method, "HEAD") == 0 ? "GET" : method;
    const struct operation *operations = spec_operations(spec, &count);
    bool literal = path_is_literal(spec, path);
    for (size_t i = 0; i < count; i++) {
        if (!spec_path_matches(operations[i].path, path->segments, path->count, &argument) ||
            (literal && argument != SIZE_MAX))
            continue;
        size_t length = strlen(route.methods);
        snprintf(route.methods + length, sizeof route.methods - length, "%s%s", length ? ", " : "",
                 strcmp(operations[i].method, "GET") == 0 ? "GET, HEAD" : operations[i].method);
        route.found = true;
        if (strcmp(operations[i].method, wanted) != 0)
            continue;
        route.operation = &operations[i];
        route.argument = argument;
    }
    size_t length = strlen(route.methods);
    snprintf(route.methods + length, sizeof route.methods - length, ", OPTIONS");
    return route;
}

static void options_answer(const struct route *route, struct response *response)
{
    response->status = 204;
    response_header(response, "Allow", "%s", route->methods);
    response_header(response, "Access-Control-Allow-Methods", "%s", route->methods);
    response_header(response, "Access-Control-Allow-Headers", "Content-Type, If-None-Match");
    response_header(response, "Access-Control-Max-Age", "86400");
}

static enum err operation_call(struct app *app, struct call *call, const char *query)
{
    const struct handler_row *row = handler_find(call->operation->id);
    enum err err =
        arguments_read(app->spec, call->operation, query, &call->problem, &call->arguments);
    if (err)
        return err;
    call->collection = collection_numbered(row->collection);
    call->media = media_choose(call->operation, call->arguments, call->request->accept);
    call->response->negotiated = media_negotiates(call->operation);
    err = media_check(call->media, call->arguments, &call->problem);
    if (!err)
        err = call_serve(app, call, row);
    json_decref(call->arguments);
    return err;
}

static enum err target_handle(struct app *app, struct call *call, size_t length)
{
    const struct request *request = call->request;
    const char *target = request->target;
    AUTO(path) struct path path = {0};
    enum err err = path_split(target, length, &call->problem, &path);
    if (err)
        return err;
    struct route route = route_find(app->spec, &path, request->method);
    if (!route.found)
        return path_problem(app, target, length, &call->problem);
    if (strcmp(request->method, "OPTIONS") == 0) {
        options_answer(&route, call->response);
        return OK;
    }
    if (!route.operation) {
        response_header(call->response, "Allow", "%s", route.methods);
        return problem_set(&call->problem, ERR_METHOD, "%.20s is not allowed here, only %s.",
                           request->method, route.methods);
    }
    call->operation = route.operation;
    call->response->operation = route.operation->id;
    call->argument = route.argument == SIZE_MAX ? NULL : path.segments[route.argument];
    return operation_call(app, call, target[length] == '?' ? target + length + 1 : NULL);
}

// What was set for an answer that then failed says nothing of the problem.
static void headers_drop(struct response *response)
{
    const char *operation = response->operation;
    struct header allow = {0};
    for (size_t i = 0; i < response->header_count; i++)
        if (strcmp(response->headers[i].name, "Allow") == 0)
            allow = (struct header){"Allow", strdup(response->headers[i].value)};
    response_cleanup(response);
    response->operation = operation;
    if (allow.value)
        response->headers[response->header_count++] = allow;
}

static enum err request_handle(struct app *app, struct call *call)
{
    const char *target = call->request->target;
    if (strlen(target) > TARGET_MAX) {
        problem_culprit(&call->problem, "path", "", "longer than 8192 bytes", NULL, NULL);
        return problem_set(&call->problem, ERR_URL_TOO_LONG,
                           "The address has %zu bytes; at most %d are read.", strlen(target),
                           TARGET_MAX);
    }
    return target_handle(app, call, strcspn(target, "?"));
}

static void headers_common(struct response *response)
{
    response_header(response, "Access-Control-Allow-Origin", "*");
    response_header(response, "Access-Control-Expose-Headers",
                    "Content-Disposition, Dataset-Revision, Dataset-Warning, ETag, Link, "
                    "Total-Count");
    response_header(response, "X-Content-Type-Options", "nosniff");
}

void app_refuse(const struct request *request, enum err err, const char *detail,
                struct response *ret_response)
{
    struct problem problem = {0};
    *ret_response = (struct response){0};
    problem_set(&problem, err, "%s", detail);
    problem_respond(&problem, request->target, ret_response);
    problem_cleanup(&problem);
    headers_common(ret_response);
    response_header(ret_response, "Connection", "close");
}

// Says that memory ended, with none of its own: what is to be told may have been cut short too.
static void response_short(struct response *response)
{
    static const char body[] =
        "{\"type\":\"/problems/busy\",\"title\":\"The server cannot answer now\","
        "\"status\":503,\"code\":\"busy\",\"detail\":\"Out of memory.\","
        "\"instance\":\"\",\"errors\":[]}";
    const char *operation = response->operation;
    response_cleanup(response);
    memory_forgive();
    response->operation = operation;
    response->status = error_status(ERR_BUSY);
    response_body(response, "application/problem+json", strdup(body), sizeof body - 1);
    response_header(response, "Cache-Control", "no-store");
    headers_common(response);
}

void app_handle(struct app *app, const struct request *request, struct response *ret_response)
{
    memory_forgive();
    struct call call = {
        .spec = app->spec, .pool = app->pool, .request = request, .response = ret_response};
    *ret_response = (struct response){0};
    enum err err = request_handle(app, &call);
    if (!err && !encode_finish(request, ret_response))
        err = problem_set(&call.problem, ERR_BUSY, "Out of memory.");
    if (err) {
        headers_drop(ret_response);
        problem_respond(&call.problem, request->target, ret_response);
    }
    problem_cleanup(&call.problem);
    headers_common(ret_response);
    if (memory_ended())
        response_short(ret_response);
}
