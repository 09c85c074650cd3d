// Records as rows: which columns a schema gives, and how values stand in CSV and in JSON tables.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/tabular.h"
#include "model/collection.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define RECORD_COLUMNS ",corpus,url,revision,created_at,updated_at"

struct row {
    const char *sentence;
    const char *schema;
    const char *names; // divided by `,`; NULL for all
    const char *record;
    const char *expected;
};

static json_t *names_of(const char *text)
{
    if (!text)
        return NULL;
    json_t *names = json_array();
    for (;;) {
        size_t length = strcspn(text, ",");
        json_array_append_new(names, json_stringn(text, length));
        if (!text[length])
            return names;
        text += length + 1;
    }
}

// The table of ROW; the names are gone when it is used.
static struct tabular *table_of(const struct openapi *spec, const struct row *row)
{
    AUTO(json) json_t *names = names_of(row->names);
    struct tabular *tabular = tabular_new(spec, row->schema, names, false);
    if (!tabular)
        fail_msg("%s: there is no table of %s", row->sentence, row->schema);
    return tabular;
}

static json_t *record_of(const struct row *row)
{
    json_error_t error;
    json_t *record = json_loads(row->record, 0, &error);
    if (!record)
        fail_msg("%s: %s", row->sentence, error.text);
    return record;
}

static void expect(const struct row *row, struct buffer *out)
{
    assert_false(out->failed);
    if (strcmp(buffer_text(out), row->expected) != 0)
        fail_msg("%s:\n  %s\nis not\n  %s", row->sentence, buffer_text(out), row->expected);
}

#define THEME_COLUMNS                                                                              \
    "id,title,kind,description,citations_reference,citations_via,citations_locator,"               \
    "citations_stance,citations_supports,notes_code,notes_weight,notes_text,notes_printed,notes_"  \
    "related,"                                                                                     \
    "type" RECORD_COLUMNS

static const struct row headers[] = {
    {"an event", "Event", NULL, NULL,
     "id,title,summary,nature,kind,era,trend,status,date_edtf,date_basis,date_extent,actors,actors_"
     "name,actors_role,"
     "themes,figures_measure,figures_group,figures_value,figures_unit,figures_qualifier,figures_"
     "label,relations_type,"
     "relations_target,relations_note,citations_reference,citations_via,citations_locator,"
     "citations_stance,citations_supports,notes_code,notes_weight,notes_text,notes_printed,notes_"
     "related,type,"
     "sides,date_start,date_end,date_precision,year,begin_earliest,begin_latest,end_earliest,"
     "end_latest,"
     "incoming_relations_type,incoming_relations_source" RECORD_COLUMNS "\r\n"},
    {"a theme that was not searched for has no score", "Theme", NULL, NULL, THEME_COLUMNS "\r\n"},
    {"the score can be asked for", "Theme", "id,score", NULL, "id,score\r\n"},
    {"a hit has no column for its highlights", "Hit", NULL, NULL,
     "type,id,url,title,kind,era,date_edtf,date_start,date_end,date_precision,year,score\r\n"},
    {"a change", "Change", NULL, NULL,
     "revision,change,type,id,url,version,fields,differences_field,differences_old,differences_new,"
     "time,release,editor,reason,replaced_by\r\n"},
    {"names choose and order the columns", "Event", "year,id", NULL, "year,id\r\n"},
    {"a list of objects comes with all its columns", "Event", "actors,id", NULL,
     "actors,actors_name,actors_role,id\r\n"},
    {"a name counts once", "Event", "id,year,id", NULL, "id,year\r\n"},
    {"a name that the schema does not have is passed over", "Event", "id,nothing,year", NULL,
     "id,year\r\n"},
    {"an object is a column where it is asked for", "Reference", "csl,id", NULL, "csl,id\r\n"},
    {"no columns", "Event", "nothing", NULL, "\r\n"},
};

static void columns_follow_the_schema(void **state)
{
    for (size_t i = 0; i < COUNT(headers); i++) {
        AUTO(buffer) struct buffer out = {0};
        AUTO(tabular) struct tabular *tabular = table_of(*state, &headers[i]);
        tabular_csv_header(tabular, &out);
        expect(&headers[i], &out);
    }
}

