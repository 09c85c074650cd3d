// The nearest id to one that does not exist.
#ifndef RELATA_QUERY_SUGGEST_H
#define RELATA_QUERY_SUGGEST_H

#include "model/collection.h"
#include "storage/database.h"

enum { SUGGESTION_SIZE = 96 };

// Of COLLECTION's ids the one nearest to ID; false where none is near. Looks at a bounded number of
// ids.
bool suggest_id(struct database *database, const struct collection *collection, const char *id,
                char ret_nearest[static SUGGESTION_SIZE]);

#endif
