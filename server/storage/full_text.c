// Additions to SQLite's FTS5: the score of a match, and its places in the text.
#include "storage/full_text.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/ownership.h"
#include "base/text.h"
#include "storage/called.h"
#include "storage/tokenizer.h"

// Where the query matches a row: a range of tokens.
struct mark_place {
    int column, first, last;
};

// The places being collected; the memory is reused for the next row.
struct mark_places {
    struct mark_place *kept;
    size_t count, room;
    bool failed; // memory ran out
};

struct full_text {
    struct mark_places places;
    struct tokenizer *tokenizer;
};

// The weight of a hit in each column of `words`: title, names, summary, notes.
static const int column_weights[] = {8, 4, 2, 1};

enum { TITLE, NAMES };

// More than the hits of a record are counted up to: see the contract's `score`.
enum { CALLED_STEP = 1000000 };

enum { COLUMN_COUNT = sizeof column_weights / sizeof *column_weights };

// Calls EACH for the places where the query matches a row, phrase by phrase. In the order of the
// text, as xInst gives them, they would cost several times more.
static int places_walk(const Fts5ExtensionApi *api, Fts5Context *row,
                       void (*each)(void *context, const struct mark_place *place), void *context)
{
    Fts5PhraseIter iterator;
    struct mark_place place;
    int code = SQLITE_OK, phrases = api->xPhraseCount(row);
    for (int i = 0; code == SQLITE_OK && i < phrases; i++) {
        code = api->xPhraseFirst(row, i, &iterator, &place.column, &place.first);
        while (code == SQLITE_OK && place.column >= 0) {
            place.last = place.first + api->xPhraseSize(row, i) - 1;
            if (place.column >= COLUMN_COUNT)
                return SQLITE_CORRUPT_VTAB;
            each(context, &place);
            api->xPhraseNext(row, &iterator, &place.column, &place.first);
        }
    }
    return code;
}

// What a row weighs, and where its names may be what was typed.
struct hits {
    sqlite3_int64 score;
    bool title, names; // the title begins with a hit, one of the names has one
};

static void hit_add(void *context, const struct mark_place *place)
{
    struct hits *hits = context;
    hits->score += column_weights[place->column];
    hits->title |= place->column == TITLE && place->first == 0;
    hits->names |= place->column == NAMES;
}

static void typed_free(void *typed)
{
    called_typed_cleanup(typed);
    free(typed);
}

// What was typed, which is read once a search; NULL when memory ends.
static const struct called_typed *typed_find(const Fts5ExtensionApi *api, Fts5Context *row,
                                             sqlite3_value **values)
{
    const struct full_text *full_text = api->xUserData(row);
    struct called_typed *typed = api->xGetAuxdata(row, 0);
    if (typed)
        return typed;
    const char *text = (const char *)sqlite3_value_text(values[0]);
    typed = text ? calloc(1, sizeof *typed) : NULL;
    if (!typed)
        return NULL;
    bool good = called_typed_read(full_text->tokenizer, text, sqlite3_value_int(values[1]), typed);
    if (!good)
        typed_free(typed);
    return good && api->xSetAuxdata(row, typed, typed_free) == SQLITE_OK ? typed : NULL;
}

static int column_compare(const Fts5ExtensionApi *api, Fts5Context *row,
                          const struct called_typed *typed, int column, enum called *best)
{
    const struct full_text *full_text = api->xUserData(row);
    int length = 0;
    const char *text = NULL;
    int code = api->xColumnText(row, column, &text, &length);
    if (code != SQLITE_OK)
        return code;
    enum called called =
        called_compare(full_text->tokenizer, typed, text, (size_t)length, column == NAMES);
    *best = called > *best ? called : *best;
    return SQLITE_OK;
}

// Raises the score of a record whose title or name is what was typed above all others. An actor's
// names are its OWN; those of other records are names of actors and authors.
static int hits_add_called(const Fts5ExtensionApi *api, Fts5Context *row, sqlite3_value **values,
                           struct hits *hits)
{
    static const int steps[2][3] = {{0, 1, 3}, {0, 2, 3}};
    bool own = sqlite3_value_int(values[2]);
    bool names = own && hits->names;
    int code = SQLITE_OK;
    enum called best = CALLED_OTHERWISE;
    hits->score = hits->score < CALLED_STEP ? hits->score : CALLED_STEP - 1;
    if (!hits->title && !names)
        return SQLITE_OK;
    const struct called_typed *typed = typed_find(api, row, values);
    if (!typed)
        return SQLITE_NOMEM;
    if (!own && called_typed_is_letter(typed))
        return SQLITE_OK; // too many titles begin with it to read them all
    if (hits->title)
        code = column_compare(api, row, typed, TITLE, &best);
    if (code == SQLITE_OK && names)
        code = column_compare(api, row, typed, NAMES, &best);
    hits->score += steps[own][best] * CALLED_STEP;
    return code;
}

