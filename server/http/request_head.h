// The head of a request: where the request ends, who sends it, what it asks for.
//
// Where a request ends must be unambiguous (RFC 9112, 6.1 to 6.3); otherwise a proxy in front of
// the service may see two requests where the service sees one.
#ifndef RELATA_HTTP_REQUEST_HEAD_H
#define RELATA_HTTP_REQUEST_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Headers whose values are used. A header in several lines is joined (RFC 9110, 5.3).
enum head_value {
    HEAD_ACCEPT,
    HEAD_ACCEPT_ENCODING,
    HEAD_FORWARDED_FOR,
    HEAD_IF_MODIFIED_SINCE,
    HEAD_IF_NONE_MATCH,
    HEAD_REQUEST_ID,
    HEAD_VALUES
};

struct request_head {
    const char *values[HEAD_VALUES]; // NULL if it was not sent; borrowed, or one of JOINED
    char *joined[HEAD_VALUES];       // for headers sent more than once
    bool joins;
    uint64_t length; // of the body, as announced
    int lengths, codings, hosts;
    const char *log_line_end; // where a lenient parser must have found a line end, or NULL
    const char *fault;        // what is wrong, or NULL
};

// Checks the first line, whose METHOD is known. LINE_LENGTH is its length up to the version, if the
// parser ends lines at a NUL and skips spaces, and 0 otherwise; TARGET_LENGTH is the length that
// the parser found for the target.
void request_head_first(struct request_head *head, const char *method, size_t target_length,
                        size_t line_length);
// Takes the next header. Its strings must live as long as HEAD.
void request_head_add(struct request_head *head, const char *name, const char *value);
// For a parser that accepts lines ending in a bare LF, and lines continued on the next one. It
// parses in place and writes a NUL over each byte of a line end, so each line must begin two bytes
// after the END of the one before.
void request_head_line(struct request_head *head, const char *begin, const char *end);
// Called when all headers of a request in VERSION have arrived.
void request_head_end(struct request_head *head, const char *version);
void request_head_cleanup(struct request_head *head);

#endif
