// How often each value of a field occurs among the records that a query finds.
#ifndef RELATA_QUERY_FACET_COUNTS_H
#define RELATA_QUERY_FACET_COUNTS_H

#include "query/query.h"

// The order of the values: the most frequent first, or by value. Ties are ordered by value.
struct value_order {
    bool by_value;
    const json_t *ranks; // as in struct sort_key
};

// Calls EACH for at most LIMIT values of FIELD among the matching records, with: the value (text,
// integer or null), the display name of the record that it is the id of (or NULL), and the number
// of records.
enum err facet_counts_read(struct database *database, const struct query *query,
                           const struct field *field, const struct value_order *order, int limit,
                           bool (*each)(void *context, const json_t *value, const char *label,
                                        int64_t count),
                           void *context);

#endif
