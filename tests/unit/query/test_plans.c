// Every single filter, and the usual pairs, are served by an index: SQLite's plan never scans a
// whole table.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "model/collection.h"
#include "query/query.h"
#include "storage/database.h"

// Filters that no index can serve, each with its reason.
static const struct {
    const char *parameter, *reason;
} allowed[] = {
    {"__not", "most records are not of a given value: the answer is nearly the whole list"},
    {"__contains", "text inside a title has no order"},
    {"__startswith", "LIKE ignores case, the index does not"},
};

struct plan {
    const char *parameter;
    bool scans;
    char line[256];
};

static bool is_allowed(const char *parameter)
{
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
        if (strstr(parameter, allowed[i].parameter))
            return true;
    return false;
}

// `SCAN t` without an index is the whole table. An index that gives the order of a page is no such
// scan.
static void line_judge(void *context, const char *line)
{
    struct plan *plan = context;
    if (strncmp(line, "SCAN t", 6) != 0 || strstr(line, "INDEX"))
        return;
    plan->scans = true;
    snprintf(plan->line, sizeof plan->line, "%s", line);
}

static json_t *sample_value(const struct field *field, enum filter_op op)
{
    if (op == OPERATOR_ISNULL)
        return json_true();
    if (field->store == STORE_SPAN)
        return json_string("2002/2016");
    if (field->type == TYPE_INTEGER)
        return json_integer(1990);
    if (field->type == TYPE_DAY)
        return json_string("1990-10");
    if (field->type == TYPE_TEXT)
        return json_string("a");
    return json_pack("[ss]", "a", "b");
}

struct visit {
    struct database *database;
    const struct collection *collection;
    size_t seen;
};

static bool parameter_visit(void *context, const char *parameter)
{
    struct visit *visit = context;
    struct plan plan = {.parameter = parameter};
    struct query query = {
        .collection = visit->collection, .revision = 1, .limit = 51, .condition_count = 1};
    struct condition *condition = &query.conditions[0];
    assert_true(filter_read(visit->collection, parameter, &condition->field, &condition->op));
    json_t *value = sample_value(condition->field, condition->op);
    condition->value = value;
    assert_int_equal(query_plan(visit->database, &query, line_judge, &plan), OK);
    if (plan.scans && !is_allowed(parameter))
        fail_msg("%s?%s: %s", visit->collection->name, parameter, plan.line);
    json_decref(value);
    visit->seen++;
    return true;
}

static struct database *database_new(char path[static 64])
{
    struct database_fault fault;
    snprintf(path, 64, "/tmp/relata-plans-%d.db", (int)getpid());
    struct database *database = database_open(path, DATABASE_CREATE, &fault);
    assert_non_null(database);
    return database;
}

static void database_drop(struct database *database, const char *path)
{
    char other[96];
    database_close(database);
    unlink(path);
    snprintf(other, sizeof other, "%s-wal", path);
    unlink(other);
    snprintf(other, sizeof other, "%s-shm", path);
    unlink(other);
}

static void every_single_filter_has_an_index(void **state)
{
    char path[64];
    struct visit visit = {.database = database_new(path)};
    (void)state;
    for (size_t i = 0; i < COLLECTION_COUNT; i++) {
        visit.collection = &collections[i];
        for (const struct field *field = collections[i].fields; field->name; field++)
            filter_each(field, parameter_visit, &visit);
    }
    assert_true(visit.seen > 200);
    database_drop(visit.database, path);
}

static void the_usual_pairs_have_an_index(void **state)
{
    static const char *const pairs[][2] = {
        {"era", "kind"},   {"era", "trend"},     {"era", "actor"},
        {"kind", "actor"}, {"era", "theme"},     {"actor", "theme"},
        {"year", "kind"},  {"era", "reference"}, {"actor", "reference"}};
    char path[64];
    struct database *database = database_new(path);
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct plan plan = {.parameter = pairs[i][0]};
        struct query query = {
            .collection = &collections[0], .revision = 1, .limit = 51, .condition_count = 2};
        json_t *values[2];
        for (int j = 0; j < 2; j++) {
            query.conditions[j].field = collection_field(query.collection, pairs[i][j]);
            query.conditions[j].value = values[j] =
                sample_value(query.conditions[j].field, OPERATOR_ANY);
        }
        assert_int_equal(query_plan(database, &query, line_judge, &plan), OK);
        if (plan.scans)
            fail_msg("%s and %s: %s", pairs[i][0], pairs[i][1], plan.line);
        json_decref(values[0]);
        json_decref(values[1]);
    }
    database_drop(database, path);
}

