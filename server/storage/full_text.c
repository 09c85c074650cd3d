// Full text beside what SQLite's FTS5 brings: what a match weighs, where it is, how a text falls
// into words.
#include "storage/full_text.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/ownership.h"
#include "base/text.h"

struct full_text {
    fts5_tokenizer tokenizer;
    Fts5Tokenizer *words; // as the table `words` reads texts: see db/migrations
};

// What a hit in each column of `words` weighs: title, names, summary, notes.
static const int column_weights[] = {8, 4, 2, 1};

// hits(words): the weighted number of places where the query matches a row. It depends on nothing
// but the row and the query.
static void hits_count(const Fts5ExtensionApi *api, Fts5Context *row, sqlite3_context *context,
                       int count, sqlite3_value **values)
{
    int instances = 0, phrase, column, offset;
    sqlite3_int64 score = 0;
    (void)count, (void)values;
    int code = api->xInstCount(row, &instances);
    for (int i = 0; code == SQLITE_OK && i < instances; i++) {
        code = api->xInst(row, i, &phrase, &column, &offset);
        if (code == SQLITE_OK)
            score += column_weights[column];
    }
    if (code == SQLITE_OK)
        sqlite3_result_int64(context, score);
    else
        sqlite3_result_error_code(context, code);
}

// A run of tokens that the query matches.
struct mark_place {
    int column, first, last;
};

enum { PLACES_MAX = 64 };

// places(words): where the query matches a row, as a blob of struct mark_place in the order of the
// text; NULL where there are too many. For marked().
static void places_find(const Fts5ExtensionApi *api, Fts5Context *row, sqlite3_context *context,
                        int count, sqlite3_value **values)
{
    int instances = 0, phrase;
    struct mark_place places[PLACES_MAX];
    (void)count, (void)values;
    int code = api->xInstCount(row, &instances);
    for (int i = 0; code == SQLITE_OK && i < instances && i < PLACES_MAX; i++) {
        struct mark_place *place = &places[i];
        code = api->xInst(row, i, &phrase, &place->column, &place->first);
        if (code == SQLITE_OK)
            place->last = place->first + api->xPhraseSize(row, phrase) - 1;
    }
    if (code != SQLITE_OK)
        sqlite3_result_error_code(context, code);
    else if (instances <= PLACES_MAX)
        sqlite3_result_blob(context, places, instances * (int)sizeof *places, SQLITE_TRANSIENT);
}

// A text on its way to being marked.
struct marking {
    const struct mark_place *at, *end; // places that are left
    int column, token;
    int first, last; // tokens to be marked next, -1 where none is
    const char *text;
    int written; // bytes of TEXT
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

// marked(words, column, places): the column of the row with \1 before each place and \2 behind it;
// NULL where it has none. It needs no second search, as highlight() does.
static void places_mark(const Fts5ExtensionApi *api, Fts5Context *row, sqlite3_context *context,
                        int count, sqlite3_value **values)
{
    int length = 0;
    struct marking marking = {.column = sqlite3_value_int(values[0]),
                              .at = sqlite3_value_blob(values[1])};
    (void)count;
    marking.end = marking.at + (size_t)sqlite3_value_bytes(values[1]) / sizeof *marking.at;
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

struct words_walk {
    bool (*each)(void *context, const struct full_text_word *word);
    void *context;
};

static int word_give(void *context, int flags, const char *token, int length, int start, int end)
{
    const struct words_walk *walk = context;
    const struct full_text_word word = {token, (size_t)length, (size_t)start, (size_t)end};
    if (flags & FTS5_TOKEN_COLOCATED)
        return SQLITE_OK;
    return walk->each(walk->context, &word) ? SQLITE_OK : SQLITE_ABORT;
}

bool full_text_words(const struct full_text *full_text, const char *text, size_t length,
                     bool (*each)(void *context, const struct full_text_word *word), void *context)
{
    struct words_walk walk = {each, context};
    return full_text->tokenizer.xTokenize(full_text->words, &walk, FTS5_TOKENIZE_DOCUMENT, text,
                                          (int)length, word_give) == SQLITE_OK;
}

// A text that is written with its words as FTS5 keeps them.
struct folding {
    const char *text;
    size_t written; // bytes of TEXT
    struct buffer out;
};

static bool word_fold(void *context, const struct full_text_word *word)
{
    struct folding *folding = context;
    buffer_add(&folding->out, folding->text + folding->written, word->start - folding->written);
    buffer_add(&folding->out, word->text, word->length);
    folding->written = word->end;
    return !folding->out.failed;
}

// folded(text): its words as they are typed, without case and diacritics, what stands between them
// as it is; NULL of NULL.
static void text_fold(sqlite3_context *context, int count, sqlite3_value **values)
{
    const char *text = (const char *)sqlite3_value_text(values[0]);
    AUTO(text) char *typed = text ? text_typed(text) : NULL;
    struct folding folding = {.text = typed};
    size_t length = typed ? strlen(typed) : 0;
    (void)count;
    if (text && !typed)
        sqlite3_result_error_nomem(context);
    if (!typed)
        return;
    bool good =
        full_text_words(sqlite3_user_data(context), folding.text, length, word_fold, &folding);
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

// The tokenizer of the table `words`.
static bool tokenizer_make(fts5_api *api, struct full_text *full_text)
{
    void *context = NULL;
    const char *arguments[] = {"remove_diacritics", "2"};
    return api->xFindTokenizer(api, "unicode61", &context, &full_text->tokenizer) == SQLITE_OK &&
           full_text->tokenizer.xCreate(context, arguments, 2, &full_text->words) == SQLITE_OK;
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
        good &= api->xCreateFunction(api, functions[i].name, NULL, functions[i].function, NULL) ==
                SQLITE_OK;
    return good;
}

struct full_text *full_text_new(sqlite3 *handle)
{
    fts5_api *api = api_of(handle);
    struct full_text *full_text = api ? calloc(1, sizeof *full_text) : NULL;
    if (full_text && tokenizer_make(api, full_text) && functions_add(api, handle, full_text))
        return full_text;
    full_text_free(full_text);
    return NULL;
}

void full_text_free(struct full_text *full_text)
{
    if (full_text && full_text->words)
        full_text->tokenizer.xDelete(full_text->words);
    free(full_text);
}
