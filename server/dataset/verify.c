// Follows the chain of hashes, derives everything again from the versions into a scratch database,
// and compares it row by row.
#include "dataset/verify.h"

#include <stdio.h>
#include <string.h>

#include "dataset/rendering.h"
#include "model/collection.h"
#include "storage/intact.h"
#include "storage/revision_hash.h"
#include "storage/versions.h"

struct checking {
    struct database *database;
    const struct openapi *spec;
    void (*report)(void *context, const char *finding);
    void *context;
    size_t findings;
    struct database *scratch; // holds what is derived from the versions of `database`
};

static void finding_say(struct checking *checking, int64_t revision, const char *id,
                        const char *what)
{
    char line[512];
    snprintf(line, sizeof line, "revision %lld%s%.100s: %.300s", (long long)revision,
             *id ? ", " : "", id, what);
    checking->report(checking->context, line);
    checking->findings++;
}

static void chain_check(struct checking *checking)
{
    struct revision newest = {0}, revision, before = {0};
    char hash[DIGEST_HEX_SIZE];
    revision_newest(checking->database, &newest);
    for (int64_t number = 1; number <= newest.number; number++) {
        if (revision_numbered(checking->database, number, &revision) || !revision.number) {
            finding_say(checking, number, "", "it is missing");
            continue;
        }
        if (!revision_hash_stored(checking->database, &before, &revision, hash) ||
            strcmp(hash, revision.hash) != 0)
            finding_say(checking, number, "", "its hash is not that of its records");
        before = revision;
    }
}

// Reports each row of SQL: revision, id, what.
static void rows_tell(struct checking *checking, struct database *database, const char *sql)
{
    struct statement *find = database_prepare(database, sql);
    while (find && statement_step(find))
        finding_say(checking, statement_integer(find, 0), statement_text(find, 1),
                    statement_text(find, 2));
}

// Whether every record belongs to an existing collection; otherwise no further check is possible.
static bool records_check(struct checking *checking)
{
    size_t before = checking->findings;
    rows_tell(checking, checking->database,
              "SELECT 0, id, 'its collection is unknown' FROM record"
              " WHERE collection NOT BETWEEN 1 AND " SQL_TEXT(COLLECTION_COUNT_NUMBER));
    return checking->findings == before;
}

// A version that ends must be followed by another version or by a removal.
static void ends_check(struct checking *checking)
{
    rows_tell(checking, checking->database,
              "SELECT t.valid_from, r.id, 'its version ends too early or too late'"
              " FROM version t JOIN record r ON r.key = t.record"
              " WHERE t.valid_to <> min(ifnull((SELECT min(n.valid_from) FROM version n"
              " WHERE n.record = t.record AND n.valid_from > t.valid_from), " SQL_FOREVER "),"
              " ifnull((SELECT min(m.revision) FROM removal m"
              " WHERE m.record = t.record AND m.revision > t.valid_from), " SQL_FOREVER "))");
}

// A deep check compares them with what they should be.
static void renderings_check(struct checking *checking)
{
    rows_tell(checking, checking->database,
              "SELECT g.valid_from, ifnull(r.id, ''), 'what is shown of it is damaged'"
              " FROM rendering g LEFT JOIN record r ON r.key = g.record WHERE NOT " IS_INTACT("g"));
}

// One stored version, borrowed from the statement that reads it.
struct stored {
    int64_t key, record, valid_from, valid_to;
    const struct collection *collection;
    const char *id;
};

static bool version_drop(struct checking *checking, const struct stored *version, const char *why)
{
    finding_say(checking, version->valid_from, version->id, why);
    struct statement *drop =
        database_prepare(checking->scratch, "DELETE FROM version WHERE key = ?");
    if (!drop)
        return false;
    statement_bind_integer(drop, 1, version->key);
    return statement_run(drop);
}

// Writes the rows of a version to the scratch database; skips a version that cannot be understood.
static bool version_derive(struct checking *checking, const struct stored *version,
                           const json_t *value)
{
    struct database *scratch = checking->scratch;
    const struct collection *collection = version->collection;
    const struct schema *schema = openapi_schema(checking->spec, collection->write_schema);
    if (!value || json_schema_check(schema, value, NULL, NULL) > 0)
        return version_drop(checking, version, "its version is not valid by the contract");
    if (!versions_rows_add(scratch, collection, version->record, version->key, version->valid_from,
                           value))
        return false;
    return version->valid_to == VALID_FOREVER ||
           versions_rows_end(scratch, collection, version->key, version->valid_to);
}

static bool versions_derive(struct checking *checking)
{
    json_error_t error;
    struct statement *next = database_prepare(
        checking->scratch,
        "SELECT v.key, v.record, v.valid_from, v.valid_to, r.collection, r.id,"
        " v.body FROM stored.version v"
        " JOIN stored.record r ON r.key = v.record ORDER BY r.collection <> " SQL_REFERENCES
        ", v.key");
    while (next && statement_step(next)) {
        const struct stored version = {
            statement_integer(next, 0),
            statement_integer(next, 1),
            statement_integer(next, 2),
            statement_integer(next, 3),
            collection_numbered((enum collection_number)statement_integer(next, 4)),
            statement_text(next, 5),
        };
        AUTO(json) json_t *value = json_loads(statement_text(next, 6), 0, &error);
        if (version_derive(checking, &version, value))
            continue;
        statement_reset(next);
        return false;
    }
    return !database_failure(checking->scratch);
}

