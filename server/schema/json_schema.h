// Judges JSON values by a subset of JSON Schema 2020-12, for the schemas of an OpenAPI 3.1
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

// A format that can be asserted. `valid` gets the text of a string, which has no NUL in it; where
// it returns false it may leave a text in *ret_detail that says what is wrong and that outlives the
// call, such as "has no month 13". It must be safe to call from many threads. With `valid` NULL the
// format is an annotation.
struct schema_format {
    const char *name;
    bool (*valid)(const char *text, const char **ret_detail);
};

// What is wrong with a schema: a JSON pointer into the document, which ends in the keyword where
// there is one, and a sentence. Both are UTF-8, and cut off where they are too long.
struct schema_fault {
    char pointer[256];
    char detail[256];
};

// What is wrong with an instance. All of it is borrowed, and the texts last no longer than the
// call.
struct schema_finding {
    // RFC 6901, into the instance. For additionalProperties and unevaluatedProperties, the
    // property.
    const char *pointer;
    // The keyword that was not met; "false" for the schema `false`; or why the check was ended
    // without a verdict: "depth" (too deeply nested), "limit" (too much work), "memory".
    const char *keyword;
    // What was wrong and what is allowed, such as "must be string or null, not integer".
    const char *detail;
    // The keyword's value in the schema; for additionalProperties and unevaluatedProperties an
    // object that has the names of the known properties; NULL where there is neither.
    const json_t *expected;
    // The value at `pointer`; NULL where the check was ended.
    const json_t *found;
    // The property that is missing (required) or not known (additionalProperties,
    // unevaluatedProperties), else NULL.
    const char *name;
};

// The compiled schemas of one document.
struct schema_set;

// One compiled schema, part of its set.
struct schema;

// Returns an empty set for json_schema_set_free(), or NULL where memory ran out. DOCUMENT and
// FORMATS are borrowed, must outlive the set and not change. FORMATS ends in an entry with the name
// NULL; a format that is not in it is a fault. With FORMATS NULL every format is an annotation.
struct schema_set *json_schema_set_new(const json_t *document, const struct schema_format *formats);

// Takes NULL as well. Frees the schemas too.
void json_schema_set_free(struct schema_set *set);

// Compiles the schema at POINTER (RFC 6901, "" is all of the document) and all that it refers to.
// Returns NULL with a reason in RET_FAULT where a keyword is not in the subset or has a value that
// is not allowed, a $ref leads nowhere or in a circle, a pattern or format is unknown, or memory
// ran out; from then on the set returns that same fault. One thread at a time may compile in a set;
// schemas that were returned before can be used meanwhile.
const struct schema *json_schema_set_compile(struct schema_set *set, const char *pointer,
                                             struct schema_fault *ret_fault);

// Judges INSTANCE and calls REPORT with CONTEXT for every finding; REPORT may be NULL. Returns the
// number of findings, 0 where INSTANCE is valid. Where a value has the wrong type, that is its only
// finding by that schema. Where none of the forms of an anyOf or oneOf fits but just one of them
// allows the type of the value, the findings are those by that form. The work is bounded, the stack
// taken is below 512 KiB, and memory is allocated only for findings, patterns, and uniqueItems on
// more than a few items. Any number of threads may check by one schema at a time.
size_t json_schema_check(const struct schema *schema, const json_t *instance,
                         void (*report)(void *context, const struct schema_finding *finding),
                         void *context);

#endif
