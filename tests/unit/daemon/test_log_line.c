// Lines of the log: any bytes in, one line out that readers of logfmt and of JSON take.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "daemon/log_line.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void times_are_those_of_the_calendar(void **state)
{
    (void)state;
    struct log_line line;
    static const struct {
        struct timespec time;
        const char *text;
    } rows[] = {
        {{0, 0}, "time=1970-01-01T00:00:00.000Z level=info event=e\n"},
        {{951827696, 7654321}, "time=2000-02-29T12:34:56.007Z level=info event=e\n"},
        {{1795564799, 999999999}, "time=2026-11-24T23:59:59.999Z level=info event=e\n"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        log_line_begin(&line, LOG_LOGFMT, &rows[i].time, LOG_INFO, "e");
        log_line_end(&line);
        assert_int_equal(line.length, strlen(rows[i].text));
        assert_memory_equal(line.text, rows[i].text, line.length);
    }
}

static const struct {
    const char *sentence;
    struct log_field field;
    const char *logfmt, *json;
} rows[] = {
    {"a plain text stands as it is", {"f", "GET", 0}, "f=GET", "\"f\":\"GET\""},
    {"what addresses hold is plain",
     {"f", "[::1]:8080/a,b", 0},
     "f=\"[::1]:8080/a,b\"",
     "\"f\":\"[::1]:8080/a,b\""},
    {"an IPv6 address is plain", {"f", "2001:db8::1", 0}, "f=2001:db8::1", "\"f\":\"2001:db8::1\""},
    {"an empty text is quoted", {"f", "", 0}, "f=\"\"", "\"f\":\"\""},
    {"a space is quoted", {"f", "a b", 0}, "f=\"a b\"", "\"f\":\"a b\""},
    {"an equals sign is quoted", {"f", "a=b", 0}, "f=\"a=b\"", "\"f\":\"a=b\""},
    {"quotes and backslashes are escaped",
     {"f", "\"\\", 0},
     "f=\"\\\"\\\\\"",
     "\"f\":\"\\\"\\\\\""},
    {"a line's end is escaped", {"f", "a\nb", 0}, "f=\"a\\u000ab\"", "\"f\":\"a\\u000ab\""},
    {"UTF-8 stays", {"f", "é", 0}, "f=\"é\"", "\"f\":\"é\""},
    {"bytes that are no UTF-8 are question marks",
     {"f", "\xff\xc3", 0},
     "f=\"??\"",
     "\"f\":\"??\""},
    {"so are bytes that only go on with what never began",
     {"f",
      "a\x80"
      "b\xbf",
      0},
     "f=\"a?b?\"",
     "\"f\":\"a?b?\""},
    {"zero is a number", {"f", NULL, 0}, "f=0", "\"f\":0"},
    {"so is the least one",
     {"f", NULL, INT64_MIN},
     "f=-9223372036854775808",
     "\"f\":-9223372036854775808"},
    {"and the greatest",
     {"f", NULL, INT64_MAX},
     "f=9223372036854775807",
     "\"f\":9223372036854775807"},
};

static void fields_are_written_for_their_readers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        for (enum log_format format = LOG_LOGFMT; format <= LOG_JSON; format++) {
            struct log_line line = {.format = format};
            char expected[LINE_SIZE];
            bool json = format == LOG_JSON;
            snprintf(expected, sizeof expected, "%s%s%s\n", json ? "{" : "",
                     json ? rows[i].json : rows[i].logfmt, json ? "}" : "");
            log_line_add(&line, &rows[i].field);
            log_line_end(&line);
            if (line.length != strlen(expected) || memcmp(line.text, expected, line.length) != 0)
                fail_msg("%s: %.*s", rows[i].sentence, (int)line.length, line.text);
        }
}

// A text of COUNT times UNIT.
static char *long_text(const char *unit, size_t count)
{
    size_t length = strlen(unit);
    char *text = malloc(length * count + 1);
    assert_non_null(text);
    for (size_t i = 0; i < count; i++)
        memcpy(text + i * length, unit, length);
    text[length * count] = '\0';
    return text;
}

static void long_texts_are_cut_and_leave_room_for_what_follows(void **state)
{
    (void)state;
    static const char *const units[] = {"a", "é", "\"", "\x01", " "};
    for (size_t i = 0; i < COUNT(units); i++) {
        struct log_line line;
        const struct timespec now = {0};
        char *text = long_text(units[i], 2000);
        log_line_begin(&line, LOG_JSON, &now, LOG_ERROR, "long");
        log_line_add(&line, &(struct log_field){.name = "text", .text = text});
        log_line_add(&line, &(struct log_field){.name = "behind", .number = 7});
        log_line_end(&line);
        assert_int_equal(line.text[line.length - 1], '\n');
        AUTO(json) json_t *object = json_loadb(line.text, line.length, 0, NULL);
        assert_non_null(object);
        assert_int_equal(json_integer_value(json_object_get(object, "behind")), 7);
        assert_true(json_string_length(json_object_get(object, "text")) > 30);
        free(text);
    }
}

static void a_line_never_grows_beyond_its_room(void **state)
{
    (void)state;
    struct log_line line;
    const struct timespec now = {0};
    char *text = long_text("é", 2000);
    for (enum log_format format = LOG_LOGFMT; format <= LOG_JSON; format++) {
        log_line_begin(&line, format, &now, LOG_ERROR, text);
        for (int i = 0; i < 50; i++)
            log_line_add(&line, &(struct log_field){.name = "text", .text = text});
        log_line_end(&line);
        assert_true(line.length <= LINE_SIZE);
        assert_int_equal(line.text[line.length - 1], '\n');
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_those_of_the_calendar),
        cmocka_unit_test(fields_are_written_for_their_readers),
        cmocka_unit_test(long_texts_are_cut_and_leave_room_for_what_follows),
        cmocka_unit_test(a_line_never_grows_beyond_its_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