struct place {
    const char *start; // the plan's words for a search from a value on
    bool found, sorts;
};

static void place_judge(void *context, const char *line)
{
    struct place *place = context;
    place->found |= strncmp(line, "SEARCH t", 8) == 0 && strstr(line, place->start);
    place->sorts |= strstr(line, "TEMP B-TREE") != NULL;
}

// Adds a filter with some value, which the caller releases.
static json_t *filter_add(struct query *query, const char *parameter)
{
    if (!parameter)
        return NULL;
    struct condition *condition = &query->conditions[query->condition_count++];
    assert_true(filter_read(query->collection, parameter, &condition->field, &condition->op));
    json_t *value = condition->field->type == TYPE_CODE
                        ? json_pack("[s]", "a")
                        : sample_value(condition->field, condition->op);
    condition->value = value;
    return value;
}

static void an_index_leads_to_the_place_of_a_cursor(void **state)
{
    // A filter beside it may end the walk, or choose another index, but not begin it elsewhere.
    static const struct {
        const char *collection, *filter, *key, *start;
        bool descending, backward;
    } rows[] = {
        {"events", NULL, "date_start", "((date_start,date_last,id)>(?,?,?))", false, false},
        {"events", NULL, "date_start", "((date_start,date_last,id)<(?,?,?))", false, true},
        {"events", NULL, "date_start", "(date_start<?)", true, false},
        {"events", NULL, "date_start", "(date_start>?)", true, true},
        {"events", "era", "date_start", "(era=? AND (date_start,date_last,id)>(?,?,?))", false,
         false},
        {"events", "date_start__gte", "date_start", "((date_start,date_last,id)>(?,?,?))", false,
         false},
        {"events", "date_start__gte", "date_start",
         "(date_start>? AND (date_start,date_last,id)<(?,?,?))", false, true},
        {"events", "date_start__lte", "date_start",
         "((date_start,date_last,id)>(?,?,?) AND date_start<?)", false, false},
        {"events", "date_start__lte", "date_start", "((date_start,date_last,id)<(?,?,?))", false,
         true},
        {"events", "date_start", "date_start",
         "((date_start,date_last,id)>(?,?,?) AND date_start<?)", false, false},
        {"events", "date_start__lte", "date_start", "(date_start<?)", true, false},
        {"events", NULL, "title", "((title,id)>(?,?))", false, false},
        {"aid", NULL, "amount_usd", "(amount_usd<?)", true, false},
        {"aid", "amount_usd__gte", "amount_usd", "((amount_usd,id)>(?,?))", false, false},
        {"references", NULL, "title", "((title,id)>(?,?))", false, false},
        {"actors", NULL, "name", "((name,id)<(?,?))", false, true},
    };
    char path[64];
    struct database *database = database_new(path);
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct place place = {.start = rows[i].start};
        struct query query = {.collection = collection_named(rows[i].collection),
                              .revision = 1,
                              .limit = 51,
                              .sort_count = 1,
                              .backward = rows[i].backward};
        const struct field *field = collection_field(query.collection, rows[i].key);
        assert_non_null(field);
        query.sort[0] = (struct sort_key){field, rows[i].descending, NULL};
        // The usual order of events has two keys.
        bool usual = strcmp(rows[i].key, "date_start") == 0 && !rows[i].descending;
        if (usual)
            query.sort[query.sort_count++] = (struct sort_key){&query_last_day, false, NULL};
        json_t *position = field->type == TYPE_INTEGER ? json_pack("[is]", 1, "a")
                           : usual ? json_pack("[sss]", "1990-01-01", "1990-01-01", "a")
                                   : json_pack("[ss]", "1990-01-01", "a");
        query.position = position;
        json_t *value = filter_add(&query, rows[i].filter);
        assert_int_equal(query_plan(database, &query, place_judge, &place), OK);
        if (!place.found)
            fail_msg("row %zu: no search %s", i, place.start);
        // Ids go up where dates go down: only what has the same date is sorted.
        assert_int_equal(place.sorts, rows[i].descending);
        assert_int_equal(query_sorts(database, &query), rows[i].descending);
        json_decref(position);
        json_decref(value);
    }
    database_drop(database, path);
}

