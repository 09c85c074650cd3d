// Full text: the functions that statements call beside those of SQLite's FTS5 (`hits`, `places`,
// `marked` of a match, `folded` of any text), and the words of a text as FTS5 reads them.
//
// Belongs to one connection, as does the thread.
#ifndef RELATA_STORAGE_FULL_TEXT_H
#define RELATA_STORAGE_FULL_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct full_text;
struct sqlite3;

// Adds the functions to the connection HANDLE; NULL on failure. To be freed before HANDLE is
// closed, when no more statement runs.
struct full_text *full_text_new(struct sqlite3 *handle);
void full_text_free(struct full_text *full_text);

// A word as it is looked for, without case and diacritics, and the bytes from START to END of the
// text that it is made of. TEXT has no NUL behind it and lasts until EACH returns.
struct full_text_word {
    const char *text;
    size_t length, start, end;
};

// Calls EACH for the words of TEXT, in their order, until it returns false; false where it did, or
// memory ended.
bool full_text_words(const struct full_text *full_text, const char *text, size_t length,
                     bool (*each)(void *context, const struct full_text_word *word), void *context);

#endif
