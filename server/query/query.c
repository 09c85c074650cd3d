// Builds the SQL for a selection, its order and its position, and reads the rows.
#include "query/query.h"

#include <string.h>

#include "storage/intact.h"
#include "storage/versions.h"

struct filter_scan query_scan(const struct query *query)
{
    struct filter_scan scan = {.collection = query->collection, .revision = query->revision};
    if (query->position && query->sort_count) {
        scan.start = query->sort[0].field->name;
        scan.upward = !query->sort[0].descending == !query->backward;
    }
    return scan;
}

// A record never changes its corpus, and few records are official.
static void changed_corpus_add(struct sql *sql, const struct query *query, const char *alias)
{
    sql_add(sql, " AND %s.record %s (", alias, query->corpus == CORPUS_OFFICIAL ? "IN" : "NOT IN");
    for (size_t i = 0; i < COLLECTION_COUNT; i++)
        sql_add(sql, "%sSELECT record FROM %s WHERE corpus = 'official'", i ? " UNION ALL " : "",
                collections[i].table);
    sql_add(sql, ")");
}

void query_corpus(struct sql *sql, const struct query *query, const char *alias)
{
    // A literal, not a parameter, so that the planner can use the partial index on official
    // records.
    if (query->corpus && query->collection->number == CHANGES)
        changed_corpus_add(sql, query, alias);
    else if (query->corpus)
        sql_add(sql, " AND %s.corpus = '%s'", alias,
                query->corpus == CORPUS_OFFICIAL ? "official" : "paper");
}

// Records may overlap the requested span, or must lie inside it; an open end extends forever.
static void date_add(struct sql *sql, const struct query *query)
{
    const struct filter_scan scan = query_scan(query);
    bool within = query->date_match == DATE_WITHIN;
    sql_add(sql, " AND (t.date_start IS NOT NULL OR t.date_end IS NOT NULL)");
    if (query->date_first[0] && within) {
        sql_add(sql, " AND ");
        filter_bound(sql, &scan, "date_start", ">=");
        sql_text(sql, query->date_first);
    } else if (query->date_first[0]) {
        sql_add(sql, " AND ifnull(t.date_end, '9999') >= ");
        sql_text(sql, query->date_first);
    }
    if (query->date_last[0] && within) {
        sql_add(sql, " AND ");
        filter_bound(sql, &scan, "date_end", "<=");
        sql_text(sql, query->date_last);
    } else if (query->date_last[0]) {
        sql_add(sql, " AND ifnull(t.date_start, '0000') <= ");
        sql_text(sql, query->date_last);
    }
}

const struct field query_last_day = {.name = "date_last", .type = TYPE_DAY};
const struct field query_score = {.name = "score", .type = TYPE_INTEGER};

// Whether the query consists of search words only; then the matches are the records, and the
// collection's table is not needed.
static bool is_bare_match(const struct query *query)
{
    bool bare = query->match && !query->condition_count && query->date_match == DATE_ANY;
    for (size_t i = 0; i < query->sort_count; i++)
        bare &= query->sort[i].field == &query_score;
    return bare;
}

// The table with the values of a sort key; the score comes from the matches.
static char table_of(const struct query *query, const struct field *field)
{
    return field == &query_score && !is_bare_match(query) ? 'f' : 't';
}

// WHERE a document D matches.
static void matching_add(struct sql *sql, const struct query *query)
{
    sql_add(sql, " WHERE words MATCH ");
    sql_text(sql, query->match);
    if (query->collection->number != ANY_COLLECTION)
        sql_add(sql, " AND words.rowid " DOCUMENTS_OF("%d"), query->collection->number,
                query->collection->number);
    sql_add(sql, " AND ");
    sql_valid_at(sql, "d", query->revision);
    query_corpus(sql, query, "d");
}

// Joins the record T with the document or match ALIAS, whose column KEY is the document's key.
static void record_of_add(struct sql *sql, const struct query *query, const char *alias,
                          const char *key)
{
    if (query->collection->number == ANY_COLLECTION)
        sql_add(sql, "t.key = %s.%s", alias, key);
    else
        sql_add(sql, "t.id = %s.id", alias);
}

#define MATCHES " FROM words CROSS JOIN document d ON d.key = words.rowid"

// What is computed for a match besides its record: nothing if records are only counted, the score
// if they are sorted, the places if they are shown.
enum telling { TELL_RECORD, TELL_SCORE, TELL_PLACES };

