// Untrusted text: percent escapes, UTF-8 byte by byte, integers, and the name that was probably
// meant.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define BYTES(literal) literal, sizeof(literal) - 1

struct decoding {
    const char *sentence;
    const char *encoded;
    size_t length;
    bool plus;
    const char *decoded; // NULL where it is refused
};

static const struct decoding decodings[] = {
    {"plain text stays", BYTES("events"), false, "events"},
    {"nothing stays nothing", BYTES(""), false, ""},
    {"an escape is its byte", BYTES("%41"), false, "A"},
    {"hexadecimal digits may be of either case", BYTES("%2f%2F"), false, "//"},
    {"an escape stands between other characters", BYTES("a%20b"), false, "a b"},
    {"an escaped percent sign is not decoded again", BYTES("%2541"), false, "%41"},
    {"bytes of one character may be escaped one by one", BYTES("%C3%A9"), false, "é"},
    {"a character may be half escaped", BYTES("\xc3%A9"), false, "é"},
    {"raw UTF-8 stays", BYTES("é"), false, "é"},
    {"plus is a space in a query", BYTES("a+b"), true, "a b"},
    {"plus is plus in a path", BYTES("a+b"), false, "a+b"},
    {"an escaped plus is plus in a query too", BYTES("a%2Bb"), true, "a+b"},
    {"the last two characters may be an escape's digits", BYTES("x%7A"), false, "xz"},
    {"an escape without digits is refused", BYTES("%"), false, NULL},
    {"an escape with one digit is refused", BYTES("a%4"), false, NULL},
    {"an escape with a bad first digit is refused", BYTES("%g1"), false, NULL},
    {"an escape with a bad second digit is refused", BYTES("%1g"), false, NULL},
    {"an escape may not take a sign", BYTES("%-1"), false, NULL},
    {"an escape may not take a space", BYTES("% 1"), false, NULL},
    {"two percent signs are no escape", BYTES("%%41"), false, NULL},
    {"escaped NUL is refused", BYTES("a%00b"), false, NULL},
    {"raw NUL is refused", BYTES("a\0b"), false, NULL},
    {"an escaped byte that is no UTF-8 is refused", BYTES("%FF"), false, NULL},
    {"a character cut short is refused", BYTES("%C3"), false, NULL},
    {"an overlong slash is refused", BYTES("%C0%AF"), false, NULL},
    {"a surrogate is refused", BYTES("%ED%A0%80"), false, NULL},
};

static void escapes_are_undone_once_or_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(decodings); i++) {
        const struct decoding *row = &decodings[i];
        char *text = NULL;
        // A copy of exact size, so that a read behind its end is seen.
        char *copy = malloc(row->length + !row->length);
        memcpy(copy, row->encoded, row->length);
        bool good = text_decode(copy, row->length, row->plus, &text);
        free(copy);
        if (good != (row->decoded != NULL) || (good && strcmp(text, row->decoded) != 0))
            fail_msg("%s: '%s' gave %s", row->sentence, row->encoded, good ? text : "a refusal");
        if (!good)
            assert_null(text);
        free(text);
    }
}

struct encoding {
    const char *sentence;
    const char *bytes;
    size_t length;
    bool valid;
};

static const struct encoding encodings[] = {
    {"no bytes at all", BYTES(""), true},
    {"ASCII", BYTES("abc\x7f"), true},
    {"a control character", BYTES("\x01"), true},
    {"NUL", BYTES("\0"), false},
    {"NUL behind text", BYTES("a\0"), false},
    {"U+0080, the first of two bytes", BYTES("\xc2\x80"), true},
    {"U+07FF, the last of two bytes", BYTES("\xdf\xbf"), true},
    {"U+0800, the first of three bytes", BYTES("\xe0\xa0\x80"), true},
    {"U+D7FF, the last before the surrogates", BYTES("\xed\x9f\xbf"), true},
    {"U+E000, the first behind the surrogates", BYTES("\xee\x80\x80"), true},
    {"U+FFFD", BYTES("\xef\xbf\xbd"), true},
    {"U+FFFF, which is no character but well-formed", BYTES("\xef\xbf\xbf"), true},
    {"U+10000, the first of four bytes", BYTES("\xf0\x90\x80\x80"), true},
    {"U+10FFFF, the last of all", BYTES("\xf4\x8f\xbf\xbf"), true},
    {"a continuation byte alone", BYTES("\x80"), false},
    {"the last continuation byte alone", BYTES("\xbf"), false},
    {"two bytes, cut", BYTES("\xc2"), false},
    {"three bytes, cut after one", BYTES("\xe1"), false},
    {"three bytes, cut after two", BYTES("\xe1\x80"), false},
    {"four bytes, cut after three", BYTES("\xf1\x80\x80"), false},
    {"two bytes, cut by text",
     BYTES("\xc2"
           "A"),
     false},
    {"three bytes, cut by text",
     BYTES("\xe1\x80"
           "A"),
     false},
    {"four bytes, cut by text",
     BYTES("\xf1\x80\x80"
           "A"),
     false},
    {"an overlong NUL of two bytes", BYTES("\xc0\x80"), false},
    {"an overlong slash of two bytes", BYTES("\xc0\xaf"), false},
    {"U+007F, overlong in two bytes", BYTES("\xc1\xbf"), false},
    {"an overlong slash of three bytes", BYTES("\xe0\x80\xaf"), false},
    {"U+07FF, overlong in three bytes", BYTES("\xe0\x9f\xbf"), false},
    {"U+FFFF, overlong in four bytes", BYTES("\xf0\x8f\xbf\xbf"), false},
    {"U+D800, the first surrogate", BYTES("\xed\xa0\x80"), false},
    {"U+DFFF, the last surrogate", BYTES("\xed\xbf\xbf"), false},
    {"a pair of surrogates (CESU-8)", BYTES("\xed\xa0\x80\xed\xb0\x80"), false},
    {"U+110000, beyond the last", BYTES("\xf4\x90\x80\x80"), false},
    {"a lead byte that no character has, F5", BYTES("\xf5\x80\x80\x80"), false},
    {"five bytes", BYTES("\xf8\x88\x80\x80\x80"), false},
    {"FE", BYTES("\xfe"), false},
    {"FF", BYTES("\xff"), false},
    {"bad bytes behind good text", BYTES("abc\xc3\xa9\xff"), false},
    {"good text behind good text", BYTES("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"), true},
};

