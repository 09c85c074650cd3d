// Stages a dataset next to the current one, checks it as a whole, and writes the difference as a
// revision.
#include "dataset/load.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/buffer.h"
#include "base/text.h"
#include "dataset/dataset_files.h"
#include "dataset/release.h"
#include "dataset/rendering.h"
#include "model/collection.h"
#include "query/suggest.h"
#include "storage/revision_hash.h"
#include "storage/versions.h"

struct load {
    struct database *database;
    const struct openapi *spec;
    const struct load_options *options;
    struct load_outcome *outcome;
    bool whole;      // the dataset is complete: ids that are not seen are removals
    bool later;      // release.json has a later version than any in the database
    bool incomplete; // some records could not be read, so missing ids are not removals
};

// A staged row is a future version; a NULL body is a removal.
static const char stage_tables[] =
    "CREATE TEMP TABLE IF NOT EXISTS seen (collection INTEGER, id TEXT PRIMARY KEY,"
    " place TEXT) WITHOUT ROWID;"
    "CREATE TEMP TABLE IF NOT EXISTS staged (collection INTEGER, id TEXT, body TEXT, old TEXT,"
    " PRIMARY KEY (collection, id)) WITHOUT ROWID;"
    "CREATE TEMP TABLE IF NOT EXISTS link (collection INTEGER, id TEXT, field TEXT, target INTEGER,"
    " value TEXT, place TEXT);"
    "CREATE TEMP TABLE IF NOT EXISTS invalid (collection INTEGER, id TEXT,"
    " PRIMARY KEY (collection, id)) WITHOUT ROWID;"
    "CREATE TEMP TABLE IF NOT EXISTS orphan (place TEXT, detail TEXT,"
    " PRIMARY KEY (place, detail)) WITHOUT ROWID;"
    "CREATE TEMP TABLE IF NOT EXISTS placed (place TEXT, id TEXT, era TEXT, first TEXT,"
    " last TEXT);"
    "CREATE TEMP TABLE IF NOT EXISTS located (place TEXT, work TEXT, detail TEXT);"
    "CREATE INDEX IF NOT EXISTS temp.link_field ON link (collection, id, field, value);"
    "CREATE TEMP TABLE IF NOT EXISTS collection (number INTEGER PRIMARY KEY, name TEXT);"
    "CREATE TEMP TABLE IF NOT EXISTS mutual (field TEXT PRIMARY KEY) WITHOUT ROWID;"
    "CREATE TEMP TABLE IF NOT EXISTS turn (number INTEGER PRIMARY KEY, collection INTEGER,"
    " id TEXT);"
    "DELETE FROM temp.seen; DELETE FROM temp.staged; DELETE FROM temp.link;"
    "DELETE FROM temp.invalid; DELETE FROM temp.orphan; DELETE FROM temp.placed;"
    "DELETE FROM temp.located; DELETE FROM temp.turn";

static bool collection_stage(struct load *load, const struct collection *collection)
{
    struct statement *add = database_prepare(
        load->database, "INSERT OR REPLACE INTO temp.collection (number, name) VALUES (?, ?)");
    if (!add)
        return false;
    statement_bind_integer(add, 1, collection->number);
    statement_bind_text(add, 2, collection->name);
    return statement_run(add);
}

static bool mutual_stage(struct load *load, const struct field *field)
{
    struct statement *add =
        database_prepare(load->database, "INSERT OR REPLACE INTO temp.mutual (field) VALUES (?)");
    if (!add)
        return false;
    statement_bind_text(add, 1, field->name);
    return statement_run(add);
}

// Clears the tables of the stage, and fills in those that describe the model to SQL.
static bool stage_begin(struct load *load)
{
    if (!database_run(load->database, stage_tables))
        return false;
    for (size_t i = 0; i < COLLECTION_COUNT; i++) {
        if (!collection_stage(load, &collections[i]))
            return false;
        for (const struct field *field = collections[i].fields; field->name; field++)
            if (field->mutual && !mutual_stage(load, field))
                return false;
    }
    return true;
}

static void fault_say(void *context, const char *place, const char *detail)
{
    struct load *load = context;
    char line[1400];
    load->outcome->faults++;
    snprintf(line, sizeof line, "%.500s: %.800s", place, detail);
    load->options->say(load->options->context, LOAD_FAULT, line);
}

static void warning_say(const struct load *load, const char *text)
{
    load->options->say(load->options->context, LOAD_WARNING, text);
}

static struct statement *statement_for(struct load *load, const char *sql,
                                       const struct collection *collection, const char *id)
{
    struct statement *statement = database_prepare(load->database, sql);
    if (statement) {
        statement_bind_integer(statement, 1, collection->number);
        statement_bind_text(statement, 2, id);
    }
    return statement;
}

// Records that the dataset has this record. False if its id occurs twice, which is a fault, or on
// failure.
static bool seen_add(struct load *load, const struct collection *collection, const char *id,
                     const char *place)
{
    char detail[600];
    struct statement *add = statement_for(
        load, "INSERT OR IGNORE INTO temp.seen VALUES (?, ?, ?) RETURNING 1", collection, id);
    if (!add)
        return false;
    statement_bind_text(add, 3, place);
    bool added = statement_step(add);
    while (added && statement_step(add))
        continue;
    statement_reset(add);
    if (added || database_failure(load->database))
        return added;
    struct statement *find =
        database_prepare(load->database, "SELECT place FROM temp.seen WHERE id = ?");
    if (find)
        statement_bind_text(find, 1, id);
    if (find && statement_step(find))
        snprintf(detail, sizeof detail, "'%.80s' is already the id of %s", id,
                 statement_text(find, 0));
    if (find)
        statement_reset(find);
    fault_say(load, place, detail);
    return false;
}

