// Cursors: what is written is read back; what this service did not write is refused.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "query/cursor.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char KEY[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
static const char OTHER_KEY[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdee";

static const struct {
    const char *sentence, *address, *revision;
    json_int_t total, undated;
    const char *position;
    bool backward;
} places[] = {
    {"a first place", "/v1/eras", "0123456789abcdef", 0, -1, "[\"a\"]", false},
    {"filters and sort", "/v1/events?era=gwot&sort=-date_start", "0123456789abcdef", 171, 3,
     "[\"2001-09-11\",\"b\"]", false},
    {"backward", "/v1/events?kind=war", "fedcba9876543210", 20, 0, "[1979,\"c\"]", true},
    {"a place among records without a value", "/v1/aid", "0123456789abcdef", 5, 0, "[null,\"d\"]",
     false},
    {"a place whose text was too long", "/v1/events?sort=title", "0123456789abcdef", 5, 0,
     "[false,\"d\"]", false},
    {"text beyond ASCII", "/v1/events?title__contains=%C3%A9", "0123456789abcdef", 1, 0,
     "[\"é \\\"quoted\\\"\",\"e\"]", false},
    {"a large total", "", "0123456789abcdef", 9007199254740991, 0, "[\"f\"]", false},
};

static void a_cursor_comes_back_as_it_was_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(places); i++) {
        struct cursor read = {0};
        json_t *position = json_loads(places[i].position, 0, NULL);
        const struct cursor written = {places[i].address, places[i].revision, places[i].total,
                                       places[i].undated, position,           places[i].backward};
        char *text = cursor_write(&written, KEY);
        assert_non_null(text);
        json_t *kept = cursor_read(text, KEY, &read);
        if (!kept)
            fail_msg("%s: %s was refused", places[i].sentence, text);
        assert_string_equal(read.address, places[i].address);
        assert_string_equal(read.revision, places[i].revision);
        assert_true(read.total == places[i].total);
        assert_true(read.undated == places[i].undated);
        assert_true(json_equal(read.position, position));
        assert_int_equal(read.backward, places[i].backward);
        json_decref(kept);
        json_decref(position);
        free(text);
    }
}

static void a_text_that_is_too_long_stands_in_it_as_false(void **state)
{
    (void)state;
    for (size_t length = CURSOR_TEXT_MAX; length <= CURSOR_TEXT_MAX + 1; length++) {
        struct cursor read = {0};
        char title[CURSOR_TEXT_MAX + 2] = "";
        memset(title, 'a', length);
        json_t *position = json_pack("[sis]", title, 7, "g");
        const struct cursor written = {"/v1/events", "0123456789abcdef", 1, 0, position, false};
        char *text = cursor_write(&written, KEY);
        json_t *kept = cursor_read(text, KEY, &read);
        assert_non_null(kept);
        if (length > CURSOR_TEXT_MAX)
            json_array_set_new(position, 0, json_false());
        assert_true(json_equal(read.position, position));
        json_decref(kept);
        json_decref(position);
        free(text);
    }
}

static char *sample_new(void)
{
    json_t *position = json_loads("[\"2001-09-11\",\"b\"]", 0, NULL);
    const struct cursor cursor = {"era=gwot", "0123456789abcdef", 171, 0, position, false};
    char *text = cursor_write(&cursor, KEY);
    json_decref(position);
    assert_non_null(text);
    return text;
}

static void a_cursor_stands_in_an_address_as_it_is(void **state)
{
    char *text = sample_new();
    (void)state;
    assert_int_equal(
        strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
        strlen(text));
    free(text);
}

static void one_changed_letter_anywhere_makes_it_no_cursor(void **state)
{
    struct cursor cursor;
    char *text = sample_new();
    (void)state;
    for (size_t i = 0; text[i]; i++) {
        char kept = text[i];
        // The lowest bits of a last letter may stand for no byte; another letter half the alphabet
        // away never does.
        text[i] = kept == 'x' ? 'Q' : 'x';
        json_t *value = cursor_read(text, KEY, &cursor);
        if (value && text[i + 1])
            fail_msg("letter %zu changed and it was taken", i);
        json_decref(value);
        text[i] = kept;
    }
    free(text);
}

static void a_cursor_cut_short_or_run_on_is_none(void **state)
{
    struct cursor cursor;
    char longer[4096];
    char *text = sample_new();
    (void)state;
    snprintf(longer, sizeof longer, "%sAAAA", text);
    assert_null(cursor_read(longer, KEY, &cursor));
    for (size_t length = strlen(text); length-- > 0;) {
        text[length] = '\0';
        assert_null(cursor_read(text, KEY, &cursor));
    }
    free(text);
}

