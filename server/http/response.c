// Builds responses.
#include "http/response.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void response_header(struct response *response, const char *name, const char *format, ...)
{
    char text[1024];
    va_list list, again;
    if (response->header_count == HEADERS_MAX)
        return;
    va_start(list, format);
    va_copy(again, list);
    int length = vsnprintf(text, sizeof text, format, list);
    va_end(list);
    char *owned = NULL;
    if (length >= 0 && (size_t)length < sizeof text)
        owned = strdup(text);
    else if (length >= 0 && (owned = malloc((size_t)length + 1)))
        vsnprintf(owned, (size_t)length + 1, format, again);
    va_end(again);
    if (owned)
        response->headers[response->header_count++] = (struct header){name, owned};
}

void response_header_drop(struct response *response, const char *name)
{
    size_t kept = 0;
    for (size_t i = 0; i < response->header_count; i++)
        if (strcmp(response->headers[i].name, name) == 0)
            free(response->headers[i].value);
        else
            response->headers[kept++] = response->headers[i];
    response->header_count = kept;
}

const char *response_header_get(const struct response *response, const char *name)
{
    for (size_t i = 0; i < response->header_count; i++)
        if (strcmp(response->headers[i].name, name) == 0)
            return response->headers[i].value;
    return NULL;
}

bool response_header_stays(const char *name)
{
    static const char *const of_content[] = {"Content-Disposition", "Content-Encoding",
                                             "Content-Type",        "Dataset-Revision",
                                             "Dataset-Warning",     "Link",
                                             "Repr-Digest",         "Total-Count"};
    for (size_t i = 0; i < sizeof of_content / sizeof *of_content; i++)
        if (strcmp(name, of_content[i]) == 0)
            return false;
    return true;
}

void response_body(struct response *response, const char *type, char *body, size_t length)
{
    free(response->body);
    response->body = body;
    response->length = body ? length : 0;
    response_header(response, "Content-Type", "%s", type);
}

void response_stream(struct response *response, const char *type, struct stream *stream)
{
    response->stream = stream;
    response_header(response, "Content-Type", "%s", type);
}

bool response_drain(struct response *response)
{
    struct buffer body = {0};
    struct stream *stream = response->stream;
    size_t before = 0;
    bool good = true;
    while (stream && good) {
        struct buffer piece = {0};
        good = stream->next(stream, &piece) && !piece.failed;
        before = body.length;
        buffer_add(&body, piece.bytes, piece.length);
        buffer_cleanup(&piece);
        if (body.length == before)
            break;
    }
    if (!stream)
        return true;
    stream->end(stream);
    response->stream = NULL;
    response->body = buffer_take(&body, &response->length);
    return good && response->body;
}

void response_cleanup(struct response *response)
{
    if (response->stream)
        response->stream->end(response->stream);
    for (size_t i = 0; i < response->header_count; i++)
        free(response->headers[i].value);
    free(response->body);
    *response = (struct response){0};
}