static void answers_to_words_have_a_score(void **state)
{
    AUTO(buffer) struct buffer out = {0};
    AUTO(tabular) struct tabular *tabular = tabular_new(*state, "Theme", NULL, true);
    assert_non_null(tabular);
    tabular_csv_header(tabular, &out);
    assert_string_equal(buffer_text(&out), THEME_COLUMNS ",score\r\n");
}

// What two properties of one schema flatten to must not meet.
static void names_of_columns_differ(void **state)
{
    const char *const schemas[] = {"Event",     "AidFigure", "Actor", "Reference",
                                   "EraRecord", "Theme",     "Hit",   "Change"};
    for (size_t i = 0; i < COUNT(schemas); i++) {
        AUTO(json) json_t *seen = json_object();
        AUTO(buffer) struct buffer out = {0};
        AUTO(tabular) struct tabular *tabular = tabular_new(*state, schemas[i], NULL, true);
        assert_non_null(tabular);
        tabular_csv_header(tabular, &out);
        char *rest = NULL, *line = buffer_take(&out, NULL);
        for (char *name = strtok_r(line, ",\r\n", &rest); name;
             name = strtok_r(NULL, ",\r\n", &rest)) {
            if (json_object_get(seen, name))
                fail_msg("%s has two columns %s", schemas[i], name);
            json_object_set_new(seen, name, json_true());
        }
        free(line);
    }
}

static void every_collection_has_a_table(void **state)
{
    for (size_t i = 0; i < COLLECTION_COUNT; i++) {
        AUTO(tabular)
        struct tabular *tabular = tabular_new(*state, collections[i].served_schema, NULL, false);
        assert_non_null(tabular);
    }
}

static void an_unknown_schema_has_no_table(void **state)
{
    assert_null(tabular_new(*state, "Nothing", NULL, false));
    tabular_free(NULL);
}

#define TITLE(text) "{\"title\":\"" text "\"}"
#define ALIASES(items) "{\"aliases\":[" items "]}"

