// Parses the embedded OpenAPI document once, into tables of operations and parameters.
#include "contract/openapi.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/embedded.h"
#include "base/memory.h"
#include "contract/string_formats.h"

// The order of the keys of an object, and recursively that of its values and items.
struct arrangement {
    json_t *names;
    struct arrangement **properties; // one per name; NULL leaves the value as it is
    size_t count;
    struct arrangement *items;
};

// One schema of components/schemas.
struct component {
    const char *name;
    const json_t *schema;
    const struct schema *compiled;
    json_t *properties; // property names
    pthread_mutex_t arranging;
    struct arrangement *arrangement; // computed on first use
    bool arranged;                   // whether it has been computed
};

struct openapi {
    json_t *document;
    struct schema_set *schemas;
    struct operation *operations;
    size_t operation_count;
    struct component *components;
    size_t component_count;
};

static const json_t *resolve(const json_t *document, const json_t *value)
{
    const char *reference = json_text(value, "$ref");
    return reference && *reference == '#' ? json_at_pointer(document, reference + 1) : value;
}

static enum parameter_kind parameter_kind_of(const json_t *schema)
{
    const char *type = json_text(schema, "type");
    if (type && strcmp(type, "array") == 0)
        return PARAMETER_LIST;
    if (type && strcmp(type, "integer") == 0)
        return PARAMETER_INTEGER;
    return type && strcmp(type, "boolean") == 0 ? PARAMETER_BOOLEAN : PARAMETER_TEXT;
}

// Parameters are defined in components, so the pointer to a parameter's schema is its reference
// followed by /schema.
static const struct schema *parameter_check(struct openapi *spec, const char *pointer,
                                            const char *name, char *ret_fault)
{
    struct schema_fault fault;
    const struct schema *check = json_schema_set_compile(spec->schemas, pointer, &fault);
    if (!check)
        snprintf(ret_fault, SPEC_FAULT_SIZE, "parameter %s: %s: %s", name, fault.pointer,
                 fault.detail);
    return check;
}

static bool parameter_read(struct openapi *spec, const json_t *given, const char *place,
                           struct parameter *ret_parameter, char *ret_fault)
{
    char pointer[384];
    const char *reference = json_text(given, "$ref");
    const json_t *parameter = resolve(spec->document, given);
    const json_t *schema = resolve(spec->document, json_object_get(parameter, "schema"));
    const char *name = json_text(parameter, "name"), *in = json_text(parameter, "in");
    if (!name || !in || !schema) {
        snprintf(ret_fault, SPEC_FAULT_SIZE, "%s: a parameter lacks name, in or schema", place);
        return false;
    }
    snprintf(pointer, sizeof pointer, "%s/schema", reference ? reference + 1 : place);
    *ret_parameter = (struct parameter){
        .name = name,
        .collection = json_text(schema, "x-collection"),
        .kind = parameter_kind_of(schema),
        .in_path = strcmp(in, "path") == 0,
        .required = json_is_true(json_object_get(parameter, "required")),
        .ordered = json_is_true(json_object_get(schema, "uniqueItems")),
        .schema = schema,
        .default_value = json_object_get(schema, "default"),
        .check = parameter_check(spec, pointer, name, ret_fault),
    };
    return ret_parameter->check != NULL;
}

static int parameter_order(const void *a, const void *b)
{
    return strcmp(((const struct parameter *)a)->name, ((const struct parameter *)b)->name);
}

static bool parameters_read(struct openapi *spec, struct operation *operation, const json_t *list,
                            const char *place, char *ret_fault)
{
    size_t i, count = json_array_size(list);
    const json_t *given;
    char item[320];
    struct parameter *parameters = calloc(count + 1, sizeof *parameters);
    const char **names = calloc(count + 1, sizeof *names);
    operation->parameters = parameters;
    operation->parameter_names = names;
    if (!parameters || !names)
        return false;
    json_array_foreach (list, i, given) {
        snprintf(item, sizeof item, "%s/parameters/%zu", place, i);
        if (!parameter_read(spec, given, item, &parameters[i], ret_fault))
            return false;
        operation->parameter_count++;
        if (!parameters[i].in_path)
            names[operation->parameter_name_count++] = parameters[i].name;
    }
    qsort(parameters, count, sizeof *parameters, parameter_order);
    return true;
}

