// The service without a socket: every row is one request and what holds of its answer.
//
// The database holds two releases: the first one is the repository's dataset with an older name, an
// event and a theme that the second one, which is the repository's as it stands, has not any more.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/json.h"
#include "dataset/load.h"
#include "endpoints/app.h"
#include "query/cursor.h"
#include "storage/cursor_key.h"
#include "storage/database.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { EXPECTATIONS_MAX = 10, PATH_SIZE = 512, WORD_SIZE = 256 };

// EXPECTED are sentences of subject, verb and object.
//
// The subject is a JSON pointer into the body, in which `*` is each item of a list, or, behind `@`,
// the name of a header. The object is JSON, or for a header text. The verbs: `is` (of every value
// found), `any` (of one at least), `in` (one of a list), `over` and `under` (greater or equal, less
// or equal: numbers, or texts by their bytes), `holds` (a part of a text, of every value), `has`
// (an item of a list), `sized` (a list or object), `ascends`, `descends` (null last), `follows` (in
// the order of a list), `differs` (no two are equal), `exists`, `lacks`. A subject that finds
// nothing fails, but for `lacks`.
struct row {
    const char *sentence;
    const char *target;
    unsigned status;
    const char *expected[EXPECTATIONS_MAX];
};

static struct openapi *spec;
static struct app *app;
static char folder[] = "/tmp/relata-app-XXXXXX";
static char database_path[PATH_SIZE];

// --- The two releases ---------------------------------------------------------------------------

static const char *dataset_folder(void)
{
    const char *set = getenv("RELATA_DATASET");
    return set ? set : "db/dataset";
}

static json_t *file_read(const char *name)
{
    char path[PATH_SIZE];
    json_error_t error;
    snprintf(path, sizeof path, "%s/%s.json", dataset_folder(), name);
    json_t *value = json_load_file(path, 0, &error);
    if (!value)
        fail_msg("%s: %s", path, error.text);
    return value;
}

static void file_write(const char *dir, const char *name, json_t *value)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/%s.json", dir, name);
    assert_int_equal(json_dump_file(value, path, JSON_INDENT(1)), 0);
    json_decref(value);
}

static json_t *record_named(json_t *records, const char *id)
{
    size_t i;
    json_t *record;
    json_array_foreach (records, i, record)
        if (strcmp(json_text(record, "id"), id) == 0)
            return record;
    fail_msg("the dataset has no record %s", id);
    return NULL;
}

static void load_say(void *context, enum load_line kind, const char *text)
{
    (void)context;
    if (kind == LOAD_FAULT)
        print_error("%s\n", text);
}

static void dataset_load(const char *dir, int64_t number)
{
    struct database_fault fault;
    struct load_outcome outcome;
    const struct load_options options = {.say = load_say};
    struct database *database = database_open(database_path, DATABASE_CREATE, &fault);
    assert_non_null(database);
    load_dataset(database, spec, dir, &options, &outcome);
    database_close(database);
    assert_int_equal(outcome.result, LOAD_DONE);
    assert_int_equal(outcome.revision.number, number);
}

static json_t *release_new(const char *version, const char *date)
{
    return json_pack("{ss ss ss ss s[]}", "version", version, "date", date, "editor", "An editor",
                     "reason", "A release for tests", "removed");
}

// A copy of the record ID under another one, related to nothing.
static void record_copy(json_t *records, const char *id, const char *copy_id, const char *title)
{
    json_t *copy = json_deep_copy(record_named(records, id));
    json_object_set_new(copy, "id", json_string(copy_id));
    json_object_set_new(copy, "title", json_string(title));
    if (json_object_get(copy, "relations"))
        json_object_set_new(copy, "relations", json_array());
    json_array_append_new(records, copy);
}

static void release_write(const char *dir, bool first)
{
    mkdir(dir, 0777);
    json_t *events = file_read("events"), *themes = file_read("themes"),
           *actors = file_read("actors");
    json_t *release = release_new(first ? "2020.01" : "2020.02",
                                  first ? "2020-01-02T03:04:05Z" : "2020-02-03T04:05:06Z");
    if (first) {
        record_copy(events, "abbey-gate-attack", "passing-event", "An event that passes");
        json_object_set_new(record_named(events, "passing-event"), "summary",
                            json_string("It hap\u00adpened \ufb01rst in Ilg\u0131n"));
        record_copy(themes, "america-first", "passing-theme", "A theme that passes");
        json_object_set_new(record_named(actors, "united-states"), "name",
                            json_string("The old name"));
    } else {
        json_t *removed = json_object_get(release, "removed");
        json_array_append_new(removed, json_pack("{ss ss ss ss}", "collection", "events", "id",
                                                 "passing-event", "reason", "It was told twice",
                                                 "replaced_by", "abbey-gate-attack"));
        json_array_append_new(removed,
                              json_pack("{ss ss ss sn}", "collection", "themes", "id",
                                        "passing-theme", "reason", "It was none", "replaced_by"));
    }
    file_write(dir, "release", release);
    file_write(dir, "events", events);
    file_write(dir, "themes", themes);
    file_write(dir, "actors", actors);
    file_write(dir, "aid", file_read("aid"));
    file_write(dir, "references", file_read("references"));
    file_write(dir, "eras", file_read("eras"));
}

static int service_start(void **state)
{
    char fault[SPEC_FAULT_SIZE], first[PATH_SIZE], second[PATH_SIZE];
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(database_path, sizeof database_path, "%s/relata.db", folder);
    snprintf(first, sizeof first, "%s/first", folder);
    snprintf(second, sizeof second, "%s/second", folder);
    spec = openapi_new(fault);
    if (!spec)
        fail_msg("%s", fault);
    release_write(first, true);
    release_write(second, false);
    dataset_load(first, 1);
    dataset_load(second, 2);
    const struct pool_options options = {
        .database = database_path, .connections = 2, .query_milliseconds = 20000};
    app = app_new(spec, &options, "https://relata.example");
    return app ? 0 : -1;
}

