// Parses search terms and adds other spellings of names.
#include "query/search_terms.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/ownership.h"
#include "base/text.h"
#include "storage/tokenizer.h"
#include "storage/versions.h"

enum { VARIANTS_MAX = 8, VARIANT_LENGTH_MIN = 4, VARIANT_DISTANCE = 2 };

// The other spellings of a word at a revision, as written into an expression.
struct spelling {
    uint64_t revision; // the revision's identity
    char *word;
    char *alternatives;
};

struct spellings {
    struct spelling kept[256]; // indexed by the word's hash
};

struct term {
    const char *text;
    size_t length;
    bool excluded, prefix, phrase;
    bool typed; // still being typed: matches as a prefix and as a whole word
};

// What is searched for, and where.
struct asking {
    struct database *database;
    struct spellings *spellings;
    const struct revision *revision;
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool word_stop(void *context, const struct tokenizer_word *word)
{
    (void)context, (void)word;
    return false;
}

// Whether the text has anything that FTS5 indexes.
static bool words_stand(const struct asking *asking, const char *text, size_t length)
{
    return !tokenizer_words(database_tokenizer(asking->database), text, length, word_stop, NULL);
}

// Reads the next term of *TEXT and moves past it; false at the end. Sets *RET_FAULT if a phrase is
// not closed, unless it is still being TYPED.
static bool term_next(const char **text, bool typed, struct term *ret_term, const char **ret_fault)
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
    bool closed = term.phrase && *at;
    if (term.phrase && !closed && !typed) {
        *ret_fault = "a phrase has no closing quotation mark";
        return false;
    }
    at += closed;
    term.prefix = closed ? *at == '*' : term.length > 1 && term.text[term.length - 1] == '*';
    if (term.prefix && closed)
        at++;
    else if (term.prefix)
        term.length--;
    *text = at;
    *ret_term = term;
    return true;
}

// `OR` between terms.
static bool is_or(const struct term *term)
{
    return !term->phrase && !term->excluded && !term->prefix && term->length == 2 &&
           memcmp(term->text, "OR", 2) == 0;
}

// A string for FTS5: in quotes, with quotes inside doubled.
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

// Adds the words of NAMES that are spelled similarly to WORD, as alternatives.
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

// The cache slot for the spellings of WORD.
static struct spelling *spelling_place(struct spellings *spellings, const char *word)
{
    return &spellings->kept[digest_hash(word, strlen(word)) % 256];
}

static void spelling_keep(struct spelling *place, uint64_t revision, const char *word,
                          const char *alternatives)
{
    free(place->word);
    free(place->alternatives);
    *place = (struct spelling){revision, strdup(word), strdup(alternatives)};
}

// A word of an actor's name also finds the similar words in the actor's aliases.
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
    if (term->prefix || term->typed)
        buffer_add_text(out, " *");
    bool good = !widened || spellings_add(asking, term, out);
    buffer_add_char(out, ')');
    return good;
}

// The expression built from the terms read so far.
struct expression {
    struct buffer *wanted; // (a OR b) AND (c ...
    struct buffer excluded;
    size_t count; // number of wanted terms
    bool either;  // the next term is an alternative to the last one
};

static bool expression_add(const struct asking *asking, struct expression *expression,
                           const struct term *term)
{
    struct buffer *side = term->excluded ? &expression->excluded : expression->wanted;
    if (term->excluded)
        buffer_add_text(side, side->length ? " OR " : "");
    else if (expression->either)
        buffer_add_text(side, " OR ");
    else
        buffer_add_text(side, expression->count ? ") AND (" : "(");
    expression->count += !term->excluded;
    expression->either = false;
    return term_add(asking, term, side);
}

// Ends the expression; without a wanted term it becomes one that matches nothing.
static void expression_end(struct expression *expression)
{
    if (!expression->count) {
        buffer_clear(expression->wanted);
        string_add(expression->wanted, "", 0);
    } else {
        buffer_add_char(expression->wanted, ')');
        if (expression->excluded.length) {
            buffer_add_text(expression->wanted, " NOT (");
            buffer_add_text(expression->wanted, buffer_text(&expression->excluded));
            buffer_add_char(expression->wanted, ')');
        }
    }
    expression->wanted->failed |= expression->excluded.failed;
    buffer_cleanup(&expression->excluded);
}

bool search_terms_read(struct database *database, struct spellings *spellings,
                       const struct revision *revision, struct search_text text,
                       struct buffer *ret_expression, const char **ret_fault)
{
    const struct asking asking = {database, spellings, revision};
    AUTO(text) char *typed = text_typed(text.text);
    const char *rest = typed;
    struct term term;
    struct expression expression = {.wanted = ret_expression};
    bool good = typed != NULL;
    *ret_fault = NULL;
    while (good && term_next(&rest, text.typed, &term, ret_fault)) {
        if (expression.count && is_or(&term)) {
            expression.either = true;
            continue;
        }
        if (!words_stand(&asking, term.text, term.length))
            continue;
        term.typed = text.typed && !term.excluded && !words_stand(&asking, rest, strlen(rest));
        good = expression_add(&asking, &expression, &term);
    }
    if (good && !*ret_fault && !expression.count && !text.typed)
        *ret_fault = expression.excluded.length
                         ? "all words begin with a minus, which leaves out what has them; add a "
                           "word to look for, such as 'treaty -war'"
                         : "there is no word to look for";
    expression_end(&expression);
    return !*ret_fault;
}
