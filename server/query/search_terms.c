// Reads search terms, widens them by spellings of names, marks matches.
#include "query/search_terms.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/ownership.h"
#include "base/text.h"
#include "storage/versions.h"

enum { VARIANTS_MAX = 8, VARIANT_LENGTH_MIN = 4, VARIANT_DISTANCE = 2 };

// What stands in an expression for the other spellings of a word at a revision.
struct spelling {
    uint64_t revision; // its identity
    char *word;
    char *alternatives;
};

struct spellings {
    struct spelling kept[256]; // by the word's hash
};

struct term {
    const char *text;
    size_t length;
    bool excluded, prefix, phrase;
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// The code point at BYTES, which are valid UTF-8, and its length in *RET_LENGTH.
static unsigned code_point(const unsigned char *bytes, size_t *ret_length)
{
    *ret_length = *bytes < 0x80 ? 1 : *bytes < 0xe0 ? 2 : *bytes < 0xf0 ? 3 : 4;
    unsigned point = *ret_length == 1 ? *bytes : *bytes & (0x7fU >> *ret_length);
    for (size_t i = 1; i < *ret_length; i++)
        point = point << 6 | (bytes[i] & 0x3fU);
    return point;
}

// Of Latin-1's signs the ordinals, the micro sign, superscripts and fractions count as letters or
// digits.
static bool is_latin_letter(unsigned point)
{
    static const unsigned letters[] = {0xaa, 0xb2, 0xb3, 0xb5, 0xb9, 0xba, 0xbc, 0xbd, 0xbe};
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        if (letters[i] == point)
            return true;
    return false;
}

// Whether FTS5 divides words at the code point: what is punctuation, space or a sign in ASCII,
// Latin-1, General Punctuation and CJK Punctuation. Rarer signs pass as letters and then match
// nothing.
static bool is_divider(unsigned point)
{
    if (point < 0x80)
        return !isalnum((int)point);
    if (point < 0xc0)
        return !is_latin_letter(point);
    return point == 0xd7 || point == 0xf7 || (point >= 0x2000 && point < 0x2070) ||
           (point >= 0x3000 && point < 0x3005) || (point >= 0x3008 && point < 0x3021);
}

// Whether the term has anything that FTS5 would index.
static bool term_has_letters(const struct term *term)
{
    size_t length;
    for (size_t i = 0; i < term->length; i += length)
        if (!is_divider(code_point((const unsigned char *)term->text + i, &length)))
            return true;
    return false;
}

// The next term of *TEXT, which moves behind it; false at the end. *RET_FAULT where a phrase has no
// end.
static bool term_next(const char **text, struct term *ret_term, const char **ret_fault)
{
    const char *at = *text;
    struct term term = {0};
    while (is_space(*at))
        at++;
    if (!*at)
        return false;
    term.excluded = *at == '-' && at[1] && !is_space(at[1]);
    at += term.excluded;
    term.phrase = *at == '"';
    at += term.phrase;
    term.text = at;
    while (*at && (term.phrase ? *at != '"' : !is_space(*at) && *at != '"'))
        at++;
    term.length = (size_t)(at - term.text);
    if (term.phrase && !*at) {
        *ret_fault = "a phrase has no closing quotation mark";
        return false;
    }
    at += term.phrase;
    term.prefix = term.phrase ? *at == '*' : term.length > 1 && term.text[term.length - 1] == '*';
    if (term.prefix && term.phrase)
        at++;
    else if (term.prefix)
        term.length--;
    *text = at;
    *ret_term = term;
    return true;
}

// An FTS5 string: in quotes, which are doubled inside.
static void string_add(struct buffer *out, const char *text, size_t length)
{
    buffer_add_char(out, '"');
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"')
            buffer_add_char(out, '"');
        buffer_add_char(out, text[i]);
    }
    buffer_add_char(out, '"');
}

// Adds the words of NAMES that are spelled nearly like WORD, as alternatives.
static int variants_add(struct buffer *out, const char *names, const char *word, int count)
{
    char variant[64];
    while (*names && count < VARIANTS_MAX) {
        size_t length = strcspn(names, " ;,.()'-");
        if (length >= VARIANT_LENGTH_MIN && length < sizeof variant) {
            memcpy(variant, names, length);
            variant[length] = '\0';
            size_t distance = text_distance(variant, word);
            if (distance > 0 && distance <= VARIANT_DISTANCE && distance * 4 <= strlen(word)) {
                buffer_add_text(out, " OR ");
                string_add(out, variant, length);
                count++;
            }
        }
        names += length + (names[length] != '\0');
    }
    return count;
}

struct spellings *search_terms_spellings_new(void)
{
    return calloc(1, sizeof(struct spellings));
}

void search_terms_spellings_free(struct spellings *spellings)
{
    for (size_t i = 0; spellings && i < sizeof spellings->kept / sizeof *spellings->kept; i++) {
        free(spellings->kept[i].word);
        free(spellings->kept[i].alternatives);
    }
    free(spellings);
}

// Where the spellings of WORD are kept or may be.
static struct spelling *spelling_place(struct spellings *spellings, const char *word)
{
    uint32_t hash = 2166136261U; // FNV-1a
    for (; *word; word++)
        hash = (hash ^ (unsigned char)*word) * 16777619U;
    return &spellings->kept[(hash ^ hash >> 16) % 256];
}

