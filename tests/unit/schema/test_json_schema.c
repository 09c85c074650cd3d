// Rows for every keyword of server/schema/json_schema.c: what is found where, what is refused, and
// what is said. In the rows ' stands for " in JSON.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/json_schema.h"
#include "schema/regex.h"

enum { TEXT_SIZE = 4096 };

static json_t *parse(const char *quoted)
{
    char text[TEXT_SIZE];
    json_error_t error;
    size_t length = strlen(quoted);
    assert_true(length < sizeof text);
    for (size_t i = 0; i <= length; i++)
        text[i] = quoted[i] == '\'' ? '"' : quoted[i];
    json_t *value = json_loads(text, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    if (!value)
        fail_msg("%s: %s", error.text, text);
    return value;
}

// "even" has an even number of bytes; "noted" is an annotation.
static bool even_valid(const char *text, const char **ret_detail)
{
    if (strlen(text) % 2 == 0)
        return true;
    if (*text == 'x')
        *ret_detail = "has an odd length";
    return false;
}

static const struct schema_format formats[] = {{"even", even_valid}, {"noted", NULL}, {NULL, NULL}};

// What a check reported, as "keyword@pointer keyword@pointer" and the details by themselves.
struct findings {
    char places[TEXT_SIZE];
    char details[TEXT_SIZE];
    char names[TEXT_SIZE];
    char expected[TEXT_SIZE];
    char found[TEXT_SIZE];
};

static void append(char *text, const char *separator, const char *first, const char *second,
                   const char *third)
{
    size_t used = strlen(text);
    snprintf(text + used, TEXT_SIZE - used, "%s%s%s%s", used > 0 ? separator : "", first, second,
             third);
}

static void append_json(char *text, const json_t *value)
{
    char *json = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
    for (char *at = json; at && *at; at++)
        *at = *at == '"' ? '\'' : *at;
    append(text, " ", json ? json : "-", "", "");
    free(json);
}

static void collect(void *context, const struct schema_finding *finding)
{
    struct findings *findings = context;
    json_t *detail = json_string(finding->detail);
    assert_non_null(detail); // is UTF-8
    json_decref(detail);
    append(findings->places, " ", finding->keyword, "@", finding->pointer);
    append(findings->details, "; ", finding->detail, "", "");
    append(findings->names, " ", finding->name ? finding->name : "-", "", "");
    append_json(findings->expected, finding->expected);
    append_json(findings->found, finding->found);
}

static size_t check(const char *document, const char *pointer, const char *instance,
                    struct findings *ret_findings)
{
    struct schema_fault fault;
    json_t *source = parse(document);
    json_t *value = parse(instance);
    struct schema_set *set = json_schema_set_new(source, formats);
    assert_non_null(set);
    const struct schema *schema = json_schema_set_compile(set, pointer, &fault);
    if (!schema)
        fail_msg("%s: %s: %s", document, fault.pointer, fault.detail);
    *ret_findings = (struct findings){.places = ""};
    size_t count = json_schema_check(schema, value, collect, ret_findings);
    assert_int_equal(count, json_schema_check(schema, value, NULL, NULL));
    json_schema_set_free(set);
    json_decref(source);
    json_decref(value);
    return count;
}

static void assert_text(const char *wanted, const char *got, const char *schema,
                        const char *instance)
{
    if (strcmp(wanted, got) != 0)
        fail_msg("%s on %s: \"%s\" instead of \"%s\"", schema, instance, got, wanted);
}

struct row {
    const char *schema;
    const char *instance;
    const char *places; // "" where the instance is valid
};

#define BASE                                                                                       \
    "'$defs':{'base':{'type':'object','properties':{'a':{'type':'integer'}}},"                     \
    "'wide':{'allOf':[{'$ref':'#/$defs/base'}],'properties':{'b':true}}}"
#define FORMS(keyword)                                                                             \
    "{'unevaluatedProperties':false,'" keyword "':[{'properties':{'a':{'const':1}}},"              \
    "{'properties':{'b':true},'required':['b']}]}"
#define TREE "{'type':'object','properties':{'kids':{'items':{'$ref':'#'}}},'required':['kids']}"

static const struct row rows[] = {
    // Boolean and empty schemas
    {"true", "1", ""},
    {"{}", "{'a':[null]}", ""},
    {"false", "1", "false@"},
    {"{'properties':{'a':false}}", "{'b':1}", ""},
    {"{'properties':{'a':false}}", "{'a':1}", "false@/a"},
    // type
    {"{'type':'null'}", "null", ""},
    {"{'type':'null'}", "false", "type@"},
    {"{'type':'boolean'}", "true", ""},
    {"{'type':'boolean'}", "0", "type@"},
    {"{'type':'string'}", "''", ""},
    {"{'type':'string'}", "[]", "type@"},
    {"{'type':'array'}", "[]", ""},
    {"{'type':'array'}", "{}", "type@"},
    {"{'type':'object'}", "{}", ""},
    {"{'type':'object'}", "null", "type@"},
    {"{'type':'integer'}", "1", ""},
    {"{'type':'integer'}", "1.0", ""},
    {"{'type':'integer'}", "1e300", ""},
    {"{'type':'integer'}", "1.5", "type@"},
    {"{'type':'number'}", "1", ""},
    {"{'type':'number'}", "1.5", ""},
    {"{'type':'number'}", "'1'", "type@"},
    {"{'type':['string','null']}", "null", ""},
    {"{'type':['string','null']}", "1", "type@"},
    {"{'type':['integer','number']}", "1.5", ""},
    // A value of the wrong type has no other finding
    {"{'type':'string','enum':['a'],'const':'a'}", "1", "type@"},
    // enum
    {"{'enum':['a','b',1,null,[1],{'a':1}]}", "'b'", ""},
    {"{'enum':['a','b',1,null,[1],{'a':1}]}", "1.0", ""},
    {"{'enum':['a','b',1,null,[1],{'a':1}]}", "[1.0]", ""},
    {"{'enum':['a','b',1,null,[1],{'a':1}]}", "{'a':1}", ""},
    {"{'enum':['a','b',1,null,[1],{'a':1}]}", "null", ""},
    {"{'enum':['a','b',1,null,[1],{'a':1}]}", "true", "enum@"},
    {"{'enum':['a','b',1,null,[1],{'a':1}]}", "'c'", "enum@"},
    {"{'enum':['a','b',1,null,[1],{'a':1}]}", "{'a':1,'b':1}", "enum@"},
    {"{'enum':['a','b']}", "1", "enum@"},
    {"{'enum':['a\\u0000b']}", "'a\\u0000b'", ""},
    {"{'enum':['a\\u0000b']}", "'a\\u0000c'", "enum@"},
    // const
    {"{'const':null}", "null", ""},
    {"{'const':null}", "false", "const@"},
    {"{'const':false}", "0", "const@"},
    {"{'const':1}", "1.0", ""},
    {"{'const':1}", "true", "const@"},
    {"{'const':{'a':1,'b':[2]}}", "{'b':[2.0],'a':1}", ""},
    {"{'const':{'a':1,'b':[2]}}", "{'b':[3],'a':1}", "const@"},
    {"{'const':9007199254740993}", "9007199254740992.0", "const@"},
    {"{'const':[1,2]}", "[2,1]", "const@"},
    {"{'const':'é'}", "'\\u00e9'", ""},
    // minimum, maximum, exclusiveMinimum, exclusiveMaximum
    {"{'minimum':1}", "1", ""},
    {"{'minimum':1}", "0.5", "minimum@"},
    {"{'minimum':1}", "'a'", ""},
    {"{'minimum':1.5}", "1", "minimum@"},
    {"{'minimum':1.5}", "2", ""},
    {"{'minimum':-0.5}", "-1", "minimum@"},
    {"{'minimum':-1e300}", "-9223372036854775808", ""},
    {"{'maximum':1}", "1.0", ""},
    {"{'maximum':1}", "2", "maximum@"},
    {"{'maximum':1e300}", "9223372036854775807", ""},
    {"{'maximum':9007199254740992.0}", "9007199254740993", "maximum@"},
    {"{'exclusiveMinimum':1}", "1", "exclusiveMinimum@"},
    {"{'exclusiveMinimum':1}", "1.5", ""},
    {"{'exclusiveMinimum':-1.5}", "-1", ""},
    {"{'exclusiveMaximum':1}", "1.0", "exclusiveMaximum@"},
    {"{'exclusiveMaximum':1.5}", "1", ""},
    {"{'minimum':3,'maximum':1}", "2", "minimum@ maximum@"},
    // minLength, maxLength: of characters
    {"{'minLength':2}", "'ab'", ""},
    {"{'minLength':2}", "'é'", "minLength@"},
    {"{'minLength':2}", "'\\ud83d\\ude00'", "minLength@"},
    {"{'minLength':2}", "[]", ""},
    {"{'maxLength':2}", "'éé'", ""},
    {"{'maxLength':2}", "'\\ud83d\\ude00\\ud83d\\ude00'", ""},
    {"{'maxLength':2}", "'abc'", "maxLength@"},
    {"{'maxLength':2.0}", "'abc'", "maxLength@"},
    {"{'maxLength':1}", "'\\u0000a'", "maxLength@"},
    // pattern
    {"{'pattern':'b'}", "'abc'", ""},
    {"{'pattern':'^b'}", "'abc'", "pattern@"},
    {"{'pattern':'^b'}", "1", ""},
    {"{'pattern':'^é.$'}", "'éé'", ""},
    {"{'pattern':'^a$'}", "'a\\n'", "pattern@"},
    {"{'pattern':'^a$'}", "'a\\u0000'", "pattern@"},
    // format
    {"{'format':'even'}", "'ab'", ""},
    {"{'format':'even'}", "'abc'", "format@"},
    {"{'format':'even'}", "'a\\u0000'", "format@"},
    {"{'format':'even'}", "1", ""},
    {"{'format':'noted'}", "'abc'", ""},
    // items, minItems, maxItems
    {"{'items':{'type':'integer'}}", "[1,2]", ""},
    {"{'items':{'type':'integer'}}", "[1,'a',null]", "type@/1 type@/2"},
    {"{'items':{'type':'integer'}}", "{'0':'a'}", ""},
    {"{'items':false}", "[]", ""},
    {"{'items':false}", "[1]", "false@/0"},
    {"{'items':{'items':{'type':'string'}}}", "[[],['a',1]]", "type@/1/1"},
    {"{'minItems':1}", "[1]", ""},
    {"{'minItems':1}", "[]", "minItems@"},
    {"{'maxItems':1}", "[1]", ""},
    {"{'maxItems':1}", "[1,2]", "maxItems@"},
    {"{'maxItems':1,'items':{'type':'null'}}", "[1,null]", "maxItems@ type@/0"},
    // uniqueItems
    {"{'uniqueItems':true}", "[1,2,'1',true,[1],{'a':1},null]", ""},
    {"{'uniqueItems':true}", "[1,2,1.0]", "uniqueItems@"},
    {"{'uniqueItems':true}", "[{'a':1,'b':2},{'b':2,'a':1}]", "uniqueItems@"},
    {"{'uniqueItems':true}", "[1,true,0,false,[1],[true]]", ""},
    {"{'uniqueItems':false}", "[1,1]", ""},
    {"{'uniqueItems':true}", "{'a':1,'b':1}", ""},
    {"{'uniqueItems':true}", "[1,2,3,4,5,6,7,8,9,10,11,12,1.5,true,false,null,'1',[1],[[1]]]", ""},
    {"{'uniqueItems':true}", "[1,2,3,4,5,6,7,8,9,10,11,12,10.0]", "uniqueItems@"},
    {"{'uniqueItems':true}", "[0,1,2,3,4,5,6,7,8,-0.0]", "uniqueItems@"},
    {"{'uniqueItems':true}", "[1,2,3,4,5,6,7,8,1e19,1e19]", "uniqueItems@"},
    {"{'uniqueItems':true}", "[1,2,3,4,5,6,7,{'a':[1],'b':0.5},8,{'b':0.5,'a':[1.0]}]",
     "uniqueItems@"},
    {"{'uniqueItems':true}", "[1,2,3,4,5,6,7,{'a':1,'b':2},8,{'b':1,'a':2},[1,2],[2,1]]", ""},
    // properties, required
    {"{'properties':{'a':{'type':'null'}}}", "{'a':null,'b':1}", ""},
    {"{'properties':{'a':{'type':'null'},'b':{'type':'null'}}}", "{'a':1,'b':2}",
     "type@/a type@/b"},
    {"{'properties':{'a':{'type':'null'}}}", "['a']", ""},
    {"{'required':['a','b']}", "{'a':null,'b':null}", ""},
    {"{'required':['a','b','c']}", "{'b':1}", "required@ required@"},
    {"{'required':['a']}", "[]", ""},
    {"{'required':[]}", "{}", ""},
    {"{'required':['b','a'],'properties':{'a':{'type':'null'}}}", "{'a':1}", "type@/a required@"},
    {"{'required':['a'],'properties':{'b':{'type':'null'}}}", "{'b':1}", "type@/b required@"},
    {"{'minProperties':1}", "{}", "minProperties@"},
    {"{'minProperties':1}", "{'a':1}", ""},
    {"{'maxProperties':1}", "{'a':1,'b':1}", "maxProperties@"},
    {"{'maxProperties':1}", "{'a':1}", ""},
    // additionalProperties
    {"{'properties':{'a':true},'additionalProperties':false}", "{'a':1}", ""},
    {"{'properties':{'a':true},'additionalProperties':false}", "{'a':1,'b':1,'c':1}",
     "additionalProperties@/b additionalProperties@/c"},
    {"{'additionalProperties':false}", "{'a':1}", "additionalProperties@/a"},
    {"{'additionalProperties':{'type':'null'}}", "{'a':null,'b':1}", "type@/b"},
    {"{'additionalProperties':true}", "{'a':1}", ""},
    {"{'required':['a'],'additionalProperties':false}", "{'a':1}", "additionalProperties@/a"},
    {"{'allOf':[{'properties':{'a':true}}],'additionalProperties':false}", "{'a':1}",
     "additionalProperties@/a"},
    // unevaluatedProperties
    {"{'unevaluatedProperties':false}", "{'a':1}", "unevaluatedProperties@/a"},
    {"{'unevaluatedProperties':false}", "{}", ""},
    {"{'unevaluatedProperties':false}", "['a']", ""},
    {"{'unevaluatedProperties':true}", "{'a':1}", ""},
    {"{'unevaluatedProperties':{'type':'null'}}", "{'a':null,'b':1}", "type@/b"},
    {"{'properties':{'a':true},'unevaluatedProperties':false}", "{'a':1,'b':1}",
     "unevaluatedProperties@/b"},
    {"{'required':['a'],'unevaluatedProperties':false}", "{'a':1}", "unevaluatedProperties@/a"},
    {"{'additionalProperties':true,'unevaluatedProperties':false}", "{'a':1}", ""},
    {"{'allOf':[{'$ref':'#/$defs/base'}],'unevaluatedProperties':false," BASE "}", "{'a':1}", ""},
    {"{'allOf':[{'$ref':'#/$defs/base'}],'unevaluatedProperties':false," BASE "}",
     "{'a':'1','b':2}", "unevaluatedProperties@/b type@/a"},
    {"{'$ref':'#/$defs/base','unevaluatedProperties':false," BASE "}", "{'a':1,'b':1}",
     "unevaluatedProperties@/b"},
    {"{'allOf':[{'$ref':'#/$defs/wide'}],'properties':{'c':true},"
     "'unevaluatedProperties':false," BASE "}",
     "{'a':1,'b':2,'c':3,'d':4}", "unevaluatedProperties@/d"},
    {"{'allOf':[{'additionalProperties':true}],'unevaluatedProperties':false}", "{'a':1}", ""},
    {"{'allOf':[{'unevaluatedProperties':true}],'unevaluatedProperties':false}", "{'a':1}", ""},
    {"{'allOf':[{'unevaluatedProperties':false}],'properties':{'a':true}}", "{'a':1}",
     "unevaluatedProperties@/a"},
    {"{'not':{'not':{'properties':{'a':true}}},'unevaluatedProperties':false}", "{'a':1}",
     "unevaluatedProperties@/a"},
    {"{'properties':{'x':{'properties':{'a':true}}},'unevaluatedProperties':false}",
     "{'x':{'a':1,'b':1},'a':1}", "unevaluatedProperties@/a"},
    {"{'allOf':[{'$ref':'#/$defs/wide'},{'$ref':'#/$defs/base'}],"
     "'unevaluatedProperties':false," BASE "}",
     "{'a':1,'b':2,'c':3}", "unevaluatedProperties@/c"},
    {FORMS("anyOf"), "{'a':1}", ""},
    {FORMS("anyOf"), "{'a':1,'b':2}", ""},
    {FORMS("anyOf"), "{'a':2,'b':2}", "unevaluatedProperties@/a"},
    {FORMS("anyOf"), "{'a':1,'c':2}", "unevaluatedProperties@/c"},
    {FORMS("oneOf"), "{'a':1}", ""},
    {FORMS("oneOf"), "{'b':1,'a':2}", "unevaluatedProperties@/a"},
    // allOf, anyOf, oneOf, not
    {"{'allOf':[{'minimum':1},{'maximum':3}]}", "2", ""},
    {"{'allOf':[{'minimum':5},{'maximum':3}]}", "4", "minimum@ maximum@"},
    {"{'allOf':[true,false]}", "4", "false@"},
    {"{'anyOf':[{'type':'string'},{'minimum':2}]}", "2", ""},
    {"{'anyOf':[{'type':'string'},{'minimum':2}]}", "'a'", ""},
    {"{'anyOf':[{'type':'string'},{'type':'null'}]}", "1", "anyOf@"},
    {"{'anyOf':[{'minimum':3},{'maximum':1}]}", "2", "anyOf@"},
    {"{'anyOf':[{'type':'object','required':['a','b']},{'type':'null'}]}", "{}",
     "required@ required@"},
    {"{'anyOf':[{'$ref':'#/$defs/a'},{'type':'null'}],'$defs':{'a':{'type':'string',"
     "'minLength':1}}}",
     "''", "minLength@"},
    {"{'anyOf':[{'allOf':[{'type':'string'},{'maxLength':1}]},{'enum':[1,2]}]}", "3", "enum@"},
    {"{'anyOf':[{'const':'a'},{'enum':[1,2]}]}", "'b'", "const@"},
    {"{'anyOf':[{'const':1},{'type':'string'}]}", "1.0", ""},
    {"{'anyOf':[{'const':null},{'enum':[true,1.5]}]}", "1.5", ""},
    {"{'anyOf':[{'const':null},{'enum':[true,1.5]}]}", "null", ""},
    {"{'anyOf':[false,false]}", "1", "anyOf@"},
    {"{'oneOf':[{'minimum':3},{'maximum':1}]}", "4", ""},
    {"{'oneOf':[{'minimum':1},{'maximum':3}]}", "2", "oneOf@"},
    {"{'oneOf':[{'minimum':3},{'maximum':1}]}", "2", "oneOf@"},
    {"{'oneOf':[true,true,true]}", "1", "oneOf@"},
    {"{'oneOf':[{'type':'string'},{'type':'null'}]}", "null", ""},
    {"{'not':{'type':'string'}}", "1", ""},
    {"{'not':{'type':'string'}}", "'a'", "not@"},
    {"{'not':{'required':['a','b']}}", "{'a':1}", ""},
    {"{'properties':{'a':{'not':{}}}}", "{'a':1}", "not@/a"},
    {"{'not':{'not':{'type':'string'}}}", "1", "not@"},
    // $ref
    {TREE, "{'kids':[{'kids':[]},{'kids':[{}]}]}", "required@/kids/1/kids/0"},
    {"{'$ref':'#/$defs/a','minimum':3,'$defs':{'a':{'type':'integer'}}}", "2", "minimum@"},
    {"{'$ref':'#/$defs/a~1b~0c%25','$defs':{'a/b~c%':{'type':'null'}}}", "2", "type@"},
    {"{'$ref':'#/allOf/1','allOf':[true,{'type':'null'}]}", "2", "type@ type@"},
    {"{'$ref':'#/$defs/','$defs':{'':{'type':'null'}}}", "2", "type@"},
    {"{'$ref':'#/$defs/t','$defs':{'t':true}}", "2", ""},
    {"{'properties':{'$ref':{'type':'null'}}}", "{'$ref':1}", "type@/$ref"},
    // Annotations, and keywords as names of properties
    {"{'title':1,'description':2,'default':3,'examples':4,'example':5,'deprecated':6,'"
     "discriminator':{},'readOnly':7,"
     "'writeOnly':8,'$comment':9,'$defs':{'a':{'if':true}},'contentMediaType':10,'x-a':11}",
     "1", ""},
    {"{'properties':{'if':{'type':'null'}}}", "{'if':1}", "type@/if"},
    // Pointers, RFC 6901
    {"{'additionalProperties':{'type':'null'}}",
     "{'a/b':1,'m~n':1,'':1,' ':1,'é\\\\':1,'~1':1,'0':1}",
     "type@/a~1b type@/m~0n type@/ type@/  type@/é\\ type@/~01 type@/0"},
    {"{'items':{'additionalProperties':false}}", "[{},{},{},{},{},{},{},{},{},{},{'a':1}]",
     "additionalProperties@/10/a"},
};

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct findings findings;
        size_t count = check(rows[i].schema, "", rows[i].instance, &findings);
        assert_text(rows[i].places, findings.places, rows[i].schema, rows[i].instance);
        assert_int_equal(count == 0, *rows[i].places == '\0');
    }
}

