// Any request at all, as method, address, If-None-Match, If-Modified-Since, Accept and
// Accept-Encoding on a line each, and what must hold of the answer.
#include "service.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    service_start();
    return 0;
}

// Who shows the tag of an answer is told that nothing changed.
static void tag_check(const char *target, const struct response *answer)
{
    struct response response;
    const char *tag = response_header_get(answer, "ETag");
    if (!tag)
        return;
    json_decref(service_ask("GET", target, tag, &response));
    assert(response.status == 304);
    response_cleanup(&response);
}

// NULL behind the last line, as where a header did not come.
static const char *line_next(char **rest)
{
    return *rest ? strsep(rest, "\n") : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct response response;
    char *text = malloc(size + 1), *rest = text;
    if (!text)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    struct request request = {.method = line_next(&rest)};
    request.target = line_next(&rest);
    request.if_none_match = line_next(&rest);
    request.if_modified_since = line_next(&rest);
    request.accept = line_next(&rest);
    request.accept_encoding = line_next(&rest);
    if (!request.target)
        request.target = "/";
    json_decref(service_request(&request, &response));
    if (response.status == 200 && strcmp(request.method, "GET") == 0 && !request.accept)
        tag_check(request.target, &response);
    response_cleanup(&response);
    free(text);
    return 0;
}