// The place of an operation as a JSON pointer, with the slashes of its path as ~1.
static void place_write(const char *path, const char *method, char *place, size_t size)
{
    size_t n = (size_t)snprintf(place, size, "/paths/");
    for (; *path && n + 16 < size; path++) {
        if (*path == '/')
            n += (size_t)snprintf(place + n, size - n, "~1");
        else
            place[n++] = *path;
    }
    snprintf(place + n, size - n, "/%s", method);
}

static const char *method_name(const char *key)
{
    static const char *const methods[][2] = {
        {"get", "GET"}, {"post", "POST"}, {"put", "PUT"}, {"patch", "PATCH"}, {"delete", "DELETE"}};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (strcmp(key, methods[i][0]) == 0)
            return methods[i][1];
    return NULL;
}

static bool operation_read(struct openapi *spec, const char *path, const char *key,
                           const json_t *value, char *ret_fault)
{
    char place[256];
    struct operation *operation = &spec->operations[spec->operation_count++];
    place_write(path, key, place, sizeof place);
    *operation = (struct operation){
        .id = json_text(value, "operationId"), .method = method_name(key), .path = path};
    if (!operation->id || !operation->method) {
        snprintf(ret_fault, SPEC_FAULT_SIZE, "%s: no operationId, or a method that is not served",
                 place);
        return false;
    }
    return parameters_read(spec, operation, json_object_get(value, "parameters"), place, ret_fault);
}

static bool operations_read(struct openapi *spec, char *ret_fault)
{
    const char *path, *key;
    json_t *item, *value;
    size_t count = 0;
    json_t *paths = json_object_get(spec->document, "paths");
    json_object_foreach (paths, path, item)
        count += json_object_size(item);
    spec->operations = calloc(count + 1, sizeof *spec->operations);
    if (!spec->operations)
        return false;
    json_object_foreach (paths, path, item)
        json_object_foreach (item, key, value)
            if (!operation_read(spec, path, key, value, ret_fault))
                return false;
    return true;
}

static void property_names_add(const json_t *document, const json_t *schema, json_t *names)
{
    const char *name;
    json_t *value;
    json_object_foreach (json_object_get(resolve(document, schema), "properties"), name, value) {
        bool known = false;
        size_t i;
        json_t *other;
        json_array_foreach (names, i, other)
            known |= strcmp(json_string_value(other), name) == 0;
        if (!known)
            json_array_append_new(names, json_string(name));
    }
}

static json_t *properties_of(const json_t *document, const json_t *schema)
{
    json_t *names = json_array(), *branches = json_object_get(schema, "allOf");
    property_names_add(document, json_array_get(branches, 0), names);
    property_names_add(document, schema, names);
    for (size_t i = 1; i < json_array_size(branches); i++)
        property_names_add(document, json_array_get(branches, i), names);
    return names;
}

// The schema of the property NAME of an object schema, followed through references and `allOf`
// branches.
static const json_t *property_schema(const json_t *document, const json_t *schema, const char *name)
{
    size_t i;
    const json_t *branch;
    schema = resolve(document, schema);
    const json_t *found = json_object_get(json_object_get(schema, "properties"), name);
    // A branch that only narrows a property, without a structure of its own, does not say how to
    // arrange it.
    json_array_foreach (json_object_get(schema, "allOf"), i, branch) {
        const json_t *deeper = property_schema(document, branch, name);
        if (deeper && !json_object_get(found, "$ref") && !json_object_get(found, "items"))
            found = deeper;
    }
    return found;
}

static int component_order(const void *a, const void *b)
{
    return strcmp(((const struct component *)a)->name, ((const struct component *)b)->name);
}

static struct component *component_find(const struct openapi *spec, const char *name)
{
    const struct component sought = {.name = name};
    return bsearch(&sought, spec->components, spec->component_count, sizeof sought,
                   component_order);
}

