// Collects what is wrong with a request, and answers with it.
#include "http/problem.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ownership.h"
#include "base/text.h"

// TEXT without bytes that are not UTF-8: a message cut to a limited size may end within a
// character.
static char *utf8_new(const char *text)
{
    char *copy = strdup(text);
    size_t n = 0;
    for (const char *at = copy; at && *at;) {
        size_t length = 1;
        while (length < 4 && at[length] && !text_is_utf8(at, length))
            length++;
        bool good = text_is_utf8(at, length);
        if (good)
            memmove(copy + n, at, length);
        n += good ? length : 0;
        at += good ? length : 1;
    }
    if (copy)
        copy[n] = '\0';
    return copy;
}

enum err problem_set(struct problem *problem, enum err err, const char *format, ...)
{
    char text[1024];
    va_list list;
    if (problem->err)
        return problem->err;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    problem->err = err;
    AUTO(text) char *clean = utf8_new(text);
    buffer_add_text(&problem->detail, clean ? clean : "");
    return err;
}

void problem_culprit(struct problem *problem, const char *where, const char *name,
                     const char *detail, const json_t *allowed, const char *suggestion)
{
    if (!problem->errors)
        problem->errors = json_array();
    AUTO(text) char *clean = utf8_new(name);
    json_t *error =
        json_pack("{ss ss ss}", "in", where, "name", clean ? clean : "", "detail", detail);
    if (allowed)
        json_object_set(error, "allowed", (json_t *)allowed);
    if (suggestion)
        json_object_set_new(error, "suggestion", json_string(suggestion));
    if (problem->errors && error)
        json_array_append_new(problem->errors, error);
}

enum err problem_memory(struct problem *problem)
{
    return problem_set(problem, ERR_BUSY, "Out of memory.");
}

void problem_cleanup(struct problem *problem)
{
    buffer_cleanup(&problem->detail);
    json_decref(problem->errors);
    json_decref(problem->extra);
    *problem = (struct problem){0};
}

enum { INSTANCE_MAX = 1024 };

// Whether TEXT begins with a complete percent escape (RFC 3986, 2.1).
static bool escape_begins(const char *text)
{
    return *text == '%' && isxdigit((unsigned char)text[1]) && isxdigit((unsigned char)text[2]);
}

// The target as a URI reference: bytes that are not allowed in one are escaped, and it is cut at 1
// KiB.
static void instance_add(struct buffer *out, const char *base, const char *target)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-._~:/?@!$&'()*+,;=";
    buffer_add_char(out, '"');
    buffer_add_text(out, *target == '/' ? base : "");
    for (size_t i = 0; i < INSTANCE_MAX && target[i]; i++) {
        bool escape = escape_begins(target + i);
        if (escape && i + 2 >= INSTANCE_MAX)
            break;
        if (escape || strchr(plain, target[i]))
            buffer_add_char(out, target[i]);
        else
            buffer_add_format(out, "%%%02X", (unsigned char)target[i]);
    }
    buffer_add_char(out, '"');
}

static void extra_add(struct buffer *out, json_t *extra)
{
    const char *key;
    json_t *value;
    json_object_foreach (extra, key, value) {
        char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
        buffer_add_format(out, ",\"%s\":", key);
        buffer_add_text(out, text ? text : "null");
        free(text);
    }
}

void problem_respond(const struct problem *problem, const char *base, const char *target,
                     struct response *response)
{
    struct buffer out = {0};
    size_t length = 0;
    char *errors = problem->errors ? json_dumps(problem->errors, JSON_COMPACT) : NULL;
    struct buffer detail = problem->detail; // read only
    struct buffer copy = {0};
    buffer_add(&copy, detail.bytes, detail.length);
    AUTO(text) char *text = buffer_take(&copy, NULL);
    buffer_add_format(&out, "{\"type\":\"%s/problems/%s\",\"title\":", base,
                      error_code(problem->err));
    buffer_add_json_text(&out, error_title(problem->err));
    buffer_add_format(&out,
                      ",\"status\":%u,\"code\":\"%s\",\"detail\":", error_status(problem->err),
                      error_code(problem->err));
    buffer_add_json_text(&out, text ? text : "");
    buffer_add_text(&out, ",\"instance\":");
    instance_add(&out, base, target);
    buffer_add_text(&out, ",\"errors\":");
    buffer_add_text(&out, errors ? errors : "[]");
    extra_add(&out, problem->extra);
    buffer_add_char(&out, '}');
    free(errors);
    memcpy(response->reason, problem->reason, sizeof response->reason);
    response->status = error_status(problem->err);
    char *body = buffer_take(&out, &length);
    response_body(response, "application/problem+json", body, length);
    response_header(response, "Cache-Control", "no-store");
}