struct link_maker {
    struct load *load;
    const struct collection *collection;
    const struct field *field;
    const char *id;
    const char *place;
};

static bool link_add(void *context, const json_t *value, const char *pointer)
{
    const struct link_maker *maker = context;
    char place[800], named[900];
    const char *text = json_string_value(value);
    snprintf(place, sizeof place, "%.500s%.299s", maker->place, pointer);
    snprintf(named, sizeof named, "%s (%.80s)", place, maker->id);
    if (strcmp(maker->field->name, "relation") == 0 && strcmp(text, maker->id) == 0)
        fault_say(maker->load, named, "a record may not be related to itself");
    struct statement *add =
        statement_for(maker->load, "INSERT INTO temp.link VALUES (?, ?, ?, ?, ?, ?)",
                      maker->collection, maker->id);
    if (!add)
        return false;
    statement_bind_text(add, 3, maker->field->name);
    statement_bind_integer(add, 4, maker->field->target);
    statement_bind_text(add, 5, text);
    statement_bind_text(add, 6, place);
    return statement_run(add);
}

static bool links_add(struct load *load, const struct collection *collection, const json_t *record,
                      const char *place)
{
    struct link_maker maker = {load, collection, collection->fields, json_text(record, "id"),
                               place};
    for (; maker.field->name; maker.field++)
        if (maker.field->target && maker.field->store != STORE_REVERSE &&
            !collection_record_walk(record, maker.field->path, link_add, &maker))
            return false;
    return true;
}

#define CURRENT_BODY                                                                               \
    "(SELECT v.body FROM record r JOIN version v ON v.record = r.key"                              \
    " AND v.valid_to = " SQL_FOREVER " WHERE r.collection = ?1 AND r.id = ?2)"

// Stages the record if it differs from the current version, and sets *RET_STAGED.
static bool body_stage(struct load *load, const struct collection *collection, const char *id,
                       const char *body, bool *ret_staged)
{
    struct statement *add = statement_for(load,
                                          "INSERT INTO temp.staged SELECT ?1, ?2, ?3, " CURRENT_BODY
                                          " WHERE " CURRENT_BODY " IS NOT ?3 RETURNING 1",
                                          collection, id);
    if (!add)
        return false;
    statement_bind_text(add, 3, body);
    *ret_staged = statement_step(add);
    statement_reset(add);
    return !database_failure(load->database);
}

static bool placed_write(struct load *load, const json_t *record, const char *place)
{
    struct statement *add =
        database_prepare(load->database, "INSERT INTO temp.placed VALUES (?, ?, ?, ?, ?)");
    if (!add)
        return false;
    statement_bind_text(add, 1, place);
    statement_bind_text(add, 2, json_text(record, "id"));
    statement_bind_text(add, 3, json_text(record, "era"));
    statement_bind_text(add, 4, json_text(record, "date_start"));
    statement_bind_text(add, 5, json_text(record, "date_end"));
    return statement_run(add);
}

// Records the days of an era, or of a record with an era. Past revisions are not checked again.
static bool placed_add(struct load *load, const struct collection *collection, const json_t *record,
                       const char *place)
{
    if (!load->whole || (collection->number != ERAS && !json_text(record, "era")))
        return true;
    AUTO(json) json_t *derived = collection_record_derived(collection, record);
    return derived && placed_write(load, derived, place);
}

// Records a citation whose locator is not a section of the paper; only official records may be
// cited so.
static bool located_write(struct load *load, const char *work, const char *place,
                          const char *locator, const char *nearest)
{
    char detail[600], sentence[TEXT_MEANT_SIZE];
    struct statement *add =
        database_prepare(load->database, "INSERT INTO temp.located VALUES (?, ?, ?)");
    if (!add)
        return false;
    snprintf(detail, sizeof detail,
             "'%.100s' is no section of the paper; only an official record may be cited by another "
             "place.%s",
             locator, text_meant(nearest, NULL, sentence));
    statement_bind_text(add, 1, place);
    statement_bind_text(add, 2, work);
    statement_bind_text(add, 3, detail);
    return statement_run(add);
}

enum { SECTIONS_MAX = 64 };

static bool located_add(struct load *load, const json_t *record, const char *place)
{
    size_t i, j, count = 0;
    const json_t *citation, *section;
    const char *sections[SECTIONS_MAX];
    char at[700];
    const json_t *all =
        json_at_pointer(openapi_document(load->spec), "/components/schemas/Section/enum");
    json_array_foreach (all, j, section)
        if (count < SECTIONS_MAX)
            sections[count++] = json_string_value(section);
    json_array_foreach (json_object_get(record, "citations"), i, citation) {
        const char *locator = json_text(citation, "locator");
        bool known = false;
        for (j = 0; j < count; j++)
            known |= strcmp(sections[j], locator) == 0;
        snprintf(at, sizeof at, "%.500s/citations/%zu/locator (%.80s)", place, i,
                 json_text(record, "id"));
        if (!known && !located_write(load, json_text(citation, "reference"), at, locator,
                                     text_nearest(locator, sections, count)))
            return false;
    }
    return true;
}

static bool record_stage(void *context, const struct collection *collection, const json_t *record,
                         const char *place)
{
    struct load *load = context;
    bool staged = false;
    const char *id = json_text(record, "id");
    AUTO(text) char *body = json_canonical(record);
    if (!body) {
        database_fail(load->database, ERR_BUSY, "out of memory");
        return false;
    }
    if (!seen_add(load, collection, id, place))
        return !database_failure(load->database);
    return placed_add(load, collection, record, place) &&
           body_stage(load, collection, id, body, &staged) &&
           (!staged ||
            (links_add(load, collection, record, place) && located_add(load, record, place)));
}

