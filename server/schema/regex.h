// Matches text against the regular expressions of JSON Schema's "pattern".
#ifndef RELATA_SCHEMA_REGEX_H
#define RELATA_SCHEMA_REGEX_H

#include <stdbool.h>
#include <stddef.h>

enum { PATTERN_FAULT_SIZE = 128 };

struct regex;

// Compiles TEXT, a regular expression of ECMA-262 with the "u" flag. Supported are characters, ".",
// classes, the escapes \d \D \w \W \s \S \b \B \p{..} \P{..} \t \n \v \f \r \0 \cX \xHH \uHHHH
// \u{H..} and escaped syntax characters, groups, look-around, alternation, greedy and lazy
// quantifiers. Back references, named groups and everything that only PCRE has are not. Returns a
// pattern for regex_free() that does not refer to TEXT; NULL, with the reason in RET_FAULT, if TEXT
// is not supported or memory ran out.
struct regex *regex_new(const char *text, char ret_fault[PATTERN_FAULT_SIZE]);

// NULL is allowed.
void regex_free(struct regex *pattern);

// Working memory that is reused from one match to the next; {NULL} at first. For one thread at a
// time.
struct pattern_memory {
    void *data;
};

void regex_memory_free(struct pattern_memory *memory);

// Whether PATTERN occurs anywhere in the LENGTH bytes of UTF-8 at TEXT. The work of one match is
// bounded: if the limit is reached, or memory runs out, the answer is false and *RET_GAVE_UP is set
// to true; otherwise it is left unchanged. Any number of threads may match one pattern at a time,
// each with a MEMORY of its own.
bool regex_matches(const struct regex *pattern, const char *text, size_t length,
                   struct pattern_memory *memory, bool *ret_gave_up);

#endif
