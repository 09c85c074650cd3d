// The filters that a parameter such as `year__gte` stands for, and their SQL.
#include "query/filter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract/string_formats.h"
#include "dates/calendar.h"
#include "dates/edtf.h"
#include "dates/fiscal_year.h"

static const struct {
    const char *suffix;
    enum filter_op op;
} operators[] = {{"not", OPERATOR_NOT},
                 {"all", OPERATOR_ALL},
                 {"gt", OPERATOR_GT},
                 {"gte", OPERATOR_GTE},
                 {"lt", OPERATOR_LT},
                 {"lte", OPERATOR_LTE},
                 {"contains", OPERATOR_CONTAINS},
                 {"startswith", OPERATOR_STARTSWITH},
                 {"isnull", OPERATOR_ISNULL}};

enum { OPERATOR_COUNT = sizeof operators / sizeof *operators };

static bool operator_allowed(const struct field *field, enum filter_op op)
{
    bool many = field->store == STORE_ENTRY || field->store == STORE_REVERSE ||
                (field->store == STORE_SIDE && field->path);
    if (field->internal || field->store == STORE_SPAN)
        return !field->internal && op == OPERATOR_ANY;
    switch (op) {
    case OPERATOR_ANY:
        return true;
    case OPERATOR_NOT:
        return field->type != TYPE_TEXT;
    case OPERATOR_ALL:
        return many;
    case OPERATOR_GT:
    case OPERATOR_GTE:
    case OPERATOR_LT:
    case OPERATOR_LTE:
        return field->type == TYPE_INTEGER || field->type == TYPE_DAY;
    case OPERATOR_CONTAINS:
    case OPERATOR_STARTSWITH:
        return field->type == TYPE_TEXT;
    case OPERATOR_ISNULL:
        return field->nullable;
    }
    return false;
}

bool filter_read(const struct collection *collection, const char *parameter,
                 const struct field **ret_field, enum filter_op *ret_op)
{
    char name[64];
    const char *mark = strstr(parameter, "__");
    size_t length = mark ? (size_t)(mark - parameter) : strlen(parameter);
    enum filter_op op = OPERATOR_ANY;
    if (length >= sizeof name)
        return false;
    snprintf(name, sizeof name, "%.*s", (int)length, parameter);
    for (size_t i = 0; mark && i <= OPERATOR_COUNT; i++) {
        if (i == OPERATOR_COUNT)
            return false;
        op = operators[i].op;
        if (strcmp(mark + 2, operators[i].suffix) == 0)
            break;
    }
    const struct field *field = collection_field(collection, name);
    if (!field || !operator_allowed(field, op))
        return false;
    *ret_field = field;
    *ret_op = op;
    return true;
}

bool filter_each(const struct field *field, bool (*each)(void *context, const char *parameter),
                 void *context)
{
    char parameter[96];
    if (operator_allowed(field, OPERATOR_ANY) && !each(context, field->name))
        return false;
    for (size_t i = 0; i < OPERATOR_COUNT; i++) {
        snprintf(parameter, sizeof parameter, "%s__%s", field->name, operators[i].suffix);
        if (operator_allowed(field, operators[i].op) && !each(context, parameter))
            return false;
    }
    return true;
}

// One value: `= ?`, so that the index can also provide the order. Several: IN a list that is a
// single parameter, so that the SQL does not depend on how many there are.
static void any_add(struct sql *sql, const json_t *values)
{
    if (!json_is_array(values)) {
        sql_add(sql, " = ");
        sql_text(sql, json_string_value(values));
        return;
    }
    if (json_array_size(values) == 1) {
        any_add(sql, json_array_get(values, 0));
        return;
    }
    char *list = json_dumps(values, JSON_COMPACT);
    sql_add(sql, " IN (SELECT value FROM json_each(");
    sql_text(sql, list ? list : "[]");
    sql_add(sql, "))");
    sql->failed |= !list;
    free(list);
}

// The row ALIAS of another record must be valid when T is looked at.
static void other_valid_add(struct sql *sql, const struct filter_scan *scan, const char *alias)
{
    sql_add(sql, " AND ");
    if (scan->revision)
        sql_valid_at(sql, alias, scan->revision);
    else
        sql_add(sql, "%s.valid_from <= t.valid_from AND %s.valid_to > t.valid_from", alias, alias);
}

