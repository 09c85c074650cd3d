// Sets caching headers; compresses bodies and streams.
#include "http/response_finish.h"

#include <stdlib.h>
#include <string.h>

#include "base/gzip.h"
#include "http/accept.h"
#include "http/conditional.h"

// A stream that compresses another one while it is sent.
struct packed {
    struct stream stream; // must be first: a struct stream * is cast to this
    struct stream *plain;
    struct gzip *gzip;
    bool done;
};

bool response_finish_compresses(const char *accept_encoding)
{
    if (!accept_encoding)
        return false;
    int weight = accept_weight(accept_encoding, "gzip");
    return weight > 0 && weight >= accept_weight(accept_encoding, "identity");
}

static bool packed_next(struct stream *stream, struct buffer *out)
{
    struct packed *packed = (struct packed *)stream;
    bool good = true;
    while (good && !packed->done && !out->length) {
        struct buffer piece = {0};
        good = packed->plain->next(packed->plain, &piece) && !piece.failed;
        packed->done = !piece.length;
        good = good && gzip_add(packed->gzip, piece.bytes, piece.length, packed->done, out);
        buffer_cleanup(&piece);
    }
    return good;
}

static void packed_end(struct stream *stream)
{
    struct packed *packed = (struct packed *)stream;
    packed->plain->end(packed->plain);
    gzip_free(packed->gzip);
    free(packed);
}

static bool stream_pack(struct response *response)
{
    struct packed *packed = calloc(1, sizeof *packed);
    struct gzip *gzip = packed ? gzip_new() : NULL;
    if (!gzip) {
        free(packed);
        return false;
    }
    *packed = (struct packed){
        .stream = {packed_next, packed_end}, .plain = response->stream, .gzip = gzip};
    response->stream = &packed->stream;
    return true;
}

static bool bytes_pack(const struct response *response, struct buffer *out)
{
    struct gzip *gzip = gzip_new();
    bool good = gzip && gzip_add(gzip, response->body, response->length, true, out);
    gzip_free(gzip);
    return good;
}

// Compresses the body if PACKED, or decompresses it, unless it is in that form already.
static bool body_code(struct response *response, bool packed)
{
    struct buffer out = {0};
    if (response->gzipped == packed)
        return true;
    bool good =
        packed ? bytes_pack(response, &out) : gzip_unpack(response->body, response->length, &out);
    if (good) {
        free(response->body);
        response->body = buffer_take(&out, &response->length);
    }
    buffer_cleanup(&out);
    return good;
}

static void headers_add(struct response *response, bool packed)
{
    char date[HTTP_DATE_SIZE];
    response_header(response, "ETag", "\"%s%s\"", response->tag, packed ? "-gzip" : "");
    if (response->immutable)
        response_header(response, "Cache-Control", "public, max-age=31536000, immutable");
    else
        response_header(response, "Cache-Control", "public, max-age=%d, stale-while-revalidate=600",
                        response->pinned ? 86400 : 60);
    if (response->modified) {
        conditional_date_write(response->modified, date);
        response_header(response, "Last-Modified", "%s", date);
    }
    if (!response->packed)
        response_header(response, "Vary", "%s",
                        response->negotiated ? "Accept, Accept-Encoding" : "Accept-Encoding");
}

bool response_finish(const struct request *request, struct response *response)
{
    if (!response->tag[0])
        return true;
    bool pack = !response->packed && response_finish_compresses(request->accept_encoding);
    headers_add(response, pack);
    if (response->status != 200)
        return true;
    if (pack)
        response_header(response, "Content-Encoding", "gzip");
    if (response->stream)
        return !pack || stream_pack(response);
    return body_code(response, pack);
}
