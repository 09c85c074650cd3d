// Checks JSON values against a subset of JSON Schema 2020-12, for the schemas of an OpenAPI 3.1
// document.
#ifndef RELATA_SCHEMA_JSON_SCHEMA_H
#define RELATA_SCHEMA_JSON_SCHEMA_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

// The subset (JSON Schema Core and Validation 2020-12, Internet-Drafts of 2022-06-10), with boolean
// schemas: $ref to a place in the same document ("#" and a JSON pointer as of RFC 6901), allOf,
// anyOf, oneOf, not, type, enum, const, format, properties, required, additionalProperties,
// unevaluatedProperties, minProperties, maxProperties, items, minItems, maxItems, uniqueItems,
// minLength, maxLength, pattern (see pattern.h), minimum, maximum, exclusiveMinimum,
// exclusiveMaximum. These are passed over: title, description, default, example, examples,
// deprecated, readOnly, writeOnly, $comment, $defs, contentMediaType and all that starts with "x-".

// A format that is checked. `valid` receives a string, which has no NUL in it. If it returns false
// it may set *ret_detail to a text that says what is wrong, such as "has no month 13", and that
// outlives the call. It must be safe to call from many threads. If `valid` is NULL, the format is
// an annotation.
struct schema_format {
    const char *name;
    bool (*valid)(const char *text, const char **ret_detail);
};

// What is wrong with a schema: a JSON pointer into the document, which ends in the keyword if there
// is one, and a sentence. Both are UTF-8 and cut if they are too long.
struct schema_fault {
    char pointer[256];
    char detail[256];
};

// What is wrong with an instance. Everything is borrowed, and the texts are valid only during the
// call.
struct schema_finding {
    // RFC 6901, into the instance. For additionalProperties and unevaluatedProperties, it points to
    // the property.
    const char *pointer;
    // The keyword that was not met; "false" for the schema `false`; or why the check ended without
    // a verdict: "depth" (nested too deeply), "limit" (too much work), "memory".
    const char *keyword;
    // What was wrong and what is allowed, such as "must be string or null, not integer".
    const char *detail;
    // The keyword's value in the schema; for additionalProperties and unevaluatedProperties, an
    // object whose keys are the known properties; NULL if there is neither.
    const json_t *expected;
    // The value at `pointer`; NULL if the check ended without a verdict.
    const json_t *found;
    // The property that is missing (required) or unknown (additionalProperties,
    // unevaluatedProperties), otherwise NULL.
    const char *name;
};

// The compiled schemas of one document.
struct schema_set;

// One compiled schema, owned by its set.
struct schema;

// Returns an empty set, to be freed with json_schema_set_free(); NULL if memory ran out. DOCUMENT
// and FORMATS are borrowed, must outlive the set and must not change. FORMATS ends with an entry
// whose name is NULL; any other format is a fault. If FORMATS is NULL, every format is an
// annotation.
struct schema_set *json_schema_set_new(const json_t *document, const struct schema_format *formats);

// Frees the schemas too; NULL is allowed.
void json_schema_set_free(struct schema_set *set);

// Compiles the schema at POINTER (RFC 6901; "" is the whole document) and everything that it refers
// to. Returns NULL, with a reason in RET_FAULT, if a keyword is not in the subset or has a value
// that is not allowed, a $ref leads nowhere or in a circle, a pattern or format is unknown, or
// memory ran out; from then on the set always returns that fault. Only one thread at a time may
// compile in a set; schemas returned before may be used meanwhile.
const struct schema *json_schema_set_compile(struct schema_set *set, const char *pointer,
                                             struct schema_fault *ret_fault);

// Checks INSTANCE and calls REPORT with CONTEXT for every finding; REPORT may be NULL. Returns the
// number of findings, 0 if INSTANCE is valid. If a value has the wrong type, that is its only
// finding by that schema. If no branch of an anyOf or oneOf matches but exactly one allows the
// value's type, the findings are those of that branch. The work is bounded, the stack used is below
// 512 KiB, and memory is allocated only for findings, patterns, and uniqueItems on more than a few
// items. Any number of threads may check with one schema at a time.
size_t json_schema_check(const struct schema *schema, const json_t *instance,
                         void (*report)(void *context, const struct schema_finding *finding),
                         void *context);

#endif