void query_score_add(struct sql *sql, const struct query *query)
{
    sql_add(sql, "hits(words, ");
    sql_text(sql, query->typed.text);
    sql_add(sql, ", %d, words.rowid " DOCUMENTS_OF("%d") ")", query->typed.typed, ACTORS, ACTORS);
}

// `WITH f AS (...)`: the matching records, computed before everything else.
static void matches_add(struct sql *sql, const struct query *query, enum telling telling)
{
    if (!query->match)
        return;
    sql_add(sql, "WITH f AS MATERIALIZED (SELECT d.record, d.id, d.key AS document");
    if (telling >= TELL_SCORE) {
        sql_add(sql, ", ");
        query_score_add(sql, query);
        sql_add(sql, " AS score");
    }
    sql_add(sql, telling >= TELL_PLACES ? ", places(words) AS places" : "");
    sql_add(sql, MATCHES);
    matching_add(sql, query);
    sql_add(sql, ") ");
}

// Joins their renderings at the query's revision; KEYS gives the range of keys for one record.
static void renderings_join(struct sql *sql, const struct query *query, const char *keys)
{
    sql_add(sql, " CROSS JOIN rendering g ON g.key %s AND ", keys);
    sql_valid_at(sql, "g", query->revision);
}

// The valid records: ` FROM ... WHERE` and the first conditions.
static void valid_add(struct sql *sql, const struct query *query, bool rendered)
{
    sql_add(sql, " FROM %s%s t", query->match ? "f CROSS JOIN " : "", query->collection->table);
    if (rendered)
        renderings_join(sql, query, RENDERINGS_OF("t.record"));
    sql_add(sql, " WHERE ");
    sql_valid_at(sql, "t", query->revision);
    query_corpus(sql, query, "t");
}

// The conditions from its filters and its date.
static void conditions_add(struct sql *sql, const struct query *query)
{
    const struct filter_scan scan = query_scan(query);
    for (size_t i = 0; i < query->condition_count; i++) {
        sql_add(sql, " AND ");
        filter_condition(sql, &scan, &query->conditions[i]);
    }
    if (query->date_match != DATE_ANY && !query->undated)
        date_add(sql, query);
}

// The versions, of any time, that one of the queries finds.
static void changed_versions_add(struct sql *sql, const struct query *query)
{
    for (size_t i = 0; i < query->changed_count; i++) {
        const struct query *of = &query->changed[i];
        sql_add(sql, "%sSELECT t.version FROM %s t WHERE 1", i ? " UNION ALL " : "",
                of->collection->table);
        conditions_add(sql, of);
    }
}

static void changed_add(struct sql *sql, const struct query *query)
{
    sql_add(sql, " AND (t.new_version IN (");
    changed_versions_add(sql, query);
    sql_add(sql, ") OR t.old_version IN (");
    changed_versions_add(sql, query);
    sql_add(sql, "))");
}

// The records that QUERY asks for, as T; if RENDERED, with their renderings as G.
static void from_add(struct sql *sql, const struct query *query, bool rendered)
{
    valid_add(sql, query, rendered);
    if (query->match) {
        sql_add(sql, " AND ");
        record_of_add(sql, query, "f", "document");
    }
    conditions_add(sql, query);
    if (query->changed)
        changed_add(sql, query);
}

void query_matches(struct sql *sql, const struct query *query)
{
    bool bare = is_bare_match(query);
    sql_add(sql, MATCHES);
    if (!bare) {
        sql_add(sql, " CROSS JOIN %s t ON ", query->collection->table);
        record_of_add(sql, query, "d", "key");
    }
    matching_add(sql, query);
    if (bare)
        return;
    sql_add(sql, " AND ");
    sql_valid_at(sql, "t", query->revision);
    query_corpus(sql, query, "t");
    conditions_add(sql, query);
}

// FROM for pages and counts: a search without filters needs only the matches.
static void records_add(struct sql *sql, const struct query *query)
{
    if (is_bare_match(query))
        sql_add(sql, " FROM f t WHERE 1");
    else
        from_add(sql, query, false);
}

// Paging by position over a nullable key takes two statements: first the records with a value, then
// those without. An index finds the position in each directly.
enum run { RUN_WHOLE, RUN_VALUES, RUN_NULLS };

