// Adds up the table `event_month`, which counts the currently valid events of the paper's corpus by
// month, and counts the days at both ends.
#include "query/month_counts.h"

#include <stdio.h>
#include <string.h>

#include "contract/string_formats.h"

// '~' sorts after every digit, so '1979-12~' is after each day of that month.
#define BEHIND "~"

enum { MONTH_LENGTH = 7, BOUND_SIZE = EDTF_DAY_SIZE + 1 };

// Events that begin from one day up to, but not including, another; "" for no bound.
struct span {
    const char *field, *value; // "" for all events
    char from[BOUND_SIZE], until[BOUND_SIZE];
};

static bool is_summed(const char *field)
{
    static const char *const fields[] = {"era", "kind", "trend", "status", "nature"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (strcmp(fields[i], field) == 0)
            return true;
    return false;
}

static bool span_narrow(struct span *span, const struct condition *condition)
{
    char first[EDTF_DAY_SIZE], last[EDTF_DAY_SIZE], bound[BOUND_SIZE];
    struct edtf edtf;
    bool lower = condition->op == OPERATOR_GT || condition->op == OPERATOR_GTE;
    bool upper = condition->op == OPERATOR_LT || condition->op == OPERATOR_LTE;
    bool behind = condition->op == OPERATOR_GT || condition->op == OPERATOR_LTE;
    if ((!lower && !upper) ||
        !string_formats_days(json_string_value(condition->value), first, last, &edtf) || !*first ||
        !*last)
        return false;
    snprintf(bound, sizeof bound, "%s%s", behind ? last : first, behind ? BEHIND : "");
    char *old = lower ? span->from : span->until;
    int order = strcmp(bound, old);
    if (!*old || (lower ? order > 0 : order < 0))
        memcpy(old, bound, sizeof bound);
    return true;
}

static bool span_choose(struct span *span, const struct condition *condition)
{
    const json_t *value = condition->value;
    if (json_array_size(value) == 1)
        value = json_array_get(value, 0);
    if (*span->field || condition->op != OPERATOR_ANY || !json_is_string(value) ||
        !is_summed(condition->field->name))
        return false;
    span->field = condition->field->name;
    span->value = json_string_value(value);
    return true;
}

// Whether QUERY asks for such a span.
static bool span_of(const struct query *query, struct span *ret_span)
{
    *ret_span = (struct span){.field = "", .value = ""};
    if (query->collection->number != EVENTS || query->corpus != CORPUS_PAPER || query->match ||
        query->date_match != DATE_ANY)
        return false;
    for (size_t i = 0; i < query->condition_count; i++) {
        const struct condition *condition = &query->conditions[i];
        bool day = strcmp(condition->field->name, "date_start") == 0;
        if (!(day ? span_narrow(ret_span, condition) : span_choose(ret_span, condition)))
            return false;
    }
    return true;
}

// The whole months between the bounds; events without a date only if there is no bound.
static void months_add(struct sql *sql, const struct span *span)
{
    char least[BOUND_SIZE], most[BOUND_SIZE];
    snprintf(least, sizeof least, "%.*s%s", MONTH_LENGTH, span->from,
             *span->from    ? BEHIND
             : *span->until ? "0"
                            : "");
    snprintf(most, sizeof most, "%.*s", MONTH_LENGTH, *span->until ? span->until : BEHIND);
    sql_add(sql, "SELECT (SELECT ifnull(sum(count), 0) FROM event_month WHERE field = ");
    sql_text(sql, span->field);
    sql_add(sql, " AND value = ");
    sql_text(sql, span->value);
    sql_add(sql, " AND month >= ");
    sql_text(sql, least);
    sql_add(sql, " AND month < ");
    sql_text(sql, most);
    sql_add(sql, ")");
}

// Events that begin from FROM up to, but not including, UNTIL.
static void days_add(struct sql *sql, const struct query *query, const struct span *span,
                     const char *from, const char *until)
{
    sql_add(sql, " + (SELECT count(*) FROM event t WHERE ");
    sql_valid_at(sql, "t", query->revision);
    query_corpus(sql, query, "t");
    if (*span->field) {
        sql_add(sql, " AND t.%s = ", span->field);
        sql_text(sql, span->value);
    }
    sql_add(sql, " AND t.date_start >= ");
    sql_text(sql, from);
    sql_add(sql, " AND t.date_start < ");
    sql_text(sql, until);
    sql_add(sql, ")");
}

static void ends_add(struct sql *sql, const struct query *query, const struct span *span)
{
    char month[BOUND_SIZE];
    int order = strncmp(span->until, span->from, MONTH_LENGTH);
    if (*span->from) {
        snprintf(month, sizeof month, "%.*s" BEHIND, MONTH_LENGTH, span->from);
        days_add(sql, query, span, span->from, *span->until && order <= 0 ? span->until : month);
    }
    if (*span->until && order > 0) {
        snprintf(month, sizeof month, "%.*s", MONTH_LENGTH, span->until);
        days_add(sql, query, span, month, span->until);
    }
}

// False if the database has moved on to a later revision, to which the sums belong.
static bool span_count(struct database *database, const struct query *query,
                       const struct span *span, int64_t *ret_count)
{
    struct sql sql = {0};
    months_add(&sql, span);
    ends_add(&sql, query, span);
    sql_add(&sql, " WHERE (SELECT max(number) FROM revision) = ");
    sql_integer(&sql, query->revision);
    struct statement *statement = sql_prepare(&sql, database);
    bool found = statement && statement_step(statement);
    if (found)
        *ret_count = statement_integer(statement, 0);
    if (statement)
        statement_reset(statement);
    sql_cleanup(&sql);
    return found;
}

enum err month_counts_records(struct database *database, const struct query *query,
                              int64_t *ret_count)
{
    struct span span;
    if (span_of(query, &span) && span_count(database, query, &span, ret_count))
        return OK;
    return database_failure(database) ? database_failure(database)
                                      : query_count(database, query, ret_count);
}
