// Counts the values of columns while reading the records, and those of lists by the versions read.
#include "query/facet_scan.h"

#include <stdlib.h>
#include <string.h>

#include "base/ownership.h"

// The counts of one field.
struct facet_column {
    const struct field *field;
    json_t *counts; // keyed by the value as text
    int64_t nulls;
};

struct facet_scan {
    struct database *database;
    const struct query *query;
    struct facet_column columns[FACET_SCAN_MAX];
    size_t count;
    // Indexed by the key of a version: 0 if the version was not found, otherwise one more than the
    // number of the last value that counted it.
    uint32_t *marks;
    int64_t room;
};

// Whether an index finds what meets the condition.
static bool is_indexed(const struct condition *condition)
{
    return condition->field->store == STORE_COLUMN && condition->op != OPERATOR_CONTAINS &&
           condition->op != OPERATOR_STARTSWITH && condition->op != OPERATOR_NOT;
}

bool facet_scan_serves(const struct query *query)
{
    bool serves = query->match || query->date_match != DATE_ANY;
    for (size_t i = 0; i < query->condition_count; i++)
        serves |= !is_indexed(&query->conditions[i]);
    return serves;
}

static void out_of_memory(struct facet_scan *scan)
{
    if (!database_failure(scan->database))
        database_fail(scan->database, ERR_BUSY, "out of memory");
}

static void version_mark(struct facet_scan *scan, int64_t version)
{
    enum { FIRST = 4096 };
    int64_t room = scan->room ? scan->room : FIRST;
    while (room <= version)
        room *= 2;
    if (room > scan->room) {
        uint32_t *marks = realloc(scan->marks, (size_t)room * sizeof *marks);
        if (!marks) {
            out_of_memory(scan);
            return;
        }
        memset(marks + scan->room, 0, (size_t)(room - scan->room) * sizeof *marks);
        scan->marks = marks;
        scan->room = room;
    }
    scan->marks[version] = 1;
}

static void value_count(struct facet_scan *scan, struct facet_column *column, const char *value,
                        int64_t count)
{
    if (!value)
        column->nulls += count;
    else if (count && !json_count(column->counts, value, count))
        out_of_memory(scan);
}

// Lists, and sides of lists of actors, are looked up by version.
static bool is_column(const struct facet_column *column)
{
    return column->field->store == STORE_COLUMN;
}

static void records_read(struct facet_scan *scan)
{
    struct sql sql = {0};
    query_begin(&sql, scan->query);
    sql_add(&sql, "SELECT t.version");
    for (size_t i = 0; i < scan->count; i++)
        if (is_column(&scan->columns[i]))
            sql_add(&sql, ", t.%s", scan->columns[i].field->name);
    query_from(&sql, scan->query);
    struct statement *read = sql_prepare(&sql, scan->database);
    while (read && !database_failure(scan->database) && statement_step(read)) {
        version_mark(scan, statement_integer(read, 0));
        int place = 0;
        for (size_t i = 0; i < scan->count; i++)
            if (is_column(&scan->columns[i]))
                value_count(scan, &scan->columns[i], statement_text(read, ++place), 1);
    }
    if (read)
        statement_reset(read);
    sql_cleanup(&sql);
}

// Values with the versions that have them, in index order, value by value; for sides, actor by
// actor.
static void entries_build(struct sql *sql, const struct query *query, const struct field *field)
{
    bool sides = field->store == STORE_SIDE;
    sql_add(sql, sides ? "SELECT s.side, e.version FROM actor_side s CROSS JOIN entry e"
                         " ON e.value = s.id WHERE "
                       : "SELECT e.value, e.version FROM entry e WHERE ");
    sql_add(sql, "e.collection = %d AND e.field = '%s'", query->collection->number,
            sides ? field->path : field->name);
    if (sides) {
        sql_add(sql, " AND ");
        sql_valid_at(sql, "s", query->revision);
    }
    sql_add(sql, " ORDER BY 1");
}

// The value being counted. A version counts once for it, however often it occurs.
struct facet_run {
    char *value;
    uint32_t mark;
    int64_t count;
};

static void run_step(struct facet_scan *scan, struct facet_column *column, struct facet_run *run,
                     struct statement *row)
{
    const char *value = statement_text(row, 0);
    int64_t version = statement_integer(row, 1);
    if (!run->value || strcmp(run->value, value) != 0) {
        if (run->value)
            value_count(scan, column, run->value, run->count);
        free(run->value);
        run->value = strdup(value);
        run->mark++;
        run->count = 0;
        if (!run->value)
            out_of_memory(scan);
    }
    if (version >= scan->room || !scan->marks[version] || scan->marks[version] == run->mark)
        return;
    scan->marks[version] = run->mark;
    run->count++;
}

static void entries_read(struct facet_scan *scan, struct facet_column *column)
{
    if (!scan->marks)
        return; // no records were found, so there is nothing to count
    struct sql sql = {0};
    // Versions start with the mark 1, which means found but not counted for any value yet.
    struct facet_run run = {.mark = 1};
    entries_build(&sql, scan->query, column->field);
    struct statement *read = sql_prepare(&sql, scan->database);
    while (read && !database_failure(scan->database) && statement_step(read))
        run_step(scan, column, &run, read);
    if (run.value)
        value_count(scan, column, run.value, run.count);
    free(run.value);
    if (read)
        statement_reset(read);
    sql_cleanup(&sql);
    for (int64_t i = 0; i < scan->room; i++)
        scan->marks[i] = scan->marks[i] != 0;
}

