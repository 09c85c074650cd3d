// Compiles JSON Schemas into a graph of nodes, with all $refs and patterns resolved, and checks
// values against it. The file goes from texts and JSON values to compiling and then to checking.
#define _GNU_SOURCE 1 // tdestroy(), strchrnul()

#include "schema/json_schema.h"

#include <ctype.h>
#include <search.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/json_value.h"
#include "schema/regex.h"

enum {
    DEPTH_MAX = 512,            // nested nodes or values at one time in a check
    INNER_DEPTH_MAX = 32,       // nested nodes that check the same value
    DOCUMENT_DEPTH_MAX = 2048,  // what Jansson's parser allows
    SCHEMA_STEPS_MAX = 1 << 24, // values visited in one check
    PAIRS_MAX = 8,              // up to this many items, each is compared with each
    SCHEMA_DETAIL_SIZE = 320,
};

// A property name of the document, and what it refers to.
struct schema_name {
    const char *text;
    size_t length;
    struct schema *schema; // of the property; NULL if it is only required
    bool required;
};

// Sorted by name_order(), without duplicates.
struct names {
    size_t count;
    struct schema_name *items;
};

struct branches {
    size_t count;
    struct schema **items;
};

struct range {
    size_t min;
    size_t max;
};

enum state { STATE_NEW, STATE_SETTLING, STATE_SETTLED };

struct schema {
    const json_t *source;
    struct schema *next; // in the set
    enum state state;
    unsigned height;  // of the longest chain of nodes from here that check the same value
    unsigned accepts; // the kinds that can be valid, inner nodes included
    unsigned mark;    // the last visit of node_collect() that reached it

    unsigned types;
    bool never; // the schema `false`
    bool unique;
    bool enum_others; // the enum has values that are not strings
    const json_t *enum_values;
    const json_t *const_value;

    struct range length;
    struct regex *pattern;
    const struct schema_format *format;

    const json_t *minimum;
    const json_t *maximum;
    const json_t *above;
    const json_t *below;

    struct range items_range;
    struct schema *items;

    struct range properties_range;
    struct names properties;
    size_t required_count;
    struct schema *additional;
    struct schema *unevaluated;
    json_t *known; // for `unevaluated`: the properties of this node and its inner nodes

    struct schema *ref;
    struct branches all;
    struct branches any;
    struct branches one;
    struct schema *negated;

    struct names enum_texts;
};

struct schema_set {
    const json_t *document;
    const struct schema_format *formats;
    void *index; // a tree (tsearch) of the nodes by their source
    struct schema *first;
    struct schema **last;
    struct schema **uncompiled; // the link to the first node that is not compiled yet
    unsigned mark;
    bool failed;
    struct schema_fault fault;
};

// ---- Texts

// A text of limited size, cut between characters.
struct text {
    char *buffer;
    size_t size;
    size_t used;
};

static void limited_text_add(struct text *text, const char *bytes, size_t length)
{
    size_t room = text->size - 1 - text->used;
    if (length > room) {
        for (length = room; length > 0 && ((unsigned char)bytes[length] & 0xc0) == 0x80;)
            length--;
        text->size = text->used + length + 1;
    }
    memcpy(text->buffer + text->used, bytes, length);
    text->used += length;
    text->buffer[text->used] = '\0';
}

static void text_puts(struct text *text, const char *string)
{
    limited_text_add(text, string, strlen(string));
}

__attribute__((format(printf, 2, 0))) static void text_vformat(struct text *text,
                                                               const char *format, va_list values)
{
    char piece[2 *
               SCHEMA_DETAIL_SIZE]; // larger than any text, so that limited_text_add() is what cuts
    vsnprintf(piece, sizeof piece, format, values);
    text_puts(text, piece);
}

__attribute__((format(printf, 2, 3))) static void text_format(struct text *text, const char *format,
                                                              ...)
{
    va_list values;
    va_start(values, format);
    text_vformat(text, format, values);
    va_end(values);
}

static void text_json(struct text *text, const json_t *value)
{
    char piece[SCHEMA_DETAIL_SIZE / 2];
    size_t length = json_dumpb(value, piece, sizeof piece, JSON_ENCODE_ANY | JSON_COMPACT);
    if (length == 0 || length > sizeof piece)
        text_puts(text, "…");
    else
        limited_text_add(text, piece, length);
}

// Adds "string, number or null".
static void text_kinds(struct text *text, unsigned kinds)
{
    const char *name;
    for (bool first = true; (name = json_value_next_kind(&kinds)); first = false) {
        text_puts(text, first ? "" : kinds ? ", " : " or ");
        text_puts(text, name);
    }
}

// ---- Names

static int name_order(const void *left, const void *right)
{
    const struct schema_name *a = left;
    const struct schema_name *b = right;
    if (a->length != b->length)
        return a->length < b->length ? -1 : 1;
    return memcmp(a->text, b->text, a->length);
}

static void names_sort(struct names *names)
{
    if (names->count > 1)
        qsort(names->items, names->count, sizeof *names->items, name_order);
}

static struct schema_name *names_find(const struct names *names, const char *text, size_t length)
{
    struct schema_name key = {.text = text, .length = length};
    if (names->count == 0)
        return NULL;
    return bsearch(&key, names->items, names->count, sizeof *names->items, name_order);
}

// ---- Compiling: faults

// Finds WANTED itself, not an equal value, WITHIN a value. Returns its pointer for free(), or NULL.
static char *document_find(const json_t *within, const json_t *wanted,
                           const struct json_value_place *at, unsigned depth)
{
    struct json_value_place place = {.parent = at};
    char *found = NULL;
    if (within == wanted)
        return json_value_pointer(at);
    if (depth >= DOCUMENT_DEPTH_MAX)
        return NULL;
    size_t size = json_array_size(within);
    for (; place.index < size && !found; place.index++)
        found = document_find(json_array_get(within, place.index), wanted, &place, depth + 1);
    if (!json_is_object(within))
        return found;
    void *iterator = NULL;
    const json_t *value;
    while (!found && (value = json_value_next(within, &iterator, &place)))
        found = document_find(value, wanted, &place, depth + 1);
    return found;
}

// Records what is wrong with KEYWORD of NODE, at WHERE in the keyword's value; KEYWORD and WHERE
// may be NULL. Always returns false.
__attribute__((format(printf, 5, 6))) static bool
node_fault(struct schema_set *set, const struct schema *node, const char *keyword,
           const struct json_value_place *where, const char *format, ...)
{
    struct json_value_place at = {.key = keyword, .length = keyword ? strlen(keyword) : 0};
    struct json_value_place below = where ? *where : (struct json_value_place){.key = NULL};
    below.parent = &at;
    char *start = document_find(set->document, node->source, NULL, 0);
    char *end = json_value_pointer(where ? &below : keyword ? &at : NULL);
    struct text pointer = {.buffer = set->fault.pointer, .size = sizeof set->fault.pointer};
    text_puts(&pointer, start ? start : "");
    text_puts(&pointer, end ? end : "");
    free(start);
    free(end);
    struct text detail = {.buffer = set->fault.detail, .size = sizeof set->fault.detail};
    va_list values;
    va_start(values, format);
    text_vformat(&detail, format, values);
    va_end(values);
    set->failed = true;
    return false;
}

