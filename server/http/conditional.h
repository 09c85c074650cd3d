// Conditional requests (RFC 9110, 13): whether the client already has the answer.
#ifndef RELATA_HTTP_CONDITIONAL_H
#define RELATA_HTTP_CONDITIONAL_H

#include <stdbool.h>
#include <stdint.h>

enum { HTTP_DATE_SIZE = 30 };

// SECONDS since 1970 as an IMF-fixdate (RFC 9110, 5.6.7).
void conditional_date_write(int64_t seconds, char ret_text[static HTTP_DATE_SIZE]);
// Reads a date in any of the three forms of RFC 9110; false if TEXT is none of them.
bool conditional_date_read(const char *text, int64_t *ret_seconds);
// Reads the time of a revision, RFC 3339 in UTC; 0 if TEXT is NULL or malformed.
int64_t conditional_time_read(const char *text);

// Whether the client already has the answer with TAG (without quotes and the suffix of a coding),
// modified MODIFIED seconds since 1970 (0: unknown). IF_NONE_MATCH and IF_MODIFIED_SINCE are the
// headers or NULL; the first one takes precedence. Tags are compared weakly, and the tag of a
// compressed answer matches that of the plain one, because both stand for the same content.
bool conditional_is_fresh(const char *if_none_match, const char *if_modified_since, const char *tag,
                          int64_t modified);

#endif
