// Works as entries of a bibliography: BibTeX and RIS from CSL-JSON.
#include "formats/bibliography.h"

#include <string.h>

// --- What both formats read out of an item

struct entry_kind {
    const char *csl;
    const char *bibtex;
    const char *ris;
};

// Types of CSL 1.0.2 that are neither here nor known are @misc and GEN.
static const struct entry_kind kinds[] = {
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

static const struct entry_kind kind_other = {"document", "misc", "GEN"};

static const struct entry_kind *entry_kind_of(const json_t *csl)
{
    const char *type = json_text(csl, "type");
    for (size_t i = 0; type && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strcmp(kinds[i].csl, type) == 0)
            return &kinds[i];
    }
    return &kind_other;
}

// A reader of text up to END (or its NUL, where that comes first) in which every run of blanks is
// one space, and none stands at the ends.
struct reader {
    const char *at;
    const char *end;
    bool started;
};

// The length of the blank at TEXT: ASCII white space, a control character (C0, DEL, C1), or a
// separator of lines or paragraphs; 0 where there is none.
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

// The next byte, '\0' at the end.
static char reader_next(struct reader *reader)
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

// TEXT, or NULL where it is absent or only blanks.
static const char *csl_text(const char *text)
{
    struct reader reader = {.at = text};
    return text && reader_next(&reader) != '\0' ? text : NULL;
}

static const char *field_of(const json_t *csl, const char *key)
{
    return csl_text(json_text(csl, key));
}

// A day, or a month or year: what is absent or out of range is 0, and so is all that is finer.
struct csl_date {
    bool known;
    json_int_t year;
    int month;
    int day;
};

static int part_of(const json_t *parts, size_t index, int most)
{
    json_int_t part = json_integer_value(json_array_get(parts, index));
    return part >= 1 && part <= most ? (int)part : 0;
}

