// Frames counts and sums over a selection of records.
#include "endpoints/aggregate.h"

#include <string.h>

#include "contract/arguments.h"
#include "http/links.h"

static void aggregate_meta_write(struct selection *listing, struct buffer *out)
{
    struct buffer canonical = {0};
    arguments_write(listing->call->operation, listing->call->arguments, NULL, &canonical);
    buffer_add_format(
        out,
        ",\"meta\":{\"total\":%lld,\"dataset_revision\":%lld,\"dataset_version\":\"%s\","
        "\"query\":",
        (long long)listing->total, (long long)listing->revision.number, listing->revision.release);
    buffer_add_json_text(out, buffer_text(&canonical));
    buffer_cleanup(&canonical);
    buffer_add(out, listing->meta.bytes, listing->meta.length);
    selection_warnings(listing, out);
    buffer_add_char(out, '}');
    response_header(listing->call->response, "Total-Count", "%lld", (long long)listing->total);
    response_header(listing->call->response, "Dataset-Revision", "%lld",
                    (long long)listing->revision.number);
}

static void aggregate_links(const struct selection *listing, struct buffer *out)
{
    struct buffer self = {0}, permalink = {0};
    selection_address(listing, listing->call->arguments, NULL, &self);
    selection_permalink(listing, &permalink);
    const struct link links[] = {{"self", "self", buffer_text(&self)},
                                 {"permalink", "cite-as permalink", buffer_text(&permalink)}};
    links_write(links, sizeof links / sizeof *links, listing->call->response, out);
    buffer_cleanup(&self);
    buffer_cleanup(&permalink);
}

static enum err body_answer(struct selection *listing,
                            enum err (*write)(struct selection *listing, struct buffer *out))
{
    struct buffer out = {0};
    enum err err = selection_count(listing);
    if (err)
        return err;
    buffer_add_text(&out, "{\"data\":");
    err = write(listing, &out);
    if (err) {
        buffer_cleanup(&out);
        return err;
    }
    aggregate_meta_write(listing, &out);
    aggregate_links(listing, &out);
    buffer_add_char(&out, '}');
    return call_answer(listing->call, "application/json", &out);
}

enum err aggregate_serve(struct call *call,
                         enum err (*write)(struct selection *listing, struct buffer *out))
{
    char tag[DIGEST_HEX_SIZE];
    AUTO(selection) struct selection listing = {.call = call, .total = -1};
    listing.query.collection = call->collection;
    enum err err = selection_read(&listing);
    if (err)
        return err;
    if (!selection_tag(&listing, tag))
        return problem_memory(&call->problem);
    return call_is_fresh(call, tag, listing.revision.time) ? OK : body_answer(&listing, write);
}