// An invalid record still counts as present, so that references to it are not reported as further
// faults.
static void invalid_note(void *context, const struct collection *collection, const json_t *record)
{
    struct load *load = context;
    const json_t *id = json_object_get(record, "id");
    struct statement *add = NULL;
    if (id && json_schema_check(openapi_schema(load->spec, "Id"), id, NULL, NULL) == 0)
        add = statement_for(load, "INSERT OR IGNORE INTO temp.invalid VALUES (?, ?)", collection,
                            json_string_value(id));
    if (!add || !statement_run(add))
        load->incomplete = true;
}

static bool removals_stage(struct load *load)
{
    return database_run(
        load->database,
        "INSERT INTO temp.staged SELECT r.collection, r.id, NULL, v.body FROM record r"
        " JOIN version v ON v.record = r.key AND v.valid_to = " SQL_FOREVER
        " WHERE NOT EXISTS (SELECT 1 FROM temp.seen s"
        " WHERE s.collection = r.collection AND s.id = r.id)"
        " AND NOT EXISTS (SELECT 1 FROM temp.invalid p"
        " WHERE p.collection = r.collection AND p.id = r.id)");
}

static bool removal_stage(struct load *load, const struct collection *collection, const char *id)
{
    struct statement *add = statement_for(
        load, "INSERT INTO temp.staged SELECT ?1, ?2, NULL, " CURRENT_BODY, collection, id);
    return add && statement_run(add);
}

// Reports each row of SQL (place, detail) as a fault.
static bool faults_find(struct load *load, const char *sql)
{
    struct statement *find = database_prepare(load->database, sql);
    while (find && statement_step(find))
        fault_say(load, statement_text(find, 0), statement_text(find, 1));
    return !database_failure(load->database);
}

// Whether the record (collection C, id V) is in the dataset with a fault.
#define INVALID(c, v)                                                                              \
    "EXISTS (SELECT 1 FROM temp.invalid p WHERE p.collection " c " AND p.id = " v ")"

// Whether the record R, an alias, changes.
#define CHANGES_OF(r)                                                                              \
    "EXISTS (SELECT 1 FROM temp.staged x WHERE x.collection = " r ".collection AND x.id = " r ".i" \
    "d)"

// Whether the record (collection C, id V) will exist after the staged changes.
#define THERE(c, v)                                                                                \
    "(EXISTS (SELECT 1 FROM temp.staged s WHERE s.collection " c " AND s.id = " v                  \
    " AND s.body IS NOT NULL) OR EXISTS (SELECT 1 FROM record r JOIN version v"                    \
    " ON v.record = r.key AND v.valid_to = " SQL_FOREVER " WHERE r.collection " c " AND r.id = " v \
    " AND NOT " CHANGES_OF("r") ") OR " INVALID(c, v) ")"

#define ALL "IN (SELECT number FROM temp.collection)"

// The place of a link, with the id of its record.
#define LINK_PLACE "l.place || ' (' || l.id || ')'"

// Tells that PLACE names ID, which is not in the collection numbered TARGET, or in none.
static void target_missing_say(struct load *load, const char *place, const char *id, int target,
                               const char *collection)
{
    char detail[600], sentence[TEXT_MEANT_SIZE], nearest[SUGGESTION_SIZE];
    bool found = suggest_id_among(load->database,
                                  "SELECT id FROM temp.seen WHERE (collection = ?1 OR ?1 NOT " ALL
                                  ") AND id >= ?2 AND id < ?3 LIMIT ?4",
                                  target, id, nearest);
    snprintf(detail, sizeof detail, "there is no record '%.80s' in %.80s%s%s", id, collection,
             found ? "." : "", text_meant(found ? nearest : NULL, NULL, sentence));
    fault_say(load, place, detail);
}

// A value may be in several fields; its place is reported once.
static bool targets_check(struct load *load)
{
    struct statement *find = database_prepare(
        load->database, "SELECT " LINK_PLACE
                        ", l.value, l.target, ifnull(n.name, 'any collection') FROM temp.link l"
                        " LEFT JOIN temp.collection n ON n.number = l.target WHERE NOT "
                        "iif(n.number IS NULL, " THERE(ALL, "l.value") ", " THERE(
                            "= l.target", "l.value") ") GROUP BY l.place ORDER BY min(l.rowid)");
    while (find && statement_step(find))
        target_missing_say(load, statement_text(find, 0), statement_text(find, 1),
                           (int)statement_integer(find, 2), statement_text(find, 3));
    return !database_failure(load->database);
}

// A record that does not change but names one that does; a fault in that is reported at its place.
struct holder {
    struct load *load;
    const char *place, *id; // of the record
    const char *named;
    const char *fault; // as a format for NAMED
};

static bool holder_note(void *context, const json_t *value, const char *pointer)
{
    const struct holder *holder = context;
    if (strcmp(json_string_value(value), holder->named) != 0)
        return true;
    struct statement *note = database_prepare(
        holder->load->database, "INSERT OR IGNORE INTO temp.orphan"
                                " VALUES (?1 || ?2 || ' (' || ?3 || ')', replace(?4, '%s', ?5))");
    if (!note)
        return false;
    statement_bind_text(note, 1, holder->place);
    statement_bind_text(note, 2, pointer);
    statement_bind_text(note, 3, holder->id);
    statement_bind_text(note, 4, holder->fault);
    statement_bind_text(note, 5, holder->named);
    return statement_run(note);
}

