// Full text: what a reader asks for (`q`) as an expression that SQLite's FTS5 always understands.
#ifndef RELATA_QUERY_SEARCH_TERMS_H
#define RELATA_QUERY_SEARCH_TERMS_H

#include "base/buffer.h"
#include "storage/database.h"
#include "storage/revision.h"

// The spellings of words that were asked for lately: most searches are for words that others have
// looked for. Of one connection.
struct spellings;
// NULL when memory ends.
struct spellings *search_terms_spellings_new(void);
void search_terms_spellings_free(struct spellings *spellings);

// What somebody looks for: words that must all occur, `"a phrase"`, `-word`, `prefix*`, `OR`
// between two terms. What has neither letters nor digits is passed over. Where it is still being
// TYPED, the last word may go on and a quotation mark may be open.
struct search_text {
    const char *text;
    bool typed;
};

// Turns TEXT into an FTS5 expression as of REVISION: a word that is part of an actor's name also
// finds the other spellings of it, which are kept in SPELLINGS. False, with what is wrong with
// TEXT, where nothing could be looked for; of what is being typed that is an expression that
// matches nothing.
bool search_terms_read(struct database *database, struct spellings *spellings,
                       const struct revision *revision, struct search_text text,
                       struct buffer *ret_expression, const char **ret_fault);

#endif
