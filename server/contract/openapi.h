// The contract (api/openapi.yaml, OpenAPI 3.1) as the program reads it: operations, parameters,
// schemas.
//
// A struct openapi does not change once it is made; any number of threads may read it.
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
    bool ordered;         // of a list: its order means something, and each value may stand once
    const json_t *schema; // with the reference resolved
    const json_t *default_value; // or NULL
    const struct schema *check;
};

struct operation {
    const char *id;
    const char *method;
    const char *path;                   // a template such as /v1/events/{id}
    const struct parameter *parameters; // by name
    size_t parameter_count;
    const char *const *parameter_names; // those in the query, in the contract's order
    size_t parameter_name_count;
};

struct openapi;

// Reads the embedded contract. NULL, with a reason in RET_FAULT, where it cannot be used. Freed
// with openapi_free.
struct openapi *openapi_new(char ret_fault[static SPEC_FAULT_SIZE]);
void openapi_free(struct openapi *spec);

const struct operation *openapi_operations(const struct openapi *spec, size_t *ret_count);
const struct parameter *openapi_parameter(const struct operation *operation, const char *name);

// The values of a closed list that PARAMETER takes, borrowed; NULL where it is none.
const json_t *openapi_values(const struct openapi *spec, const struct parameter *parameter);

// The same with what they are called and mean, in order: objects with `value`, `title`,
// `definition` and perhaps `example`; NULL where the contract does not say so.
const json_t *openapi_closed_list(const struct openapi *spec, const struct parameter *parameter);

// The title of VALUE in such a list; NULL where the list, which may be NULL, has none.
const char *openapi_title(const json_t *list, const char *value);

// The first paragraph of a description, behind which a closed list tells its values; freed by the
// caller, NULL when memory ends.
char *openapi_first_paragraph(const char *description);

// Whether COUNT decoded SEGMENTS are of TEMPLATE; `{name}` takes any one segment that is not empty,
// whose number is left in *RET_ARGUMENT (SIZE_MAX where the template has none).
bool openapi_path_matches(const char *template, char *const *segments, size_t count,
                          size_t *ret_argument);

// The schema components/schemas/NAME, for json_schema_check; NULL where there is none.
const struct schema *openapi_schema(const struct openapi *spec, const char *name);
const json_t *openapi_document(const struct openapi *spec);

// The names of the properties of the object schema components/schemas/NAME: of its first `allOf`
// branch, its own, those of the other branches. An array of strings, borrowed; NULL where there is
// no such schema.
const json_t *openapi_properties(const struct openapi *spec, const char *name);

// VALUE with the keys of its objects, at every depth, in the order in which the schema
// components/schemas/NAME tells them; keys that the schema does not know are left out. A new
// reference; NULL when memory ends.
json_t *openapi_arrange(const struct openapi *spec, const char *name, const json_t *value);

#endif