static bool node_fault_memory(struct schema_set *set, const struct schema *node)
{
    return node_fault(set, node, NULL, NULL, "out of memory");
}

// ---- Compiling: nodes

static int node_order(const void *left, const void *right)
{
    uintptr_t a = (uintptr_t)((const struct schema *)left)->source;
    uintptr_t b = (uintptr_t)((const struct schema *)right)->source;
    return (a > b) - (a < b);
}

static struct schema *node_new(const json_t *source)
{
    static const struct range any = {.max = SIZE_MAX};
    struct schema *node = malloc(sizeof *node);
    if (!node)
        return NULL;
    *node = (struct schema){.source = source,
                            .types = JSON_KIND_ANY,
                            .length = any,
                            .items_range = any,
                            .properties_range = any};
    return node;
}

static void node_free(struct schema *node)
{
    regex_free(node->pattern);
    free(node->properties.items);
    free(node->enum_texts.items);
    free(node->all.items);
    free(node->any.items);
    free(node->one.items);
    json_decref(node->known);
    free(node);
}

// Returns the node for SOURCE, which is compiled later if it is new; NULL if memory ran out.
static struct schema *set_node(struct schema_set *set, const json_t *source)
{
    const struct schema probe = {.source = source};
    void *found = tfind(&probe, &set->index, node_order);
    if (found)
        return *(struct schema **)found;
    struct schema *node = node_new(source);
    if (!node)
        return NULL;
    if (!tsearch(node, &set->index, node_order)) {
        node_free(node);
        return NULL;
    }
    *set->last = node;
    set->last = &node->next;
    return node;
}

// Sets *RET_NODE to the node for SOURCE, which is at WHERE in KEYWORD of NODE.
static bool node_get(struct schema_set *set, const struct schema *node, const char *keyword,
                     const struct json_value_place *where, const json_t *source,
                     struct schema **ret_node)
{
    if (!json_is_object(source) && !json_is_boolean(source))
        return node_fault(set, node, keyword, where, "a schema must be an object or a boolean");
    struct schema *result = set_node(set, source);
    if (!result)
        return node_fault_memory(set, node);
    *ret_node = result;
    return true;
}

// ---- Compiling: JSON pointers

// Decodes %XX in place (RFC 3986, 2.1); false if there is no such byte or it is a NUL.
static bool percent_decode(char *text)
{
    char *out = text;
    for (const char *in = text; *in; in++) {
        if (*in != '%') {
            *out++ = *in;
            continue;
        }
        if (!isxdigit((unsigned char)in[1]) || !isxdigit((unsigned char)in[2]))
            return false;
        const char digits[] = {in[1], in[2], '\0'};
        *out = (char)strtoul(digits, NULL, 16);
        if (*out++ == '\0')
            return false;
        in += 2;
    }
    *out = '\0';
    return true;
}

// Decodes ~0 and ~1 in place (RFC 6901, 4), up to END; false for any other ~.
static bool token_decode(char *token, const char *end, size_t *ret_length)
{
    char *out = token;
    for (const char *in = token; in < end; in++) {
        if (*in == '~' && in[1] != '0' && in[1] != '1')
            return false;
        *out++ = *in != '~' ? *in : *++in == '0' ? '~' : '/';
    }
    *ret_length = (size_t)(out - token);
    return true;
}

static const json_t *array_token(const json_t *array, const char *token, size_t length)
{
    size_t index = 0;
    if (length == 0 || length > 9 || (length > 1 && *token == '0'))
        return NULL;
    for (size_t i = 0; i < length; i++) {
        if (!isdigit((unsigned char)token[i]))
            return NULL;
        index = index * 10 + (size_t)(token[i] - '0');
    }
    return json_array_get(array, index);
}

// Returns the value at POINTER, a copy that is overwritten; NULL if there is none.
static const json_t *document_resolve(const json_t *document, char *pointer)
{
    const json_t *value = document;
    while (value && *pointer) {
        char *token = pointer + 1;
        char *end = strchrnul(token, '/');
        size_t length;
        if (*pointer != '/' || !token_decode(token, end, &length))
            return NULL;
        value = json_is_object(value) ? json_object_getn(value, token, length)
                                      : array_token(value, token, length);
        pointer = end;
    }
    return value;
}

// ---- Compiling: keywords

struct keyword {
    const char *name;
    // Compiles VALUE of the keyword into NODE; NULL for an annotation.
    bool (*compile)(struct schema_set *set, struct schema *node, const struct keyword *keyword,
                    const json_t *value);
    size_t offset; // in struct schema, where the compiled keyword is stored
};

static void *keyword_field(const struct keyword *keyword, struct schema *node)
{
    return (char *)node + keyword->offset;
}

static bool keyword_ref(struct schema_set *set, struct schema *node, const struct keyword *keyword,
                        const json_t *value)
{
    const char *text = json_string_value(value);
    if (!text || *text != '#' || strlen(text) != json_string_length(value))
        return node_fault(set, node, keyword->name, NULL, "it must be a # and a JSON pointer");
    char *pointer = strdup(text + 1);
    if (!pointer)
        return node_fault_memory(set, node);
    const json_t *target = NULL;
    if (percent_decode(pointer))
        target = document_resolve(set->document, pointer);
    free(pointer);
    if (!target)
        return node_fault(set, node, keyword->name, NULL, "there is nothing at %s", text);
    return node_get(set, node, keyword->name, NULL, target, &node->ref);
}

static bool keyword_schema(struct schema_set *set, struct schema *node,
                           const struct keyword *keyword, const json_t *value)
{
    return node_get(set, node, keyword->name, NULL, value, keyword_field(keyword, node));
}

static bool keyword_branches(struct schema_set *set, struct schema *node,
                             const struct keyword *keyword, const json_t *value)
{
    struct branches *branches = keyword_field(keyword, node);
    size_t count = json_array_size(value);
    if (count == 0)
        return node_fault(set, node, keyword->name, NULL, "it must be an array of schemas");
    branches->items = calloc(count, sizeof(struct schema *));
    if (!branches->items)
        return node_fault_memory(set, node);
    for (size_t i = 0; i < count; i++) {
        const struct json_value_place where = {.index = i};
        if (!node_get(set, node, keyword->name, &where, json_array_get(value, i),
                      &branches->items[i]))
            return false;
        branches->count++;
    }
    return true;
}

