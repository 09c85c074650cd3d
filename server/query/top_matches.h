// The first pages of a search: finds and counts all matches in one pass and keeps the best.
#ifndef RELATA_QUERY_TOP_MATCHES_H
#define RELATA_QUERY_TOP_MATCHES_H

#include "query/query.h"

// Whether QUERY is a search sorted by score, for a page that is not far from the beginning. A date
// filter excludes it, because records left out for lack of a date must be counted too.
bool top_matches_serves(const struct query *query);

// The same as query_rows, for such a query; *RET_TOTAL is the number of matches.
enum err top_matches_rows(struct database *database, const struct query *query,
                          bool (*each)(void *context, const struct query_row *row), void *context,
                          int64_t *ret_total);

#endif
