// Follows the parents of actors, starting from the two states.
#include "dataset/actor_sides.h"

#include "model/collection.h"

// The sides at revision ?1. A state is on its own side, whatever it is part of.
static const char sides_find[] =
    "INSERT INTO temp.side_now"
    " WITH RECURSIVE state(id, side) AS (VALUES ('united-states', 'us'), ('pakistan', 'pakistan')),"
    " member(id, side) AS (SELECT id, side FROM state UNION SELECT r.id, m.side FROM member m"
    " JOIN entry e ON e.collection = " SQL_ACTORS " AND e.field = 'parent' AND e.value = m.id"
    " AND e.valid_from <= ?1 AND e.valid_to > ?1 JOIN record r ON r.key = e.record"
    " WHERE r.id NOT IN (SELECT id FROM state))"
    " SELECT a.record, a.id, ifnull(m.side, 'third') FROM actor a LEFT JOIN member m ON m.id = a.id"
    " WHERE a.valid_from <= ?1 AND a.valid_to > ?1";

static const char sides_end[] =
    "UPDATE actor_side SET valid_to = ?1 WHERE valid_to = " SQL_FOREVER " AND NOT EXISTS"
    " (SELECT 1 FROM temp.side_now n WHERE n.record = actor_side.record"
    " AND n.side = actor_side.side)";

static const char sides_begin[] =
    "INSERT INTO actor_side (record, valid_from, id, side) SELECT n.record, ?1, n.id, n.side"
    " FROM temp.side_now n WHERE NOT EXISTS (SELECT 1 FROM actor_side s"
    " WHERE s.record = n.record AND s.valid_to = " SQL_FOREVER ")";

static bool actors_changed(struct database *database, int64_t revision)
{
    struct statement *find = database_prepare(
        database, "SELECT EXISTS (SELECT 1 FROM version v JOIN record r ON r.key = v.record"
                  " AND r.collection = " SQL_ACTORS " WHERE v.valid_from = ?1 OR v.valid_to = ?1)");
    if (!find)
        return false;
    statement_bind_integer(find, 1, revision);
    bool changed = statement_step(find) && statement_integer(find, 0);
    statement_reset(find);
    return changed;
}

bool actor_sides_update(struct database *database, int64_t revision)
{
    if (!actors_changed(database, revision))
        return !database_failure(database);
    return database_run(database, "CREATE TEMP TABLE IF NOT EXISTS side_now"
                                  " (record INTEGER PRIMARY KEY, id TEXT, side TEXT);"
                                  "DELETE FROM temp.side_now") &&
           database_run_with(database, sides_find, revision) &&
           database_run_with(database, sides_end, revision) &&
           database_run_with(database, sides_begin, revision);
}
