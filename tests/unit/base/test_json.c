// JSON in its canonical form (RFC 8785) and JSON pointers (RFC 6901).
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct form {
    const char *sentence;
    const char *given;
    const char *canonical;
};

static const struct form forms[] = {
    {"null, true, false", "[ null , true , false ]", "[null,true,false]"},
    {"no space stands anywhere", "{ \"a\" : [ 1 , 2 ] }", "{\"a\":[1,2]}"},
    {"empty values stay", "{\"b\":{},\"a\":[]}", "{\"a\":[],\"b\":{}}"},
    {"items of a list keep their order", "[3,1,2]", "[3,1,2]"},
    {"keys are sorted at every depth", "{\"b\":{\"d\":1,\"c\":2},\"a\":0}",
     "{\"a\":0,\"b\":{\"c\":2,\"d\":1}}"},
    {"a key sorts before the longer one that it begins", "{\"aa\":1,\"a\":2}",
     "{\"a\":2,\"aa\":1}"},
    {"upper case sorts before lower case, digits before letters", "{\"a\":1,\"B\":2,\"1\":3}",
     "{\"1\":3,\"B\":2,\"a\":1}"},
    {"the empty key sorts first", "{\"a\":1,\"\":2}", "{\"\":2,\"a\":1}"},
    // RFC 8785, 3.2.3: the example of sorting.
    {"keys sort by UTF-16 code units, so U+1F600 before U+FB33",
     "{\"\\u20ac\":\"Euro Sign\",\"\\r\":\"Carriage Return\",\"\\ufb33\":\"Hebrew Letter Dalet "
     "With "
     "Dagesh\",\"1\":\"One\",\"\\ud83d\\ude00\":\"Emoji: Grinning Face\",\"\\u0080\":\"Control\","
     "\"\\u00f6\":\"Latin Small Letter O With Diaeresis\"}",
     "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xc2\x80\":\"Control\",\"\xc3\xb6\":\"Latin "
     "Small "
     "Letter O With Diaeresis\",\"\xe2\x82\xac\":\"Euro Sign\",\"\xf0\x9f\x98\x80\":\"Emoji: "
     "Grinning "
     "Face\",\"\xef\xac\xb3\":\"Hebrew Letter Dalet With Dagesh\"}"},
    {"U+FFFF sorts behind U+10000", "{\"\\uffff\":1,\"\\ud800\\udc00\":2}",
     "{\"\xf0\x90\x80\x80\":2,\"\xef\xbf\xbf\":1}"},
    {"U+E000 sorts behind U+10FFFF", "{\"\\ue000\":1,\"\\udbff\\udfff\":2}",
     "{\"\xf4\x8f\xbf\xbf\":2,\"\xee\x80\x80\":1}"},
    {"U+D7FF sorts before U+10000", "{\"\\ud800\\udc00\":1,\"\\ud7ff\":2}",
     "{\"\xed\x9f\xbf\":2,\"\xf0\x90\x80\x80\":1}"},

    // RFC 8785, 3.2.2.2
    {"quotes and backslashes are escaped", "[\"\\\"\\\\\"]", "[\"\\\"\\\\\"]"},
    {"a slash is not", "[\"\\/\"]", "[\"/\"]"},
    {"five controls have short escapes", "[\"\\u0008\\u0009\\u000a\\u000c\\u000d\"]",
     "[\"\\b\\t\\n\\f\\r\"]"},
    {"other controls are lower-case hexadecimal", "[\"\\u0001\\u000B\\u001F\"]",
     "[\"\\u0001\\u000b\\u001f\"]"},
    {"delete stands as it is", "[\"\\u007f\"]", "[\"\x7f\"]"},
    {"other escapes become UTF-8", "[\"\\u00e9\\u20ac\\ud83d\\ude00\"]",
     "[\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"]"},
    {"no normal form is imposed: e with an accent behind it stays two", "[\"e\\u0301\"]",
     "[\"e\xcc\x81\"]"},

    // RFC 8785, 3.2.2.3 and appendix B: numbers as ECMAScript writes them.
    {"zero", "[0]", "[0]"},
    {"minus zero is zero", "[-0.0]", "[0]"},
    {"integers stay", "[1,-1,9007199254740991]", "[1,-1,9007199254740991]"},
    {"an integer with a fraction of nothing loses it", "[1.0,-20.00]", "[1,-20]"},
    {"an integer with an exponent is written out", "[1e3,1E+2]", "[1000,100]"},
    {"fractions are shortest", "[0.10,2.50,-0.5]", "[0.1,2.5,-0.5]"},
    {"a fraction that binary cannot hold is its shortest decimal", "[0.1,2.7,26.4]",
     "[0.1,2.7,26.4]"},
    {"17 digits stand where fewer would be another number", "[0.30000000000000004]",
     "[0.30000000000000004]"},
    {"many digits", "[333333333.33333329]", "[333333333.3333333]"},
    {"large numbers are written out up to 1e21", "[1e15,1e20,123456789012345680000.0]",
     "[1000000000000000,100000000000000000000,123456789012345680000]"},
    {"from 1e21 on they have an exponent", "[1e21,1e23,1.5e300]", "[1e+21,1e+23,1.5e+300]"},
    {"small numbers are written out down to 1e-6", "[0.000001,0.0000015,0.00012]",
     "[0.000001,0.0000015,0.00012]"},
    {"below they have an exponent without a leading zero", "[1e-7,1.5e-9,2e-10]",
     "[1e-7,1.5e-9,2e-10]"},
    {"the smallest double", "[5e-324]", "[5e-324]"},
    {"the largest double", "[1.7976931348623157e308]", "[1.7976931348623157e+308]"},
    {"appendix B: 4.50", "[4.50]", "[4.5]"},
    {"appendix B: 2e-3", "[2e-3]", "[0.002]"},
    {"appendix B: many zeros", "[0.000000000000000000000000001]", "[1e-27]"},
    {"appendix B: 9.999999999999997e22", "[9.999999999999997e22]", "[9.999999999999997e+22]"},
    {"appendix B: 0.0000033333333333333333", "[0.0000033333333333333333]",
     "[0.0000033333333333333333]"},
};

