// Frames and converts records: the envelope's list, lines, tables, entries of a bibliography.
#include "endpoints/record_writer.h"

#include <string.h>

#include "endpoints/include.h"
#include "formats/bibliography.h"

// A form: what frames its records, and what one becomes.
struct form {
    const char *name;
    const char *open, *between, *after, *close;
    void (*record)(const struct record_writer *writer, const json_t *record, struct buffer *out);
};

static void csv_record(const struct record_writer *writer, const json_t *record, struct buffer *out)
{
    tabular_csv_row(writer->table, record, out);
}

static void table_record(const struct record_writer *writer, const json_t *record,
                         struct buffer *out)
{
    tabular_table_row(writer->table, record, true, out);
}

static void bibtex_record(const struct record_writer *writer, const json_t *record,
                          struct buffer *out)
{
    (void)writer;
    bibtex_write(json_object_get(record, "csl"), out);
}

static void ris_record(const struct record_writer *writer, const json_t *record, struct buffer *out)
{
    (void)writer;
    ris_write(json_object_get(record, "csl"), out);
}

static void csl_record(const struct record_writer *writer, const json_t *record, struct buffer *out)
{
    (void)writer;
    AUTO(text) char *text = json_write(json_object_get(record, "csl"), 0);
    buffer_add_text(out, text ? text : "");
    out->failed |= !text;
}

// Without a function, records stay the JSON that they are.
static const struct form forms[] = {
    {"json", "[", ",", "", "]", NULL},        {"array", "[", ",", "", "]", NULL},
    {"ndjson", "", "", "\n", "", NULL},       {"csv", "", "", "", "", csv_record},
    {"table", "", ",", "", "", table_record}, {"bibtex", "", "", "", "", bibtex_record},
    {"ris", "", "", "", "", ris_record},      {"csl", "[", ",", "", "]", csl_record},
};

static const struct form *form_named(const char *name)
{
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (strcmp(forms[i].name, name) == 0)
            return &forms[i];
    return forms;
}

bool record_writer_start(struct record_writer *writer, struct call *call,
                         const struct collection *collection, bool matched)
{
    const json_t *fields = json_object_get(call->arguments, "fields");
    const struct form *form = form_named(call->media->name);
    *writer = (struct record_writer){
        .call = call, .form = form, .whole = !form->record && !include_changes_records(call)};
    if (form->record != csv_record && form->record != table_record)
        return true;
    writer->table = tabular_new(call->spec, collection->served_schema, fields, matched);
    return writer->table != NULL;
}

void record_writer_cleanup(struct record_writer *writer)
{
    tabular_free(writer->table);
}

void record_writer_open(const struct record_writer *writer, struct buffer *out)
{
    const struct form *form = writer->form;
    buffer_add_text(out, form->open);
    if (json_integer_value(json_object_get(writer->call->arguments, "bom")))
        tabular_csv_bom(out);
    if (form->record == csv_record)
        tabular_csv_header(writer->table, out);
    if (form->record == table_record)
        tabular_table_open(writer->table, out);
}

void record_writer_between(const struct record_writer *writer, struct buffer *out)
{
    buffer_add_text(out, writer->form->between);
}

void record_writer_close(const struct record_writer *writer, struct buffer *out)
{
    const struct form *form = writer->form;
    buffer_add_text(out, form->close);
    if (form->record == table_record)
        tabular_table_close(out);
}

enum err record_writer_record(const struct record_writer *writer, const char *json, size_t length,
                              struct buffer *out)
{
    json_error_t error;
    struct buffer asked = {0};
    const struct form *form = writer->form;
    if (writer->whole) {
        buffer_add(out, json, length);
        buffer_add_text(out, form->after);
        return OK;
    }
    if (!form->record) {
        enum err err = include_record_write(writer->call, json, length, out);
        buffer_add_text(out, form->after);
        return err;
    }
    bool works = writer->call->media->shape == SHAPE_WORKS;
    enum err err = works ? OK : include_record_write(writer->call, json, length, &asked);
    AUTO(json)
    json_t *record = works ? json_loadb(json, length, 0, &error)
                           : json_loadb(asked.bytes, asked.length, 0, &error);
    buffer_cleanup(&asked);
    out->failed |= !record;
    if (record)
        form->record(writer, record, out);
    return err;
}