void filter_sides(struct sql *sql, const struct filter_scan *scan, const struct field *field,
                  const char *columns, bool all)
{
    sql_add(sql, "%s FROM actor_side s", columns);
    if (field->path)
        sql_add(sql,
                "%s JOIN entry e ON e.collection = %d AND e.field = '%s' AND e.value = s.id"
                " WHERE 1",
                all ? " CROSS" : "", scan->collection->number, field->path);
    else
        sql_add(sql, " WHERE 1");
    other_valid_add(sql, scan, "s");
}

// Selects the keys of the versions, or the ids of the records, that have any of VALUES in a list.
static void holders_add(struct sql *sql, const struct filter_scan *scan, const struct field *field,
                        const json_t *values)
{
    if (field->store == STORE_ENTRY) {
        sql_add(sql,
                "t.version IN (SELECT version FROM entry WHERE collection = %d AND field = '%s'"
                " AND value",
                scan->collection->number, field->name);
        any_add(sql, values);
        sql_add(sql, ")");
        return;
    }
    if (field->store == STORE_SIDE) {
        const char *key = field->path ? "version" : "id", *alias = field->path ? "e" : "s";
        char column[32];
        snprintf(column, sizeof column, "%s.%s", alias, key);
        sql_add(sql, "t.%s IN (SELECT ", key);
        filter_sides(sql, scan, field, column, scan->revision != 0);
        sql_add(sql, " AND s.side");
        any_add(sql, values);
        // If validity depends on T, the lookup is correlated with T and searches only T's own
        // entries.
        if (!scan->revision)
            sql_add(sql, " AND %s = t.%s", column, key);
        sql_add(sql, ")");
        return;
    }
    sql_add(sql,
            "t.id IN (SELECT e.value FROM record r JOIN entry e ON e.record = r.key"
            " WHERE r.collection = %d AND r.id",
            field->target);
    any_add(sql, values);
    sql_add(sql, " AND e.field = '%s'", field->path);
    other_valid_add(sql, scan, "e");
    sql_add(sql, ")");
}

static void list_condition(struct sql *sql, const struct filter_scan *scan,
                           const struct condition *condition)
{
    size_t i;
    const json_t *value;
    if (condition->op != OPERATOR_ALL) {
        sql_add(sql, condition->op == OPERATOR_NOT ? "NOT " : "");
        holders_add(sql, scan, condition->field, condition->value);
        return;
    }
    json_array_foreach (condition->value, i, value) {
        sql_add(sql, i ? " AND " : "");
        holders_add(sql, scan, condition->field, value);
    }
}

// TEXT as a LIKE pattern with its own wildcards escaped, followed by % and, if INSIDE, preceded by
// it.
static void like_add(struct sql *sql, const char *text, bool inside)
{
    struct buffer pattern = {0};
    buffer_add_text(&pattern, inside ? "%" : "");
    for (; *text; text++) {
        if (strchr("%_\\", *text))
            buffer_add_char(&pattern, '\\');
        buffer_add_char(&pattern, *text);
    }
    buffer_add_char(&pattern, '%');
    sql_text(sql, buffer_text(&pattern));
    sql->failed |= pattern.failed;
    buffer_cleanup(&pattern);
}

void filter_value(struct sql *sql, const json_t *value)
{
    if (json_is_integer(value))
        sql_integer(sql, json_integer_value(value));
    else
        sql_text(sql, json_string_value(value));
}

static const char *comparison(enum filter_op op)
{
    switch (op) {
    case OPERATOR_GT:
        return ">";
    case OPERATOR_GTE:
        return ">=";
    case OPERATOR_LT:
        return "<";
    case OPERATOR_LTE:
        return "<=";
    default:
        return "=";
    }
}

void filter_bound(struct sql *sql, const struct filter_scan *scan, const char *name,
                  const char *comparison)
{
    bool begins =
        scan->start && strcmp(scan->start, name) == 0 && (*comparison == '>') == scan->upward;
    sql_add(sql, "%st.%s %s ", begins ? "+" : "", name, comparison);
}