static void spelling_keep(struct spelling *place, uint64_t revision, const char *word,
                          const char *alternatives)
{
    free(place->word);
    free(place->alternatives);
    *place = (struct spelling){revision, strdup(word), strdup(alternatives)};
}

// A word in the name of an actor finds every spelling of that word in its aliases.
static bool alternatives_find(struct database *database, int64_t revision, const char *word,
                              struct buffer *out)
{
    int count = 0;
    struct buffer match = {0};
    struct statement *find = database_prepare(
        database,
        "SELECT words.title || ' ' || words.names FROM words CROSS JOIN document d ON d.key = "
        "words.rowid"
        " WHERE words MATCH ? AND words.rowid " DOCUMENTS_OF("3") // of actors: see collection.h
        " AND d.valid_from <= ? AND d.valid_to > ?"
        " ORDER BY d.id");
    if (!find)
        return false;
    buffer_add_text(&match, "{title names} : ");
    string_add(&match, word, strlen(word));
    statement_bind_text(find, 1, buffer_text(&match));
    statement_bind_integer(find, 2, revision);
    statement_bind_integer(find, 3, revision);
    while (statement_step(find))
        count = variants_add(out, statement_text(find, 0), word, count);
    out->failed |= match.failed;
    buffer_cleanup(&match);
    return !database_failure(database);
}

// What is asked, and of what.
struct asking {
    struct database *database;
    struct spellings *spellings;
    const struct revision *revision;
};

static bool spellings_add(const struct asking *asking, const struct term *term, struct buffer *out)
{
    struct buffer found = {0};
    AUTO(text) char *word = strndup(term->text, term->length);
    if (!word)
        return false;
    uint64_t revision = revision_identity(asking->revision);
    struct spelling *place = spelling_place(asking->spellings, word);
    if (place->word && place->alternatives && place->revision == revision &&
        strcmp(place->word, word) == 0) {
        buffer_add_text(out, place->alternatives);
        return true;
    }
    bool good = alternatives_find(asking->database, asking->revision->number, word, &found);
    const char *alternatives = buffer_text(&found);
    if (good && !found.failed)
        spelling_keep(place, revision, word, alternatives);
    buffer_add_text(out, alternatives);
    out->failed |= found.failed;
    buffer_cleanup(&found);
    return good;
}

static bool term_add(const struct asking *asking, const struct term *term, struct buffer *out)
{
    bool widened = !term->phrase && !term->prefix && term->length >= VARIANT_LENGTH_MIN;
    buffer_add_char(out, '(');
    string_add(out, term->text, term->length);
    if (term->prefix)
        buffer_add_text(out, " *");
    bool good = !widened || spellings_add(asking, term, out);
    buffer_add_char(out, ')');
    return good;
}

bool search_terms_read(struct database *database, struct spellings *spellings,
                       const struct revision *revision, const char *text,
                       struct buffer *ret_expression, const char **ret_fault)
{
    const struct asking asking = {database, spellings, revision};
    struct term term;
    struct buffer excluded = {0};
    size_t wanted = 0;
    bool good = true;
    *ret_fault = NULL;
    while (good && term_next(&text, &term, ret_fault)) {
        if (!term_has_letters(&term)) {
            *ret_fault = "a term has neither letters nor digits";
            break;
        }
        struct buffer *side = term.excluded ? &excluded : ret_expression;
        buffer_add_text(side, !side->length ? "" : term.excluded ? " OR " : " AND ");
        good = term_add(&asking, &term, side);
        wanted += !term.excluded;
    }
    if (good && !*ret_fault && !wanted)
        *ret_fault = "there is no word to look for";
    if (!*ret_fault && excluded.length) {
        struct buffer both = {0};
        buffer_add_format(&both, "(%s) NOT (", buffer_text(ret_expression));
        buffer_add_text(&both, buffer_text(&excluded));
        buffer_add_char(&both, ')');
        buffer_cleanup(ret_expression);
        *ret_expression = both;
    }
    buffer_cleanup(&excluded);
    return !*ret_fault;
}

// TEXT as HTML, in which the marks \1 and \2 become elements.
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

// Of notes, which may be long, the best part is shown; only a search tells which that is.
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

// Where the places are known, the texts alone are needed.
static struct statement *marks_make(struct database *database, struct search_terms_places places)
{
    struct statement *find = database_prepare(
        database, "SELECT marked(words, 0, ?2), marked(words, 1, ?2), marked(words, 2, ?2),"
                  " marked(words, 3, ?2) IS NOT NULL FROM words WHERE rowid = ?1");
    if (find)
        statement_bind_bytes(find, 2, places.bytes, places.length);
    return find;
}

enum { NOTES = 3 };

bool search_terms_highlight(struct database *database, const char *expression, int64_t key,
                            struct search_terms_places places, struct buffer *out)
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
        return search_terms_highlight(database, expression, key, (struct search_terms_places){0},
                                      out);
    }
    buffer_add_char(out, '{');
    for (int i = 0; found && i <= NOTES; i++) {
        const char *text = i == NOTES && places.bytes ? NULL : statement_text(find, i);
        if (!text || !strchr(text, '\1'))
            continue;
        field_write(out, fields[i], text, first);
        first = false;
    }
    buffer_add_char(out, '}');
    statement_reset(find);
    return !database_failure(database);
}
