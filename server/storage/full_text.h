// Full text: SQL functions besides those of SQLite's FTS5 (`hits`, `places` and `marked` for a
// match, `folded` for any text).
//
// Belongs to one connection, and to the thread that uses it.
#ifndef RELATA_STORAGE_FULL_TEXT_H
#define RELATA_STORAGE_FULL_TEXT_H

struct full_text;
struct sqlite3;
struct tokenizer;

// Adds the functions to the connection HANDLE; NULL on failure. Free it before HANDLE is closed,
// when no statement runs any more.
struct full_text *full_text_new(struct sqlite3 *handle);
void full_text_free(struct full_text *full_text);

// The tokenizer of the table `words`; valid as long as FULL_TEXT is.
const struct tokenizer *full_text_tokenizer(const struct full_text *full_text);

#endif
