// Lists the files that hold the dataset.
#include "endpoints/dataset_downloads.h"

#include "endpoints/corpus.h"

static const char *const forms[][2] = {{"csv", "text/csv"}, {"ndjson", "application/x-ndjson"}};

// CORPUS is the suffix for the addresses of collections that are divided by corpus.
static json_t *download_of(const struct collection *collection, const struct revision *revision,
                           const char *const form[2], const char *corpus)
{
    return json_pack("{ss ss so}", "name", collection->name, "type", form[1], "path",
                     json_sprintf("/v1/%s?format=%s&as_of=%.*s%s", collection->name, form[0],
                                  REVISION_SHORT, revision->hash,
                                  corpus_divides(collection) ? corpus : ""));
}

json_t *dataset_downloads(const struct call *call, const struct revision *revision)
{
    struct buffer corpus = {0};
    json_t *downloads = json_array();
    corpus_write(call, '&', &corpus);
    for (size_t i = 0; i < COLLECTION_COUNT; i++)
        for (size_t j = 0; j < sizeof forms / sizeof *forms; j++)
            json_array_append_new(
                downloads, download_of(&collections[i], revision, forms[j], buffer_text(&corpus)));
    // The archive is always that of the newest revision, so permanent descriptions of a revision do
    // not list it.
    if (!json_object_get(call->arguments, "as_of"))
        json_array_append_new(
            downloads,
            json_pack("{ss ss so}", "name", "archive", "type", "application/zip", "path",
                      json_sprintf("/v1/dataset/export.zip%s%s", corpus.length ? "?" : "",
                                   corpus.length ? buffer_text(&corpus) + 1 : "")));
    buffer_cleanup(&corpus);
    return downloads;
}
