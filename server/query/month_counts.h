// How many records match: added up by months where the filters allow it, else counted one by one.
#ifndef RELATA_COUNT_H
#define RELATA_COUNT_H

#include "query/page.h"

// The number of records that match QUERY, whatever the page.
enum err count_records(struct database *database, const struct query *query, int64_t *ret_count);

#endif
