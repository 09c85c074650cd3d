// Suggests the nearest id for one that does not exist.
#ifndef RELATA_QUERY_SUGGEST_H
#define RELATA_QUERY_SUGGEST_H

#include "model/collection.h"
#include "storage/database.h"

enum { SUGGESTION_SIZE = 96 };

// The id of COLLECTION nearest to ID; false if none is near. Looks at a limited number of ids.
bool suggest_id(struct database *database, const struct collection *collection, const char *id,
                char ret_nearest[static SUGGESTION_SIZE]);

// The same, of the ids that the query IDS finds: of the collection numbered ?1, from ?2 and before
// ?3, ?4 at most.
bool suggest_id_among(struct database *database, const char *ids, int collection, const char *id,
                      char ret_nearest[static SUGGESTION_SIZE]);

#endif
