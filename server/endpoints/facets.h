// Counts the records of a list by the values of a field.
#ifndef RELATA_ENDPOINTS_FACETS_H
#define RELATA_ENDPOINTS_FACETS_H

#include "endpoints/selection.h"

// Whether records of COLLECTION can be counted by KEY.
bool facets_known(const struct collection *collection, const char *key);

// The name of order number I of a facet's values, from 0 on, the default first; NULL after the
// last.
const char *facets_order_name(size_t i);

// Refuses `facet_sort` without `facet`.
enum err facets_check(struct call *call);

// Writes an object with a facet for each field in the selection's `facet`, counted with its filters
// except those on the facet's own field; null if none is asked for.
enum err facets_write(const struct selection *selection, struct buffer *out);

#endif