#define FIFTY "12345678901234567890123456789012345678901234567890"

static const struct row detail_rows[] = {
    {"{'type':['string','null']}", "1", "must be a string or null, not a whole number"},
    {"{'type':['string','number','null']}", "true",
     "must be a string, a number or null, not true or false"},
    {"{'type':'integer'}", "1.5", "must be a whole number, not a fraction"},
    {"{'anyOf':[{'type':'string'},{'type':'null'}]}", "1",
     "must be a string or null, not a whole number"},
    {"{'anyOf':[{'minimum':3},{'maximum':1}]}", "2", "fits none of the 2 forms that are allowed"},
    {"{'oneOf':[{'minimum':1},{'maximum':3}]}", "2", "fits more than one of the 2 forms there are"},
    {"{'enum':['a','é',1,null]}", "2", "must be one of 'a', 'é', 1, null"},
    {"{'const':{'a':1}}", "2", "must be {'a':1}"},
    {"{'const':'" FIFTY FIFTY FIFTY FIFTY "'}", "2", "must be …"},
    {"{'minimum':1.5}", "1", "must not be less than 1.5"},
    {"{'maximum':1}", "2", "must not be more than 1"},
    {"{'exclusiveMinimum':1}", "1", "must be more than 1"},
    {"{'exclusiveMaximum':1}", "1", "must be less than 1"},
    {"{'minLength':2}", "'é'", "has 1 character(s); the minimum is 2"},
    {"{'maxItems':1}", "[1,2]", "has 2 item(s); the maximum is 1"},
    {"{'minProperties':1}", "{}", "must not be empty"},
    {"{'uniqueItems':true}", "[1,2,1]", "the items 0 and 2 are equal"},
    {"{'uniqueItems':true}", "[0,1,2,3,4,5,6,7,8,9,5]", "the items 5 and 10 are equal"},
    {"{'pattern':'^a$'}", "'b'", "does not match the pattern ^a$"},
    {"{'format':'even'}", "'abc'", "is not a valid even"},
    {"{'format':'even'}", "'xbc'", "has an odd length"},
    {"{'format':'even'}", "'a\\u0000'", "has a NUL character"},
    {"{'required':['a']}", "{}", "has no a, which is required"},
    {"{'additionalProperties':false}", "{'a':1}", "is not a known property"},
    {"{'not':{}}", "{'a':1}", "has a form that is not allowed"},
    {"false", "1", "is not allowed here"},
};

