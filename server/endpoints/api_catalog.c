// Serves the API catalogue (RFC 9727) that clients can ask any host for: this API, its description,
// documentation and status.
#include <string.h>

#include "endpoints/operations.h"
#include "http/links.h"

#define PROFILE "https://www.rfc-editor.org/info/rfc9727"

// What is linked about the API, by relation.
static const struct {
    const char *relation, *path, *type;
} targets[] = {
    {"service-desc", "/openapi.json", "application/json"},
    {"service-desc", "/openapi.yaml", "application/yaml"},
    {"service-doc", "/docs", "text/html"},
    {"service-meta", "/v1/dataset?format=dcat", "application/ld+json"},
    {"status", "/readyz", "application/json"},
};

enum { TARGET_COUNT = sizeof targets / sizeof *targets };

static json_t *target_at(const struct call *call, const char *path, const char *type)
{
    return json_pack("{so ss*}", "href", json_sprintf("%s%s", call->public_url, path), "type",
                     type);
}

// Writes a linkset (RFC 9264) with targets by relation.
static json_t *linkset_of(const struct call *call)
{
    json_t *catalogue = json_pack("{so s[o]}", "anchor",
                                  json_sprintf("%s%s", call->public_url, call->operation->path),
                                  "item", target_at(call, "/", NULL));
    json_t *interface = json_pack("{so}", "anchor", json_sprintf("%s/", call->public_url));
    for (size_t i = 0; i < TARGET_COUNT; i++) {
        json_t *list = json_object_get(interface, targets[i].relation);
        json_t *target = target_at(call, targets[i].path, targets[i].type);
        if (list)
            json_array_append_new(list, target);
        else
            json_object_set_new(interface, targets[i].relation, json_pack("[o]", target));
    }
    return json_pack("{s[oo]}", "linkset", catalogue, interface);
}

enum err api_catalog_serve(struct call *call)
{
    const struct link links[] = {{NULL, "api-catalog", call->operation->path}, {NULL, "item", "/"}};
    AUTO(json) json_t *linkset = linkset_of(call);
    AUTO(text) char *text = linkset ? json_write(linkset, 0) : NULL;
    if (!text)
        return problem_memory(&call->problem);
    links_tell(call->base, links, sizeof links / sizeof *links, call->response);
    return call_answer_fixed(call, "application/linkset+json; profile=\"" PROFILE "\"", text,
                             strlen(text));
}
