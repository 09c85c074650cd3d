// Serves actors as nodes and their shared events as weighted links, in the form that d3-force uses.
#include <stdio.h>
#include <string.h>

#include "contract/arguments.h"
#include "endpoints/aggregate.h"
#include "endpoints/operations.h"

enum { ID_SIZE = 81 };

// The actors of events, and the pairs of them that share events.
struct ties {
    json_t *actors;       // number of events by actor id
    json_t *pairs;        // number of events by trend, keyed by "SOURCE TARGET"
    int64_t version;      // of the event being read
    const char **present; // its actors so far: keys of ACTORS
    size_t count, room;
    bool failed; // memory ran out
};

static void ties_cleanup(struct ties *ties)
{
    json_decref(ties->actors);
    json_decref(ties->pairs);
    free(ties->present);
}

static const char no_trend[] = "none";

// Counts an event for two actors.
static void pair_count(struct ties *ties, const char *one, const char *other, const char *trend)
{
    char key[2 * ID_SIZE];
    bool order = strcmp(one, other) < 0;
    stpcpy(stpcpy(stpcpy(key, order ? one : other), " "), order ? other : one);
    json_t *trends = json_object_get(ties->pairs, key);
    if (!trends && json_object_set_new(ties->pairs, key, trends = json_object()) != 0)
        trends = NULL;
    ties->failed |= !trends || !json_count(trends, trend ? trend : no_trend, 1);
}

static bool present_room(struct ties *ties)
{
    enum { FIRST = 16 };
    if (ties->count < ties->room)
        return true;
    size_t room = ties->room ? 2 * ties->room : FIRST;
    const char **present = realloc(ties->present, room * sizeof *present);
    if (!present)
        return false;
    ties->present = present;
    ties->room = room;
    return true;
}

// Adds one actor of an event; the actors of one event come in sequence.
static void actor_count(struct ties *ties, int64_t version, const char *id, const char *trend)
{
    if (ties->version != version)
        ties->count = 0;
    ties->version = version;
    const char *actor = strlen(id) < ID_SIZE ? json_count(ties->actors, id, 1) : NULL;
    if (!actor || !present_room(ties)) {
        ties->failed = true;
        return;
    }
    for (size_t i = 0; i < ties->count; i++)
        pair_count(ties, ties->present[i], actor, trend);
    ties->present[ties->count++] = actor;
}

// Reads everything in one pass; SQL would join the actors with themselves and sort the result.
static enum err ties_read(const struct selection *selection, struct ties *ties)
{
    struct sql sql = {0};
    struct call *call = selection->call;
    ties->actors = json_object();
    ties->pairs = json_object();
    ties->failed = !ties->actors || !ties->pairs;
    query_begin(&sql, &selection->query);
    sql_add(&sql, "SELECT v.version, e.value, v.trend FROM (SELECT t.version, t.trend");
    query_from(&sql, &selection->query);
    sql_add(&sql, ") v CROSS JOIN entry e ON e.version = v.version AND e.collection = " SQL_EVENTS
                  " AND e.field = 'actor'");
    struct statement *read = sql_prepare(&sql, call->connection->database);
    while (read && !ties->failed && statement_step(read))
        actor_count(ties, statement_integer(read, 0), statement_text(read, 1),
                    statement_text(read, 2));
    if (read)
        statement_reset(read);
    sql_cleanup(&sql);
    if (database_failure(call->connection->database))
        return call_database_problem(call);
    return ties->failed ? problem_memory(&call->problem) : OK;
}

static void node_write(const struct selection *selection, const char *id, json_int_t events,
                       struct buffer *out)
{
    struct statement *find =
        database_prepare(selection->call->connection->database,
                         "SELECT json_object('id', a.id, 'name', name, 'kind', kind, 'side', side,"
                         " 'events', ?3) FROM actor a JOIN actor_side s ON s.record = a.record"
                         " AND s.valid_from <= ?2 AND s.valid_to > ?2"
                         " WHERE a.id = ?1 AND a.valid_from <= ?2 AND a.valid_to > ?2");
    if (!find)
        return;
    statement_bind_text(find, 1, id);
    statement_bind_integer(find, 2, selection->query.revision);
    statement_bind_integer(find, 3, events);
    if (statement_step(find)) {
        if (out->bytes[out->length - 1] != '[')
            buffer_add_char(out, ',');
        buffer_add(out, statement_text(find, 0), statement_length(find, 0));
    }
    statement_reset(find);
}