static const struct row lines[] = {
    {"plain text", "Event", "title", TITLE("Pressler"), "Pressler\r\n"},
    {"text is UTF-8", "Event", "title", TITLE("§4 \\u00e9 \\ud83d\\ude00"), "§4 é 😀\r\n"},
    {"a comma is quoted", "Event", "title", TITLE("a, b"), "\"a, b\"\r\n"},
    {"a quote is doubled", "Event", "title", TITLE("a \\\"b\\\""), "\"a \"\"b\"\"\"\r\n"},
    {"nothing but quotes", "Event", "title", TITLE("\\\"\\\""), "\"\"\"\"\"\"\r\n"},
    {"an end of line is quoted", "Event", "title", TITLE("a\\r\\nb"), "\"a\r\nb\"\r\n"},
    {"a lone CR is quoted", "Event", "title", TITLE("a\\rb"), "\"a\rb\"\r\n"},
    {"a semicolon in a text stays", "Event", "title", TITLE("a; b"), "a; b\r\n"},
    {"a space before is quoted", "Event", "title", TITLE(" a"), "\" a\"\r\n"},
    {"a space behind is quoted", "Event", "title", TITLE("a "), "\"a \"\r\n"},
    {"a space alone is quoted", "Event", "title", TITLE(" "), "\" \"\r\n"},
    {"= is guarded", "Event", "title", TITLE("=1+1"), "'=1+1\r\n"},
    {"+ is guarded", "Event", "title", TITLE("+1"), "'+1\r\n"},
    {"- is guarded", "Event", "title", TITLE("-1"), "'-1\r\n"},
    {"@ is guarded", "Event", "title", TITLE("@a"), "'@a\r\n"},
    {"a full-width = is guarded", "Event", "title", TITLE("＝1+1"), "'＝1+1\r\n"},
    {"a full-width + is guarded", "Event", "title", TITLE("＋1"), "'＋1\r\n"},
    {"a full-width - is guarded", "Event", "title", TITLE("－1"), "'－1\r\n"},
    {"a full-width @ is guarded", "Event", "title", TITLE("＠a"), "'＠a\r\n"},
    {"other full-width signs are not", "Event", "title", TITLE("＃1"), "＃1\r\n"},
    {"a tab is guarded", "Event", "title", TITLE("\\t=1"), "'\t=1\r\n"},
    {"CR is guarded, in quotes", "Event", "title", TITLE("\\r=1"), "\"'\r=1\"\r\n"},
    {"LF is guarded, in quotes", "Event", "title", TITLE("\\n=1"), "\"'\n=1\"\r\n"},
    {"a quoted formula is guarded", "Event", "title", TITLE("=A(1,\\\"x\\\")"),
     "\"'=A(1,\"\"x\"\")\"\r\n"},
    {"a quote before a formula is no formula", "Event", "title", TITLE("\\\"=1"), "\"\"\"=1\"\r\n"},
    {"a formula behind the start is none", "Event", "title", TITLE("a=1"), "a=1\r\n"},
    {"an apostrophe stays", "Event", "title", TITLE("'=1"), "'=1\r\n"},
    {"missing is empty", "Event", "id,trend,year", "{\"id\":\"a\"}", "a,,\r\n"},
    {"null is empty", "Event", "id,trend,year", "{\"id\":\"a\",\"trend\":null,\"year\":null}",
     "a,,\r\n"},
    {"an only empty cell is quoted", "Event", "trend", "{\"trend\":null}", "\"\"\r\n"},
    {"an integer", "AidFigure", "amount_usd", "{\"amount_usd\":9007199254740991}",
     "9007199254740991\r\n"},
    {"a negative number is not guarded", "Figure", "value", "{\"value\":-2}", "-2\r\n"},
    {"a fraction", "Figure", "value", "{\"value\":32.5}", "32.5\r\n"},
    {"a whole number that came as a fraction", "Figure", "value", "{\"value\":35000.0}",
     "35000\r\n"},
    {"booleans", "CslDate", "circa,season", "{\"circa\":true,\"season\":1}", "true,1\r\n"},
    {"a boolean that is false", "Facet", "truncated", "{\"truncated\":false}", "false\r\n"},
    {"a list is joined", "Actor", "aliases", ALIASES("\"a\",\"b\""), "a;b\r\n"},
    {"a list of one", "Actor", "aliases", ALIASES("\"a\""), "a\r\n"},
    {"an empty list", "Actor", "id,aliases", "{\"id\":\"a\",\"aliases\":[]}", "a,\r\n"},
    {"a semicolon in a list is escaped", "Actor", "aliases", ALIASES("\"a;b\",\"c\""),
     "a\\;b;c\r\n"},
    {"a backslash in a list is escaped", "Actor", "aliases", ALIASES("\"a\\\\\",\"c\""),
     "a\\\\;c\r\n"},
    {"a list that begins like a formula is guarded", "Actor", "aliases", ALIASES("\"-a\",\"b\""),
     "'-a;b\r\n"},
    {"a list of numbers is not guarded", "Event", "figures",
     "{\"figures\":[{\"measure\":\"other\",\"group\":null,\"value\":-1,\"unit\":null,"
     "\"qualifier\":\"about\",\"label\":\"-x\"},"
     "{\"measure\":\"killed\",\"group\":\"a\",\"value\":2.5,\"unit\":null,"
     "\"qualifier\":\"about\",\"label\":null}]}",
     "other;killed,;a,-1;2.5,;,about;about,'-x;\r\n"},
    {"objects are joined by key", "Event", "actors",
     "{\"actors\":[{\"id\":\"a\",\"name\":\"A; B\",\"role\":\"actor\"},"
     "{\"id\":\"c\",\"name\":\"C\",\"role\":\"target\"}]}",
     "a;c,A\\; B;C,actor;target\r\n"},
    {"no objects leave every column empty", "Event", "actors", "{\"actors\":[]}", ",,\r\n"},
    {"lists in objects are joined by commas", "Event", "citations",
     "{\"citations\":[{\"reference\":\"a\",\"via\":null,\"locator\":\"§4\",\"stance\":\"asserts\","
     "\"supports\":[\"title\",\"year\"]},{\"reference\":\"b\",\"via\":\"c\",\"locator\":\"§5\","
     "\"stance\":\"denies\",\"supports\":[]}]}",
     "a;b,;c,§4;§5,asserts;denies,\"title,year;\"\r\n"},
    {"lists in lists too", "CslDate", "date-parts", "{\"date-parts\":[[2001,9],[2002]]}",
     "\"2001,9;2002\"\r\n"},
    {"an object is canonical JSON where it is asked for", "Event", "counts",
     "{\"counts\":{\"b\":1,\"a\":2}}", "\"{\"\"a\"\":2,\"\"b\"\":1}\"\r\n"},
};