static bool keyword_type(struct schema_set *set, struct schema *node, const struct keyword *keyword,
                         const json_t *value)
{
    unsigned kinds = json_value_kind_named(json_string_value(value));
    bool known = kinds != 0 || json_array_size(value) > 0;
    for (size_t i = 0; i < json_array_size(value); i++) {
        unsigned kind = json_value_kind_named(json_string_value(json_array_get(value, i)));
        known = known && kind != 0;
        kinds |= kind;
    }
    if (!known)
        return node_fault(set, node, keyword->name, NULL, "it must be a type or an array of types");
    node->types = kinds;
    return true;
}

static bool keyword_enum(struct schema_set *set, struct schema *node, const struct keyword *keyword,
                         const json_t *value)
{
    size_t count = json_array_size(value);
    if (count == 0)
        return node_fault(set, node, keyword->name, NULL, "it must be an array of values");
    struct names *texts = &node->enum_texts;
    texts->items = calloc(count, sizeof *texts->items);
    if (!texts->items)
        return node_fault_memory(set, node);
    for (size_t i = 0; i < count; i++) {
        const json_t *member = json_array_get(value, i);
        if (json_is_string(member))
            texts->items[texts->count++] = (struct schema_name){
                .text = json_string_value(member), .length = json_string_length(member)};
        else
            node->enum_others = true;
    }
    names_sort(texts);
    node->enum_values = value;
    return true;
}

static bool keyword_value(struct schema_set *set, struct schema *node,
                          const struct keyword *keyword, const json_t *value)
{
    (void)set;
    const json_t **field = keyword_field(keyword, node);
    *field = value;
    return true;
}

static bool keyword_number(struct schema_set *set, struct schema *node,
                           const struct keyword *keyword, const json_t *value)
{
    if (!json_is_number(value))
        return node_fault(set, node, keyword->name, NULL, "it must be a number");
    return keyword_value(set, node, keyword, value);
}

static bool keyword_count(struct schema_set *set, struct schema *node,
                          const struct keyword *keyword, const json_t *value)
{
    size_t *field = keyword_field(keyword, node);
    if (json_value_kind(value) != JSON_KIND_INTEGER || json_number_value(value) < 0)
        return node_fault(set, node, keyword->name, NULL, "it must be an integer from 0");
    if (json_is_integer(value))
        *field = (size_t)json_integer_value(value);
    else
        *field = json_real_value(value) < 0x1p63 ? (size_t)json_real_value(value) : SIZE_MAX;
    return true;
}

static bool keyword_unique(struct schema_set *set, struct schema *node,
                           const struct keyword *keyword, const json_t *value)
{
    if (!json_is_boolean(value))
        return node_fault(set, node, keyword->name, NULL, "it must be a boolean");
    node->unique = json_is_true(value);
    return true;
}

static bool keyword_pattern(struct schema_set *set, struct schema *node,
                            const struct keyword *keyword, const json_t *value)
{
    char fault[PATTERN_FAULT_SIZE];
    const char *text = json_string_value(value);
    if (!text || strlen(text) != json_string_length(value))
        return node_fault(set, node, keyword->name, NULL, "it must be a string without a NUL");
    node->pattern = regex_new(text, fault);
    if (!node->pattern)
        return node_fault(set, node, keyword->name, NULL, "%s", fault);
    return true;
}

static bool keyword_format(struct schema_set *set, struct schema *node,
                           const struct keyword *keyword, const json_t *value)
{
    const char *name = json_string_value(value);
    if (!name)
        return node_fault(set, node, keyword->name, NULL, "it must be a string");
    const struct schema_format *format = set->formats;
    while (format && format->name && strcmp(format->name, name) != 0)
        format++;
    if (format && !format->name)
        return node_fault(set, node, keyword->name, NULL, "the format %s is not known", name);
    if (format && format->valid)
        node->format = format;
    return true;
}

// `properties` and `required` share one list, see node_compile_names().
static bool keyword_properties(struct schema_set *set, struct schema *node,
                               const struct keyword *keyword, const json_t *value)
{
    if (!json_is_object(value))
        return node_fault(set, node, keyword->name, NULL, "it must be an object of schemas");
    return true;
}

static bool keyword_required(struct schema_set *set, struct schema *node,
                             const struct keyword *keyword, const json_t *value)
{
    bool strings = json_is_array(value);
    for (size_t i = 0; i < json_array_size(value); i++)
        strings = strings && json_is_string(json_array_get(value, i));
    if (!strings)
        return node_fault(set, node, keyword->name, NULL, "it must be an array of strings");
    return true;
}

static const struct keyword keywords[] = {
    {"$ref", keyword_ref, 0},
    {"allOf", keyword_branches, offsetof(struct schema, all)},
    {"anyOf", keyword_branches, offsetof(struct schema, any)},
    {"oneOf", keyword_branches, offsetof(struct schema, one)},
    {"not", keyword_schema, offsetof(struct schema, negated)},
    {"type", keyword_type, 0},
    {"enum", keyword_enum, 0},
    {"const", keyword_value, offsetof(struct schema, const_value)},
    {"format", keyword_format, 0},
    {"properties", keyword_properties, 0},
    {"required", keyword_required, 0},
    {"additionalProperties", keyword_schema, offsetof(struct schema, additional)},
    {"unevaluatedProperties", keyword_schema, offsetof(struct schema, unevaluated)},
    {"minProperties", keyword_count, offsetof(struct schema, properties_range.min)},
    {"maxProperties", keyword_count, offsetof(struct schema, properties_range.max)},
    {"items", keyword_schema, offsetof(struct schema, items)},
    {"minItems", keyword_count, offsetof(struct schema, items_range.min)},
    {"maxItems", keyword_count, offsetof(struct schema, items_range.max)},
    {"uniqueItems", keyword_unique, 0},
    {"minLength", keyword_count, offsetof(struct schema, length.min)},
    {"maxLength", keyword_count, offsetof(struct schema, length.max)},
    {"pattern", keyword_pattern, 0},
    {"minimum", keyword_number, offsetof(struct schema, minimum)},
    {"maximum", keyword_number, offsetof(struct schema, maximum)},
    {"exclusiveMinimum", keyword_number, offsetof(struct schema, above)},
    {"exclusiveMaximum", keyword_number, offsetof(struct schema, below)},
    {"title", NULL, 0},
    {"description", NULL, 0},
    {"default", NULL, 0},
    {"example", NULL, 0},
    {"examples", NULL, 0},
    {"deprecated", NULL, 0},
    {"discriminator", NULL, 0}, // OpenAPI's hint for readers of the contract
    {"readOnly", NULL, 0},
    {"writeOnly", NULL, 0},
    {"$comment", NULL, 0},
    {"$defs", NULL, 0},
    {"contentMediaType", NULL, 0},
};

