// Looks for a similar id among those with the same beginning, then among the first thousands.
#include "query/suggest.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { CANDIDATES_MAX = 2000 };

static bool nearest_among(struct database *database, const char *ids, int collection,
                          const char *id, const char *prefix, char *ret_nearest)
{
    char after[8];
    size_t best = text_plausible(id) + 1;
    bool found = false;
    struct statement *read = database_prepare(database, ids);
    if (!read)
        return false;
    snprintf(after, sizeof after, "%.3s\x7f", prefix);
    statement_bind_integer(read, 1, collection);
    statement_bind_text(read, 2, prefix);
    statement_bind_text(read, 3, after);
    statement_bind_integer(read, 4, CANDIDATES_MAX);
    while (statement_step(read)) {
        size_t distance = text_distance(id, statement_text(read, 0));
        if (distance >= best)
            continue;
        best = distance;
        found = true;
        snprintf(ret_nearest, SUGGESTION_SIZE, "%s", statement_text(read, 0));
    }
    return found;
}

bool suggest_id_among(struct database *database, const char *ids, int collection, const char *id,
                      char ret_nearest[static SUGGESTION_SIZE])
{
    char prefix[4];
    snprintf(prefix, sizeof prefix, "%.3s", id);
    return (*prefix && nearest_among(database, ids, collection, id, prefix, ret_nearest)) ||
           nearest_among(database, ids, collection, id, "", ret_nearest);
}

bool suggest_id(struct database *database, const struct collection *collection, const char *id,
                char ret_nearest[static SUGGESTION_SIZE])
{
    return suggest_id_among(
        database, "SELECT id FROM record WHERE collection = ?1 AND id >= ?2 AND id < ?3 LIMIT ?4",
        (int)collection->number, id, ret_nearest);
}