static void test_details(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof detail_rows / sizeof *detail_rows; i++) {
        struct findings findings;
        check(detail_rows[i].schema, "", detail_rows[i].instance, &findings);
        for (char *at = findings.details; *at; at++)
            *at = *at == '"' ? '\'' : *at;
        assert_text(detail_rows[i].places, findings.details, detail_rows[i].schema,
                    detail_rows[i].instance);
    }
}

static void test_what_a_finding_gives(void **state)
{
    struct findings findings;
    (void)state;
    check("{'properties':{'a':{'enum':['x']}},'additionalProperties':false,'required':['c']}", "",
          "{'a':'y','b':2}", &findings);
    assert_string_equal(findings.places, "enum@/a additionalProperties@/b required@");
    assert_string_equal(findings.names, "- b c");
    assert_string_equal(findings.expected, "['x'] {'a':{'enum':['x']}} ['c']");
    assert_string_equal(findings.found, "'y' 2 {'a':'y','b':2}");
    check("{'allOf':[{'$ref':'#/$defs/wide'}],'anyOf':[{'properties':{'d':false}}],"
          "'properties':{'c':true},'unevaluatedProperties':false," BASE "}",
          "", "{'z':1}", &findings);
    assert_string_equal(findings.places, "unevaluatedProperties@/z");
    assert_string_equal(findings.names, "z");
    assert_string_equal(findings.expected, "{'c':true,'b':true,'a':{'type':'integer'},'d':false}");
}