// The date at KEY; of an interval its beginning.
static struct csl_date date_of(const json_t *csl, const char *key)
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
static bool name_read(const json_t *value, struct csl_name *ret_name)
{
    struct csl_name name = {
        .dropping = field_of(value, "dropping-particle"),
        .particle = field_of(value, "non-dropping-particle"),
        .family = field_of(value, "family"),
        .given = field_of(value, "given"),
        .suffix = field_of(value, "suffix"),
        .literal = field_of(value, "literal"),
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
static size_t dash_length(const char *text)
{
    if (*text == '-')
        return 1;
    return strncmp(text, "\xe2\x80\x93", 3) == 0 ? 3 : 0;
}

// --- BibTeX

static bool braces_balance(const char *text)
{
    size_t depth = 0;
    for (; *text; text++) {
        if (*text == '}' && depth == 0)
            return false;
        depth += *text == '{';
        depth -= *text == '}';
    }
    return depth == 0;
}

// Whether TeX would set the two characters as one: dashes, quotation marks, and ?` and !`.
static bool is_ligature(char before, char c)
{
    if (c == '`' && (before == '?' || before == '!'))
        return true;
    return before == c && c != '\0' && strchr("-'`,<>", c);
}

// BibTeX counts braces even behind a backslash, so that \{ and \} only serve where they pair up.
static const char *tex_escape(char c, bool balanced)
{
    switch (c) {
    case '{':
        return balanced ? "\\{" : "\\textbraceleft{}";
    case '}':
        return balanced ? "\\}" : "\\textbraceright{}";
    case '&':
        return "\\&";
    case '%':
        return "\\%";
    case '$':
        return "\\$";
    case '#':
        return "\\#";
    case '_':
        return "\\_";
    case '~':
        return "\\textasciitilde{}";
    case '^':
        return "\\textasciicircum{}";
    case '\\':
        return "\\textbackslash{}";
    default:
        return NULL;
    }
}

static void tex_write(struct buffer *out, const char *text)
{
    bool balanced = braces_balance(text);
    struct reader reader = {.at = text};
    char before = '\0';
    for (char c; (c = reader_next(&reader)) != '\0'; before = c) {
        const char *escape = tex_escape(c, balanced);
        if (is_ligature(before, c))
            buffer_add_text(out, "{}");
        if (escape)
            buffer_add_text(out, escape);
        else
            buffer_add_char(out, c);
    }
}

// How a value is written.
enum bibtex_form {
    FORM_TEXT,
    FORM_TITLE, // in braces of its own, so that styles keep its case
    FORM_PAGES, // hyphens and en dashes are --
    FORM_RAW,   // doi and url, which are no TeX
};

static void pages_write(struct buffer *out, const char *text)
{
    struct reader reader = {.at = text};
    size_t before = 0;
    for (char c; (c = reader_next(&reader)) != '\0';) {
        size_t dash = c == ' ' ? 0 : dash_length(reader.at - 1);
        const char *escape = tex_escape(c, false);
        if (dash > 0)
            reader.at += dash - 1;
        if (dash > 0 && before == 0)
            buffer_add_text(out, "--");
        else if (dash == 0 && escape)
            buffer_add_text(out, escape);
        else if (dash == 0)
            buffer_add_char(out, c);
        before = dash;
    }
}

static void raw_write(struct buffer *out, const char *text)
{
    struct reader reader = {.at = text};
    for (char c; (c = reader_next(&reader)) != '\0';) {
        if (strchr("{}\\", c))
            buffer_add_format(out, "%%%02X", (unsigned)c);
        else
            buffer_add_char(out, c);
    }
}

static void bibtex_field(struct buffer *out, const char *name, const char *text,
                         enum bibtex_form form)
{
    if (!text)
        return;
    buffer_add_format(out, "  %s = {%s", name, form == FORM_TITLE ? "{" : "");
    if (form == FORM_RAW)
        raw_write(out, text);
    else if (form == FORM_PAGES)
        pages_write(out, text);
    else
        tex_write(out, text);
    buffer_add_text(out, form == FORM_TITLE ? "}},\n" : "},\n");
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

// Whether "and", in any case, is a word of the text.
static bool has_and(const char *text)
{
    struct reader reader = {.at = text};
    const char *rest = "and";
    char c;
    do {
        c = reader_next(&reader);
        if ((c == ' ' || c == '\0') && rest && *rest == '\0')
            return true;
        if (c == ' ')
            rest = "and";
        else
            rest = rest && *rest != '\0' && (c | 0x20) == *rest ? rest + 1 : NULL;
    } while (c != '\0');
    return false;
}

// Whether a part of a name holds what BibTeX would split it at, or what is escaped with braces.
static bool part_is_open(const char *part)
{
    return strpbrk(part, ",{}\\~^") || has_and(part);
}

// Whether every word begins with a capital letter of ASCII: other words could be read as particles.
static bool words_are_capital(const char *text)
{
    struct reader reader = {.at = text};
    char before = ' ';
    for (char c; (c = reader_next(&reader)) != '\0'; before = c) {
        if (before == ' ' && !is_upper(c))
            return false;
    }
    return true;
}

static bool has_space(const char *text)
{
    struct reader reader = {.at = text};
    for (char c; (c = reader_next(&reader)) != '\0';) {
        if (c == ' ')
            return true;
    }
    return false;
}

static void date_part_write(struct buffer *out, const char *part, bool closed)
{
    buffer_add_text(out, closed ? "{" : "");
    tex_write(out, part);
    buffer_add_text(out, closed ? "}" : "");
}

// "von Last, Jr, First", as BibTeX reads names.
static void bibtex_person(struct buffer *out, const struct csl_name *name)
{
    const char *particles[] = {name->dropping, name->particle};
    for (size_t i = 0; i < 2; i++) {
        if (!particles[i])
            continue;
        date_part_write(out, particles[i], part_is_open(particles[i]));
        buffer_add_char(out, ' ');
    }
    date_part_write(out, name->family,
                    part_is_open(name->family) || !words_are_capital(name->family));
    if (name->suffix) {
        buffer_add_text(out, ", ");
        date_part_write(out, name->suffix, part_is_open(name->suffix));
    }
    buffer_add_text(out, ", ");
    date_part_write(out, name->given, part_is_open(name->given));
}

// A name without a given name in braces, so that it is not taken apart.
static void bibtex_whole(struct buffer *out, const struct csl_name *name)
{
    const char *parts[] = {name->dropping, name->particle, name->family};
    const char *space = "";
    buffer_add_char(out, '{');
    for (size_t i = 0; i < 3; i++) {
        if (!parts[i])
            continue;
        buffer_add_text(out, space);
        tex_write(out, parts[i]);
        space = " ";
    }
    if (name->suffix) {
        buffer_add_text(out, ", ");
        tex_write(out, name->suffix);
    }
    buffer_add_char(out, '}');
}

static void bibtex_name(struct buffer *out, const struct csl_name *name)
{
    bool single = name->family && !name->dropping && !name->particle && !name->suffix &&
                  !name->given && !has_space(name->family);
    if (!name->family || name->literal)
        date_part_write(out, name->literal, true);
    else if (name->given)
        bibtex_person(out, name);
    else if (single && !part_is_open(name->family) && words_are_capital(name->family))
        tex_write(out, name->family);
    else
        bibtex_whole(out, name);
}

static void bibtex_names(struct buffer *out, const json_t *csl, const char *key)
{
    size_t index, written = 0;
    json_t *value;
    json_array_foreach (json_object_get(csl, key), index, value) {
        struct csl_name name;
        if (!name_read(value, &name))
            continue;
        if (written++ == 0)
            buffer_add_format(out, "  %s = {", key);
        else
            buffer_add_text(out, " and ");
        bibtex_name(out, &name);
    }
    if (written > 0)
        buffer_add_text(out, "},\n");
}

static void bibtex_issued(struct buffer *out, const json_t *csl)
{
    static const char months[][4] = {"jan", "feb", "mar", "apr", "may", "jun",
                                     "jul", "aug", "sep", "oct", "nov", "dec"};
    struct csl_date date = date_of(csl, "issued");
    if (!date.known) {
        bibtex_field(out, "year", field_of(json_object_get(csl, "issued"), "literal"), FORM_TEXT);
        return;
    }
    buffer_add_format(out, "  year = {%" JSON_INTEGER_FORMAT "},\n", date.year);
    if (date.month > 0)
        buffer_add_format(out, "  month = %s,\n", months[date.month - 1]);
    if (date.day > 0)
        buffer_add_format(out, "  day = {%d},\n", date.day);
}

static void bibtex_accessed(struct buffer *out, const json_t *csl)
{
    struct csl_date date = date_of(csl, "accessed");
    if (!date.known)
        return;
    buffer_add_format(out, "  urldate = {%04" JSON_INTEGER_FORMAT, date.year);
    if (date.month > 0)
        buffer_add_format(out, "-%02d", date.month);
    if (date.day > 0)
        buffer_add_format(out, "-%02d", date.day);
    buffer_add_text(out, "},\n");
}

// Where the title of the container and the name of the publisher go.
struct places {
    const char *entry;
    const char *container;
    const char *publisher;
};

static const struct places places[] = {
    {"article", "journal", "publisher"},        {"book", NULL, "publisher"},
    {"incollection", "booktitle", "publisher"}, {"inproceedings", "booktitle", "publisher"},
    {"techreport", NULL, "institution"},        {"phdthesis", NULL, "school"},
    {"mastersthesis", NULL, "school"},
};

static const struct places places_other = {"misc", "howpublished", NULL};

static const struct places *places_of(const char *entry)
{
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        if (strcmp(places[i].entry, entry) == 0)
            return &places[i];
    }
    return &places_other;
}

static void bibtex_containers(struct buffer *out, const json_t *csl, const char *entry)
{
    const struct places *place = places_of(entry);
    const char *container = field_of(csl, "container-title");
    const char *series = field_of(csl, "collection-title");
    const char *publisher = field_of(csl, "publisher");
    const char *publisher_field = place->publisher;
    if (!publisher_field)
        publisher_field = container ? "publisher" : "howpublished";
    if (!place->container && !series)
        series = container;
    if (place->container)
        bibtex_field(out, place->container, container,
                     strcmp(place->container, "booktitle") == 0 ? FORM_TITLE : FORM_TEXT);
    bibtex_field(out, "series", series, FORM_TITLE);
    bibtex_field(out, publisher_field, publisher, FORM_TEXT);
}

static const char *bibtex_entry(const json_t *csl)
{
    const char *entry = entry_kind_of(csl)->bibtex;
    const char *type = json_text(csl, "type");
    const char *genre = json_text(csl, "genre");
    if (strcmp(entry, "phdthesis") == 0 && genre && strcasestr(genre, "master"))
        return "mastersthesis";
    // CSL's article is a preprint, but one with a container is in a journal.
    if (type && strcmp(type, "article") == 0 && field_of(csl, "container-title"))
        return "article";
    return entry;
}

static void bibtex_key(struct buffer *out, const json_t *csl)
{
    const char *id = json_text(csl, "id");
    for (; id && *id; id++) {
        bool refused = *id <= ' ' || *id == 0x7f || strchr("\"#%'(),={}\\~@&$^", *id);
        buffer_add_char(out, (unsigned char)*id < 0x80 && refused ? '_' : *id);
    }
}

void bibtex_write(const json_t *csl, struct buffer *out)
{
    const char *entry = bibtex_entry(csl);
    const char *issue = field_of(csl, "issue");
    buffer_add_format(out, "@%s{", entry);
    bibtex_key(out, csl);
    buffer_add_text(out, ",\n");
    bibtex_names(out, csl, "author");
    bibtex_names(out, csl, "editor");
    bibtex_field(out, "title", field_of(csl, "title"), FORM_TITLE);
    bibtex_field(out, "shorttitle", field_of(csl, "title-short"), FORM_TITLE);
    bibtex_containers(out, csl, entry);
    bibtex_field(out, "address", field_of(csl, "publisher-place"), FORM_TEXT);
    bibtex_field(out, "edition", field_of(csl, "edition"), FORM_TEXT);
    bibtex_field(out, "type", field_of(csl, "genre"), FORM_TEXT);
    bibtex_issued(out, csl);
    bibtex_field(out, "volume", field_of(csl, "volume"), FORM_TEXT);
    bibtex_field(out, "number", issue ? issue : field_of(csl, "number"), FORM_TEXT);
    bibtex_field(out, "pages", field_of(csl, "page"), FORM_PAGES);
    bibtex_field(out, "isbn", field_of(csl, "ISBN"), FORM_TEXT);
    bibtex_field(out, "issn", field_of(csl, "ISSN"), FORM_TEXT);
    bibtex_field(out, "doi", field_of(csl, "DOI"), FORM_RAW);
    bibtex_field(out, "url", field_of(csl, "URL"), FORM_RAW);
    bibtex_accessed(out, csl);
    bibtex_field(out, "language", field_of(csl, "language"), FORM_TEXT);
    bibtex_field(out, "keywords", field_of(csl, "keyword"), FORM_TEXT);
    bibtex_field(out, "note", field_of(csl, "note"), FORM_TEXT);
    buffer_add_text(out, "}\n\n");
}

// --- RIS

// The text from START to END (or its NUL, where END is NULL), unless it is blank.
static void ris_span(struct buffer *out, const char *tag, const char *start, const char *end)
{
    struct reader reader = {.at = start, .end = end};
    char c = reader_next(&reader);
    if (c == '\0')
        return;
    buffer_add_format(out, "%s  - ", tag);
    for (; c != '\0'; c = reader_next(&reader))
        buffer_add_char(out, c);
    buffer_add_text(out, "\r\n");
}

static void ris_field(struct buffer *out, const char *tag, const char *text)
{
    if (text)
        ris_span(out, tag, text, NULL);
}

// The next byte of a part of a name, whose commas are spaces; '\0' at the end.
static char name_next(struct reader *reader)
{
    bool inside = reader->started;
    bool gap = false;
    char c;
    while ((c = reader_next(reader)) == ',' || c == ' ')
        gap = true;
    if (c == '\0' || !gap || !inside)
        return c;
    reader->at--;
    return ' ';
}

static bool name_part_is_there(const char *part)
{
    struct reader reader = {.at = part};
    return part && name_next(&reader) != '\0';
}

// The parts that are there: BEFORE, the first, BETWEEN, the next, and so on. False where none is.
static bool ris_parts(struct buffer *out, const char *before, const char *between,
                      const char *const parts[], size_t count)
{
    const char *lead = before;
    for (size_t i = 0; i < count; i++) {
        if (!name_part_is_there(parts[i]))
            continue;
        struct reader reader = {.at = parts[i]};
        buffer_add_text(out, lead);
        for (char c; (c = name_next(&reader)) != '\0';)
            buffer_add_char(out, c);
        lead = between;
    }
    return lead != before;
}

// "Family, Given, Suffix", or one part with a comma behind it. TAG is the tag with its hyphen.
static void ris_name(struct buffer *out, const char *tag, const struct csl_name *name)
{
    const char *family[] = {name->dropping, name->particle, name->family};
    const char *given[] = {name->given, name->suffix};
    const char *whole[] = {name->given, name->dropping, name->particle, name->family, name->suffix};
    if (name->literal) {
        if (ris_parts(out, tag, " ", &name->literal, 1))
            buffer_add_text(out, ",\r\n");
    } else if (name_part_is_there(name->family) && name_part_is_there(name->given)) {
        ris_parts(out, tag, " ", family, 3);
        ris_parts(out, ", ", ", ", given, 2);
        buffer_add_text(out, "\r\n");
    } else if (ris_parts(out, tag, " ", whole, 5)) {
        buffer_add_text(out, ",\r\n");
    }
}

static void ris_names(struct buffer *out, const json_t *csl, const char *key, const char *tag)
{
    size_t index;
    json_t *value;
    json_array_foreach (json_object_get(csl, key), index, value) {
        struct csl_name name;
        if (name_read(value, &name))
            ris_name(out, tag, &name);
    }
}

// YYYY/MM/DD; slots that are not known stay empty, but their slashes stand.
static void ris_date(struct buffer *out, const char *tag, const struct csl_date *date)
{
    buffer_add_format(out, "%s  - %04" JSON_INTEGER_FORMAT "/", tag, date->year);
    if (date->month > 0)
        buffer_add_format(out, "%02d", date->month);
    buffer_add_char(out, '/');
    if (date->day > 0)
        buffer_add_format(out, "%02d", date->day);
    buffer_add_text(out, "\r\n");
}

static void ris_issued(struct buffer *out, const json_t *csl)
{
    struct csl_date date = date_of(csl, "issued");
    if (!date.known) {
        ris_field(out, "PY", field_of(json_object_get(csl, "issued"), "literal"));
        return;
    }
    buffer_add_format(out, "PY  - %04" JSON_INTEGER_FORMAT "\r\n", date.year);
    if (date.month > 0)
        ris_date(out, "DA", &date);
}

static void ris_accessed(struct buffer *out, const json_t *csl)
{
    struct csl_date date = date_of(csl, "accessed");
    if (date.known)
        ris_date(out, "Y2", &date);
}

// "first-last" as SP and EP; what is not one range as SP.
static void ris_pages(struct buffer *out, const char *page)
{
    const char *first = page;
    const char *last;
    if (!page)
        return;
    while (*first && dash_length(first) == 0)
        first++;
    for (last = first; dash_length(last) > 0;)
        last += dash_length(last);
    bool one_range = first > page && csl_text(last) && !strpbrk(page, ",;&") &&
                     !strpbrk(last, "-") && !strstr(last, "\xe2\x80\x93");
    ris_span(out, "SP", page, one_range ? first : NULL);
    ris_span(out, "EP", one_range ? last : "", NULL);
}

// CSL has the keywords as one text with commas; RIS has a line for each.
static void ris_keywords(struct buffer *out, const char *keywords)
{
    while (keywords) {
        const char *comma = strchr(keywords, ',');
        ris_span(out, "KW", keywords, comma);
        keywords = comma ? comma + 1 : NULL;
    }
}

static const char *ris_type(const json_t *csl)
{
    const char *type = json_text(csl, "type");
    bool preprint = type && strcmp(type, "article") == 0;
    return preprint && field_of(csl, "container-title") ? "JOUR" : entry_kind_of(csl)->ris;
}

void ris_write(const json_t *csl, struct buffer *out)
{
    const char *type = ris_type(csl);
    const char *container = field_of(csl, "container-title");
    bool periodical =
        strcmp(entry_kind_of(csl)->bibtex, "article") == 0 || strcmp(type, "JOUR") == 0;
    buffer_add_format(out, "TY  - %s\r\n", type);
    ris_names(out, csl, "author", "AU  - ");
    ris_names(out, csl, "editor", "ED  - ");
    ris_issued(out, csl);
    ris_accessed(out, csl);
    ris_field(out, "TI", field_of(csl, "title"));
    ris_field(out, "ST", field_of(csl, "title-short"));
    ris_field(out, "T2", container);
    ris_field(out, "JF", periodical ? container : NULL);
    ris_field(out, "T3", field_of(csl, "collection-title"));
    ris_field(out, "PB", field_of(csl, "publisher"));
    ris_field(out, "CY", field_of(csl, "publisher-place"));
    ris_field(out, "ET", field_of(csl, "edition"));
    ris_field(out, "M3", field_of(csl, "genre"));
    ris_field(out, "VL", field_of(csl, "volume"));
    ris_field(out, "IS", field_of(csl, "issue"));
    ris_field(out, "M1", field_of(csl, "number"));
    ris_pages(out, field_of(csl, "page"));
    ris_field(out, "SN", field_of(csl, "ISBN"));
    ris_field(out, "SN", field_of(csl, "ISSN"));
    ris_field(out, "DO", field_of(csl, "DOI"));
    ris_field(out, "UR", field_of(csl, "URL"));
    ris_field(out, "LA", field_of(csl, "language"));
    ris_keywords(out, field_of(csl, "keyword"));
    ris_field(out, "N1", field_of(csl, "note"));
    ris_field(out, "ID", json_text(csl, "id"));
    buffer_add_text(out, "ER  - \r\n\r\n");
}
