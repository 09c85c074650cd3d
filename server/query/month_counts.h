// How many records match: added up by months where the filters allow it, else counted one by one.
#ifndef RELATA_QUERY_MONTH_COUNTS_H
#define RELATA_QUERY_MONTH_COUNTS_H

#include "query/query.h"

// The number of records that match QUERY, whatever the page.
enum err month_counts_records(struct database *database, const struct query *query,
                              int64_t *ret_count);

#endif
