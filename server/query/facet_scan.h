// Several facets of one selection, counted in one pass over its records.
#ifndef RELATA_QUERY_FACET_SCAN_H
#define RELATA_QUERY_FACET_SCAN_H

#include "query/facet_counts.h"

enum { FACET_SCAN_MAX = 16 };

struct facet_scan;

// Whether it costs more to find the records of QUERY once for each of several facets than to look
// at each of them once: an index that leads to them gives one facet without looking at them.
bool facet_scan_serves(const struct query *query);

// Reads the records of QUERY, which is borrowed, for the COUNT fields; NULL where the database
// fails.
struct facet_scan *facet_scan_new(struct database *database, const struct query *query,
                                  const struct field *const *fields, size_t count);
void facet_scan_free(struct facet_scan *scan);

static inline void facet_scan_cleanup(struct facet_scan **scan)
{
    facet_scan_free(*scan);
}

// Whether FIELD is among its fields.
bool facet_scan_has(const struct facet_scan *scan, const struct field *field);

// As facet_counts_read, for a field that it has.
enum err facet_scan_values(struct facet_scan *scan, const struct field *field,
                           const struct value_order *order, int limit,
                           bool (*each)(void *context, const json_t *value, const char *label,
                                        int64_t count),
                           void *context);

#endif
