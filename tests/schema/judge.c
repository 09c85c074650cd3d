// Judges the lines of its input, for comparing server/schema/json_schema.c with other validators.
//
// A line is an object with "instance" and, where it is not that of the line before, "schema", the
// document with the schema, and "pointer" into it (a JSON pointer, "" where it is not given). The
// answer is one line: "valid", "invalid", "refused POINTER: DETAIL" for a schema outside of the
// subset or "unreadable DETAIL" for a line. Formats are annotations.
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "schema/json_schema.h"

struct judge {
    json_t *document;
    struct schema_set *set;
};

static void judge_close(struct judge *judge)
{
    json_schema_set_free(judge->set);
    json_decref(judge->document);
    *judge = (struct judge){.set = NULL};
}

static bool judge_open(struct judge *judge, json_t *document)
{
    judge_close(judge);
    judge->document = json_incref(document);
    judge->set = json_schema_set_new(document, NULL);
    return judge->set != NULL;
}

static void judge_request(struct judge *judge, const json_t *request)
{
    struct schema_fault fault;
    json_t *document = json_object_get(request, "schema");
    const char *pointer = json_string_value(json_object_get(request, "pointer"));
    const json_t *instance = json_object_get(request, "instance");
    if (document && !judge_open(judge, document)) {
        puts("unreadable out of memory");
        return;
    }
    if (!judge->set || !instance) {
        puts("unreadable no schema or no instance");
        return;
    }
    const struct schema *schema =
        json_schema_set_compile(judge->set, pointer ? pointer : "", &fault);
    if (!schema)
        printf("refused %s: %s\n", fault.pointer, fault.detail);
    else
        puts(json_schema_check(schema, instance, NULL, NULL) == 0 ? "valid" : "invalid");
}

int main(void)
{
    struct judge judge = {.set = NULL};
    char *line = NULL;
    size_t size = 0;
    ssize_t length;
    while ((length = getline(&line, &size, stdin)) >= 0) {
        json_error_t error;
        json_t *request = json_loadb(line, (size_t)length, JSON_ALLOW_NUL, &error);
        if (request)
            judge_request(&judge, request);
        else
            printf("unreadable %s\n", error.text);
        json_decref(request);
        fflush(stdout);
    }
    judge_close(&judge);
    free(line);
    return EXIT_SUCCESS;
}
