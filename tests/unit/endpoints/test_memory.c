// Memory that ends: in one request of each operation of the contract the n-th allocation fails, and
// each answer is the right one or says that the server is busy. `make check-memory` takes every n
// until none fails any more; without it MEMORY_SAMPLES of them are taken, evenly.
//
// Allocations are those of our own code (see server/base/memory.h), of Jansson and of SQLite.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/memory.h"
#include "dataset/load.h"
#include "endpoints/app.h"
#include "storage/database.h"

enum { TARGET_SIZE = 512, SAMPLES = 40 };

bool memory_is_refused(void);

static long left = -1; // allocations that go well before one fails; negative: none fails

static bool refused(void)
{
    return left >= 0 && left-- == 0;
}

bool memory_is_refused(void)
{
    return refused();
}

static sqlite3_mem_methods plain;

static void *sqlite_malloc(int size)
{
    return refused() ? NULL : plain.xMalloc(size);
}

static void *sqlite_realloc(void *old, int size)
{
    return refused() ? NULL : plain.xRealloc(old, size);
}

static struct openapi *spec;
static char folder[] = "/tmp/relata-memory-XXXXXX";
static char database_path[TARGET_SIZE];
static long allocations;

static void load_say(void *context, enum load_line kind, const char *text)
{
    (void)context, (void)kind, (void)text;
}

static int service_start(void **state)
{
    char fault[SPEC_FAULT_SIZE];
    struct database_fault reason;
    struct load_outcome outcome;
    const char *dataset = getenv("RELATA_DATASET");
    const struct load_options options = {.say = load_say};
    (void)state;
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &plain), SQLITE_OK);
    sqlite3_mem_methods failing = plain;
    failing.xMalloc = sqlite_malloc;
    failing.xRealloc = sqlite_realloc;
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &failing), SQLITE_OK);
    memory_watch();
    database_watch_memory();
    spec = openapi_new(fault);
    assert_non_null(spec);
    assert_non_null(mkdtemp(folder));
    snprintf(database_path, sizeof database_path, "%s/relata.db", folder);
    struct database *database = database_open(database_path, DATABASE_CREATE, &reason);
    assert_non_null(database);
    load_dataset(database, spec, dataset ? dataset : "db/dataset", &options, &outcome);
    assert_int_equal(outcome.result, LOAD_DONE);
    database_close(database);
    return 0;
}

