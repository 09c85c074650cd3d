// Counts of a list's records by the values of a field.
#ifndef RELATA_ENDPOINTS_FACETS_H
#define RELATA_ENDPOINTS_FACETS_H

#include "endpoints/selection.h"

// Whether records of COLLECTION can be counted by KEY.
bool facets_known(const struct collection *collection, const char *key);

// The name of an order of a facet's values, from 0 on, the default first; NULL behind the last.
const char *facets_order_name(size_t i);

// Refuses an order without facets.
enum err facets_check(struct call *call);

// Writes an object with a facet for each field that the selection's `facet` names, counted under
// its filters but for the facet's own field; null where none is asked for.
enum err facets_write(const struct selection *selection, struct buffer *out);

#endif
