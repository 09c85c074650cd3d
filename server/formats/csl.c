// Reads items of CSL-JSON.
#include "formats/csl.h"

#include <string.h>

// Types of CSL 1.0.2 that are not listed here, and unknown ones, are @misc and GEN.
static const struct csl_entry_kind kinds[] = {
    {"article-journal", "article", "JOUR"},
    {"article-magazine", "article", "MGZN"},
    {"article-newspaper", "article", "NEWS"},
    {"bill", "misc", "BILL"},
    {"book", "book", "BOOK"},
    {"broadcast", "misc", "VIDEO"},
    {"chapter", "incollection", "CHAP"},
    {"dataset", "misc", "DATA"},
    {"entry", "incollection", "CHAP"},
    {"entry-dictionary", "incollection", "DICT"},
    {"entry-encyclopedia", "incollection", "ENCYC"},
    {"hearing", "misc", "HEAR"},
    {"interview", "misc", "PCOMM"},
    {"legal_case", "misc", "CASE"},
    {"legislation", "misc", "STAT"},
    {"manuscript", "unpublished", "UNPB"},
    {"map", "misc", "MAP"},
    {"motion_picture", "misc", "MPCT"},
    {"pamphlet", "booklet", "PAMP"},
    {"paper-conference", "inproceedings", "CONF"},
    {"patent", "misc", "PAT"},
    {"periodical", "misc", "JFULL"},
    {"personal_communication", "misc", "PCOMM"},
    {"post", "misc", "BLOG"},
    {"post-weblog", "misc", "BLOG"},
    {"regulation", "misc", "STAT"},
    {"report", "techreport", "RPRT"},
    {"review", "article", "JOUR"},
    {"software", "misc", "COMP"},
    {"song", "misc", "SOUND"},
    {"standard", "misc", "STAND"},
    {"thesis", "phdthesis", "THES"},
    {"webpage", "misc", "ELEC"},
};

static const struct csl_entry_kind kind_other = {"document", "misc", "GEN"};

const struct csl_entry_kind *csl_entry_kind(const json_t *csl)
{
    const char *type = json_text(csl, "type");
    for (size_t i = 0; type && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strcmp(kinds[i].csl, type) == 0)
            return &kinds[i];
    }
    return &kind_other;
}

// The length of the blank at TEXT: ASCII white space, a control character (C0, DEL, C1), or a line
// or paragraph separator; 0 if there is none.
static size_t blank_length(const char *text)
{
    const unsigned char *bytes = (const unsigned char *)text;
    if ((bytes[0] > 0 && bytes[0] <= ' ') || bytes[0] == 0x7f)
        return 1;
    if (bytes[0] == 0xc2 && bytes[1] >= 0x80 && bytes[1] <= 0x9f)
        return 2;
    if (bytes[0] == 0xe2 && bytes[1] == 0x80 && (bytes[2] == 0xa8 || bytes[2] == 0xa9))
        return 3;
    return 0;
}

// The next byte; '\0' at the end.
char csl_reader_next(struct csl_reader *reader)
{
    bool blank = false;
    size_t length;
    while (reader->at != reader->end && (length = blank_length(reader->at)) > 0) {
        reader->at += length;
        blank = true;
    }
    if (reader->at == reader->end || *reader->at == '\0')
        return '\0';
    if (blank && reader->started)
        return ' ';
    reader->started = true;
    return *reader->at++;
}

// TEXT, or NULL if it is absent or blank.
const char *csl_text(const char *text)
{
    struct csl_reader reader = {.at = text};
    return text && csl_reader_next(&reader) != '\0' ? text : NULL;
}

const char *csl_field(const json_t *csl, const char *key)
{
    return csl_text(json_text(csl, key));
}

static int part_of(const json_t *parts, size_t index, int most)
{
    json_int_t part = json_integer_value(json_array_get(parts, index));
    return part >= 1 && part <= most ? (int)part : 0;
}

// The date at KEY; for an interval, its beginning.
struct csl_date csl_date_at(const json_t *csl, const char *key)
{
    const json_t *parts =
        json_array_get(json_object_get(json_object_get(csl, key), "date-parts"), 0);
    struct csl_date date = {.known = false};
    if (json_array_size(parts) == 0)
        return date;
    date.known = true;
    date.year = json_integer_value(json_array_get(parts, 0));
    date.month = part_of(parts, 1, 12);
    date.day = date.month > 0 ? part_of(parts, 2, 31) : 0;
    return date;
}

// False if the name is empty. If a name has no family name and only one other part, that part
// becomes its literal.
bool csl_name_read(const json_t *value, struct csl_name *ret_name)
{
    struct csl_name name = {
        .dropping = csl_field(value, "dropping-particle"),
        .particle = csl_field(value, "non-dropping-particle"),
        .family = csl_field(value, "family"),
        .given = csl_field(value, "given"),
        .suffix = csl_field(value, "suffix"),
        .literal = csl_field(value, "literal"),
    };
    if (!name.family && !name.literal) {
        name.literal = name.given ? name.given : name.particle ? name.particle : name.dropping;
        name.literal = name.literal ? name.literal : name.suffix;
    }
    if (!name.family && !name.literal)
        return false;
    *ret_name = name;
    return true;
}

// The length of the hyphen or en dash at TEXT, or 0.
size_t csl_dash_length(const char *text)
{
    if (*text == '-')
        return 1;
    return strncmp(text, "\xe2\x80\x93", 3) == 0 ? 3 : 0;
}