static void utf8_is_what_rfc_3629_says_without_nul(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(encodings); i++)
        if (text_is_utf8(encodings[i].bytes, encodings[i].length) != encodings[i].valid)
            fail_msg("%s should be %s", encodings[i].sentence,
                     encodings[i].valid ? "well-formed" : "malformed");
}

// The bytes of CODE by the table of RFC 3629, section 3.
static size_t utf8_write(uint32_t code, char *out)
{
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = length; i-- > 1; code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3f));
    out[0] = (char)(lead[length] | code);
    return length;
}

static void every_code_point_but_nul_and_surrogates_is_well_formed(void **state)
{
    char bytes[4];
    (void)state;
    for (uint32_t code = 0; code <= 0x10ffff; code++) {
        bool valid = code > 0 && (code < 0xd800 || code > 0xdfff);
        if (text_is_utf8(bytes, utf8_write(code, bytes)) != valid)
            fail_msg("U+%04" PRIX32 " should be %s", code, valid ? "well-formed" : "malformed");
    }
}

struct integer {
    const char *text;
    bool valid;
    int64_t value;
};

static const struct integer integers[] = {
    {"0", true, 0},
    {"7", true, 7},
    {"-7", true, -7},
    {"500", true, 500},
    {"9007199254740991", true, INT64_C(9007199254740991)},
    {"999999999999999999", true, INT64_C(999999999999999999)},
    {"-999999999999999999", true, INT64_C(-999999999999999999)},
    {"1000000000000000000", false, 0}, // 19 digits
    {"9223372036854775808", false, 0},
    {"99999999999999999999999999", false, 0},
    {"", false, 0},
    {"-", false, 0},
    {"+7", false, 0},
    {"--7", false, 0},
    {"-0", false, 0},
    {"00", false, 0},
    {"007", false, 0},
    {"-07", false, 0},
    {" 7", false, 0},
    {"7 ", false, 0},
    {"7\n", false, 0},
    {"7.0", false, 0},
    {"7e2", false, 0},
    {"0x7", false, 0},
    {"1_000", false, 0},
    {"1,000", false, 0},
    {"abc", false, 0},
    {"\xd9\xa7", false, 0}, // an Arabic-Indic seven
};

static void integers_have_one_spelling(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(integers); i++) {
        int64_t value = 42;
        bool good = text_integer(integers[i].text, &value);
        int64_t expected = integers[i].valid ? integers[i].value : 42;
        if (good != integers[i].valid || value != expected)
            fail_msg("'%s': %s, %" PRId64, integers[i].text, good ? "taken" : "refused", value);
    }
}

static const struct {
    const char *sentence, *a, *b;
    size_t distance;
} distances[] = {
    {"the same", "events", "events", 0},
    {"nothing and nothing", "", "", 0},
    {"a letter more", "event", "events", 1},
    {"a letter less", "events", "event", 1},
    {"another letter", "avents", "events", 1},
    {"two neighbours swapped", "evetns", "events", 1},
    {"case does not count", "EVENTS", "events", 0},
    {"all other", "abc", "xyz", 3},
    {"from nothing", "", "kind", 4},
    {"to nothing", "kind", "", 4},
    {"a swap and a letter", "limti", "limits", 2},
};

static void distance_counts_edits_and_swaps(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(distances); i++) {
        size_t there = text_distance(distances[i].a, distances[i].b);
        size_t back = text_distance(distances[i].b, distances[i].a);
        if (there != distances[i].distance || back != distances[i].distance)
            fail_msg("%s: %zu there, %zu back", distances[i].sentence, there, back);
    }
}