static void test_long_texts_are_cut_between_characters(void **state)
{
    char schema[TEXT_SIZE] = "{'enum':[";
    struct findings findings;
    (void)state;
    for (int i = 0; i < 100; i++)
        append(schema, i > 0 ? "," : "", "'ééé'", "", "");
    append(schema, "", "]}", "", "");
    check(schema, "", "1", &findings);
    assert_non_null(strstr(findings.details, " and 85 more"));
    for (int shift = 0; shift < 2; shift++) {
        snprintf(schema, sizeof schema, "%s", shift ? "{'required':['x" : "{'required':['");
        for (int i = 0; i < 400; i++)
            append(schema, "", "é", "", "");
        append(schema, "", "']}", "", "");
        check(schema, "", "{}", &findings); // collect() asserts that the detail is UTF-8
    }
}

// What is refused when it is compiled, with the pointer and the start of the detail.
struct refusal {
    const char *document;
    const char *pointer;
    const char *fault;
    const char *detail;
};

static const struct refusal refusals[] = {
    {"{'if':true}", "", "/if", "the keyword if is not supported"},
    {"{'properties':{'a/b':{'items':{'prefixItems':[]}}}}", "",
     "/properties/a~1b/items/prefixItems", "the keyword prefixItems is not supported"},
    {"{'s':{'Type':'string'}}", "/s", "/s/Type", "the keyword Type is not supported"},
    {"{'$ref':'#/$defs/a','$defs':{'a':{'allOf':[true,{'multipleOf':2}]}}}", "",
     "/$defs/a/allOf/1/multipleOf", "the keyword multipleOf is not supported"},
    {"{'nullable':true}", "", "/nullable", "the keyword nullable is not supported"},
    {"{'xml':{}}", "", "/xml", "the keyword xml is not supported"},
    {"{'a~/b':1}", "", "/a~0~1b", "the keyword a~/b is not supported"},
    {"{}", "/a", "/a", "there is nothing at the pointer"},
    {"{}", "a", "a", "there is nothing at the pointer"},
    {"{'a':1}", "/a", "/a", "a schema must be an object or a boolean"},
    {"[]", "", "", "a schema must be an object or a boolean"},
    {"{'not':1}", "", "/not", "a schema must be an object or a boolean"},
    {"{'properties':{'a':[]}}", "", "/properties/a", "a schema must be an object or a boolean"},
    {"{'allOf':[true,1]}", "", "/allOf/1", "a schema must be an object or a boolean"},
    {"{'items':[true]}", "", "/items", "a schema must be an object or a boolean"},
    {"{'allOf':[]}", "", "/allOf", "it must be an array of schemas"},
    {"{'anyOf':{}}", "", "/anyOf", "it must be an array of schemas"},
    {"{'$ref':1}", "", "/$ref", "it must be a # and a JSON pointer"},
    {"{'$ref':'other.json#/a'}", "", "/$ref", "it must be a # and a JSON pointer"},
    {"{'$ref':'#/a\\u0000'}", "", "/$ref", "it must be a # and a JSON pointer"},
    {"{'$ref':'#/$defs/a'}", "", "/$ref", "there is nothing at #/$defs/a"},
    {"{'$ref':'#a'}", "", "/$ref", "there is nothing at #a"},
    {"{'$ref':'#/x-a/01','x-a':[{},{}]}", "", "/$ref", "there is nothing at #/x-a/01"},
    {"{'$ref':'#/x-a/2','x-a':[{},{}]}", "", "/$ref", "there is nothing at #/x-a/2"},
    {"{'$ref':'#/x-a/-','x-a':[{},{}]}", "", "/$ref", "there is nothing at #/x-a/-"},
    {"{'$ref':'#/x-~2','x-~2':{}}", "", "/$ref", "there is nothing at #/x-~2"},
    {"{'$ref':'#/x-%2','x-%2':{}}", "", "/$ref", "there is nothing at #/x-%2"},
    {"{'$ref':'#/x-%00'}", "", "/$ref", "there is nothing at #/x-%00"},
    {"{'title':'a','$ref':'#/title'}", "", "/$ref", "a schema must be an object or a boolean"},
    {"{'$ref':'#'}", "", "", "it refers to itself for one and the same value"},
    {"{'$ref':'#/$defs/a','$defs':{'a':{'anyOf':[true,{'not':{'$ref':'#/$defs/a'}}]}}}", "",
     "/$defs/a", "it refers to itself for one and the same value"},
    {"{'type':'text'}", "", "/type", "it must be a type or an array of types"},
    {"{'type':[]}", "", "/type", "it must be a type or an array of types"},
    {"{'type':['string',1]}", "", "/type", "it must be a type or an array of types"},
    {"{'enum':[]}", "", "/enum", "it must be an array of values"},
    {"{'minimum':'1'}", "", "/minimum", "it must be a number"},
    {"{'minLength':-1}", "", "/minLength", "it must be an integer from 0"},
    {"{'maxItems':1.5}", "", "/maxItems", "it must be an integer from 0"},
    {"{'uniqueItems':1}", "", "/uniqueItems", "it must be a boolean"},
    {"{'pattern':1}", "", "/pattern", "it must be a string without a NUL"},
    {"{'pattern':'a\\u0000'}", "", "/pattern", "it must be a string without a NUL"},
    {"{'pattern':'('}", "", "/pattern", "missing closing parenthesis"},
    {"{'pattern':'a++'}", "", "/pattern", "a quantifier has nothing to repeat"},
    {"{'format':'odd'}", "", "/format", "the format odd is not known"},
    {"{'format':1}", "", "/format", "it must be a string"},
    {"{'properties':[]}", "", "/properties", "it must be an object of schemas"},
    {"{'required':'a'}", "", "/required", "it must be an array of strings"},
    {"{'required':[1]}", "", "/required", "it must be an array of strings"},
    {"{'required':['a','a']}", "", "/required", "it has a more than once"},
    {"{'properties':{'a':true},'required':['a','a']}", "", "/required", "it has a more than once"},
};

