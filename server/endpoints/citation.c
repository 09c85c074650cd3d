// Writes citations of the dataset from the contract and the revision.
#include "endpoints/citation.h"

#include <stdio.h>
#include <string.h>

#include "endpoints/sources.h"
#include "formats/bibtex.h"
#include "formats/ris.h"

char *citation_address(const struct call *call, const char *path)
{
    struct buffer out = {0};
    buffer_add_text(&out, call->public_url);
    buffer_add_text(&out, path);
    return buffer_take(&out, NULL);
}

json_t *citation_editor(const struct call *call, const struct revision *revision)
{
    struct statement *find = database_prepare(call->connection->database,
                                              "SELECT editor FROM revision WHERE number = ?");
    if (!find)
        return NULL;
    statement_bind_integer(find, 1, revision->number);
    json_t *editor = statement_step(find) ? json_string(statement_text(find, 0)) : NULL;
    statement_reset(find);
    return editor;
}

static json_t *title_of(const struct call *call, const struct revision *revision, const char *part)
{
    const json_t *info = json_object_get(openapi_document(call->spec), "info");
    return json_sprintf("%s: %s, version %s%s%s", json_text(info, "title"),
                        json_text(info, "summary"), revision->release, part ? ", " : "",
                        part ? part : "");
}

// A citation key that identifies what is cited and is the same wherever it is made.
static json_t *key_of(const struct revision *revision, const char *path)
{
    char hex[DIGEST_HEX_SIZE] = "";
    digest_of(path, strlen(path), hex);
    return json_sprintf("relata-%s-%.8s", revision->release, hex);
}

// NOTE, followed by the works that a citation of GROUNDS rests on.
static char *note_of(const struct call *call, const struct revision *revision, const char *note,
                     struct citation_grounds grounds)
{
    struct buffer out = {0};
    int64_t record = grounds.record;
    AUTO(json) json_t *official = record ? sources_of_official(call, revision, record) : NULL;
    bool own = json_array_size(official) > 0; // works that we have read ourselves
    AUTO(json)
    json_t *sources = own             ? json_incref(official)
                      : grounds.works ? sources_noted(call, revision, grounds.works)
                                      : sources_of_dataset(call, revision,
                                                           record ? CORPUS_PAPER : grounds.corpus);
    AUTO(json) json_t *works = record && !own ? sources_of_record(call, revision, record) : NULL;
    buffer_add_text(&out, note ? note : "");
    buffer_add_text(&out, note && json_array_size(sources) ? "; " : "");
    sources_write(sources, works, &out);
    return buffer_take(&out, NULL);
}

json_t *citation_item(const struct call *call, const struct revision *revision, const char *part,
                      const char *path, const char *note, struct citation_grounds grounds)
{
    int year = 0, month = 0, day = 0;
    AUTO(text) char *whole = note_of(call, revision, note, grounds);
    AUTO(text) char *address = citation_address(call, path);
    sscanf(revision->time, "%d-%d-%d", &year, &month, &day);
    return json_pack("{so ss so s[{so}] s{s[[iii]]} ss ss*}", "id", key_of(revision, path), "type",
                     "dataset", "title", title_of(call, revision, part), "author", "literal",
                     citation_editor(call, revision), "issued", "date-parts", year, month, day,
                     "URL", address, "note", whole && *whole ? whole : NULL);
}

// In the order of APA style for data sets.
static json_t *sentence_of(const json_t *item)
{
    const char *note = json_text(item, "note");
    const json_t *author = json_at_pointer(item, "/author/0/literal");
    const json_t *year = json_at_pointer(item, "/issued/date-parts/0/0");
    return json_sprintf("%s (%lld). %s [Data set]. %s%s%s%s", json_string_value(author),
                        (long long)json_integer_value(year), json_text(item, "title"),
                        json_text(item, "URL"), note ? " (" : "", note ? note : "",
                        note ? ")" : "");
}

static json_t *entry_of(const json_t *item, void (*write)(const json_t *csl, struct buffer *out))
{
    struct buffer out = {0};
    write(item, &out);
    json_t *entry = out.failed ? NULL : json_string(buffer_text(&out));
    buffer_cleanup(&out);
    return entry;
}

json_t *citation_forms(json_t *item)
{
    if (!item)
        return NULL;
    return json_pack("{so so so so}", "text", sentence_of(item), "bibtex",
                     entry_of(item, bibtex_write), "ris", entry_of(item, ris_write), "csl", item);
}
