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

// Turns TEXT (words that must all occur, "a phrase", -word, prefix*) into an FTS5 expression as of
// REVISION: a word that is part of an actor's name also finds the other spellings of it, which are
// kept in SPELLINGS. False, with what is wrong with TEXT, where nothing could be looked for.
bool search_terms_read(struct database *database, struct spellings *spellings,
                       const struct revision *revision, const char *text,
                       struct buffer *ret_expression, const char **ret_fault);

// Where a document matches, as the query that found it tells: bytes of places(), of full_text.c, or
// NULL where it does not tell.
struct search_terms_places {
    const char *bytes;
    size_t length;
};

// Writes an object of the fields in which document KEY matches EXPRESSION: HTML, escaped but for
// <mark> around matches. False on failure.
bool search_terms_highlight(struct database *database, const char *expression, int64_t key,
                            struct search_terms_places places, struct buffer *out);

#endif