// The columns of a query for holders R: place, id, body, and the id of G, which it names.
#define HOLDER                                                                                     \
    "SELECT ifnull((SELECT s.place FROM temp.seen s WHERE s.collection = r.collection"             \
    " AND s.id = r.id), n.name || '/' || r.id || '#'), r.id, v.body, g.id"
#define HOLDER_BODY                                                                                \
    " JOIN version v ON v.record = r.key AND v.valid_to = " SQL_FOREVER                            \
    " JOIN temp.collection n ON n.number = r.collection"

// Notes for each holder that FIND selects the pointers at which its FIELD names the other record,
// with FAULT.
static bool holders_note(struct load *load, struct statement *find, const struct field *field,
                         const char *fault)
{
    bool good = find != NULL;
    json_error_t error;
    while (good && statement_step(find)) {
        struct holder holder = {load, statement_text(find, 0), statement_text(find, 1),
                                statement_text(find, 3), fault};
        AUTO(json) json_t *body = json_loads(statement_text(find, 2), 0, &error);
        good = body && collection_record_walk(body, field->path, holder_note, &holder);
    }
    if (find)
        statement_reset(find);
    return good && !database_failure(load->database);
}

// Reports what was noted.
static bool orphans_say(struct load *load)
{
    return faults_find(load, "SELECT place, detail FROM temp.orphan ORDER BY place, detail") &&
           database_run(load->database, "DELETE FROM temp.orphan");
}

// Finds the records that do not change but refer, in FIELD, to one that is removed.
static bool orphans_note(struct load *load, const struct collection *collection,
                         const struct field *field)
{
    struct statement *find = database_prepare(
        load->database, HOLDER
        " FROM temp.staged g JOIN entry e ON e.collection = ?1 AND e.field = ?2"
        " AND e.value = g.id AND e.valid_to = " SQL_FOREVER
        " JOIN record r ON r.key = e.record" HOLDER_BODY
        " WHERE g.body IS NULL AND (g.collection = ?3 OR (?3 NOT " ALL " AND NOT " THERE(
            ALL, "g.id") "))"
                         " AND NOT " CHANGES_OF("r") " AND NOT " INVALID("= r.collection", "r.id"));
    if (!find)
        return false;
    statement_bind_integer(find, 1, collection->number);
    statement_bind_text(find, 2, field->name);
    statement_bind_integer(find, 3, field->target);
    return holders_note(load, find, field, "names '%s', which is removed");
}

static bool orphans_check(struct load *load)
{
    for (size_t i = 0; i < COLLECTION_COUNT; i++)
        for (const struct field *field = collections[i].fields; field->name; field++)
            if (field->target && field->store != STORE_REVERSE &&
                !orphans_note(load, &collections[i], field))
                return false;
    return orphans_say(load);
}

// Finds the records that do not change but have, in FIELD, a relation that the other one has lost.
static bool halves_note(struct load *load, const struct collection *collection,
                        const struct field *field)
{
    struct statement *find = database_prepare(
        load->database,
        HOLDER " FROM temp.staged g JOIN entry e ON e.collection = ?1 AND e.field = ?2"
               " AND e.value = g.id AND e.valid_to = " SQL_FOREVER
               " JOIN record r ON r.key = e.record" HOLDER_BODY
               " WHERE g.collection = ?1 AND g.body IS NOT NULL AND NOT " CHANGES_OF(
                   "r") " AND NOT " INVALID("= r.collection",
                                            "r.id") " AND NOT EXISTS (SELECT 1 FROM temp.link m "
                                                    "WHERE m.collection = ?1 AND m.id = g.id"
                                                    " AND m.field = ?2 AND m.value = r.id)");
    if (!find)
        return false;
    statement_bind_integer(find, 1, collection->number);
    statement_bind_text(find, 2, field->name);
    return holders_note(load, find, field, "its relation is not on '%s' any more");
}

static bool halves_check(struct load *load)
{
    for (size_t i = 0; i < COLLECTION_COUNT; i++)
        for (const struct field *field = collections[i].fields; field->name; field++)
            if (field->mutual && !halves_note(load, &collections[i], field))
                return false;
    return orphans_say(load);
}

// Symmetric relations must be stated on both records.
static bool mirrors_check(struct load *load)
{
    return faults_find(
               load, "SELECT " LINK_PLACE
                     ", 'the relation is not on ''' || l.value || ''' too' FROM temp.link l"
                     " WHERE l.field IN (SELECT field FROM temp.mutual) AND l.value <> l.id"
                     " AND NOT EXISTS (SELECT 1 FROM temp.link m WHERE m.collection = l.collection"
                     " AND m.id = l.value AND m.field = l.field AND m.value = l.id)"
                     " AND NOT EXISTS (SELECT 1 FROM record r JOIN entry e ON e.record = r.key"
                     " AND e.field = l.field AND e.value = l.id AND e.valid_to = " SQL_FOREVER
                     " WHERE r.collection = l.collection AND r.id = l.value AND NOT " CHANGES_OF(
                         "r") ")"
                              " AND " THERE("= l.collection", "l.value") " AND NOT " INVALID(
                                  "= l.collection", "l.value")) &&
           halves_check(load);
}

// The eras of the dataset must be those of the contract's closed list.
static bool eras_check(struct load *load)
{
    size_t i;
    const json_t *era;
    char detail[200];
    const json_t *all =
        json_at_pointer(openapi_document(load->spec), "/components/schemas/Era/enum");
    json_array_foreach (all, i, era) {
        const char *id = json_string_value(era);
        struct statement *find = database_prepare(load->database, "SELECT " THERE("= ?2", "?1"));
        if (!find)
            return false;
        statement_bind_text(find, 1, id);
        statement_bind_integer(find, 2, ERAS);
        bool there = statement_step(find) && statement_integer(find, 0);
        statement_reset(find);
        snprintf(detail, sizeof detail, "the era '%.80s' of the contract is missing", id);
        if (!there)
            fault_say(load, "eras.json", detail);
    }
    return !database_failure(load->database);
}

