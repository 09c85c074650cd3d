// Any request at all, as method, address and If-None-Match on a line each, and what must hold of
// the answer.
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct response response;
    char *text = malloc(size + 1), *rest = text;
    if (!text)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    const char *method = strsep(&rest, "\n");
    const char *target = rest ? strsep(&rest, "\n") : "/";
    json_decref(service_ask(method, target, rest, &response));
    if (response.status == 200 && strcmp(method, "GET") == 0)
        tag_check(target, &response);
    response_cleanup(&response);
    free(text);
    return 0;
}
