// Calls handlers.
#include "endpoints/dispatch.h"

#include <string.h>

#include "contract/arguments.h"
#include "endpoints/parameters.h"
#include "endpoints/spreadsheet.h"

// Links repeat the address in canonical form with a pin, a format or a position added, and must not
// become too long to be requested.
static enum err canonical_check(struct call *call)
{
    enum { BEHIND = 128, GROWTH = 3, CANONICAL_MAX = DISPATCH_TARGET_MAX - BEHIND };
    struct buffer canonical = {0};
    if (strlen(call->request->target) < CANONICAL_MAX / GROWTH)
        return OK;
    arguments_write(call->operation, call->arguments, NULL, &canonical);
    size_t length = strlen(call->operation->path) + 1 + canonical.length;
    buffer_cleanup(&canonical);
    if (length <= CANONICAL_MAX)
        return OK;
    problem_culprit(&call->problem, "path", "", "too long in canonical form", NULL, NULL);
    return problem_set(&call->problem, ERR_URL_TOO_LONG,
                       "The address has %zu bytes in canonical form; at most %d are answered.",
                       length, CANONICAL_MAX);
}

// statement_step() returns false at the end and on failure alike, so failures are checked here.
static enum err serve(struct call *call)
{
    enum err err = call->row->serve(call);
    if (!call->row->reads || !database_failure(call->connection->database))
        return err;
    // A failed read may have looked like a missing record, so the database's failure takes
    // precedence.
    problem_cleanup(&call->problem);
    return connection_problem(call->connection, &call->problem);
}

static enum err serve_connected(struct call *call)
{
    if (call->connection || !call->row->reads)
        return serve(call);
    enum err err = pool_take(call->pool, &call->connection, &call->problem);
    if (!err)
        err = serve(call);
    pool_give(call->pool, call->connection, err);
    call->connection = NULL;
    return err ? err : spreadsheet_make(call);
}

// Leaves slow work of a hurried call to another thread. A handler that makes a file decides itself,
// because the file may exist already.
static enum err long_work_leave(struct call *call)
{
    enum operation_work work = call->row->work;
    bool light = call->format->shape == SHAPE_ENVELOPE && parameters_are_light(call);
    if (spreadsheet_is_asked(call))
        return call_leave(call, LEFT_FILE);
    if (work == WORK_QUERY || (work == WORK_SOON && call->row->reads && !light))
        return call_leave(call, LEFT_QUERY);
    return OK;
}

enum err dispatch(struct call *call, const struct route *route, const char *query)
{
    call->operation = route->operation;
    call->argument = route->argument;
    call->row = operations_find(route->operation->id);
    call->collection = collection_numbered(call->row->collection);
    enum err err =
        arguments_read(call->spec, call->operation, query, &call->problem, &call->arguments);
    if (!err)
        err = canonical_check(call);
    if (err)
        return err;
    call->format = output_format_choose(call->operation, call->arguments, call->request->accept);
    call->response->negotiated = output_format_negotiates(call->operation);
    if (spreadsheet_is_asked(call))
        spreadsheet_expect(call->response);
    err = parameters_check_format(call);
    if (!err)
        err = long_work_leave(call);
    if (!err)
        err = serve_connected(call);
    spreadsheet_free(TAKE(call->spreadsheet));
    return err;
}
