// Serves the page for people: the contract to read and to try, by files that are part of the
// program.
#include <string.h>

#include "base/embedded.h"
#include "endpoints/operations.h"

// Everything comes from this service; Swagger UI sets styles, and draws icons from data.
static const char policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

static const struct asset *asset_named(const char *name)
{
    for (size_t i = 0; i < embedded_asset_count; i++)
        if (strcmp(embedded_assets[i].name, name) == 0)
            return &embedded_assets[i];
    return NULL;
}

static enum err asset_answer(struct call *call, const struct asset *asset)
{
    response_header(call->response, "Content-Security-Policy", "%s", policy);
    response_header(call->response, "Referrer-Policy", "no-referrer");
    return call_answer_fixed(call, asset->type, asset->bytes, (size_t)(asset->end - asset->bytes));
}

enum err serve_docs(struct call *call)
{
    return asset_answer(call, asset_named("docs.html"));
}

enum err serve_docs_asset(struct call *call)
{
    const struct asset *asset = asset_named(call->argument);
    if (asset && asset != asset_named("docs.html"))
        return asset_answer(call, asset);
    problem_set(&call->problem, ERR_NOT_FOUND, "The page has no file '%.100s'.", call->argument);
    problem_culprit(&call->problem, "path", "asset", "there is no such file", NULL, NULL);
    return ERR_NOT_FOUND;
}
