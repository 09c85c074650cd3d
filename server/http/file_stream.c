// Sends a file piece by piece.
#include "http/file_stream.h"

#include <stdlib.h>

enum { PIECE = 64 * 1024 };

struct file_stream {
    struct stream stream; // must be first: a struct stream * is cast to this
    struct scratch *file;
    int64_t at;
};

static bool file_next(struct stream *stream, struct buffer *out)
{
    char piece[PIECE];
    struct file_stream *from = (struct file_stream *)stream;
    ssize_t length = scratch_read(from->file, piece, sizeof piece, from->at);
    if (length < 0)
        return false;
    buffer_add(out, piece, (size_t)length);
    from->at += length;
    return !out->failed;
}

static void file_end(struct stream *stream)
{
    struct file_stream *from = (struct file_stream *)stream;
    scratch_release(from->file);
    free(from);
}

bool file_stream_respond(struct response *response, const char *type, struct scratch *file)
{
    struct file_stream *from = calloc(1, sizeof *from);
    if (!from)
        return false;
    *from = (struct file_stream){.stream = {file_next, file_end}, .file = scratch_hold(file)};
    response->status = 200;
    response_stream(response, type, &from->stream);
    response->length = (size_t)scratch_length(file);
    return true;
}
