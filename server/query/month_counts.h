// Counts matching records: by adding up months if the filters allow it, otherwise one by one.
#ifndef RELATA_QUERY_MONTH_COUNTS_H
#define RELATA_QUERY_MONTH_COUNTS_H

#include "query/query.h"

// The number of records that match QUERY on all pages.
enum err month_counts_records(struct database *database, const struct query *query,
                              int64_t *ret_count);

#endif