enum { RUNS_MAX = 2 };

static bool position_is_null(const struct query *query)
{
    return json_is_null(json_array_get(query->position, 0));
}

static size_t runs_of(const struct query *query, enum run ret_runs[static RUNS_MAX])
{
    bool whole = !query->position || !query->sort_count;
    bool null = !whole && position_is_null(query);
    ret_runs[0] = whole ? RUN_WHOLE : null ? RUN_NULLS : RUN_VALUES;
    ret_runs[1] = null ? RUN_VALUES : RUN_NULLS;
    return !whole && query->sort[0].field->nullable && null == query->backward ? 2 : 1;
}

// The ranks come from the contract, so they are safe to put into SQL.
void query_rank(struct sql *sql, const char *value, const json_t *ranks)
{
    size_t i;
    const json_t *each;
    if (!ranks) {
        sql_add(sql, "%s", value);
        return;
    }
    sql_add(sql, "CASE %s", value);
    json_array_foreach (ranks, i, each)
        sql_add(sql, " WHEN '%s' THEN %zu", json_text(each, "value"), i + 1);
    sql_add(sql, " END");
}

static void key_add(struct sql *sql, const struct query *query, const struct sort_key *key)
{
    char column[64];
    snprintf(column, sizeof column, "%c.%s", table_of(query, key->field), key->field->name);
    query_rank(sql, column, key->ranks);
}

static const char *direction(const struct query *query, const struct sort_key *key)
{
    return key->descending != query->backward ? "<" : ">";
}

// What comes after the position in one key: greater values (or smaller, if descending), and nulls,
// which are always last.
static void beyond_add(struct sql *sql, const struct query *query, size_t i)
{
    const struct sort_key *key = &query->sort[i];
    const json_t *value = json_array_get(query->position, i);
    if (json_is_null(value)) {
        sql_add(sql, query->backward ? "t.%s IS NOT NULL" : "t.%s IS NULL AND 0", key->field->name);
        return;
    }
    sql_add(sql, "(");
    key_add(sql, query, key);
    sql_add(sql, " %s ", direction(query, key));
    filter_value(sql, value);
    if (i > 0 && key->field->nullable && !query->backward)
        sql_add(sql, " OR t.%s IS NULL", key->field->name);
    sql_add(sql, ")");
}

static void same_add(struct sql *sql, const struct query *query, const struct sort_key *key,
                     const json_t *value)
{
    if (json_is_null(value)) {
        sql_add(sql, "t.%s IS NULL AND ", key->field->name);
        return;
    }
    key_add(sql, query, key);
    sql_add(sql, " = ");
    filter_value(sql, value);
    sql_add(sql, " AND ");
}

// (after k1) or (equal k1 and after k2) or ... or (all equal and a greater id), from key START on.
static void behind_add(struct sql *sql, const struct query *query, size_t start)
{
    size_t count = query->sort_count;
    sql_add(sql, " AND (");
    for (size_t i = start; i <= count; i++) {
        sql_add(sql, i > start ? " OR (" : "(");
        for (size_t j = start; j < i; j++)
            same_add(sql, query, &query->sort[j], json_array_get(query->position, j));
        if (i < count) {
            beyond_add(sql, query, i);
        } else {
            sql_add(sql, "t.id %s ", query->backward ? "<" : ">");
            filter_value(sql, json_array_get(query->position, count));
        }
        sql_add(sql, ")");
    }
    sql_add(sql, ")");
}

// Whether all keys from START on have the direction of the id and are not null: then what follows a
// position is one row comparison, which an index finds in one step.
static bool is_row(const struct query *query, size_t start)
{
    bool row = true;
    for (size_t i = start; i < query->sort_count; i++)
        row &= !query->sort[i].descending && (i == 0 || !query->sort[i].field->nullable);
    return row;
}

// (k1, k2, ..., id) > (...)
static void position_row_add(struct sql *sql, const struct query *query, size_t start)
{
    sql_add(sql, " AND (");
    for (size_t i = start; i < query->sort_count; i++) {
        key_add(sql, query, &query->sort[i]);
        sql_add(sql, ", ");
    }
    sql_add(sql, "t.id) %s (", query->backward ? "<" : ">");
    for (size_t i = start; i <= query->sort_count; i++) {
        sql_add(sql, i > start ? ", " : "");
        filter_value(sql, json_array_get(query->position, i));
    }
    sql_add(sql, ")");
}

