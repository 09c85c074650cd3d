// Counts of a list's records by the values of a field.
#ifndef RELATA_ENDPOINTS_FACETS_H
#define RELATA_ENDPOINTS_FACETS_H

#include "base/buffer.h"
#include "query/query.h"

// Whether records of COLLECTION can be counted by KEY.
bool facets_known(const struct collection *collection, const char *key);

// Writes an object with a facet for each of NAMES (a list of field names), counted under the
// filters of QUERY but for the facet's own field; null where NAMES is NULL.
enum err facets_write(struct database *database, const struct query *query, const json_t *names,
                      struct buffer *out);

#endif