// The rows of STORED and DERIVED that the other does not have, each once.
#define DIFFERENCES(stored, derived, what)                                                         \
    "SELECT DISTINCT d.valid_from, ifnull(r.id, ''), '" what "' FROM"                              \
    " (SELECT * FROM (SELECT * FROM " stored " EXCEPT SELECT * FROM " derived ")"                  \
    " UNION ALL SELECT * FROM (SELECT * FROM " derived " EXCEPT SELECT * FROM " stored "))"        \
    " d LEFT JOIN stored.record r ON r.key = d.record ORDER BY 1, 2"

#define COLUMNS_DIFFER(table)                                                                      \
    DIFFERENCES("stored." table, "main." table, "its columns are not what its version says")

// The words of records, each valid from one revision until another.
#define WORDS(database)                                                                            \
    "(SELECT d.record, d.valid_from, d.valid_to, d.type, d.id, d.corpus, w.title, w.names, "       \
    "w.summary,"                                                                                   \
    " w.notes FROM " database ".document d LEFT JOIN " database ".words w ON w.rowid = d.key)"

static const char *const comparisons[] = {
    COLUMNS_DIFFER("event"),
    COLUMNS_DIFFER("aid_figure"),
    COLUMNS_DIFFER("actor"),
    COLUMNS_DIFFER("reference"),
    COLUMNS_DIFFER("era"),
    COLUMNS_DIFFER("theme"),
    DIFFERENCES("stored.actor_side", "main.actor_side", "its side is not what its parents say"),
    DIFFERENCES("stored.entry", "main.entry", "its entries are not what its version says"),
    DIFFERENCES("stored.change", "main.change", "its changes are not those of its versions"),
    "SELECT d.valid_from, ifnull(r.id, ''), 'nothing is shown of it' FROM main.rendering d"
    " LEFT JOIN stored.record r ON r.key = d.record WHERE NOT EXISTS (SELECT 1"
    " FROM stored.rendering s WHERE s.key " RENDERINGS_OF(
        "d.record") " AND s.valid_from = d.valid_from)",
    // The + keeps SQLite from using an index on valid_from, which is the same for all records of
    // one revision.
    "SELECT s.valid_from, ifnull(r.id, ''), CASE"
    " WHEN d.json IS NOT s.json THEN 'what is shown is not what its version says'"
    " WHEN d.etag IS NOT s.etag THEN 'its tag is not that of what is shown'"
    " ELSE 'what is shown of it ends too early or too late' END"
    " FROM stored.rendering s LEFT JOIN main.rendering d ON d.key " RENDERINGS_OF(
        "s.record") " AND +d.valid_from = s.valid_from LEFT JOIN stored.record r ON r.key = "
                    "s.record"
                    " WHERE d.json IS NOT s.json OR d.etag IS NOT s.etag OR d.valid_to IS NOT "
                    "s.valid_to",
    "SELECT 0, '', 'the sums by month are not those of its events' WHERE EXISTS"
    " (SELECT * FROM stored.event_month WHERE count EXCEPT SELECT * FROM main.event_month) OR "
    "EXISTS"
    " (SELECT * FROM main.event_month WHERE count EXCEPT SELECT * FROM stored.event_month)",
    DIFFERENCES(WORDS("stored"), WORDS("main"), "its words are not what its version says"),
    "SELECT valid_from, id, 'its words are kept twice' FROM stored.document"
    " GROUP BY record, valid_from HAVING count(*) > 1",
    "SELECT 0, '', 'words are kept of no record' WHERE EXISTS (SELECT rowid FROM stored.words"
    " EXCEPT SELECT key FROM stored.document)",
    "SELECT 0, '', 'the index of words does not fit them' WHERE EXISTS"
    " (SELECT * FROM temp.stored_term EXCEPT SELECT * FROM temp.derived_term) OR EXISTS"
    " (SELECT * FROM temp.derived_term EXCEPT SELECT * FROM temp.stored_term)",
};

static bool scratch_fill(struct checking *checking)
{
    return database_run(checking->scratch,
                        "BEGIN;"
                        "CREATE VIRTUAL TABLE temp.stored_term USING fts5vocab(stored, words, row);"
                        "CREATE VIRTUAL TABLE temp.derived_term USING fts5vocab(main, words, row);"
                        "INSERT INTO revision SELECT * FROM stored.revision;"
                        "INSERT INTO record SELECT * FROM stored.record;"
                        "INSERT INTO version SELECT * FROM stored.version;"
                        "INSERT OR IGNORE INTO removal SELECT * FROM stored.removal") &&
           versions_derive(checking) && rendering_all(checking->scratch, checking->spec);
}

static void derived_check(struct checking *checking)
{
    struct database_fault fault;
    AUTO(database)
    struct database *scratch = database_open_scratch(checking->database, &fault);
    if (!scratch) {
        finding_say(checking, 0, "", fault.detail);
        return;
    }
    checking->scratch = scratch;
    if (scratch_fill(checking))
        for (size_t i = 0; i < sizeof comparisons / sizeof *comparisons; i++)
            rows_tell(checking, scratch, comparisons[i]);
    if (database_failure(scratch))
        finding_say(checking, 0, "", database_failure_text(scratch));
}

size_t verify_database(struct database *database, const struct openapi *spec, bool deep,
                       void (*report)(void *context, const char *finding), void *context)
{
    struct checking checking = {database, spec, report, context, 0, NULL};
    checking.findings = database_check(database, report, context);
    if (records_check(&checking)) {
        chain_check(&checking);
        ends_check(&checking);
        if (deep)
            derived_check(&checking);
        else
            renderings_check(&checking);
    }
    if (database_failure(database))
        finding_say(&checking, 0, "", database_failure_text(database));
    return checking.findings;
}