static void test_refusals(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        const struct refusal *row = &refusals[i];
        struct schema_fault fault = {.pointer = ""};
        struct schema_fault again = {.pointer = ""};
        json_t *document = parse(row->document);
        struct schema_set *set = json_schema_set_new(document, formats);
        assert_null(json_schema_set_compile(set, row->pointer, &fault));
        assert_text(row->fault, fault.pointer, row->document, row->pointer);
        assert_text(row->detail, fault.detail, row->document, row->pointer);
        assert_null(json_schema_set_compile(set, "", &again));
        assert_string_equal(again.detail, fault.detail);
        json_schema_set_free(set);
        json_decref(document);
    }
}

static void test_set_has_many_schemas(void **state)
{
    struct schema_fault fault;
    (void)state;
    json_t *document = parse("{'a':{'type':'null'},'b':{'$ref':'#/a'},'c':{'items':{'$ref':'#/b'}},"
                             "'bad':{'if':1}}");
    json_t *value = parse("[null,1]");
    struct schema_set *set = json_schema_set_new(document, NULL);
    const struct schema *a = json_schema_set_compile(set, "/a", &fault);
    const struct schema *c = json_schema_set_compile(set, "/c", &fault);
    assert_non_null(a);
    assert_non_null(c);
    assert_ptr_equal(a, json_schema_set_compile(set, "/a", &fault));
    assert_null(json_schema_set_compile(set, "/bad", &fault));
    assert_string_equal(fault.pointer, "/bad/if");
    assert_int_equal(json_schema_check(a, value, NULL, NULL), 1);
    assert_int_equal(json_schema_check(c, value, NULL, NULL), 1);
    json_schema_set_free(set);
    json_schema_set_free(NULL);
    json_decref(document);
    json_decref(value);
}

