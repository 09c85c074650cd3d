// Writes works as RIS records.
#include "formats/ris.h"

#include <string.h>

#include "formats/csl.h"

// Writes the text from START to END (or to its NUL, if END is NULL), unless it is blank.
static void ris_span(struct buffer *out, const char *tag, const char *start, const char *end)
{
    struct csl_reader reader = {.at = start, .end = end};
    char c = csl_reader_next(&reader);
    if (c == '\0')
        return;
    buffer_add_format(out, "%s  - ", tag);
    for (; c != '\0'; c = csl_reader_next(&reader))
        buffer_add_char(out, c);
    buffer_add_text(out, "\r\n");
}

static void ris_field(struct buffer *out, const char *tag, const char *text)
{
    if (text)
        ris_span(out, tag, text, NULL);
}

// The next byte of a part of a name, with commas replaced by spaces; '\0' at the end.
static char name_next(struct csl_reader *reader)
{
    bool inside = reader->started;
    bool gap = false;
    char c;
    while ((c = csl_reader_next(reader)) == ',' || c == ' ')
        gap = true;
    if (c == '\0' || !gap || !inside)
        return c;
    reader->at--;
    return ' ';
}

static bool name_part_is_there(const char *part)
{
    struct csl_reader reader = {.at = part};
    return part && name_next(&reader) != '\0';
}

// Writes the parts that are present: BEFORE, the first, BETWEEN, the next, and so on. False if
// there are none.
static bool ris_parts(struct buffer *out, const char *before, const char *between,
                      const char *const parts[], size_t count)
{
    const char *lead = before;
    for (size_t i = 0; i < count; i++) {
        if (!name_part_is_there(parts[i]))
            continue;
        struct csl_reader reader = {.at = parts[i]};
        buffer_add_text(out, lead);
        for (char c; (c = name_next(&reader)) != '\0';)
            buffer_add_char(out, c);
        lead = between;
    }
    return lead != before;
}

// "Family, Given, Suffix", or a single part followed by a comma. TAG includes its hyphen.
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
        if (csl_name_read(value, &name))
            ris_name(out, tag, &name);
    }
}

// YYYY/MM/DD; unknown parts are left empty, but the slashes are kept.
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
    struct csl_date date = csl_date_at(csl, "issued");
    if (!date.known) {
        ris_field(out, "PY", csl_field(json_object_get(csl, "issued"), "literal"));
        return;
    }
    buffer_add_format(out, "PY  - %04" JSON_INTEGER_FORMAT "\r\n", date.year);
    if (date.month > 0)
        ris_date(out, "DA", &date);
}

static void ris_accessed(struct buffer *out, const json_t *csl)
{
    struct csl_date date = csl_date_at(csl, "accessed");
    if (date.known)
        ris_date(out, "Y2", &date);
}

// "first-last" as SP and EP; anything but a single range as SP.
static void ris_pages(struct buffer *out, const char *page)
{
    const char *first = page;
    const char *last;
    if (!page)
        return;
    while (*first && csl_dash_length(first) == 0)
        first++;
    for (last = first; csl_dash_length(last) > 0;)
        last += csl_dash_length(last);
    bool one_range = first > page && csl_text(last) && !strpbrk(page, ",;&") &&
                     !strpbrk(last, "-") && !strstr(last, "\xe2\x80\x93");
    ris_span(out, "SP", page, one_range ? first : NULL);
    ris_span(out, "EP", one_range ? last : "", NULL);
}

// CSL has keywords as one text with commas; RIS has a line for each.
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
    return preprint && csl_field(csl, "container-title") ? "JOUR" : csl_entry_kind(csl)->ris;
}

void ris_write(const json_t *csl, struct buffer *out)
{
    const char *type = ris_type(csl);
    const char *container = csl_field(csl, "container-title");
    bool periodical =
        strcmp(csl_entry_kind(csl)->bibtex, "article") == 0 || strcmp(type, "JOUR") == 0;
    buffer_add_format(out, "TY  - %s\r\n", type);
    ris_names(out, csl, "author", "AU  - ");
    ris_names(out, csl, "editor", "ED  - ");
    ris_issued(out, csl);
    ris_accessed(out, csl);
    ris_field(out, "TI", csl_field(csl, "title"));
    ris_field(out, "ST", csl_field(csl, "title-short"));
    ris_field(out, "T2", container);
    ris_field(out, "JF", periodical ? container : NULL);
    ris_field(out, "T3", csl_field(csl, "collection-title"));
    ris_field(out, "PB", csl_field(csl, "publisher"));
    ris_field(out, "CY", csl_field(csl, "publisher-place"));
    ris_field(out, "ET", csl_field(csl, "edition"));
    ris_field(out, "M3", csl_field(csl, "genre"));
    ris_field(out, "VL", csl_field(csl, "volume"));
    ris_field(out, "IS", csl_field(csl, "issue"));
    ris_field(out, "M1", csl_field(csl, "number"));
    ris_pages(out, csl_field(csl, "page"));
    ris_field(out, "SN", csl_field(csl, "ISBN"));
    ris_field(out, "SN", csl_field(csl, "ISSN"));
    ris_field(out, "DO", csl_field(csl, "DOI"));
    ris_field(out, "UR", csl_field(csl, "URL"));
    ris_field(out, "LA", csl_field(csl, "language"));
    ris_keywords(out, csl_field(csl, "keyword"));
    ris_field(out, "N1", csl_field(csl, "note"));
    ris_field(out, "ID", json_text(csl, "id"));
    buffer_add_text(out, "ER  - \r\n\r\n");
}
