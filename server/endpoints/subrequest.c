// Serves a request that a handler makes to the service itself.
#include "endpoints/subrequest.h"

#include <string.h>

#include "endpoints/dispatch.h"

enum err subrequest_serve(struct subrequest *inner, const struct call *outer, const char *target,
                          bool (*wanted)(const struct operation_row *row))
{
    struct call *call = &inner->call;
    size_t length = strcspn(target, "?");
    *inner = (struct subrequest){.request = {.method = "GET", .target = target}};
    *call = (struct call){.spec = outer->spec,
                          .public_url = outer->public_url,
                          .base = outer->base,
                          .request = &inner->request,
                          .pool = outer->pool,
                          .connection = outer->connection,
                          .response = &inner->response};
    enum err err = route_find(call->spec, target, length, "GET", &call->problem, &inner->route);
    if (err)
        return err;
    const struct operation *operation = inner->route.operation;
    if (!operation || !wanted(operations_find(operation->id)))
        return problem_set(&call->problem, ERR_BAD_PARAMETER,
                           "%.200s is no address of records, nor of what is counted of them.",
                           target);
    return dispatch(call, &inner->route, target[length] ? target + length + 1 : NULL);
}

void subrequest_cleanup(struct subrequest *inner)
{
    json_decref(inner->call.arguments);
    problem_cleanup(&inner->call.problem);
    response_cleanup(&inner->response);
    route_cleanup(&inner->route);
}
