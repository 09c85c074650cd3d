// A growing run of bytes; failure to grow is remembered, so that callers check once, at the end.
#ifndef RELATA_BASE_BUFFER_H
#define RELATA_BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// {0} is an empty buffer. After a failed allocation FAILED is true and further adds do nothing.
struct buffer {
    char *bytes;
    size_t length;
    size_t capacity;
    bool failed;
};

// Reserves LENGTH more bytes in one step, so that adding them moves nothing.
void buffer_expect(struct buffer *buffer, size_t length);

void buffer_add(struct buffer *buffer, const void *bytes, size_t length);
void buffer_add_char(struct buffer *buffer, char c);
void buffer_add_text(struct buffer *buffer, const char *text);
__attribute__((format(printf, 2, 3))) void buffer_add_format(struct buffer *buffer,
                                                             const char *format, ...);

// Adds NUMBER in decimal digits, ten times faster than buffer_add_format.
void buffer_add_integer(struct buffer *buffer, int64_t number);

// Adds TEXT (UTF-8) as a JSON string with its quotes, escaped as in RFC 8785; NULL becomes null.
void buffer_add_json_text(struct buffer *buffer, const char *text);

// Adds TEXT percent-encoded as a query component; unreserved characters and `,:/` are left as they
// are.
void buffer_add_url_text(struct buffer *buffer, const char *text);

// Empties the buffer but keeps its memory for reuse.
void buffer_clear(struct buffer *buffer);

// Hands over the bytes, followed by a NUL, for the caller to free, and stores their number in
// *RET_LENGTH (which may be NULL). Returns NULL if the buffer failed. The buffer is empty
// afterwards.
char *buffer_take(struct buffer *buffer, size_t *ret_length);

// The bytes, followed by a NUL; the buffer still owns them. "" if it is empty or failed.
const char *buffer_text(struct buffer *buffer);

void buffer_cleanup(struct buffer *buffer);

#endif