// A record's date and its era must have a day in common.
static bool placed_check(struct load *load)
{
    return faults_find(load,
                       "SELECT p.place || '/era (' || p.id || ')', 'the date does not touch ''' || "
                       "p.era || ''', which is '"
                       " || ifnull(e.first, '..') || '/' || ifnull(e.last, '..')"
                       " FROM temp.placed p JOIN temp.placed e ON e.id = p.era AND e.era IS NULL"
                       " WHERE p.last < e.first OR p.first > e.last ORDER BY p.rowid");
}

// No actor may be part of itself, not even through its parents' parents.
static bool parents_check(struct load *load)
{
    return faults_find(
        load,
        "WITH RECURSIVE parent(id, of) AS ("
        "SELECT s.id, s.body ->> '$.parent' FROM temp.staged s"
        " WHERE s.collection = " SQL_ACTORS " AND s.body ->> '$.parent' IS NOT NULL"
        " UNION ALL SELECT r.id, r.parent FROM (SELECT " SQL_ACTORS
        " AS collection, id, parent FROM actor"
        " WHERE valid_to = " SQL_FOREVER " AND parent IS NOT NULL) r WHERE NOT " CHANGES_OF(
            "r") "), ancestor(id, of) AS (SELECT id, of FROM parent"
                 " UNION SELECT a.id, p.of FROM ancestor a JOIN parent p ON p.id = a.of)"
                 " SELECT ifnull((SELECT place FROM temp.seen s WHERE s.id = a.id),"
                 " 'actors/' || a.id) || '/parent (' || a.id || ')', 'the parents lead back to the "
                 "actor itself'"
                 " FROM ancestor a WHERE a.id = a.of ORDER BY a.id");
}

// The works that will exist after the staged changes, and whether each is an official record.
#define WORKS                                                                                      \
    "WITH work(id, official) AS MATERIALIZED (SELECT s.id, s.body ->> '$.status' = 'official'"     \
    " FROM temp.staged s WHERE s.collection = " SQL_REFERENCES " AND s.body IS NOT NULL"           \
    " UNION ALL SELECT r.id, r.status = 'official' FROM (SELECT " SQL_REFERENCES " AS collection," \
    " id, status FROM reference WHERE valid_to = " SQL_FOREVER                                     \
    ") r WHERE NOT " CHANGES_OF("r") ") "

// A record's corpus follows from its works and never changes.
static bool corpora_check(struct load *load)
{
    return faults_find(load, WORKS "SELECT t.place, t.detail FROM temp.located t"
                                   " JOIN work w ON w.id = t.work WHERE NOT w.official"
                                   " ORDER BY t.rowid") &&
           faults_find(load, WORKS
                       "SELECT ifnull((SELECT place FROM temp.seen s WHERE s.id = l.id), l.id)"
                       " || '/citations (' || l.id || ')', 'official records cannot be cited"
                       " beside other works: the record is of one corpus' FROM temp.link l"
                       " JOIN work w ON w.id = l.value WHERE l.field = 'reference'"
                       " AND l.collection <> " SQL_REFERENCES " GROUP BY l.collection, l.id"
                       " HAVING min(w.official) <> max(w.official) ORDER BY min(l.rowid)") &&
           faults_find(load, "SELECT ifnull((SELECT place FROM temp.seen s WHERE s.id = g.id),"
                             " g.id) || '/status (' || g.id || ')', 'a work cannot become an"
                             " official record, nor cease to be one' FROM temp.staged g"
                             " WHERE g.collection = " SQL_REFERENCES
                             " AND (g.body ->> '$.status' = 'official')"
                             " <> (g.old ->> '$.status' = 'official')");
}

static bool whole_check(struct load *load)
{
    return targets_check(load) && orphans_check(load) && mirrors_check(load) && eras_check(load) &&
           placed_check(load) && parents_check(load) && corpora_check(load);
}

// One staged change, borrowed from the statement that reads it.
struct change {
    const struct collection *collection;
    const char *id;
    const char *body;
    const char *old;
};

static bool changes_read(struct load *load, const char *sql,
                         bool (*each)(void *context, const struct change *change), void *context)
{
    struct statement *read = database_prepare(load->database, sql);
    while (read && statement_step(read)) {
        struct change change = {
            collection_numbered((enum collection_number)statement_integer(read, 0)),
            statement_text(read, 1), statement_text(read, 2), statement_text(read, 3)};
        if (each(context, &change))
            continue;
        statement_reset(read);
        return false;
    }
    return !database_failure(load->database);
}

static bool changes_each(struct load *load,
                         bool (*each)(void *context, const struct change *change), void *context)
{
    return changes_read(load,
                        "SELECT collection, id, body, old FROM temp.staged ORDER BY collection, id",
                        each, context);
}

struct counter {
    struct load *load;
    int64_t added, changed, removed;
};

static bool change_count(void *context, const struct change *change)
{
    struct counter *counter = context;
    counter->removed += !change->body;
    counter->added += change->body && !change->old;
    counter->changed += change->body && change->old;
    return true;
}

static void difference_say(struct load *load, const char *format_line)
{
    load->options->say(load->options->context, LOAD_DIFFERENCE, format_line);
}

static void field_say(struct load *load, const char *key, const json_t *old, const json_t *new)
{
    struct buffer line = {0};
    AUTO(text) char *before = old ? json_write(old, 0) : NULL;
    AUTO(text) char *after = new ? json_write(new, 0) : NULL;
    buffer_add_format(&line, "    %s: %s -> %s", key, before ? before : "(none)",
                      after ? after : "(none)");
    difference_say(load, buffer_text(&line));
    buffer_cleanup(&line);
}