static void arrangement_free(struct arrangement *arrangement)
{
    if (!arrangement)
        return;
    arrangement_free(arrangement->items);
    for (size_t i = 0; i < arrangement->count; i++)
        arrangement_free(arrangement->properties[i]);
    free(arrangement->properties);
    json_decref(arrangement->names);
    free(arrangement);
}

// How values of SCHEMA are arranged; NULL if they stay as they are, or if memory runs out.
static struct arrangement *arrangement_new(const json_t *document, const json_t *schema)
{
    schema = resolve(document, schema);
    const json_t *items = json_object_get(schema, "items");
    bool object = json_object_get(schema, "properties") || json_object_get(schema, "allOf");
    if (!items && (!object || json_object_get(schema, "x-open")))
        return NULL;
    struct arrangement *arrangement = calloc(1, sizeof *arrangement);
    if (!arrangement)
        return NULL;
    if (items)
        arrangement->items = arrangement_new(document, items);
    arrangement->names = object ? properties_of(document, schema) : json_array();
    arrangement->count = json_array_size(arrangement->names);
    arrangement->properties = calloc(arrangement->count + 1, sizeof(struct arrangement *));
    for (size_t i = 0; arrangement->properties && i < arrangement->count; i++) {
        const char *name = json_string_value(json_array_get(arrangement->names, i));
        arrangement->properties[i] =
            arrangement_new(document, property_schema(document, schema, name));
    }
    if (arrangement->properties)
        return arrangement;
    arrangement->count = 0;
    arrangement_free(arrangement);
    return NULL;
}

static json_t *value_arrange(const struct arrangement *arrangement, const json_t *value);

static json_t *object_arrange(const struct arrangement *arrangement, const json_t *value)
{
    json_t *out = json_object();
    for (size_t i = 0; i < arrangement->count; i++) {
        const char *name = json_string_value(json_array_get(arrangement->names, i));
        const json_t *item = json_object_get(value, name);
        if (item)
            json_object_set_new_nocheck(out, name, value_arrange(arrangement->properties[i], item));
    }
    return out;
}

static json_t *value_arrange(const struct arrangement *arrangement, const json_t *value)
{
    size_t i;
    const json_t *item;
    if (arrangement && json_is_object(value))
        return object_arrange(arrangement, value);
    if (!arrangement || !json_is_array(value))
        return json_incref((json_t *)value);
    json_t *out = json_array();
    json_array_foreach (value, i, item)
        json_array_append_new(out, value_arrange(arrangement->items, item));
    return out;
}

// Computes the arrangement of COMPONENT on first use, because only writers need it; false if memory
// runs out.
static bool component_arrange(struct component *component, const json_t *document)
{
    pthread_mutex_lock(&component->arranging);
    if (!component->arranged) {
        arrangement_free(component->arrangement);
        component->arrangement = arrangement_new(document, component->schema);
        component->arranged = !memory_ended();
    }
    bool arranged = component->arranged;
    pthread_mutex_unlock(&component->arranging);
    return arranged;
}

json_t *openapi_arrange(const struct openapi *spec, const char *name, const json_t *value)
{
    struct component *component = component_find(spec, name);
    if (!component)
        return value_arrange(NULL, value);
    return component_arrange(component, spec->document)
               ? value_arrange(component->arrangement, value)
               : NULL;
}

static bool component_read(struct openapi *spec, struct component *component, char *ret_fault)
{
    char pointer[256];
    struct schema_fault fault;
    snprintf(pointer, sizeof pointer, "/components/schemas/%s", component->name);
    component->properties = properties_of(spec->document, component->schema);
    component->compiled = json_schema_set_compile(spec->schemas, pointer, &fault);
    if (!component->compiled)
        snprintf(ret_fault, SPEC_FAULT_SIZE, "%s: %s", fault.pointer, fault.detail);
    return component->compiled;
}

static bool components_read(struct openapi *spec, char *ret_fault)
{
    const char *name;
    json_t *schema;
    json_t *all = json_object_get(json_object_get(spec->document, "components"), "schemas");
    spec->components = calloc(json_object_size(all) + 1, sizeof *spec->components);
    if (!spec->components)
        return false;
    json_object_foreach (all, name, schema)
        spec->components[spec->component_count++] =
            (struct component){.name = name, .schema = schema};
    qsort(spec->components, spec->component_count, sizeof *spec->components, component_order);
    for (size_t i = 0; i < spec->component_count; i++)
        pthread_mutex_init(&spec->components[i].arranging, NULL);
    for (size_t i = 0; i < spec->component_count; i++)
        if (!component_read(spec, &spec->components[i], ret_fault))
            return false;
    return true;
}

