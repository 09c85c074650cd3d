// Splits NDJSON, which arrives in pieces of any length, into records.
#include "endpoints/record_lines.h"

#include <string.h>

struct lines {
    bool (*take)(void *context, json_t *record);
    void *context;
    struct buffer rest; // of an incomplete line
};

static bool line_take(struct lines *lines, const char *line, size_t length)
{
    json_error_t error;
    AUTO(json) json_t *record = json_loadb(line, length, 0, &error);
    return record && lines->take(lines->context, record);
}

static bool piece_take(struct lines *lines, const char *bytes, size_t length)
{
    const char *at = bytes, *end = bytes + length, *line_end;
    while ((line_end = memchr(at, '\n', (size_t)(end - at)))) {
        const char *line = at;
        at = line_end + 1;
        if (!lines->rest.length) {
            if (!line_take(lines, line, (size_t)(line_end - line)))
                return false;
            continue;
        }
        buffer_add(&lines->rest, line, (size_t)(line_end - line));
        if (lines->rest.failed || !line_take(lines, lines->rest.bytes, lines->rest.length))
            return false;
        buffer_clear(&lines->rest);
    }
    buffer_add(&lines->rest, at, (size_t)(end - at));
    return !lines->rest.failed;
}

static bool stream_take(struct lines *lines, struct stream *stream)
{
    bool good = true;
    AUTO(buffer) struct buffer piece = {0};
    do {
        buffer_clear(&piece);
        good = stream->next(stream, &piece) && !piece.failed &&
               (!piece.length || piece_take(lines, piece.bytes, piece.length));
    } while (good && piece.length);
    return good;
}

bool record_lines_read(struct response *response, bool (*take)(void *context, json_t *record),
                       void *context)
{
    struct lines lines = {.take = take, .context = context};
    struct stream *stream = TAKE(response->stream);
    bool good =
        stream ? stream_take(&lines, stream) : piece_take(&lines, response->body, response->length);
    good = good && !lines.rest.length;
    if (stream)
        stream->end(stream);
    free(TAKE(response->body));
    response->length = 0;
    buffer_cleanup(&lines.rest);
    return good;
}