static int service_stop(void **state)
{
    char command[PATH_SIZE];
    (void)state;
    app_free(app);
    openapi_free(spec);
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

// --- Answers ------------------------------------------------------------------------------------

static void ask(const char *method, const char *target, const char *if_none_match,
                struct response *ret_response)
{
    const struct request request = {
        .method = method, .target = target, .if_none_match = if_none_match};
    app_handle(app, &request, ret_response);
}

static json_t *body_of(const struct response *response)
{
    json_error_t error;
    json_t *body = response->length ? json_loadb(response->body, response->length,
                                                 JSON_REJECT_DUPLICATES, &error)
                                    : NULL;
    return body;
}

static json_t *json_get(const char *target)
{
    struct response response;
    ask("GET", target, NULL, &response);
    if (response.status != 200)
        fail_msg("%s: %u %.*s", target, response.status, (int)response.length, response.body);
    json_t *body = body_of(&response);
    assert_non_null(body);
    response_cleanup(&response);
    return body;
}

static json_int_t total_of(const char *target)
{
    json_t *body = json_get(target);
    const json_t *total = json_at_pointer(body, "/meta/total");
    assert_true(json_is_integer(total));
    json_int_t number = json_integer_value(total);
    json_decref(body);
    return number;
}

// --- Expectations -------------------------------------------------------------------------------

// Adds to FOUND what stands at POINTER, whose `*` is each item.
static void values_find(const json_t *at, const char *pointer, json_t *found)
{
    size_t i;
    const json_t *item;
    char step[WORD_SIZE];
    if (!at)
        return;
    if (!*pointer) {
        json_array_append(found, (json_t *)at);
        return;
    }
    size_t length = strcspn(pointer + 1, "/") + 1;
    snprintf(step, sizeof step, "%.*s", (int)length, pointer);
    if (strcmp(step, "/*") != 0) {
        values_find(json_at_pointer(at, step), pointer + length, found);
        return;
    }
    json_array_foreach (at, i, item)
        values_find(item, pointer + length, found);
}

static int value_order(const json_t *a, const json_t *b)
{
    if (json_is_number(a) && json_is_number(b))
        return (json_number_value(a) > json_number_value(b)) -
               (json_number_value(a) < json_number_value(b));
    assert_true(json_is_string(a) && json_is_string(b));
    return strcmp(json_string_value(a), json_string_value(b));
}

static bool listed(const json_t *list, const json_t *value)
{
    size_t i;
    const json_t *item;
    json_array_foreach (list, i, item)
        if (json_equal(item, value))
            return true;
    return false;
}

static bool value_meets(const json_t *value, const char *verb, const json_t *object)
{
    if (strcmp(verb, "is") == 0 || strcmp(verb, "any") == 0)
        return json_equal(value, object);
    if (strcmp(verb, "in") == 0)
        return listed(object, value);
    if (strcmp(verb, "has") == 0)
        return listed(value, object);
    if (strcmp(verb, "holds") == 0)
        return json_is_string(value) && strstr(json_string_value(value), json_string_value(object));
    if (strcmp(verb, "sized") == 0)
        return (json_int_t)(json_is_array(value)
                                ? json_array_size(value)
                                : json_object_size(value)) == json_integer_value(object);
    if (json_is_null(value))
        return false;
    if (strcmp(verb, "over") == 0)
        return value_order(value, object) >= 0;
    if (strcmp(verb, "under") == 0)
        return value_order(value, object) <= 0;
    fail_msg("there is no verb '%s'", verb);
    return false;
}

// Whether each value is behind the one before, nulls behind all.
static bool values_ordered(const json_t *values, int direction)
{
    for (size_t i = 1; i < json_array_size(values); i++) {
        const json_t *before = json_array_get(values, i - 1), *value = json_array_get(values, i);
        if (json_is_null(value))
            continue;
        if (json_is_null(before) || direction * value_order(before, value) > 0)
            return false;
    }
    return true;
}

static size_t place_in(const json_t *list, const json_t *value)
{
    size_t place = 0;
    while (place < json_array_size(list) && !json_equal(json_array_get(list, place), value))
        place++;
    return place;
}

// Whether the values stand in the order of LIST, which has all of them.
static bool values_follow(const json_t *values, const json_t *list)
{
    size_t i, last = 0;
    const json_t *value;
    json_array_foreach (values, i, value) {
        size_t place = place_in(list, value);
        if (place < last || place == json_array_size(list))
            return false;
        last = place;
    }
    return true;
}

static bool values_differ(const json_t *values)
{
    for (size_t i = 0; i < json_array_size(values); i++)
        for (size_t j = 0; j < i; j++)
            if (json_equal(json_array_get(values, i), json_array_get(values, j)))
                return false;
    return true;
}

static bool values_meet(const json_t *values, const char *verb, const json_t *object)
{
    size_t i, good = 0;
    const json_t *value;
    if (strcmp(verb, "lacks") == 0)
        return json_array_size(values) == 0;
    if (json_array_size(values) == 0)
        return false;
    if (strcmp(verb, "exists") == 0)
        return true;
    if (strcmp(verb, "ascends") == 0)
        return values_ordered(values, 1);
    if (strcmp(verb, "descends") == 0)
        return values_ordered(values, -1);
    if (strcmp(verb, "follows") == 0)
        return values_follow(values, object);
    if (strcmp(verb, "differs") == 0)
        return values_differ(values);
    json_array_foreach (values, i, value)
        good += value_meets(value, verb, object);
    return strcmp(verb, "any") == 0 ? good > 0 : good == json_array_size(values);
}

static void header_find(const struct response *response, const char *name, json_t *found)
{
    const char *value = response_header_get(response, name);
    if (value)
        json_array_append_new(found, json_string(value));
}

static void expectation_check(const struct row *row, const char *expected,
                              const struct response *response, const json_t *body)
{
    char subject[WORD_SIZE], verb[WORD_SIZE];
    int read = 0;
    json_error_t error;
    assert_int_equal(sscanf(expected, "%255s %255s %n", subject, verb, &read), 2);
    const char *text = expected + read;
    AUTO(json) json_t *found = json_array();
    AUTO(json) json_t *object = NULL;
    if (*subject == '@') {
        header_find(response, subject + 1, found);
        object = json_string(text);
    } else {
        values_find(body, strcmp(subject, "/") == 0 ? "" : subject, found);
        object = *text ? json_loads(text, JSON_DECODE_ANY, &error) : NULL;
        if (*text && !object)
            fail_msg("%s: '%s' is no JSON", row->sentence, text);
    }
    if (values_meet(found, verb, object))
        return;
    char *shown = json_dumps(found, JSON_COMPACT);
    print_error("found: %.1500s\n", shown);
    free(shown);
    fail_msg("%s (%.300s): %s", row->sentence, row->target, expected);
}

// --- What holds of every answer -----------------------------------------------------------------

static void headers_check(const struct row *row, const struct response *response)
{
    static const char *const always[][2] = {{"Access-Control-Allow-Origin", "*"},
                                            {"X-Content-Type-Options", "nosniff"}};
    for (size_t i = 0; i < COUNT(always); i++) {
        const char *value = response_header_get(response, always[i][0]);
        if (!value || strcmp(value, always[i][1]) != 0)
            fail_msg("%s: %s is %s", row->sentence, always[i][0], value ? value : "missing");
    }
    for (size_t i = 0; i < response->header_count; i++)
        for (size_t j = 0; j < i; j++)
            if (strcasecmp(response->headers[i].name, response->headers[j].name) == 0)
                fail_msg("%s: the header %s stands twice", row->sentence,
                         response->headers[i].name);
}

static void problem_check(const struct row *row, const struct response *response,
                          const json_t *body)
{
    char type[WORD_SIZE];
    const char *media = response_header_get(response, "Content-Type");
    const char *cache = response_header_get(response, "Cache-Control");
    const char *code = json_text(body, "code");
    if (!media || strcmp(media, "application/problem+json") != 0 || !cache ||
        strcmp(cache, "no-store") != 0 || response_header_get(response, "ETag"))
        fail_msg("%s: not the headers of a problem", row->sentence);
    if (!code || !json_text(body, "title") || !json_text(body, "detail") ||
        !json_text(body, "instance") || !json_is_array(json_object_get(body, "errors")))
        fail_msg("%s: not a whole problem: %.*s", row->sentence, (int)response->length,
                 response->body);
    snprintf(type, sizeof type, "/problems/%s", code);
    assert_string_equal(json_text(body, "type"), type);
    assert_int_equal(json_integer_value(json_object_get(body, "status")), response->status);
}

// The statuses that the contract tells for the operation that answered.
static void status_check(const struct row *row, const struct response *response)
{
    size_t count;
    char status[8];
    const struct operation *operations = openapi_operations(spec, &count);
    snprintf(status, sizeof status, "%u", response->status);
    for (size_t i = 0; response->operation && i < count; i++) {
        if (strcmp(operations[i].id, response->operation) != 0)
            continue;
        const json_t *path =
            json_object_get(json_object_get(openapi_document(spec), "paths"), operations[i].path);
        if (!json_object_get(json_at_pointer(path, "/get/responses"), status))
            fail_msg("%s: %s does not document %s", row->sentence, operations[i].id, status);
    }
}

static void row_check(const struct row *row, const char *method)
{
    struct response response;
    ask(method, row->target, NULL, &response);
    AUTO(json) json_t *body = body_of(&response);
    const char *type = response_header_get(&response, "Content-Type");
    if (response.status != row->status)
        fail_msg("%s (%.300s): %u, not %u: %.*s", row->sentence, row->target, response.status,
                 row->status, (int)(response.length < 800 ? response.length : 800), response.body);
    if (type && strstr(type, "json") && !body)
        fail_msg("%s: the body is no JSON", row->sentence);
    headers_check(row, &response);
    status_check(row, &response);
    if (response.status >= 400)
        problem_check(row, &response, body);
    for (size_t i = 0; i < EXPECTATIONS_MAX && row->expected[i]; i++)
        expectation_check(row, row->expected[i], &response, body);
    response_cleanup(&response);
}

// --- The good ------------------------------------------------------------------------------------

#define ERAS_THEN(last)                                                                            \
    "[\"early\",\"cold-war\",\"post-cold-war\",\"gwot\",\"post-withdrawal\",\"trump-2\"," last "]"

static const struct row good[] = {
    // The service itself
    {"the index leads to every collection",
     "/",
     200,
     {"/links/events is \"/v1/events\"", "/links/aid is \"/v1/aid\"",
      "/links/actors is \"/v1/actors\"", "/links/references is \"/v1/references\"",
      "/links/eras is \"/v1/eras\"", "/links/themes is \"/v1/themes\"", "@ETag exists"}},
    {"the contract as JSON",
     "/openapi.json",
     200,
     {"/openapi is \"3.1.0\"", "/paths/~1v1~1events/get exists",
      "@Content-Type is application/json"}},
    {"the contract as YAML", "/openapi.yaml", 200, {"@Content-Type is application/yaml"}},
    {"the process is alive", "/healthz", 200, {"/status is \"ok\"", "@Cache-Control is no-store"}},
    {"the database is ready",
     "/readyz",
     200,
     {"/status is \"ready\"", "/dataset_revision is 2", "/dataset_version is \"2020.02\"",
      "@Cache-Control is no-store"}},
    {"a problem's type explains itself",
     "/problems/unknown-parameter",
     200,
     {"/code is \"unknown-parameter\"", "/status is 400", "/title exists"}},
    {"an empty query is no query", "/v1/eras?", 200, {"/meta/query is \"\""}},

    // The six collections: lists
    {"events come by their first day, those without one last",
     "/v1/events?limit=500",
     200,
     {"/data/*/date_start ascends", "/data/*/id differs", "/data/*/type is \"event\"",
      "/meta/limit is 500", "/meta/facets is null", "/meta/warnings is []", "/included is null",
      "/links/prev is null", "/meta/dataset_revision is 2",
      "/meta/dataset_version is \"2020.02\""}},
    {"an event is whole",
     "/v1/events?id=resolution-211-1965",
     200,
     {"/data sized 1", "/data/0/actors/*/name exists", "/data/0/citations/*/reference exists",
      "/data/0/citations/0/via is \"aslam-imran-zahid\"", "/data/0/date_start is \"1965-09-20\"",
      "/data/0/date_precision is \"day\"", "/data/0/year is 1965",
      "/data/0/url is \"/v1/events/resolution-211-1965\"", "/data/0/notes/*/code exists"}},
    {"aid figures",
     "/v1/aid",
     200,
     {"/data/*/type is \"aid-figure\"", "/data/*/amount_usd over 0"}},
    {"actors come by name",
     "/v1/actors?limit=500",
     200,
     {"/data/*/name ascends", "/data/*/type is \"actor\""}},
    {"references come by their creators",
     "/v1/references?limit=500",
     200,
     {"/data/*/creators ascends", "/data/*/type is \"reference\"", "/data/*/csl/type exists"}},
    {"the six eras come in their order",
     "/v1/eras",
     200,
     {"/data sized 6", "/data/*/position ascends", "/data/0/id is \"early\"",
      "/data/5/id is \"trump-2\"", "/data/*/type is \"era\""}},
    {"themes", "/v1/themes", 200, {"/data/*/type is \"theme\"", "/data/*/kind exists"}},
    {"fifty records stand on a page unless more are wanted",
     "/v1/events",
     200,
     {"/meta/limit is 50", "/meta/returned is 50", "/data sized 50", "/links/next exists"}},
    {"totals and revision stand in headers too",
     "/v1/eras",
     200,
     {"@Total-Count is 6", "@Dataset-Revision is 2", "@ETag exists",
      "@Cache-Control is public, max-age=60, stale-while-revalidate=600",
      "@Content-Type is application/json", "@Dataset-Warning lacks"}},

    // The six collections: single records
    {"one event",
     "/v1/events/abbey-gate-attack",
     200,
     {"/data/id is \"abbey-gate-attack\"", "/meta sized 1", "/meta/revision is 1",
      "/included is null", "/links/self is \"/v1/events/abbey-gate-attack\"",
      "/links/collection is \"/v1/events\"",
      "/links/history is \"/v1/events/abbey-gate-attack/revisions\"",
      "/data/created_at is \"2020-01-02T03:04:05Z\"", "@Dataset-Revision lacks",
      "@Total-Count lacks"}},
    {"one aid figure",
     "/v1/aid/aid-1-3-billion-cut",
     200,
     {"/data/amount_usd is 1300000000", "/data/amount_low is 1300000000",
      "/data/amount_high is 1300000000", "/data/qualifier is \"as-printed\"",
      "/data/year is 2017"}},
    {"one actor",
     "/v1/actors/pakistan",
     200,
     {"/data/kind is \"state\"", "/data/links/events is \"/v1/events?actor=pakistan\"",
      "/data/counts/events over 1"}},
    {"one reference",
     "/v1/references/ahmad-2013",
     200,
     {"/data/citekey is \"ahmad2013\"", "/data/csl/id is \"ahmad2013\"", "/data/year is 2013",
      "/data/creators is \"Ahmad, S.\"", "/data/csl_type is \"webpage\"",
      "/data/container is null"}},
    {"one era", "/v1/eras/gwot", 200, {"/data/title exists", "/data/counts/events over 1"}},
    {"one theme", "/v1/themes/america-first", 200, {"/data/kind is \"concept\""}},
    {"an id may be escaped",
     "/v1/eras/g%77ot",
     200,
     {"/data/id is \"gwot\"", "/links/self is \"/v1/eras/gwot\""}},
    {"a path may be escaped", "/v1/%65ras", 200, {"/data sized 6", "/links/self is \"/v1/eras\""}},
    {"a record shows what leads to it",
     "/v1/events/us-withdrawal-from-afghanistan",
     200,
     {"/data/incoming_relations/*/source any \"abbey-gate-attack\""}},
    {"an event shows the actors' names of now",
     "/v1/events/abbey-gate-attack",
     200,
     {"/data/actors/*/name any \"United States\""}},

    // Equality
    {"events of an era", "/v1/events?era=gwot", 200, {"/data/*/era is \"gwot\""}},
    {"any of two eras by comma",
     "/v1/events?era=gwot,early&limit=500",
     200,
     {"/data/*/era in [\"gwot\",\"early\"]", "/data/*/era any \"gwot\"",
      "/data/*/era any \"early\"", "/meta/query is \"corpus=paper&era=early,gwot&limit=500\""}},
    {"any of two eras by repetition, in the same canonical form",
     "/v1/events?limit=500&era=gwot&era=early",
     200,
     {"/data/*/era in [\"gwot\",\"early\"]",
      "/meta/query is \"corpus=paper&era=early,gwot&limit=500\""}},
    {"comma and repetition together, each value once",
     "/v1/events?era=gwot,early&era=early,trump-2",
     200,
     {"/meta/query is \"corpus=paper&era=early,gwot,trump-2\""}},
    {"an escaped comma is a comma",
     "/v1/events?era=gwot%2Cearly",
     200,
     {"/meta/query is \"corpus=paper&era=early,gwot\""}},
    {"filters on two fields must both hold",
     "/v1/events?era=gwot&kind=policy",
     200,
     {"/data/*/era is \"gwot\"", "/data/*/kind is \"policy\""}},
    {"events of a trend",
     "/v1/events?trend=convergence",
     200,
     {"/data/*/trend is \"convergence\""}},
    {"events of a year", "/v1/events?year=1965", 200, {"/data/*/year is 1965"}},
    {"events that an actor has part in",
     "/v1/events?actor=ayub-khan&limit=500",
     200,
     {"/meta/total over 1", "/data/0/actors/*/id any \"ayub-khan\""}},
    {"events of a theme",
     "/v1/events?theme=nuclear-issue",
     200,
     {"/data/*/themes has \"nuclear-issue\""}},
    {"events that a work tells",
     "/v1/events?reference=rizvi-2024&fields=id,citations",
     200,
     {"/data/0/citations/*/reference any \"rizvi-2024\""}},
    {"events told in a section",
     "/v1/events?locator=%C2%A74.3",
     200,
     {"/data/0/citations/*/locator any \"§4.3\"",
      "/meta/query is \"corpus=paper&locator=%C2%A74.3\""}},
    {"events with a curator's remark of a kind",
     "/v1/events?note=double-count,contradiction",
     200,
     {"/data/0/notes/*/code exists"}},
    {"days of a month equal it",
     "/v1/events?date_start=2021-08",
     200,
     {"/data/*/date_start holds \"2021-08-\""}},
    {"free text is never split",
     "/v1/events?title=Terrorist%20attack%20at%20Abbey%20Gate%20during%20the%20withdrawal",
     200,
     {"/data sized 1", "/data/0/id is \"abbey-gate-attack\""}},
    {"plus is a space in a query",
     "/v1/events?title=Terrorist+attack+at+Abbey+Gate+during+the+withdrawal",
     200,
     {"/data sized 1",
      "/meta/query is "
      "\"corpus=paper&title=Terrorist%20attack%20at%20Abbey%20Gate%20during%20the%20withdrawal\""}},
    {"a title that nothing has matches nothing",
     "/v1/events?title=none",
     200,
     {"/data is []", "/meta/total is 0"}},
    {"a title with a comma is one title",
     "/v1/events?title=a,b",
     200,
     {"/data is []", "/meta/query is \"corpus=paper&title=a,b\""}},
    {"aid of a stage", "/v1/aid?stage=suspended", 200, {"/data/*/stage is \"suspended\""}},
    {"aid of a category",
     "/v1/aid?category=economic,security",
     200,
     {"/data/*/category in [\"economic\",\"security\"]"}},
    {"aid from a donor to a recipient",
     "/v1/aid?donor=united-states&recipient=pakistan",
     200,
     {"/data/*/donor is \"united-states\"", "/data/*/recipient is \"pakistan\""}},
    {"aid that an actor gives, takes or hands out",
     "/v1/aid?actor=us-congress",
     200,
     {"/data/*/agency is \"us-congress\""}},
    {"aid of fiscal years that overlap a span",
     "/v1/aid?fiscal_year=2010",
     200,
     {"/data/*/fiscal_year_start under 2010", "/data/*/fiscal_year_end over 2010"}},
    {"aid of fiscal years up to one",
     "/v1/aid?fiscal_year=../2002",
     200,
     {"/data/*/fiscal_year_start is 2002"}},
    {"aid of fiscal years from one on",
     "/v1/aid?fiscal_year=2016/..",
     200,
     {"/data/*/fiscal_year_end over 2016"}},
    {"aid before any fiscal year told", "/v1/aid?fiscal_year=1900/1901", 200, {"/data is []"}},
    {"references of a type", "/v1/references?csl_type=book", 200, {"/data/*/csl_type is \"book\""}},
    {"a reference by its key",
     "/v1/references?citekey=ahmad2013",
     200,
     {"/data/*/id is \"ahmad-2013\""}},
    {"references that an event rests on",
     "/v1/references?event=abbey-gate-attack",
     200,
     {"/data/*/id any \"getting-answers-nd\""}},
    {"actors of an event",
     "/v1/actors?event=abbey-gate-attack",
     200,
     {"/data sized 2", "/data/*/id in [\"afghanistan\",\"united-states\"]"}},
    {"actors of a kind", "/v1/actors?kind=state", 200, {"/data/*/kind is \"state\""}},
    {"themes of a kind", "/v1/themes?kind=challenge", 200, {"/data/*/kind is \"challenge\""}},
    {"an id that was removed matches nothing, and is no error",
     "/v1/events?theme=passing-theme",
     200,
     {"/data is []", "/meta/total is 0"}},

    // Operators
    {"not: the rest",
     "/v1/events?era__not=gwot&limit=500",
     200,
     {"/data/*/era in "
      "[\"early\",\"cold-war\",\"post-cold-war\",\"post-withdrawal\",\"trump-2\",null]",
      "/data/*/era any null"}},
    {"not any of two",
     "/v1/aid?stage__not=cut,suspended",
     200,
     {"/data/*/stage in [\"appropriated\",\"committed\",\"disbursed\",\"reimbursed\"]"}},
    {"greater", "/v1/events?year__gt=2021", 200, {"/data/*/year over 2022"}},
    {"greater or equal",
     "/v1/events?year__gte=2021",
     200,
     {"/data/*/year over 2021", "/data/*/year any 2021"}},
    {"less", "/v1/events?year__lt=1965", 200, {"/data/*/year under 1964"}},
    {"less or equal",
     "/v1/events?year__lte=1965",
     200,
     {"/data/*/year under 1965", "/data/*/year any 1965"}},
    {"between",
     "/v1/aid?amount_usd__gte=621000000&amount_usd__lte=1300000000",
     200,
     {"/data/*/amount_usd over 621000000", "/data/*/amount_usd under 1300000000"}},
    {"later than a month is behind its last day",
     "/v1/events?date_start__gt=2021-08",
     200,
     {"/data/*/date_start over \"2021-09-01\""}},
    {"from a month on is from its first day",
     "/v1/events?date_start__gte=2021-08",
     200,
     {"/data/*/date_start over \"2021-08-01\"", "/data/*/date_start any \"2021-08-26\""}},
    {"before a year is before its first day",
     "/v1/events?date_end__lt=1965",
     200,
     {"/data/*/date_end under \"1964-12-31\""}},
    {"up to a year is up to its last day",
     "/v1/events?date_end__lte=1965",
     200,
     {"/data/*/date_end under \"1965-12-31\""}},
    {"a value that is not there", "/v1/events?trend__isnull=true", 200, {"/data/*/trend is null"}},
    {"a value that is there",
     "/v1/events?trend__isnull=false",
     200,
     {"/data/*/trend in [\"convergence\",\"divergence\",\"neutral\"]"}},
    {"contains, whatever the case",
     "/v1/events?title__contains=ABBEY",
     200,
     {"/data/*/id is \"abbey-gate-attack\""}},
    {"contains, without diacritics",
     "/v1/actors?name__contains=RAUL",
     200,
     {"/data/*/id is \"raul-prebisch\""}},
    {"contains, with them",
     "/v1/actors?name__contains=a%C3%BAl+pre",
     200,
     {"/data/*/id is \"raul-prebisch\""}},
    {"contains, with them as signs of their own",
     "/v1/actors?name__startswith=Rau%CC%81l",
     200,
     {"/data/*/id is \"raul-prebisch\""}},
    {"starts with",
     "/v1/events?title__startswith=terrorist",
     200,
     {"/data/*/title holds \"Terrorist\""}},
    {"wildcards of SQL are letters like others",
     "/v1/events?title__contains=%25",
     200,
     {"/meta/total under 5"}},
    {"an underscore is no wildcard", "/v1/events?title__contains=_", 200, {"/data is []"}},
    {"a backslash is a letter like others", "/v1/events?title__contains=%5C", 200, {"/data is []"}},
    {"a quote is a letter like others",
     "/v1/events?title=%27%20OR%201=1%20--",
     200,
     {"/data is []"}},
    {"all of two actors",
     "/v1/events?actor__all=pakistan,united-states&fields=id,actors",
     200,
     {"/meta/total over 1", "/data/0/actors/*/id any \"pakistan\"",
      "/data/0/actors/*/id any \"united-states\""}},
    {"none of two actors",
     "/v1/events?actor__not=pakistan,united-states&limit=500",
     200,
     {"/data/*/actors exists"}},

    // Sorting: what has no value comes last either way
    {"by first day, downward",
     "/v1/events?sort=-date_start&limit=500",
     200,
     {"/data/*/date_start descends", "/data/*/date_start any null"}},
    {"by last day, upward",
     "/v1/events?sort=date_end&limit=500",
     200,
     {"/data/*/date_end ascends", "/data/*/date_end any null"}},
    {"by last day, downward",
     "/v1/events?sort=-date_end&limit=500",
     200,
     {"/data/*/date_end descends", "/data/*/date_end any null"}},
    {"by year, downward",
     "/v1/events?sort=-year&limit=500",
     200,
     {"/data/*/year descends", "/data/*/year any null"}},
    {"by title", "/v1/events?sort=title&limit=500", 200, {"/data/*/title ascends"}},
    {"by title, downward", "/v1/events?sort=-title&limit=500", 200, {"/data/*/title descends"}},
    {"by id", "/v1/events?sort=id&limit=500", 200, {"/data/*/id ascends"}},
    {"by id, downward", "/v1/events?sort=-id&limit=500", 200, {"/data/*/id descends"}},
    {"behind the id, another key decides nothing",
     "/v1/events?sort=id,-title&limit=500",
     200,
     {"/data/*/id ascends"}},
    {"closed lists by position",
     "/v1/events?sort=era&limit=500",
     200,
     {"/data/*/era follows " ERAS_THEN("null"), "/data/*/era any null"}},
    {"closed lists by position, downward",
     "/v1/aid?sort=-stage",
     200,
     {"/data/*/stage follows [\"cut\",\"suspended\",\"reimbursed\",\"disbursed\",\"committed\","
      "\"appropriated\"]",
      "/data/*/stage any \"cut\""}},
    {"hits by position of their type",
     "/v1/search?q=pakistan&sort=type&limit=500",
     200,
     {"/data/*/type follows [\"event\",\"aid-figure\",\"actor\",\"reference\",\"era\",\"theme\"]"}},
    {"by two keys the first weighs more",
     "/v1/events?sort=era,-title&limit=500",
     200,
     {"/data/*/era follows " ERAS_THEN("null")}},
    {"the second key decides among equals",
     "/v1/events?sort=kind,-title&kind=policy&limit=500",
     200,
     {"/data/*/title descends"}},
    {"the id decides among equals",
     "/v1/events?sort=kind&kind=policy&limit=500",
     200,
     {"/data/*/id ascends"}},
    {"aid by amount, downward", "/v1/aid?sort=-amount_usd", 200, {"/data/*/amount_usd descends"}},
    {"references by year, downward",
     "/v1/references?sort=-year&limit=500",
     200,
     {"/data/*/year descends", "/data/*/year any null"}},
    {"the order asked for is kept in the canonical form",
     "/v1/events?sort=title,-year",
     200,
     {"/meta/query is \"corpus=paper&sort=title,-year\""}},
    {"the order that holds anyway is left out of it",
     "/v1/events?sort=date_start,date_end&limit=50&offset=0",
     200,
     {"/meta/query is \"corpus=paper\""}},

    // Pages
    {"the smallest page",
     "/v1/eras?limit=1",
     200,
     {"/data sized 1", "/meta/returned is 1", "/meta/total is 6", "/links/next holds \"cursor=\"",
      "/links/prev is null", "@Link holds rel=\"next\""}},
    {"the largest page",
     "/v1/events?limit=500",
     200,
     {"/meta/limit is 500", "/links/next is null"}},
    {"an offset passes over records",
     "/v1/eras?offset=4",
     200,
     {"/data sized 2", "/data/0/id is \"post-withdrawal\"", "/meta/total is 6",
      "/links/next is null", "/links/prev exists"}},
    {"limit and offset",
     "/v1/eras?limit=2&offset=1",
     200,
     {"/data sized 2", "/data/0/id is \"cold-war\"", "/data/1/id is \"post-cold-war\"",
      "/links/next exists"}},
    {"an offset behind the end leaves nothing",
     "/v1/eras?offset=6",
     200,
     {"/data is []", "/meta/returned is 0", "/meta/total is 6", "/links/next is null"}},
    {"the largest offset", "/v1/eras?offset=1000000000", 200, {"/data is []"}},
    {"the address of a page is its canonical form",
     "/v1/eras?offset=1&limit=2",
     200,
     {"/links/self is \"/v1/eras?limit=2&offset=1\""}},
    {"a page has an address for ever",
     "/v1/eras?limit=2",
     200,
     {"/links/permalink holds \"/v1/eras?limit=2&as_of=\"",
      "@Link holds rel=\"cite-as permalink\""}},

    // What machines read of an answer's head
    {"a record tells what it is, whose, and where it belongs",
     "/v1/actors/pakistan",
     200,
     {"@Link holds rel=\"cite-as permalink\"", "@Link holds </v1/dataset>; rel=\"collection\"",
      "@Link holds <https://schema.org/Thing>; rel=\"type\"",
      "@Link holds <https://creativecommons.org/licenses/by/4.0/>; rel=\"license\"",
      "@Link holds </v1/actors/pakistan?format=jsonld>; rel=\"describedby\"; "
      "type=\"application/ld+json\"",
      "/links/collection is \"/v1/actors\""}},
    {"the dataset tells its files",
     "/v1/dataset",
     200,
     {"@Link holds </v1/dataset/export.zip>; rel=\"item\"; type=\"application/zip\"",
      "@Link holds <https://schema.org/Dataset>; rel=\"type\""}},

    // Chosen fields, neighbours, facets
    {"chosen fields only, in the order asked for",
     "/v1/events?fields=title,id&limit=1",
     200,
     {"/data/0 sized 2", "/data/0/title exists", "/data/0/id exists",
      "/meta/query is \"corpus=paper&fields=title,id&limit=1\""}},
    {"chosen fields of one record",
     "/v1/eras/gwot?fields=id,position",
     200,
     {"/data is {\"id\":\"gwot\",\"position\":4}"}},
    {"a field that is null stays a key",
     "/v1/events/abbey-gate-attack?fields=trend",
     200,
     {"/data is {\"trend\":null}"}},
    {"actors embedded",
     "/v1/events?id=abbey-gate-attack&include=actors",
     200,
     {"/included/actors sized 2", "/included/actors/*/id in [\"afghanistan\",\"united-states\"]",
      "/included/actors/*/type is \"actor\""}},
    {"neighbours embedded once each",
     "/v1/events?limit=500&include=actors,references,themes",
     200,
     {"/included/actors/*/id differs", "/included/references/*/id differs",
      "/included/themes/*/id differs", "/included sized 3"}},
    {"neighbours of one record",
     "/v1/events/abbey-gate-attack?include=references",
     200,
     {"/included/references/*/id any \"getting-answers-nd\"",
      "/included/references/*/type is \"reference\""}},
    {"neighbours are embedded though their field is not chosen",
     "/v1/events/abbey-gate-attack?include=actors&fields=id",
     200,
     {"/data sized 1", "/included/actors sized 2"}},
    {"a neighbour that nothing names is an empty list",
     "/v1/events/withdrawal-concluded?include=themes",
     200,
     {"/included/themes is []"}},
    {"what a record names otherwise, of all collections",
     "/v1/events/abbey-gate-attack?include=related",
     200,
     {"/included sized 6", "/included/references/*/id any \"aslam-imran-zahid\"",
      "/included/themes exists"}},
    {"works behind works, each once",
     "/v1/events?include=related,references&limit=500",
     200,
     {"/included/references/*/id differs", "/included/references/*/id any \"aslam-imran-zahid\"",
      "/included/events/*/id differs"}},
    {"what references name",
     "/v1/references?include=related&limit=500",
     200,
     {"/included/references/*/id any \"aslam-imran-zahid\"", "/included sized 6"}},
    {"facets count by value",
     "/v1/events?facet=era,kind&limit=1",
     200,
     {"/meta/facets sized 2", "/meta/facets/era/values/*/count descends",
      "/meta/facets/era/values/*/value any null", "/meta/facets/era/truncated is false",
      "/meta/facets/kind/values/*/value any \"policy\""}},
    {"a facet leaves out its own filter",
     "/v1/events?facet=era&era=gwot&limit=1",
     200,
     {"/meta/facets/era/values/*/value any \"early\"",
      "/meta/facets/era/values/*/value any \"gwot\""}},
    {"a facet of ids carries names",
     "/v1/events?facet=actor&limit=1",
     200,
     {"/meta/facets/actor/values/*/label any \"Pakistan\"",
      "/meta/facets/actor/values/*/value any \"pakistan\""}},
    {"a facet of a closed list carries titles",
     "/v1/events?facet=kind,note,side&limit=1",
     200,
     {"/meta/facets/kind/values/*/label any \"Removal from power\"",
      "/meta/facets/note/values/*/label any \"Rival figures\"",
      "/meta/facets/side/values/*/label any \"United States\"",
      "/meta/facets/kind/values/*/label exists"}},
    {"a facet by value, nothing last",
     "/v1/events?facet=era,year&facet_sort=value&limit=1",
     200,
     {"/meta/facets/era/values/*/value ascends", "/meta/facets/era/values/*/value any null",
      "/meta/facets/year/values/*/value ascends"}},
    {"a facet by position",
     "/v1/events?facet=era&facet_sort=position&limit=1",
     200,
     {"/meta/facets/era/values/*/value follows " ERAS_THEN("null"),
      "/meta/facets/era/values/*/value any null"}},
    {"a facet without positions goes by value",
     "/v1/events?facet=theme&facet_sort=position&limit=1",
     200,
     {"/meta/facets/theme/values/*/value ascends"}},
    {"a facet of hits by position",
     "/v1/search?q=pakistan&facet=type&facet_sort=position&limit=1",
     200,
     {"/meta/facets/type/values/*/label follows [\"Event\",\"Aid figure\",\"Actor\","
      "\"Reference\",\"Era\",\"Theme\"]"}},
    {"a facet of numbers has numbers",
     "/v1/events?facet=year&limit=1",
     200,
     {"/meta/facets/year/values/*/value any 1965"}},

    // Dates
    {"a date that may overlap a span",
     "/v1/events?date=1979/1988&limit=500",
     200,
     {"/data/*/date_start exists", "/meta/warnings/0/code is \"undated-left-out\"",
      "/meta/warnings/0/count over 1", "@Dataset-Warning holds undated-left-out; count="}},
    {"a date inside a span",
     "/v1/events?date__within=1979/1988&limit=500",
     200,
     {"/data/*/date_start over \"1979-01-01\"", "/data/*/date_end under \"1988-12-31\"",
      "/meta/total over 1"}},
    {"a date inside a day",
     "/v1/events?date__within=2021-08-26",
     200,
     {"/data/*/id any \"abbey-gate-attack\"", "/data/*/date_start is \"2021-08-26\""}},
    {"a date inside a month",
     "/v1/events?date__within=2021-08",
     200,
     {"/data/*/date_start holds \"2021-08-\""}},
    {"a date before the end of a year",
     "/v1/events?date__within=../1958",
     200,
     {"/data/*/date_end under \"1958-12-31\""}},
    {"a date in a decade",
     "/v1/events?date__within=196X",
     200,
     {"/data/*/date_start over \"1960-01-01\"", "/data/*/date_end under \"1969-12-31\""}},
    {"nothing is dated in the year 1", "/v1/events?date=0001", 200, {"/data is []"}},
    {"an era that overlaps a year",
     "/v1/eras?date=1950",
     200,
     {"/data/*/id is \"early\"", "/meta/warnings is []"}},

    // What was
    {"a list as of a revision's number",
     "/v1/events?id=passing-event&as_of=1",
     200,
     {"/data/0/title is \"An event that passes\"", "/meta/dataset_revision is 1",
      "/meta/dataset_version is \"2020.01\"",
      "@Cache-Control is public, max-age=86400, stale-while-revalidate=600"}},
    {"a list as of a release",
     "/v1/themes?as_of=2020.01&limit=500",
     200,
     {"/data/*/id any \"passing-theme\"", "/meta/dataset_revision is 1"}},
    {"a list as of a day, which counts to its end",
     "/v1/themes?as_of=2020-01-02",
     200,
     {"/meta/dataset_revision is 1"}},
    {"a list as of a second",
     "/v1/themes?as_of=2020-02-03T04:05:06Z",
     200,
     {"/meta/dataset_revision is 2"}},
    {"a list as of the second before",
     "/v1/themes?as_of=2020-02-03T04:05:05Z",
     200,
     {"/meta/dataset_revision is 1"}},
    {"a list as of a day long after",
     "/v1/themes?as_of=2199-01-01",
     200,
     {"/meta/dataset_revision is 2"}},
    {"an actor under the name of then",
     "/v1/actors/united-states?as_of=1",
     200,
     {"/data/name is \"The old name\"", "/data/revision is 1", "/meta/revision is 1"}},
    {"an actor under the name of now",
     "/v1/actors/united-states",
     200,
     {"/data/name is \"United States\"", "/data/revision is 2",
      "/data/updated_at is \"2020-02-03T04:05:06Z\"",
      "/data/created_at is \"2020-01-02T03:04:05Z\""}},
    {"an event with its actors' names of then",
     "/v1/events/abbey-gate-attack?as_of=1",
     200,
     {"/data/actors/*/name any \"The old name\"", "/data/revision is 1"}},
    {"a record that is gone, as it was",
     "/v1/events/passing-event?as_of=2020.01",
     200,
     {"/data/id is \"passing-event\""}},
    {"embedded neighbours as they were",
     "/v1/events/abbey-gate-attack?as_of=1&include=actors",
     200,
     {"/included/actors/*/name any \"The old name\""}},
    {"the index of today is not that of then",
     "/v1/events?as_of=1&theme=passing-theme",
     200,
     {"/data is []"}},

    // Evidence
    {"on what the records of a list rest",
     "/v1/events?evidence=true&id=abbey-gate-attack",
     200,
     {"/meta/evidence sized 5", "/meta/evidence/one_work is 1", "/meta/evidence/disputed is 0"}},
    {"on what all rest, whatever the page",
     "/v1/actors?evidence=true&limit=1",
     200,
     {"/meta/evidence/several_works over 1", "/meta/evidence/no_work is 0",
      "/meta/evidence/disputed is null"}},
    {"on what what is found rests",
     "/v1/events?q=abbey&evidence=true",
     200,
     {"/meta/evidence/one_work over 0"}},
    {"nobody asks on what records rest", "/v1/events", 200, {"/meta/evidence is null"}},

    // Records of any collection
    {"records by id, in the order asked for",
     "/v1/records?id=gwot,abbey-gate-attack,pakistan&id=america-first",
     200,
     {"/data sized 4", "/data/*/type follows [\"era\",\"event\",\"actor\",\"theme\"]",
      "/meta/returned is 4", "/meta/missing is []", "/meta/warnings is []", "/included is null"}},
    {"records that are not there, and why",
     "/v1/records?id=passing-event,gwot,never-was-one,passing-theme",
     200,
     {"/data/*/id is \"gwot\"", "/meta/missing/0/reason is \"merged\"",
      "/meta/missing/0/detail is \"It was told twice\"",
      "/meta/missing/0/removed_at is \"2020-02-03T04:05:06Z\"",
      "/meta/missing/0/replaced_by is \"/v1/events/abbey-gate-attack\"",
      "/meta/missing/0/replaced_by_id is \"abbey-gate-attack\"",
      "/meta/missing/1/reason is \"unknown\"", "/meta/missing/1/type is null"}},
    {"a record that was removed for good, and a warning",
     "/v1/records?id=gwot,passing-theme",
     200,
     {"/meta/missing/0/reason is \"removed\"", "/meta/missing/0/replaced_by is null",
      "/meta/warnings/0/code is \"records-missing\"", "/meta/warnings/0/count is 1"}},
    {"records as they were", "/v1/records?id=passing-event&as_of=1", 200, {"/meta/missing is []"}},
    {"records without a neighbour to embed",
     "/v1/records?id=gwot,abbey-gate-attack&include=actors,events",
     200,
     {"/included/actors/*/id any \"united-states\"", "/included/events is []"}},
    {"some keys of records, which not all of them have",
     "/v1/records?id=gwot,pakistan&fields=type,name",
     200,
     {"/data is [{\"type\":\"era\",\"name\":null},{\"type\":\"actor\",\"name\":\"Pakistan\"}]"}},
    {"the citation of records by id",
     "/v1/cite?url=/v1/records%3Fid=gwot,pakistan,never-was-one",
     200,
     {"/data/records is 2", "/data/collection is \"records\""}},

    // Words
    {"a word finds records, best first",
     "/v1/events?q=abbey",
     200,
     {"/data/*/id any \"abbey-gate-attack\""}},
    {"all collections are searched",
     "/v1/search?q=abbey",
     200,
     {"/data/*/score descends", "/data/*/highlights exists",
      "/data/0/highlights/title holds \"<mark>Abbey</mark>\"", "/data/*/url holds \"/v1/\""}},
    {"a word that many terms match alike is marked once",
     "/v1/events?q="
     "a*+a*+a*+a*+a*+a*+a*+a*+a*+a*+a*+a*+a*+a*+a*+a*+a*+a*+a*+a*+"
     "a*+a*+a*+a*+a*+a*+a*+a*+a*+a*+a*+a*+a*+a*+a*+a*+a*+a*+a*+a*+"
     "ab*+abb*+ab*+abb*+ab*+abb*+ab*+abb*+ab*+abb*+ab*+abb*+ab*+ab"
     "b*+ab*+abb*+ab*+abb*+ab*+abb*+abbey",
     200,
     {"/data/0/id is \"abbey-gate-attack\"",
      "/data/0/highlights/title holds \"<mark>Abbey</mark> Gate\""}},
    {"what is called so stands first",
     "/v1/search?q=PAKISTAN",
     200,
     {"/data/0/id is \"pakistan\"", "/data/0/score over 3000000", "/data/1/score under 999999",
      "/data/*/score descends"}},
    {"punctuation and quotation marks make no other name",
     "/v1/search?q=%22Imran+Khan%22%21",
     200,
     {"/data/0/id is \"imran-khan\"", "/data/0/score over 3000000"}},
    {"while one types, actors that are called so come first",
     "/v1/search?q=Pakis&prefix=true",
     200,
     {"/data/0/type is \"actor\"", "/data/0/score over 2000000", "/data/0/score under 2999999",
      "/data/*/score descends"}},
    {"while one types, a whole name comes before longer ones",
     "/v1/search?q=united+states&prefix=true",
     200,
     {"/data/0/id is \"united-states\"", "/data/0/score over 3000000",
      "/data/1/score under 2999999"}},
    {"while one types, titles that begin so come before others",
     "/v1/events?q=terrorist+attack+at+abb&prefix=true",
     200,
     {"/data/0/id is \"abbey-gate-attack\"", "/data/0/score over 1000000",
      "/data/0/score under 1999999"}},
    {"a name that is excluded sets nothing first",
     "/v1/search?q=-pakistan+khan",
     200,
     {"/data/*/score under 999999"}},
    {"words are ANDed", "/v1/search?q=abbey+gate", 200, {"/data/*/id any \"abbey-gate-attack\""}},
    {"a phrase", "/v1/search?q=%22abbey%20gate%22", 200, {"/data/*/id any \"abbey-gate-attack\""}},
    {"a record with a ligature and a soft hyphen, found by plain letters",
     "/v1/search?q=%22happened+first%22&as_of=1",
     200,
     {"/data/*/id is \"passing-event\"",
      "/data/0/highlights/summary holds \"<mark>happened first</mark>\""}},
    {"a letter that is typed as another finds itself",
     "/v1/search?q=Ilg%C4%B1n&as_of=1",
     200,
     {"/data/*/id is \"passing-event\""}},
    {"a title contains a ligature",
     "/v1/themes?title__contains=%EF%AC%81r%C2%ADst",
     200,
     {"/data/*/id any \"america-first\""}},
    {"the nearest spelling of a word with a soft hyphen",
     "/v1/search?q=mushar%C2%ADaf",
     200,
     {"/meta/suggestion is \"musharraf\""}},
    {"a phrase the other way round", "/v1/search?q=%22gate%20abbey%22", 200, {"/data is []"}},
    {"a word left out", "/v1/search?q=abbey+-gate", 200, {"/data is []"}},
    {"a word's beginning",
     "/v1/search?q=abb*&type=event",
     200,
     {"/data/*/id any \"abbey-gate-attack\"", "/data/*/type is \"event\""}},
    {"words of SQL's full text are words", "/v1/search?q=abbey+AND+NEAR", 200, {"/data is []"}},
    {"one of two terms, and another word",
     "/v1/search?q=abbey+%22no+such%22+OR+gate",
     200,
     {"/data/*/id any \"abbey-gate-attack\""}},
    {"one of two terms where neither is", "/v1/search?q=abbey+nosuch+OR+nor", 200, {"/data is []"}},
    {"an OR at the end", "/v1/search?q=abbey+OR", 200, {"/data/*/id any \"abbey-gate-attack\""}},
    {"an OR at the beginning is a word", "/v1/search?q=OR+abbey", 200, {"/data is []"}},
    {"the word or", "/v1/search?q=abbey+or+nosuch", 200, {"/data is []"}},
    {"one of two terms and without a word",
     "/v1/search?q=nosuch+OR+abbey+-gate",
     200,
     {"/data is []"}},
    {"signs beside words are passed over",
     "/v1/search?q=%E2%86%92+abbey+%26+%E2%80%93+%E2%84%A2+gate+%7C",
     200,
     {"/data/*/id any \"abbey-gate-attack\""}},
    {"a word that is being typed",
     "/v1/search?q=gate+abb&prefix=true",
     200,
     {"/data/*/id any \"abbey-gate-attack\""}},
    {"only the last word is being typed",
     "/v1/search?q=abb+gate&prefix=true",
     200,
     {"/data is []"}},
    {"a phrase that is being typed",
     "/v1/events?q=%22abbey+ga&prefix=true",
     200,
     {"/data/*/id any \"abbey-gate-attack\""}},
    {"a mark behind the word that is being typed",
     "/v1/events?q=abb+-&prefix=true",
     200,
     {"/data/*/id any \"abbey-gate-attack\""}},
    {"a word that is being typed is widened as a whole one",
     "/v1/search?q=zulfiqar&prefix=true",
     200,
     {"/data/*/id any \"zulfikar-ali-bhutto\""}},
    {"a word that is left out is none that is being typed",
     "/v1/events?q=abbey+-gat&prefix=true",
     200,
     {"/data/*/id any \"abbey-gate-attack\""}},
    {"a quotation mark alone, while one types",
     "/v1/search?q=%22&prefix=true",
     200,
     {"/data is []"}},
    {"a hyphen alone, while one types", "/v1/network?q=-&prefix=true", 200, {"/data/nodes is []"}},
    {"a word to leave out alone, while one types",
     "/v1/timeline?q=-abbey&prefix=true",
     200,
     {"/meta/total is 0"}},
    {"the nearest spelling where nothing is found",
     "/v1/search?q=%22president%22+musharaf",
     200,
     {"/data is []", "/meta/suggestion is \"\\\"president\\\" musharraf\""}},
    {"no spelling where something is found",
     "/v1/search?q=musharraf",
     200,
     {"/meta/suggestion is null"}},
    {"no spelling that finds nothing under the same filters",
     "/v1/search?q=musharaf&type=theme",
     200,
     {"/meta/suggestion is null"}},
    {"no spelling where words are known but do not meet",
     "/v1/search?q=abbey+musharraf",
     200,
     {"/data is []", "/meta/suggestion is null"}},
    {"the nearest spelling of what is being typed",
     "/v1/events?q=abey+ga&prefix=true",
     200,
     {"/meta/suggestion is \"abbey ga\""}},
    {"a wrong first letter", "/v1/search?q=nusharraf", 200, {"/meta/suggestion is \"musharraf\""}},
    {"a hit has a date, a kind and an era",
     "/v1/search?q=abbey+gate&type=event",
     200,
     {"/data/0/kind is \"attack\"", "/data/0/era is \"post-withdrawal\"",
      "/data/0/date_edtf is \"2021-08-26\"", "/data/0/date_start is \"2021-08-26\"",
      "/data/0/date_end is \"2021-08-26\"", "/data/0/date_precision is \"day\"",
      "/data/0/year is 2021"}},
    {"a hit that is an era has its span",
     "/v1/search?q=%22cold+war%22&type=era",
     200,
     {"/data/*/date_edtf any \"1958-10/1989-12\"", "/data/*/kind is null"}},
    {"a hit that is an aid figure has its period",
     "/v1/search?q=aid&type=aid-figure",
     200,
     {"/data/*/date_edtf exists"}},
    {"of names those that match, each once",
     "/v1/search?q=zulfiqar&type=actor",
     200,
     {"/data/0/highlights/names is"
      " \"<mark>Zulfikar</mark> Ali Bhutto; <mark>Zulfiqar</mark> Ali Bhutto\""}},
    {"signs of SQL's full text are none",
     "/v1/search?q=abbey%5E(gate)%3A",
     200,
     {"/meta/total over 0"}},
    {"words of then",
     "/v1/search?q=%22event%20that%20passes%22&as_of=1",
     200,
     {"/data/0/id is \"passing-event\""}},
    {"words of then are not found now",
     "/v1/search?q=%22event%20that%20passes%22",
     200,
     {"/data is []"}},

    // History
    {"the versions of a record",
     "/v1/actors/united-states/revisions",
     200,
     {"/data sized 2", "/data/0/change is \"added\"", "/data/1/change is \"changed\"",
      "/data/1/fields is [\"name\"]", "/data/1/reason is \"A release for tests\""}},
    {"a record that only shows another's new name has no version by it",
     "/v1/events/abbey-gate-attack/revisions",
     200,
     {"/data sized 1"}},
    {"the versions of a record that is gone",
     "/v1/events/passing-event/revisions",
     200,
     {"/data sized 2", "/data/1/change is \"removed\"", "/data/1/reason is \"It was told twice\"",
      "/data/1/replaced_by is \"/v1/events/abbey-gate-attack\"", "/data/1/version is null"}},
    {"the changes of a revision: the actor alone for its name",
     "/v1/changes?revision=2",
     200,
     {"/data sized 3", "/data/*/id in [\"united-states\",\"passing-event\",\"passing-theme\"]"}},
    {"the changes since a release",
     "/v1/changes?since=2020.01",
     200,
     {"/data sized 3", "/data/*/revision is 2"}},
    {"a change tells what stood before and what stands now",
     "/v1/changes?change=changed&since=2020.01&as_of=2",
     200,
     {"/data/0/fields is [\"name\"]", "/data/0/differences sized 1",
      "/data/0/differences/0/field is \"name\"", "/data/0/differences/0/old is \"The old name\"",
      "/data/0/differences/0/new is \"United States\""}},
    {"the changes of what a filter finds, before or after",
     "/v1/changes?era=post-withdrawal&since=2020.01",
     200,
     {"/data sized 1", "/data/0/id is \"passing-event\"", "/data/0/change is \"removed\""}},
    {"filters that no collection has all of find nothing",
     "/v1/changes?stage=cut&trend=divergence",
     200,
     {"/data is []"}},
    {"what was removed",
     "/v1/changes?change=removed",
     200,
     {"/data sized 2", "/data/*/change is \"removed\""}},
    {"the newest change first",
     "/v1/changes?sort=-revision&limit=500",
     200,
     {"/data/*/revision descends", "/data/0/revision is 2"}},

    // Counts
    {"links tell the trends and the address of the shared events",
     "/v1/network?era=gwot&actor__all=pakistan&min_weight=3",
     200,
     {"/data/links/*/weight over 3", "/data/links/*/trends exists",
      "/data/links/*/events holds \"/v1/events?era=gwot&actor__all=pakistan,\"",
      "/meta/query holds \"min_weight=3\""}},
    {"actors and what they share",
     "/v1/network?era=gwot",
     200,
     {"/data/nodes/*/id differs", "/data/nodes/*/events over 1", "/data/links/*/weight over 1",
      "/data/nodes/*/name any \"Pakistan\""}},
    {"events a decade, empty ones included",
     "/v1/timeline?by=decade",
     200,
     {"/data/*/bucket ascends", "/data/0/bucket is \"1940s\"", "/data/1/bucket is \"1950s\"",
      "/data/0/date_start is \"1940-01-01\"", "/data/*/count over 0"}},
    {"events a year",
     "/v1/timeline?era=gwot",
     200,
     {"/data/*/bucket differs", "/data/*/count over 0"}},
    {"events an era, in the order of eras",
     "/v1/timeline?by=era",
     200,
     {"/data/0/bucket is \"early\"", "/data/5/bucket is \"trump-2\""}},
};

static void good_requests_are_answered(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++)
        row_check(&good[i], "GET");
}