static void values_stand_as_rfc_4180_says(void **state)
{
    for (size_t i = 0; i < COUNT(lines); i++) {
        AUTO(buffer) struct buffer out = {0};
        AUTO(tabular) struct tabular *tabular = table_of(*state, &lines[i]);
        AUTO(json) json_t *record = record_of(&lines[i]);
        tabular_csv_row(tabular, record, &out);
        expect(&lines[i], &out);
    }
}

static void the_byte_order_mark_is_that_of_utf_8(void **state)
{
    (void)state;
    AUTO(buffer) struct buffer out = {0};
    tabular_csv_bom(&out);
    assert_string_equal(buffer_text(&out), "\xef\xbb\xbf");
}

#define VERSION ",\"pandas_version\":\"1.4.0\"}"
#define KEYED ",\"primaryKey\":[\"id\"]" VERSION
#define FIELD(name, type) "{\"name\":\"" name "\",\"type\":\"" type "\"}"
#define DESCRIBED(name, type, text)                                                                \
    "{\"name\":\"" name "\",\"type\":\"" type "\",\"description\":\"" text "\"}"
#define ID DESCRIBED("id", "string", "A readable slug that never changes")
#define TITLE_FIELD DESCRIBED("title", "string", "The event in a few words")

#define REMOVED(name) DESCRIBED(name, "string", "Why records of earlier releases were removed")

static const struct row schemas[] = {
    {"an id is the key", "Event", "id,title", NULL, "{\"fields\":[" ID "," TITLE_FIELD "]" KEYED},
    {"no key without the id", "Event", "title", NULL, "{\"fields\":[" TITLE_FIELD "]" VERSION},
    {"hits are of many types: no key", "Hit", "id,score", NULL,
     "{\"fields\":[" ID "," FIELD("score", "integer") "]" VERSION},
    {"an integer that may be null is a number", "Event", "year", NULL,
     "{\"fields\":[" DESCRIBED("year", "number", "The year of `date_start`") "]" VERSION},
    {"an integer that may be missing is a number", "CslDate", "season", NULL,
     "{\"fields\":[" FIELD("season", "number") "]" VERSION},
    {"an integer that is always there is one", "AidFigure", "amount_usd", NULL,
     "{\"fields\":[" DESCRIBED(
         "amount_usd", "integer",
         "Whole United States dollars, as the source prints them") "]" VERSION},
    {"a branch may tell what is required", "Event", "revision", NULL,
     "{\"fields\":[" DESCRIBED("revision", "integer",
                               "The revision of the dataset that made this version") "]" VERSION},
    {"a number", "Figure", "value", NULL,
     "{\"fields\":[" DESCRIBED("value", "number", "The number") "]" VERSION},
    {"a boolean", "Facet", "truncated", NULL,
     "{\"fields\":[" FIELD("truncated", "boolean") "]" VERSION},
    {"a boolean that may be missing", "CslDate", "circa", NULL,
     "{\"fields\":[" FIELD("circa", "any") "]" VERSION},
    {"a full stamp is a datetime", "Change", "time", NULL,
     "{\"fields\":[{\"name\":\"time\",\"type\":\"datetime\",\"tz\":\"UTC\"}]" VERSION},
    {"a day is a string", "Event", "date_start", NULL,
     "{\"fields\":[" DESCRIBED("date_start", "string",
                               "The first day that its date allows; null where the beginning is "
                               "open, or without a date") "]" VERSION},
    {"EDTF is a string", "EraRecord", "span_edtf", NULL,
     "{\"fields\":[" DESCRIBED(
         "span_edtf", "string",
         "A date or interval of ISO 8601-2 (EDTF) level 1, or one of a set") "]" VERSION},
    {"a constant is of its own type", "Event", "type", NULL,
     "{\"fields\":[" DESCRIBED("type", "string", "The kind of the record") "]" VERSION},
    {"keys of listed objects are described by themselves, else by the list", "ReleaseWrite",
     "removed", NULL,
     "{\"fields\":[" DESCRIBED("removed_collection", "string", "A collection of records") "," DESCRIBED(
         "removed", "string",
         "A readable slug that never changes") "," REMOVED("removed_reason") "," DESCRIBED("removed"
                                                                                           "_replac"
                                                                                           "ed_by",
                                                                                           "string",
                                                                                           "An id, "
                                                                                           "or "
                                                                                           "null") "]" VERSION},
    {"a list of numbers is a string", "CslDate", "date-parts", NULL,
     "{\"fields\":[" FIELD("date-parts", "string") "]" VERSION},
    {"no columns", "Event", "nothing", NULL, "{\"fields\":[]" VERSION},
};