struct search {
    bool found, scans;
    char line[128];
};

static void search_judge(void *context, const char *line)
{
    struct search *search = context;
    search->found |= strncmp(line, "SEARCH t", 8) == 0;
    if (strncmp(line, "SCAN t", 6) != 0)
        return;
    search->scans = true;
    snprintf(search->line, sizeof search->line, "%s", line);
}

// Else a page would go through all records in their order for the few that it wants.
static void a_filter_with_an_index_is_not_left_for_the_order(void **state)
{
    static const struct {
        const char *filter, *key;
    } rows[] = {{"title", "date_start"}, {"id", "date_start"},   {"date_end", "date_start"},
                {"date_start", "title"}, {"year", "title"},      {"era", "title"},
                {"kind", "title"},       {"date_start", "year"}, {"title", "date_end"},
                {"era", "date_start"},   {"actor", "date_start"}};
    char path[64];
    struct database *database = database_new(path);
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct search search = {0};
        struct query query = {
            .collection = &collections[0],
            .revision = 1,
            .limit = 51,
            .sort = {{collection_field(&collections[0], rows[i].key), false, NULL}},
            .sort_count = 1};
        json_t *value = filter_add(&query, rows[i].filter);
        assert_int_equal(query_plan(database, &query, search_judge, &search), OK);
        if (!search.found || search.scans)
            fail_msg("%s by %s: %s", rows[i].filter, rows[i].key, search.line);
        json_decref(value);
    }
    database_drop(database, path);
}

static void a_scan_is_noticed(void **state)
{
    struct plan plan = {0};
    (void)state;
    line_judge(&plan, "SCAN t");
    assert_true(plan.scans);
    plan.scans = false;
    line_judge(&plan, "SEARCH t USING INDEX event_era (era=?)");
    line_judge(&plan, "SCAN t USING INDEX event_date_start");
    assert_false(plan.scans);
}

static void sort_judge(void *context, const char *line)
{
    struct plan *plan = context;
    if (!strstr(line, "TEMP B-TREE FOR ORDER BY") && strncmp(line, "SCAN change", 11) != 0)
        return;
    plan->scans = true;
    snprintf(plan->line, sizeof plan->line, "%s", line);
}

// Each page of changes begins where the last one ended: to read all costs no more than that. What
// is official is few, and may be sorted.
static void changes_are_read_along_an_index(void **state)
{
    char path[64];
    struct database *database = database_new(path);
    json_t *position = json_pack("[is]", 1, "events/a");
    const struct field *revision = collection_field(&collection_changes, "revision");
    (void)state;
    for (int i = 0; i < 8; i++) {
        struct plan plan = {0};
        struct query query = {.collection = &collection_changes,
                              .corpus = (enum corpus)(i / 4),
                              .revision = 9,
                              .limit = 51,
                              .keys_only = true,
                              .sort = {{revision, i % 2, NULL}},
                              .sort_count = 1,
                              .position = i % 4 < 2 ? NULL : position};
        assert_int_equal(query_plan(database, &query, sort_judge, &plan), OK);
        if (plan.scans)
            fail_msg("changes of corpus %d, %s%s: %s", i / 4,
                     i % 2 ? "newest first" : "oldest first",
                     i % 4 < 2 ? "" : ", from a position on", plan.line);
        assert_false(query_sorts(database, &query));
    }
    json_decref(position);
    database_drop(database, path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_single_filter_has_an_index),
        cmocka_unit_test(the_usual_pairs_have_an_index),
        cmocka_unit_test(an_index_leads_to_the_place_of_a_cursor),
        cmocka_unit_test(a_filter_with_an_index_is_not_left_for_the_order),
        cmocka_unit_test(a_scan_is_noticed),
        cmocka_unit_test(changes_are_read_along_an_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
