// The first page of a search: the best of all matches, found in one pass that counts them too.
#ifndef RELATA_BEST_H
#define RELATA_BEST_H

#include "query.h"

// Whether QUERY asks for words alone, by their score, from the first match on and not for too many.
bool best_serves(const struct query *query);

// As query_rows, of a query that it serves.
enum err best_rows(struct database *database, const struct query *query,
                   bool (*each)(void *context, const struct query_row *row), void *context);

#endif
