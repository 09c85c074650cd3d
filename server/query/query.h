// Questions to a collection at one revision, turned into SQL: which records, in which order, how
// many.
//
// Values are always bound, never part of the text; the text depends only on which filters are
// present, so that each set of them is one kept statement.
#ifndef RELATA_QUERY_QUERY_H
#define RELATA_QUERY_QUERY_H

#include <stdint.h>

#include "dates/edtf.h"
#include "model/collection.h"
#include "query/filter.h"
#include "query/highlights.h"
#include "storage/database.h"
#include "storage/sql.h"

struct sort_key {
    const struct field *field;
    bool descending;
    const json_t *ranks; // the values in their order, each the `value` of an object; NULL: as they
                         // are written
};

// Whether the values by which KEY sorts are integers.
bool query_key_is_integer(const struct sort_key *key);

enum date_match { DATE_ANY, DATE_OVERLAPS, DATE_WITHIN };

// Of which corpus records are asked for: what the paper says, or what official records say.
enum corpus { CORPUS_ANY, CORPUS_PAPER, CORPUS_OFFICIAL };

enum { CONDITIONS_MAX = 96, SORT_MAX = 6 };

// Everything in it is borrowed.
struct query {
    const struct collection *collection;
    int64_t revision;
    enum corpus corpus;
    struct condition conditions[CONDITIONS_MAX];
    size_t condition_count;
    const char *match; // an FTS5 expression (see words.h), or NULL
    enum date_match date_match;
    bool undated;                                             // leave the date filter out
    char date_first[EDTF_DAY_SIZE], date_last[EDTF_DAY_SIZE]; // "" for open ends
    struct sort_key sort[SORT_MAX];                           // the id is always the last key
    size_t sort_count;
    int64_t limit, offset;
    const json_t *position; // the sort values and the id of the record to go on from, or NULL
    bool backward;          // the records before POSITION, nearest first
    bool keys_only;         // without the JSON of the records
    // Of changes: only those of records that one of these queries, of which the filters alone
    // count, finds before or after the change. NULL for all.
    const struct query *changed;
    size_t changed_count;
};

// The score of a match as a key to sort by, where the query has one.
extern const struct field query_score;

// The last day of events as a key behind others, upwards: as date_end, but an open end is a day
// behind all others, so that an index gives the order.
extern const struct field query_last_day;

// One record of an answer; it and its texts last until EACH returns.
struct query_row {
    int64_t record;
    const char *json; // LENGTH bytes, without a NUL behind them; NULL for a query of keys only
    size_t length;
    int64_t document, score;        // of a match, else 0
    int64_t revision;               // of a change, else 0
    struct highlight_places places; // of a match, where the query tells
    int64_t total;                  // of all that match, where query_rows tells it, else 0
    const char *id;                 // of a row of top_matches_rows, which has no statement
    struct statement *statement;
};

// Where a record stands, as in struct query: a new reference, or NULL when memory ended.
json_t *query_position(const struct query *query, const struct query_row *row);
// Puts the record's texts where POSITION has false in their place. False where there is no such
// record, or on failure of the database.
bool query_position_complete(struct database *database, const struct query *query,
                             json_t *position);

// Calls EACH for the records of the page, in order, until it returns false.
enum err query_rows(struct database *database, const struct query *query,
                    bool (*each)(void *context, const struct query_row *row), void *context);

// Whether the rows of the page tell how many records match, which costs nothing there.
bool query_tells_total(const struct query *query);

// Whether SQLite must sort all that matches to give one page of it.
bool query_sorts(struct database *database, const struct query *query);

// How many records match, whatever the page.
enum err query_count(struct database *database, const struct query *query, int64_t *ret_count);

// How many records match but for the date, and have none.
enum err query_count_undated(struct database *database, const struct query *query,
                             int64_t *ret_count);

// Calls EACH with every line of SQLite's plan for query_rows and query_count, so that tests can see
// that an index serves it.
enum err query_plan(struct database *database, const struct query *query,
                    void (*each)(void *context, const char *line), void *context);

// Adds the condition that the row ALIAS is of the corpus that QUERY asks for.
void query_corpus(struct sql *sql, const struct query *query, const char *alias);

// Adds ` FROM ... WHERE ...` of the documents D that match the words of QUERY, and whose records
// meet its filters.
void query_matches(struct sql *sql, const struct query *query);

// For statements of other shapes: what must stand before everything else, and ` FROM ... WHERE ...`
// of the matching records as T.
void query_begin(struct sql *sql, const struct query *query);
void query_from(struct sql *sql, const struct query *query);
// The records that the conditions of QUERY are about.
struct filter_scan query_scan(const struct query *query);
// A column of the current row as an integer or a text: a new reference.
json_t *query_column(struct statement *row, int column, bool integer);
// Adds VALUE, an expression, or its place among RANKS (see struct sort_key) where there are any.
void query_rank(struct sql *sql, const char *value, const json_t *ranks);

#endif