// With no list of formats every one is an annotation.
static void test_formats_as_annotations(void **state)
{
    struct schema_fault fault;
    (void)state;
    json_t *document = parse("{'format':'odd'}");
    json_t *value = parse("'abc'");
    struct schema_set *set = json_schema_set_new(document, NULL);
    const struct schema *schema = json_schema_set_compile(set, "", &fault);
    assert_non_null(schema);
    assert_int_equal(json_schema_check(schema, value, NULL, NULL), 0);
    json_schema_set_free(set);
    json_decref(document);
    json_decref(value);
}

// Asserts that the only finding on VALUE, which it takes over, is that of KEYWORD.
static void assert_stops(const char *document, json_t *value, const char *keyword)
{
    struct schema_fault fault;
    struct findings findings = {.places = ""};
    json_t *source = parse(document);
    struct schema_set *set = json_schema_set_new(source, NULL);
    const struct schema *schema = json_schema_set_compile(set, "", &fault);
    assert_non_null(schema);
    assert_int_equal(json_schema_check(schema, value, collect, &findings), 1);
    assert_int_equal(strncmp(findings.places, keyword, strlen(keyword)), 0);
    assert_int_equal(findings.places[strlen(keyword)], '@');
    json_schema_set_free(set);
    json_decref(source);
    json_decref(value);
}

