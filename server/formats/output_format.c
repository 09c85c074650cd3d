// The table of output formats: one row per format.
#include "formats/output_format.h"

#include <string.h>

#include "formats/bibtex.h"
#include "formats/ris.h"
#include "http/accept.h"

static void table_record(const struct format_context *context, const json_t *record,
                         struct buffer *out)
{
    tabular_table_row(context->table, record, true, out);
}

static void bibtex_record(const struct format_context *context, const json_t *record,
                          struct buffer *out)
{
    (void)context;
    bibtex_write(json_object_get(record, "csl"), out);
}

static void ris_record(const struct format_context *context, const json_t *record,
                       struct buffer *out)
{
    (void)context;
    ris_write(json_object_get(record, "csl"), out);
}

static void csl_record(const struct format_context *context, const json_t *record,
                       struct buffer *out)
{
    (void)context;
    AUTO(text) char *text = json_write(json_object_get(record, "csl"), 0);
    buffer_add_text(out, text ? text : "");
    out->failed |= !text;
}

static void csv_record(const struct format_context *context, const json_t *record,
                       struct buffer *out)
{
    tabular_csv_row(context->table, record, out);
}

static void csv_head(const struct format_context *context, struct buffer *out)
{
    tabular_csv_header(context->table, out);
}

static void table_head(const struct format_context *context, struct buffer *out)
{
    tabular_table_open(context->table, out);
}

static void atom_record(const struct format_context *context, const json_t *record,
                        struct buffer *out)
{
    atom_entry(context->feed, record, out);
}

static void atom_head(const struct format_context *context, struct buffer *out)
{
    atom_open(context->feed, out);
}

// `array` and `table` have media types of our own, so that in clients generated from the contract
// application/json means only the envelope. Entries of a bibliography follow each other without
// separators.
static const struct output_format formats[] = {
    {.name = "json",
     .type = "application/json",
     .extension = "json",
     .shape = SHAPE_ENVELOPE,
     .open = "[",
     .between = ",",
     .close = "]"},
    {.name = "array",
     .type = "application/vnd.relata.array+json",
     .extension = "json",
     .shape = SHAPE_RECORDS,
     .open = "[",
     .between = ",",
     .close = "]"},
    {.name = "ndjson",
     .type = "application/x-ndjson",
     .extension = "ndjson",
     .shape = SHAPE_RECORDS,
     .after = "\n"},
    {.name = "csv",
     .type = "text/csv; charset=utf-8; header=present",
     .extension = "csv",
     .shape = SHAPE_ROWS,
     .record = csv_record,
     .head = csv_head},
    {.name = "table",
     .type = "application/vnd.relata.table+json",
     .extension = "json",
     .shape = SHAPE_RECORDS,
     .between = ",",
     .record = table_record,
     .head = table_head,
     .tail = tabular_table_close},
    {.name = "xlsx",
     .type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
     .extension = "xlsx",
     .shape = SHAPE_WORKBOOK,
     .after = "\n"},
    {.name = "bibtex",
     .type = "application/x-bibtex",
     .extension = "bib",
     .shape = SHAPE_WORKS,
     .record = bibtex_record},
    {.name = "ris",
     .type = "application/x-research-info-systems",
     .extension = "ris",
     .shape = SHAPE_WORKS,
     .record = ris_record},
    {.name = "csl",
     .type = "application/vnd.citationstyles.csl+json",
     .extension = "json",
     .shape = SHAPE_WORKS,
     .open = "[",
     .between = ",",
     .close = "]",
     .record = csl_record},
    {.name = "atom",
     .type = "application/atom+xml",
     .extension = "atom",
     .shape = SHAPE_FEED,
     .record = atom_record,
     .head = atom_head,
     .tail = atom_close},
    {.name = "jsonld", .type = "application/ld+json", .extension = "jsonld", .shape = SHAPE_LINKED},
    {.name = "dcat",
     .type = "application/ld+json; profile=\"http://www.w3.org/ns/dcat#\"",
     .extension = "jsonld",
     .shape = SHAPE_LINKED},
};

enum { FORMAT_COUNT = sizeof formats / sizeof *formats };

const char *output_format_name(size_t i)
{
    return i < FORMAT_COUNT ? formats[i].name : NULL;
}

static const struct output_format *format_named(const char *name)
{
    for (size_t i = 0; name && i < FORMAT_COUNT; i++)
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
    return NULL;
}

bool output_format_negotiates(const struct operation *operation)
{
    const struct parameter *format = openapi_parameter(operation, "format");
    return format && json_object_get(format->schema, "x-accept");
}

// The one of highest weight; among equals, the one that the contract lists first.
static const struct output_format *format_accepted(const struct parameter *format,
                                                   const char *accept)
{
    size_t i;
    int best = 0;
    const json_t *name;
    const struct output_format *chosen = NULL;
    json_array_foreach (json_object_get(format->schema, "x-accept"), i, name) {
        const struct output_format *offered = format_named(json_string_value(name));
        int weight = offered ? accept_weight(accept, offered->type) : 0;
        if (weight <= best)
            continue;
        best = weight;
        chosen = offered;
    }
    return chosen;
}

const struct output_format *output_format_choose(const struct operation *operation,
                                                 const json_t *arguments, const char *accept)
{
    const struct parameter *format = openapi_parameter(operation, "format");
    const struct output_format *chosen = format_named(json_text(arguments, "format"));
    if (!format)
        return format_named("json");
    if (!chosen && accept && output_format_negotiates(operation))
        chosen = format_accepted(format, accept);
    return chosen ? chosen : format_named(json_string_value(format->default_value));
}