// --- The bad -------------------------------------------------------------------------------------

#define CODE(code) "/code is \"" code "\""
#define NAMED(where, name) "/errors/0/in is \"" where "\"", "/errors/0/name is \"" name "\""

static const struct row bad[] = {
    // Parameters
    {"an unknown parameter names the nearest",
     "/v1/events?erra=gwot",
     400,
     {CODE("unknown-parameter"), NAMED("query", "erra"), "/errors/0/suggestion is \"era\"",
      "/errors/0/allowed has \"era\"", "/detail holds \"Did you mean 'era'?\""}},
    {"a parameter near to none has no suggestion",
     "/v1/events?xylophone=1",
     400,
     {CODE("unknown-parameter"), NAMED("query", "xylophone"), "/errors/0/suggestion lacks"}},
    {"a parameter of another collection is unknown",
     "/v1/eras?stage=cut",
     400,
     {CODE("unknown-parameter"), NAMED("query", "stage")}},
    {"a list's parameter is unknown to a record",
     "/v1/eras/gwot?limit=1",
     400,
     {CODE("unknown-parameter"), NAMED("query", "limit")}},
    {"any parameter is unknown to the index",
     "/?a=1",
     400,
     {CODE("unknown-parameter"), NAMED("query", "a")}},
    {"any parameter is unknown to the check of health",
     "/healthz?a",
     400,
     {CODE("unknown-parameter"), NAMED("query", "a")}},
    {"any parameter is unknown to the contract",
     "/openapi.json?x=",
     400,
     {CODE("unknown-parameter")}},
    {"the path's own parameter is none of the query",
     "/problems/gone?code=gone",
     400,
     {CODE("unknown-parameter"), NAMED("query", "code")}},
    {"an operator that the field has not",
     "/v1/events?kind__gt=war",
     400,
     {CODE("unknown-parameter"), NAMED("query", "kind__gt"), "/errors/0/suggestion exists"}},
    {"an operator that there is not",
     "/v1/events?year__near=1965",
     400,
     {CODE("unknown-parameter"), NAMED("query", "year__near")}},
    {"an internal field is no parameter",
     "/v1/events?relation=abbey-gate-attack",
     400,
     {CODE("unknown-parameter")}},
    {"names have a case",
     "/v1/events?Era=gwot",
     400,
     {CODE("unknown-parameter"), "/errors/0/suggestion is \"era\""}},
    {"a name may not be empty",
     "/v1/events?=gwot",
     400,
     {CODE("unknown-parameter"), NAMED("query", "")}},
    {"nothing may stand between two ampersands",
     "/v1/events?era=gwot&&kind=war",
     400,
     {CODE("unknown-parameter"), NAMED("query", "")}},
    {"an ampersand alone is refused", "/v1/events?&", 400, {CODE("unknown-parameter")}},
    {"an unknown name is told as it was meant, decoded",
     "/v1/events?%C3%A9ra=1",
     400,
     {"/errors/0/name is \"éra\"", "/errors/0/suggestion is \"era\""}},
    {"a parameter given twice where one is meant",
     "/v1/events?limit=1&limit=1",
     400,
     {CODE("repeated-parameter"), NAMED("query", "limit")}},
    {"a text given twice",
     "/v1/events?title=a&title=b",
     400,
     {CODE("repeated-parameter"), NAMED("query", "title")}},
    {"a key of an order given twice",
     "/v1/events?sort=title&sort=kind&sort=title",
     400,
     {CODE("bad-parameter"), NAMED("query", "sort")}},
    {"a revision given twice",
     "/v1/events?as_of=1&as_of=1",
     400,
     {CODE("repeated-parameter"), NAMED("query", "as_of")}},

    // Values
    {"an unknown value of a closed list names the nearest",
     "/v1/events?era=gwto",
     400,
     {CODE("bad-parameter"), NAMED("query", "era"), "/errors/0/suggestion is \"gwot\"",
      "/errors/0/allowed has \"gwot\"", "/detail holds \"gwto\""}},
    {"one unknown value among good ones",
     "/v1/events?era=gwot,nope",
     400,
     {CODE("bad-parameter"), NAMED("query", "era")}},
    {"two unknown values are both told",
     "/v1/events?era=nope&kind=nay",
     400,
     {CODE("bad-parameter"), "/errors sized 2", "/errors/0/name is \"era\"",
      "/errors/1/name is \"kind\""}},
    {"values have a case",
     "/v1/events?era=GWOT",
     400,
     {CODE("bad-parameter"), "/errors/0/suggestion is \"gwot\""}},
    {"a list with nothing behind its comma",
     "/v1/events?era=gwot,",
     400,
     {CODE("bad-parameter"), NAMED("query", "era")}},
    {"a list with nothing before its comma",
     "/v1/events?era=,gwot",
     400,
     {CODE("bad-parameter"), NAMED("query", "era")}},
    {"an empty value of a closed list",
     "/v1/events?era=",
     400,
     {CODE("bad-parameter"), NAMED("query", "era")}},
    {"a name without a value",
     "/v1/events?era",
     400,
     {CODE("bad-parameter"), NAMED("query", "era")}},
    {"an empty text", "/v1/events?title=", 400, {CODE("bad-parameter"), NAMED("query", "title")}},
    {"an empty part of a text",
     "/v1/events?title__contains=",
     400,
     {CODE("bad-parameter"), NAMED("query", "title__contains")}},
    {"an empty number", "/v1/events?limit=", 400, {CODE("bad-parameter"), NAMED("query", "limit")}},
    {"an empty id", "/v1/events?actor=", 400, {CODE("bad-parameter"), NAMED("query", "actor")}},
    {"an empty cursor",
     "/v1/events?cursor=",
     400,
     {CODE("bad-parameter"), NAMED("query", "cursor")}},
    {"an empty revision",
     "/v1/events?as_of=",
     400,
     {CODE("bad-parameter"), NAMED("query", "as_of")}},
    {"a word for a number",
     "/v1/events?limit=abc",
     400,
     {CODE("bad-parameter"), NAMED("query", "limit"), "/detail holds \"abc\""}},
    {"a number with a sign",
     "/v1/events?limit=%2B5",
     400,
     {CODE("bad-parameter"), NAMED("query", "limit")}},
    {"a number with a leading zero",
     "/v1/events?limit=05",
     400,
     {CODE("bad-parameter"), NAMED("query", "limit")}},
    {"a number with a fraction",
     "/v1/events?limit=5.0",
     400,
     {CODE("bad-parameter"), NAMED("query", "limit")}},
    {"a number with a space",
     "/v1/events?limit=5+",
     400,
     {CODE("bad-parameter"), NAMED("query", "limit")}},
    {"two numbers where one is meant",
     "/v1/events?limit=5,6",
     400,
     {CODE("bad-parameter"), NAMED("query", "limit")}},
    {"a limit of none",
     "/v1/events?limit=0",
     400,
     {CODE("bad-parameter"), NAMED("query", "limit"), "/errors/0/detail holds \"1\""}},
    {"a limit beyond the largest",
     "/v1/events?limit=501",
     400,
     {CODE("bad-parameter"), NAMED("query", "limit"), "/errors/0/detail holds \"500\""}},
    {"a limit beyond all integers",
     "/v1/events?limit=99999999999999999999",
     400,
     {CODE("bad-parameter"), NAMED("query", "limit")}},
    {"a negative offset",
     "/v1/events?offset=-1",
     400,
     {CODE("bad-parameter"), NAMED("query", "offset")}},
    {"an offset beyond the largest",
     "/v1/events?offset=1000000001",
     400,
     {CODE("bad-parameter"), NAMED("query", "offset")}},
    {"a year that no calendar has",
     "/v1/events?year=0",
     400,
     {CODE("bad-parameter"), NAMED("query", "year")}},
    {"neither true nor false",
     "/v1/events?trend__isnull=yes",
     400,
     {CODE("bad-parameter"), NAMED("query", "trend__isnull")}},
    {"a truth has a case",
     "/v1/events?trend__isnull=True",
     400,
     {CODE("bad-parameter"), NAMED("query", "trend__isnull")}},
    {"an order that there is not",
     "/v1/events?sort=titel",
     400,
     {CODE("bad-parameter"), NAMED("query", "sort"), "/errors/0/suggestion is \"title\""}},
    {"an order with two signs",
     "/v1/events?sort=--title",
     400,
     {CODE("bad-parameter"), NAMED("query", "sort")}},
    {"an order by one key twice",
     "/v1/events?sort=title,title",
     400,
     {CODE("bad-parameter"), NAMED("query", "sort")}},
    {"an order by too many keys",
     "/v1/events?sort=title,kind,era,year,date_end,date_start",
     400,
     {CODE("bad-parameter"), NAMED("query", "sort")}},
    {"an order by score where nothing is looked for",
     "/v1/events?sort=score",
     400,
     {CODE("bad-parameter"), NAMED("query", "sort")}},
    {"an unknown field",
     "/v1/events?fields=id,titel",
     400,
     {CODE("bad-parameter"), NAMED("query", "fields"), "/errors/0/suggestion is \"title\"",
      "/errors/0/allowed has \"title\""}},
    {"a field twice",
     "/v1/events?fields=id,id",
     400,
     {CODE("bad-parameter"), NAMED("query", "fields")}},
    {"an unknown neighbour",
     "/v1/events?include=actor",
     400,
     {CODE("bad-parameter"), NAMED("query", "include"), "/errors/0/suggestion is \"actors\""}},
    {"a weight that no link can have",
     "/v1/network?min_weight=0",
     400,
     {CODE("bad-parameter"), NAMED("query", "min_weight")}},
    {"an order of facets that there is not",
     "/v1/events?facet=era&facet_sort=label",
     400,
     {CODE("bad-parameter"), NAMED("query", "facet_sort"), "/errors/0/allowed has \"position\""}},
    {"an order of facets without facets",
     "/v1/events?facet_sort=value",
     400,
     {CODE("bad-parameter"), NAMED("query", "facet_sort")}},
    {"an unknown facet",
     "/v1/events?facet=title",
     400,
     {CODE("bad-parameter"), NAMED("query", "facet")}},
    {"a date that is none",
     "/v1/events?date=yesterday",
     400,
     {CODE("bad-parameter"), NAMED("query", "date")}},
    {"a day that the calendar lacks",
     "/v1/events?date=1965-02-30",
     400,
     {CODE("bad-parameter"), NAMED("query", "date")}},
    {"a span that ends before it begins",
     "/v1/events?date=1988/1979",
     400,
     {CODE("bad-parameter"), NAMED("query", "date")}},
    {"a date beyond the years that sort",
     "/v1/events?date=Y12000",
     400,
     {CODE("bad-parameter"), NAMED("query", "date")}},
    {"two questions for the date",
     "/v1/events?date=1965&date__within=1965",
     400,
     {CODE("bad-parameter"), NAMED("query", "date__within")}},
    {"a partial day that is a season",
     "/v1/events?date_start=1965-21",
     400,
     {CODE("bad-parameter"), NAMED("query", "date_start")}},
    {"fiscal years the wrong way round",
     "/v1/aid?fiscal_year=2016/2002",
     400,
     {CODE("bad-parameter"), NAMED("query", "fiscal_year")}},
    {"fiscal years open at both ends",
     "/v1/aid?fiscal_year=../..",
     400,
     {CODE("bad-parameter"), NAMED("query", "fiscal_year")}},
    {"a section that the paper lacks",
     "/v1/events?locator=%C2%A799",
     400,
     {CODE("bad-parameter"), NAMED("query", "locator")}},
    {"a text that is too long",
     "/v1/"
     "events?title="
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     400,
     {CODE("bad-parameter"), NAMED("query", "title")}},
    {"an id that no record can have",
     "/v1/events?actor=Imran_Khan",
     400,
     {CODE("bad-parameter"), NAMED("query", "actor")}},

    // Ids
    {"an id that never was names the nearest",
     "/v1/events?actor=imran-kahn",
     400,
     {CODE("unknown-id"), NAMED("query", "actor"), "/errors/0/suggestion is \"imran-khan\""}},
    {"one of two ids never was",
     "/v1/events?actor=pakistan,pakistn",
     400,
     {CODE("unknown-id"), NAMED("query", "actor"), "/errors sized 1"}},
    {"two ids that never were are both told",
     "/v1/events?actor=xa,xb",
     400,
     {CODE("unknown-id"), "/errors sized 2"}},
    {"an id under an operator",
     "/v1/events?actor__not=nobody-at-all",
     400,
     {CODE("unknown-id"), NAMED("query", "actor__not")}},
    {"an id that is of another collection", "/v1/events?actor=gwot", 400, {CODE("unknown-id")}},

    // Cursors
    {"a cursor that is none",
     "/v1/events?cursor=abc",
     400,
     {CODE("bad-cursor"), NAMED("query", "cursor")}},
    {"a cursor that is no base64url",
     "/v1/events?cursor=%2B%2F%3D",
     400,
     {CODE("bad-cursor"), NAMED("query", "cursor")}},

    // Encoding
    {"a percent sign alone",
     "/v1/events?era=%",
     400,
     {CODE("bad-encoding"), NAMED("query", "era")}},
    {"an escape cut short",
     "/v1/events?era=%4",
     400,
     {CODE("bad-encoding"), NAMED("query", "era")}},
    {"an escape that is none",
     "/v1/events?era=%zz",
     400,
     {CODE("bad-encoding"), NAMED("query", "era")}},
    {"a bad escape in a name",
     "/v1/events?%zz=1",
     400,
     {CODE("bad-encoding"), "/errors/0/in is \"query\""}},
    {"a NUL", "/v1/events?title=a%00b", 400, {CODE("bad-encoding"), NAMED("query", "title")}},
    {"bytes that are no UTF-8",
     "/v1/events?title=%FF",
     400,
     {CODE("bad-encoding"), NAMED("query", "title")}},
    {"an overlong character",
     "/v1/events?title=%C0%AF",
     400,
     {CODE("bad-encoding"), NAMED("query", "title")}},
    {"a surrogate",
     "/v1/events?title=%ED%A0%80",
     400,
     {CODE("bad-encoding"), NAMED("query", "title")}},
    {"raw bytes that are no UTF-8",
     "/v1/events?title=\xff",
     400,
     {CODE("bad-encoding"), NAMED("query", "title"), "/instance is \"/v1/events?title=%FF\""}},
    {"a bad escape in the path",
     "/v1/events/%zz",
     400,
     {CODE("bad-encoding"), "/errors/0/in is \"path\"", "/instance is \"/v1/events/%25zz\""}},
    {"a percent sign at the end of the path",
     "/v1/events/%",
     400,
     {CODE("bad-encoding"), "/instance is \"/v1/events/%25\""}},
    {"a NUL in the path",
     "/v1/events/a%00",
     400,
     {CODE("bad-encoding"), "/errors/0/in is \"path\""}},
    {"bytes in the path that are no UTF-8",
     "/v1/%FF",
     400,
     {CODE("bad-encoding"), "/errors/0/in is \"path\""}},
    {"an encoding fault comes before an unknown name behind it",
     "/v1/events?era=%zz&nope=1",
     400,
     {CODE("bad-encoding")}},

    // Paths
    {"an unknown path names the nearest",
     "/v1/event",
     404,
     {CODE("not-found"), NAMED("path", "/v1/event"), "/errors/0/suggestion is \"/v1/events\"",
      "/detail holds \"Did you mean '/v1/events'?\""}},
    {"a path near to none",
     "/xylophones/of/the/world",
     404,
     {CODE("not-found"), "/errors/0/suggestion lacks"}},
    {"a slash at the end",
     "/v1/events/",
     404,
     {CODE("not-found"), "/errors/0/suggestion is \"/v1/events\""}},
    {"a slash behind a record",
     "/v1/eras/gwot/",
     404,
     {CODE("not-found"), "/errors/0/suggestion is \"/v1/eras/gwot\""}},
    {"two slashes",
     "/v1//events",
     404,
     {CODE("not-found"), "/errors/0/suggestion is \"/v1/events\""}},
    {"two slashes at the beginning", "//v1/events", 404, {CODE("not-found")}},
    {"paths have a case",
     "/V1/Events",
     404,
     {CODE("not-found"), "/errors/0/suggestion is \"/v1/events\""}},
    {"slashes alone", "//", 404, {CODE("not-found"), "/errors/0/suggestion is \"/\""}},
    {"several slashes at the end",
     "/v1/events///",
     404,
     {CODE("not-found"), "/errors/0/suggestion is \"/v1/events\""}},
    {"another version",
     "/v2/events",
     404,
     {CODE("not-found"), "/errors/0/suggestion is \"/v1/events\""}},
    {"the version alone", "/v1", 404, {CODE("not-found")}},
    {"an escaped slash divides no segments", "/v1%2Fevents", 404, {CODE("not-found")}},
    {"dots are not resolved", "/v1/../v1/events", 404, {CODE("not-found")}},
    {"a path of many segments", "/a/b/c/d/e/f/g/h/i/j/k", 404, {CODE("not-found")}},
    {"an unknown path with a query",
     "/v1/evnts?era=gwot",
     404,
     {CODE("not-found"), "/errors/0/suggestion is \"/v1/events\"",
      "/instance is \"/v1/evnts?era=gwot\""}},
    {"an address without a slash before it", "v1/events", 400, {CODE("bad-request")}},
    {"no address", "", 400, {CODE("bad-request")}},
    {"a problem that there is not",
     "/problems/gon",
     404,
     {CODE("not-found"), "/errors/0/suggestion is \"gone\""}},

    // Records
    {"an unknown record names the nearest",
     "/v1/events/abbey-gate-atack",
     404,
     {CODE("not-found"), NAMED("path", "id"), "/errors/0/suggestion is \"abbey-gate-attack\""}},
    {"an unknown record of each collection: aid",
     "/v1/aid/nope-nope-nope",
     404,
     {CODE("not-found"), NAMED("path", "id")}},
    {"actors",
     "/v1/actors/imran-kahn",
     404,
     {CODE("not-found"), "/errors/0/suggestion is \"imran-khan\""}},
    {"references",
     "/v1/references/ahmad-2012",
     404,
     {CODE("not-found"), "/errors/0/suggestion is \"ahmad-2013\""}},
    {"eras", "/v1/eras/gwott", 404, {CODE("not-found"), "/errors/0/suggestion is \"gwot\""}},
    {"themes",
     "/v1/themes/america-frist",
     404,
     {CODE("not-found"), "/errors/0/suggestion is \"america-first\""}},
    {"an id that no record can have",
     "/v1/events/%F0%9F%98%80",
     404,
     {CODE("not-found"), "/detail holds \"😀\""}},
    {"an id of another collection", "/v1/events/gwot", 404, {CODE("not-found")}},
    {"a record that was removed, and what took its place",
     "/v1/events/passing-event",
     410,
     {CODE("gone"), "/reason is \"It was told twice\"", "/removed_at is \"2020-02-03T04:05:06Z\"",
      "/replaced_by is \"/v1/events/abbey-gate-attack\"",
      "/errors/0/suggestion is \"abbey-gate-attack\""}},
    {"evidence of works", "/v1/references?evidence=true", 400, {NAMED("query", "evidence")}},
    {"evidence without an envelope",
     "/v1/events?evidence=true&format=csv",
     400,
     {NAMED("query", "evidence")}},
    {"no id to look for", "/v1/records", 400, {CODE("missing-parameter"), NAMED("query", "id")}},
    {"an id twice", "/v1/records?id=gwot,gwot", 400, {NAMED("query", "id")}},
    {"records as a table", "/v1/records?id=gwot&format=csv", 400, {NAMED("query", "format")}},
    {"a record that was removed for good",
     "/v1/themes/passing-theme",
     410,
     {CODE("gone"), "/reason is \"It was none\"", "/replaced_by is null"}},

    // Revisions
    {"a revision to come",
     "/v1/events?as_of=3",
     410,
     {CODE("unknown-revision"), NAMED("query", "as_of")}},
    {"the revision before the first",
     "/v1/events?as_of=0",
     400,
     {CODE("bad-parameter"), NAMED("query", "as_of")}},
    {"digits that no revision has",
     "/v1/events?as_of=0123456789abcdef",
     410,
     {CODE("unknown-revision")}},
    {"digits in upper case", "/v1/events?as_of=0123456789ABCDEF", 400, {CODE("bad-parameter")}},
    {"a release that there is not", "/v1/events?as_of=2019.12", 410, {CODE("unknown-revision")}},
    {"a time before the first revision",
     "/v1/events?as_of=2020-01-02T03:04:04Z",
     410,
     {CODE("unknown-revision")}},
    {"a day before the first revision",
     "/v1/eras/gwot?as_of=2020-01-01",
     410,
     {CODE("unknown-revision")}},
    {"a time of another zone",
     "/v1/events?as_of=2020-01-02T03:04:05%2B01:00",
     400,
     {CODE("bad-parameter"), NAMED("query", "as_of")}},
    {"a day that the calendar lacks, as a revision",
     "/v1/events?as_of=2020-02-30",
     400,
     {CODE("bad-parameter"), NAMED("query", "as_of")}},
    {"no revision at all",
     "/v1/events?as_of=then",
     400,
     {CODE("bad-parameter"), NAMED("query", "as_of")}},
    {"a revision too long",
     "/v1/events?as_of=11111111111111111111111111111111111111111",
     400,
     {CODE("bad-parameter"), NAMED("query", "as_of")}},

    // Words
    {"nothing to look for", "/v1/search?q=", 400, {CODE("bad-parameter"), NAMED("query", "q")}},
    {"no word at all", "/v1/search", 400, {"/errors/0/name is \"q\""}},
    {"only words to leave out", "/v1/search?q=-abbey", 400, {"/errors/0/name is \"q\""}},
    {"only signs", "/v1/search?q=%22%22", 400, {"/errors/0/name is \"q\""}},
    {"only signs beyond ASCII",
     "/v1/search?q=%E2%86%92+%E2%84%A2",
     400,
     {"/errors/0/name is \"q\""}},
    {"what is typed where nothing is looked for",
     "/v1/events?prefix=true",
     400,
     {CODE("bad-parameter"), NAMED("query", "prefix")}},
    {"a phrase without an end", "/v1/search?q=%22abbey", 400, {"/errors/0/name is \"q\""}},
};

