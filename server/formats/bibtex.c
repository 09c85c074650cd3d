// Writes works as BibTeX entries.
#include "formats/bibtex.h"

#include <string.h>

#include "formats/csl.h"

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

// Whether TeX would replace the two characters by one: dashes, quotation marks, and ?` and !`.
static bool is_ligature(char before, char c)
{
    if (c == '`' && (before == '?' || before == '!'))
        return true;
    return before == c && c != '\0' && strchr("-'`,<>", c);
}

// BibTeX counts braces even after a backslash, so \{ and \} can only be used in pairs.
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
    struct csl_reader reader = {.at = text};
    char before = '\0';
    for (char c; (c = csl_reader_next(&reader)) != '\0'; before = c) {
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
    FORM_PAGES, // hyphens and en dashes become --
    FORM_RAW,   // doi and url, which are not TeX
};

static void pages_write(struct buffer *out, const char *text)
{
    struct csl_reader reader = {.at = text};
    size_t before = 0;
    for (char c; (c = csl_reader_next(&reader)) != '\0';) {
        size_t dash = c == ' ' ? 0 : csl_dash_length(reader.at - 1);
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
    struct csl_reader reader = {.at = text};
    for (char c; (c = csl_reader_next(&reader)) != '\0';) {
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
    struct csl_reader reader = {.at = text};
    const char *rest = "and";
    char c;
    do {
        c = csl_reader_next(&reader);
        if ((c == ' ' || c == '\0') && rest && *rest == '\0')
            return true;
        if (c == ' ')
            rest = "and";
        else
            rest = rest && *rest != '\0' && (c | 0x20) == *rest ? rest + 1 : NULL;
    } while (c != '\0');
    return false;
}

// Whether part of a name contains something at which BibTeX would split it, or something that is
// escaped with braces.
static bool part_is_open(const char *part)
{
    return strpbrk(part, ",{}\\~^") || has_and(part);
}

// Whether every word begins with an ASCII capital; other words could be read as particles.
static bool words_are_capital(const char *text)
{
    struct csl_reader reader = {.at = text};
    char before = ' ';
    for (char c; (c = csl_reader_next(&reader)) != '\0'; before = c) {
        if (before == ' ' && !is_upper(c))
            return false;
    }
    return true;
}

static bool has_space(const char *text)
{
    struct csl_reader reader = {.at = text};
    for (char c; (c = csl_reader_next(&reader)) != '\0';) {
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

// "von Last, Jr, First", as BibTeX parses names.
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

// A name without a given name is put in braces, so that it is not split.
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
        if (!csl_name_read(value, &name))
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
    struct csl_date date = csl_date_at(csl, "issued");
    if (!date.known) {
        bibtex_field(out, "year", csl_field(json_object_get(csl, "issued"), "literal"), FORM_TEXT);
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
    struct csl_date date = csl_date_at(csl, "accessed");
    if (!date.known)
        return;
    buffer_add_format(out, "  urldate = {%04" JSON_INTEGER_FORMAT, date.year);
    if (date.month > 0)
        buffer_add_format(out, "-%02d", date.month);
    if (date.day > 0)
        buffer_add_format(out, "-%02d", date.day);
    buffer_add_text(out, "},\n");
}

// The fields for the title of the container and the name of the publisher.
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
    const char *container = csl_field(csl, "container-title");
    const char *series = csl_field(csl, "collection-title");
    const char *publisher = csl_field(csl, "publisher");
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
    const char *entry = csl_entry_kind(csl)->bibtex;
    const char *type = json_text(csl, "type");
    const char *genre = json_text(csl, "genre");
    if (strcmp(entry, "phdthesis") == 0 && genre && strcasestr(genre, "master"))
        return "mastersthesis";
    // CSL's `article` is a preprint, but with a container it is in a journal.
    if (type && strcmp(type, "article") == 0 && csl_field(csl, "container-title"))
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
    const char *issue = csl_field(csl, "issue");
    buffer_add_format(out, "@%s{", entry);
    bibtex_key(out, csl);
    buffer_add_text(out, ",\n");
    bibtex_names(out, csl, "author");
    bibtex_names(out, csl, "editor");
    bibtex_field(out, "title", csl_field(csl, "title"), FORM_TITLE);
    bibtex_field(out, "shorttitle", csl_field(csl, "title-short"), FORM_TITLE);
    bibtex_containers(out, csl, entry);
    bibtex_field(out, "address", csl_field(csl, "publisher-place"), FORM_TEXT);
    bibtex_field(out, "edition", csl_field(csl, "edition"), FORM_TEXT);
    bibtex_field(out, "type", csl_field(csl, "genre"), FORM_TEXT);
    bibtex_issued(out, csl);
    bibtex_field(out, "volume", csl_field(csl, "volume"), FORM_TEXT);
    bibtex_field(out, "number", issue ? issue : csl_field(csl, "number"), FORM_TEXT);
    bibtex_field(out, "pages", csl_field(csl, "page"), FORM_PAGES);
    bibtex_field(out, "isbn", csl_field(csl, "ISBN"), FORM_TEXT);
    bibtex_field(out, "issn", csl_field(csl, "ISSN"), FORM_TEXT);
    bibtex_field(out, "doi", csl_field(csl, "DOI"), FORM_RAW);
    bibtex_field(out, "url", csl_field(csl, "URL"), FORM_RAW);
    bibtex_accessed(out, csl);
    bibtex_field(out, "language", csl_field(csl, "language"), FORM_TEXT);
    bibtex_field(out, "keywords", csl_field(csl, "keyword"), FORM_TEXT);
    bibtex_field(out, "note", csl_field(csl, "note"), FORM_TEXT);
    buffer_add_text(out, "}\n\n");
}