// BODY as who has KEY would sign it.
static char *forged_new(const char *body)
{
    enum { SIGNATURE = 16 };
    unsigned char whole[1024];
    assert_true(strlen(body) < sizeof whole - DIGEST_SIGNATURE_SIZE);
    assert_true(digest_sign(KEY, body, strlen(body), whole));
    memcpy(whole + SIGNATURE, body, strlen(body));
    return digest_base64url_encode(whole, SIGNATURE + strlen(body));
}

// BODY as cursors were before they were signed: behind 8 digits of its SHA-256.
static char *unsigned_new(const char *body)
{
    char hex[DIGEST_HEX_SIZE], whole[1024];
    assert_true(digest_of(body, strlen(body), hex));
    snprintf(whole, sizeof whole, "%.8s%s", hex, body);
    return digest_base64url_encode(whole, strlen(whole));
}

static void what_another_database_signed_or_nobody_is_no_cursor(void **state)
{
    struct cursor cursor;
    char *text = sample_new(), *old = unsigned_new("[\"\",\"0123456789abcdef\",1,0,[\"a\"],false]");
    (void)state;
    assert_null(cursor_read(text, OTHER_KEY, &cursor));
    assert_null(cursor_read(text, "", &cursor));
    assert_null(cursor_read(old, KEY, &cursor));
    free(text);
    free(old);
}

static const struct {
    const char *sentence, *body;
} forgeries[] = {
    {"nothing", ""},
    {"no JSON", "era=gwot"},
    {"an object", "{}"},
    {"an empty list", "[]"},
    {"a value too few", "[\"\",\"0123456789abcdef\",1,0,[\"a\"]]"},
    {"a value too many", "[\"\",\"0123456789abcdef\",1,0,[\"a\"],false,1]"},
    {"a query that is no text", "[1,\"0123456789abcdef\",1,0,[\"a\"],false]"},
    {"a revision that is no text", "[\"\",7,1,0,[\"a\"],false]"},
    {"a total that is no integer", "[\"\",\"0123456789abcdef\",\"1\",0,[\"a\"],false]"},
    {"a total with a fraction", "[\"\",\"0123456789abcdef\",1.5,0,[\"a\"],false]"},
    {"a direction that is no boolean", "[\"\",\"0123456789abcdef\",1,0,[\"a\"],\"no\"]"},
    {"a text with NUL in it", "[\"a\\u0000b\",\"0123456789abcdef\",1,0,[\"a\"],false]"},
    {"a position that is no list", "[\"\",\"0123456789abcdef\",1,0,{\"a\":1},false]"},
    {"a position with a fraction", "[\"\",\"0123456789abcdef\",1,0,[1.5,\"a\"],false]"},
    {"a position with true in it", "[\"\",\"0123456789abcdef\",1,0,[true,\"a\"],false]"},
    {"a position with a list in it", "[\"\",\"0123456789abcdef\",1,0,[[1],\"a\"],false]"},
    {"something behind the list", "[\"\",\"0123456789abcdef\",1,0,[\"a\"],false] x"},
    {"bad UTF-8", "[\"\xff\",\"0123456789abcdef\",1,0,[\"a\"],false]"},
};

static void a_forged_cursor_of_another_shape_is_none(void **state)
{
    struct cursor cursor;
    char *good = forged_new("[\"\",\"0123456789abcdef\",1,0,[\"a\"],false]");
    json_t *value = cursor_read(good, KEY, &cursor);
    (void)state;
    assert_non_null(value); // else the rows below would be refused for nothing
    json_decref(value);
    free(good);
    for (size_t i = 0; i < COUNT(forgeries); i++) {
        char *text = forged_new(forgeries[i].body);
        value = cursor_read(text, KEY, &cursor);
        if (value)
            fail_msg("%s was taken", forgeries[i].sentence);
        free(text);
    }
}

static const char *const strangers[] = {"",
                                        "x",
                                        "abc",
                                        "AAAA",
                                        "====",
                                        "not a cursor",
                                        "W10",
                                        "%",
                                        "MDAwMDAwMDBbXQ",
                                        "\xff\xff\xff\xff"};

static void what_was_never_a_cursor_is_none(void **state)
{
    struct cursor cursor;
    (void)state;
    for (size_t i = 0; i < COUNT(strangers); i++)
        assert_null(cursor_read(strangers[i], KEY, &cursor));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cursor_comes_back_as_it_was_written),
        cmocka_unit_test(a_text_that_is_too_long_stands_in_it_as_false),
        cmocka_unit_test(a_cursor_stands_in_an_address_as_it_is),
        cmocka_unit_test(one_changed_letter_anywhere_makes_it_no_cursor),
        cmocka_unit_test(a_cursor_cut_short_or_run_on_is_none),
        cmocka_unit_test(what_another_database_signed_or_nobody_is_no_cursor),
        cmocka_unit_test(a_forged_cursor_of_another_shape_is_none),
        cmocka_unit_test(what_was_never_a_cursor_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