static void bad_requests_are_refused_and_the_culprit_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++)
        row_check(&bad[i], "GET");
}

// PREFIX and then LETTER again and again, LENGTH bytes in all.
static char *target_new(const char *prefix, const char *letter, size_t length)
{
    char *target = malloc(length + 1);
    assert_non_null(target);
    size_t at = strlen(prefix), step = strlen(letter);
    memcpy(target, prefix, at);
    for (; at + step <= length; at += step)
        memcpy(target + at, letter, step);
    target[at] = '\0';
    return target;
}

static void an_address_of_8192_bytes_is_read_and_of_one_more_is_not(void **state)
{
    (void)state;
    char *longest = target_new("/v1/events?title=", "a", 8192);
    char *longer = target_new("/v1/events?title=", "a", 8193);
    const struct row read = {"the longest address is read", longest, 400, {CODE("bad-parameter")}};
    const struct row not_read = {
        "a longer one is not",
        longer,
        414,
        {CODE("url-too-long"), "/detail holds \"8193\"", "/detail holds \"8192\""}};
    row_check(&read, "GET");
    row_check(&not_read, "GET");
    free(longest);
    free(longer);
}

// Messages are cut at bytes; what is left must be text all the same.
static const struct {
    const char *sentence, *prefix, *letter;
} long_texts[] = {
    {"a long unknown name", "/v1/events?", "%C3%A9"},
    {"a long unknown name that begins with one byte", "/v1/events?a", "%C3%A9"},
    {"a long value", "/v1/events?era=", "%E2%82%AC"},
    {"a long value that begins with one byte", "/v1/events?era=a", "%E2%82%AC"},
    {"a long value that begins with two bytes", "/v1/events?era=aa", "%E2%82%AC"},
    {"a long id", "/v1/events/", "%F0%9F%98%80"},
    {"a long id that begins with one byte", "/v1/events/a", "%F0%9F%98%80"},
    {"a long id that begins with two bytes", "/v1/events/aa", "%F0%9F%98%80"},
    {"a long id that begins with three bytes", "/v1/events/aaa", "%F0%9F%98%80"},
    {"a long path of raw bytes", "/", "\xc3\xa9"},
    {"a long path of raw bytes that begins with one byte", "/a", "\xc3\xa9"},
    {"a long problem's name", "/problems/a", "%C3%A9"},
    {"a long field", "/v1/events?fields=a", "%C3%A9"},
    {"a long revision", "/v1/events?as_of=a", "%C3%A9"},
    {"a revision of forty letters of four bytes", "/v1/events?as_of=", "%F0%9F%98%80"},
};

