// Reads works from references and names them briefly: Aslam, Imran & Zahid (n.d.).
#include "endpoints/sources.h"

// Adds the works that READ finds to WORKS.
static void works_take(const struct call *call, struct statement *read, json_t *works)
{
    json_error_t error;
    while (statement_step(read)) {
        AUTO(json) json_t *csl = json_loads(statement_text(read, 0), 0, &error);
        json_array_append_new(works, csl ? openapi_arrange(call->spec, "Csl", csl) : NULL);
    }
}

static json_t *works_read(const struct call *call, const char *sql, int64_t revision,
                          int64_t record)
{
    struct statement *read = database_prepare(call->connection->database, sql);
    if (!read)
        return NULL;
    json_t *works = json_array();
    statement_bind_integer(read, 1, revision);
    if (record)
        statement_bind_integer(read, 2, record);
    works_take(call, read, works);
    return works;
}

#define VALID(alias) alias ".valid_from <= ?1 AND " alias ".valid_to > ?1"

#define SOURCES_OF(condition)                                                                      \
    "SELECT v.body -> '$.csl' FROM reference r JOIN version v ON v.key = r.version "               \
    "WHERE " condition " AND " VALID("r") " ORDER BY r.status = 'official', r.id"

json_t *sources_of_dataset(const struct call *call, const struct revision *revision,
                           enum corpus corpus)
{
    static const char *const found[] = {[CORPUS_ANY] =
                                            SOURCES_OF("r.status IN ('source', 'official')"),
                                        [CORPUS_PAPER] = SOURCES_OF("r.status = 'source'"),
                                        [CORPUS_OFFICIAL] = SOURCES_OF("r.status = 'official'")};
    return works_read(call, found[corpus], revision->number, 0);
}

json_t *sources_of_official(const struct call *call, const struct revision *revision,
                            int64_t record)
{
    return works_read(call,
                      SOURCES_OF("r.status = 'official' AND (r.record = ?2 OR r.id IN"
                                 " (SELECT value FROM entry e WHERE e.record = ?2"
                                 " AND e.field = 'reference' AND " VALID("e") "))"),
                      revision->number, record);
}

bool sources_note(const struct call *call, int64_t revision, int64_t record, json_t *ids)
{
    struct statement *read = database_prepare(
        call->connection->database,
        "SELECT r.id FROM entry e JOIN reference r ON r.id = e.value AND r.status = 'official'"
        " AND " VALID("r") " WHERE e.record = ?2 AND e.field = 'reference' AND " VALID(
            "e") " UNION ALL SELECT r.id FROM reference r WHERE r.record = ?2 AND r.status = "
                 "'official'"
                 " AND " VALID("r"));
    if (!read)
        return false;
    statement_bind_integer(read, 1, revision);
    statement_bind_integer(read, 2, record);
    bool good = true, official = false;
    while (good && statement_step(read)) {
        official = true;
        good = json_object_set_new(ids, statement_text(read, 0), json_true()) == 0;
    }
    statement_reset(read);
    return good && (official || json_object_set_new(ids, "", json_true()) == 0) &&
           !database_failure(call->connection->database);
}

json_t *sources_noted(const struct call *call, const struct revision *revision, const json_t *ids)
{
    json_t *works = json_array();
    AUTO(text) char *text = json_write(ids, 0);
    struct statement *read = database_prepare(
        call->connection->database,
        SOURCES_OF("(r.status = 'official' AND r.id IN (SELECT key FROM json_each(?2))"
                   " OR r.status = 'source' AND '' IN (SELECT key FROM json_each(?2)))"));
    if (!read || !text)
        return works;
    statement_bind_integer(read, 1, revision->number);
    statement_bind_text(read, 2, text);
    works_take(call, read, works);
    return works;
}

json_t *sources_of_record(const struct call *call, const struct revision *revision, int64_t record)
{
    return works_read(
        call,
        "SELECT v.body -> '$.csl' FROM entry e JOIN reference r ON r.id = e.value"
        " AND " VALID("r") " JOIN version v ON v.key = r.version WHERE e.record = ?2"
                           " AND e.field = 'reference' AND " VALID("e") " AND r.status <> 'source'"
                                                                        " ORDER BY r.id",
        revision->number, record);
}

static const char *creator_name(const json_t *creator)
{
    const char *family = json_text(creator, "family"), *literal = json_text(creator, "literal");
    return family ? family : literal ? literal : "";
}

// `A, B & C (1999)`
static void source_write(const json_t *work, struct buffer *out)
{
    size_t i;
    const json_t *creator, *creators = json_object_get(work, "author");
    const json_t *year = json_at_pointer(work, "/issued/date-parts/0/0");
    if (!creators)
        creators = json_object_get(work, "editor");
    json_array_foreach (creators, i, creator) {
        buffer_add_text(out, !i ? "" : i + 1 == json_array_size(creators) ? " & " : ", ");
        buffer_add_text(out, creator_name(creator));
    }
    if (!creators)
        buffer_add_text(out, json_text(work, "title") ? json_text(work, "title") : "");
    if (json_is_integer(year))
        buffer_add_format(out, " (%lld)", (long long)json_integer_value(year));
    else
        buffer_add_text(out, " (n.d.)");
}

static void works_write(const json_t *works, bool titled, struct buffer *out)
{
    size_t i;
    const json_t *work;
    json_array_foreach (works, i, work) {
        const char *title = titled ? json_text(work, "title") : NULL;
        buffer_add_text(out, i ? "; " : "");
        source_write(work, out);
        buffer_add_text(out, title ? ", " : "");
        buffer_add_text(out, title ? title : "");
    }
}

void sources_write(const json_t *sources, const json_t *works, struct buffer *out)
{
    bool other = json_array_size(works) > 0;
    if (!json_array_size(sources))
        return;
    buffer_add_text(out, "based on ");
    works_write(works, false, out);
    buffer_add_text(out, other ? ", as read in " : "");
    works_write(sources, true, out);
}
