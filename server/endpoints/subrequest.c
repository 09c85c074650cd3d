// Serves a request that a handler makes of the service itself.
#include "endpoints/subrequest.h"

#include <string.h>

#include "contract/arguments.h"

static enum err row_serve(struct call *call, const struct operation_row *row)
{
    if (call->connection)
        return row->serve(call);
    enum err err = pool_take(call->pool, &call->connection, &call->problem);
    if (!err)
        err = row->serve(call);
    pool_give(call->pool, call->connection, err);
    call->connection = NULL;
    return err;
}

enum err subrequest_serve(struct subrequest *inner, const struct call *outer, const char *target,
                          bool (*wanted)(const struct operation_row *row))
{
    struct call *call = &inner->call;
    size_t length = strcspn(target, "?");
    *inner = (struct subrequest){.request = {.method = "GET", .target = target}};
    *call = (struct call){.spec = outer->spec,
                          .public_url = outer->public_url,
                          .request = &inner->request,
                          .pool = outer->pool,
                          .connection = outer->connection,
                          .response = &inner->response};
    enum err err = route_find(call->spec, target, length, "GET", &call->problem, &inner->route);
    if (err)
        return err;
    call->operation = inner->route.operation;
    call->argument = inner->route.argument;
    const struct operation_row *row = call->operation ? operations_find(call->operation->id) : NULL;
    if (!row || !wanted(row))
        return problem_set(&call->problem, ERR_BAD_PARAMETER,
                           "%.200s is neither a list of records nor a record.", target);
    err = arguments_read(call->spec, call->operation, target[length] ? target + length + 1 : NULL,
                         &call->problem, &call->arguments);
    if (err)
        return err;
    call->collection = collection_numbered(row->collection);
    call->media = output_format_choose(call->operation, call->arguments, NULL);
    err = output_format_check(call->media, call->operation, call->arguments, &call->problem);
    return err ? err : row_serve(call, row);
}

void subrequest_cleanup(struct subrequest *inner)
{
    json_decref(inner->call.arguments);
    problem_cleanup(&inner->call.problem);
    response_cleanup(&inner->response);
    route_cleanup(&inner->route);
}
