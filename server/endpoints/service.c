// Serves information about the service itself: the index, the contract, health, metrics, the
// meanings of problems.
#include <stdio.h>
#include <string.h>

#include "base/embedded.h"
#include "base/metrics.h"
#include "base/text.h"
#include "endpoints/operations.h"
#include "http/accept.h"
#include "http/conditional.h"
#include "http/links.h"

// Answers with bytes that depend only on the program.
static enum err fixed_answer(struct call *call, const char *type, const char *text)
{
    return call_answer_fixed(call, type, text, strlen(text));
}

// Answers with the contract TEXT, in which the server's root (found after the text SERVER) is
// replaced by our address.
static enum err contract_answer(struct call *call, const char *type, const char *text,
                                const char *server)
{
    struct buffer body = {0};
    const char *root = strstr(text, server);
    if (!*call->base || !root)
        return fixed_answer(call, type, text);
    root += strlen(server);
    buffer_add(&body, text, (size_t)(root - text));
    buffer_add_text(&body, call->base);
    buffer_add_text(&body, root + 1);
    enum err err =
        body.failed ? problem_memory(&call->problem) : fixed_answer(call, type, buffer_text(&body));
    buffer_cleanup(&body);
    return err;
}

enum err service_openapi_json(struct call *call)
{
    return contract_answer(call, "application/json", embedded_openapi_json,
                           "\"servers\":[{\"url\":\"");
}

enum err service_openapi_yaml(struct call *call)
{
    return contract_answer(call, "application/yaml", embedded_openapi_yaml, "servers:\n- url: ");
}

enum err service_health(struct call *call)
{
    struct buffer body = {0};
    call->response->keepable = true;
    response_header(call->response, "Cache-Control", "no-store");
    buffer_add_text(&body, "{\"status\":\"ok\"}");
    return call_answer(call, "application/json", &body);
}

enum err service_readiness(struct call *call)
{
    struct buffer body = {0};
    const struct revision *newest = &call->connection->newest;
    response_header(call->response, "Cache-Control", "no-store");
    buffer_add_format(&body,
                      "{\"status\":\"ready\",\"dataset_revision\":%lld,\"dataset_version\":\"%s\"}",
                      (long long)newest->number, newest->release);
    return call_answer(call, "application/json", &body);
}

static int64_t database_bytes(struct database *database)
{
    struct statement *statement = database_prepare(
        database, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size");
    int64_t bytes = statement && statement_step(statement) ? statement_integer(statement, 0) : 0;
    if (statement)
        statement_reset(statement);
    return bytes;
}

// Whether the database answers is reported as a metric; it does not fail the request.
static void database_write(struct call *call, struct buffer *out)
{
    struct problem problem = {0};
    enum err err = pool_take(call->pool, &call->connection, &problem);
    metrics_write_value(out, "relata_database_up", "gauge", "Whether the database can be read.",
                        !err);
    if (!err) {
        const struct revision *newest = &call->connection->newest;
        int64_t bytes = database_bytes(call->connection->database);
        if (bytes)
            metrics_write_value(out, "relata_database_bytes", "gauge", "Size of the database.",
                                (double)bytes);
        metrics_write_value(out, "relata_dataset_revision", "gauge",
                            "Number of the newest revision.", (double)newest->number);
        metrics_write_value(out, "relata_dataset_revision_timestamp_seconds", "gauge",
                            "Time of the newest revision.",
                            (double)conditional_time_read(newest->time));
    }
    pool_give(call->pool, call->connection, err);
    problem_cleanup(&problem);
}

enum err service_metrics(struct call *call)
{
    size_t count;
    struct buffer body = {0};
    const struct operation *operations = openapi_operations(call->spec, &count);
    const char **names = calloc(count, sizeof *names);
    if (!names)
        return problem_memory(&call->problem);
    for (size_t i = 0; i < count; i++)
        names[i] = operations[i].id;
    if (call->request->metrics)
        metrics_write(call->request->metrics, names, &body);
    free(names);
    database_write(call, &body);
    buffer_add_format(&body,
                      "# HELP relata_build_info The program.\n# TYPE relata_build_info gauge\n"
                      "relata_build_info{version=\"%s\"} 1\n",
                      embedded_version);
    response_header(call->response, "Cache-Control", "no-store");
    return call_answer(call, "text/plain; version=0.0.4; charset=utf-8", &body);
}

// Browsers list HTML explicitly and accept anything else as a fallback; curl and fetch accept
// anything.
static bool wants_page(const struct request *request)
{
    return request->accept && accept_weight(request->accept, "text/html") >
                                  accept_weight(request->accept, "application/json");
}

static enum err explorer_redirect(struct call *call)
{
    call->response->status = 303;
    response_header(call->response, "Location", "explore");
    response_header(call->response, "Cache-Control", "no-store");
    response_header(call->response, "Vary", "Accept");
    return OK;
}

// Writes every address of the contract that needs no argument, keyed by the last part of its path.
enum err service_index(struct call *call)
{
    size_t count;
    struct buffer body = {0};
    call->response->negotiated = true;
    if (wants_page(call->request))
        return explorer_redirect(call);
    const struct link links[] = {{NULL, "api-catalog", "/.well-known/api-catalog"},
                                 {NULL, "service-desc", "/openapi.json"},
                                 {NULL, "service-doc", "/docs"}};
    links_tell(call->base, links, sizeof links / sizeof *links, call->response);
    const json_t *info = json_object_get(openapi_document(call->spec), "info");
    const struct operation *operations = openapi_operations(call->spec, &count);
    buffer_add_format(&body, "{\"data\":{\"name\":\"Relata\",\"version\":\"%s\",\"description\":",
                      embedded_version);
    buffer_add_json_text(&body, json_text(info, "summary"));
    buffer_add_format(&body, "},\"meta\":{},\"links\":{\"self\":\"%s/\"", call->base);
    for (size_t i = 0; i < count; i++) {
        const char *path = operations[i].path;
        if (strchr(path, '{') || !path[1] || strcmp(operations[i].method, "GET") != 0)
            continue;
        const char *name = strncmp(path, "/v1/", 4) == 0 ? path + 4 : path + 1;
        buffer_add_char(&body, ',');
        buffer_add_json_text(&body, name);
        buffer_add_format(&body, ":\"%s%s\"", call->base, path);
    }
    buffer_add_text(&body, "}}");
    const char *text = buffer_text(&body);
    enum err err = fixed_answer(call, "application/json", text);
    buffer_cleanup(&body);
    return err;
}

enum err service_problem(struct call *call)
{
    struct buffer body = {0};
    const char *codes[ERROR_COUNT];
    for (enum err err = OK + 1; err < ERROR_COUNT; err++) {
        codes[err - 1] = error_code(err);
        if (strcmp(error_code(err), call->argument) != 0)
            continue;
        buffer_add_format(&body, "{\"code\":\"%s\",\"title\":\"%s\",\"status\":%u}",
                          error_code(err), error_title(err), error_status(err));
        err = fixed_answer(call, "application/json", buffer_text(&body));
        buffer_cleanup(&body);
        return err;
    }
    char sentence[TEXT_MEANT_SIZE];
    const char *nearest = text_nearest(call->argument, codes, ERROR_COUNT - 1);
    problem_set(&call->problem, ERR_NOT_FOUND, "There is no problem '%.100s'.%s", call->argument,
                text_meant(nearest, NULL, sentence));
    problem_culprit(&call->problem, "path", "code", "there is no such problem", NULL, nearest);
    return ERR_NOT_FOUND;
}
