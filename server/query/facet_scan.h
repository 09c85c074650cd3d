// Counts several facets of one selection in a single pass over its records.
#ifndef RELATA_QUERY_FACET_SCAN_H
#define RELATA_QUERY_FACET_SCAN_H

#include "query/facet_counts.h"

enum { FACET_SCAN_MAX = 16 };

struct facet_scan;

// Whether one pass over the records of QUERY is cheaper than a search for each facet. It is not if
// an index finds the records, because then a facet can be counted from indexes alone.
bool facet_scan_serves(const struct query *query);

// Reads the records of QUERY, which is borrowed, for COUNT fields; NULL if the database fails.
struct facet_scan *facet_scan_new(struct database *database, const struct query *query,
                                  const struct field *const *fields, size_t count);
void facet_scan_free(struct facet_scan *scan);

static inline void facet_scan_cleanup(struct facet_scan **scan)
{
    facet_scan_free(*scan);
}

// Whether FIELD is one of the fields read.
bool facet_scan_has(const struct facet_scan *scan, const struct field *field);

// The same as facet_counts_read, for one of these fields.
enum err facet_scan_values(struct facet_scan *scan, const struct field *field,
                           const struct value_order *order, int limit,
                           bool (*each)(void *context, const json_t *value, const char *label,
                                        int64_t count),
                           void *context);

#endif
