// Serves the web pages, which are embedded in the program: the contract to read and try (/docs),
// and the explorer (/explore).
#include <ctype.h>
#include <string.h>

#include "base/embedded.h"
#include "endpoints/operations.h"
#include "endpoints/website.h"

struct site {
    const char *folder; // of its files, served below the page's own path
    const char *file;
    const char *parameter; // the path parameter that names one of its files
    const char *policy;    // the Content-Security-Policy: everything comes from this service
};

// Swagger UI and Plot set styles; Swagger UI has icons in data URLs.
static const struct site docs = {
    "docs/", "docs.html", "asset",
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"};
static const struct site explorer = {
    "explore/", "explore.html", "file",
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self';"
    " font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"};

bool website_is_folder(const char *target, size_t length)
{
    static const struct site *const sites[] = {&docs, &explorer};
    for (size_t i = 0; i < sizeof sites / sizeof *sites; i++)
        if (length == strlen(sites[i]->folder) + 1 && *target == '/' &&
            memcmp(target + 1, sites[i]->folder, length - 1) == 0)
            return true;
    return false;
}

static const struct asset *asset_named(const struct site *site, const char *file)
{
    size_t length = strlen(site->folder);
    for (size_t i = 0; i < embedded_asset_count; i++)
        if (strncmp(embedded_assets[i].name, site->folder, length) == 0 &&
            strcmp(embedded_assets[i].name + length, file) == 0)
            return &embedded_assets[i];
    return NULL;
}

// Whether a file name contains a hash of its content, as the bundler writes it: app-7KQ2N4XA.js.
static bool name_is_hash(const char *name)
{
    enum { HASH_LENGTH = 8 };
    const char *dash = strrchr(name, '-');
    size_t length = 0;
    while (dash &&
           (isupper((unsigned char)dash[length + 1]) || isdigit((unsigned char)dash[length + 1])))
        length++;
    return length == HASH_LENGTH && dash[length + 1] == '.';
}

static enum err asset_answer(struct call *call, const struct site *site, const struct asset *asset)
{
    response_header(call->response, "Content-Security-Policy", "%s", site->policy);
    response_header(call->response, "Referrer-Policy", "no-referrer");
    call->response->gzipped = true;
    call->response->immutable = name_is_hash(asset->name);
    return call_answer_fixed(call, asset->type, asset->bytes, (size_t)(asset->end - asset->bytes));
}

static enum err page_answer(struct call *call, const struct site *site)
{
    return asset_answer(call, site, asset_named(site, site->file));
}

static enum err file_answer(struct call *call, const struct site *site)
{
    const struct asset *asset = asset_named(site, call->argument);
    if (asset && strcmp(call->argument, site->file) != 0)
        return asset_answer(call, site, asset);
    problem_set(&call->problem, ERR_NOT_FOUND, "The page has no file '%.100s'.", call->argument);
    problem_culprit(&call->problem, "path", site->parameter, "there is no such file", NULL, NULL);
    return ERR_NOT_FOUND;
}

enum err website_docs(struct call *call)
{
    return page_answer(call, &docs);
}

enum err website_docs_asset(struct call *call)
{
    return file_answer(call, &docs);
}

enum err website_explorer(struct call *call)
{
    return page_answer(call, &explorer);
}

enum err website_explorer_asset(struct call *call)
{
    return file_answer(call, &explorer);
}
