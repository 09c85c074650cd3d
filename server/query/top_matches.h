// The first page of a search: the best of all matches, found in one pass that counts them too.
#ifndef RELATA_BEST_H
#define RELATA_BEST_H

#include "query/page.h"

// Whether QUERY asks for words alone, by their score, and for matches that do not stand far behind.
bool best_serves(const struct query *query);

// As query_rows, of a query that it serves; *RET_TOTAL is how many match.
enum err best_rows(struct database *database, const struct query *query,
                   bool (*each)(void *context, const struct query_row *row), void *context,
                   int64_t *ret_total);

#endif
