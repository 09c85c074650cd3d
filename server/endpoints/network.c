// Serves actors as nodes and the events that they share as weighted links: the form that d3-force
// takes.
#include <stdio.h>
#include <string.h>

#include "contract/arguments.h"
#include "endpoints/aggregate.h"
#include "endpoints/operations.h"

enum { ID_SIZE = 81 };

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

// A link in the making: its rows come one behind another, one a trend.
struct edge {
    char source[ID_SIZE], target[ID_SIZE];
    int64_t weight;
    struct buffer trends;
};

struct edges {
    struct buffer *out;
    struct buffer address; // of the events, up to the actors
    int64_t least;         // the weight from which on a link is written
    bool begun;
    struct edge edge;
};

static void edges_cleanup(struct edges *edges)
{
    buffer_cleanup(&edges->address);
    buffer_cleanup(&edges->edge.trends);
}

static void edge_end(struct edges *edges)
{
    struct edge *edge = &edges->edge;
    if (edge->weight && edge->weight >= edges->least) {
        buffer_add_format(
            edges->out, "%s{\"source\":\"%s\",\"target\":\"%s\",\"weight\":%lld,\"trends\":{",
            edges->begun ? "," : "", edge->source, edge->target, (long long)edge->weight);
        buffer_add(edges->out, edge->trends.bytes, edge->trends.length);
        buffer_add_text(edges->out, "},\"events\":");
        struct buffer address = {0};
        buffer_add_format(&address, "%s%s,%s", buffer_text(&edges->address), edge->source,
                          edge->target);
        buffer_add_json_text(edges->out, buffer_text(&address));
        buffer_cleanup(&address);
        buffer_add_char(edges->out, '}');
        edges->begun = true;
    }
    edges->out->failed |= edge->trends.failed || edges->address.failed;
    edge->weight = 0;
    buffer_cleanup(&edge->trends);
}

static void edge_row_add(struct edges *edges, struct statement *row)
{
    struct edge *edge = &edges->edge;
    const char *source = statement_text(row, 0), *target = statement_text(row, 1);
    const char *trend = statement_text(row, 2);
    int64_t count = statement_integer(row, 3);
    if (strcmp(edge->source, source) != 0 || strcmp(edge->target, target) != 0)
        edge_end(edges);
    snprintf(edge->source, sizeof edge->source, "%s", source);
    snprintf(edge->target, sizeof edge->target, "%s", target);
    buffer_add_format(&edge->trends, "%s\"%s\":%lld", edge->weight ? "," : "",
                      trend ? trend : "none", (long long)count);
    edge->weight += count;
}

static bool of_events(const char *name)
{
    return strcmp(name, "min_weight") != 0 && strcmp(name, "actor__all") != 0;
}

// `/v1/events?...&actor__all=`, with the actors that the call asks for by that, to which a link
// adds its own.
static void events_address(const struct selection *selection, struct buffer *out)
{
    size_t i;
    const json_t *id;
    const struct call *call = selection->call;
    buffer_add_format(out, "%s/v1/%s?", call->base, call->collection->name);
    size_t before = out->length;
    arguments_write(call->operation, call->arguments, of_events, out);
    buffer_add_text(out, out->length > before ? "&actor__all=" : "actor__all=");
    json_array_foreach (json_object_get(call->arguments, "actor__all"), i, id)
        buffer_add_format(out, "%s,", json_string_value(id));
}

static enum err edges_write(struct selection *selection, struct buffer *out)
{
    struct sql sql = {0};
    struct call *call = selection->call;
    AUTO(edges)
    struct edges edges = {
        .out = out, .least = json_integer_value(json_object_get(call->arguments, "min_weight"))};
    events_address(selection, &edges.address);
    query_begin(&sql, &selection->query);
    sql_add(&sql, "SELECT a.value, b.value, v.trend, count(*)"
                  " FROM entry a JOIN entry b ON b.version = a.version AND b.field = 'actor'"
                  " AND b.value > a.value JOIN event v ON v.version = a.version"
                  " WHERE a.collection = " SQL_EVENTS " AND a.field = 'actor' AND a.version IN (");
    query_versions(&sql, &selection->query);
    sql_add(&sql, ") GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 NULLS LAST");
    struct statement *read = sql_prepare(&sql, call->connection->database);
    buffer_add_char(out, '[');
    while (read && statement_step(read))
        edge_row_add(&edges, read);
    edge_end(&edges);
    buffer_add_char(out, ']');
    sql_cleanup(&sql);
    return database_failure(call->connection->database) ? call_database_problem(call) : OK;
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