static void whatever_is_cut_short_in_a_problem_stays_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(long_texts); i++) {
        for (size_t count = 30; count <= 200; count++) {
            struct response response;
            size_t length = strlen(long_texts[i].prefix) + count * strlen(long_texts[i].letter);
            char *target = target_new(long_texts[i].prefix, long_texts[i].letter, length);
            ask("GET", target, NULL, &response);
            AUTO(json) json_t *body = body_of(&response);
            const struct row row = {long_texts[i].sentence, target, response.status, {NULL}};
            if (response.status < 400 || !body ||
                json_array_size(json_object_get(body, "errors")) == 0)
                fail_msg("%s, %zu of them: %.*s", row.sentence, count, (int)response.length,
                         response.body);
            problem_check(&row, &response, body);
            response_cleanup(&response);
            free(target);
        }
    }
}

// --- Methods -------------------------------------------------------------------------------------

static const char *const other_methods[] = {"POST",  "PUT", "DELETE", "PATCH",
                                            "TRACE", "get", "GETT",   ""};

static void another_method_is_refused_and_told_which_are_allowed(void **state)
{
    static const char *const targets[] = {
        "/", "/v1/events", "/v1/events?era=gwot", "/v1/eras/gwot", "/healthz", "/openapi.json"};
    (void)state;
    for (size_t i = 0; i < COUNT(targets); i++) {
        const struct row row = {"another method",
                                targets[i],
                                405,
                                {CODE("method-not-allowed"), "@Allow is GET, HEAD, OPTIONS",
                                 "/detail holds \"GET, HEAD, OPTIONS\""}};
        for (size_t j = 0; j < COUNT(other_methods); j++)
            row_check(&row, other_methods[j]);
    }
}