static json_t *nested(size_t depth)
{
    json_t *value = json_array();
    for (size_t i = 0; i < depth; i++)
        value = json_pack("[o]", value);
    return value;
}

static void test_depth_is_bounded(void **state)
{
    (void)state;
    assert_stops("{'items':{'$ref':'#'}}", nested(1500), "depth");
    assert_stops("{'not':{'items':{'$ref':'#'}}}", nested(1500), "depth");
    assert_stops("{'uniqueItems':true}", json_pack("[oo]", nested(1500), nested(1500)), "depth");
    json_t *many = json_pack("[oiiiiiiiiii]", nested(1500), 1, 2, 3, 4, 5, 6, 7, 8, 9, 0);
    assert_stops("{'uniqueItems':true}", many, "depth");
}

static void test_work_is_bounded(void **state)
{
    char schema[TEXT_SIZE] = "{'$ref':'#/$defs/a0','$defs':{'a30':true";
    (void)state;
    for (int i = 0; i < 30; i++) {
        char level[128];
        snprintf(level, sizeof level,
                 ",'a%d':{'allOf':[{'$ref':'#/$defs/a%d'},{'$ref':'#/$defs/a%d'}]}", i, i + 1,
                 i + 1);
        append(schema, "", level, "", "");
    }
    append(schema, "", "}}", "", "");
    json_t *document = parse(schema);
    struct schema_fault fault;
    struct schema_set *set = json_schema_set_new(document, NULL);
    assert_null(json_schema_set_compile(set, "", &fault)); // 30 levels of $ref and allOf are 60
    assert_string_equal(fault.detail, "too many schemas for one and the same value");
    json_schema_set_free(set);
    json_decref(document);
    assert_stops("{'not':{'pattern':'^(a+)+$'}}",
                 json_string("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"), "limit");
}

// 14 levels that double the work are some 30,000 schemas for each of the items.
static void test_steps_are_bounded(void **state)
{
    char schema[TEXT_SIZE] = "{'items':{'$ref':'#/$defs/a0'},'$defs':{'a14':true";
    (void)state;
    for (int i = 0; i < 14; i++) {
        char level[128];
        snprintf(level, sizeof level,
                 ",'a%d':{'allOf':[{'$ref':'#/$defs/a%d'},{'$ref':'#/$defs/a%d'}]}", i, i + 1,
                 i + 1);
        append(schema, "", level, "", "");
    }
    append(schema, "", "}}", "", "");
    json_t *items = json_array();
    for (int i = 0; i < 1000; i++)
        json_array_append_new(items, json_integer(i));
    assert_stops(schema, items, "limit");
}

struct pattern_row {
    const char *pattern;
    const char *matches; // NULL where the pattern is refused
    const char *other;   // does not match (NULL: nothing to try), or what the fault says
};

