// Any query at all, to an operation that the first byte chooses; an answer's canonical form must
// ask for the same.
#include "service.h"

static const char *const paths[] = {"/v1/events",
                                    "/v1/aid",
                                    "/v1/actors",
                                    "/v1/references",
                                    "/v1/eras",
                                    "/v1/themes",
                                    "/v1/search",
                                    "/v1/changes",
                                    "/v1/network",
                                    "/v1/timeline",
                                    "/v1/events/abbey-gate-attack",
                                    "/v1/actors/pakistan/revisions"};

enum { PATH_COUNT = sizeof paths / sizeof *paths };

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    service_start();
    return 0;
}

static char *target_new(const char *path, const char *query)
{
    size_t size = strlen(path) + strlen(query) + 2;
    char *target = malloc(size);
    assert(target);
    snprintf(target, size, "%s?%s", path, query);
    return target;
}

// The same tag and the same bytes.
static void canonical_check(const char *path, const char *query, const struct response *answer)
{
    struct response response;
    char *target = target_new(path, query);
    json_decref(service_ask("GET", target, NULL, &response));
    assert(response.status == 200 && response.length == answer->length);
    assert(memcmp(response.body, answer->body, response.length) == 0);
    assert(strcmp(response_header_get(&response, "ETag"), response_header_get(answer, "ETag")) ==
           0);
    response_cleanup(&response);
    free(target);
}

static void numbers_check(const json_t *body)
{
    const json_t *total = json_at_pointer(body, "/meta/total");
    const json_t *returned = json_at_pointer(body, "/meta/returned");
    if (!returned)
        return;
    assert(json_integer_value(returned) ==
           (json_int_t)json_array_size(json_object_get(body, "data")));
    assert(json_integer_value(returned) <= json_integer_value(total));
    assert(json_integer_value(returned) <=
           json_integer_value(json_at_pointer(body, "/meta/limit")));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct response response;
    if (size == 0)
        return 0;
    const char *path = paths[data[0] % PATH_COUNT];
    char *query = text_new(data + 1, size - 1);
    char *target = target_new(path, query);
    json_t *body = service_ask("GET", target, NULL, &response);
    const char *canonical = json_string_value(json_at_pointer(body, "/meta/query"));
    if (response.status == 200)
        numbers_check(body);
    if (canonical)
        canonical_check(path, canonical, &response);
    json_decref(body);
    response_cleanup(&response);
    free(target);
    free(query);
    return 0;
}
