// Fills the link tables, full text and views of the archive's SQLite file by SQL: one row per value
// of a list.
#include "endpoints/export_tables.h"

#include <stdio.h>
#include <string.h>

static const struct export_reference references[] = {
    {"events", "era", "eras"},      {"aid", "era", "eras"},      {"aid", "donor", "actors"},
    {"aid", "recipient", "actors"}, {"aid", "agency", "actors"}, {"aid", "event", "events"},
    {"actors", "parent", "actors"},
};

enum { REFERENCE_COUNT = sizeof references / sizeof *references };

const struct export_reference *export_tables_reference(size_t i)
{
    return i < REFERENCE_COUNT ? &references[i] : NULL;
}

const char *export_tables_target(const char *collection, const char *column)
{
    for (size_t i = 0; i < REFERENCE_COUNT; i++)
        if (strcmp(references[i].collection, collection) == 0 &&
            strcmp(references[i].column, column) == 0)
            return references[i].target;
    return NULL;
}

// All records of all collections, for what they have in common.
#define EVERY_RECORD                                                                               \
    "(SELECT 'events' AS collection, id, json FROM events"                                         \
    " UNION ALL SELECT 'aid', id, json FROM aid UNION ALL SELECT 'actors', id, json FROM actors"   \
    " UNION ALL SELECT 'references', id, json FROM \"references\""                                 \
    " UNION ALL SELECT 'eras', id, json FROM eras UNION ALL SELECT 'themes', id, json FROM "       \
    "themes)"