static void another_method_at_an_unknown_path_is_not_found(void **state)
{
    const struct row row = {
        "an unknown path", "/v1/nothing-here", 404, {CODE("not-found"), "@Allow lacks"}};
    (void)state;
    row_check(&row, "DELETE");
    row_check(&row, "OPTIONS");
}

static void options_tells_the_methods_of_a_path(void **state)
{
    static const char *const targets[] = {"/", "/v1/events", "/v1/events?era=gwot", "/v1/eras/gwot",
                                          "*"};
    (void)state;
    for (size_t i = 0; i < COUNT(targets); i++) {
        const struct row row = {"options",
                                targets[i],
                                204,
                                {"@Allow is GET, HEAD, OPTIONS",
                                 "@Access-Control-Allow-Methods is GET, HEAD, OPTIONS",
                                 "@Access-Control-Allow-Headers is *, Authorization",
                                 "@Access-Control-Max-Age exists", "@Content-Type lacks"}};
        row_check(&row, "OPTIONS");
    }
}

static void answers_equal(const char *sentence, const struct response *a, const struct response *b)
{
    assert_int_equal(a->status, b->status);
    if (a->header_count != b->header_count)
        fail_msg("%s: %zu and %zu headers", sentence, a->header_count, b->header_count);
    for (size_t i = 0; i < a->header_count; i++) {
        assert_string_equal(a->headers[i].name, b->headers[i].name);
        assert_string_equal(a->headers[i].value, b->headers[i].value);
    }
    if (a->length != b->length ||
        memcmp(a->body ? a->body : "", b->body ? b->body : "", a->length) != 0)
        fail_msg("%s: two bodies", sentence);
}

// The server leaves the body of HEAD out.
static void head_is_answered_like_get(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct response get, head;
        ask("GET", rows[i].target, NULL, &get);
        ask("HEAD", rows[i].target, NULL, &head);
        answers_equal(rows[i].sentence, &get, &head);
        response_cleanup(&get);
        response_cleanup(&head);
    }
}

static void head_has_the_status_and_headers_of_get(void **state)
{
    (void)state;
    head_is_answered_like_get(good, COUNT(good));
    head_is_answered_like_get(bad, COUNT(bad));
}

static void the_same_request_has_the_same_answer(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        struct response first, second;
        ask("GET", good[i].target, NULL, &first);
        ask("GET", good[i].target, NULL, &second);
        answers_equal(good[i].sentence, &first, &second);
        response_cleanup(&first);
        response_cleanup(&second);
    }
}

// --- Caching -------------------------------------------------------------------------------------

// TAG stands for the answer's own.
static const struct {
    const char *sentence, *list;
    unsigned status;
} conditions[] = {
    {"the tag itself", "TAG", 304},
    {"the tag, weak", "W/TAG", 304},
    {"anything", "*", 304},
    {"the tag last in a list", "\"other\", \"another\", TAG", 304},
    {"the tag first in a list", "TAG, \"other\"", 304},
    {"the tag in a list without spaces", "\"other\",TAG,\"another\"", 304},
    {"the tag among weak ones", "W/\"other\", W/TAG", 304},
    {"a list with nothing between two commas", "\"other\",, TAG", 304},
    {"the tag behind spaces", "  \tTAG", 304},
    {"another tag", "\"other\"", 200},
    {"another list", "\"other\", W/\"another\"", 200},
    {"nothing", "", 200},
    {"the tag without its quotes", "BARE", 200},
    {"the tag with a letter more", "\"BAREx\"", 200},
    {"a tag without an end", "\"BARE", 200},
    {"the empty tag", "\"\"", 200},
    {"an asterisk in quotes", "\"*\"", 200},
};

static char *condition_new(const char *list, const char *tag)
{
    struct buffer out = {0};
    const char *at;
    size_t length = strlen(tag);
    for (at = list; *at;) {
        bool whole = strncmp(at, "TAG", 3) == 0, bare = strncmp(at, "BARE", 4) == 0;
        if (whole)
            buffer_add_text(&out, tag);
        else if (bare)
            buffer_add(&out, tag + 1, length - 2);
        else
            buffer_add_char(&out, *at);
        at += whole ? 3 : bare ? 4 : 1;
    }
    return buffer_take(&out, NULL);
}

static void tagged_check(const char *target)
{
    struct response fresh, response;
    ask("GET", target, NULL, &fresh);
    const char *tag = response_header_get(&fresh, "ETag");
    assert_non_null(tag);
    assert_int_equal(strlen(tag), 34);
    for (size_t i = 0; i < COUNT(conditions); i++) {
        AUTO(text) char *list = condition_new(conditions[i].list, tag);
        ask("GET", target, list, &response);
        if (response.status != conditions[i].status)
            fail_msg("%s: %s: %u", target, conditions[i].sentence, response.status);
        if (response.status == 304 && response.length)
            fail_msg("%s: %s: a body stands in a 304", target, conditions[i].sentence);
        assert_string_equal(response_header_get(&response, "ETag"), tag);
        assert_string_equal(response_header_get(&response, "Cache-Control"),
                            response_header_get(&fresh, "Cache-Control"));
        response_cleanup(&response);
    }
    response_cleanup(&fresh);
}

static void a_tag_that_the_reader_has_saves_the_body(void **state)
{
    static const char *const targets[] = {"/",
                                          "/v1/events?era=gwot",
                                          "/v1/events/abbey-gate-attack",
                                          "/v1/eras",
                                          "/v1/events/abbey-gate-attack?fields=id",
                                          "/openapi.json",
                                          "/openapi.yaml",
                                          "/v1/events?as_of=1",
                                          "/v1/changes",
                                          "/v1/changes?format=atom",
                                          "/v1/actors/pakistan?format=jsonld",
                                          "/v1/dataset?format=dcat",
                                          "/.well-known/api-catalog"};
    (void)state;
    for (size_t i = 0; i < COUNT(targets); i++)
        tagged_check(targets[i]);
}

static void every_good_answer_has_a_tag_or_is_not_stored(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        struct response first, second;
        ask("GET", good[i].target, NULL, &first);
        const char *tag = response_header_get(&first, "ETag");
        const char *cache = response_header_get(&first, "Cache-Control");
        if (!tag && (!cache || strcmp(cache, "no-store") != 0))
            fail_msg("%s: neither a tag nor no-store", good[i].sentence);
        ask("GET", good[i].target, tag, &second);
        assert_int_equal(second.status, tag ? 304 : 200);
        response_cleanup(&first);
        response_cleanup(&second);
    }
}

