// What bibliographies read out of an item of CSL-JSON (Citation Style Language 1.0.2): texts
// without blanks to spare, dates, names. Everything is borrowed from the item.
#ifndef RELATA_FORMATS_CSL_H
#define RELATA_FORMATS_CSL_H

#include "base/json.h"

// What a type of CSL is in BibTeX and in RIS.
struct csl_entry_kind {
    const char *csl;
    const char *bibtex;
    const char *ris;
};

// For the item's type; @misc and GEN where it is none of CSL's. Never NULL.
const struct csl_entry_kind *csl_entry_kind(const json_t *csl);

// A reader of text up to END (or its NUL, where that comes first) in which every run of blanks is
// one space, and none stands at the ends.
struct csl_reader {
    const char *at;
    const char *end;
    bool started;
};

// The next byte, or '\0' at the end.
char csl_reader_next(struct csl_reader *reader);

// TEXT, or NULL where it is absent or only blanks.
const char *csl_text(const char *text);
// The text at KEY, or NULL where it is absent or only blanks.
const char *csl_field(const json_t *csl, const char *key);

// A day, or a month or year: what is absent or out of range is 0, and so is all that is finer.
struct csl_date {
    bool known;
    json_int_t year;
    int month;
    int day;
};

// The date at KEY; of an interval its beginning.
struct csl_date csl_date_at(const json_t *csl, const char *key);

// What is absent is NULL.
struct csl_name {
    const char *dropping;
    const char *particle;
    const char *family;
    const char *given;
    const char *suffix;
    const char *literal;
};

// False where nothing of the name is there. The parts of a name without a family name are its
// literal, if only one is there.
bool csl_name_read(const json_t *value, struct csl_name *ret_name);

// The length of the hyphen or en dash at TEXT, or 0.
size_t csl_dash_length(const char *text);

#endif
