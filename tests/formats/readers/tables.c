// Writes the records of its input as tables, for comparing server/formats/tabular.c with other
// readers.
//
// A line is an object with "schema" (a name in components/schemas), "records" (a list), "form"
// ("csv", "bom": the same with a byte order mark, or "table") and "fields" (a list of names, or
// null for all, as in an answer to words). The answer is a line with the number of bytes that
// follow it, then those bytes; -1 where the line cannot be read or there is no such schema.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/tabular.h"

static void csv_write(const struct tabular *tabular, const json_t *records, struct buffer *out)
{
    size_t i;
    const json_t *record;
    tabular_csv_header(tabular, out);
    json_array_foreach (records, i, record) {
        tabular_csv_row(tabular, record, out);
    }
}

static void table_write(const struct tabular *tabular, const json_t *records, struct buffer *out)
{
    size_t i;
    const json_t *record;
    tabular_table_open(tabular, out);
    json_array_foreach (records, i, record) {
        tabular_table_row(tabular, record, i == 0, out);
    }
    tabular_table_close(out);
}

static bool request_answer(const struct openapi *spec, const json_t *request, struct buffer *out)
{
    const char *schema = json_text(request, "schema"), *form = json_text(request, "form");
    const json_t *records = json_object_get(request, "records");
    const json_t *fields = json_object_get(request, "fields");
    AUTO(tabular) struct tabular *tabular = schema ? tabular_new(spec, schema, fields, true) : NULL;
    if (!tabular || !form)
        return false;
    if (strcmp(form, "bom") == 0)
        tabular_csv_bom(out);
    if (strcmp(form, "table") == 0)
        table_write(tabular, records, out);
    else
        csv_write(tabular, records, out);
    return !out->failed;
}

static void line_answer(const struct openapi *spec, const char *line, size_t length)
{
    json_error_t error;
    AUTO(json) json_t *request = json_loadb(line, length, 0, &error);
    AUTO(buffer) struct buffer out = {0};
    if (request_answer(spec, request, &out)) {
        printf("%zu\n", out.length);
        fwrite(buffer_text(&out), 1, out.length, stdout);
    } else {
        puts("-1");
    }
    fflush(stdout);
}

int main(void)
{
    char fault[SPEC_FAULT_SIZE];
    struct openapi *spec = openapi_new(fault);
    if (!spec) {
        fprintf(stderr, "%s\n", fault);
        return EXIT_FAILURE;
    }
    AUTO(text) char *line = NULL;
    size_t size = 0;
    ssize_t length;
    while ((length = getline(&line, &size, stdin)) >= 0)
        line_answer(spec, line, (size_t)length);
    openapi_free(spec);
    return EXIT_SUCCESS;
}
