// Makes untrusted text safe: percent-decoding, UTF-8, integers, and the nearest of several names.
#ifndef RELATA_BASE_TEXT_H
#define RELATA_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Whether the LENGTH bytes are well-formed UTF-8 (RFC 3629) without a NUL.
bool text_is_utf8(const char *bytes, size_t length);

// Decodes percent escapes (RFC 3986), and `+` as a space if PLUS is set, into a new string.
// *RET_TEXT is NULL if memory runs out. False if an escape is malformed or the result has a NUL or
// is not UTF-8.
bool text_decode(const char *bytes, size_t length, bool plus, char **ret_text);

// A copy of TEXT as someone would type it: without soft hyphens and invisible characters, ligatures
// as letters, dotless i as i. NULL if memory runs out.
char *text_typed(const char *text);

// Copies as much of TEXT as fits into SIZE bytes with its NUL. Used on every request, where printf
// is too slow.
void text_copy(char *ret_text, size_t size, const char *text);

enum { TEXT_NUMBER_SIZE = 21, TEXT_HEX_SIZE = 17 };

// Writes NUMBER in decimal digits without a NUL; returns how many.
size_t text_number(int64_t number, char ret_digits[static TEXT_NUMBER_SIZE]);

// NUMBER as 16 hexadecimal digits.
void text_hex(uint64_t number, char ret_text[static TEXT_HEX_SIZE]);

// Reads TEXT as a decimal integer: no sign `+`, no spaces, no leading zeros, nothing after it.
bool text_integer(const char *text, int64_t *ret_value);

// The number of edits (insert, delete, replace, swap neighbours) between two texts, ignoring case;
// only the first 64 characters of each are compared.
size_t text_distance(const char *a, const char *b);

// How many edits may separate TEXT from a name that is suggested for it: one in three characters.
size_t text_plausible(const char *text);

// The nearest of COUNT names to TEXT; NULL if none is near enough to suggest.
const char *text_nearest(const char *text, const char *const *names, size_t count);

enum { TEXT_MEANT_SIZE = 384 };

// The sentence ` Did you mean 'A'?`, with ` or 'B'` if B is not NULL; "" if A is NULL.
const char *text_meant(const char *a, const char *b, char ret_sentence[static TEXT_MEANT_SIZE]);

// Whether ID is a slug: letters, digits and single hyphens, starting with a letter, at most 80
// characters.
bool text_is_slug(const char *id);

#endif