static const struct pattern_row pattern_rows[] = {
    {"", "", NULL},
    {"b", "abc", "ac"},
    {"^a*$", "aaa", "ab"},
    {"^a$", "a", "a\n"},
    {"^.$", "é", "ab"},
    {"^.$", "\v", "\n"},
    {"^.$", "\xc2\x85", "\u2028"},
    {"^[^a]$", "\n", "a"},
    {"^\\d\\D$", "1\u0661", "\u06611"},
    {"^\\w\\W$", "aé", "éa"},
    {"^\\s\\S$", "\ufeff\xc2\x85", "\xc2\x85\ufeff"},
    {"^[\\s][\\S]$", "\u2003x", "x\u2003"},
    {"^[^\\s]+$", "abc", "a\u00a0c"},
    {"^[\\s\\S]{2}$", "\n\u3000", "a"},
    {"^[\\d-]+$", "1-2", "1_2"},
    {"^[a-c-e]+$", "b-e", "d"},
    {"^[-a]+$", "-a", "b"},
    {"^[\\-\\]\\^]+$", "-]^", "\\"},
    {"^[[:alpha]+$", "[:alph", "z"},
    {"^[]?a$", "a", "ba"},
    {"^[^]$", "\n", "ab"},
    {"\\bb\\B", "a bc", "b"},
    {"^[\\b]$", "\b", "b"},
    {"^\\t\\n\\v\\f\\r\\cJ\\x41\\u00e9\\u{1F600}\\ud83d\\ude00\\/\\$$",
     "\t\n\v\f\r\nA\u00e9\U0001F600\U0001F600/$", "x"},
    {"^\\p{Lu}\\P{Lu}$", "Éé", "éÉ"},
    {"^\\p{Script=Greek}$", "α", "a"},
    {"^(?:a|b)(?=c)(?!cd)..$", "bce", "bcd"},
    {"(?<=a)b(?<!c)", "ab", "cb"},
    {"^a{2}b{1,}c{0,1}d?e+?f*?$", "aabeef", "ab"},
    {"^a\\{$", "a{", "a"},
    {"\\", NULL, "it ends in a backslash"},
    {"\\Z", NULL, "it has an escape that is not supported"},
    {"\\A", NULL, "it has an escape that is not supported"},
    {"\\K", NULL, "it has an escape that is not supported"},
    {"\\Q", NULL, "it has an escape that is not supported"},
    {"(a)\\1", NULL, "it has an escape that is not supported"},
    {"\\_", NULL, "it has an escape that is not supported"},
    {"\\-", NULL, "an escape is not known there"},
    {"[\\B]", NULL, "an escape is not known there"},
    {"\\01", NULL, "octal escapes are not supported"},
    {"\\c1", NULL, "a \\c needs a letter"},
    {"\\x4", NULL, "a \\x needs two hexadecimal digits"},
    {"\\u00g0", NULL, "a \\u needs four hexadecimal digits"},
    {"\\u{}", NULL, "a \\u{ needs one to six hexadecimal digits and a }"},
    {"\\u{41", NULL, "a \\u{ needs one to six hexadecimal digits and a }"},
    {"\\u{110000}", NULL, "an escape stands for no character"},
    {"\\ud83d", NULL, "an escape stands for no character"},
    {"\\ud83d\\u0041", NULL, "a surrogate stands alone"},
    {"\\p", NULL, "a \\p needs the name of a property in braces"},
    {"\\p{L", NULL, "a \\p needs the name of a property in braces"},
    {"\\p{^L}", NULL, "a \\p needs the name of a property in braces"},
    {"(?i)a", NULL, "it has a group of a kind that is not supported"},
    {"(?<n>a)", NULL, "it has a group of a kind that is not supported"},
    {"(?>a)", NULL, "it has a group of a kind that is not supported"},
    {"(*UCP)a", NULL, "a quantifier has nothing to repeat"},
    {"a++", NULL, "a quantifier has nothing to repeat"},
    {"*a", NULL, "a quantifier has nothing to repeat"},
    {"^*", NULL, "a quantifier has nothing to repeat"},
    {"\\b+", NULL, "a quantifier has nothing to repeat"},
    {"{", NULL, "a { is neither escaped nor a quantifier"},
    {"a{,2}", NULL, "a { is neither escaped nor a quantifier"},
    {"a}", NULL, "a closing bracket is neither escaped nor has an opening one"},
    {"]", NULL, "a closing bracket is neither escaped nor has an opening one"},
    {"[a", NULL, "a class has no end"},
    {"[a\\", NULL, "it ends in a backslash"},
    {"[\\w-a]", NULL, "a range of characters starts with a set of characters"},
    {"[a-\\w]", NULL, "a range of characters ends in a set of characters"},
    {"[b-a]", NULL, "range out of order in character class"},
    {"(", NULL, "missing closing parenthesis"},
    {"a)", NULL, "unmatched closing parenthesis"},
};

static void pattern_row_check(const struct pattern_row *row)
{
    char fault[PATTERN_FAULT_SIZE] = "";
    bool gave_up = false;
    struct pattern_memory memory = {NULL};
    struct regex *pattern = regex_new(row->pattern, fault);
    if (row->matches) {
        if (!pattern)
            fail_msg("%s: %s", row->pattern, fault);
        if (!regex_matches(pattern, row->matches, strlen(row->matches), &memory, &gave_up))
            fail_msg("%s does not match %s", row->pattern, row->matches);
        if (row->other && regex_matches(pattern, row->other, strlen(row->other), &memory, &gave_up))
            fail_msg("%s matches %s", row->pattern, row->other);
    } else {
        if (pattern)
            fail_msg("%s is not refused", row->pattern);
        assert_text(row->other, fault, row->pattern, "");
    }
    assert_false(gave_up);
    regex_free(pattern);
    regex_memory_free(&memory);
}

static void test_patterns(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pattern_rows / sizeof *pattern_rows; i++)
        pattern_row_check(&pattern_rows[i]);
}

static void test_pattern_with_nul_and_bad_text(void **state)
{
    char fault[PATTERN_FAULT_SIZE];
    bool gave_up = false;
    struct pattern_memory memory = {NULL};
    (void)state;
    struct regex *pattern = regex_new("^a\\0[]?b$", fault);
    assert_non_null(pattern);
    assert_true(regex_matches(pattern, "a\0b", 3, &memory, &gave_up));
    assert_false(regex_matches(pattern, "a\xff", 2, &memory, &gave_up));
    assert_false(gave_up);
    regex_free(pattern);
    regex_free(NULL);
    regex_memory_free(&memory);
    regex_memory_free(&memory);
    assert_null(regex_new("\xff", fault));
}

static void test_pattern_gives_up(void **state)
{
    char fault[PATTERN_FAULT_SIZE];
    char text[60];
    bool gave_up = false;
    struct pattern_memory memory = {NULL};
    (void)state;
    memset(text, 'a', sizeof text);
    text[sizeof text - 1] = 'b';
    struct regex *pattern = regex_new("^(a+)+$", fault);
    assert_non_null(pattern);
    assert_false(regex_matches(pattern, text, sizeof text, &memory, &gave_up));
    assert_true(gave_up);
    regex_free(pattern);
    regex_memory_free(&memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_details),
        cmocka_unit_test(test_what_a_finding_gives),
        cmocka_unit_test(test_long_texts_are_cut_between_characters),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_set_has_many_schemas),
        cmocka_unit_test(test_formats_as_annotations),
        cmocka_unit_test(test_depth_is_bounded),
        cmocka_unit_test(test_work_is_bounded),
        cmocka_unit_test(test_steps_are_bounded),
        cmocka_unit_test(test_patterns),
        cmocka_unit_test(test_pattern_with_nul_and_bad_text),
        cmocka_unit_test(test_pattern_gives_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
