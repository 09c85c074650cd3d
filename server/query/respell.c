// Looks for the nearest spelling of words that no record has, among words with the same beginning;
// in a small database among all words.
#include "query/respell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/ownership.h"
#include "base/text.h"
#include "storage/tokenizer.h"

// The shortest word that is respelled, because shorter ones resemble too many. With more documents
// than the second limit, a scan over all words would take too long.
enum { RESPELLED_MIN = 4, RESPELLED_MAX = 64, DOCUMENTS_MAX = 20000 };

struct respelling {
    struct database *database;
    struct search_text text;
    size_t length;  // of the text
    size_t written; // bytes of the text copied so far
    size_t changes;
    bool hopeless; // some word has no near spelling
    struct buffer *out;
};

// Whether any record has the word; if BEGUN, a word that begins with it.
static bool word_known(struct database *database, const char *word, bool begun)
{
    struct statement *find =
        database_prepare(database, begun ? "SELECT 1 FROM vocabulary WHERE term >= ?1"
                                           " AND term < ?1 || char(1114111) LIMIT 1"
                                         : "SELECT 1 FROM vocabulary WHERE term = ?1");
    if (!find)
        return true;
    statement_bind_text(find, 1, word);
    bool known = statement_step(find);
    statement_reset(find);
    return known;
}

// Of the words beginning with START, the nearest to WORD, and of equally near ones the one in most
// documents; NULL if none is near.
static char *vocabulary_nearest(struct database *database, const char *word, const char *start)
{
    char *nearest = NULL;
    int64_t most = 0;
    size_t length = strlen(word), best = text_plausible(word);
    struct statement *read =
        database_prepare(database, "SELECT term, doc FROM vocabulary WHERE term >= ?1"
                                   " AND term < ?1 || char(1114111)");
    if (!read)
        return NULL;
    statement_bind_text(read, 1, start);
    while (statement_step(read)) {
        size_t other = statement_length(read, 0);
        if (other > length + best || length > other + best)
            continue;
        size_t distance = text_distance(word, statement_text(read, 0));
        if (distance > best || (distance == best && statement_integer(read, 1) <= most))
            continue;
        best = distance;
        most = statement_integer(read, 1);
        free(nearest);
        nearest = strdup(statement_text(read, 0));
    }
    return nearest;
}

static bool is_small(struct database *database)
{
    struct statement *count = database_prepare(database, "SELECT count(*) FROM (SELECT 1 FROM"
                                                         " document LIMIT ?)");
    if (!count)
        return false;
    statement_bind_integer(count, 1, DOCUMENTS_MAX);
    bool small = statement_step(count) && statement_integer(count, 0) < DOCUMENTS_MAX;
    statement_reset(count);
    return small;
}

static char *word_nearest(struct database *database, const char *word)
{
    char start[5];
    size_t letter = 1;
    while (letter < sizeof start - 1 && ((unsigned char)word[letter] & 0xc0) == 0x80)
        letter++;
    snprintf(start, sizeof start, "%.*s", (int)letter, word);
    char *nearest = vocabulary_nearest(database, word, start);
    return nearest || !is_small(database) ? nearest : vocabulary_nearest(database, word, "");
}

// Whether the word must occur; alternatives of `OR` and excluded words need not.
static bool is_wanted(const struct respelling *respelling, const struct tokenizer_word *word)
{
    const char *text = respelling->text.text, *at = text + word->start;
    bool excluded = at > text && at[-1] == '-' && (at - 1 == text || strchr(" \t\n\r", at[-2]));
    return !excluded && !(word->length == 2 && memcmp(at, "OR", 2) == 0);
}

static bool word_respell(void *context, const struct tokenizer_word *word)
{
    struct respelling *respelling = context;
    const char *text = respelling->text.text;
    bool last = word->end == respelling->length;
    bool begun = text[word->end] == '*' || (respelling->text.typed && last);
    struct buffer found = {0};
    buffer_add(&found, word->text, word->length); // not terminated by NUL
    AUTO(text) char *known = buffer_take(&found, NULL);
    if (!known)
        return false;
    if (!is_wanted(respelling, word) || word_known(respelling->database, known, begun))
        return true;
    bool long_enough = word->length >= RESPELLED_MIN && word->length <= RESPELLED_MAX;
    AUTO(text) char *nearest = long_enough ? word_nearest(respelling->database, known) : NULL;
    respelling->hopeless |= !nearest;
    if (!nearest)
        return false;
    buffer_add(respelling->out, text + respelling->written, word->start - respelling->written);
    buffer_add_text(respelling->out, nearest);
    respelling->written = word->end;
    respelling->changes++;
    return true;
}

bool respell_text(struct database *database, struct search_text text, struct buffer *out)
{
    AUTO(text) char *typed = text_typed(text.text);
    if (!typed)
        return false;
    text.text = typed;
    struct respelling respelling = {database, text, .length = strlen(typed), .out = out};
    bool good = tokenizer_words(database_tokenizer(database), text.text, respelling.length,
                                word_respell, &respelling);
    buffer_add_text(out, text.text + respelling.written);
    return good && !respelling.hopeless && respelling.changes && !database_failure(database);
}
