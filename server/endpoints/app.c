// Matches a request with an operation of the contract, judges its arguments, lets the handler
// answer.
#include "endpoints/app.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "contract/arguments.h"
#include "contract/route.h"
#include "endpoints/operations.h"
#include "http/response_finish.h"

enum { TARGET_MAX = 8192 };

struct app {
    const struct openapi *spec;
    const char *public_url;
    struct pool *pool;
};

struct app *app_new(const struct openapi *spec, const struct pool_options *options,
                    const char *public_url)
{
    struct app *app = calloc(1, sizeof *app);
    if (!app)
        return NULL;
    app->spec = spec;
    app->public_url = public_url;
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

static enum err call_serve(struct app *app, struct call *call, const struct operation_row *row)
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

static void options_answer(const struct route *route, struct response *response)
{
    response->status = 204;
    response_header(response, "Allow", "%s", route->methods);
    response_header(response, "Access-Control-Allow-Methods", "%s", route->methods);
    response_header(response, "Access-Control-Allow-Headers", "Content-Type, If-None-Match");
    response_header(response, "Access-Control-Max-Age", "86400");
}

// Links repeat the address in canonical form, with a pin, a format or a place behind it; they must
// be addresses that can be asked for.
static enum err canonical_check(struct call *call)
{
    enum { BEHIND = 128, GROWTH = 3, CANONICAL_MAX = TARGET_MAX - BEHIND };
    struct buffer canonical = {0};
    if (strlen(call->request->target) < CANONICAL_MAX / GROWTH)
        return OK;
    arguments_write(call->operation, call->arguments, NULL, &canonical);
    size_t length = strlen(call->operation->path) + 1 + canonical.length;
    buffer_cleanup(&canonical);
    if (length <= CANONICAL_MAX)
        return OK;
    problem_culprit(&call->problem, "path", "", "too long in canonical form", NULL, NULL);
    return problem_set(&call->problem, ERR_URL_TOO_LONG,
                       "The address has %zu bytes in canonical form; at most %d are answered.",
                       length, CANONICAL_MAX);
}

static enum err arguments_judge(struct app *app, struct call *call, const char *query)
{
    enum err err =
        arguments_read(app->spec, call->operation, query, &call->problem, &call->arguments);
    return err ? err : canonical_check(call);
}

static enum err operation_call(struct app *app, struct call *call, const char *query)
{
    const struct operation_row *row = operations_find(call->operation->id);
    enum err err = arguments_judge(app, call, query);
    if (err) {
        json_decref(call->arguments);
        return err;
    }
    call->collection = collection_numbered(row->collection);
    call->media = output_format_choose(call->operation, call->arguments, call->request->accept);
    call->response->negotiated = output_format_negotiates(call->operation);
    err = output_format_check(call->media, call->operation, call->arguments, &call->problem);
    if (!err)
        err = call_serve(app, call, row);
    json_decref(call->arguments);
    return err;
}

static enum err target_handle(struct app *app, struct call *call, size_t length)
{
    const struct request *request = call->request;
    const char *target = request->target;
    AUTO(route) struct route route = {0};
    enum err err = route_find(app->spec, target, length, request->method, &call->problem, &route);
    if (err)
        return err;
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
    call->argument = route.argument;
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
    struct call call = {.spec = app->spec,
                        .public_url = app->public_url,
                        .pool = app->pool,
                        .request = request,
                        .response = ret_response};
    *ret_response = (struct response){0};
    enum err err = request_handle(app, &call);
    if (!err && !response_finish(request, ret_response))
        err = problem_memory(&call.problem);
    if (err) {
        headers_drop(ret_response);
        problem_respond(&call.problem, request->target, ret_response);
    }
    problem_cleanup(&call.problem);
    headers_common(ret_response);
    if (memory_ended())
        response_short(ret_response);
}
