// Writes changes as the entries of an Atom feed.
#include "formats/atom.h"

#include <stdio.h>
#include <string.h>

// The replacement for a character of TEXT in XML; NULL if it needs none. XML 1.0 cannot contain
// control characters, U+FFFE or U+FFFF, even escaped, so they become U+FFFD.
static const char *xml_escaped(const char *text, size_t *ret_length)
{
    static const char replacement[] = "\xEF\xBF\xBD";
    *ret_length = 1;
    switch (*text) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\r':
        return "&#13;";
    case '\t':
    case '\n':
        return NULL;
    default:
        break;
    }
    bool nothing = strncmp(text, "\xEF\xBF\xBE", 3) == 0 || strncmp(text, "\xEF\xBF\xBF", 3) == 0;
    *ret_length = nothing ? 3 : 1;
    return nothing || (unsigned char)*text < ' ' ? replacement : NULL;
}

static void xml_add(struct buffer *out, const char *text)
{
    size_t length;
    for (; text && *text; text += length) {
        const char *escaped = xml_escaped(text, &length);
        if (escaped)
            buffer_add_text(out, escaped);
        else
            buffer_add_char(out, *text);
    }
}

static void element_add(struct buffer *out, const char *name, const char *text)
{
    buffer_add_format(out, "<%s>", name);
    xml_add(out, text);
    buffer_add_format(out, "</%s>", name);
}

// A link to PATH; none if PATH is NULL. TYPE may be NULL.
static void address_link_add(struct buffer *out, const struct feed *feed, const char *relation,
                             const char *type, const char *path)
{
    if (!path)
        return;
    buffer_add_format(out, "<link rel=\"%s\"", relation);
    if (type)
        buffer_add_format(out, " type=\"%s\"", type);
    buffer_add_text(out, " href=\"");
    xml_add(out, feed->origin);
    xml_add(out, path);
    buffer_add_text(out, "\"/>");
}

#define ATOM_TYPE "application/atom+xml"
#define JSON_TYPE "application/json"

void atom_open(const struct feed *feed, struct buffer *out)
{
    buffer_add_text(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                         "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\">\n");
    element_add(out, "id", feed->id);
    element_add(out, "title", feed->title);
    element_add(out, "updated", feed->updated);
    buffer_add_text(out, "<author>");
    element_add(out, "name", feed->author);
    buffer_add_text(out, "</author><generator version=\"");
    xml_add(out, feed->version);
    buffer_add_text(out, "\">Relata</generator>\n<link rel=\"license\" href=\"");
    xml_add(out, feed->licence);
    buffer_add_text(out, "\"/>");
    address_link_add(out, feed, "self", ATOM_TYPE, feed->self);
    address_link_add(out, feed, "next", ATOM_TYPE, feed->next);
    address_link_add(out, feed, "previous", ATOM_TYPE, feed->prev);
    address_link_add(out, feed, "alternate", NULL, feed->list);
    buffer_add_char(out, '\n');
}

// A value for people to read: a string as it is, null as "none", everything else as JSON.
static void value_add(struct buffer *out, const json_t *value)
{
    buffer_add_text(out, "<td>");
    if (!value || json_is_null(value)) {
        buffer_add_text(out, "<i>none</i>");
    } else if (json_is_string(value)) {
        xml_add(out, json_string_value(value));
    } else {
        AUTO(text) char *text = json_write(value, 0);
        xml_add(out, text);
        out->failed |= !text;
    }
    buffer_add_text(out, "</td>");
}

static void differences_add(struct buffer *out, const json_t *differences)
{
    size_t i;
    const json_t *difference;
    if (!json_array_size(differences))
        return;
    buffer_add_text(out, "<table><tr><th>Field</th><th>Before</th><th>After</th></tr>");
    json_array_foreach (differences, i, difference) {
        buffer_add_text(out, "<tr>");
        element_add(out, "td", json_text(difference, "field"));
        value_add(out, json_object_get(difference, "old"));
        value_add(out, json_object_get(difference, "new"));
        buffer_add_text(out, "</tr>");
    }
    buffer_add_text(out, "</table>");
}

static void summary_add(struct buffer *out, const json_t *change)
{
    buffer_add_text(out, "<summary type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\">");
    element_add(out, "p", json_text(change, "reason"));
    differences_add(out, json_object_get(change, "differences"));
    buffer_add_text(out, "</div></summary>");
}

static void category_add(struct buffer *out, const char *term)
{
    buffer_add_text(out, "<category term=\"");
    xml_add(out, term);
    buffer_add_text(out, "\"/>");
}

static void entry_links_add(struct buffer *out, const struct feed *feed, const json_t *change)
{
    char history[512];
    const char *version = json_text(change, "version");
    snprintf(history, sizeof history, "%s/revisions", json_text(change, "url"));
    // A removed record only has a history. Readers open a link without a type like a page.
    address_link_add(out, feed, "alternate", NULL, version ? version : history);
    address_link_add(out, feed, "version-history", JSON_TYPE, history);
    address_link_add(out, feed, "successor-version", JSON_TYPE, json_text(change, "replaced_by"));
}

void atom_entry(const struct feed *feed, const json_t *change, struct buffer *out)
{
    const char *kind = json_text(change, "change");
    buffer_add_text(out, "<entry>");
    element_add(out, "id", json_text(change, "urn"));
    buffer_add_text(out, "<title>");
    buffer_add_char(out, (char)(*kind - 'a' + 'A'));
    xml_add(out, kind + 1);
    buffer_add_text(out, ": ");
    xml_add(out, json_text(change, "title"));
    buffer_add_text(out, "</title>");
    element_add(out, "updated", json_text(change, "time"));
    buffer_add_text(out, "<author>");
    element_add(out, "name", json_text(change, "editor"));
    buffer_add_text(out, "</author>");
    category_add(out, kind);
    category_add(out, json_text(change, "type"));
    entry_links_add(out, feed, change);
    summary_add(out, change);
    buffer_add_text(out, "</entry>\n");
}

void atom_close(struct buffer *out)
{
    buffer_add_text(out, "</feed>\n");
}