static bool change_say(void *context, const struct change *change)
{
    struct load *load = context;
    json_error_t error;
    char line[200];
    const char *key;
    json_t *value;
    snprintf(line, sizeof line, "%c %s/%.100s",
             !change->body ? '-'
             : change->old ? '~'
                           : '+',
             change->collection->name, change->id);
    difference_say(load, line);
    if (!change->body || !change->old)
        return true;
    AUTO(json) json_t *old = json_loads(change->old, 0, &error);
    AUTO(json) json_t *new = json_loads(change->body, 0, &error);
    json_object_foreach (new, key, value)
        if (!json_equal(value, json_object_get(old, key)))
            field_say(load, key, json_object_get(old, key), value);
    json_object_foreach (old, key, value)
        if (!json_object_get(new, key))
            field_say(load, key, value, NULL);
    return true;
}

// What the release says about a removed record, or NULL.
static const json_t *removal_of(const json_t *release, const struct change *change)
{
    size_t i;
    const json_t *item;
    json_array_foreach (json_object_get(release, "removed"), i, item)
        if (strcmp(json_text(item, "collection"), change->collection->name) == 0 &&
            strcmp(json_text(item, "id"), change->id) == 0)
            return item;
    return NULL;
}

static const char *removal_reason(const json_t *release, const json_t *removal)
{
    return removal ? json_text(removal, "reason") : json_text(release, "reason");
}

struct hashing {
    struct digest *digest;
    const json_t *release;
};

static bool change_hash(void *context, const struct change *change)
{
    const struct hashing *hashing = context;
    const json_t *removal = removal_of(hashing->release, change);
    const struct hash_change line = {change->collection->name, change->id, change->body,
                                     removal_reason(hashing->release, removal),
                                     json_text(removal, "replaced_by")};
    return revision_hash_add(hashing->digest, &line);
}

static bool revision_hash(struct load *load, const struct revision *before, const json_t *release,
                          struct revision *next)
{
    struct hashing hashing = {revision_hash_begin(before->hash, next, json_text(release, "editor"),
                                                  json_text(release, "reason")),
                              release};
    if (!hashing.digest)
        return false;
    bool good = changes_each(load, change_hash, &hashing);
    return digest_end(hashing.digest, next->hash) && good;
}

// The time of the release. For a draft, the time of the revision before plus one second, unless its
// own is later.
static void time_choose(const struct revision *before, const json_t *release,
                        char ret_time[static 32])
{
    struct tm parts = {0};
    snprintf(ret_time, 32, "%.20s", json_text(release, "date"));
    if (!before->number || strcmp(before->time, ret_time) < 0)
        return;
    strptime(before->time, "%Y-%m-%dT%H:%M:%SZ", &parts);
    time_t later = timegm(&parts) + 1;
    gmtime_r(&later, &parts);
    strftime(ret_time, 32, "%Y-%m-%dT%H:%M:%SZ", &parts);
}

static bool revision_write(struct load *load, const struct revision *next, const json_t *release)
{
    struct statement *add = database_prepare(
        load->database, "INSERT INTO revision (number, hash, time, release, editor, reason)"
                        " VALUES (?, ?, ?, ?, ?, ?)");
    if (!add)
        return false;
    statement_bind_integer(add, 1, next->number);
    statement_bind_text(add, 2, next->hash);
    statement_bind_text(add, 3, next->time);
    statement_bind_text(add, 4, next->release);
    statement_bind_text(add, 5, json_text(release, "editor"));
    statement_bind_text(add, 6, json_text(release, "reason"));
    return statement_run(add);
}

// New records get their keys in chronological order, the order of most lists, so that the rows of a
// page are close together.
static const char records_make[] =
    "INSERT INTO record (collection, id) SELECT s.collection, s.id FROM temp.staged s"
    " WHERE NOT EXISTS (SELECT 1 FROM record r WHERE r.collection = s.collection AND r.id = s.id)"
    " ORDER BY s.collection, ifnull(s.body ->> '$.date_edtf', '9'), s.id";

// Changes to works are written first, because they determine the corpus of the records that cite
// them; then by key, so that writes to the date indexes are close together.
static const char turns_make[] =
    "INSERT INTO temp.turn (collection, id) SELECT s.collection, s.id FROM temp.staged s"
    " JOIN record r ON r.collection = s.collection AND r.id = s.id"
    " ORDER BY s.collection <> " SQL_REFERENCES ", r.key";
static const char changes_by_turn[] =
    "SELECT s.collection, s.id, s.body, s.old FROM temp.turn t CROSS JOIN temp.staged s"
    " ON s.collection = t.collection AND s.id = t.id ORDER BY t.number";

struct writing {
    struct load *load;
    const struct revision *next;
    const json_t *release;
};

static bool removal_write(const struct writing *writing, const struct change *change,
                          int64_t record)
{
    const json_t *removal = removal_of(writing->release, change);
    struct statement *add = database_prepare(
        writing->load->database,
        "INSERT INTO removal (record, revision, reason, replaced_by) VALUES (?, ?, ?, ?)");
    if (!add)
        return false;
    statement_bind_integer(add, 1, record);
    statement_bind_integer(add, 2, writing->next->number);
    statement_bind_text(add, 3, removal_reason(writing->release, removal));
    statement_bind_text(add, 4, json_text(removal, "replaced_by"));
    return statement_run(add);
}

