// Calls FTS5's own tokenizer, with the settings of the table `words`.
#include "storage/tokenizer.h"

#include <sqlite3.h>
#include <stdlib.h>

struct tokenizer {
    fts5_tokenizer methods;
    Fts5Tokenizer *instance;
};

struct tokenizer *tokenizer_new(fts5_api *api)
{
    void *context = NULL;
    const char *arguments[] = {"remove_diacritics", "2"};
    struct tokenizer *tokenizer = calloc(1, sizeof *tokenizer);
    if (tokenizer &&
        api->xFindTokenizer(api, "unicode61", &context, &tokenizer->methods) == SQLITE_OK &&
        tokenizer->methods.xCreate(context, arguments, 2, &tokenizer->instance) == SQLITE_OK)
        return tokenizer;
    tokenizer_free(tokenizer);
    return NULL;
}

void tokenizer_free(struct tokenizer *tokenizer)
{
    if (tokenizer && tokenizer->instance)
        tokenizer->methods.xDelete(tokenizer->instance);
    free(tokenizer);
}

struct word_reader {
    bool (*each)(void *context, const struct tokenizer_word *word);
    void *context;
};

static int word_give(void *context, int flags, const char *token, int length, int start, int end)
{
    const struct word_reader *reader = context;
    const struct tokenizer_word word = {token, (size_t)length, (size_t)start, (size_t)end};
    if (flags & FTS5_TOKEN_COLOCATED)
        return SQLITE_OK;
    return reader->each(reader->context, &word) ? SQLITE_OK : SQLITE_ABORT;
}

bool tokenizer_words(const struct tokenizer *tokenizer, const char *text, size_t length,
                     bool (*each)(void *context, const struct tokenizer_word *word), void *context)
{
    struct word_reader reader = {each, context};
    return tokenizer->methods.xTokenize(tokenizer->instance, &reader, FTS5_TOKENIZE_DOCUMENT, text,
                                        (int)length, word_give) == SQLITE_OK;
}