static const char *const scripts[] = {
    "CREATE TABLE records (collection TEXT NOT NULL, id TEXT NOT NULL, title TEXT NOT NULL,"
    " PRIMARY KEY (collection, id)) WITHOUT ROWID;"
    "INSERT INTO records SELECT collection, id,"
    " coalesce(json ->> '$.title', json ->> '$.name', id) FROM " EVERY_RECORD ";",

    "CREATE TABLE event_actors (event TEXT NOT NULL REFERENCES events (id),"
    " position INTEGER NOT NULL, actor TEXT NOT NULL REFERENCES actors (id), role TEXT NOT NULL,"
    " PRIMARY KEY (event, position)) WITHOUT ROWID;"
    "INSERT INTO event_actors SELECT record.id, item.key + 1, item.value ->> '$.id',"
    " item.value ->> '$.role' FROM events AS record, json_each(record.json, '$.actors') AS item;"
    "CREATE INDEX event_actors_actor ON event_actors (actor);",

    "CREATE TABLE event_themes (event TEXT NOT NULL REFERENCES events (id),"
    " theme TEXT NOT NULL REFERENCES themes (id), PRIMARY KEY (event, theme)) WITHOUT ROWID;"
    "INSERT INTO event_themes SELECT record.id, item.value FROM events AS record,"
    " json_each(record.json, '$.themes') AS item;"
    "CREATE INDEX event_themes_theme ON event_themes (theme);"
    "CREATE TABLE actor_themes (actor TEXT NOT NULL REFERENCES actors (id),"
    " theme TEXT NOT NULL REFERENCES themes (id), PRIMARY KEY (actor, theme)) WITHOUT ROWID;"
    "INSERT INTO actor_themes SELECT record.id, item.value FROM actors AS record,"
    " json_each(record.json, '$.themes') AS item;"
    "CREATE INDEX actor_themes_theme ON actor_themes (theme);",

    "CREATE TABLE event_relations (event TEXT NOT NULL REFERENCES events (id),"
    " position INTEGER NOT NULL, type TEXT NOT NULL, target TEXT NOT NULL REFERENCES events (id),"
    " note TEXT, PRIMARY KEY (event, position)) WITHOUT ROWID;"
    "INSERT INTO event_relations SELECT record.id, item.key + 1, item.value ->> '$.type',"
    " item.value ->> '$.target', item.value ->> '$.note' FROM events AS record,"
    " json_each(record.json, '$.relations') AS item;"
    "CREATE TABLE aid_relations (aid TEXT NOT NULL REFERENCES aid (id),"
    " position INTEGER NOT NULL, type TEXT NOT NULL, target TEXT NOT NULL REFERENCES aid (id),"
    " note TEXT, PRIMARY KEY (aid, position)) WITHOUT ROWID;"
    "INSERT INTO aid_relations SELECT record.id, item.key + 1, item.value ->> '$.type',"
    " item.value ->> '$.target', item.value ->> '$.note' FROM aid AS record,"
    " json_each(record.json, '$.relations') AS item;",

    "CREATE TABLE event_figures (event TEXT NOT NULL REFERENCES events (id),"
    " position INTEGER NOT NULL, measure TEXT, \"group\" TEXT, value NUMERIC, unit TEXT,"
    " qualifier TEXT, label TEXT, PRIMARY KEY (event, position)) WITHOUT ROWID;"
    "INSERT INTO event_figures SELECT record.id, item.key + 1, item.value ->> '$.measure',"
    " item.value ->> '$.group', item.value ->> '$.value', item.value ->> '$.unit',"
    " item.value ->> '$.qualifier', item.value ->> '$.label' FROM events AS record,"
    " json_each(record.json, '$.figures') AS item;",

    "CREATE TABLE actor_offices (actor TEXT NOT NULL REFERENCES actors (id),"
    " position INTEGER NOT NULL, title TEXT NOT NULL, of TEXT REFERENCES actors (id),"
    " term_edtf TEXT, basis TEXT, PRIMARY KEY (actor, position)) WITHOUT ROWID;"
    "INSERT INTO actor_offices SELECT record.id, item.key + 1, item.value ->> '$.title',"
    " item.value ->> '$.of', item.value ->> '$.term_edtf', item.value ->> '$.basis'"
    " FROM actors AS record, json_each(record.json, '$.offices') AS item;"
    "CREATE TABLE actor_aliases (actor TEXT NOT NULL REFERENCES actors (id),"
    " alias TEXT NOT NULL, PRIMARY KEY (actor, alias)) WITHOUT ROWID;"
    "INSERT INTO actor_aliases SELECT record.id, item.value FROM actors AS record,"
    " json_each(record.json, '$.aliases') AS item;"
    "CREATE TABLE actor_identifiers (actor TEXT NOT NULL REFERENCES actors (id),"
    " position INTEGER NOT NULL, scheme TEXT NOT NULL, value TEXT NOT NULL, match TEXT,"
    " PRIMARY KEY (actor, position)) WITHOUT ROWID;"
    "INSERT INTO actor_identifiers SELECT record.id, item.key + 1, item.value ->> '$.scheme',"
    " item.value ->> '$.value', item.value ->> '$.match' FROM actors AS record,"
    " json_each(record.json, '$.identifiers') AS item;",

    "CREATE TABLE citations (collection TEXT NOT NULL, record TEXT NOT NULL,"
    " position INTEGER NOT NULL, reference TEXT NOT NULL REFERENCES \"references\" (id),"
    " via TEXT REFERENCES \"references\" (id), locator TEXT, stance TEXT,"
    " PRIMARY KEY (collection, record, position),"
    " FOREIGN KEY (collection, record) REFERENCES records (collection, id)) WITHOUT ROWID;"
    "INSERT INTO citations SELECT collection, record.id, item.key + 1, item.value ->> "
    "'$.reference',"
    " item.value ->> '$.via', item.value ->> '$.locator', item.value ->> '$.stance'"
    " FROM " EVERY_RECORD " AS record, json_each(record.json, '$.citations') AS item;"
    "CREATE INDEX citations_reference ON citations (reference);"
    "CREATE TABLE citation_supports (collection TEXT NOT NULL, record TEXT NOT NULL,"
    " position INTEGER NOT NULL, field TEXT NOT NULL,"
    " PRIMARY KEY (collection, record, position, field), FOREIGN KEY (collection, record,"
    " position) REFERENCES citations (collection, record, position)) WITHOUT ROWID;"
    "INSERT INTO citation_supports SELECT collection, record.id, item.key + 1, field.value"
    " FROM " EVERY_RECORD " AS record, json_each(record.json, '$.citations') AS item,"
    " json_each(item.value, '$.supports') AS field;",

    "CREATE TABLE notes (collection TEXT NOT NULL, record TEXT NOT NULL,"
    " position INTEGER NOT NULL, code TEXT NOT NULL, weight TEXT, text TEXT NOT NULL,"
    " printed TEXT, PRIMARY KEY (collection, record, position),"
    " FOREIGN KEY (collection, record) REFERENCES records (collection, id)) WITHOUT ROWID;"
    "INSERT INTO notes SELECT collection, record.id, item.key + 1, item.value ->> '$.code',"
    " item.value ->> '$.weight', item.value ->> '$.text', item.value ->> '$.printed'"
    " FROM " EVERY_RECORD " AS record, json_each(record.json, '$.notes') AS item;"
    "CREATE TABLE note_related (collection TEXT NOT NULL, record TEXT NOT NULL,"
    " position INTEGER NOT NULL, related TEXT NOT NULL,"
    " PRIMARY KEY (collection, record, position, related), FOREIGN KEY (collection, record,"
    " position) REFERENCES notes (collection, record, position)) WITHOUT ROWID;"
    "INSERT INTO note_related SELECT collection, record.id, item.key + 1, related.value"
    " FROM " EVERY_RECORD " AS record, json_each(record.json, '$.notes') AS item,"
    " json_each(item.value, '$.related') AS related;",

    "CREATE VIRTUAL TABLE search USING fts5(collection UNINDEXED, id UNINDEXED, title, text,"
    " tokenize = 'unicode61 remove_diacritics 2');"
    "INSERT INTO search SELECT 'events', id, title, summary FROM events"
    " UNION ALL SELECT 'aid', id, title, '' FROM aid"
    " UNION ALL SELECT 'actors', id, name, aliases || ' ' || coalesce(description, '') FROM actors"
    " UNION ALL SELECT 'references', id, title, coalesce(creators, '') FROM \"references\""
    " UNION ALL SELECT 'eras', id, title, coalesce(description, '') FROM eras"
    " UNION ALL SELECT 'themes', id, title, coalesce(description, '') FROM themes;",

    "CREATE VIEW events_with_titles AS SELECT events.*, eras.title AS era_title FROM events"
    " LEFT JOIN eras ON eras.id = events.era;"
    "CREATE VIEW aid_with_titles AS SELECT aid.*, eras.title AS era_title,"
    " donors.name AS donor_name, recipients.name AS recipient_name, agencies.name AS agency_name,"
    " events.title AS event_title FROM aid LEFT JOIN eras ON eras.id = aid.era"
    " LEFT JOIN actors AS donors ON donors.id = aid.donor"
    " LEFT JOIN actors AS recipients ON recipients.id = aid.recipient"
    " LEFT JOIN actors AS agencies ON agencies.id = aid.agency"
    " LEFT JOIN events ON events.id = aid.event;"
    "CREATE VIEW event_actors_with_titles AS SELECT link.*, events.title AS event_title,"
    " events.date_edtf, actors.name AS actor_name FROM event_actors AS link"
    " JOIN events ON events.id = link.event JOIN actors ON actors.id = link.actor;"
    "CREATE VIEW event_themes_with_titles AS SELECT link.*, events.title AS event_title,"
    " themes.title AS theme_title FROM event_themes AS link"
    " JOIN events ON events.id = link.event JOIN themes ON themes.id = link.theme;"
    "CREATE VIEW event_relations_with_titles AS SELECT link.*, events.title AS event_title,"
    " targets.title AS target_title FROM event_relations AS link"
    " JOIN events ON events.id = link.event JOIN events AS targets ON targets.id = link.target;"
    "CREATE VIEW citations_with_titles AS SELECT link.*, records.title AS record_title,"
    " works.title AS reference_title, through.title AS via_title FROM citations AS link"
    " JOIN records ON records.collection = link.collection AND records.id = link.record"
    " JOIN \"references\" AS works ON works.id = link.reference"
    " LEFT JOIN \"references\" AS through ON through.id = link.via;"
    "CREATE VIEW notes_with_titles AS SELECT link.*, records.title AS record_title"
    " FROM notes AS link JOIN records ON records.collection = link.collection"
    " AND records.id = link.record;",
};

bool export_tables_link(struct database *tables)
{
    bool good = true;
    for (size_t i = 0; good && i < sizeof scripts / sizeof *scripts; i++)
        good = database_run(tables, scripts[i]);
    return good;
}
