// What the fuzzers of the service share: a database made once from the repository's dataset, and
// what holds of every answer.
#ifndef RELATA_FUZZ_SERVICE_H
#define RELATA_FUZZ_SERVICE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "dataset/load.h"
#include "endpoints/app.h"
#include "storage/cursor_key.h"

// Even a build that defines NDEBUG has to check.
#undef NDEBUG
#include <assert.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct app *app;
static char cursor_key[DIGEST_HEX_SIZE];
static char folder[] = "/dev/shm/relata-fuzz-XXXXXX";

static void folder_remove(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    if (system(command))
        perror(folder);
}

static void load_say(void *context, enum load_line kind, const char *text)
{
    (void)context, (void)kind;
    fprintf(stderr, "%s\n", text);
}

static void service_start(void)
{
    static char path[128], fault[SPEC_FAULT_SIZE];
    struct database_fault reason;
    struct load_outcome outcome;
    const char *dataset = getenv("RELATA_DATASET");
    const struct load_options options = {.say = load_say};
    const struct pool_options pool = {
        .database = path, .connections = 1, .query_milliseconds = 20000};
    struct openapi *spec = openapi_new(fault);
    assert(spec && mkdtemp(folder));
    atexit(folder_remove);
    snprintf(path, sizeof path, "%s/relata.db", folder);
    struct database *database = database_open(path, DATABASE_CREATE, &reason);
    assert(database);
    load_dataset(database, spec, dataset ? dataset : "db/dataset", &options, &outcome);
    assert(outcome.result == LOAD_DONE && cursor_key_read(database, cursor_key) == OK);
    database_close(database);
    app = app_new(spec, &pool, "https://relata.example");
    assert(app);
}

// The input as text, to be released. Not strndup(): under strict_string_checks it reads past data,
// which no NUL ends.
static inline char *text_new(const uint8_t *data, size_t size)
{
    char *text = calloc(1, size + 1);
    assert(text);
    if (size > 0)
        memcpy(text, data, size);
    return text;
}

static bool status_known(unsigned status)
{
    static const unsigned known[] = {200, 204, 304, 308, 400, 404, 405,
                                     406, 410, 413, 414, 422, 503};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i] == status)
            return true;
    return false;
}

static void header_check(const struct header *header)
{
    assert(header->value);
    for (const char *c = header->value; *c; c++)
        assert((unsigned char)*c >= 0x20 && *c != 0x7f);
}

static json_t *body_check(const struct response *response)
{
    json_error_t error;
    const char *type = response_header_get(response, "Content-Type");
    if (!response->length)
        return NULL;
    assert(type);
    if (!strstr(type, "json") || response_header_get(response, "Content-Encoding"))
        return NULL;
    json_t *body = json_loadb(
        response->body, response->length,
        strstr(type, "ndjson") ? JSON_DISABLE_EOF_CHECK : JSON_REJECT_DUPLICATES, &error);
    assert(body);
    return body;
}

static void problem_check(const struct response *response, const json_t *body)
{
    const char *type = response_header_get(response, "Content-Type");
    const char *cache = response_header_get(response, "Cache-Control");
    assert(type && strcmp(type, "application/problem+json") == 0);
    assert(cache && strcmp(cache, "no-store") == 0);
    assert(json_integer_value(json_object_get(body, "status")) == response->status);
    assert(json_text(body, "code") && json_text(body, "title") && json_text(body, "instance"));
    assert(json_text(body, "detail") && *json_text(body, "detail"));
    assert(json_is_array(json_object_get(body, "errors")));
}

// Asks, and checks what holds of every answer. The body as JSON, to be released, or NULL; the
// response is left to the caller.
static json_t *service_request(const struct request *request, struct response *ret_response)
{
    app_handle(app, request, ret_response);
    assert(status_known(ret_response->status));
    for (size_t i = 0; i < ret_response->header_count; i++)
        header_check(&ret_response->headers[i]);
    json_t *body = body_check(ret_response);
    if (ret_response->status >= 400)
        problem_check(ret_response, body);
    if (ret_response->status == 308)
        assert(response_header_get(ret_response, "Location"));
    if (ret_response->status == 304 || ret_response->status == 204)
        assert(ret_response->length == 0);
    return body;
}

static inline json_t *service_ask(const char *method, const char *target, const char *if_none_match,
                                  struct response *ret_response)
{
    const struct request request = {
        .method = method, .target = target, .if_none_match = if_none_match};
    return service_request(&request, ret_response);
}

#endif
