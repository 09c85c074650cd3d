// How often each value of a field occurs among the records that a query finds.
#ifndef RELATA_QUERY_FACET_COUNTS_H
#define RELATA_QUERY_FACET_COUNTS_H

#include "query/query.h"

// Calls EACH with the values of FIELD among the records that match, most frequent first, at most
// LIMIT: a text, an integer or null, the name of the record that it is the id of (or NULL), the
// number of records.
enum err facet_counts_read(struct database *database, const struct query *query,
                           const struct field *field, int limit,
                           bool (*each)(void *context, const json_t *value, const char *label,
                                        int64_t count),
                           void *context);

#endif