static bool node_compile_keyword(struct schema_set *set, struct schema *node, const char *name,
                                 const json_t *value)
{
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++) {
        const struct keyword *keyword = &keywords[i];
        if (strcmp(keyword->name, name) == 0)
            return !keyword->compile || keyword->compile(set, node, keyword, value);
    }
    if (strncmp(name, "x-", 2) == 0)
        return true;
    return node_fault(set, node, name, NULL, "the keyword %s is not supported", name);
}

static bool node_add_properties(struct schema_set *set, struct schema *node,
                                const json_t *properties)
{
    struct json_value_place place = {.parent = NULL};
    void *iterator = NULL;
    const json_t *value;
    while (properties && (value = json_value_next(properties, &iterator, &place))) {
        struct schema_name *name = &node->properties.items[node->properties.count++];
        *name = (struct schema_name){.text = place.key, .length = place.length};
        if (!node_get(set, node, "properties", &place, value, &name->schema))
            return false;
    }
    return true;
}

// Adds a required name to the sorted names; it need not have a schema.
static bool node_add_required(struct schema_set *set, struct schema *node, const json_t *required)
{
    struct schema_name key = {.text = json_string_value(required),
                              .length = json_string_length(required),
                              .required = true};
    struct schema_name *name = names_find(&node->properties, key.text, key.length);
    if (name && name->required)
        return node_fault(set, node, "required", NULL, "it has %s more than once", key.text);
    node->required_count++;
    if (name) {
        name->required = true;
        return true;
    }
    struct schema_name *items = node->properties.items;
    size_t at = node->properties.count++;
    for (; at > 0 && name_order(&key, &items[at - 1]) < 0; at--)
        items[at] = items[at - 1];
    items[at] = key;
    return true;
}

static bool node_compile_names(struct schema_set *set, struct schema *node)
{
    const json_t *properties = json_object_get(node->source, "properties");
    const json_t *required = json_object_get(node->source, "required");
    size_t count = json_object_size(properties) + json_array_size(required);
    if (count == 0)
        return true;
    node->properties.items = calloc(count, sizeof *node->properties.items);
    if (!node->properties.items)
        return node_fault_memory(set, node);
    if (!node_add_properties(set, node, properties))
        return false;
    names_sort(&node->properties);
    for (size_t i = 0; i < json_array_size(required); i++) {
        if (!node_add_required(set, node, json_array_get(required, i)))
            return false;
    }
    return true;
}

static bool node_compile(struct schema_set *set, struct schema *node)
{
    struct json_value_place place = {.parent = NULL};
    void *iterator = NULL;
    const json_t *value;
    node->never = json_is_false(node->source);
    if (!json_is_object(node->source))
        return true;
    while ((value = json_value_next(node->source, &iterator, &place))) {
        if (!node_compile_keyword(set, node, place.key, value))
            return false;
    }
    return node_compile_names(set, node);
}

// ---- Compiling: the graph

// The inner nodes of NODE are those that check the same value and whose properties count for its
// unevaluatedProperties: through allOf, anyOf, oneOf and $ref.
static size_t node_inner_count(const struct schema *node)
{
    return node->all.count + node->any.count + node->one.count + (node->ref ? 1 : 0);
}

static struct schema *node_inner(const struct schema *node, size_t index)
{
    const struct branches *lists[] = {&node->all, &node->any, &node->one};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        if (index < lists[i]->count)
            return lists[i]->items[index];
        index -= lists[i]->count;
    }
    return node->ref;
}

static unsigned branches_accept(const struct branches *branches)
{
    unsigned kinds = branches->count == 0 ? JSON_KIND_ANY : 0;
    for (size_t i = 0; i < branches->count; i++)
        kinds |= branches->items[i]->accepts;
    return kinds;
}

static unsigned node_accepts(const struct schema *node)
{
    unsigned kinds = node->never ? 0 : node->types;
    kinds &= branches_accept(&node->any) & branches_accept(&node->one);
    for (size_t i = 0; i < node->all.count; i++)
        kinds &= node->all.items[i]->accepts;
    if (node->ref)
        kinds &= node->ref->accepts;
    if (node->const_value)
        kinds &= json_value_kind(node->const_value);
    unsigned enumerated = node->enum_values ? 0 : JSON_KIND_ANY;
    for (size_t i = 0; i < json_array_size(node->enum_values); i++)
        enumerated |= json_value_kind(json_array_get(node->enum_values, i));
    return kinds & enumerated;
}

// Adds the properties of NODE and its inner nodes to KNOWN.
static bool node_collect(struct schema_set *set, struct schema *node, json_t *known)
{
    if (node->mark == set->mark)
        return true;
    node->mark = set->mark;
    for (size_t i = 0; i < node->properties.count; i++) {
        const struct schema_name *name = &node->properties.items[i];
        if (name->schema && json_object_setn(known, name->text, name->length,
                                             json_value_unconst(name->schema->source)) != 0)
            return node_fault_memory(set, node);
    }
    for (size_t i = 0; i < node_inner_count(node); i++) {
        if (!node_collect(set, node_inner(node, i), known))
            return false;
    }
    return true;
}

static bool node_know(struct schema_set *set, struct schema *node)
{
    node->known = json_object();
    if (!node->known)
        return node_fault_memory(set, node);
    set->mark++;
    return node_collect(set, node, node->known);
}

static bool node_settle(struct schema_set *set, struct schema *node, unsigned level);

static bool node_settle_inner(struct schema_set *set, struct schema *node, struct schema *inner,
                              unsigned level)
{
    if (!node_settle(set, inner, level + 1))
        return false;
    if (inner->height >= node->height)
        node->height = inner->height + 1;
    return true;
}

// Computes what depends on the inner nodes of NODE, which must not lead back to it.
static bool node_settle(struct schema_set *set, struct schema *node, unsigned level)
{
    if (node->state == STATE_SETTLED)
        return true;
    if (node->state == STATE_SETTLING)
        return node_fault(set, node, NULL, NULL, "it refers to itself for one and the same value");
    node->state = STATE_SETTLING;
    bool good = level <= INNER_DEPTH_MAX;
    for (size_t i = 0; good && i < node_inner_count(node); i++) {
        if (!node_settle_inner(set, node, node_inner(node, i), level))
            return false;
    }
    if (good && node->negated && !node_settle_inner(set, node, node->negated, level))
        return false;
    if (!good || node->height > INNER_DEPTH_MAX)
        return node_fault(set, node, NULL, NULL, "too many schemas for one and the same value");
    node->accepts = node_accepts(node);
    node->state = STATE_SETTLED;
    return !node->unevaluated || node_know(set, node);
}

static bool set_compile(struct schema_set *set)
{
    struct schema **fresh = set->uncompiled;
    for (; *set->uncompiled; set->uncompiled = &(*set->uncompiled)->next) {
        if (!node_compile(set, *set->uncompiled))
            return false;
    }
    for (struct schema *node = *fresh; node; node = node->next) {
        if (!node_settle(set, node, 0))
            return false;
    }
    return true;
}

