// Reads the values that bibliographies need from an item of CSL-JSON (Citation Style Language
// 1.0.2): texts with normal spacing, dates, names. Everything is borrowed from the item.
#ifndef RELATA_FORMATS_CSL_H
#define RELATA_FORMATS_CSL_H

#include "base/json.h"

// The equivalents of a CSL type in BibTeX and RIS.
struct csl_entry_kind {
    const char *csl;
    const char *bibtex;
    const char *ris;
};

// For the item's type; @misc and GEN if it is unknown. Never NULL.
const struct csl_entry_kind *csl_entry_kind(const json_t *csl);

// Reads text up to END, or to its NUL if that comes first, with each run of blanks as one space and
// none at either end.
struct csl_reader {
    const char *at;
    const char *end;
    bool started;
};

// The next byte, or '\0' at the end.
char csl_reader_next(struct csl_reader *reader);

// TEXT, or NULL if it is absent or blank.
const char *csl_text(const char *text);
// The text at KEY, or NULL if it is absent or blank.
const char *csl_field(const json_t *csl, const char *key);

// A date: a part that is absent or out of range is 0, and so are all finer parts.
struct csl_date {
    bool known;
    json_int_t year;
    int month;
    int day;
};

// The date at KEY; for an interval, its beginning.
struct csl_date csl_date_at(const json_t *csl, const char *key);

// Absent parts are NULL.
struct csl_name {
    const char *dropping;
    const char *particle;
    const char *family;
    const char *given;
    const char *suffix;
    const char *literal;
};

// False if the name is empty. If a name has no family name and only one other part, that part
// becomes its literal.
bool csl_name_read(const json_t *value, struct csl_name *ret_name);

// The length of the hyphen or en dash at TEXT, or 0.
size_t csl_dash_length(const char *text);

#endif
