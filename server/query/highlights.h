// Where a record matches a search, to be shown.
#ifndef RELATA_QUERY_HIGHLIGHTS_H
#define RELATA_QUERY_HIGHLIGHTS_H

#include "base/buffer.h"
#include "storage/database.h"

// Where a document matches, as the query that found it tells: bytes of places(), of full_text.c, or
// NULL where it does not tell.
struct highlight_places {
    const char *bytes;
    size_t length;
};

// Writes an object of the fields in which document KEY matches EXPRESSION: HTML, escaped but for
// <mark> around matches; of the names those that match, each once. False on failure.
bool highlights_write(struct database *database, const char *expression, int64_t key,
                      struct highlight_places places, struct buffer *out);

#endif
