// Counts the records of a selection by the number of works that they cite, and those that are
// disputed or have substantive notes.
#include "endpoints/evidence.h"

// What is counted, in the order of the statement's columns, after the total.
static const char *const names[] = {"no_work", "one_work", "several_works", "disputed", "noted"};

enum { NAME_COUNT = sizeof names / sizeof *names };

// How many works the version of T cites, and whether it is noted or disputed, are read from the
// index of its entries by version and collection; no record is parsed.
static void evidence_build(struct sql *sql, const struct query *query)
{
    bool stated = query->collection->number == EVENTS;
    query_begin(sql, query);
    sql_add(sql,
            "SELECT total(works = 0), total(works = 1), total(works > 1), %s, total(noted)"
            " FROM (SELECT (SELECT count(*) FROM entry e WHERE e.version = t.version"
            " AND e.collection = %d AND e.field = 'reference') AS works,"
            " EXISTS (SELECT 1 FROM entry e WHERE e.version = t.version AND e.collection = %d"
            " AND e.field = 'note_weight' AND e.value = 'substantive') AS noted%s",
            stated ? "total(disputed)" : "NULL", query->collection->number,
            query->collection->number, stated ? ", t.status = 'disputed' AS disputed" : "");
    query_from(sql, query);
    sql_add(sql, ")");
}

static void counts_write(struct statement *counts, struct buffer *out)
{
    for (int i = 0; i < NAME_COUNT; i++) {
        buffer_add_format(out, "%s\"%s\":", i ? "," : "{", names[i]);
        if (statement_is_null(counts, i))
            buffer_add_text(out, "null");
        else
            buffer_add_integer(out, statement_integer(counts, i));
    }
    buffer_add_char(out, '}');
}

enum err evidence_write(const struct selection *selection, struct buffer *out)
{
    struct sql sql = {0};
    struct database *database = selection->call->connection->database;
    buffer_add_text(out, ",\"evidence\":");
    if (!json_is_true(json_object_get(selection->call->arguments, "evidence"))) {
        buffer_add_text(out, "null");
        return OK;
    }
    evidence_build(&sql, &selection->query);
    struct statement *counts = sql_prepare(&sql, database);
    if (counts && statement_step(counts)) {
        counts_write(counts, out);
        statement_reset(counts);
    }
    sql_cleanup(&sql);
    return database_failure(database) ? call_database_problem(selection->call) : OK;
}
