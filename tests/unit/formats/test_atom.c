// Atom from changes.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "formats/atom.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct feed feed = {.origin = "https://relata.example",
                                 .id = "urn:uuid:0",
                                 .title = "A < B",
                                 .author = "E & F",
                                 .updated = "2026-11-23T12:00:00Z",
                                 .licence = "https://licence.example/",
                                 .version = "1",
                                 .self = "/v1/changes?a=1&format=atom",
                                 .list = "/v1/changes"};

// The entry of a change whose title is TITLE and whose field `x` was OLD and is NEW, NULL for none.
static char *entry_of(const char *kind, const char *title, json_t *old, json_t *new)
{
    struct buffer out = {0};
    AUTO(json)
    json_t *change = json_pack("{ss ss ss ss ss? ss ss ss ss ss? s[{ss so so}]}", "urn",
                               "urn:uuid:1", "title", title, "change", kind, "url", "/v1/eras/e",
                               "version", strcmp(kind, "removed") ? "/v1/eras/e?as_of=1" : NULL,
                               "time", "2026-11-23T12:00:00Z", "editor", "E", "reason", "R", "type",
                               "era", "replaced_by", NULL, "differences", "field", "x", "old",
                               old ? old : json_null(), "new", new ? new : json_null());
    assert_non_null(change);
    atom_entry(&feed, change, &out);
    char *text = buffer_take(&out, NULL);
    assert_non_null(text);
    return text;
}

static void expect_within(const char *text, const char *expected)
{
    if (!strstr(text, expected))
        fail_msg("no %s\nin %s", expected, text);
}

static void texts_become_characters_that_xml_has(void **state)
{
    static const char *const texts[][2] = {
        {"a", "a"},
        {"a & b", "a &amp; b"},
        {"<b>\"'", "&lt;b&gt;&quot;'"},
        {"]]>", "]]&gt;"},
        {"a\tb\nc\rd", "a\tb\nc&#13;d"},
        {"\1\2\x1B\x1F", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"\x7F", "\x7F"},
        {"\xEF\xBF\xBE|\xEF\xBF\xBF|\xEF\xBF\xBD", "\xEF\xBF\xBD|\xEF\xBF\xBD|\xEF\xBF\xBD"},
        {"\xEF\xBF\xA1", "\xEF\xBF\xA1"},
        {"\xF0\x9F\x87\xB5", "\xF0\x9F\x87\xB5"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct buffer title = {0};
        buffer_add_format(&title, "<title>Added: %s</title>", texts[i][1]);
        AUTO(text) char *entry = entry_of("added", texts[i][0], NULL, NULL);
        expect_within(entry, buffer_text(&title));
        buffer_cleanup(&title);
    }
}

static void values_read_as_people_do(void **state)
{
    const struct {
        json_t *old, *new;
        const char *expected;
    } rows[] = {
        {NULL, json_string("a < b"), "<td><i>none</i></td><td>a &lt; b</td>"},
        {json_integer(1), json_pack("[ss]", "a", "b"),
         "<td>1</td><td>[&quot;a&quot;,&quot;b&quot;]</td>"},
        {json_true(), json_pack("{si}", "k", 2), "<td>true</td><td>{&quot;k&quot;:2}</td>"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        AUTO(text) char *entry = entry_of("changed", "T", rows[i].old, rows[i].new);
        expect_within(entry, rows[i].expected);
    }
}

static void what_was_removed_leads_to_its_history(void **state)
{
    (void)state;
    AUTO(text) char *changed = entry_of("changed", "T", NULL, NULL);
    AUTO(text) char *removed = entry_of("removed", "T", NULL, NULL);
    expect_within(changed,
                  "<link rel=\"alternate\" href=\"https://relata.example/v1/eras/e?as_of=1\"/>");
    expect_within(removed,
                  "<link rel=\"alternate\" href=\"https://relata.example/v1/eras/e/revisions\"/>");
}

static void a_feed_has_the_links_that_there_are(void **state)
{
    (void)state;
    AUTO(buffer) struct buffer out = {0};
    struct feed paged = feed;
    paged.next = "/v1/changes?cursor=c";
    atom_open(&feed, &out);
    expect_within(buffer_text(&out), "<title>A &lt; B</title>");
    expect_within(buffer_text(&out),
                  "href=\"https://relata.example/v1/changes?a=1&amp;format=atom\"");
    assert_null(strstr(buffer_text(&out), "rel=\"next\""));
    buffer_clear(&out);
    atom_open(&paged, &out);
    expect_within(buffer_text(&out), "<link rel=\"next\" type=\"application/atom+xml\" "
                                     "href=\"https://relata.example/v1/changes?cursor=c\"/>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_become_characters_that_xml_has),
        cmocka_unit_test(values_read_as_people_do),
        cmocka_unit_test(what_was_removed_leads_to_its_history),
        cmocka_unit_test(a_feed_has_the_links_that_there_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
