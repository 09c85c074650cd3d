// The contract (api/openapi.yaml, OpenAPI 3.1) as the program uses it: operations, parameters,
// schemas.
//
// A struct openapi does not change once it is made, so any number of threads may read it.
#ifndef RELATA_CONTRACT_OPENAPI_H
#define RELATA_CONTRACT_OPENAPI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/json.h"
#include "schema/json_schema.h"

enum { SPEC_FAULT_SIZE = 1024 };

enum parameter_kind { PARAMETER_TEXT, PARAMETER_INTEGER, PARAMETER_BOOLEAN, PARAMETER_LIST };

struct parameter {
    const char *name;
    const char *collection; // `x-collection`: the values are ids of it; or NULL
    enum parameter_kind kind;
    bool in_path;
    bool required;
    bool ordered;                // for a list: its order matters, and each value may occur once
    const json_t *schema;        // with references resolved
    const json_t *default_value; // or NULL
    const struct schema *check;
};

struct operation {
    const char *id;
    const char *method;
    const char *path;                   // a template such as /v1/events/{id}
    const struct parameter *parameters; // sorted by name
    size_t parameter_count;
    const char *const *parameter_names; // the query parameters, in the contract's order
    size_t parameter_name_count;
};

struct openapi;

// Parses the embedded contract. NULL, with a reason in RET_FAULT, if it is unusable. Free it with
// openapi_free.
struct openapi *openapi_new(char ret_fault[static SPEC_FAULT_SIZE]);
void openapi_free(struct openapi *spec);

const struct operation *openapi_operations(const struct openapi *spec, size_t *ret_count);
const struct parameter *openapi_parameter(const struct operation *operation, const char *name);

// The closed list of values of PARAMETER, borrowed; NULL if it has none.
const json_t *openapi_values(const struct openapi *spec, const struct parameter *parameter);
// The same for the schema components/schemas/NAME.
const json_t *openapi_schema_values(const struct openapi *spec, const char *name);

// The same with titles and definitions, in order: objects with `value`, `title`, `definition` and
// optionally `example`; NULL if the contract does not give them.
const json_t *openapi_closed_list(const struct openapi *spec, const struct parameter *parameter);

// The title of VALUE in such a list; NULL if the list lacks it or is NULL.
const char *openapi_title(const json_t *list, const char *value);

// The first paragraph of a description, without the values of a closed list that follow it. The
// caller frees it; NULL if memory runs out.
char *openapi_first_paragraph(const char *description);

// Whether COUNT decoded SEGMENTS match TEMPLATE. `{name}` matches any one segment that is not
// empty; its index is stored in *RET_ARGUMENT (SIZE_MAX if the template has none).
bool openapi_path_matches(const char *template, char *const *segments, size_t count,
                          size_t *ret_argument);

// The schema components/schemas/NAME, for json_schema_check; NULL if there is none.
const struct schema *openapi_schema(const struct openapi *spec, const char *name);
const json_t *openapi_document(const struct openapi *spec);

// The property names of the object schema components/schemas/NAME: those of its first `allOf`
// branch, its own, then those of the other branches. An array of strings, borrowed; NULL if there
// is no such schema.
const json_t *openapi_properties(const struct openapi *spec, const char *name);

// VALUE with the keys of all its objects in the order in which the schema components/schemas/NAME
// lists them; keys that the schema does not know are dropped. A new reference; NULL if memory runs
// out.
json_t *openapi_arrange(const struct openapi *spec, const char *name, const json_t *value);

#endif
