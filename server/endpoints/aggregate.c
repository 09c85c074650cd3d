// Puts the common frame around counts and sums over a selection of records.
#include "endpoints/aggregate.h"

#include <string.h>

#include "contract/arguments.h"
#include "endpoints/spreadsheet.h"
#include "formats/tabular.h"
#include "http/links.h"

static void aggregate_meta_write(struct aggregate *aggregate, struct buffer *out)
{
    struct buffer canonical = {0};
    struct selection *selection = &aggregate->selection;
    selection_query_write(selection, &canonical);
    buffer_add_format(
        out,
        ",\"meta\":{\"total\":%lld,\"dataset_revision\":%lld,\"dataset_version\":\"%s\","
        "\"query\":",
        (long long)selection->total, (long long)selection->revision.number,
        selection->revision.release);
    buffer_add_json_text(out, buffer_text(&canonical));
    buffer_cleanup(&canonical);
    buffer_add(out, aggregate->meta.bytes, aggregate->meta.length);
    selection_warn(selection, out);
    buffer_add_char(out, '}');
    response_header(selection->call->response, "Total-Count", "%lld", (long long)selection->total);
    response_header(selection->call->response, "Dataset-Revision", "%lld",
                    (long long)selection->revision.number);
}

void aggregate_links(const struct selection *selection, struct buffer *out)
{
    struct buffer self = {0}, permalink = {0}, cite = {0};
    selection_address(selection, selection->call->arguments, NULL, &self);
    selection_permalink(selection, &permalink);
    selection_citation(selection, &cite);
    const struct link links[] = {{"self", "self", buffer_text(&self)},
                                 {"permalink", "cite-as permalink", buffer_text(&permalink)},
                                 {"cite", NULL, cite.length ? buffer_text(&cite) : NULL}};
    links_write(selection->call->base, links, sizeof links / sizeof *links,
                selection->call->response, out);
    buffer_cleanup(&self);
    buffer_cleanup(&permalink);
    buffer_cleanup(&cite);
}

bool aggregate_is_table(const struct aggregate *aggregate)
{
    return aggregate->selection.call->format->shape != SHAPE_ENVELOPE;
}

// Writes ROWS as the lines of a table.
static enum err lines_write(const struct aggregate *aggregate, const json_t *rows,
                            struct buffer *out)
{
    size_t i;
    const json_t *row;
    struct call *call = aggregate->selection.call;
    AUTO(tabular)
    struct tabular *table = tabular_new(call->spec, aggregate->row_schema, NULL, false);
    if (!table)
        return problem_memory(&call->problem);
    if (json_integer_value(json_object_get(call->arguments, "bom")))
        tabular_csv_bom(out);
    tabular_csv_header(table, out);
    json_array_foreach (rows, i, row)
        tabular_csv_row(table, row, out);
    return OK;
}

// Writes ROWS as lines of JSON, for a spreadsheet.
static enum err spreadsheet_lines_write(struct aggregate *aggregate, const json_t *rows,
                                        struct buffer *out)
{
    size_t i;
    const json_t *row;
    struct call *call = aggregate->selection.call;
    json_array_foreach (rows, i, row) {
        AUTO(text) char *line = json_write(row, 0);
        buffer_add_text(out, line ? line : "");
        buffer_add_char(out, '\n');
        out->failed |= !line;
    }
    return spreadsheet_plan(call, &aggregate->selection, aggregate->name,
                            tabular_new(call->spec, aggregate->row_schema, NULL, false));
}

// Without an envelope, its metadata is sent in headers.
static enum err table_answer(struct aggregate *aggregate,
                             enum err (*write)(struct aggregate *aggregate, struct buffer *out))
{
    json_error_t error;
    struct buffer rows = {0}, out = {0}, ignored = {0};
    struct selection *selection = &aggregate->selection;
    struct call *call = selection->call;
    enum err err = selection_count(selection);
    if (!err)
        err = write(aggregate, &rows);
    AUTO(json)
    json_t *list = err || rows.failed ? NULL : json_loadb(rows.bytes, rows.length, 0, &error);
    buffer_cleanup(&rows);
    if (!err && !list)
        err = problem_memory(&call->problem);
    if (!err) {
        // Before the sheet is planned, which tells the warnings.
        aggregate_meta_write(aggregate, &ignored);
        err = spreadsheet_is_asked(call) ? spreadsheet_lines_write(aggregate, list, &out)
                                         : lines_write(aggregate, list, &out);
    }
    if (err) {
        buffer_cleanup(&ignored);
        buffer_cleanup(&out);
        return err;
    }
    aggregate_links(selection, &ignored);
    buffer_cleanup(&ignored);
    response_header(call->response, "Content-Disposition", "inline; filename=\"relata-%s-%s.%s\"",
                    aggregate->name, selection->revision.release, call->format->extension);
    return call_answer(call, call->format->type, &out);
}

static enum err body_answer(struct aggregate *aggregate,
                            enum err (*write)(struct aggregate *aggregate, struct buffer *out))
{
    struct buffer out = {0};
    struct selection *selection = &aggregate->selection;
    if (aggregate_is_table(aggregate))
        return table_answer(aggregate, write);
    enum err err = selection_count(selection);
    if (err)
        return err;
    buffer_add_text(&out, "{\"data\":");
    err = write(aggregate, &out);
    if (err) {
        buffer_cleanup(&out);
        return err;
    }
    aggregate_meta_write(aggregate, &out);
    aggregate_links(selection, &out);
    buffer_add_char(&out, '}');
    return call_answer(selection->call, "application/json", &out);
}

static void aggregate_cleanup(struct aggregate *aggregate)
{
    selection_cleanup(&aggregate->selection);
    buffer_cleanup(&aggregate->meta);
}

enum err aggregate_serve(struct call *call,
                         enum err (*write)(struct aggregate *aggregate, struct buffer *out))
{
    char tag[DIGEST_HEX_SIZE];
    AUTO(aggregate)
    struct aggregate aggregate = {.selection = {.call = call, .total = -1}};
    struct selection *selection = &aggregate.selection;
    selection->query.collection = call->collection;
    enum err err = selection_read(selection);
    if (err)
        return err;
    if (!selection_tag(selection, "", tag))
        return problem_memory(&call->problem);
    return call_is_fresh(call, tag, selection->revision.time) ? OK : body_answer(&aggregate, write);
}
