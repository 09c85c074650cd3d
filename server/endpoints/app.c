// Finds the operation for a request, checks its arguments, and calls the handler.
#include "endpoints/app.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/ownership.h"
#include "contract/route.h"
#include "endpoints/dispatch.h"
#include "endpoints/kept_archive.h"
#include "endpoints/website.h"
#include "http/response_finish.h"

struct app {
    const struct openapi *spec;
    _Atomic(const char *) public_url;
    struct pool *pool;
    struct kept_archive_shelf *archives;
};

// The path of the public address, which is put before every path in an answer.
static const char *base_of(const char *public_url)
{
    const char *host = public_url ? strstr(public_url, "://") : NULL;
    const char *path = host ? strchr(host + strlen("://"), '/') : NULL;
    return path ? path : "";
}

struct app *app_new(const struct openapi *spec, const struct pool_options *options,
                    const char *public_url)
{
    struct app *app = calloc(1, sizeof *app);
    if (!app)
        return NULL;
    app->spec = spec;
    app->public_url = public_url;
    app->pool = pool_new(options);
    app->archives = kept_archive_new();
    if (app->pool && app->archives)
        return app;
    app_free(app);
    return NULL;
}

void app_publish(struct app *app, const char *public_url)
{
    app->public_url = public_url;
}

void app_free(struct app *app)
{
    if (!app)
        return;
    kept_archive_free(app->archives);
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
    if (identity)
        kept_archive_turn(app->archives, identity);
    return identity;
}

// A star stands for every header except Authorization, which must be named (Fetch, 4.9).
static void options_answer(const struct route *route, struct response *response)
{
    response->status = 204;
    response_header(response, "Allow", "%s", route->methods);
    response_header(response, "Access-Control-Allow-Methods", "%s", route->methods);
    response_header(response, "Access-Control-Allow-Headers", "*, Authorization");
    response_header(response, "Access-Control-Max-Age", "86400");
}

// People who type the address of a page in a browser may end it with a slash.
static bool page_redirect(const struct request *request, size_t length, struct response *response)
{
    const char *target = request->target;
    if ((strcmp(request->method, "GET") != 0 && strcmp(request->method, "HEAD") != 0) ||
        !website_is_folder(target, length))
        return false;
    response->status = 308;
    response_header(response, "Location", "..%.*s", (int)length - 1, target);
    response_header(response, "Cache-Control", "no-store");
    return true;
}

static enum err target_handle(struct app *app, struct call *call, size_t length)
{
    const struct request *request = call->request;
    const char *target = request->target;
    AUTO(route) struct route route = {0};
    if (page_redirect(request, length, call->response))
        return OK;
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
    call->response->operation = route.operation->id;
    err = dispatch(call, &route, target[length] == '?' ? target + length + 1 : NULL);
    json_decref(call->arguments);
    return err;
}

// Headers set before the handler failed do not apply to the problem.
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
    if (!call->public_url)
        return problem_set(&call->problem, ERR_BUSY, "The service is starting.");
    if (strlen(target) > DISPATCH_TARGET_MAX) {
        problem_culprit(&call->problem, "path", "", "longer than 8192 bytes", NULL, NULL);
        return problem_set(&call->problem, ERR_URL_TOO_LONG,
                           "The address has %zu bytes; at most %d are read.", strlen(target),
                           DISPATCH_TARGET_MAX);
    }
    return target_handle(app, call, strcspn(target, "?"));
}

static void headers_common(struct response *response)
{
    response_header(response, "Access-Control-Allow-Origin", "*");
    response_header(response, "Access-Control-Expose-Headers",
                    "Content-Disposition, Dataset-Revision, Dataset-Warning, ETag, Link, "
                    "Repr-Digest, Retry-After, Server-Timing, Total-Count, X-Request-Id");
    response_header(response, "X-Content-Type-Options", "nosniff");
}

static void problem_answer(const struct app *app, const struct request *request, enum err err,
                           const char *detail, struct response *ret_response)
{
    struct problem problem = {0};
    *ret_response = (struct response){0};
    problem_set(&problem, err, "%s", detail);
    problem_respond(&problem, base_of(app->public_url), request->target, ret_response);
    problem_cleanup(&problem);
    headers_common(ret_response);
}

void app_refuse(const struct app *app, const struct request *request, enum err err,
                const char *detail, struct response *ret_response)
{
    problem_answer(app, request, err, detail, ret_response);
    response_header(ret_response, "Connection", "close");
}

void app_decline(const struct app *app, const struct request *request, const char *detail,
                 int seconds, struct response *ret_response)
{
    problem_answer(app, request, ERR_BUSY, detail, ret_response);
    response_header(ret_response, "Retry-After", "%d", seconds);
}

bool app_is_probe(const struct app *app, const struct request *request)
{
    AUTO(route) struct route route = {0};
    struct problem problem = {0};
    const char *target = request->target;
    enum err err =
        route_find(app->spec, target, strcspn(target, "?"), request->method, &problem, &route);
    problem_cleanup(&problem);
    return !err && route.operation && operations_find(route.operation->id)->work == WORK_PROBE;
}

void app_stop_files(struct app *app)
{
    pool_end_files(app->pool);
}

void app_stop(struct app *app)
{
    pool_end(app->pool);
}

// Answers 503 with as few allocations as possible, because the answer so far may be incomplete.
static void response_short(const char *base, struct response *response)
{
    char body[512];
    int length = snprintf(body, sizeof body,
                          "{\"type\":\"%s/problems/busy\",\"title\":\"%s\",\"status\":503,"
                          "\"code\":\"busy\",\"detail\":\"Out of memory.\",\"instance\":\"\","
                          "\"errors\":[]}",
                          base, error_title(ERR_BUSY));
    const char *operation = response->operation;
    response_cleanup(response);
    memory_forgive();
    response->operation = operation;
    response->status = error_status(ERR_BUSY);
    response_body(response, "application/problem+json", strdup(body), (size_t)length);
    response_header(response, "Cache-Control", "no-store");
    headers_common(response);
}

// Nothing is sent for an answer that is left to another thread.
static void left_answer(struct call *call)
{
    enum left left = call->response->left;
    response_cleanup(call->response);
    problem_cleanup(&call->problem);
    call->response->left = left;
}

void app_handle(struct app *app, const struct request *request, struct response *ret_response)
{
    memory_forgive();
    const char *public_url = app->public_url;
    struct call call = {.spec = app->spec,
                        .public_url = public_url,
                        .base = base_of(public_url),
                        .pool = app->pool,
                        .archives = app->archives,
                        .request = request,
                        .response = ret_response};
    *ret_response = (struct response){0};
    enum err err = request_handle(app, &call);
    if (ret_response->left) {
        left_answer(&call);
        return;
    }
    if (!err && !response_finish(request, ret_response))
        err = problem_memory(&call.problem);
    if (err) {
        headers_drop(ret_response);
        problem_respond(&call.problem, call.base, request->target, ret_response);
        ret_response->late = err == ERR_TIMEOUT;
    }
    problem_cleanup(&call.problem);
    headers_common(ret_response);
    if (memory_ended())
        response_short(call.base, ret_response);
}