static bool change_write(void *context, const struct change *change)
{
    const struct writing *writing = context;
    struct database *database = writing->load->database;
    json_error_t error;
    int64_t record = versions_record_key(database, change->collection->number, change->id);
    if (!record ||
        !versions_version_end(database, change->collection, record, writing->next->number))
        return false;
    if (!change->body)
        return removal_write(writing, change, record);
    AUTO(json) json_t *value = json_loads(change->body, 0, &error);
    return value && versions_version_add(database, change->collection, record,
                                         writing->next->number, change->body, value);
}

// Whether the record will exist after the staged changes. False also on failure.
static bool record_there(struct load *load, const struct collection *collection, const char *id)
{
    struct statement *find = statement_for(load, "SELECT " THERE("= ?1", "?2"), collection, id);
    bool there = find && statement_step(find) && statement_integer(find, 0);
    if (find)
        statement_reset(find);
    return there;
}

// Every removal listed in the release must really be one, and the record that replaces it must
// exist.
static bool removed_check(struct load *load, const json_t *release)
{
    size_t i;
    const json_t *item;
    char place[80], detail[200];
    json_array_foreach (json_object_get(release, "removed"), i, item) {
        const char *id = json_text(item, "id"), *heir = json_text(item, "replaced_by");
        const struct collection *collection = collection_named(json_text(item, "collection"));
        snprintf(place, sizeof place, "release.json#/removed/%zu", i);
        snprintf(detail, sizeof detail, "'%.80s' is still in the dataset", id);
        if (record_there(load, collection, id))
            fault_say(load, place, detail);
        snprintf(place, sizeof place, "release.json#/removed/%zu/replaced_by", i);
        if (heir && !record_there(load, collection, heir))
            target_missing_say(load, place, heir, (int)collection->number, collection->name);
    }
    return !database_failure(load->database);
}

// Writes the staged changes, possibly none, as the revision after BEFORE.
static bool revision_make(struct load *load, const json_t *release, const struct counter *counter,
                          struct revision *before)
{
    struct revision next = {.number = before->number + 1};
    snprintf(next.release, sizeof next.release, "%.31s", json_text(release, "version"));
    time_choose(before, release, next.time);
    struct writing writing = {load, &next, release};
    bool good =
        revision_hash(load, before, release, &next) && revision_write(load, &next, release) &&
        database_run(load->database, records_make) && database_run(load->database, turns_make) &&
        changes_read(load, changes_by_turn, change_write, &writing) &&
        rendering_revision(load->database, load->spec, &next);
    if (good)
        *before = next;
    load->outcome->added += counter->added;
    load->outcome->changed += counter->changed;
    load->outcome->removed += counter->removed;
    return good;
}

// Reports what prevents the staged changes from being published. A dry run continues, because
// editors look at the difference before they choose a version.
static void version_refuse(struct load *load, const json_t *release)
{
    static const char place[] = "release.json#/version";
    char detail[300], line[400], latest[32];
    if (!release_latest(load->database, latest))
        return;
    snprintf(detail, sizeof detail,
             "%.31s is %s: the changed dataset needs a later version than %s (`relata release`), or"
             " --draft, which does not publish it",
             json_text(release, "version"),
             strcmp(json_text(release, "version"), latest) == 0 ? "published" : "not the latest",
             latest);
    if (!load->options->dry_run) {
        fault_say(load, place, detail);
        return;
    }
    snprintf(line, sizeof line, "%s: %s", place, detail);
    warning_say(load, line);
}

static void date_check(struct load *load, const json_t *release, const struct revision *before)
{
    char detail[160];
    const char *date = json_text(release, "date"), *now = load->options->now;
    if (strcmp(date, before->time) <= 0) {
        snprintf(detail, sizeof detail, "it must be later than %s, the time of revision %lld",
                 before->time, (long long)before->number);
        fault_say(load, "release.json#/date", detail);
    }
    if (now && strcmp(date, now) > 0) {
        snprintf(detail, sizeof detail, "it is in the future: it is %s now", now);
        fault_say(load, "release.json#/date", detail);
    }
}

// The description of the revision to be written, a new reference: from release.json, or that it is
// a draft. NULL if there is nothing to write, after a fault, or if memory runs out.
static json_t *release_choose(struct load *load, const json_t *release, bool changed,
                              const struct revision *before)
{
    bool draft = load->options->draft, later = load->later;
    if (draft && !before->number)
        fault_say(load, "release.json", "the first revision is a release: leave out --draft");
    if ((draft || !later) && !changed)
        return NULL;
    if (!draft && !later)
        version_refuse(load, release);
    if (!draft && later)
        date_check(load, release, before);
    load->outcome->draft = draft || !later;
    if (load->outcome->faults)
        return NULL;
    if (!load->outcome->draft)
        return json_incref((json_t *)release);
    json_t *made = release_draft(release, before);
    return made ? made : database_fail(load->database, ERR_BUSY, "out of memory");
}

static void release_say(struct load *load, const json_t *release, const struct revision *before)
{
    char time[32];
    struct buffer line = {0};
    time_choose(before, release, time);
    buffer_add_format(&line, "%s %s of %s, by %s: %s",
                      load->outcome->draft ? "draft after" : "release",
                      json_text(release, "version"), time, json_text(release, "editor"),
                      json_text(release, "reason"));
    difference_say(load, buffer_text(&line));
    buffer_cleanup(&line);
}

