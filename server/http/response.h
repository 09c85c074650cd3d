// A response as a plain value, with no socket behind it.
#ifndef RELATA_HTTP_RESPONSE_H
#define RELATA_HTTP_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/digest.h"

// A body that is made while it is sent, on whichever thread sends it.
struct stream {
    // Appends the next piece to OUT, which is empty, at least one byte; nothing at the end. False
    // where the body cannot be finished: then its connection must be cut.
    bool (*next)(struct stream *stream, struct buffer *out);
    // Frees the stream, whether it was read to its end or not.
    void (*end)(struct stream *stream);
};

struct header {
    const char *name; // static
    char *value;
};

enum { HEADERS_MAX = 24 };

enum { REASON_SIZE = 200 };

// What a hurried request was not answered for: it is to be asked again by who has time.
enum left { LEFT_NOTHING, LEFT_QUERY, LEFT_FILE };

struct response {
    unsigned status;
    struct header headers[HEADERS_MAX];
    size_t header_count;
    char *body;               // owned; may be NULL with length 0
    size_t length;            // of a stream: 0 where nobody knows
    struct stream *stream;    // in the place of a body; owned; or NULL
    const char *operation;    // the operation that answered, for the log; static or of the contract
    char reason[REASON_SIZE]; // why the service failed, for the log alone; "" where it did not

    // Of what may be kept:
    char tag[DIGEST_HEX_SIZE]; // the ETag without quotes and coding; "" where there is none
    int64_t modified;          // Last-Modified in seconds since 1970, or 0
    bool pinned;               // the answer never changes
    bool negotiated;           // the media type was chosen by `Accept`
    bool packed;               // the body is compressed in itself
    bool gzipped;              // the body is in gzip already; it is unpacked for who takes none
    bool immutable;            // its address names these bytes for ever
    bool late;                 // a query ran out of time
    enum left left;            // where it is set, the response has nothing else
    bool costly;               // worth keeping from its first request on
    bool keepable;             // the same bytes may be sent again, as long as REVISION is newest
    uint64_t revision;         // that the answer was made from; 0 where it follows from none
};

__attribute__((format(printf, 3, 4))) void
response_header(struct response *response, const char *name, const char *format, ...);
// Takes the header NAME back, if it was set.
void response_header_drop(struct response *response, const char *name);
const char *response_header_get(const struct response *response, const char *name);
// Whether the header NAME of an answer stands in the 304 that goes with it, too (RFC 9110, 15.4.5).
bool response_header_stays(const char *name);
// BODY becomes the response's.
void response_body(struct response *response, const char *type, char *body, size_t length);
// STREAM becomes the response's.
void response_stream(struct response *response, const char *type, struct stream *stream);
// Reads the stream, if there is one, into the body; false where that fails.
bool response_drain(struct response *response);
void response_cleanup(struct response *response);

#endif