static enum err nodes_write(const struct selection *selection, const struct ties *ties,
                            struct buffer *out)
{
    struct call *call = selection->call;
    const char **ids = json_keys(ties->actors);
    buffer_add_char(out, '[');
    for (size_t i = 0; ids && ids[i] && !out->failed; i++)
        node_write(selection, ids[i], json_integer_value(json_object_get(ties->actors, ids[i])),
                   out);
    buffer_add_char(out, ']');
    out->failed |= !ids;
    free(ids);
    return database_failure(call->connection->database) ? call_database_problem(call) : OK;
}

static json_int_t pair_weight(const json_t *trends)
{
    const char *trend;
    json_t *events;
    json_int_t weight = 0;
    json_object_foreach ((json_t *)trends, trend, events)
        weight += json_integer_value(events);
    return weight;
}

static void trend_write(const json_t *trends, const char *trend, struct buffer *out)
{
    json_int_t events = json_integer_value(json_object_get(trends, trend));
    if (events)
        buffer_add_format(out, "%s\"%s\":%lld", out->bytes[out->length - 1] == '{' ? "" : ",",
                          trend, (long long)events);
}

// Events without a trend come last.
static void trends_write(const json_t *trends, struct buffer *out)
{
    const char **names = json_keys(trends);
    buffer_add_char(out, '{');
    for (size_t i = 0; names && names[i] && !out->failed; i++)
        if (strcmp(names[i], no_trend) != 0)
            trend_write(trends, names[i], out);
    if (!out->failed)
        trend_write(trends, no_trend, out);
    buffer_add_char(out, '}');
    out->failed |= !names;
    free(names);
}

// PAIR is "SOURCE TARGET"; ADDRESS is that of the events, up to the actors.
static void link_write(const char *pair, const json_t *trends, const struct buffer *address,
                       struct buffer *out)
{
    struct buffer events = {0};
    const char *target = strchr(pair, ' ') + 1;
    int length = (int)(target - pair - 1);
    if (out->bytes[out->length - 1] != '[')
        buffer_add_char(out, ',');
    buffer_add_format(out,
                      "{\"source\":\"%.*s\",\"target\":\"%s\",\"weight\":%lld,\"trends\":", length,
                      pair, target, (long long)pair_weight(trends));
    trends_write(trends, out);
    buffer_add_text(out, ",\"events\":");
    buffer_add(&events, address->bytes, address->length);
    buffer_add_format(&events, "%.*s,%s", length, pair, target);
    buffer_add_json_text(out, buffer_text(&events));
    buffer_add_char(out, '}');
    out->failed |= events.failed;
    buffer_cleanup(&events);
}

static bool of_events(const char *name)
{
    return strcmp(name, "min_weight") != 0 && strcmp(name, "actor__all") != 0;
}

// `/v1/events?...&actor__all=`, with the actors that the call asks for, to which each link adds its
// own.
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

static void network_links_write(const struct selection *selection, const struct ties *ties,
                                struct buffer *out)
{
    struct buffer address = {0};
    const char **pairs = json_keys(ties->pairs);
    json_int_t least =
        json_integer_value(json_object_get(selection->call->arguments, "min_weight"));
    events_address(selection, &address);
    buffer_add_char(out, '[');
    for (size_t i = 0; pairs && pairs[i] && !out->failed; i++) {
        const json_t *trends = json_object_get(ties->pairs, pairs[i]);
        if (pair_weight(trends) >= least)
            link_write(pairs[i], trends, &address, out);
    }
    buffer_add_char(out, ']');
    out->failed |= !pairs || address.failed;
    buffer_cleanup(&address);
    free(pairs);
}

static enum err network_write(struct aggregate *aggregate, struct buffer *out)
{
    AUTO(ties) struct ties ties = {0};
    enum err err = ties_read(&aggregate->selection, &ties);
    if (err)
        return err;
    buffer_add_text(out, "{\"nodes\":");
    err = nodes_write(&aggregate->selection, &ties, out);
    buffer_add_text(out, ",\"links\":");
    network_links_write(&aggregate->selection, &ties, out);
    buffer_add_char(out, '}');
    return err;
}

enum err network_serve(struct call *call)
{
    return aggregate_serve(call, network_write);
}
