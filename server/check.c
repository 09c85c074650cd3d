// Walks the chain of hashes and renders every record anew to compare.
#include "check.h"

#include <stdio.h>
#include <string.h>

#include "hash.h"
#include "render.h"

struct checking {
    struct database *database;
    const struct spec *spec;
    void (*report)(void *context, const char *finding);
    void *context;
    size_t findings;
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
        if (!hash_stored(checking->database, &before, &revision, hash) ||
            strcmp(hash, revision.hash) != 0)
            finding_say(checking, number, "", "its hash is not that of its records");
        before = revision;
    }
}

// Renderings are compared at the revision from which they are valid.
static void renderings_check(struct checking *checking)
{
    int64_t key = 0;
    for (;;) {
        struct statement *next = database_prepare(
            checking->database,
            "SELECT g.key, g.record, g.valid_from, g.json, r.id, g.etag FROM rendering g"
            " JOIN record r ON r.key = g.record WHERE g.key > ? ORDER BY g.key LIMIT 1");
        if (!next)
            break;
        statement_bind_integer(next, 1, key);
        if (!statement_step(next))
            break;
        key = statement_integer(next, 0);
        int64_t record = statement_integer(next, 1), revision = statement_integer(next, 2);
        AUTO(text) char *stored = strdup(statement_text(next, 3));
        AUTO(text) char *id = strdup(statement_text(next, 4));
        char tag[DIGEST_HEX_SIZE] = "";
        bool tagged =
            stored && render_tag(stored, tag) && strcmp(tag, statement_text(next, 5)) == 0;
        statement_reset(next);
        AUTO(text) char *made = render_record(checking->database, checking->spec, record, revision);
        if (!stored || !id || !made || strcmp(stored, made) != 0)
            finding_say(checking, revision, id ? id : "",
                        "what is shown is not what its version says");
        else if (!tagged)
            finding_say(checking, revision, id, "its tag is not that of what is shown");
    }
}

static void rows_tell(struct checking *checking, const char *sql, const char *what)
{
    struct statement *find = database_prepare(checking->database, sql);
    while (find && statement_step(find))
        finding_say(checking, statement_integer(find, 0), statement_text(find, 1), what);
}

// Whether every record is of a collection that there is: without that nothing else can be asked.
static bool records_check(struct checking *checking)
{
    size_t before = checking->findings;
    rows_tell(checking,
              "SELECT 0, id FROM record WHERE collection NOT BETWEEN 1 AND 6", // see collection.h
              "its collection is unknown");
    return checking->findings == before;
}

// What is valid until a revision is followed by what is valid from it, or by a removal.
#define ENDS_OTHERWISE(table)                                                                      \
    "SELECT t.valid_from, r.id FROM " table " t JOIN record r ON r.key = t.record"                 \
    " WHERE t.valid_to <> min(ifnull((SELECT min(n.valid_from) FROM " table " n"                   \
    " WHERE n.record = t.record AND n.valid_from > t.valid_from), 9223372036854775807),"           \
    " ifnull((SELECT min(m.revision) FROM removal m"                                               \
    " WHERE m.record = t.record AND m.revision > t.valid_from), 9223372036854775807))"

static void ends_check(struct checking *checking)
{
    rows_tell(checking, ENDS_OTHERWISE("version"), "its version ends too early or too late");
    rows_tell(checking, ENDS_OTHERWISE("rendering"),
              "what is shown of it ends too early or too late");
}

static void missing_check(struct checking *checking)
{
    rows_tell(checking,
              "SELECT v.valid_from, r.id FROM version v JOIN record r ON r.key = v.record"
              " WHERE NOT EXISTS (SELECT 1 FROM rendering g WHERE g.record = v.record"
              " AND g.valid_from <= v.valid_from AND g.valid_to > v.valid_from)",
              "nothing is shown of it");
}

size_t check_database(struct database *database, const struct spec *spec,
                      void (*report)(void *context, const char *finding), void *context)
{
    struct checking checking = {database, spec, report, context, 0};
    checking.findings = database_check(database, report, context);
    if (records_check(&checking)) {
        chain_check(&checking);
        renderings_check(&checking);
        missing_check(&checking);
        ends_check(&checking);
    }
    if (database_failure(database))
        finding_say(&checking, 0, "", database_failure_text(database));
    return checking.findings;
}