// hits(words, typed, begun, own): the weighted number of places where the query matches a row,
// raised where the record's title or name is what was TYPED, or begins with it if the last word may
// be unfinished (BEGUN). It depends on nothing but the row and the query.
static void hits_count(const Fts5ExtensionApi *api, Fts5Context *row, sqlite3_context *context,
                       int count, sqlite3_value **values)
{
    struct hits hits = {0};
    (void)count;
    int code = places_walk(api, row, hit_add, &hits);
    if (code == SQLITE_OK)
        code = hits_add_called(api, row, values, &hits);
    if (code == SQLITE_OK)
        sqlite3_result_int64(context, hits.score);
    else
        sqlite3_result_error_code(context, code);
}

static int place_order(const void *a, const void *b)
{
    const struct mark_place *one = a, *other = b;
    if (one->column != other->column)
        return one->column < other->column ? -1 : 1;
    if (one->first != other->first)
        return one->first < other->first ? -1 : 1;
    return (one->last > other->last) - (one->last < other->last);
}

// Sorts the places by their position in the text and removes duplicates.
static void mark_places_order(struct mark_places *places)
{
    size_t count = 0;
    if (places->count)
        qsort(places->kept, places->count, sizeof *places->kept, place_order);
    for (size_t i = 0; i < places->count; i++)
        if (!count || place_order(&places->kept[count - 1], &places->kept[i]) != 0)
            places->kept[count++] = places->kept[i];
    places->count = count;
}

// Makes room for another place. When it is full, duplicates from words that several terms match are
// removed first: a row has no more places than words, whatever is asked.
static bool mark_places_room(struct mark_places *places)
{
    enum { FIRST = 64 };
    if (places->count < places->room)
        return true;
    mark_places_order(places);
    if (places->count < places->room / 2)
        return true;
    size_t room = places->room ? 2 * places->room : FIRST;
    struct mark_place *kept = realloc(places->kept, room * sizeof *kept);
    if (!kept)
        return false;
    places->kept = kept;
    places->room = room;
    return true;
}

static void place_keep(void *context, const struct mark_place *place)
{
    struct mark_places *places = context;
    if (mark_places_room(places))
        places->kept[places->count++] = *place;
    else
        places->failed = true;
}

// places(words): where the query matches a row, as a blob of struct mark_place, the input of
// marked().
static void places_find(const Fts5ExtensionApi *api, Fts5Context *row, sqlite3_context *context,
                        int count, sqlite3_value **values)
{
    struct full_text *full_text = api->xUserData(row);
    struct mark_places *places = &full_text->places;
    (void)count, (void)values;
    places->count = 0;
    places->failed = false;
    int code = places_walk(api, row, place_keep, places);
    if (code == SQLITE_OK && places->failed)
        code = SQLITE_NOMEM;
    if (code == SQLITE_OK)
        sqlite3_result_blob64(context, places->kept, places->count * sizeof *places->kept,
                              SQLITE_TRANSIENT);
    else
        sqlite3_result_error_code(context, code);
}

// Reads the places in VALUE, as returned by places(), and sorts them by position; false if memory
// runs out.
static bool places_read(sqlite3_value *value, struct mark_places *places)
{
    const struct mark_place *given = sqlite3_value_blob(value);
    size_t count = (size_t)sqlite3_value_bytes(value) / sizeof *given;
    places->count = 0;
    places->failed = false;
    for (size_t i = 0; given && i < count; i++)
        place_keep(places, &given[i]);
    mark_places_order(places);
    return !places->failed;
}

// The state of marking a text.
struct marking {
    const struct mark_place *at, *end; // the places that are left
    int column, token;
    int first, last; // the tokens to be marked next, -1 if none
    const char *text;
    int written; // bytes of TEXT copied so far
    struct buffer out;
};

// Places that share a token are marked as one, as FTS5's own highlight() does.
static void range_next(struct marking *marking)
{
    marking->first = marking->last = -1;
    for (; marking->at < marking->end; marking->at++) {
        const struct mark_place *place = marking->at;
        if (place->column != marking->column)
            continue;
        if (marking->first >= 0 && place->first > marking->last)
            return;
        if (marking->first < 0)
            marking->first = place->first;
        if (marking->last < place->last)
            marking->last = place->last;
    }
}

static void text_pass(struct marking *marking, int until)
{
    buffer_add(&marking->out, marking->text + marking->written, (size_t)(until - marking->written));
    marking->written = until;
}

static int token_mark(void *context, int flags, const char *token, int length, int start, int end)
{
    struct marking *marking = context;
    (void)token, (void)length;
    if (flags & FTS5_TOKEN_COLOCATED)
        return SQLITE_OK;
    int number = marking->token++;
    if (number == marking->first) {
        text_pass(marking, start);
        buffer_add_char(&marking->out, '\1');
    }
    if (number == marking->last) {
        text_pass(marking, end);
        buffer_add_char(&marking->out, '\2');
        range_next(marking);
    }
    return SQLITE_OK;
}

