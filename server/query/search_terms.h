// Full text: translates what a reader searches for (`q`) into an expression that is always valid
// for SQLite's FTS5.
#ifndef RELATA_QUERY_SEARCH_TERMS_H
#define RELATA_QUERY_SEARCH_TERMS_H

#include "base/buffer.h"
#include "storage/database.h"
#include "storage/revision.h"

// A cache of spellings for words searched recently, since most searches repeat words. Belongs to
// one connection.
struct spellings;
// NULL if memory runs out.
struct spellings *search_terms_spellings_new(void);
void search_terms_spellings_free(struct spellings *spellings);

// A search: words that must all occur, `"a phrase"`, `-word`, `prefix*`, `OR` between two terms.
// Terms without letters or digits are skipped. If it is still being TYPED, the last word may be
// incomplete and a phrase may be open.
struct search_text {
    const char *text;
    bool typed;
};

// Translates TEXT into an FTS5 expression as of REVISION. A word that is part of an actor's name
// also finds the other spellings of it, which are cached in SPELLINGS. False, with what is wrong
// with TEXT, if it contains nothing to search for; while it is being typed, the result is then an
// expression that matches nothing.
bool search_terms_read(struct database *database, struct spellings *spellings,
                       const struct revision *revision, struct search_text text,
                       struct buffer *ret_expression, const char **ret_fault);

#endif