static void distance_of_long_texts_is_capped(void **state)
{
    char a[301], b[301];
    (void)state;
    memset(a, 'a', 300);
    memset(b, 'b', 300);
    a[300] = b[300] = '\0';
    assert_int_equal(text_distance(a, b), 64);
    assert_int_equal(text_distance(a, a), 0);
}

static const char *const names[] = {"era", "kind", "limit", "offset", "sort", "date__within", "q"};

static const struct {
    const char *sentence, *text, *nearest;
} nearests[] = {
    {"a letter swapped", "limti", "limit"},
    {"a letter missing", "ofset", "offset"},
    {"a plural", "eras", "era"},
    {"other case", "KIND", "kind"},
    {"the wrong number of underscores", "date_within", "date__within"},
    {"a name itself", "sort", "sort"},
    {"a letter with a mark", "\xc3\xa9ra", "era"},
    {"nothing near", "xylophone", NULL},
    {"a short word with two other letters", "mint", NULL},
    {"half of another word", "sore", "sort"},
    {"a word with half of its letters elsewhere", "person", NULL},
    {"nothing at all", "", NULL},
    {"one letter of nothing", "z", NULL},
    {"one letter instead of another", "_", NULL},
    {"one letter in the other case", "Q", "q"},
};

static void the_nearest_name_is_near_enough_to_be_meant(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(nearests); i++) {
        const char *found = text_nearest(nearests[i].text, names, COUNT(names));
        const char *wanted = nearests[i].nearest;
        if ((found == NULL) != (wanted == NULL) || (found && strcmp(found, wanted) != 0))
            fail_msg("%s: '%s' gave %s", nearests[i].sentence, nearests[i].text,
                     found ? found : "none");
    }
    assert_null(text_nearest("era", names, 0));
}

static const struct {
    const char *text;
    bool valid;
} slugs[] = {
    {"a", true},
    {"resolution-211-1965", true},
    {"imran-khan", true},
    {"x1", true},
    {"", false},
    {"1965-war", false},
    {"-a", false},
    {"a-", false},
    {"a--b", false},
    {"A", false},
    {"aB", false},
    {"a_b", false},
    {"a b", false},
    {"a/b", false},
    {"caf\xc3\xa9", false},
    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", true},
    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
};

static void slugs_begin_with_a_letter_and_hold_single_hyphens(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(slugs); i++)
        if (text_is_slug(slugs[i].text) != slugs[i].valid)
            fail_msg("'%s' should be %s", slugs[i].text, slugs[i].valid ? "a slug" : "no slug");
}

static void a_copy_is_cut_to_its_room(void **state)
{
    (void)state;
    char room[4];
    static const struct {
        const char *text, *copy;
    } rows[] = {{"", ""}, {"GET", "GET"}, {"HEAD", "HEA"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        text_copy(room, sizeof room, rows[i].text);
        assert_string_equal(room, rows[i].copy);
    }
}

static void text_of_a_printed_page_becomes_what_one_types(void **state)
{
    (void)state;
    static const struct {
        const char *printed, *typed;
    } rows[] = {
        {"", ""},
        {"Raúl €1 – ﷺ", "Raúl €1 – ﷺ"},
        {"nu\u00adclear\u00ad", "nuclear"},
        {"\ufeffa\u2060b", "ab"},
        {"\ufb00 \ufb01 \ufb02 \ufb03 \ufb04 \ufb05 \ufb06", "ff fi fl ffi ffl st st"},
        {"o\ufb03ce", "office"},
        {"\u0131mran", "imran"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *typed = text_typed(rows[i].printed);
        assert_string_equal(typed, rows[i].typed);
        free(typed);
    }
}

static void hexadecimal_has_all_its_digits(void **state)
{
    (void)state;
    static const uint64_t numbers[] = {0, 1, 0xabc, 0x0123456789abcdef, UINT64_MAX};
    for (size_t i = 0; i < COUNT(numbers); i++) {
        char digits[TEXT_HEX_SIZE], expected[TEXT_HEX_SIZE];
        snprintf(expected, sizeof expected, "%016" PRIx64, numbers[i]);
        text_hex(numbers[i], digits);
        assert_string_equal(digits, expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escapes_are_undone_once_or_refused),
        cmocka_unit_test(utf8_is_what_rfc_3629_says_without_nul),
        cmocka_unit_test(every_code_point_but_nul_and_surrogates_is_well_formed),
        cmocka_unit_test(integers_have_one_spelling),
        cmocka_unit_test(a_copy_is_cut_to_its_room),
        cmocka_unit_test(text_of_a_printed_page_becomes_what_one_types),
        cmocka_unit_test(hexadecimal_has_all_its_digits),
        cmocka_unit_test(distance_counts_edits_and_swaps),
        cmocka_unit_test(distance_of_long_texts_is_capped),
        cmocka_unit_test(the_nearest_name_is_near_enough_to_be_meant),
        cmocka_unit_test(slugs_begin_with_a_letter_and_hold_single_hyphens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
