// Any head of a request: lines of names and values, as a proxy or an attacker may send them; and
// what is decided by the values.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/accept.h"
#include "http/conditional.h"
#include "http/request_head.h"
#include "http/response_finish.h"

// Even a build that defines NDEBUG has to check.
#undef NDEBUG
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void accept_check(const char *list)
{
    static const char *const names[] = {"application/json", "gzip", "identity", "text/csv; a=b"};
    for (size_t i = 0; list && i < sizeof names / sizeof *names; i++) {
        int weight = accept_weight(list, names[i]);
        assert(weight >= -1 && weight <= 1000);
    }
    response_finish_compresses(list);
}

// What is written can be read, and means the same.
static void date_check(const char *text)
{
    int64_t seconds = 0, again = 0;
    char written[HTTP_DATE_SIZE];
    if (!text || !conditional_date_read(text, &seconds) || seconds < 0)
        return;
    conditional_date_write(seconds, written);
    assert(strlen(written) == HTTP_DATE_SIZE - 1);
    assert(conditional_date_read(written, &again) && again == seconds);
}

static void conditions_check(const struct request_head *head)
{
    const char *tag = "0123456789abcdef0123456789abcdef";
    const char *match = head->values[HEAD_IF_NONE_MATCH];
    bool fresh = conditional_is_fresh(match, head->values[HEAD_IF_MODIFIED_SINCE], tag, 1);
    // A tag that is not named is no match, whatever else is said.
    assert(!fresh || !match || strchr(match, '*') || strstr(match, tag));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct request_head head = {0};
    char *text = calloc(1, size + 1), *rest = text;
    assert(text);
    if (size > 0)
        memcpy(text, data, size);
    while (rest) {
        char *value = strsep(&rest, "\n"), *name = strsep(&value, ":");
        request_head_add(&head, name, value ? value : "");
    }
    request_head_end(&head, "HTTP/1.1");
    accept_check(head.values[HEAD_ACCEPT]);
    accept_check(head.values[HEAD_ACCEPT_ENCODING]);
    date_check(head.values[HEAD_IF_MODIFIED_SINCE]);
    conditions_check(&head);
    request_head_cleanup(&head);
    free(text);
    return 0;
}