// marked(words, column, places): the column of the row with \1 before each place and \2 after it;
// NULL if it has none. Unlike highlight() it needs no second search.
static void places_mark(const Fts5ExtensionApi *api, Fts5Context *row, sqlite3_context *context,
                        int count, sqlite3_value **values)
{
    int length = 0;
    struct full_text *full_text = api->xUserData(row);
    struct mark_places *places = &full_text->places;
    (void)count;
    if (!places_read(values[1], places)) {
        sqlite3_result_error_nomem(context);
        return;
    }
    struct marking marking = {.column = sqlite3_value_int(values[0]),
                              .at = places->kept,
                              .end = places->kept + places->count};
    range_next(&marking);
    if (marking.first < 0)
        return;
    int code = api->xColumnText(row, marking.column, &marking.text, &length);
    if (code == SQLITE_OK)
        code = api->xTokenize(row, marking.text, length, &marking, token_mark);
    if (code == SQLITE_OK)
        text_pass(&marking, length);
    if (code == SQLITE_OK && marking.out.failed)
        code = SQLITE_NOMEM;
    if (code == SQLITE_OK)
        sqlite3_result_text(context, marking.out.bytes, (int)marking.out.length, SQLITE_TRANSIENT);
    else
        sqlite3_result_error_code(context, code);
    buffer_cleanup(&marking.out);
}

// The state of writing a text with its words as FTS5 stores them.
struct folding {
    const char *text;
    size_t written; // bytes of TEXT copied so far
    struct buffer out;
};

static bool word_fold(void *context, const struct tokenizer_word *word)
{
    struct folding *folding = context;
    buffer_add(&folding->out, folding->text + folding->written, word->start - folding->written);
    buffer_add(&folding->out, word->text, word->length);
    folding->written = word->end;
    return !folding->out.failed;
}

// folded(text): the text with its words as people type them, without case and diacritics; what lies
// between words is kept. NULL for NULL.
static void text_fold(sqlite3_context *context, int count, sqlite3_value **values)
{
    const struct full_text *full_text = sqlite3_user_data(context);
    const char *text = (const char *)sqlite3_value_text(values[0]);
    AUTO(text) char *typed = text ? text_typed(text) : NULL;
    struct folding folding = {.text = typed};
    size_t length = typed ? strlen(typed) : 0;
    (void)count;
    if (text && !typed)
        sqlite3_result_error_nomem(context);
    if (!typed)
        return;
    bool good = tokenizer_words(full_text->tokenizer, folding.text, length, word_fold, &folding);
    buffer_add(&folding.out, folding.text + folding.written, length - folding.written);
    if (good && !folding.out.failed)
        sqlite3_result_text64(context, folding.out.bytes, folding.out.length, SQLITE_TRANSIENT,
                              SQLITE_UTF8);
    else
        sqlite3_result_error_nomem(context);
    buffer_cleanup(&folding.out);
}

static fts5_api *api_of(sqlite3 *handle)
{
    fts5_api *api = NULL;
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(handle, "SELECT fts5(?1)", -1, &statement, NULL) == SQLITE_OK) {
        sqlite3_bind_pointer(statement, 1, &api, "fts5_api_ptr", NULL);
        sqlite3_step(statement);
    }
    sqlite3_finalize(statement);
    return api;
}

static bool functions_add(fts5_api *api, sqlite3 *handle, struct full_text *full_text)
{
    static const struct {
        const char *name;
        fts5_extension_function function;
    } functions[] = {{"hits", hits_count}, {"places", places_find}, {"marked", places_mark}};
    bool good = sqlite3_create_function_v2(handle, "folded", 1,
                                           SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
                                           full_text, text_fold, NULL, NULL, NULL) == SQLITE_OK;
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        good &= api->xCreateFunction(api, functions[i].name, full_text, functions[i].function,
                                     NULL) == SQLITE_OK;
    return good;
}

struct full_text *full_text_new(sqlite3 *handle)
{
    fts5_api *api = api_of(handle);
    struct full_text *full_text = api ? calloc(1, sizeof *full_text) : NULL;
    if (full_text)
        full_text->tokenizer = tokenizer_new(api);
    if (full_text && full_text->tokenizer && functions_add(api, handle, full_text))
        return full_text;
    full_text_free(full_text);
    return NULL;
}

void full_text_free(struct full_text *full_text)
{
    if (!full_text)
        return;
    tokenizer_free(full_text->tokenizer);
    free(full_text->places.kept);
    free(full_text);
}

const struct tokenizer *full_text_tokenizer(const struct full_text *full_text)
{
    return full_text->tokenizer;
}