// Compares a day, month or year with a column of days: every day inside it equals it.
static void day_condition(struct sql *sql, const struct filter_scan *scan,
                          const struct condition *condition)
{
    char first[EDTF_DAY_SIZE] = "", last[EDTF_DAY_SIZE] = "";
    struct edtf edtf;
    const char *name = condition->field->name;
    enum filter_op op = condition->op;
    string_formats_days(json_string_value(condition->value), first, last, &edtf);
    if (op == OPERATOR_NOT) {
        sql_add(sql, "(t.%s IS NULL OR t.%s NOT BETWEEN ", name, name);
        sql_text(sql, first);
        sql_add(sql, " AND ");
        sql_text(sql, last);
        sql_add(sql, ")");
        return;
    }
    if (op != OPERATOR_ANY) {
        filter_bound(sql, scan, name, comparison(op));
        sql_text(sql, op == OPERATOR_GT || op == OPERATOR_LTE ? last : first);
        return;
    }
    filter_bound(sql, scan, name, ">=");
    sql_text(sql, first);
    sql_add(sql, " AND ");
    filter_bound(sql, scan, name, "<=");
    sql_text(sql, last);
}

// The transition quarter has no year number; its figures are found by their days.
static void quarter_add(struct sql *sql, const char *years)
{
    int first = 0, last = 0;
    char day[CALENDAR_DAY_SIZE];
    const struct fiscal_year *quarter = fiscal_year_named("1976TQ");
    string_formats_fiscal_days(years, &first, &last);
    if (!quarter || first > calendar_month_start(quarter->first) ||
        last < calendar_month_start(quarter->last + 1) - 1)
        return;
    calendar_write(calendar_month_start(quarter->first), day);
    sql_add(sql, " OR (t.fiscal_year_start IS NULL AND t.date_start = ");
    sql_text(sql, day);
    calendar_write(calendar_month_start(quarter->last + 1) - 1, day);
    sql_add(sql, " AND t.date_end = ");
    sql_text(sql, day);
    sql_add(sql, ")");
}

static void span_condition(struct sql *sql, const struct condition *condition)
{
    int first = 0, last = 0;
    const char *years = json_string_value(condition->value);
    string_formats_fiscal_years(years, &first, &last);
    sql_add(sql, "(t.fiscal_year_start <= ");
    sql_integer(sql, last);
    sql_add(sql, " AND t.fiscal_year_end >= ");
    sql_integer(sql, first);
    quarter_add(sql, years);
    sql_add(sql, ")");
}

static void column_condition(struct sql *sql, const struct filter_scan *scan,
                             const struct condition *condition)
{
    const char *name = condition->field->name;
    switch (condition->op) {
    case OPERATOR_ISNULL:
        sql_add(sql, "t.%s IS %sNULL", name, json_is_true(condition->value) ? "" : "NOT ");
        return;
    case OPERATOR_CONTAINS:
    case OPERATOR_STARTSWITH:
        sql_add(sql, "folded(t.%s) LIKE folded(", name);
        like_add(sql, json_string_value(condition->value), condition->op == OPERATOR_CONTAINS);
        sql_add(sql, ") ESCAPE '\\'");
        return;
    case OPERATOR_NOT:
        sql_add(sql, "(t.%s IS NULL OR NOT t.%s", name, name);
        break;
    case OPERATOR_ANY:
        sql_add(sql, "(t.%s", name);
        break;
    default:
        filter_bound(sql, scan, name, comparison(condition->op));
        filter_value(sql, condition->value);
        return;
    }
    if (json_is_array(condition->value)) {
        any_add(sql, condition->value);
    } else {
        sql_add(sql, " = ");
        filter_value(sql, condition->value);
    }
    sql_add(sql, ")");
}

void filter_condition(struct sql *sql, const struct filter_scan *scan,
                      const struct condition *condition)
{
    if (condition->field->store == STORE_SPAN)
        span_condition(sql, condition);
    else if (condition->field->store != STORE_COLUMN)
        list_condition(sql, scan, condition);
    else if (condition->field->type == TYPE_DAY && condition->op != OPERATOR_ISNULL)
        day_condition(sql, scan, condition);
    else
        column_condition(sql, scan, condition);
}
