// Any text as a cursor, and any content behind the signature that makes it pass for one of ours.
#include "base/digest.h"
#include "query/cursor.h"
#include "service.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    service_start();
    return 0;
}

static void list_ask(const char *path, const char *cursor)
{
    struct response response;
    size_t size = strlen(path) + strlen(cursor) + 10;
    char *target = malloc(size);
    assert(target);
    snprintf(target, size, "%s?cursor=%s", path, cursor);
    json_decref(service_ask("GET", target, NULL, &response));
    response_cleanup(&response);
    free(target);
}

// What is read must be written as it was read.
static void round_check(const char *text)
{
    struct cursor cursor, again;
    json_t *value = cursor_read(text, cursor_key, &cursor);
    if (!value)
        return;
    char *written = cursor_write(&cursor, cursor_key);
    assert(written);
    json_t *second = cursor_read(written, cursor_key, &again);
    assert(second && json_equal(value, second));
    json_decref(second);
    json_decref(value);
    free(written);
}

static char *forged_new(const uint8_t *data, size_t size)
{
    enum { SIGNATURE = 16 };
    unsigned char signature[DIGEST_SIGNATURE_SIZE];
    char *whole = malloc(SIGNATURE + size);
    assert(whole && digest_sign(cursor_key, data, size, signature));
    memcpy(whole, signature, SIGNATURE);
    if (size > 0)
        memcpy(whole + SIGNATURE, data, size);
    char *text = digest_base64url_encode(whole, SIGNATURE + size);
    free(whole);
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = text_new(data, size), *forged = forged_new(data, size);
    assert(forged);
    round_check(text);
    round_check(forged);
    list_ask("/v1/events", forged);
    list_ask("/v1/eras", forged);
    free(text);
    free(forged);
    return 0;
}