static json_t *json_of(const char *text, size_t flags)
{
    json_error_t error;
    json_t *value = json_loads(text, flags, &error);
    if (!value)
        fail_msg("%s is no JSON: %s", text, error.text);
    return value;
}

static void the_canonical_form_is_that_of_rfc_8785(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(forms); i++) {
        json_t *value = json_of(forms[i].given, 0);
        char *text = json_canonical(value);
        if (!text || strcmp(text, forms[i].canonical) != 0)
            fail_msg("%s: %s, not %s", forms[i].sentence, text, forms[i].canonical);
        free(text);
        json_decref(value);
    }
}

static void the_canonical_form_of_itself_is_itself(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(forms); i++) {
        // Integers beyond 64 bits are read as the doubles that they were.
        json_t *value = json_of(forms[i].canonical, JSON_DECODE_INT_AS_REAL);
        char *text = json_canonical(value);
        assert_string_equal(text, forms[i].canonical);
        free(text);
        json_decref(value);
    }
}

static void counts_are_added_up_by_key(void **state)
{
    static const char *const came[] = {"b", "a", "b", "ab", "b"};
    json_t *counts = json_object();
    (void)state;
    for (size_t i = 0; i < COUNT(came); i++) {
        const char *key = json_count(counts, came[i], 2);
        assert_string_equal(key, came[i]);
        assert_ptr_equal(key, json_count(counts, came[i], 0));
    }
    const char **keys = json_keys(counts);
    char *text = json_canonical(counts);
    assert_string_equal(text, "{\"a\":2,\"ab\":2,\"b\":6}");
    assert_string_equal(keys[0], "a");
    assert_string_equal(keys[1], "ab");
    assert_string_equal(keys[2], "b");
    assert_null(keys[3]);
    free(text);
    free(keys);
    json_decref(counts);
}

