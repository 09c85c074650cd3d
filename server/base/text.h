// Untrusted text made safe: percent-decoding, UTF-8, integers, and the nearest of several names.
#ifndef RELATA_BASE_TEXT_H
#define RELATA_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Whether the LENGTH bytes are well-formed UTF-8 (RFC 3629) without NUL.
bool text_is_utf8(const char *bytes, size_t length);

// Decodes percent escapes (RFC 3986), and `+` as a space where PLUS is set, into a new
// NUL-terminated string; NULL in *RET_TEXT when memory ends. False where an escape is bad or the
// result holds NUL or is not UTF-8.
bool text_decode(const char *bytes, size_t length, bool plus, char **ret_text);

// A copy of TEXT as one would type it: without soft hyphens and marks that nobody sees, with the
// letters of a ligature, and with i for the dotless one. NULL when memory ends.
char *text_typed(const char *text);

// As much of TEXT as fits into SIZE bytes, with a NUL behind it. Where each request needs it,
// printf is too dear.
void text_copy(char *ret_text, size_t size, const char *text);

enum { TEXT_NUMBER_SIZE = 21, TEXT_HEX_SIZE = 17 };

// NUMBER in decimal digits, without a NUL; gives their number.
size_t text_number(int64_t number, char ret_digits[static TEXT_NUMBER_SIZE]);

// NUMBER as 16 hexadecimal digits.
void text_hex(uint64_t number, char ret_text[static TEXT_HEX_SIZE]);

// The decimal integer that is the whole of TEXT, without sign `+`, spaces or leading zeros.
bool text_integer(const char *text, int64_t *ret_value);

// Edits (insert, delete, replace, swap neighbours) between two texts, compared without case; capped
// at 64 characters each.
size_t text_distance(const char *a, const char *b);

// How many edits away from TEXT a name may be to be what was meant: one in three characters.
size_t text_plausible(const char *text);

// Of COUNT names the one nearest to TEXT, or NULL where none is near enough to be meant.
const char *text_nearest(const char *text, const char *const *names, size_t count);

enum { TEXT_MEANT_SIZE = 384 };

// The sentence ` Did you mean 'A'?`, with ` or 'B'` where B is not NULL; "" where A is NULL.
const char *text_meant(const char *a, const char *b, char ret_sentence[static TEXT_MEANT_SIZE]);

// Whether ID is a slug: letters, digits and single hyphens, beginning with a letter, at most 80
// characters.
bool text_is_slug(const char *id);

#endif