struct schema_set *json_schema_set_new(const json_t *document, const struct schema_format *formats)
{
    struct schema_set *set = calloc(1, sizeof *set);
    if (!set)
        return NULL;
    set->document = document;
    set->formats = formats;
    set->last = &set->first;
    set->uncompiled = &set->first;
    return set;
}

// The nodes are also in a list, which is used to free them.
static void index_free(void *node)
{
    (void)node;
}

void json_schema_set_free(struct schema_set *set)
{
    if (!set)
        return;
    tdestroy(set->index, index_free);
    for (struct schema *node = set->first; node;) {
        struct schema *next = node->next;
        node_free(node);
        node = next;
    }
    free(set);
}

// Records a fault of the schema that was asked for itself.
static struct schema *set_fault(struct schema_set *set, const char *pointer, const char *reason)
{
    struct text text = {.buffer = set->fault.pointer, .size = sizeof set->fault.pointer};
    text_puts(&text, pointer);
    snprintf(set->fault.detail, sizeof set->fault.detail, "%s", reason);
    set->failed = true;
    return NULL;
}

static struct schema *set_root(struct schema_set *set, const char *pointer)
{
    char *copy = strdup(pointer);
    if (!copy)
        return set_fault(set, pointer, "out of memory");
    const json_t *source = document_resolve(set->document, copy);
    free(copy);
    if (!source)
        return set_fault(set, pointer, "there is nothing at the pointer");
    if (!json_is_object(source) && !json_is_boolean(source))
        return set_fault(set, pointer, "a schema must be an object or a boolean");
    struct schema *node = set_node(set, source);
    return node ? node : set_fault(set, pointer, "out of memory");
}

const struct schema *json_schema_set_compile(struct schema_set *set, const char *pointer,
                                             struct schema_fault *ret_fault)
{
    struct schema *node = set->failed ? NULL : set_root(set, pointer);
    if (node && set_compile(set))
        return node;
    *ret_fault = set->fault;
    return NULL;
}

// ---- Checking: findings

struct check {
    void (*report)(void *context, const struct schema_finding *finding);
    void *context;
    size_t findings;
    unsigned steps;
    unsigned depth;
    unsigned quiet; // it only matters whether there are findings
    bool stopped;   // ended without a verdict
    struct pattern_memory memory;
};

static void check_send(struct check *check, const struct json_value_place *at,
                       struct schema_finding finding)
{
    check->findings++;
    if (!check->report)
        return;
    char *pointer = json_value_pointer(at);
    finding.pointer = pointer ? pointer : "";
    if (!pointer) {
        check->stopped = true;
        finding.keyword = "memory";
        finding.detail = "out of memory";
    }
    check->report(check->context, &finding);
    free(pointer);
}

// Ends the check without a verdict. Always returns false.
static bool check_stop(struct check *check, const struct json_value_place *at, const char *keyword,
                       const char *detail)
{
    if (check->stopped)
        return false;
    check->stopped = true;
    check_send(check, at, (struct schema_finding){.keyword = keyword, .detail = detail});
    return false;
}

static bool check_charge(struct check *check, const struct json_value_place *at, size_t steps)
{
    if (check->stopped)
        return false;
    if (steps > check->steps)
        return check_stop(check, at, "limit", "takes too much work to be checked");
    check->steps -= (unsigned)steps;
    return true;
}

static bool check_enter(struct check *check, const struct json_value_place *at)
{
    if (!check_charge(check, at, 1))
        return false;
    if (check->depth >= DEPTH_MAX)
        return check_stop(check, at, "depth", "is nested too deeply");
    check->depth++;
    return true;
}

// Whether there is a reason to look for more findings than the first one.
static bool check_goes_on(const struct check *check, bool valid)
{
    return !check->stopped && (valid || check->quiet == 0);
}

static bool check_silent(const struct check *check)
{
    return check->stopped || check->quiet > 0;
}

// Functions that report a fault are kept out of line (noinline): they are rare, and would slow down
// the path of valid values.

// Reports that VALUE does not meet KEYWORD of SCHEMA. Always returns false.
static bool check_fail_with(struct check *check, const struct schema *schema,
                            const struct json_value_place *at, const json_t *value,
                            const char *keyword, const char *detail)
{
    check_send(check, at,
               (struct schema_finding){.keyword = keyword,
                                       .detail = detail,
                                       .expected = json_object_get(schema->source, keyword),
                                       .found = value});
    return false;
}

__attribute__((format(printf, 6, 7), noinline)) static bool
check_fail(struct check *check, const struct schema *schema, const struct json_value_place *at,
           const json_t *value, const char *keyword, const char *format, ...)
{
    char detail[SCHEMA_DETAIL_SIZE];
    struct text text = {.buffer = detail, .size = sizeof detail};
    va_list values;
    if (check_silent(check))
        return false;
    va_start(values, format);
    text_vformat(&text, format, values);
    va_end(values);
    return check_fail_with(check, schema, at, value, keyword, detail);
}

// Like check_fail(), for a value that is of none of KINDS.
__attribute__((noinline)) static bool
check_fail_kind(struct check *check, const struct schema *schema, const struct json_value_place *at,
                const json_t *value, const char *keyword, unsigned kinds)
{
    char detail[SCHEMA_DETAIL_SIZE];
    struct text text = {.buffer = detail, .size = sizeof detail};
    if (check_silent(check))
        return false;
    text_puts(&text, "must be ");
    text_kinds(&text, kinds);
    text_format(&text, ", not %s", json_value_kind_phrase(json_value_kind(value)));
    return check_fail_with(check, schema, at, value, keyword, detail);
}

// Like check_fail(), with PREFIX and then as many of VALUES as fit.
__attribute__((noinline)) static bool check_fail_value(struct check *check,
                                                       const struct schema *schema,
                                                       const struct json_value_place *at,
                                                       const json_t *value, const char *keyword,
                                                       const char *prefix, const json_t *limit)
{
    char detail[SCHEMA_DETAIL_SIZE];
    struct text text = {.buffer = detail, .size = sizeof detail};
    if (check_silent(check))
        return false;
    text_puts(&text, prefix);
    text_json(&text, limit);
    return check_fail_with(check, schema, at, value, keyword, detail);
}

__attribute__((noinline)) static bool check_fail_enum(struct check *check,
                                                      const struct schema *schema,
                                                      const struct json_value_place *at,
                                                      const json_t *value)
{
    char detail[SCHEMA_DETAIL_SIZE];
    struct text text = {.buffer = detail, .size = sizeof detail};
    size_t count = json_array_size(schema->enum_values);
    size_t i = 0;
    if (check_silent(check))
        return false;
    text_puts(&text, "must be one of ");
    for (; i < count && text.used < SCHEMA_DETAIL_SIZE / 2; i++) {
        text_puts(&text, i > 0 ? ", " : "");
        text_json(&text, json_array_get(schema->enum_values, i));
    }
    if (i < count)
        text_format(&text, " and %zu more", count - i);
    return check_fail_with(check, schema, at, value, "enum", detail);
}