static void a_value_written_keeps_its_order_and_the_canonical_digits(void **state)
{
    static const char text[] =
        "{\"b\":[0.1,2.7,1e-7,[],{}],\"a\":{\"y\":null,\"x\":\"\\n\\u001f/\"}}";
    static const char indented[] =
        "{\n  \"b\": [\n    0.1,\n    2.7,\n    1e-7,\n    [],\n    {}\n  ],\n"
        "  \"a\": {\n    \"y\": null,\n    \"x\": \"\\n\\u001f/\"\n  }\n}";
    json_t *value = json_of(text, 0);
    char *line = json_write(value, 0), *lines = json_write(value, 2);
    (void)state;
    assert_string_equal(line, text);
    assert_string_equal(lines, indented);
    free(line);
    free(lines);
    json_decref(value);
}

// RFC 6901, section 5, and what the RFC does not allow.
static const char document[] =
    "{\"foo\":[\"bar\",\"baz\"],\"\":0,\"a/b\":1,\"c%d\":2,\"e^f\":3,\"g|h\":4,\"i\\\\j\":5,"
    "\"k\\\"l\":6,\" \":7,\"m~n\":8,\"~1\":9,\"deep\":{\"0\":{\"x\":[[10]]}}}";

static const struct {
    const char *sentence, *pointer, *found;
} pointers[] = {
    {"nothing is the whole document", "", document},
    {"a key", "/foo", "[\"bar\",\"baz\"]"},
    {"an item of a list", "/foo/0", "\"bar\""},
    {"the last item of a list", "/foo/1", "\"baz\""},
    {"the empty key", "/", "0"},
    {"a slash is ~1", "/a~1b", "1"},
    {"a percent sign is itself", "/c%d", "2"},
    {"a caret is itself", "/e^f", "3"},
    {"a bar is itself", "/g|h", "4"},
    {"a backslash is itself", "/i\\j", "5"},
    {"a quote is itself", "/k\"l", "6"},
    {"a space is itself", "/ ", "7"},
    {"a tilde is ~0", "/m~0n", "8"},
    {"~01 is ~1, not a slash", "/~01", "9"},
    {"a digit is a key in an object", "/deep/0/x/0/0", "10"},
    {"a missing key finds nothing", "/none", NULL},
    {"an item behind the last finds nothing", "/foo/2", NULL},
    {"the item behind the last, `-`, finds nothing", "/foo/-", NULL},
    {"a name finds nothing in a list", "/foo/bar", NULL},
    {"an index may have no leading zero", "/foo/00", NULL},
    {"an index may have no sign", "/foo/+1", NULL},
    {"an index may have nothing behind it", "/foo/1x", NULL},
    {"an empty index finds nothing", "/foo/", NULL},
    {"an index too large to count finds nothing", "/foo/18446744073709551616", NULL},
    {"nothing is found inside a text", "/foo/0/0", NULL},
    {"a pointer begins with a slash", "foo", NULL},
};

static void pointers_find_what_rfc_6901_says(void **state)
{
    json_t *value = json_of(document, 0);
    (void)state;
    for (size_t i = 0; i < COUNT(pointers); i++) {
        const json_t *found = json_at_pointer(value, pointers[i].pointer);
        char *text = found ? json_dumps(found, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
        const char *wanted = pointers[i].found;
        if ((text == NULL) != (wanted == NULL) || (text && strcmp(text, wanted) != 0))
            fail_msg("%s: '%s' found %s", pointers[i].sentence, pointers[i].pointer,
                     text ? text : "nothing");
        free(text);
    }
    json_decref(value);
}

static void a_pointer_into_nothing_finds_nothing(void **state)
{
    (void)state;
    assert_null(json_at_pointer(NULL, ""));
    assert_null(json_at_pointer(NULL, "/a"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_canonical_form_is_that_of_rfc_8785),
        cmocka_unit_test(the_canonical_form_of_itself_is_itself),
        cmocka_unit_test(counts_are_added_up_by_key),
        cmocka_unit_test(a_value_written_keeps_its_order_and_the_canonical_digits),
        cmocka_unit_test(pointers_find_what_rfc_6901_says),
        cmocka_unit_test(a_pointer_into_nothing_finds_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
