// Compares names with what was typed, word by word; the first word that differs ends it.
#include "storage/called.h"

#include <stdlib.h>
#include <string.h>

#include "base/ownership.h"
#include "base/text.h"

static bool word_add(void *context, const struct tokenizer_word *word)
{
    struct buffer *words = context;
    buffer_add(words, word->text, word->length);
    buffer_add_char(words, ' ');
    return !words->failed;
}

bool called_typed_read(const struct tokenizer *tokenizer, const char *text, bool begun,
                       struct called_typed *ret_typed)
{
    AUTO(text) char *typed = text_typed(text);
    *ret_typed = (struct called_typed){.begun = begun};
    return typed && tokenizer_words(tokenizer, typed, strlen(typed), word_add, &ret_typed->words) &&
           !ret_typed->words.failed;
}

bool called_typed_is_letter(const struct called_typed *typed)
{
    return typed->begun && typed->words.length == sizeof "p " - 1;
}

void called_typed_cleanup(struct called_typed *typed)
{
    buffer_cleanup(&typed->words);
}

struct called_comparison {
    const char *rest; // the typed words not yet compared
    size_t length;
    bool begun;
    bool longer; // the name continues after what was typed
};

// Removes the word from the start of what was typed, if it is there.
static bool word_compare(void *context, const struct tokenizer_word *word)
{
    struct called_comparison *comparison = context;
    const char *end = memchr(comparison->rest, ' ', comparison->length);
    size_t typed = end ? (size_t)(end - comparison->rest) : 0;
    bool last = typed + 1 == comparison->length;
    bool begins = typed <= word->length && memcmp(word->text, comparison->rest, typed) == 0;
    bool same = end && begins && typed == word->length;
    comparison->longer = !end || (last && comparison->begun && begins && !same);
    if (comparison->longer || !same)
        return false;
    comparison->rest += typed + 1;
    comparison->length -= typed + 1;
    return true;
}

static enum called called_name(const struct tokenizer *tokenizer, const struct called_typed *typed,
                               const char *name, size_t length)
{
    struct called_comparison comparison = {
        .rest = typed->words.bytes, .length = typed->words.length, .begun = typed->begun};
    bool whole = tokenizer_words(tokenizer, name, length, word_compare, &comparison);
    if (comparison.longer)
        return typed->begun ? CALLED_BEGUN : CALLED_OTHERWISE;
    return whole && !comparison.length ? CALLED_SO : CALLED_OTHERWISE;
}

// The length of the name at TEXT: all of it, or of a LIST up to a semicolon.
static size_t called_name_length(const char *text, size_t length, bool list)
{
    size_t i = 0;
    while (i < length && !(list && text[i] == ';' && i + 1 < length && text[i + 1] == ' '))
        i++;
    return i;
}

enum called called_compare(const struct tokenizer *tokenizer, const struct called_typed *typed,
                           const char *text, size_t length, bool list)
{
    enum called best = CALLED_OTHERWISE;
    while (typed->words.length && length && best != CALLED_SO) {
        size_t name = called_name_length(text, length, list);
        enum called called = called_name(tokenizer, typed, text, name);
        best = called > best ? called : best;
        size_t step = name < length ? name + 2 : name;
        text += step;
        length -= step;
    }
    return best;
}
