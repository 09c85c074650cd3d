// Frames and converts records: the list in an envelope, lines, tables, bibliography entries.
#include "endpoints/record_writer.h"

#include <string.h>

#include "endpoints/feed.h"
#include "endpoints/include.h"

static void frame_add(const char *text, struct buffer *out)
{
    if (text)
        buffer_add_text(out, text);
}

bool record_writer_start(struct record_writer *writer, struct call *call,
                         const struct collection *collection, bool matched)
{
    const json_t *fields = json_object_get(call->arguments, "fields");
    const struct output_format *format = call->format;
    *writer = (struct record_writer){
        .call = call, .format = format, .whole = !format->record && !include_changes_records(call)};
    if (format->shape == SHAPE_FEED)
        return (writer->feed = feed_new(call)) != NULL;
    if (!format->head)
        return true;
    writer->table = tabular_new(call->spec, collection->served_schema, fields, matched);
    return writer->table != NULL;
}

void record_writer_cleanup(struct record_writer *writer)
{
    tabular_free(writer->table);
    feed_free(writer->feed);
}

void record_writer_open(const struct record_writer *writer, struct buffer *out)
{
    const struct output_format *format = writer->format;
    const struct format_context context = {writer->table, writer->feed};
    frame_add(format->open, out);
    if (json_integer_value(json_object_get(writer->call->arguments, "bom")))
        tabular_csv_bom(out);
    if (format->head)
        format->head(&context, out);
}

void record_writer_between(const struct record_writer *writer, struct buffer *out)
{
    frame_add(writer->format->between, out);
}

void record_writer_close(const struct record_writer *writer, struct buffer *out)
{
    const struct output_format *format = writer->format;
    frame_add(format->close, out);
    if (format->tail)
        format->tail(out);
}

enum err record_writer_record(const struct record_writer *writer, const char *json, size_t length,
                              struct buffer *out)
{
    json_error_t error;
    struct buffer asked = {0};
    const struct output_format *format = writer->format;
    const struct format_context context = {writer->table, writer->feed};
    if (writer->whole) {
        buffer_add(out, json, length);
        frame_add(format->after, out);
        return OK;
    }
    if (!format->record) {
        enum err err = include_record_write(writer->call, json, length, out);
        frame_add(format->after, out);
        return err;
    }
    bool works = format->shape == SHAPE_WORKS;
    enum err err = works ? OK : include_record_write(writer->call, json, length, &asked);
    AUTO(json)
    json_t *record = works ? json_loadb(json, length, 0, &error)
                           : json_loadb(asked.bytes, asked.length, 0, &error);
    buffer_cleanup(&asked);
    if (record && (!writer->feed || feed_name(writer->call, record)))
        format->record(&context, record, out);
    else
        out->failed = true;
    frame_add(format->after, out);
    return err;
}
