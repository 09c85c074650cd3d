// Keeps the best matches in order while a search goes through all of them.
//
// SQL would store all of them to count and sort them.
#include "query/top_matches.h"

#include <stdlib.h>
#include <string.h>

#include "storage/versions.h"

enum { ROOM_MAX = 1000 };

struct match {
    int64_t score, record, document;
    char *id, *places;
    size_t places_length;
};

struct top_matches {
    struct match *matches; // sorted
    size_t count, room;
    bool ascending; // by score; ids are always ascending
    int64_t total;
};

bool top_matches_serves(const struct query *query)
{
    bool scored = query->sort_count == 1 && query->sort[0].field == &query_score;
    return query->match && scored && !query->position && query->date_match == DATE_ANY &&
           query->limit + query->offset <= ROOM_MAX;
}

static void match_free(struct match *match)
{
    free(match->id);
    free(match->places);
}

static void best_cleanup(struct top_matches *best)
{
    for (size_t i = 0; i < best->count; i++)
        match_free(&best->matches[i]);
    free(best->matches);
}

static bool stands_before(const struct top_matches *best, int64_t score, const char *id,
                          const struct match *other)
{
    if (score != other->score)
        return (score < other->score) == best->ascending;
    return strcmp(id, other->id) < 0;
}

// The columns of the search.
enum { SEARCH_SCORE, SEARCH_RECORD, SEARCH_DOCUMENT, SEARCH_ID, SEARCH_PLACES };

static struct statement *search_prepare(struct database *database, const struct query *query,
                                        struct sql *sql)
{
    sql_add(sql, "SELECT ");
    query_score_add(sql, query);
    sql_add(sql, ", d.record, d.key, d.id, places(words)");
    query_matches(sql, query);
    return sql_prepare(sql, database);
}

// Copies what ROW contains; false if memory runs out.
static bool match_take(struct statement *row, const char *id, struct match *ret_match)
{
    size_t length;
    const char *places = statement_bytes(row, SEARCH_PLACES, &length);
    *ret_match = (struct match){.score = statement_integer(row, SEARCH_SCORE),
                                .record = statement_integer(row, SEARCH_RECORD),
                                .document = statement_integer(row, SEARCH_DOCUMENT),
                                .id = strdup(id),
                                .places = places ? malloc(length) : NULL,
                                .places_length = length};
    if (ret_match->places)
        memcpy(ret_match->places, places, length);
    if (ret_match->id && (!places || ret_match->places))
        return true;
    match_free(ret_match);
    return false;
}

// Inserts the match in ROW at its place, if it is among the best; false if memory runs out.
static bool match_note(struct top_matches *best, struct statement *row)
{
    struct match match;
    int64_t score = statement_integer(row, SEARCH_SCORE);
    const struct match *last = best->count ? &best->matches[best->count - 1] : NULL;
    bool full = best->count == best->room;
    best->total++;
    // The score usually decides; the id is read only for ties.
    if (full && score != last->score && (score < last->score) != best->ascending)
        return true;
    const char *id = statement_text(row, SEARCH_ID);
    if (!id)
        return false;
    if (full && !stands_before(best, score, id, last))
        return true;
    if (!match_take(row, id, &match))
        return false;
    if (full)
        match_free(&best->matches[--best->count]);
    size_t at = best->count++;
    for (; at > 0 && stands_before(best, score, match.id, &best->matches[at - 1]); at--)
        best->matches[at] = best->matches[at - 1];
    best->matches[at] = match;
    return true;
}

static enum err best_find(struct database *database, const struct query *query,
                          struct top_matches *best)
{
    struct sql sql = {0};
    struct statement *search = search_prepare(database, query, &sql);
    bool good = search != NULL;
    while (good && statement_step_raw(search))
        good = match_note(best, search);
    if (search)
        statement_reset(search);
    sql_cleanup(&sql);
    if (!good && !database_failure(database))
        database_fail(database, ERR_BUSY, "out of memory");
    return database_failure(database);
}

// Passes on one match with its rendering; false if no more are wanted, or on failure.
static bool match_give(struct database *database, const struct query *query,
                       const struct match *match,
                       bool (*each)(void *context, const struct query_row *row), void *context)
{
    struct query_row row = {.record = match->record,
                            .document = match->document,
                            .score = match->score,
                            .places = {match->places, match->places_length},
                            .id = match->id};
    struct statement *rendering = versions_rendering(database, match->record, query->revision);
    if (!rendering && !database_failure(database))
        database_fail(database, ERR_INTERNAL, "a record that matches has no rendering");
    if (!rendering)
        return false;
    row.json = statement_bytes(rendering, 0, &row.length);
    bool more = each(context, &row);
    statement_reset(rendering);
    return more;
}

enum err top_matches_rows(struct database *database, const struct query *query,
                          bool (*each)(void *context, const struct query_row *row), void *context,
                          int64_t *ret_total)
{
    struct top_matches best = {.room = (size_t)(query->limit + query->offset),
                               .ascending = !query->sort[0].descending};
    best.matches = calloc(best.room, sizeof *best.matches);
    if (!best.matches)
        database_fail(database, ERR_BUSY, "out of memory");
    enum err err = best.matches ? best_find(database, query, &best) : ERR_BUSY;
    for (size_t i = (size_t)query->offset; !err && i < best.count; i++)
        if (!match_give(database, query, &best.matches[i], each, context))
            break;
    *ret_total = best.total;
    best_cleanup(&best);
    return err ? err : database_failure(database);
}
