// Frames counts and sums over a selection of records.
#include "endpoints/aggregate.h"

#include <string.h>

#include "contract/arguments.h"
#include "http/links.h"

static void meta_write(struct listing *listing, struct buffer *out)
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
    listing_warnings(listing, out);
    buffer_add_char(out, '}');
    response_header(listing->call->response, "Total-Count", "%lld", (long long)listing->total);
    response_header(listing->call->response, "Dataset-Revision", "%lld",
                    (long long)listing->revision.number);
}

static void aggregate_links(const struct listing *listing, struct buffer *out)
{
    struct buffer self = {0}, permalink = {0};
    listing_address(listing, listing->call->arguments, NULL, &self);
    listing_permalink(listing, &permalink);
    const struct link links[] = {{"self", "self", buffer_text(&self)},
                                 {"permalink", "cite-as permalink", buffer_text(&permalink)}};
    links_write(links, sizeof links / sizeof *links, listing->call->response, out);
    buffer_cleanup(&self);
    buffer_cleanup(&permalink);
}

static enum err body_answer(struct listing *listing,
                            enum err (*write)(struct listing *listing, struct buffer *out))
{
    struct buffer out = {0};
    enum err err = listing_count(listing);
    if (err)
        return err;
    buffer_add_text(&out, "{\"data\":");
    err = write(listing, &out);
    if (err) {
        buffer_cleanup(&out);
        return err;
    }
    meta_write(listing, &out);
    aggregate_links(listing, &out);
    buffer_add_char(&out, '}');
    return call_answer(listing->call, "application/json", &out);
}

enum err aggregate_serve(struct call *call,
                         enum err (*write)(struct listing *listing, struct buffer *out))
{
    char tag[DIGEST_HEX_SIZE];
    AUTO(listing) struct listing listing = {.call = call, .total = -1};
    listing.query.collection = call->collection;
    enum err err = listing_read(&listing);
    if (err)
        return err;
    if (!listing_tag(&listing, tag))
        return problem_memory(&call->problem);
    return call_is_fresh(call, tag, listing.revision.time) ? OK : body_answer(&listing, write);
}
