// Reads the corpus that a call asks for.
#include "endpoints/corpus.h"

#include <string.h>

#include "contract/arguments.h"

static const struct {
    const char *name;
    enum corpus corpus;
} corpora[] = {{"paper", CORPUS_PAPER}, {"official", CORPUS_OFFICIAL}};

const char *corpus_name(size_t i)
{
    return i < sizeof corpora / sizeof *corpora ? corpora[i].name : NULL;
}

const char *corpus_list(enum corpus corpus)
{
    static const char *const lists[] = {
        [CORPUS_ANY] = "paper,official", [CORPUS_PAPER] = "paper", [CORPUS_OFFICIAL] = "official"};
    return lists[corpus];
}

enum corpus corpus_asked(const struct call *call, const json_t *arguments)
{
    const struct parameter *parameter = openapi_parameter(call->operation, "corpus");
    const json_t *given = json_object_get(arguments, "corpus");
    const json_t *asked = given ? given : parameter ? parameter->default_value : NULL;
    const char *only =
        json_array_size(asked) == 1 ? json_string_value(json_array_get(asked, 0)) : NULL;
    for (size_t i = 0; only && corpus_name(i); i++)
        if (strcmp(corpus_name(i), only) == 0)
            return corpora[i].corpus;
    return CORPUS_ANY;
}

bool corpus_divides(const struct collection *collection)
{
    return collection->number != ERAS && collection->number != THEMES;
}

static bool is_corpus(const char *name)
{
    return strcmp(name, "corpus") == 0;
}

void corpus_write(const struct call *call, char before, struct buffer *out)
{
    struct buffer asked = {0};
    arguments_write(call->operation, call->arguments, is_corpus, &asked);
    if (asked.length)
        buffer_add_format(out, "%c%s", before, buffer_text(&asked));
    out->failed |= asked.failed;
    buffer_cleanup(&asked);
}
