// Tests the nearest spelling before suggesting it.
#include "endpoints/suggestion.h"

#include "query/respell.h"

// Whether a search for TEXT finds anything, with the filters of SELECTION.
static enum err text_try(const struct selection *selection, struct search_text text,
                         bool *ret_finds)
{
    const char *fault;
    int64_t count = 0;
    struct buffer match = {0};
    struct query query = selection->query;
    struct connection *connection = selection->call->connection;
    bool good = search_terms_read(connection->database, connection->spellings, &selection->revision,
                                  text, &match, &fault);
    query.match = buffer_text(&match);
    enum err err = good && !match.failed ? query_count(connection->database, &query, &count) : OK;
    buffer_cleanup(&match);
    *ret_finds = count > 0;
    return err ? err : database_failure(connection->database);
}

enum err suggestion_write(const struct selection *selection, struct buffer *out)
{
    struct buffer nearest = {0};
    bool finds = false;
    enum err err = OK;
    struct database *database = selection->call->connection->database;
    const char *q = json_text(selection->arguments, "q");
    bool typed = json_is_true(json_object_get(selection->arguments, "prefix"));
    if (q && !selection->total && respell_text(database, (struct search_text){q, typed}, &nearest))
        err = text_try(selection, (struct search_text){buffer_text(&nearest), typed}, &finds);
    buffer_add_text(out, ",\"suggestion\":");
    buffer_add_json_text(out, finds ? buffer_text(&nearest) : NULL);
    buffer_cleanup(&nearest);
    return err || database_failure(database) ? call_database_problem(selection->call) : OK;
}
