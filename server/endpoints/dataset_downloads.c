// Lists the files that hold the dataset.
#include "endpoints/dataset_downloads.h"

static const char *const forms[][2] = {{"csv", "text/csv"}, {"ndjson", "application/x-ndjson"}};

static json_t *download_of(const struct collection *collection, const struct revision *revision,
                           const char *const form[2])
{
    return json_pack("{ss ss so}", "name", collection->name, "type", form[1], "path",
                     json_sprintf("/v1/%s?format=%s&as_of=%.*s", collection->name, form[0],
                                  REVISION_SHORT, revision->hash));
}

json_t *dataset_downloads(const struct call *call, const struct revision *revision)
{
    json_t *downloads = json_array();
    for (size_t i = 0; i < COLLECTION_COUNT; i++)
        for (size_t j = 0; j < sizeof forms / sizeof *forms; j++)
            json_array_append_new(downloads, download_of(&collections[i], revision, forms[j]));
    // The archive is always that of the newest revision.
    if (revision->number == call->connection->newest.number)
        json_array_append_new(downloads,
                              json_pack("{ss ss ss}", "name", "archive", "type", "application/zip",
                                        "path", "/v1/dataset/export.zip"));
    return downloads;
}