static void position_add(struct sql *sql, const struct query *query, enum run run)
{
    size_t start = run == RUN_NULLS;
    bool here = run == RUN_WHOLE || (run == RUN_NULLS) == position_is_null(query);
    if (run == RUN_NULLS || !here)
        sql_add(sql, " AND t.%s IS %s", query->sort[0].field->name,
                run == RUN_NULLS ? "NULL" : "NOT NULL");
    if (!here)
        return;
    if (is_row(query, start)) {
        position_row_add(sql, query, start);
        return;
    }
    if (run == RUN_VALUES) { // the start of an index
        sql_add(sql, " AND ");
        key_add(sql, query, query->sort);
        sql_add(sql, " %s= ", direction(query, query->sort));
        filter_value(sql, json_array_get(query->position, 0));
    }
    behind_add(sql, query, start);
}

static void order_add(struct sql *sql, const struct query *query, enum run run)
{
    sql_add(sql, " ORDER BY ");
    for (size_t i = run == RUN_NULLS; i < query->sort_count; i++) {
        const struct sort_key *key = &query->sort[i];
        bool nulls = key->field->nullable && (i > 0 || run == RUN_WHOLE);
        key_add(sql, query, key);
        sql_add(sql, "%s%s, ", key->descending != query->backward ? " DESC" : "",
                nulls ? query->backward ? " NULLS FIRST" : " NULLS LAST" : "");
    }
    sql_add(sql, "t.id%s", query->backward ? " DESC" : "");
}

bool query_tells_total(const struct query *query)
{
    return is_bare_match(query) && !query->position;
}

// The columns of a page: common ones, then those of matches or changes, then the sort keys.
enum {
    PAGE_RECORD,
    PAGE_JSON,
    PAGE_ID,
    PAGE_DOCUMENT,
    PAGE_SCORE,
    PAGE_TOTAL,
    PAGE_PLACES,
    PAGE_REVISION = PAGE_DOCUMENT
};

static bool is_of_changes(const struct query *query)
{
    return query->collection->number == CHANGES;
}

static int page_keys(const struct query *query)
{
    return query->match ? PAGE_PLACES + 1 : is_of_changes(query) ? PAGE_REVISION + 1 : PAGE_ID + 1;
}

// What is read for each record P of the page.
static void page_columns(struct sql *sql, const struct query *query)
{
    sql_add(sql, "SELECT p.record, %s, p.id",
            query->keys_only       ? "NULL"
            : is_of_changes(query) ? "g.json"
                                   : INTACT_JSON("g"));
    if (is_of_changes(query))
        sql_add(sql, ", p.revision");
    if (query->match)
        sql_add(sql, ", p.document, p.score, %s, %s",
                query_tells_total(query) ? "(SELECT count(*) FROM f)" : "0",
                query->keys_only ? "NULL" : "p.places");
    for (size_t i = 0; i < query->sort_count; i++)
        sql_add(sql, ", p.k%zu", i);
}

// The end of the statement for one run: position, order and limit.
static void page_end(struct sql *sql, const struct query *query, enum run run, int64_t limit)
{
    if (query->position)
        position_add(sql, query, run);
    order_add(sql, query, run);
    sql_add(sql, " LIMIT ");
    sql_integer(sql, limit);
    sql_add(sql, " OFFSET ");
    sql_integer(sql, query->offset);
}

// Whether one statement can scan the index and join the renderings: not with an offset, a search or
// keys only.
static bool may_walk(const struct query *query)
{
    return !query->match && !is_of_changes(query) && !query->keys_only && !query->offset;
}

// Reads a page in a single scan, for orders that an index provides.
static void walk_build(struct sql *sql, const struct query *query, enum run run, int64_t limit)
{
    sql_add(sql, "SELECT t.record, " INTACT_JSON("g") ", t.id");
    for (size_t i = 0; i < query->sort_count; i++) {
        sql_add(sql, ", ");
        key_add(sql, query, &query->sort[i]);
    }
    from_add(sql, query, true);
    page_end(sql, query, run, limit);
}

