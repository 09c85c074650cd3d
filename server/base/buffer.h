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

// Makes room for LENGTH more bytes, so that they are not moved while they come.
void buffer_expect(struct buffer *buffer, size_t length);

void buffer_add(struct buffer *buffer, const void *bytes, size_t length);
void buffer_add_char(struct buffer *buffer, char c);
void buffer_add_text(struct buffer *buffer, const char *text);
__attribute__((format(printf, 2, 3))) void buffer_add_format(struct buffer *buffer,
                                                             const char *format, ...);

// NUMBER in decimal digits, for a tenth of what a format costs.
void buffer_add_integer(struct buffer *buffer, int64_t number);

// TEXT (UTF-8) as a JSON string with its quotes, escaped as RFC 8785 says; NULL text becomes null.
void buffer_add_json_text(struct buffer *buffer, const char *text);

// TEXT percent-encoded as a query component: unreserved characters and `,:/` stand as they are.
void buffer_add_url_text(struct buffer *buffer, const char *text);

// Empties the buffer but keeps its memory.
void buffer_clear(struct buffer *buffer);

// Hands over the bytes with a NUL behind them, to be freed by the caller, and their number in
// *RET_LENGTH (which may be NULL); NULL when the buffer failed. The buffer is empty afterwards.
char *buffer_take(struct buffer *buffer, size_t *ret_length);

// The bytes with a NUL behind them, owned by the buffer; "" when it is empty or failed.
const char *buffer_text(struct buffer *buffer);

void buffer_cleanup(struct buffer *buffer);

#endif
