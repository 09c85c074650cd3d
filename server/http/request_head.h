// What the head of a request says: where the request ends, who sends it, what is asked for.
//
// Where it ends must be beyond doubt (RFC 9112, 6.1 to 6.3), or a proxy before the service may see
// another request behind it.
#ifndef RELATA_HTTP_REQUEST_HEAD_H
#define RELATA_HTTP_REQUEST_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Headers whose values are of use. What came in several lines is joined (RFC 9110, 5.3).
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
    const char *values[HEAD_VALUES]; // NULL where it did not come; borrowed, or one of JOINED
    char *joined[HEAD_VALUES];       // where it came more than once
    bool joins;
    uint64_t length; // of the body, as it was announced
    int lengths, codings, hosts;
    const char *log_line_end; // where a lenient reader must have put a line's end, or NULL
    const char *fault;        // what is wrong, or NULL
};

// Judges the first line, of which METHOD is known. LINE_LENGTH is that up to the version where the
// reader cuts lines at a NUL and passes over spaces, else 0; TARGET_LENGTH is what it took for the
// target's.
void request_head_first(struct request_head *head, const char *method, size_t target_length,
                        size_t line_length);
// Takes the next header, whose texts must live as long as HEAD.
void request_head_add(struct request_head *head, const char *name, const char *value);
// For a reader of headers that takes lines that end in LF alone and lines that go on in the next
// one: it reads in place and puts a NUL for each byte of a line's end, so that each line must begin
// two bytes behind the END of the one before.
void request_head_line(struct request_head *head, const char *begin, const char *end);
// All headers have come, of a request in VERSION.
void request_head_end(struct request_head *head, const char *version);
void request_head_cleanup(struct request_head *head);

#endif