// Reads a page by finding and sorting the records first, because renderings are too large to sort,
// and details of changes are computed only for those shown.
static void page_build(struct sql *sql, const struct query *query, enum run run, int64_t limit)
{
    const char *of = is_bare_match(query) ? "t" : "f";
    matches_add(sql, query, query->keys_only ? TELL_SCORE : TELL_PLACES);
    page_columns(sql, query);
    sql_add(sql, " FROM (SELECT t.record, t.id%s", is_of_changes(query) ? ", t.revision" : "");
    if (query->match)
        sql_add(sql, ", %s.document, %s.score", of, of);
    if (query->match && !query->keys_only)
        sql_add(sql, ", %s.places", of);
    for (size_t i = 0; i < query->sort_count; i++) {
        sql_add(sql, ", ");
        key_add(sql, query, &query->sort[i]);
        sql_add(sql, " AS k%zu", i);
    }
    records_add(sql, query);
    page_end(sql, query, run, limit);
    sql_add(sql, ") p");
    if (query->keys_only)
        return;
    if (is_of_changes(query))
        sql_add(sql, " CROSS JOIN change_answer g"
                     " ON g.record = p.record AND g.revision = p.revision");
    else
        renderings_join(sql, query, RENDERINGS_OF("p.record"));
}

json_t *query_column(struct statement *row, int column, bool integer)
{
    if (statement_is_null(row, column))
        return json_null();
    if (integer)
        return json_integer(statement_integer(row, column));
    return json_string(statement_text(row, column));
}

bool query_key_is_integer(const struct sort_key *key)
{
    return key->ranks || key->field->type == TYPE_INTEGER;
}

bool query_position_complete(struct database *database, const struct query *query, json_t *position)
{
    struct sql sql = {0};
    size_t i;
    json_t *value;
    int column = 0;
    bool found = false;
    sql_add(&sql, "SELECT t.id");
    json_array_foreach (position, i, value)
        if (json_is_false(value))
            sql_add(&sql, ", t.%s", query->sort[i].field->name);
    sql_add(&sql, " FROM %s t WHERE t.id = ", query->collection->table);
    sql_text(&sql, json_string_value(json_array_get(position, query->sort_count)));
    sql_add(&sql, " AND ");
    sql_valid_at(&sql, "t", query->revision);
    struct statement *find = sql_prepare(&sql, database);
    if (find && (found = statement_step(find)))
        json_array_foreach (position, i, value)
            if (json_is_false(value))
                json_array_set_new(position, i, json_string(statement_text(find, ++column)));
    if (find)
        statement_reset(find);
    sql_cleanup(&sql);
    return found;
}

json_t *query_position(const struct query *query, const struct query_row *row)
{
    if (row->id)
        return json_pack("[Is]", (json_int_t)row->score, row->id);
    json_t *position = json_array();
    for (size_t i = 0; i < query->sort_count; i++)
        json_array_append_new(position, query_column(row->statement, page_keys(query) + (int)i,
                                                     query_key_is_integer(&query->sort[i])));
    json_array_append_new(position, query_column(row->statement, PAGE_ID, false));
    return position;
}

// How many rows are still to be passed on, and to whom.
struct row_sink {
    bool (*each)(void *context, const struct query_row *row);
    void *context;
    int64_t left; // rows that are still wanted
};

static struct query_row row_of(const struct query *query, struct statement *statement)
{
    struct query_row row = {.record = statement_integer(statement, PAGE_RECORD),
                            .statement = statement};
    row.json = statement_bytes(statement, PAGE_JSON, &row.length);
    if (is_of_changes(query))
        row.revision = statement_integer(statement, PAGE_REVISION);
    if (!query->match)
        return row;
    row.document = statement_integer(statement, PAGE_DOCUMENT);
    row.score = statement_integer(statement, PAGE_SCORE);
    row.total = statement_integer(statement, PAGE_TOTAL);
    row.places.bytes = statement_bytes(statement, PAGE_PLACES, &row.places.length);
    return row;
}

static void sort_note(void *context, const char *line)
{
    static const char sort[] = "USE TEMP B-TREE";
    bool *sorts = context;
    *sorts |= strncmp(line, sort, sizeof sort - 1) == 0;
}

// Whether SQLite sorts the result of the page's statement; false if that cannot be determined.
static bool page_sorts(struct database *database, const struct query *query, enum run run,
                       bool *ret_sorts)
{
    struct sql sql = {0};
    *ret_sorts = false;
    page_build(&sql, query, run, query->limit);
    struct statement *statement = sql_prepare(&sql, database);
    bool good = statement && statement_plan(statement, sort_note, ret_sorts);
    sql_cleanup(&sql);
    return good;
}

