// Full text: SQL functions besides those of SQLite's FTS5 (`hits`, `places` and `marked` for a
// match, `folded` for any text), and how FTS5 splits a text into words.
//
// Belongs to one connection, and to the thread that uses it.
#ifndef RELATA_STORAGE_FULL_TEXT_H
#define RELATA_STORAGE_FULL_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct full_text;
struct sqlite3;

// Adds the functions to the connection HANDLE; NULL on failure. Free it before HANDLE is closed,
// when no statement runs any more.
struct full_text *full_text_new(struct sqlite3 *handle);
void full_text_free(struct full_text *full_text);

// Receives a word in the form that is searched for, without case and diacritics, which was made of
// the bytes START to END of the text. TEXT has no NUL after it and is valid until EACH returns.
struct full_text_word {
    const char *text;
    size_t length, start, end;
};

// Calls EACH for the words of TEXT in order, until it returns false. False if EACH did, or if
// memory ran out.
bool full_text_words(const struct full_text *full_text, const char *text, size_t length,
                     bool (*each)(void *context, const struct full_text_word *word), void *context);

#endif