// ---- Checking: equality

static bool check_equal(struct check *check, const struct json_value_place *at, const json_t *left,
                        const json_t *right);

static bool check_equal_arrays(struct check *check, const struct json_value_place *at,
                               const json_t *left, const json_t *right)
{
    size_t size = json_array_size(left);
    if (size != json_array_size(right))
        return false;
    for (size_t i = 0; i < size; i++) {
        if (!check_equal(check, at, json_array_get(left, i), json_array_get(right, i)))
            return false;
    }
    return true;
}

static bool check_equal_objects(struct check *check, const struct json_value_place *at,
                                const json_t *left, const json_t *right)
{
    struct json_value_place place = {.parent = NULL};
    void *iterator = NULL;
    const json_t *value;
    if (json_object_size(left) != json_object_size(right))
        return false;
    while ((value = json_value_next(left, &iterator, &place))) {
        const json_t *other = json_object_getn(right, place.key, place.length);
        if (!other || !check_equal(check, at, value, other))
            return false;
    }
    return true;
}

// Whether two values are equal by JSON Schema Core, 4.2.2; false also if the check is stopped.
static bool check_equal(struct check *check, const struct json_value_place *at, const json_t *left,
                        const json_t *right)
{
    bool equal = false;
    if (!check_enter(check, at))
        return false;
    if (json_is_number(left) && json_is_number(right))
        equal = json_value_compare_numbers(left, right) == 0;
    else if (json_typeof(left) != json_typeof(right))
        equal = false;
    else if (json_is_string(left))
        equal = json_value_equal_strings(left, right);
    else if (json_is_array(left))
        equal = check_equal_arrays(check, at, left, right);
    else if (json_is_object(left))
        equal = check_equal_objects(check, at, left, right);
    else
        equal = true; // null, true and false have only one value each
    check->depth--;
    return equal && !check->stopped;
}

static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t length)
{
    const unsigned char *byte = bytes;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ byte[i]) * 0x100000001b3; // FNV-1a
    return hash;
}

static uint64_t hash_number(uint64_t hash, const json_t *number)
{
    json_int_t integer = json_integer_value(number);
    double real = json_real_value(number);
    if (json_is_real(number) && json_value_is_whole(real) && real >= -0x1p63 && real < 0x1p63)
        integer = (json_int_t)real;
    else if (json_is_real(number))
        return hash_bytes(hash, &real, sizeof real);
    return hash_bytes(hash, &integer, sizeof integer);
}

static uint64_t check_hash(struct check *check, const struct json_value_place *at,
                           const json_t *value);

static uint64_t check_hash_object(struct check *check, const struct json_value_place *at,
                                  const json_t *object)
{
    struct json_value_place place = {.parent = NULL};
    void *iterator = NULL;
    const json_t *value;
    uint64_t sum = 0; // a sum, because the order of members must not matter
    while ((value = json_value_next(object, &iterator, &place)))
        sum += hash_bytes(check_hash(check, at, value), place.key, place.length);
    return sum;
}

// A hash that is the same for equal values; arbitrary if the check is stopped.
static uint64_t check_hash(struct check *check, const struct json_value_place *at,
                           const json_t *value)
{
    uint64_t hash = 0xcbf29ce484222325 ^ json_value_kind(value);
    if (!check_enter(check, at))
        return 0;
    if (json_is_string(value)) {
        hash = hash_bytes(hash, json_string_value(value), json_string_length(value));
    } else if (json_is_number(value)) {
        hash = hash_number(hash, value);
    } else if (json_is_object(value)) {
        hash += check_hash_object(check, at, value);
    } else if (json_is_array(value)) {
        for (size_t i = 0; i < json_array_size(value); i++) {
            uint64_t item = check_hash(check, at, json_array_get(value, i));
            hash = hash_bytes(hash, &item, sizeof item);
        }
    } else {
        hash += json_is_true(value);
    }
    check->depth--;
    return hash;
}

// ---- Checking: values

static bool check_value(struct check *check, const struct schema *schema, const json_t *value,
                        const struct json_value_place *at);

// Like check_value(), without reporting what is wrong.
static bool check_quietly(struct check *check, const struct schema *schema, const json_t *value,
                          const struct json_value_place *at)
{
    check->quiet++;
    bool valid = check_value(check, schema, value, at);
    check->quiet--;
    return valid;
}

static bool check_enum(struct check *check, const struct schema *schema, const json_t *value,
                       const struct json_value_place *at)
{
    bool found = false;
    if (json_is_string(value))
        found = names_find(&schema->enum_texts, json_string_value(value),
                           json_string_length(value)) != NULL;
    else if (schema->enum_others)
        for (size_t i = 0; !found && i < json_array_size(schema->enum_values); i++)
            found = check_equal(check, at, json_array_get(schema->enum_values, i), value);
    return found || check_fail_enum(check, schema, at, value);
}

static bool check_equality(struct check *check, const struct schema *schema, const json_t *value,
                           const struct json_value_place *at)
{
    bool valid = !schema->enum_values || check_enum(check, schema, value, at);
    if (schema->const_value && check_goes_on(check, valid) &&
        !check_equal(check, at, schema->const_value, value))
        valid =
            check_fail_value(check, schema, at, value, "const", "must be ", schema->const_value);
    return valid;
}

struct range_names {
    const char *min;
    const char *max;
    const char *things;
};
static const struct range_names range_length = {"minLength", "maxLength", "character(s)"};
static const struct range_names range_items = {"minItems", "maxItems", "item(s)"};
static const struct range_names range_properties = {"minProperties", "maxProperties", "properties"};

static bool check_range(struct check *check, const struct schema *schema, const json_t *value,
                        const struct json_value_place *at, const struct range *range, size_t count,
                        const struct range_names *names)
{
    if (count == 0 && range->min == 1)
        return check_fail(check, schema, at, value, names->min, "must not be empty");
    if (count < range->min)
        return check_fail(check, schema, at, value, names->min, "has %zu %s; the minimum is %zu",
                          count, names->things, range->min);
    if (count > range->max)
        return check_fail(check, schema, at, value, names->max, "has %zu %s; the maximum is %zu",
                          count, names->things, range->max);
    return true;
}