// Uses the single-scan form only if SQLite needs no sorter for it. The verdict is stored in the
// mark of the statement WALK.
static bool walk_serves(struct database *database, const struct query *query, enum run run,
                        struct statement *walk)
{
    enum { UNKNOWN, SERVES, SERVES_NOT };
    bool sorts;
    int *mark = statement_mark(walk);
    if (*mark == UNKNOWN && page_sorts(database, query, run, &sorts))
        *mark = sorts ? SERVES_NOT : SERVES;
    return *mark == SERVES;
}

// The statement for at most LIMIT records of one run.
static struct statement *run_prepare(struct database *database, const struct query *query,
                                     enum run run, int64_t limit, struct sql *sql)
{
    if (may_walk(query)) {
        walk_build(sql, query, run, limit);
        struct statement *walk = sql_prepare(sql, database);
        if (!walk || walk_serves(database, query, run, walk))
            return walk;
        sql_cleanup(sql);
    }
    page_build(sql, query, run, limit);
    return sql_prepare(sql, database);
}

static void run_read(struct database *database, const struct query *query, enum run run,
                     struct row_sink *sink)
{
    struct sql sql = {0};
    struct statement *statement = run_prepare(database, query, run, sink->left, &sql);
    while (statement && statement_step_raw(statement)) {
        const struct query_row row = row_of(query, statement);
        sink->left = sink->each(sink->context, &row) ? sink->left - 1 : 0;
        if (!sink->left)
            break;
    }
    if (statement)
        statement_reset(statement);
    sql_cleanup(&sql);
}

enum err query_rows(struct database *database, const struct query *query,
                    bool (*each)(void *context, const struct query_row *row), void *context)
{
    enum run runs[RUNS_MAX];
    size_t count = runs_of(query, runs);
    struct row_sink sink = {each, context, query->limit};
    for (size_t i = 0; i < count && sink.left > 0 && !database_failure(database); i++)
        run_read(database, query, runs[i], &sink);
    return database_failure(database);
}

static enum err count_run(struct database *database, struct sql *sql, int64_t *ret_count)
{
    struct statement *statement = sql_prepare(sql, database);
    if (statement && statement_step(statement)) {
        *ret_count = statement_integer(statement, 0);
        statement_reset(statement);
    }
    sql_cleanup(sql);
    return database_failure(database);
}

static void count_build(struct sql *sql, const struct query *query)
{
    matches_add(sql, query, TELL_RECORD);
    sql_add(sql, "SELECT count(*)");
    records_add(sql, query);
}

enum err query_count(struct database *database, const struct query *query, int64_t *ret_count)
{
    struct sql sql = {0};
    count_build(&sql, query);
    return count_run(database, &sql, ret_count);
}

enum err query_count_undated(struct database *database, const struct query *query,
                             int64_t *ret_count)
{
    struct sql sql = {0};
    struct query undated = *query;
    undated.undated = true;
    count_build(&sql, &undated);
    sql_add(&sql, " AND t.date_start IS NULL AND t.date_end IS NULL");
    return count_run(database, &sql, ret_count);
}

void query_from(struct sql *sql, const struct query *query)
{
    from_add(sql, query, false);
}

void query_begin(struct sql *sql, const struct query *query)
{
    matches_add(sql, query, TELL_RECORD);
}

static void plan_tell(struct statement *statement, struct sql *sql,
                      void (*each)(void *context, const char *line), void *context)
{
    if (statement)
        statement_plan(statement, each, context);
    sql_cleanup(sql);
}

enum err query_plan(struct database *database, const struct query *query,
                    void (*each)(void *context, const char *line), void *context)
{
    enum run runs[RUNS_MAX];
    struct sql page = {0}, count = {0};
    runs_of(query, runs);
    plan_tell(run_prepare(database, query, runs[0], query->limit, &page), &page, each, context);
    count_build(&count, query);
    plan_tell(sql_prepare(&count, database), &count, each, context);
    return database_failure(database);
}

bool query_sorts(struct database *database, const struct query *query)
{
    bool sorts;
    enum run runs[RUNS_MAX];
    runs_of(query, runs);
    return !page_sorts(database, query, runs[0], &sorts) || sorts;
}
