// The first page of a search: the best of all matches, found in one pass that counts them too.
#ifndef RELATA_QUERY_TOP_MATCHES_H
#define RELATA_QUERY_TOP_MATCHES_H

#include "query/query.h"

// Whether QUERY asks for words, by their score, and for matches that do not stand far behind. Of a
// date it must be counted too what is left out.
bool top_matches_serves(const struct query *query);

// As query_rows, of a query that it serves; *RET_TOTAL is how many match.
enum err top_matches_rows(struct database *database, const struct query *query,
                          bool (*each)(void *context, const struct query_row *row), void *context,
                          int64_t *ret_total);

#endif
