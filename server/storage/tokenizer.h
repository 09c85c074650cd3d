// How FTS5 splits the texts of the table `words` into words: see db/migrations.
//
// Belongs to one connection, and to the thread that uses it.
#ifndef RELATA_STORAGE_TOKENIZER_H
#define RELATA_STORAGE_TOKENIZER_H

#include <stdbool.h>
#include <stddef.h>

struct fts5_api;
struct tokenizer;

// NULL if memory runs out. Free it before the connection of API is closed.
struct tokenizer *tokenizer_new(struct fts5_api *api);
void tokenizer_free(struct tokenizer *tokenizer);

// Receives a word in the form that is searched for, without case and diacritics, which was made of
// the bytes START to END of the text. TEXT has no NUL after it and is valid until EACH returns.
struct tokenizer_word {
    const char *text;
    size_t length, start, end;
};

// Calls EACH for the words of TEXT in order, until it returns false. False if EACH did, or if
// memory ran out.
bool tokenizer_words(const struct tokenizer *tokenizer, const char *text, size_t length,
                     bool (*each)(void *context, const struct tokenizer_word *word), void *context);

#endif