static void a_problem_is_told_even_to_who_has_anything(void **state)
{
    struct response response;
    (void)state;
    ask("GET", "/v1/events?erra=1", "*", &response);
    assert_int_equal(response.status, 400);
    response_cleanup(&response);
    ask("GET", "/v1/eras/gwott", "*", &response);
    assert_int_equal(response.status, 404);
    response_cleanup(&response);
}

static char *tag_of(const char *target)
{
    struct response response;
    ask("GET", target, NULL, &response);
    char *tag = strdup(response_header_get(&response, "ETag"));
    response_cleanup(&response);
    return tag;
}

static const struct {
    const char *sentence, *a, *b;
    bool same;
} tags[] = {
    {"one request in two spellings has one tag", "/v1/events?era=gwot,early",
     "/v1/events?era=early&era=gwot", true},
    {"a default that is told has the tag of the default", "/v1/events?limit=50", "/v1/events",
     true},
    {"another filter has another tag", "/v1/events?era=gwot", "/v1/events?era=early", false},
    {"another list has another tag", "/v1/eras", "/v1/themes", false},
    {"another page has another tag", "/v1/eras?limit=1", "/v1/eras?limit=2", false},
    {"chosen fields have another tag", "/v1/eras/gwot", "/v1/eras/gwot?fields=id", false},
    {"embedded neighbours have another tag", "/v1/eras/gwot", "/v1/eras/gwot?include=references",
     false},
    {"a record that did not change has the tag it had", "/v1/eras/gwot", "/v1/eras/gwot?as_of=1",
     true},
    {"an event that shows a new name has a new tag", "/v1/events/abbey-gate-attack",
     "/v1/events/abbey-gate-attack?as_of=1", false},
    {"an actor with a new name has a new tag", "/v1/actors/united-states",
     "/v1/actors/united-states?as_of=1", false},
    {"a list at another revision has another tag", "/v1/events", "/v1/events?as_of=1", false},
};

static void tags_differ_where_answers_do(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(tags); i++) {
        char *a = tag_of(tags[i].a), *b = tag_of(tags[i].b);
        if ((strcmp(a, b) == 0) != tags[i].same)
            fail_msg("%s: %s, %s", tags[i].sentence, a, b);
        free(a);
        free(b);
    }
}

// --- Sums ----------------------------------------------------------------------------------------

static const struct {
    const char *sentence, *whole, *parts[3];
} sums[] = {
    {"a filter and its contrary are all: era",
     "/v1/events",
     {"/v1/events?era=gwot", "/v1/events?era__not=gwot"}},
    {"kind", "/v1/events", {"/v1/events?kind=war,aid", "/v1/events?kind__not=war,aid"}},
    {"year, which may be missing",
     "/v1/events",
     {"/v1/events?year=1965", "/v1/events?year__not=1965"}},
    {"day, which may be missing",
     "/v1/events",
     {"/v1/events?date_start=1965", "/v1/events?date_start__not=1965"}},
    {"actor", "/v1/events", {"/v1/events?actor=pakistan", "/v1/events?actor__not=pakistan"}},
    {"theme",
     "/v1/actors",
     {"/v1/actors?theme=lens-of-afghanistan", "/v1/actors?theme__not=lens-of-afghanistan"}},
    {"event of a reference",
     "/v1/references",
     {"/v1/references?event=abbey-gate-attack", "/v1/references?event__not=abbey-gate-attack"}},
    {"null and not null are all: trend",
     "/v1/events",
     {"/v1/events?trend__isnull=true", "/v1/events?trend__isnull=false"}},
    {"agency", "/v1/aid", {"/v1/aid?agency__isnull=true", "/v1/aid?agency__isnull=false"}},
    {"less, equal, greater and missing are all: year",
     "/v1/events?year__isnull=false",
     {"/v1/events?year__lt=1990", "/v1/events?year=1990", "/v1/events?year__gt=1990"}},
    {"less or equal and greater: amount",
     "/v1/aid",
     {"/v1/aid?amount_usd__lte=1300000000", "/v1/aid?amount_usd__gt=1300000000"}},
    {"less and greater or equal: day",
     "/v1/events?date_start__isnull=false",
     {"/v1/events?date_start__lt=1990-06", "/v1/events?date_start__gte=1990-06"}},
    {"before and from a day on, within one month",
     "/v1/events?date_start__gte=2021-08&date_start__lte=2021-08",
     {"/v1/events?date_start__gte=2021-08-01&date_start__lt=2021-08-26",
      "/v1/events?date_start__gte=2021-08-26&date_start__lte=2021-08-29",
      "/v1/events?date_start__gt=2021-08-29&date_start__lt=2021-09"}},
    {"within one month, of one era",
     "/v1/events?era=gwot&date_start__gte=2001-09-11&date_start__lte=2001-09-12",
     {"/v1/events?era=gwot&date_start__gte=2001-09-11&date_start__lt=2001-09-12",
      "/v1/events?era=gwot&date_start__gt=2001-09-11&date_start__lt=2001-09-30"}},
    {"less or equal and greater: day",
     "/v1/events?date_end__isnull=false",
     {"/v1/events?date_end__lte=1990", "/v1/events?date_end__gt=1990"}},
    {"any of two is one and the other",
     "/v1/events?era=gwot,early",
     {"/v1/events?era=gwot", "/v1/events?era=early"}},
    {"all of one is that one", "/v1/events?actor__all=pakistan", {"/v1/events?actor=pakistan"}},
    {"a title is the part of itself",
     "/v1/events?title=Terrorist+attack+at+Abbey+Gate+during+the+withdrawal",
     {"/v1/events?title__contains=attack+at+Abbey"}},
    {"all that is dated may overlap all days", "/v1/eras", {"/v1/eras?date=0001/9999"}},
};

static void parts_make_the_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(sums); i++) {
        json_int_t whole = total_of(sums[i].whole), sum = 0;
        for (size_t j = 0; j < COUNT(sums[i].parts) && sums[i].parts[j]; j++) {
            json_int_t part = total_of(sums[i].parts[j]);
            if (part == 0)
                fail_msg("%s: nothing at %s", sums[i].sentence, sums[i].parts[j]);
            sum += part;
        }
        if (whole != sum)
            fail_msg("%s: %lld, not %lld", sums[i].sentence, (long long)sum, (long long)whole);
    }
}

static void a_count_on_a_record_is_the_total_behind_its_link(void **state)
{
    static const char *const targets[] = {
        "/v1/events/abbey-gate-attack", "/v1/actors/pakistan", "/v1/actors/us-congress",
        "/v1/references/rizvi-2024",    "/v1/eras/gwot",       "/v1/themes/nuclear-issue",
        "/v1/aid/aid-1-3-billion-cut"};
    (void)state;
    for (size_t i = 0; i < COUNT(targets); i++) {
        const char *name;
        json_t *count, *body = json_get(targets[i]);
        const json_t *links = json_at_pointer(body, "/data/links");
        assert_true(json_object_size(json_at_pointer(body, "/data/counts")) > 0);
        json_object_foreach ((json_t *)json_at_pointer(body, "/data/counts"), name, count)
            if (total_of(json_text(links, name)) != json_integer_value(count))
                fail_msg("%s: %s", targets[i], name);
        json_decref(body);
    }
}

static void facets_agree_with_totals(void **state)
{
    static const char *const fields[] = {"era",   "kind",  "trend", "status",
                                         "actor", "theme", "note",  "locator"};
    (void)state;
    for (size_t i = 0; i < COUNT(fields); i++) {
        size_t j;
        char target[WORD_SIZE];
        const json_t *value;
        snprintf(target, sizeof target, "/v1/events?facet=%s&limit=1", fields[i]);
        json_t *body = json_get(target);
        snprintf(target, sizeof target, "/meta/facets/%s/values", fields[i]);
        const json_t *values = json_at_pointer(body, target);
        assert_true(json_array_size(values) > 1);
        json_array_foreach (values, j, value) {
            struct buffer query = {0};
            const char *text = json_text(value, "value");
            buffer_add_format(&query, "/v1/events?%s%s", fields[i], text ? "=" : "__isnull=true");
            buffer_add_url_text(&query, text ? text : "");
            json_int_t total = total_of(buffer_text(&query));
            if (total != json_integer_value(json_object_get(value, "count")))
                fail_msg("%s: %lld", buffer_text(&query), (long long)total);
            buffer_cleanup(&query);
        }
        json_decref(body);
    }
}

// --- Pages ---------------------------------------------------------------------------------------

// The ids on the pages from TARGET on, by the links called RELATION.
static json_t *ids_walk(const char *target, const char *relation)
{
    json_t *ids = json_array();
    char *address = strdup(target);
    for (size_t pages = 0; address; pages++) {
        size_t i;
        const json_t *record;
        json_t *body = json_get(address);
        assert_true(pages < 1000);
        const json_t *data = json_object_get(body, "data");
        json_array_foreach (data, i, record)
            json_array_append(ids, json_object_get(record, "id"));
        free(address);
        const char *next = json_text(json_object_get(body, "links"), relation);
        address = next ? strdup(next) : NULL;
        json_decref(body);
    }
    return ids;
}

static const char *const walks[] = {
    "/v1/events?limit=7",
    "/v1/events?limit=50&era=gwot,post-withdrawal",
    "/v1/events?limit=9&sort=-date_start",
    "/v1/events?limit=9&sort=date_end",
    "/v1/events?limit=9&sort=-date_end,title",
    "/v1/events?limit=11&sort=-year,-title",
    "/v1/events?limit=11&sort=era,-date_start,kind",
    "/v1/events?limit=11&sort=-id",
    "/v1/events?limit=3&q=pakistan&sort=-score",
    "/v1/events?limit=5&date=1979/1990",
    "/v1/events?limit=13&as_of=1",
    "/v1/references?limit=4&sort=-year",
    "/v1/references?limit=4&sort=csl_type,-title",
    "/v1/actors?limit=10",
    "/v1/aid?limit=2&sort=-fiscal_year_start",
    "/v1/eras?limit=1",
    "/v1/themes?limit=4&sort=-kind",
    "/v1/search?limit=7&q=pakistan",
    "/v1/search?limit=3&q=Pakis&prefix=true",
};

// The same question on one page.
static json_t *ids_whole(const char *target)
{
    char whole[WORD_SIZE];
    const char *limit = strstr(target, "limit=");
    size_t digits = strspn(limit + 6, "0123456789");
    snprintf(whole, sizeof whole, "%.*slimit=500%s", (int)(limit - target), target,
             limit + 6 + digits);
    return ids_walk(whole, "next");
}

// What is before the hit of ADDRESS may only be called the same: by its title, or be an actor.
static bool stands_first(const json_t *hits, const char *address, const char *name)
{
    size_t i;
    const json_t *hit;
    json_array_foreach (hits, i, hit) {
        if (strcmp(json_text(hit, "url"), address) == 0)
            return true;
        const char *title = json_text(hit, "title");
        bool actor = strcmp(json_text(hit, "type"), "actor") == 0;
        if (!actor && (!title || strcasecmp(title, name) != 0))
            return false;
    }
    return false;
}

static void name_check(const json_t *record, const char *name)
{
    struct buffer target = {0};
    buffer_add_text(&target, "/v1/search?q=");
    buffer_add_url_text(&target, name);
    json_t *body = json_get(buffer_text(&target));
    if (!stands_first(json_object_get(body, "data"), json_text(record, "url"), name))
        fail_msg("%s does not find %s first", buffer_text(&target), json_text(record, "url"));
    json_decref(body);
    buffer_cleanup(&target);
}

// How many names the records of a list have, each of which was looked for.
static size_t names_check(const char *list)
{
    size_t i, j, count = 0;
    const json_t *record, *alias;
    json_t *body = json_get(list);
    json_array_foreach (json_object_get(body, "data"), i, record) {
        const char *title = json_text(record, "title");
        const char *name = title ? title : json_text(record, "name");
        if (name)
            name_check(record, name);
        count += name != NULL;
        json_array_foreach (json_object_get(record, "aliases"), j, alias)
            name_check(record, json_string_value(alias));
    }
    json_decref(body);
    return count;
}

static void every_title_name_and_alias_finds_its_record_first(void **state)
{
    static const char *const lists[] = {"/v1/events?limit=500", "/v1/aid?limit=500",
                                        "/v1/actors?limit=500", "/v1/references?limit=500",
                                        "/v1/eras?limit=500",   "/v1/themes?limit=500"};
    (void)state;
    for (size_t i = 0; i < COUNT(lists); i++)
        assert_true(names_check(lists[i]) > 0);
}

static void the_pages_together_are_the_list(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(walks); i++) {
        json_t *whole = ids_whole(walks[i]), *pages = ids_walk(walks[i], "next");
        assert_true(json_array_size(whole) > 1);
        if (!json_equal(whole, pages) || !values_differ(pages))
            fail_msg("%s", walks[i]);
        json_decref(whole);
        json_decref(pages);
    }
}

static char *link_of(const char *target, const char *relation)
{
    json_t *body = json_get(target);
    const char *link = json_text(json_object_get(body, "links"), relation);
    char *copy = link ? strdup(link) : NULL;
    json_decref(body);
    return copy;
}

static void the_page_before_the_next_is_this_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(walks); i++) {
        AUTO(text) char *next = link_of(walks[i], "next");
        assert_non_null(next);
        AUTO(text) char *back = link_of(next, "prev");
        if (!back)
            fail_msg("%s: the second page has none before it", walks[i]);
        AUTO(json) json_t *here = json_get(walks[i]);
        AUTO(json) json_t *there = json_get(back);
        if (!json_equal(json_object_get(here, "data"), json_object_get(there, "data")))
            fail_msg("%s: %s", walks[i], back);
        assert_true(json_is_null(json_at_pointer(there, "/links/prev")));
        assert_true(json_equal(json_at_pointer(here, "/meta/total"),
                               json_at_pointer(there, "/meta/total")));
    }
}

static void a_cursor_fits_its_own_question_only(void **state)
{
    static const struct {
        const char *sentence, *more;
        unsigned status;
    } rows[] = {
        {"the same filter beside it", "&era=gwot", 200},
        {"another filter beside it", "&era=early", 400},
        {"a further filter beside it", "&era=gwot&kind=policy", 400},
        {"another order beside it", "&sort=-title", 400},
        {"an offset beside it", "&offset=1", 400},
        {"its own revision beside it", "&as_of=2", 200},
        {"another revision beside it", "&as_of=1", 400},
        {"a revision that there is not beside it", "&as_of=9", 410},
        {"another page size beside it", "&limit=3", 200},
        {"chosen fields beside it", "&fields=id", 200},
        {"facets beside it", "&facet=kind", 200},
        {"neighbours beside it", "&include=actors", 200},
    };
    (void)state;
    AUTO(text) char *next = link_of("/v1/events?era=gwot&limit=2", "next");
    const char *cursor = strstr(next, "cursor=");
    assert_non_null(cursor);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buffer target = {0};
        buffer_add_format(&target, "/v1/events?%s%s", cursor, rows[i].more);
        const struct row row = {rows[i].sentence,
                                buffer_text(&target),
                                rows[i].status,
                                {rows[i].status == 400 ? CODE("bad-cursor") : NULL}};
        row_check(&row, "GET");
        buffer_cleanup(&target);
    }
}

