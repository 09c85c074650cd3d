// What all handlers share: the revision asked for, tags and caching, responses.
#include "endpoints/call.h"

#include <stdio.h>
#include <string.h>

#include "http/conditional.h"

enum err call_database_problem(struct call *call)
{
    return connection_problem(call->connection, &call->problem);
}

enum err call_revision_named(struct call *call, const char *name, const char *text,
                             struct revision *ret_revision)
{
    enum err err = revision_find(call->connection->database, text, ret_revision);
    if (err == ERR_UNKNOWN_REVISION)
        problem_set(&call->problem, err, "This database has no revision '%s'.", text);
    else if (err == ERR_BAD_PARAMETER)
        problem_set(&call->problem, err,
                    "'%s' is '%s': a revision, a release such as 2026.11, or a time such as"
                    " 2026-11-23 is expected.",
                    name, text);
    else if (err)
        return call_database_problem(call);
    if (err)
        problem_culprit(&call->problem, "query", name, "names no revision of this database", NULL,
                        NULL);
    return err;
}

enum err call_revision(struct call *call, struct revision *ret_revision)
{
    const char *as_of = json_text(call->arguments, "as_of");
    if (as_of)
        return call_revision_named(call, "as_of", as_of, ret_revision);
    *ret_revision = call->connection->newest;
    return OK;
}

const struct collection *call_collection(const struct call *call)
{
    for (size_t i = 0; i < COLLECTION_COUNT; i++) {
        size_t length = strlen(collections[i].name);
        const char *path = call->operation->path + strlen("/v1/");
        if (strncmp(path, collections[i].name, length) == 0 && path[length] == '/')
            return &collections[i];
    }
    return NULL;
}

enum err call_leave(struct call *call, enum left left)
{
    if (!call->request->hurried)
        return OK;
    call->response->left = left;
    return problem_set(&call->problem, ERR_BUSY, "This takes long.");
}

const char *call_licence(const struct call *call)
{
    return json_string_value(
        json_at_pointer(openapi_document(call->spec), "/info/x-dataset/licence/url"));
}

bool call_is_fresh(struct call *call, const char *tag, const char *time)
{
    struct response *response = call->response;
    const struct request *request = call->request;
    snprintf(response->tag, sizeof response->tag, "%s", tag);
    response->modified = conditional_time_read(time);
    response->pinned = json_object_get(call->arguments, "as_of") != NULL;
    response->keepable = true;
    response->revision = call->connection ? revision_identity(&call->connection->newest) : 0;
    if (!conditional_is_fresh(request->if_none_match, request->if_modified_since, tag,
                              response->modified))
        return false;
    response->status = 304;
    return true;
}

enum err call_answer(struct call *call, const char *type, struct buffer *body)
{
    size_t length;
    char *bytes = buffer_take(body, &length);
    if (!bytes)
        return problem_memory(&call->problem);
    call->response->status = 200;
    response_body(call->response, type, bytes, length);
    return OK;
}

enum err call_answer_json(struct call *call, const char *type, const json_t *body)
{
    struct buffer out = {0};
    AUTO(text) char *text = body ? json_write(body, 0) : NULL;
    if (database_failure(call->connection->database))
        return call_database_problem(call);
    if (!text)
        return problem_memory(&call->problem);
    buffer_add_text(&out, text);
    return call_answer(call, type, &out);
}

enum err call_answer_fixed(struct call *call, const char *type, const void *bytes, size_t length)
{
    char tag[DIGEST_HEX_SIZE];
    struct buffer seed = {0}, body = {0};
    buffer_add(&seed, bytes, length);
    if (!digest_tag(&seed, tag))
        return problem_memory(&call->problem);
    if (call_is_fresh(call, tag, NULL))
        return OK;
    buffer_add(&body, bytes, length);
    return call_answer(call, type, &body);
}