static bool check_number(struct check *check, const struct schema *schema, const json_t *value,
                         const struct json_value_place *at)
{
    bool valid = true;
    if (schema->minimum && json_value_compare_numbers(value, schema->minimum) < 0)
        valid = check_fail_value(check, schema, at, value, "minimum", "must not be less than ",
                                 schema->minimum);
    if (schema->maximum && json_value_compare_numbers(value, schema->maximum) > 0)
        valid = check_fail_value(check, schema, at, value, "maximum", "must not be more than ",
                                 schema->maximum);
    if (schema->above && json_value_compare_numbers(value, schema->above) <= 0)
        valid = check_fail_value(check, schema, at, value, "exclusiveMinimum", "must be more than ",
                                 schema->above);
    if (schema->below && json_value_compare_numbers(value, schema->below) >= 0)
        valid = check_fail_value(check, schema, at, value, "exclusiveMaximum", "must be less than ",
                                 schema->below);
    return valid;
}

static bool check_length(struct check *check, const struct schema *schema, const json_t *value,
                         const struct json_value_place *at)
{
    size_t bytes = json_string_length(value);
    // A character has one to four bytes, so usually they need not be counted.
    if (bytes <= schema->length.max && bytes / 4 >= schema->length.min)
        return true;
    size_t count = json_value_characters(json_string_value(value), bytes);
    return check_range(check, schema, value, at, &schema->length, count, &range_length);
}

static bool check_pattern(struct check *check, const struct schema *schema, const json_t *value,
                          const struct json_value_place *at)
{
    bool gave_up = false;
    size_t length = json_string_length(value);
    if (!check_charge(check, at, 1 + length / 64))
        return false;
    if (regex_matches(schema->pattern, json_string_value(value), length, &check->memory, &gave_up))
        return true;
    if (gave_up)
        return check_stop(check, at, "limit", "takes too much work to be matched");
    return check_fail(check, schema, at, value, "pattern", "does not match the pattern %s",
                      json_string_value(json_object_get(schema->source, "pattern")));
}

static bool check_format(struct check *check, const struct schema *schema, const json_t *value,
                         const struct json_value_place *at)
{
    const char *text = json_string_value(value);
    const char *detail = NULL;
    if (strlen(text) != json_string_length(value))
        detail = "has a NUL character";
    else if (schema->format->valid(text, &detail))
        return true;
    if (detail)
        return check_fail(check, schema, at, value, "format", "%s", detail);
    return check_fail(check, schema, at, value, "format", "is not a valid %s",
                      schema->format->name);
}

static bool check_string(struct check *check, const struct schema *schema, const json_t *value,
                         const struct json_value_place *at)
{
    bool valid = check_length(check, schema, value, at);
    if (schema->pattern && check_goes_on(check, valid))
        valid = check_pattern(check, schema, value, at) && valid;
    if (schema->format && check_goes_on(check, valid))
        valid = check_format(check, schema, value, at) && valid;
    return valid;
}

// ---- Checking: arrays

struct hashed {
    uint64_t hash;
    size_t index;
};

static int hashed_order(const void *left, const void *right)
{
    const struct hashed *a = left;
    const struct hashed *b = right;
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    return (a->index > b->index) - (a->index < b->index);
}

static bool check_twice(struct check *check, const struct schema *schema, const json_t *array,
                        const struct json_value_place *at, size_t first, size_t second)
{
    return check_fail(check, schema, at, array, "uniqueItems", "the items %zu and %zu are equal",
                      first, second);
}

static bool check_unique_few(struct check *check, const struct schema *schema, const json_t *array,
                             const struct json_value_place *at)
{
    for (size_t i = 1; i < json_array_size(array); i++) {
        for (size_t j = 0; j < i; j++) {
            if (check_equal(check, at, json_array_get(array, j), json_array_get(array, i)))
                return check_twice(check, schema, array, at, j, i);
        }
    }
    return true;
}

// Like check_unique_few(), with HASHED sorted, so that only items with the same hash are compared.
static bool check_unique_hashed(struct check *check, const struct schema *schema,
                                const json_t *array, const struct json_value_place *at,
                                const struct hashed *hashed)
{
    for (size_t i = 1; i < json_array_size(array); i++) {
        for (size_t j = i; j-- > 0 && hashed[j].hash == hashed[i].hash;) {
            if (check_equal(check, at, json_array_get(array, hashed[j].index),
                            json_array_get(array, hashed[i].index)))
                return check_twice(check, schema, array, at, hashed[j].index, hashed[i].index);
        }
    }
    return true;
}

static bool check_unique(struct check *check, const struct schema *schema, const json_t *array,
                         const struct json_value_place *at)
{
    size_t size = json_array_size(array);
    if (size <= PAIRS_MAX)
        return check_unique_few(check, schema, array, at);
    struct hashed *hashed = calloc(size, sizeof *hashed);
    if (!hashed)
        return check_stop(check, at, "memory", "out of memory");
    for (size_t i = 0; i < size && !check->stopped; i++)
        hashed[i] = (struct hashed){check_hash(check, at, json_array_get(array, i)), i};
    qsort(hashed, size, sizeof *hashed, hashed_order);
    bool unique = !check->stopped && check_unique_hashed(check, schema, array, at, hashed);
    free(hashed);
    return unique;
}

static bool check_array(struct check *check, const struct schema *schema, const json_t *array,
                        const struct json_value_place *at)
{
    size_t size = json_array_size(array);
    bool valid = check_range(check, schema, array, at, &schema->items_range, size, &range_items);
    if (schema->unique && check_goes_on(check, valid))
        valid = check_unique(check, schema, array, at) && valid;
    struct json_value_place place = {.parent = at};
    for (; schema->items && place.index < size && check_goes_on(check, valid); place.index++)
        valid =
            check_value(check, schema->items, json_array_get(array, place.index), &place) && valid;
    return valid;
}

// ---- Checking: objects

static bool check_evaluates(struct check *check, const struct schema *schema, const json_t *object,
                            const struct json_value_place *property);

// Whether one of the inner nodes of SCHEMA evaluates PROPERTY of OBJECT. Those that OBJECT must
// satisfy are assumed to be satisfied, because otherwise there is a finding anyway.
static bool check_evaluates_inside(struct check *check, const struct schema *schema,
                                   const json_t *object, const struct json_value_place *property)
{
    for (size_t i = 0; i < node_inner_count(schema); i++) {
        const struct schema *inner = node_inner(schema, i);
        bool optional =
            i >= schema->all.count && i - schema->all.count < schema->any.count + schema->one.count;
        if (check_evaluates(check, inner, object, property) &&
            (!optional || check_quietly(check, inner, object, property->parent)))
            return true;
    }
    return false;
}

static bool check_evaluates(struct check *check, const struct schema *schema, const json_t *object,
                            const struct json_value_place *property)
{
    if (!check_charge(check, property->parent, 1))
        return false;
    if (schema->additional || schema->unevaluated)
        return true;
    const struct schema_name *name =
        names_find(&schema->properties, property->key, property->length);
    return (name && name->schema) || check_evaluates_inside(check, schema, object, property);
}

