// A response as a plain value, without a socket.
#ifndef RELATA_HTTP_RESPONSE_H
#define RELATA_HTTP_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/digest.h"

// A body that is made while it is sent, on whichever thread sends it.
struct stream {
    // Appends the next piece, at least one byte, to the empty buffer OUT; nothing at the end. False
    // if the body cannot be finished: then the connection must be closed.
    bool (*next)(struct stream *stream, struct buffer *out);
    // Frees the stream, whether or not it was read to its end.
    void (*end)(struct stream *stream);
};

struct header {
    const char *name; // static
    char *value;
};

enum { HEADERS_MAX = 24 };

enum { REASON_SIZE = 200 };

// Why a hurried request was not answered: it must be processed again by a thread that has time.
enum left { LEFT_NOTHING, LEFT_QUERY, LEFT_FILE };

struct response {
    unsigned status;
    struct header headers[HEADERS_MAX];
    size_t header_count;
    char *body;            // owned; may be NULL with length 0
    size_t length;         // for a stream, 0 if the length is unknown
    struct stream *stream; // instead of a body; owned; or NULL
    // the operation that answered, for the log; static or owned by the contract
    const char *operation;
    char reason[REASON_SIZE]; // for the log: why the service failed; "" if it did not

    // For cacheable responses:
    char tag[DIGEST_HEX_SIZE]; // the ETag without quotes and coding; "" if there is none
    int64_t modified;          // Last-Modified in seconds since 1970, or 0
    bool pinned;               // the answer never changes
    bool negotiated;           // the media type was chosen by `Accept`
    bool packed;               // the body is already compressed by its format
    // the body is gzip; it is decompressed for clients that do not accept that
    bool gzipped;
    bool immutable;    // the address contains a hash of these bytes, so they never change
    bool late;         // a query ran out of time
    enum left left;    // if set, the response has nothing else
    bool costly;       // worth caching from its first request on
    bool keepable;     // the same bytes may be sent again as long as REVISION is the newest
    uint64_t revision; // the revision that it was made from; 0 if it does not depend on one
};

__attribute__((format(printf, 3, 4))) void
response_header(struct response *response, const char *name, const char *format, ...);
// Removes the header NAME, if it was set.
void response_header_drop(struct response *response, const char *name);
const char *response_header_get(const struct response *response, const char *name);
// Whether the header NAME of an answer also belongs in a 304 for it (RFC 9110, 15.4.5).
bool response_header_stays(const char *name);
// Takes ownership of BODY.
void response_body(struct response *response, const char *type, char *body, size_t length);
// Takes ownership of STREAM.
void response_stream(struct response *response, const char *type, struct stream *stream);
// Reads the stream, if there is one, into the body; false on failure.
bool response_drain(struct response *response);
void response_cleanup(struct response *response);

#endif
