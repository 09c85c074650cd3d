// Writes the records of its input as tables, for comparing server/formats/tabular.c with other
// readers.
//
// A line is an object with "schema" (a name in components/schemas), "records" (a list), "form"
// ("csv", "bom": the same with a byte order mark, "table", or "xlsx", made in the folder "folder")
// and "fields" (a list of names, or null for all, as in an answer to words). The answer is a line
// with the number of bytes that follow it, then those bytes; -1 where the line cannot be read,
// there is no such schema, or the disk is full.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/tabular.h"
#include "formats/xlsx.h"

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

static bool xlsx_write(const struct tabular *tabular, const json_t *records, const char *folder,
                       struct buffer *out)
{
    size_t i;
    char piece[4096];
    const json_t *record;
    struct scratch_room room = {.folder = folder, .most = INT64_MAX};
    AUTO(scratch) struct scratch *file = scratch_new(&room);
    AUTO(xlsx) struct xlsx *book = file ? xlsx_new(&room, file, tabular, "records", 0) : NULL;
    if (!book)
        return false;
    json_array_foreach (records, i, record) {
        if (!xlsx_row(book, record))
            return false;
    }
    xlsx_note(book, "Records", "of a test");
    if (!xlsx_finish(TAKE(book)))
        return false;
    for (ssize_t length;
         (length = scratch_read(file, piece, sizeof piece, (int64_t)out->length)) > 0;)
        buffer_add(out, piece, (size_t)length);
    return true;
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
    if (strcmp(form, "xlsx") == 0)
        return xlsx_write(tabular, records, json_text(request, "folder"), out);
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
