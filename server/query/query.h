// Queries of one collection at one revision, translated to SQL: which records, in which order, how
// many.
//
// Values are always bound, never part of the SQL text. The text depends only on which filters are
// present, so each combination is one cached statement.
#ifndef RELATA_QUERY_QUERY_H
#define RELATA_QUERY_QUERY_H

#include <stdint.h>

#include "dates/edtf.h"
#include "model/collection.h"
#include "query/filter.h"
#include "query/highlights.h"
#include "query/search_terms.h"
#include "storage/database.h"
#include "storage/sql.h"

struct sort_key {
    const struct field *field;
    bool descending;
    // a closed list whose order is used, each item with a `value`; NULL: sort by the values
    // themselves
    const json_t *ranks;
};

// Whether the values that KEY sorts by are integers.
bool query_key_is_integer(const struct sort_key *key);

enum date_match { DATE_ANY, DATE_OVERLAPS, DATE_WITHIN };

// The corpus of the records asked for: what the paper says, or what official records say.
enum corpus { CORPUS_ANY, CORPUS_PAPER, CORPUS_OFFICIAL };

enum { CONDITIONS_MAX = 96, SORT_MAX = 6 };

// Everything in it is borrowed.
struct query {
    const struct collection *collection;
    int64_t revision;
    enum corpus corpus;
    struct condition conditions[CONDITIONS_MAX];
    size_t condition_count;
    const char *match;        // an FTS5 expression (see search_terms.h), or NULL
    struct search_text typed; // what MATCH was made of: records that are called so score more
    enum date_match date_match;
    bool undated;                                             // ignore the date filter
    char date_first[EDTF_DAY_SIZE], date_last[EDTF_DAY_SIZE]; // "" for open ends
    struct sort_key sort[SORT_MAX];                           // the id is always the last key
    size_t sort_count;
    int64_t limit, offset;
    const json_t *position; // the sort keys and the id of the record to continue after, or NULL
    bool backward;          // the records before POSITION, nearest first
    bool keys_only;         // without the JSON of the records
    // For changes: only those of records that one of these queries finds before or after the
    // change. Only their filters count. NULL for all.
    const struct query *changed;
    size_t changed_count;
};

// The score of a match as a sort key, if the query has one.
extern const struct field query_score;

// The last day of events as a secondary key, ascending: like date_end, but an open end is later
// than all days, so that an index provides the order.
extern const struct field query_last_day;

// One record of an answer. It and its texts are valid until EACH returns.
struct query_row {
    int64_t record;
    const char *json; // LENGTH bytes without a NUL; NULL if the query asks for keys only
    size_t length;
    int64_t document, score;        // for a match, otherwise 0
    int64_t revision;               // for a change, otherwise 0
    struct highlight_places places; // for a match, if the query computes them
    // the number of all matches, if query_rows computes it, otherwise 0
    int64_t total;
    const char *id; // for a row of top_matches_rows, which has no statement
    struct statement *statement;
};

// The position of a record, as in struct query: a new reference; NULL if memory ran out.
json_t *query_position(const struct query *query, const struct query_row *row);
// Fills in the record's texts where POSITION has false. False if there is no such record, or on
// failure of the database.
bool query_position_complete(struct database *database, const struct query *query,
                             json_t *position);

// Calls EACH for the records of the page, in order, until it returns false.
enum err query_rows(struct database *database, const struct query *query,
                    bool (*each)(void *context, const struct query_row *row), void *context);

// Whether the rows of the page include the number of all matches, which costs nothing extra there.
bool query_tells_total(const struct query *query);

// Whether SQLite must sort all matches to produce one page.
bool query_sorts(struct database *database, const struct query *query);

// How many records match on all pages.
enum err query_count(struct database *database, const struct query *query, int64_t *ret_count);

// How many records match except that they have no date.
enum err query_count_undated(struct database *database, const struct query *query,
                             int64_t *ret_count);

// Calls EACH with every line of SQLite's plan for query_rows and query_count, so that tests can
// check that an index is used.
enum err query_plan(struct database *database, const struct query *query,
                    void (*each)(void *context, const char *line), void *context);

// Adds the condition that the row ALIAS belongs to the corpus that QUERY asks for.
void query_corpus(struct sql *sql, const struct query *query, const char *alias);

// Adds the expression for the score of a match.
void query_score_add(struct sql *sql, const struct query *query);
// Adds ` FROM ... WHERE ...` for the documents D that match the words of QUERY and whose records
// meet its filters.
void query_matches(struct sql *sql, const struct query *query);

// For statements of other shapes: what must come first in the statement, and ` FROM ... WHERE ...`
// for the matching records as T.
void query_begin(struct sql *sql, const struct query *query);
void query_from(struct sql *sql, const struct query *query);
// The records to which the conditions of QUERY apply.
struct filter_scan query_scan(const struct query *query);
// A column of the current row as an integer or a string: a new reference.
json_t *query_column(struct statement *row, int column, bool integer);
// Adds the expression VALUE, or its index in RANKS (see struct sort_key) if there are any.
void query_rank(struct sql *sql, const char *value, const json_t *ranks);

#endif
