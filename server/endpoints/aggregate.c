// Frames counts and sums over a selection of records.
#include "endpoints/aggregate.h"

#include <string.h>

#include "contract/arguments.h"
#include "http/links.h"

static void aggregate_meta_write(struct aggregate *aggregate, struct buffer *out)
{
    struct buffer canonical = {0};
    struct selection *selection = &aggregate->selection;
    arguments_write(selection->call->operation, selection->call->arguments, NULL, &canonical);
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

static void aggregate_links(const struct selection *selection, struct buffer *out)
{
    struct buffer self = {0}, permalink = {0};
    selection_address(selection, selection->call->arguments, NULL, &self);
    selection_permalink(selection, &permalink);
    const struct link links[] = {{"self", "self", buffer_text(&self)},
                                 {"permalink", "cite-as permalink", buffer_text(&permalink)}};
    links_write(selection->call->base, links, sizeof links / sizeof *links,
                selection->call->response, out);
    buffer_cleanup(&self);
    buffer_cleanup(&permalink);
}

static enum err body_answer(struct aggregate *aggregate,
                            enum err (*write)(struct aggregate *aggregate, struct buffer *out))
{
    struct buffer out = {0};
    struct selection *selection = &aggregate->selection;
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
    if (!selection_tag(selection, tag))
        return problem_memory(&call->problem);
    return call_is_fresh(call, tag, selection->revision.time) ? OK : body_answer(&aggregate, write);
}
