// Fuzzes server/schema/json_schema.c: the input is a schema and, after the first NUL or line end,
// an instance.
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "schema/json_schema.h"

static bool letter_valid(const char *text, const char **ret_detail)
{
    if (strlen(text) == 1)
        return true;
    *ret_detail = "is not one letter";
    return false;
}

static const struct schema_format formats[] = {
    {"letter", letter_valid}, {"note", NULL}, {NULL, NULL}};

struct row_totals {
    const json_t *instance;
    size_t count;
};

// Returns the value in INSTANCE that POINTER names, or NULL.
static const json_t *resolve(const json_t *instance, const char *pointer)
{
    char token[256];
    while (instance && *pointer) {
        size_t used = 0;
        for (pointer++; *pointer && *pointer != '/' && used < sizeof token - 1; pointer++) {
            token[used] = *pointer;
            if (*pointer == '~')
                token[used] = *++pointer == '0' ? '~' : '/';
            used++;
        }
        token[used] = '\0';
        if (used == sizeof token - 1)
            return NULL;
        instance = json_is_array(instance) ? json_array_get(instance, strtoul(token, NULL, 10))
                                           : json_object_get(instance, token);
    }
    return instance;
}

// Every finding has texts that are UTF-8, and a pointer to the value that it gives.
static void report(void *context, const struct schema_finding *finding)
{
    struct row_totals *tally = context;
    const json_t *found = resolve(tally->instance, finding->pointer);
    json_t *texts = json_pack("[sss]", finding->pointer, finding->keyword, finding->detail);
    if (!texts || (finding->found && found && found != finding->found))
        abort();
    json_decref(texts);
    tally->count++;
}

static void check(const json_t *document, const json_t *instance)
{
    struct schema_fault fault;
    struct row_totals tally = {.instance = instance};
    struct schema_set *set = json_schema_set_new(document, formats);
    if (!set)
        return;
    const struct schema *schema = json_schema_set_compile(set, "", &fault);
    if (schema && json_schema_check(schema, instance, report, &tally) != tally.count)
        abort();
    if (!schema && (!memchr(fault.pointer, '\0', sizeof fault.pointer) || !*fault.detail))
        abort();
    json_schema_set_free(set);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t split = 0;
    while (split < size && data[split] != '\0' && data[split] != '\n')
        split++;
    if (split == size)
        return 0;
    size_t flags = JSON_DECODE_ANY | JSON_ALLOW_NUL;
    json_t *document = json_loadb((const char *)data, split, flags, NULL);
    json_t *instance = json_loadb((const char *)data + split + 1, size - split - 1, flags, NULL);
    if (document && instance)
        check(document, instance);
    json_decref(document);
    json_decref(instance);
    return 0;
}
