// Serves actors as nodes and the events that they share as weighted links: the form that d3-force
// takes.
#include "endpoints/aggregate.h"
#include "endpoints/operations.h"

// Runs SQL, whose rows are JSON texts, into an array.
static enum err selected_rows_write(struct selection *selection, struct sql *sql,
                                    struct buffer *out)
{
    bool first = true;
    struct statement *read = sql_prepare(sql, selection->call->connection->database);
    buffer_add_char(out, '[');
    while (read && statement_step(read)) {
        buffer_add_text(out, first ? "" : ",");
        buffer_add(out, statement_text(read, 0), statement_length(read, 0));
        first = false;
    }
    buffer_add_char(out, ']');
    sql_cleanup(sql);
    return database_failure(selection->call->connection->database)
               ? call_database_problem(selection->call)
               : OK;
}

static enum err nodes_write(struct selection *selection, struct buffer *out)
{
    struct sql sql = {0};
    query_begin(&sql, &selection->query);
    sql_add(&sql,
            "SELECT json_object('id', c.value, 'name', a.name, 'kind', a.kind, 'events', c.count)"
            " FROM (SELECT e.value, count(*) AS count FROM entry e WHERE e.collection = " SQL_EVENTS
            " AND e.field = 'actor' AND e.version IN (");
    query_versions(&sql, &selection->query);
    sql_add(&sql, ") GROUP BY 1) c JOIN actor a ON a.id = c.value AND ");
    sql_valid_at(&sql, "a", selection->query.revision);
    sql_add(&sql, " ORDER BY c.value");
    return selected_rows_write(selection, &sql, out);
}

static enum err edges_write(struct selection *selection, struct buffer *out)
{
    struct sql sql = {0};
    query_begin(&sql, &selection->query);
    sql_add(&sql, "SELECT json_object('source', a.value, 'target', b.value, 'weight', count(*))"
                  " FROM entry a JOIN entry b ON b.version = a.version AND b.field = 'actor'"
                  " AND b.value > a.value WHERE a.collection = " SQL_EVENTS
                  " AND a.field = 'actor' AND a.version IN (");
    query_versions(&sql, &selection->query);
    sql_add(&sql, ") GROUP BY a.value, b.value ORDER BY a.value, b.value");
    return selected_rows_write(selection, &sql, out);
}

static enum err network_write(struct aggregate *aggregate, struct buffer *out)
{
    struct selection *selection = &aggregate->selection;
    buffer_add_text(out, "{\"nodes\":");
    enum err err = nodes_write(selection, out);
    buffer_add_text(out, ",\"links\":");
    if (!err)
        err = edges_write(selection, out);
    buffer_add_char(out, '}');
    return err;
}

enum err network_serve(struct call *call)
{
    return aggregate_serve(call, network_write);
}