struct facet_scan *facet_scan_new(struct database *database, const struct query *query,
                                  const struct field *const *fields, size_t count)
{
    struct facet_scan *scan = calloc(1, sizeof *scan);
    if (!scan)
        return database_fail(database, ERR_BUSY, "out of memory");
    scan->database = database;
    scan->query = query;
    for (; scan->count < count && scan->count < FACET_SCAN_MAX; scan->count++) {
        struct facet_column *column = &scan->columns[scan->count];
        *column = (struct facet_column){.field = fields[scan->count], .counts = json_object()};
        if (!column->counts)
            out_of_memory(scan);
    }
    if (!database_failure(database))
        records_read(scan);
    for (size_t i = 0; i < scan->count && !database_failure(database); i++)
        if (!is_column(&scan->columns[i]))
            entries_read(scan, &scan->columns[i]);
    if (!database_failure(database))
        return scan;
    facet_scan_free(scan);
    return NULL;
}

void facet_scan_free(struct facet_scan *scan)
{
    if (!scan)
        return;
    for (size_t i = 0; i < scan->count; i++)
        json_decref(scan->columns[i].counts);
    free(scan->marks);
    free(scan);
}

static struct facet_column *column_find(const struct facet_scan *scan, const struct field *field)
{
    for (size_t i = 0; scan && i < scan->count; i++)
        if (scan->columns[i].field == field)
            return (struct facet_column *)&scan->columns[i];
    return NULL;
}

bool facet_scan_has(const struct facet_scan *scan, const struct field *field)
{
    return column_find(scan, field);
}

// A value and its sort keys.
struct facet_value {
    const char *text; // NULL for null
    int64_t place;    // its rank, or its number
    bool placed;
    int64_t count;
};

struct facet_values {
    struct facet_value *list;
    size_t count;
    bool by_value;
};

// Ranks and numbers sort before texts. Null sorts last if values are sorted by themselves, as in
// SQL's `NULLS LAST`, and first otherwise.
static int value_order(const void *a, const void *b, void *context)
{
    const struct facet_values *values = context;
    const struct facet_value *one = a, *other = b;
    if (!values->by_value && one->count != other->count)
        return one->count > other->count ? -1 : 1;
    bool known = one->placed || one->text, other_known = other->placed || other->text;
    if (known != other_known)
        return known == values->by_value ? -1 : 1;
    if (one->placed && other->placed)
        return (one->place > other->place) - (one->place < other->place);
    return known ? strcmp(one->text, other->text) : 0;
}

static void value_place(struct facet_value *value, const struct field *field, const json_t *ranks)
{
    size_t i;
    const json_t *rank;
    if (field->type == TYPE_INTEGER && value->text) {
        value->place = strtoll(value->text, NULL, 10);
        value->placed = true;
    }
    json_array_foreach (ranks, i, rank)
        if (value->text && strcmp(json_text(rank, "value"), value->text) == 0) {
            value->place = (int64_t)i;
            value->placed = true;
        }
}

static bool values_sort(const struct facet_column *column, const struct value_order *order,
                        struct facet_values *ret_values)
{
    const char *text;
    json_t *count;
    struct facet_value *list = calloc(json_object_size(column->counts) + 1, sizeof *list);
    *ret_values = (struct facet_values){.list = list, .by_value = order->by_value};
    if (!list)
        return false;
    json_object_foreach (column->counts, text, count)
        list[ret_values->count++] =
            (struct facet_value){.text = text, .count = json_integer_value(count)};
    if (column->nulls)
        list[ret_values->count++] = (struct facet_value){.count = column->nulls};
    for (size_t i = 0; i < ret_values->count; i++)
        value_place(&list[i], column->field, order->ranks);
    qsort_r(list, ret_values->count, sizeof *list, value_order, ret_values);
    return true;
}

// Reads the record that a value is the id of; its display name is the first column. NULL if there
// is none.
static struct statement *label_find(const struct facet_scan *scan, const struct field *field,
                                    const char *id)
{
    struct sql sql = {0};
    const struct collection *other = collection_numbered(field->target);
    if (!id || !other || !other->label)
        return NULL;
    sql_add(&sql, "SELECT n.%s FROM %s n WHERE n.id = ", other->label, other->table);
    sql_text(&sql, id);
    sql_add(&sql, " AND ");
    sql_valid_at(&sql, "n", scan->query->revision);
    struct statement *find = sql_prepare(&sql, scan->database);
    sql_cleanup(&sql);
    return find && statement_step(find) ? find : NULL;
}

static bool value_give(const struct facet_scan *scan, const struct field *field,
                       const struct facet_value *value,
                       bool (*each)(void *context, const json_t *value, const char *label,
                                    int64_t count),
                       void *context)
{
    AUTO(json)
    json_t *given = !value->text                  ? json_null()
                    : field->type == TYPE_INTEGER ? json_integer(value->place)
                                                  : json_string(value->text);
    struct statement *label = label_find(scan, field, value->text);
    bool more =
        given && each(context, given, label ? statement_text(label, 0) : NULL, value->count);
    if (label)
        statement_reset(label);
    return more && !database_failure(scan->database);
}

enum err facet_scan_values(struct facet_scan *scan, const struct field *field,
                           const struct value_order *order, int limit,
                           bool (*each)(void *context, const json_t *value, const char *label,
                                        int64_t count),
                           void *context)
{
    struct facet_values values;
    if (!values_sort(column_find(scan, field), order, &values))
        out_of_memory(scan);
    for (size_t i = 0; i < values.count && (int)i < limit; i++)
        if (!value_give(scan, field, &values.list[i], each, context))
            break;
    free(values.list);
    return database_failure(scan->database);
}