static void table_schemas_tell_the_types(void **state)
{
    for (size_t i = 0; i < COUNT(schemas); i++) {
        AUTO(buffer) struct buffer out = {0};
        AUTO(tabular) struct tabular *tabular = table_of(*state, &schemas[i]);
        tabular_schema_write(tabular, &out);
        expect(&schemas[i], &out);
    }
}

static const struct row objects[] = {
    {"texts are not guarded", "Event", "title", TITLE("=1;\\\"\\n"),
     "{\"title\":\"=1;\\\"\\n\"},{\"title\":\"=1;\\\"\\n\"}"},
    {"missing is null", "Event", "id,year", "{\"id\":\"a\"}",
     "{\"id\":\"a\",\"year\":null},{\"id\":\"a\",\"year\":null}"},
    {"an empty list is not missing", "Actor", "aliases", ALIASES(""),
     "{\"aliases\":\"\"},{\"aliases\":\"\"}"},
    {"numbers and booleans are themselves", "CslDate", "season,circa",
     "{\"season\":2,\"circa\":false}",
     "{\"season\":2,\"circa\":false},{\"season\":2,\"circa\":false}"},
    {"a list of one number is text", "CslDate", "date-parts", "{\"date-parts\":[[1]]}",
     "{\"date-parts\":\"1\"},{\"date-parts\":\"1\"}"},
    {"no columns", "Event", "nothing", "{\"id\":\"a\"}", "{},{}"},
};

static void rows_of_tables_are_objects(void **state)
{
    for (size_t i = 0; i < COUNT(objects); i++) {
        AUTO(buffer) struct buffer out = {0};
        AUTO(tabular) struct tabular *tabular = table_of(*state, &objects[i]);
        AUTO(json) json_t *record = record_of(&objects[i]);
        tabular_table_row(tabular, record, true, &out);
        tabular_table_row(tabular, record, false, &out);
        expect(&objects[i], &out);
    }
}

static void a_table_opens_and_closes(void **state)
{
    AUTO(buffer) struct buffer out = {0};
    AUTO(json) json_t *names = json_pack("[s]", "title");
    AUTO(tabular) struct tabular *tabular = tabular_new(*state, "Event", names, false);
    assert_non_null(tabular);
    tabular_table_open(tabular, &out);
    tabular_table_close(&out);
    assert_string_equal(buffer_text(&out),
                        "{\"schema\":{\"fields\":[" TITLE_FIELD "]" VERSION ",\"data\":[]}");
}

static int spec_open(void **state)
{
    char fault[SPEC_FAULT_SIZE];
    *state = openapi_new(fault);
    if (!*state)
        print_error("%s\n", fault);
    return *state ? 0 : -1;
}

static int spec_close(void **state)
{
    openapi_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_follow_the_schema),
        cmocka_unit_test(answers_to_words_have_a_score),
        cmocka_unit_test(names_of_columns_differ),
        cmocka_unit_test(every_collection_has_a_table),
        cmocka_unit_test(an_unknown_schema_has_no_table),
        cmocka_unit_test(values_stand_as_rfc_4180_says),
        cmocka_unit_test(the_byte_order_mark_is_that_of_utf_8),
        cmocka_unit_test(table_schemas_tell_the_types),
        cmocka_unit_test(rows_of_tables_are_objects),
        cmocka_unit_test(a_table_opens_and_closes),
    };
    return cmocka_run_group_tests(tests, spec_open, spec_close);
}