// Checks a property whose name is not known.
static bool check_extra(struct check *check, const struct schema *extra, const json_t *value,
                        const struct json_value_place *at, const char *keyword, const json_t *known)
{
    if (!extra->never)
        return check_value(check, extra, value, at);
    if (check_silent(check))
        return false;
    check_send(check, at,
               (struct schema_finding){.keyword = keyword,
                                       .detail = "is not a known property",
                                       .expected = known,
                                       .found = value,
                                       .name = at->key});
    return false;
}

static bool check_property(struct check *check, const struct schema *schema, const json_t *object,
                           const struct schema_name *name, const json_t *value,
                           const struct json_value_place *at)
{
    if (name && name->schema)
        return check_value(check, name->schema, value, at);
    if (schema->additional)
        return check_extra(check, schema->additional, value, at, "additionalProperties",
                           json_object_get(schema->source, "properties"));
    if (!schema->unevaluated || check_evaluates_inside(check, schema, object, at))
        return true;
    return check_extra(check, schema->unevaluated, value, at, "unevaluatedProperties",
                       schema->known);
}

__attribute__((noinline)) static bool check_missing(struct check *check,
                                                    const struct schema *schema,
                                                    const json_t *object,
                                                    const struct json_value_place *at)
{
    for (size_t i = 0; i < schema->properties.count && !check_silent(check); i++) {
        const struct schema_name *name = &schema->properties.items[i];
        if (!name->required || json_object_getn(object, name->text, name->length))
            continue;
        char detail[SCHEMA_DETAIL_SIZE];
        struct text text = {.buffer = detail, .size = sizeof detail};
        text_format(&text, "has no %s, which is required", name->text);
        check_send(check, at,
                   (struct schema_finding){.keyword = "required",
                                           .detail = detail,
                                           .expected = json_object_get(schema->source, "required"),
                                           .found = object,
                                           .name = name->text});
    }
    return false;
}

static bool check_properties(struct check *check, const struct schema *schema, const json_t *object,
                             const struct json_value_place *at)
{
    struct json_value_place place = {.parent = at};
    void *iterator = NULL;
    const json_t *value;
    size_t required = 0;
    bool valid = true;
    while (check_goes_on(check, valid) && (value = json_value_next(object, &iterator, &place))) {
        const struct schema_name *name = names_find(&schema->properties, place.key, place.length);
        required += name && name->required;
        valid = check_property(check, schema, object, name, value, &place) && valid;
    }
    if (check_goes_on(check, valid) && required < schema->required_count)
        valid = check_missing(check, schema, object, at);
    return valid;
}

static bool check_object(struct check *check, const struct schema *schema, const json_t *object,
                         const struct json_value_place *at)
{
    bool valid = check_range(check, schema, object, at, &schema->properties_range,
                             json_object_size(object), &range_properties);
    if ((schema->properties.count || schema->additional || schema->unevaluated) &&
        check_goes_on(check, valid))
        valid = check_properties(check, schema, object, at) && valid;
    return valid;
}

// ---- Checking: schemas

// Checks VALUE against those of BRANCHES that allow its kind; with SINGLE (oneOf), a second match
// is a fault.
static bool check_branches(struct check *check, const struct schema *schema, const json_t *value,
                           const struct json_value_place *at, const struct branches *branches,
                           bool single)
{
    const char *keyword = single ? "oneOf" : "anyOf";
    const struct schema *candidate = NULL;
    unsigned kind = json_value_kind(value);
    size_t candidates = 0;
    size_t fits = 0;
    for (size_t i = 0; i < branches->count; i++) {
        if ((branches->items[i]->accepts & kind) == 0)
            continue;
        candidate = branches->items[i];
        candidates++;
    }
    if (candidates == 0)
        return check_fail_kind(check, schema, at, value, keyword, branches_accept(branches));
    if (candidates == 1)
        return check_value(check, candidate, value, at);
    for (size_t i = 0; i < branches->count && fits < (single ? 2 : 1) && !check->stopped; i++)
        fits += (branches->items[i]->accepts & kind) != 0 &&
                check_quietly(check, branches->items[i], value, at);
    if (fits == 1)
        return true;
    return check_fail(check, schema, at, value, keyword,
                      fits > 1 ? "fits more than one of the %zu forms there are"
                               : "fits none of the %zu forms that are allowed",
                      branches->count);
}

static bool check_inner(struct check *check, const struct schema *schema, const json_t *value,
                        const struct json_value_place *at)
{
    bool valid = !schema->ref || check_value(check, schema->ref, value, at);
    for (size_t i = 0; i < schema->all.count && check_goes_on(check, valid); i++)
        valid = check_value(check, schema->all.items[i], value, at) && valid;
    if (schema->any.count > 0 && check_goes_on(check, valid))
        valid = check_branches(check, schema, value, at, &schema->any, false) && valid;
    if (schema->one.count > 0 && check_goes_on(check, valid))
        valid = check_branches(check, schema, value, at, &schema->one, true) && valid;
    if (schema->negated && check_goes_on(check, valid) &&
        check_quietly(check, schema->negated, value, at))
        valid = check_fail(check, schema, at, value, "not", "has a form that is not allowed");
    return valid;
}

static bool check_by_kind(struct check *check, const struct schema *schema, const json_t *value,
                          const struct json_value_place *at)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return check_object(check, schema, value, at);
    case JSON_ARRAY:
        return check_array(check, schema, value, at);
    case JSON_STRING:
        return check_string(check, schema, value, at);
    case JSON_INTEGER:
    case JSON_REAL:
        return check_number(check, schema, value, at);
    default:
        return true;
    }
}

static bool check_all(struct check *check, const struct schema *schema, const json_t *value,
                      const struct json_value_place *at)
{
    if (schema->never)
        return check_fail(check, schema, at, value, "false", "is not allowed here");
    if ((schema->types & json_value_kind(value)) == 0)
        return check_fail_kind(check, schema, at, value, "type", schema->types);
    bool valid = check_equality(check, schema, value, at);
    if (check_goes_on(check, valid))
        valid = check_by_kind(check, schema, value, at) && valid;
    if (schema->height > 0 && check_goes_on(check, valid))
        valid = check_inner(check, schema, value, at) && valid;
    return valid;
}

static bool check_value(struct check *check, const struct schema *schema, const json_t *value,
                        const struct json_value_place *at)
{
    if (!check_enter(check, at))
        return false;
    bool valid = check_all(check, schema, value, at);
    check->depth--;
    return valid && !check->stopped;
}

size_t json_schema_check(const struct schema *schema, const json_t *instance,
                         void (*report)(void *context, const struct schema_finding *finding),
                         void *context)
{
    struct check check = {.report = report, .context = context, .steps = SCHEMA_STEPS_MAX};
    (void)check_value(&check, schema, instance, NULL);
    regex_memory_free(&check.memory);
    return check.findings;
}