static void a_cursor_fits_its_own_list_only(void **state)
{
    static const char *const lists[] = {"/v1/eras",
                                        "/v1/events?era=gwot",
                                        "/v1/actors",
                                        "/v1/themes",
                                        "/v1/events?sort=-title",
                                        "/v1/search?q=pakistan",
                                        "/v1/changes",
                                        "/v1/actors/united-states/revisions"};
    static const char *const others[] = {"/v1/eras",   "/v1/events",     "/v1/aid",
                                         "/v1/actors", "/v1/references", "/v1/themes",
                                         "/v1/search", "/v1/changes"};
    (void)state;
    for (size_t i = 0; i < COUNT(lists); i++) {
        struct buffer first = {0};
        buffer_add_format(&first, "%s%climit=1", lists[i], strchr(lists[i], '?') ? '&' : '?');
        AUTO(text) char *next = link_of(buffer_text(&first), "next");
        buffer_cleanup(&first);
        assert_non_null(next);
        for (size_t j = 0; j < COUNT(others); j++) {
            struct buffer target = {0};
            size_t length = strcspn(next, "?");
            bool same = strlen(others[j]) == length && strncmp(next, others[j], length) == 0;
            bool search = strcmp(others[j], "/v1/search") == 0;
            buffer_add_format(&target, "%s?%s%s", others[j], strstr(next, "cursor="),
                              search ? "&q=pakistan" : "");
            const struct row row = {"a cursor at another list",
                                    buffer_text(&target),
                                    same ? 200 : 400,
                                    {same ? NULL : CODE("bad-cursor")}};
            row_check(&row, "GET");
            buffer_cleanup(&target);
        }
    }
}

static void a_cursor_changed_anywhere_is_refused(void **state)
{
    (void)state;
    AUTO(text) char *next = link_of("/v1/eras?limit=2", "next");
    char *cursor = strstr(next, "cursor=") + 7;
    for (size_t i = 0; cursor[i + 1]; i++) {
        char kept = cursor[i];
        cursor[i] = kept == 'x' ? 'Q' : 'x';
        const struct row row = {"a changed cursor", next, 400, {CODE("bad-cursor")}};
        row_check(&row, "GET");
        cursor[i] = kept;
    }
}

// NEXT, a link, with the position of its cursor changed as WAY says and signed anew.
enum forgery { KEY_TOO_FEW, NO_KEY, KEY_TOO_MANY, KEY_OF_ANOTHER_KIND, ID_OF_ANOTHER_KIND };

static void cursor_key_of_service(char ret_key[static DIGEST_HEX_SIZE])
{
    struct database_fault fault;
    struct database *database = database_open(database_path, DATABASE_READ, &fault);
    assert_non_null(database);
    assert_int_equal(cursor_key_read(database, ret_key), OK);
    database_close(database);
}

static char *cursor_forge(const char *next, enum forgery way)
{
    char key[DIGEST_HEX_SIZE];
    struct cursor cursor;
    struct buffer target = {0};
    const char *mark = strstr(next, "cursor=") + 7;
    cursor_key_of_service(key);
    AUTO(json) json_t *kept = cursor_read(mark, key, &cursor);
    assert_non_null(kept);
    json_t *position = (json_t *)cursor.position;
    size_t count = json_array_size(position);
    if (way == KEY_TOO_FEW)
        json_array_remove(position, 0);
    else if (way == NO_KEY)
        json_array_clear(position);
    else if (way == KEY_TOO_MANY)
        json_array_insert_new(position, 0, json_string("a"));
    else
        json_array_set_new(position, way == KEY_OF_ANOTHER_KIND ? 0 : count - 1, json_integer(7));
    AUTO(text) char *forged = cursor_write(&cursor, key);
    buffer_add(&target, next, (size_t)(mark - next));
    buffer_add_text(&target, forged);
    return buffer_take(&target, NULL);
}

static void a_position_with_other_keys_than_its_order_is_refused(void **state)
{
    static const char *const lists[] = {
        "/v1/eras?sort=title&limit=1", "/v1/events?sort=title&limit=1",
        "/v1/events?sort=era,-title&limit=1", "/v1/search?q=pakistan&sort=type&limit=1"};
    (void)state;
    for (size_t i = 0; i < COUNT(lists); i++) {
        AUTO(text) char *next = link_of(lists[i], "next");
        assert_non_null(next);
        for (enum forgery way = KEY_TOO_FEW; way <= ID_OF_ANOTHER_KIND; way++) {
            AUTO(text) char *forged = cursor_forge(next, way);
            const struct row row = {"a forged position", forged, 400, {CODE("bad-cursor")}};
            row_check(&row, "GET");
        }
    }
}

static void a_permalink_shows_the_same_for_ever(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(walks); i++) {
        AUTO(text) char *permalink = link_of(walks[i], "permalink");
        assert_non_null(permalink);
        AUTO(json) json_t *here = json_get(walks[i]);
        AUTO(json) json_t *there = json_get(permalink);
        if (!json_equal(json_object_get(here, "data"), json_object_get(there, "data")) ||
            !json_equal(json_at_pointer(here, "/meta/total"),
                        json_at_pointer(there, "/meta/total")))
            fail_msg("%s: %s", walks[i], permalink);
    }
}

// --- The database --------------------------------------------------------------------------------

static void without_a_database_it_says_so_and_only_health_answers(void **state)
{
    char path[PATH_SIZE];
    struct app *kept = app;
    (void)state;
    snprintf(path, sizeof path, "%s/missing.db", folder);
    const struct pool_options options = {
        .database = path, .connections = 1, .query_milliseconds = 1000};
    app = app_new(spec, &options, "https://relata.example");
    const struct row rows[] = {
        {"it is not ready", "/readyz", 503, {CODE("busy"), "/detail holds \"no such file\""}},
        {"no list", "/v1/events", 503, {CODE("busy")}},
        {"no record", "/v1/eras/gwot", 503, {CODE("busy")}},
        {"it is alive", "/healthz", 200, {"/status is \"ok\""}},
        {"the contract is there", "/openapi.json", 200, {"/openapi is \"3.1.0\""}},
        {"a bad question is still the reader's fault",
         "/v1/events?era=x",
         400,
         {CODE("bad-parameter")}}};
    for (size_t i = 0; i < COUNT(rows); i++)
        row_check(&rows[i], "GET");
    struct database_fault fault;
    database_close(database_open(path, DATABASE_CREATE, &fault));
    const struct row empty = {"a database without a dataset",
                              "/readyz",
                              503,
                              {CODE("busy"), "/detail holds \"no dataset\""}};
    row_check(&empty, "GET");
    app_free(app);
    app = kept;
}

static void a_query_without_time_is_stopped_and_told(void **state)
{
    struct app *kept = app;
    (void)state;
    const struct pool_options options = {
        .database = database_path, .connections = 1, .query_milliseconds = 0};
    app = app_new(spec, &options, "https://relata.example");
    const struct row slow = {"a query without time",
                             "/v1/"
                             "events?limit=500&include=actors,references&facet=era,kind,actor,"
                             "reference&title__contains=a",
                             503,
                             {CODE("query-timeout")}};
    row_check(&slow, "GET");
    app_free(app);
    app = kept;
}

static enum left left_of(const char *target, const char *accept)
{
    struct response response;
    const struct request request = {
        .method = "GET", .target = target, .accept = accept, .hurried = true};
    app_handle(app, &request, &response);
    enum left left = response.left;
    if ((left == LEFT_NOTHING) == (response.status == 0))
        fail_msg("%s: left to others, and answered with %u", target, response.status);
    response_cleanup(&response);
    return left;
}

// Which requests a thread that answers others leaves to those that have time.
static void what_takes_long_is_left_however_it_is_written(void **state)
{
    static const struct {
        const char *target, *accept;
        enum left left;
    } rows[] = {
        {"/healthz", NULL, LEFT_NOTHING},
        {"/readyz", NULL, LEFT_NOTHING},
        {"/docs", NULL, LEFT_NOTHING},
        {"/v1/vocabulary", NULL, LEFT_NOTHING},
        {"/v1/events", NULL, LEFT_NOTHING},
        {"/v1/events?format=json", NULL, LEFT_NOTHING},
        {"/v1/events?limit=5&offset=3&fields=title", NULL, LEFT_NOTHING},
        {"/v1/eras/gwot", NULL, LEFT_NOTHING},
        {"/v1/events/abbey-gate-attack?include=actors", NULL, LEFT_QUERY},
        {"/v1/events?era=gwot", NULL, LEFT_QUERY},
        {"/v1/events?%65ra=gwot", NULL, LEFT_QUERY},
        {"/v1/events?format=csv", NULL, LEFT_QUERY},
        {"/v1/changes", "application/atom+xml", LEFT_QUERY},
        {"/v1/search?q=aid", NULL, LEFT_QUERY},
        {"/v1/network", NULL, LEFT_QUERY},
        {"/v1/net%77ork", NULL, LEFT_QUERY},
        {"/%76%31/network", NULL, LEFT_QUERY},
        {"/v1/dataset/export.zip", NULL, LEFT_FILE},
        {"/v1/dataset/export%2Ezip", NULL, LEFT_FILE},
        {"/v1/dataset/export.zip?corpus=official", NULL, LEFT_FILE},
        {"/v1/eras?format=xlsx", NULL, LEFT_FILE},
        {"/v1/eras?limit=1&forma%74=xls%78", NULL, LEFT_FILE},
        {"/v1/references", "application/x-bibtex", LEFT_QUERY},
        // What is wrong costs nothing.
        {"/v1/eras?limit=%zz", NULL, LEFT_NOTHING},
        {"/v1/network?era=nonsense", NULL, LEFT_NOTHING},
        {"/v1/dataset/export.zip?corpus=nonsense", NULL, LEFT_NOTHING},
        {"/nowhere", NULL, LEFT_NOTHING},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        if (left_of(rows[i].target, rows[i].accept) != rows[i].left)
            fail_msg("%s: is left otherwise", rows[i].target);
}

static void only_probes_ask_how_the_service_does(void **state)
{
    static const struct {
        const char *method, *target;
        bool is_probe;
    } rows[] = {
        {"GET", "/healthz", true},    {"HEAD", "/healthz", true},  {"GET", "/readyz", true},
        {"GET", "/metrics", true},    {"GET", "/healthz?x", true}, {"POST", "/healthz", false},
        {"GET", "/v1/events", false}, {"GET", "/nowhere", false},  {"GET", "/%zz", false},
        {"OPTIONS", "*", false},      {"OPTIONS", "/docs", false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct request request = {.method = rows[i].method, .target = rows[i].target};
        if (app_is_probe(app, &request) != rows[i].is_probe)
            fail_msg("%s %s", rows[i].method, rows[i].target);
    }
}

static const char archive_target[] = "/v1/dataset/export.zip";
static const char official_target[] = "/v1/dataset/export.zip?corpus=official";

static struct app *app_with_room(int64_t scratch_bytes)
{
    const struct pool_options options = {.database = database_path,
                                         .connections = 1,
                                         .query_milliseconds = 20000,
                                         .scratch_bytes = scratch_bytes};
    struct app *new = app_new(spec, &options, "https://relata.example");
    assert_non_null(new);
    return new;
}

// The bytes of an archive, which is made where it is not kept.
static size_t archive_size(const char *target)
{
    struct response response;
    ask("GET", target, NULL, &response);
    assert_int_equal(response.status, 200);
    size_t length = response.length;
    response_cleanup(&response);
    return length;
}

// It is kept as a file until the next revision, and the database is asked no more.
static void the_archive_is_made_once(void **state)
{
    struct response first, second;
    struct app *shared = app;
    (void)state;
    app = app_with_room(0);
    ask("GET", archive_target, NULL, &first);
    assert_int_equal(first.status, 200);
    app_stop(app);
    ask("GET", archive_target, NULL, &second);
    assert_int_equal(second.status, 200);
    assert_true(response_drain(&first) && response_drain(&second));
    assert_int_equal(first.length, second.length);
    assert_memory_equal(first.body, second.body, first.length);
    response_cleanup(&first);
    response_cleanup(&second);
    app_free(app);
    app = shared;
}

static void whoever_is_hurried_gets_a_kept_archive_and_makes_none(void **state)
{
    struct app *shared = app;
    (void)state;
    app = app_with_room(0);
    size_t paper = archive_size(archive_target), official = archive_size(official_target);
    assert_int_equal(left_of(archive_target, NULL), LEFT_NOTHING);
    assert_int_equal(left_of("/v1/dataset/export.zip?corpus=paper", NULL), LEFT_NOTHING);
    assert_int_equal(left_of(official_target, NULL), LEFT_NOTHING);
    assert_int_equal(left_of("/v1/dataset/export.zip?corpus=paper,official", NULL), LEFT_FILE);
    app_free(app);
    // One pushes the other out.
    app = app_with_room((int64_t)(paper > official ? paper : official));
    archive_size(archive_target);
    assert_int_equal(left_of(archive_target, NULL), LEFT_NOTHING);
    archive_size(official_target);
    assert_int_equal(left_of(archive_target, NULL), LEFT_FILE);
    assert_int_equal(left_of(official_target, NULL), LEFT_NOTHING);
    app_free(app);
    app = shared;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_requests_are_answered),
        cmocka_unit_test(bad_requests_are_refused_and_the_culprit_is_named),
        cmocka_unit_test(an_address_of_8192_bytes_is_read_and_of_one_more_is_not),
        cmocka_unit_test(whatever_is_cut_short_in_a_problem_stays_text),
        cmocka_unit_test(another_method_is_refused_and_told_which_are_allowed),
        cmocka_unit_test(another_method_at_an_unknown_path_is_not_found),
        cmocka_unit_test(options_tells_the_methods_of_a_path),
        cmocka_unit_test(head_has_the_status_and_headers_of_get),
        cmocka_unit_test(the_same_request_has_the_same_answer),
        cmocka_unit_test(a_tag_that_the_reader_has_saves_the_body),
        cmocka_unit_test(every_good_answer_has_a_tag_or_is_not_stored),
        cmocka_unit_test(a_problem_is_told_even_to_who_has_anything),
        cmocka_unit_test(tags_differ_where_answers_do),
        cmocka_unit_test(parts_make_the_whole),
        cmocka_unit_test(a_count_on_a_record_is_the_total_behind_its_link),
        cmocka_unit_test(facets_agree_with_totals),
        cmocka_unit_test(every_title_name_and_alias_finds_its_record_first),
        cmocka_unit_test(the_pages_together_are_the_list),
        cmocka_unit_test(the_page_before_the_next_is_this_one),
        cmocka_unit_test(a_cursor_fits_its_own_question_only),
        cmocka_unit_test(a_cursor_fits_its_own_list_only),
        cmocka_unit_test(a_cursor_changed_anywhere_is_refused),
        cmocka_unit_test(a_position_with_other_keys_than_its_order_is_refused),
        cmocka_unit_test(a_permalink_shows_the_same_for_ever),
        cmocka_unit_test(without_a_database_it_says_so_and_only_health_answers),
        cmocka_unit_test(a_query_without_time_is_stopped_and_told),
        cmocka_unit_test(what_takes_long_is_left_however_it_is_written),
        cmocka_unit_test(only_probes_ask_how_the_service_does),
        cmocka_unit_test(the_archive_is_made_once),
        cmocka_unit_test(whoever_is_hurried_gets_a_kept_archive_and_makes_none),
    };
    return cmocka_run_group_tests(tests, service_start, service_stop);
}