static int service_stop(void **state)
{
    char command[TARGET_SIZE];
    (void)state;
    openapi_free(spec);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

// Asks a service of its own, whose first connection is made under the same shortage, with AFTER
// allocations that go well. Gives how many went well. The body is drained as the server would.
static long ask(const struct request *request, long after, struct response *ret_response)
{
    const struct pool_options options = {
        .database = database_path, .connections = 1, .query_milliseconds = 20000};
    struct app *app = app_new(spec, &options, "https://relata.example");
    assert_non_null(app);
    memory_forgive();
    left = after;
    app_handle(app, request, ret_response);
    bool good = response_drain(ret_response) && !memory_ended();
    long well = after - left;
    left = -1;
    if (!good)
        ret_response->status = 0; // the server cuts the connection
    app_free(app);
    return well;
}

static bool same(const struct response *a, const struct response *b)
{
    if (a->status != b->status || a->length != b->length || a->header_count != b->header_count)
        return false;
    for (size_t i = 0; i < a->header_count; i++)
        if (strcmp(a->headers[i].name, b->headers[i].name) ||
            strcmp(a->headers[i].value, b->headers[i].value))
            return false;
    return !a->length || memcmp(a->body, b->body, a->length) == 0;
}

// Metrics leave out what they cannot tell; all others say that the service is busy.
static bool busy(const struct response *response)
{
    bool metrics = response->body && strstr(response->body, "# HELP relata_build_info");
    return response->status == 0 || response->status == 503 ||
           (metrics && !strstr(response->body, "relata_database_bytes 0\n"));
}

static long samples(void)
{
    const char *wanted = getenv("MEMORY_SAMPLES");
    long number = wanted ? strtol(wanted, NULL, 10) : SAMPLES;
    return number > 0 ? number : SAMPLES;
}

static void target_check(const char *target, const char *accept_encoding)
{
    struct response right, answer;
    size_t wrong = 0;
    const struct request request = {
        .method = "GET", .target = target, .accept_encoding = accept_encoding};
    long count = ask(&request, LONG_MAX, &right), step = 1 + count / samples();
    if (right.status != 200)
        fail_msg("%s: %u: %s", target, right.status, right.body);
    for (long n = 0; n < count; n += step, allocations++) {
        ask(&request, n, &answer);
        if (!same(&answer, &right) && !busy(&answer) && wrong++ < 3)
            print_error("%s, allocation %ld: %u (%s), %zu bytes for %zu, %zu headers for %zu\n",
                        target, n, answer.status, answer.status >= 400 ? answer.body : "",
                        answer.length, right.length, answer.header_count, right.header_count);
        response_cleanup(&answer);
    }
    response_cleanup(&right);
    if (wrong)
        fail_msg("%s: %zu answers are wrong", target, wrong);
}

// What stands for a parameter that must be given.
static const char *value_of(const struct parameter *parameter)
{
    static const char *const values[][2] = {
        {"events", "abbey-gate-attack"},
        {"aid", "aid-1-3-billion-cut"},
        {"actors", "pakistan"},
        {"references", "rizvi-2024"},
        {"eras", "gwot"},
        {"themes", "nuclear-issue"},
        {"q", "nuclear"},
        {"id", "gwot,never-was-one,pakistan"},
        {"code", "gone"},
        {"asset", "docs.js"},
        {"file", "icon.svg"},
        {"url", "/v1/events"},
    };
    const char *wanted = parameter->collection ? parameter->collection : parameter->name;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (strcmp(values[i][0], wanted) == 0)
            return values[i][1];
    fail_msg("there is no value for %s", wanted);
    return NULL;
}

static void target_write(const struct operation *operation, char ret_target[static TARGET_SIZE])
{
    const char *brace = strchr(operation->path, '{');
    size_t length = (size_t)snprintf(ret_target, TARGET_SIZE, "%.*s",
                                     brace ? (int)(brace - operation->path) : 200, operation->path);
    for (size_t i = 0; i < operation->parameter_count; i++) {
        const struct parameter *parameter = &operation->parameters[i];
        char *at = ret_target + length;
        if (parameter->in_path && brace)
            length += (size_t)snprintf(at, TARGET_SIZE - length, "%s%s", value_of(parameter),
                                       strchr(brace, '}') + 1);
    }
    for (size_t i = 0; i < operation->parameter_count; i++) {
        const struct parameter *parameter = &operation->parameters[i];
        if (!parameter->in_path && parameter->required)
            length += (size_t)snprintf(ret_target + length, TARGET_SIZE - length, "?%s=%s",
                                       parameter->name, value_of(parameter));
    }
}

// Other forms of what operations answer.
static const char *const forms[] = {"/v1/changes?format=atom&limit=2",
                                    "/v1/actors/pakistan?format=jsonld",
                                    "/v1/references/rizvi-2024?format=jsonld",
                                    "/v1/dataset?format=jsonld", "/v1/dataset?format=dcat"};

static void whichever_allocation_fails_the_answer_is_right_or_503(void **state)
{
    size_t count;
    char target[TARGET_SIZE];
    const struct operation *operations = openapi_operations(spec, &count);
    const char *only = getenv("MEMORY_OPERATION");
    (void)state;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(operations[i].method, "GET") != 0 || (only && strcmp(operations[i].id, only)))
            continue;
        long before = allocations;
        target_write(&operations[i], target);
        target_check(target, i % 2 ? "gzip" : NULL);
        print_message("%s: %ld of its allocations failed, one at a time\n", target,
                      allocations - before);
    }
    for (size_t i = 0; !only && i < sizeof forms / sizeof *forms; i++)
        target_check(forms[i], NULL);
    print_message("%ld allocations failed\n", allocations);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whichever_allocation_fails_the_answer_is_right_or_503),
    };
    return cmocka_run_group_tests(tests, service_start, service_stop);
}
