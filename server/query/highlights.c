// Writes the fields of a match with its words marked, using the places that the search returned, or
// else searching again.
#include "query/highlights.h"

#include <string.h>

// TEXT as HTML, with the marks \1 and \2 as elements.
static void html_add(struct buffer *out, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '&':
            buffer_add_text(out, "&amp;");
            break;
        case '<':
            buffer_add_text(out, "&lt;");
            break;
        case '>':
            buffer_add_text(out, "&gt;");
            break;
        case '"':
            buffer_add_text(out, "&quot;");
            break;
        case '\1':
            buffer_add_text(out, "<mark>");
            break;
        case '\2':
            buffer_add_text(out, "</mark>");
            break;
        default:
            buffer_add_char(out, *text);
        }
    }
}

// The length of the name at TEXT, which ends with a semicolon; one within a match does not separate
// names.
static size_t called_length(const char *text)
{
    size_t i;
    bool marked = false;
    for (i = 0; text[i] && (marked || strncmp(text + i, "; ", 2) != 0); i++)
        marked = text[i] == '\1' || (marked && text[i] != '\2');
    return i;
}

// Whether one of the names between TEXT and NAME equals it.
static bool name_came(const char *text, const char *name, size_t length)
{
    for (size_t step; text < name; text += step + (text[step] ? 2 : 0)) {
        step = called_length(text);
        if (step == length && memcmp(text, name, length) == 0)
            return true;
    }
    return false;
}

// The names in TEXT that match, without duplicates.
static void names_choose(const char *text, struct buffer *out)
{
    size_t length;
    for (const char *name = text; *name; name += length + (name[length] ? 2 : 0)) {
        length = called_length(name);
        if (!memchr(name, '\1', length) || name_came(text, name, length))
            continue;
        if (out->length)
            buffer_add_text(out, "; ");
        buffer_add(out, name, length);
    }
}

static void field_write(struct buffer *out, const char *name, const char *text, bool first)
{
    struct buffer html = {0};
    html_add(&html, text);
    buffer_add_text(out, first ? "\"" : ",\"");
    buffer_add_text(out, name);
    buffer_add_text(out, "\":");
    buffer_add_json_text(out, buffer_text(&html));
    out->failed |= html.failed;
    buffer_cleanup(&html);
}

// Notes may be long, so only their best passage is shown, which takes a search to find.
static struct statement *marks_search(struct database *database, const char *expression)
{
    struct statement *find = database_prepare(
        database,
        "SELECT highlight(words, 0, char(1), char(2)), highlight(words, 1, char(1), char(2)),"
        " highlight(words, 2, char(1), char(2)), snippet(words, 3, char(1), char(2), '…', 24)"
        " FROM words WHERE words MATCH ?2 AND rowid = ?1");
    if (find)
        statement_bind_text(find, 2, expression);
    return find;
}

// If the places are known, only the texts have to be read.
static struct statement *marks_make(struct database *database, struct highlight_places places)
{
    struct statement *find = database_prepare(
        database, "SELECT marked(words, 0, ?2), marked(words, 1, ?2), marked(words, 2, ?2),"
                  " marked(words, 3, ?2) IS NOT NULL FROM words WHERE rowid = ?1");
    if (find)
        statement_bind_bytes(find, 2, places.bytes, places.length);
    return find;
}

enum { NAMES = 1, NOTES = 3 };

bool highlights_write(struct database *database, const char *expression, int64_t key,
                      struct highlight_places places, struct buffer *out)
{
    static const char *const fields[] = {"title", "names", "summary", "notes"};
    bool first = true;
    struct statement *find =
        places.bytes ? marks_make(database, places) : marks_search(database, expression);
    if (!find)
        return false;
    statement_bind_integer(find, 1, key);
    bool found = statement_step(find);
    if (found && places.bytes && statement_integer(find, NOTES)) {
        statement_reset(find);
        return highlights_write(database, expression, key, (struct highlight_places){0}, out);
    }
    buffer_add_char(out, '{');
    for (int i = 0; found && i <= NOTES; i++) {
        const char *text = i == NOTES && places.bytes ? NULL : statement_text(find, i);
        if (!text || !strchr(text, '\1'))
            continue;
        struct buffer chosen = {0};
        if (i == NAMES)
            names_choose(text, &chosen);
        field_write(out, fields[i], i == NAMES ? buffer_text(&chosen) : text, first);
        out->failed |= chosen.failed;
        buffer_cleanup(&chosen);
        first = false;
    }
    buffer_add_char(out, '}');
    statement_reset(find);
    return !database_failure(database);
}