// Makes a revision of the staged dataset if it differs from BEFORE or is a new release.
static bool dataset_apply(struct load *load, const json_t *release, struct revision *before)
{
    struct counter counter = {.load = load};
    if (!whole_check(load) || (load->later && !removed_check(load, release)) ||
        !changes_each(load, change_count, &counter))
        return false;
    bool changed = counter.added + counter.changed + counter.removed > 0;
    if (load->outcome->faults)
        return true;
    AUTO(json) json_t *chosen = release_choose(load, release, changed, before);
    if (!chosen)
        return !database_failure(load->database);
    if (load->options->dry_run) {
        if (!changes_each(load, change_say, load))
            return false;
        release_say(load, chosen, before);
    }
    return revision_make(load, chosen, &counter, before);
}

static bool release_removals_stage(struct load *load, const json_t *release)
{
    size_t i;
    const json_t *item;
    json_array_foreach (json_object_get(release, "removed"), i, item)
        if (!removal_stage(load, collection_named(json_text(item, "collection")),
                           json_text(item, "id")))
            return false;
    return true;
}

// Writes one revision of the history; its hash must be the one in the file.
static bool history_apply(struct load *load, const struct dataset_reader *reader,
                          const json_t *history, struct revision *newest)
{
    char place[64];
    int64_t number = newest->number + 1;
    const json_t *release = json_object_get(history, "release");
    struct counter counter = {.load = load};
    load->whole = false;
    snprintf(place, sizeof place, "history/%04lld.json", (long long)number);
    if (!stage_begin(load) || !dataset_files_history_records(reader, history, number) ||
        !release_removals_stage(load, release) || !whole_check(load) ||
        !removed_check(load, release) || !changes_each(load, change_count, &counter))
        return false;
    if (!load->outcome->faults && !revision_make(load, release, &counter, newest))
        return false;
    if (!load->outcome->faults && strcmp(newest->hash, json_text(history, "hash")) != 0)
        fault_say(load, place, "its hash is not that of its records: the file was changed");
    return true;
}

static void history_miss(struct load *load, int64_t number)
{
    char place[64];
    snprintf(place, sizeof place, "history/%04lld.json", (long long)number);
    fault_say(load, place, "it is missing, though later revisions are there");
}

// Writes the revisions of DIR/history that the database does not have yet.
static bool history_load(struct load *load, const struct dataset_reader *reader, const char *dir,
                         struct revision *newest)
{
    for (int64_t number = 1;; number++) {
        bool fault = false;
        struct revision known;
        AUTO(json) json_t *history = dataset_files_history(reader, dir, number, &fault);
        if (!history && !fault && !dataset_files_history_ends(dir, number))
            history_miss(load, number);
        if (!history || fault)
            return true;
        if (number > newest->number) {
            if (!history_apply(load, reader, history, newest))
                return false;
            if (load->outcome->faults)
                return true;
            continue;
        }
        if (revision_numbered(load->database, number, &known))
            return false;
        if (strcmp(known.hash, json_text(history, "hash")) != 0) {
            warning_say(load,
                        "the database has a history of its own: the dataset is taken as its next"
                        " revision");
            return true;
        }
    }
}

static bool dataset_stage(struct load *load, const struct dataset_reader *reader, const char *dir)
{
    load->whole = true;
    if (!stage_begin(load))
        return false;
    for (size_t i = 0; i < COLLECTION_COUNT; i++)
        if (!dataset_files_collection(reader, dir, &collections[i]))
            return false;
    // A record that could not be read was not seen; that does not mean it was removed.
    return load->incomplete || removals_stage(load);
}

static bool load_all(struct load *load, const char *dir, struct revision *newest)
{
    struct dataset_reader reader = {load->spec, fault_say, record_stage, load, invalid_note};
    AUTO(json) json_t *release = dataset_files_release(&reader, dir);
    int64_t faults = load->outcome->faults;
    char latest[32];
    if (!history_load(load, &reader, dir, newest))
        return false;
    load->incomplete = load->outcome->faults > faults;
    load->later = release && release_latest(load->database, latest) &&
                  release_later(json_text(release, "version"), latest);
    if (!dataset_stage(load, &reader, dir))
        return false;
    if (release && !load->outcome->faults)
        return dataset_apply(load, release, newest);
    // Nothing will be written, but the other faults are still reported.
    return load->incomplete ||
           (whole_check(load) && (!load->later || removed_check(load, release)));
}

static enum load_result load_conclude(struct load *load, bool good, const struct revision *before)
{
    struct database *database = load->database;
    struct load_outcome *outcome = load->outcome;
    bool keep = good && !outcome->faults && !load->options->dry_run;
    if (good && keep && database_run(database, "COMMIT"))
        return outcome->revision.number == before->number ? LOAD_UNCHANGED : LOAD_DONE;
    char text[256];
    enum err failure = database_failure(database);
    snprintf(text, sizeof text, "%s", database_failure_text(database));
    database_run(database, "ROLLBACK");
    if (!good || keep) {
        database_fail(database, failure ? failure : ERR_INTERNAL, *text ? text : "out of memory");
        return LOAD_FAILED;
    }
    if (outcome->faults)
        return LOAD_REFUSED;
    return outcome->revision.number == before->number ? LOAD_UNCHANGED : LOAD_DONE;
}

void load_dataset(struct database *database, const struct openapi *spec, const char *dir,
                  const struct load_options *options, struct load_outcome *ret_outcome)
{
    struct load load = {database, spec, options, ret_outcome, .whole = true};
    struct revision before = {0};
    *ret_outcome = (struct load_outcome){.result = LOAD_FAILED};
    if (!database_run(database, "BEGIN IMMEDIATE")) {
        ret_outcome->result = database_failure(database) == ERR_BUSY ? LOAD_LOCKED : LOAD_FAILED;
        return;
    }
    bool good = revision_newest(database, &before) == OK;
    ret_outcome->revision = before;
    good = good && load_all(&load, dir, &ret_outcome->revision);
    ret_outcome->result = load_conclude(&load, good, &before);
}
