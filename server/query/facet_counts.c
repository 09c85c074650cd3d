// Counts, for each value of a field, the records that a query finds.
#include "query/facet_counts.h"

#include <string.h>

#include "base/ownership.h"

// The display name of the record that a value is the id of.
static void label_add(struct sql *sql, const struct query *query, const struct field *field)
{
    const struct collection *other = collection_numbered(field->target);
    if (!other || !other->label) {
        sql_add(sql, "NULL");
        return;
    }
    sql_add(sql, "(SELECT n.%s FROM %s n WHERE n.id = c.value AND ", other->label, other->table);
    sql_valid_at(sql, "n", query->revision);
    sql_add(sql, ")");
}

// Whether there is no filter, so that entries can be counted without looking at their records.
static bool is_unfiltered(const struct query *query)
{
    return !query->condition_count && !query->match && query->date_match == DATE_ANY;
}

// Restricts ALIAS to the records that are counted: all valid ones if there is no filter. Entries
// have a corpus column, sides do not.
static void counted_add(struct sql *sql, const struct query *query, const char *alias,
                        const char *key)
{
    bool tells = !query->corpus || strcmp(alias, "e") == 0;
    if (tells && is_unfiltered(query)) {
        sql_add(sql, " AND ");
        sql_valid_at(sql, alias, query->revision);
        query_corpus(sql, query, alias);
        return;
    }
    sql_add(sql, " AND %s.%s IN (SELECT t.%s", alias, key, key);
    query_from(sql, query);
    sql_add(sql, ")");
}

// Counts the values of a list.
static void entries_add(struct sql *sql, const struct query *query, const struct field *field)
{
    sql_add(sql,
            " FROM (SELECT e.value, count(*) AS count FROM entry e WHERE e.collection = %d"
            " AND e.field = '%s'",
            query->collection->number, field->name);
    counted_add(sql, query, "e", "version");
}

// A record with several actors on one side counts once for that side.
static void side_values_add(struct sql *sql, const struct query *query, const struct field *field)
{
    bool many = field->path;
    const struct filter_scan scan = query_scan(query);
    sql_add(sql, " FROM (SELECT ");
    filter_sides(sql, &scan, field,
                 many ? "s.side AS value, count(DISTINCT e.version) AS count"
                      : "s.side AS value, count(*) AS count",
                 is_unfiltered(query));
    counted_add(sql, query, many ? "e" : "s", many ? "version" : "id");
}

// Added twice: before LIMIT, to choose the groups, and after it, to order the chosen ones.
static void values_order_add(struct sql *sql, const struct value_order *order, const char *value)
{
    sql_add(sql, " ORDER BY %s", order->by_value ? "" : "count DESC, ");
    query_rank(sql, value, order->ranks);
    sql_add(sql, order->by_value ? " NULLS LAST" : "");
}

static void values_build(struct sql *sql, const struct query *query, const struct field *field,
                         const struct value_order *order, int limit)
{
    query_begin(sql, query);
    sql_add(sql, "SELECT c.value, c.count, ");
    label_add(sql, query, field);
    if (field->store == STORE_ENTRY) {
        entries_add(sql, query, field);
    } else if (field->store == STORE_SIDE) {
        side_values_add(sql, query, field);
    } else {
        sql_add(sql, " FROM (SELECT t.%s AS value, count(*) AS count", field->name);
        query_from(sql, query);
    }
    sql_add(sql, " GROUP BY 1");
    values_order_add(sql, order, "value");
    sql_add(sql, " LIMIT %d) c", limit);
    values_order_add(sql, order, "c.value");
}

enum err facet_counts_read(struct database *database, const struct query *query,
                           const struct field *field, const struct value_order *order, int limit,
                           bool (*each)(void *context, const json_t *value, const char *label,
                                        int64_t count),
                           void *context)
{
    struct sql sql = {0};
    bool more = true;
    values_build(&sql, query, field, order, limit);
    struct statement *statement = sql_prepare(&sql, database);
    while (statement && more && statement_step(statement)) {
        AUTO(json) json_t *value = query_column(statement, 0, field->type == TYPE_INTEGER);
        more = each(context, value, statement_text(statement, 2), statement_integer(statement, 1));
    }
    if (statement)
        statement_reset(statement);
    sql_cleanup(&sql);
    return database_failure(database);
}
