// Checks headers as they arrive.
#include "http/request_head.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http/request_target.h"

// Whether TEXT is a token (RFC 9110, 5.6.2): with a space after a name, some parsers read another
// header than others.
static bool is_token(const char *text)
{
    static const bool allowed[256] = {
        ['a' ... 'z'] = true, ['A' ... 'Z'] = true, ['0' ... '9'] = true, ['-'] = true,
        ['!'] = true,         ['#'] = true,         ['$'] = true,         ['%'] = true,
        ['&'] = true,         ['\''] = true,        ['*'] = true,         ['+'] = true,
        ['.'] = true,         ['^'] = true,         ['_'] = true,         ['`'] = true,
        ['|'] = true,         ['~'] = true};
    const char *at = text;
    while (allowed[(unsigned char)*at])
        at++;
    return at > text && !*at;
}

// A length that cannot be read counts as larger than every limit.
static uint64_t length_read(const char *digits)
{
    errno = 0;
    unsigned long long length = strtoull(digits, NULL, 10);
    return errno ? UINT64_MAX : length;
}

static void length_add(struct request_head *head, const char *value)
{
    head->length = length_read(value);
    if (head->lengths++ || !*value || value[strspn(value, "0123456789")])
        head->fault = "Content-Length must be one number.";
}

static void coding_add(struct request_head *head, const char *value)
{
    if (head->codings++ || strcasecmp(value, "chunked") != 0)
        head->fault = "Transfer-Encoding must be chunked.";
}

static void host_add(struct request_head *head, const char *value)
{
    if (head->hosts++)
        head->fault = "The request has more than one Host.";
    else if (!request_target_is_host(value))
        head->fault = "Host must be one host, such as data.example.org or localhost:8080.";
}

static void header_value_add(struct request_head *head, enum head_value number, const char *value)
{
    const char *before = head->values[number];
    char *joined = NULL;
    head->values[number] = value;
    if (!before)
        return;
    if (asprintf(&joined, "%s, %s", before, value) < 0) {
        head->fault = "A header came too often.";
        return;
    }
    free(head->joined[number]);
    head->values[number] = head->joined[number] = joined;
    head->joins = true;
}

#define NAMED(text) text, sizeof(text) - 1

// How a header is handled: by a function of its own, or by storing its value.
static const struct {
    const char *name;
    size_t length;
    void (*add)(struct request_head *head, const char *value);
    enum head_value number;
} headers[] = {
    {NAMED("Host"), host_add, 0},
    {NAMED("Accept"), NULL, HEAD_ACCEPT},
    {NAMED("X-Request-Id"), NULL, HEAD_REQUEST_ID},
    {NAMED("If-None-Match"), NULL, HEAD_IF_NONE_MATCH},
    {NAMED("Content-Length"), length_add, 0},
    {NAMED("Accept-Encoding"), NULL, HEAD_ACCEPT_ENCODING},
    {NAMED("X-Forwarded-For"), NULL, HEAD_FORWARDED_FOR},
    {NAMED("If-Modified-Since"), NULL, HEAD_IF_MODIFIED_SINCE},
    {NAMED("Transfer-Encoding"), coding_add, 0},
};

void request_head_first(struct request_head *head, const char *method, size_t target_length,
                        size_t line_length)
{
    if (!is_token(method))
        head->fault = "The method holds what no method may hold.";
    else if (line_length && line_length != strlen(method) + 1 + target_length + 1)
        head->fault = "The first line must be a method, an address and a version, with one space "
                      "between them and no NUL.";
}

void request_head_add(struct request_head *head, const char *name, const char *value)
{
    size_t length = strlen(name);
    if (!is_token(name))
        head->fault = "The name of a header holds what no name may hold.";
    else if (strchr(value, '\r'))
        head->fault = "A header holds a carriage return.";
    for (size_t i = 0; i < sizeof headers / sizeof *headers && !head->fault; i++) {
        if (headers[i].length != length || strcasecmp(headers[i].name, name) != 0)
            continue;
        if (headers[i].add)
            headers[i].add(head, value);
        else
            header_value_add(head, headers[i].number, value);
        return;
    }
}

void request_head_line(struct request_head *head, const char *begin, const char *end)
{
    if (head->log_line_end && begin != head->log_line_end + 2)
        head->fault = "A line of the request does not end in CRLF, or goes on in the next one.";
    if (head->log_line_end)
        head->log_line_end = end;
}

void request_head_end(struct request_head *head, const char *version)
{
    if (head->fault)
        return;
    if (head->lengths && head->codings)
        head->fault = "The request has both Content-Length and Transfer-Encoding.";
    else if (head->codings && strcmp(version, "HTTP/1.1") != 0)
        head->fault = "Only HTTP/1.1 has Transfer-Encoding.";
}

void request_head_cleanup(struct request_head *head)
{
    if (!head->joins)
        return;
    for (size_t i = 0; i < HEAD_VALUES; i++)
        free(head->joined[i]);
    *head = (struct request_head){0};
}