struct openapi *openapi_new(char ret_fault[static SPEC_FAULT_SIZE])
{
    json_error_t error;
    snprintf(ret_fault, SPEC_FAULT_SIZE, "out of memory");
    struct openapi *spec = calloc(1, sizeof *spec);
    if (!spec)
        return NULL;
    spec->document = json_loads(embedded_openapi_json, JSON_REJECT_DUPLICATES, &error);
    if (spec->document)
        spec->schemas = json_schema_set_new(spec->document, formats);
    if (spec->schemas && operations_read(spec, ret_fault) && components_read(spec, ret_fault))
        return spec;
    openapi_free(spec);
    return NULL;
}

void openapi_free(struct openapi *spec)
{
    if (!spec)
        return;
    for (size_t i = 0; i < spec->operation_count; i++) {
        free((void *)spec->operations[i].parameters);
        free((void *)spec->operations[i].parameter_names);
    }
    free(spec->operations);
    json_schema_set_free(spec->schemas);
    for (size_t i = 0; i < spec->component_count; i++) {
        json_decref(spec->components[i].properties);
        arrangement_free(spec->components[i].arrangement);
        pthread_mutex_destroy(&spec->components[i].arranging);
    }
    free(spec->components);
    json_decref(spec->document);
    free(spec);
}

const struct operation *openapi_operations(const struct openapi *spec, size_t *ret_count)
{
    *ret_count = spec->operation_count;
    return spec->operations;
}

const struct parameter *openapi_parameter(const struct operation *operation, const char *name)
{
    const struct parameter sought = {.name = name};
    return bsearch(&sought, operation->parameters, operation->parameter_count, sizeof sought,
                   parameter_order);
}

// The schema of a single value of the parameter.
static const json_t *value_schema(const struct openapi *spec, const struct parameter *parameter)
{
    const json_t *items = json_object_get(parameter->schema, "items");
    return items ? resolve(spec->document, items) : parameter->schema;
}

const json_t *openapi_values(const struct openapi *spec, const struct parameter *parameter)
{
    return json_object_get(value_schema(spec, parameter), "enum");
}

const json_t *openapi_schema_values(const struct openapi *spec, const char *name)
{
    const json_t *schemas = json_at_pointer(spec->document, "/components/schemas");
    return json_object_get(json_object_get(schemas, name), "enum");
}

const json_t *openapi_closed_list(const struct openapi *spec, const struct parameter *parameter)
{
    return json_object_get(value_schema(spec, parameter), "x-values");
}

const char *openapi_title(const json_t *list, const char *value)
{
    size_t i;
    const json_t *each;
    json_array_foreach (list, i, each)
        if (value && strcmp(json_text(each, "value"), value) == 0)
            return json_text(each, "title");
    return NULL;
}

char *openapi_first_paragraph(const char *description)
{
    const char *end = strstr(description, "\n\n");
    return end ? strndup(description, (size_t)(end - description)) : strdup(description);
}

bool openapi_path_matches(const char *template, char *const *segments, size_t count,
                          size_t *ret_argument)
{
    *ret_argument = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        size_t length = strcspn(++template, "/");
        if (*template == '{' && segments[i][0])
            *ret_argument = i;
        else if (strlen(segments[i]) != length || memcmp(segments[i], template, length) != 0)
            return false;
        template += length;
        if (!*template)
            return i + 1 == count;
    }
    return false;
}

const struct schema *openapi_schema(const struct openapi *spec, const char *name)
{
    const struct component *component = component_find(spec, name);
    return component ? component->compiled : NULL;
}

const json_t *openapi_properties(const struct openapi *spec, const char *name)
{
    const struct component *component = component_find(spec, name);
    return component ? component->properties : NULL;
}

const json_t *openapi_document(const struct openapi *spec)
{
    return spec->document;
}
