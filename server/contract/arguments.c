// Splits, decodes and checks the query string of a request.
#include "contract/arguments.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

enum { ID_SIZE = 81 };

struct reading {
    const struct openapi *spec;
    const struct operation *operation;
    struct problem *problem;
    json_t *texts; // name -> list of decoded values
};

static enum err encoding_problem(struct reading *reading, const char *name)
{
    const char *detail = "percent escapes must be whole, and their bytes UTF-8 without NUL";
    enum err err = problem_set(reading->problem, ERR_BAD_ENCODING,
                               "The query is not valid percent-encoded UTF-8: %s.", detail);
    problem_culprit(reading->problem, "query", name, detail, NULL, NULL);
    return err;
}

static json_t *names_list(const struct operation *operation)
{
    json_t *list = json_array();
    for (size_t i = 0; i < operation->parameter_name_count; i++)
        json_array_append_new(list, json_string(operation->parameter_names[i]));
    return list;
}

// Names that other services use for our parameters. The second column is an alternative, or NULL.
// Case is ignored.
static const char *const usual_names[][3] = {
    {"page", "offset", "cursor"},
    {"per_page", "limit", NULL},
    {"page_size", "limit", NULL},
    {"pagesize", "limit", NULL},
    {"size", "limit", NULL},
    {"count", "limit", NULL},
    {"rows", "limit", NULL},
    {"skip", "offset", NULL},
    {"start", "offset", NULL},
    {"search", "q", NULL},
    {"query", "q", NULL},
    {"text", "q", NULL},
    {"s", "q", NULL},
    {"order", "sort", NULL},
    {"order_by", "sort", NULL},
    {"orderby", "sort", NULL},
    {"sort_by", "sort", NULL},
    {"select", "fields", NULL},
    {"columns", "fields", NULL},
    {"expand", "include", NULL},
    {"embed", "include", NULL},
    {"facets", "facet", NULL},
    {"output", "format", NULL},
    {"from", "date", NULL},
    {"to", "date", NULL},
    {"after", "date", NULL},
    {"before", "date", NULL},
    {"until", "date", NULL},
    {"end", "date", NULL},
    {"pretty", NULL, NULL},
};

static const char *name_of(const struct operation *operation, const char *name)
{
    const struct parameter *parameter = name ? openapi_parameter(operation, name) : NULL;
    return parameter && !parameter->in_path ? parameter->name : NULL;
}

// The parameter of OPERATION that NAME was probably meant to be: a synonym, or else the nearest
// spelling.
static void names_meant(const struct operation *operation, const char *name,
                        const char *ret_meant[static 2])
{
    ret_meant[0] = ret_meant[1] = NULL;
    for (size_t i = 0; i < sizeof usual_names / sizeof *usual_names; i++) {
        if (strcasecmp(usual_names[i][0], name) != 0)
            continue;
        ret_meant[0] = name_of(operation, usual_names[i][1]);
        ret_meant[1] = ret_meant[0] ? name_of(operation, usual_names[i][2]) : NULL;
        return;
    }
    ret_meant[0] = text_nearest(name, operation->parameter_names, operation->parameter_name_count);
}

// If an address with a query of its own is given as a value unencoded, its `&` begins the next
// parameter.
static const char *address_given(const struct reading *reading)
{
    const char *name;
    json_t *given;
    json_object_foreach (reading->texts, name, given) {
        const struct parameter *parameter = openapi_parameter(reading->operation, name);
        const char *format = json_text(parameter->schema, "format");
        const char *value = json_string_value(json_array_get(given, 0));
        if (format && strcmp(format, "uri-reference") == 0 && value && strchr(value, '?'))
            return name;
    }
    return NULL;
}

static enum err unknown_problem(struct reading *reading, const char *name)
{
    char sentence[TEXT_MEANT_SIZE];
    const char *meant[2];
    const struct operation *operation = reading->operation;
    AUTO(json) json_t *allowed = names_list(operation);
    const char *address = address_given(reading);
    names_meant(operation, name, meant);
    enum err err = problem_set(
        reading->problem, ERR_UNKNOWN_PARAMETER, "'%.100s' is not a parameter of %s %s.%s%s%s%s",
        name, operation->method, operation->path, text_meant(meant[0], meant[1], sentence),
        address ? " If it belongs to the address in '" : "", address ? address : "",
        address ? "', write & as %26 there." : "");
    problem_culprit(reading->problem, "query", name, "there is no such parameter", allowed,
                    meant[0]);
    return err;
}

static enum err repeated_problem(struct reading *reading, const char *name)
{
    enum err err =
        problem_set(reading->problem, ERR_REPEATED_PARAMETER, "'%s' may be given once only.", name);
    problem_culprit(reading->problem, "query", name, "given more than once", NULL, NULL);
    return err;
}

static void missing_problem(struct reading *reading, const char *name)
{
    problem_set(reading->problem, ERR_MISSING_PARAMETER, "'%s' is missing.", name);
    problem_culprit(reading->problem, "query", name, "must be given", NULL, NULL);
}

// One `name=value`, still encoded.
static enum err pair_read(struct reading *reading, const char *pair, size_t length)
{
    const char *equals = memchr(pair, '=', length);
    size_t name_length = equals ? (size_t)(equals - pair) : length;
    AUTO(text) char *name = NULL;
    AUTO(text) char *value = NULL;
    if (!text_decode(pair, name_length, true, &name))
        return encoding_problem(reading, "");
    const struct parameter *parameter = name ? openapi_parameter(reading->operation, name) : NULL;
    if (!name)
        return problem_memory(reading->problem);
    if (!parameter || parameter->in_path)
        return unknown_problem(reading, name);
    const char *start = equals ? equals + 1 : pair + length;
    if (!text_decode(start, (size_t)(pair + length - start), true, &value))
        return encoding_problem(reading, name);
    json_t *list = json_object_get(reading->texts, name);
    if (list && parameter->kind != PARAMETER_LIST)
        return repeated_problem(reading, name);
    if (!list)
        json_object_set_new(reading->texts, name, list = json_array());
    json_array_append_new(list, json_string(value ? value : ""));
    return OK;
}

static int text_order(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

// A growing list of strings, freed as a whole.
struct split_texts {
    char **items;
    size_t count;
};

static void split_texts_cleanup(struct split_texts *texts)
{
    for (size_t i = 0; i < texts->count; i++)
        free(texts->items[i]);
    free(texts->items);
}

// Adds the comma-separated parts of TEXT; false if memory runs out.
static bool parts_add(struct split_texts *texts, const char *text)
{
    size_t parts = 1;
    for (const char *c = text; *c; c++)
        parts += *c == ',';
    char **items = realloc(texts->items, (texts->count + parts) * sizeof *items);
    if (!items)
        return false;
    texts->items = items;
    for (const char *at = text; at;) {
        size_t length = strcspn(at, ",");
        char *part = strndup(at, length);
        if (!part)
            return false;
        items[texts->count++] = part;
        at = at[length] ? at + length + 1 : NULL;
    }
    return true;
}

// The values of GIVEN split at commas. Unless ORDERED is set, they are sorted and duplicates
// dropped. NULL if memory runs out.
static json_t *list_split(const json_t *given, bool ordered)
{
    size_t i;
    const json_t *text;
    AUTO(split_texts) struct split_texts texts = {0};
    json_array_foreach (given, i, text)
        if (!parts_add(&texts, json_string_value(text)))
            return NULL;
    if (texts.count && !ordered)
        qsort(texts.items, texts.count, sizeof *texts.items, text_order);
    json_t *list = json_array();
    for (size_t n = 0; n < texts.count; n++)
        if (ordered || !n || strcmp(texts.items[n], texts.items[n - 1]) != 0)
            json_array_append_new(list, json_string(texts.items[n]));
    return list;
}

static bool is_switch(const json_t *schema)
{
    return json_integer_value(json_object_get(schema, "maximum")) == 1;
}

// The typed value, or the string itself if it does not have the type: the schema then reports it.
static json_t *value_convert(const struct parameter *parameter, const json_t *texts)
{
    int64_t number;
    const char *text = json_string_value(json_array_get(texts, 0));
    if (parameter->kind == PARAMETER_LIST)
        return list_split(texts, parameter->ordered);
    if (parameter->kind == PARAMETER_INTEGER && text_integer(text, &number))
        return json_integer(number);
    // An integer switch also accepts true and false.
    if (parameter->kind == PARAMETER_INTEGER && is_switch(parameter->schema) &&
        (strcmp(text, "true") == 0 || strcmp(text, "false") == 0))
        return json_integer(strcmp(text, "true") == 0);
    if (parameter->kind == PARAMETER_BOOLEAN && strcmp(text, "true") == 0)
        return json_true();
    if (parameter->kind == PARAMETER_BOOLEAN && strcmp(text, "false") == 0)
        return json_false();
    return json_string(text);
}

struct argument_judgement {
    struct reading *reading;
    const struct parameter *parameter;
};

static void argument_refuse(const struct argument_judgement *judgement, const char *value,
                            const char *detail, const json_t *allowed, const char *nearest)
{
    char sentence[TEXT_MEANT_SIZE];
    problem_set(judgement->reading->problem, ERR_BAD_PARAMETER, "'%s'%s%.100s%s: %.390s.%s",
                judgement->parameter->name, value ? " has the value '" : "", value ? value : "",
                value ? "'" : "", detail, text_meant(nearest, NULL, sentence));
    problem_culprit(judgement->reading->problem, "query", judgement->parameter->name, detail,
                    allowed, nearest);
}

static bool is_date(const char *format)
{
    return format && (strcmp(format, "edtf") == 0 || strcmp(format, "partial-date") == 0);
}

static void value_problem(const struct argument_judgement *judgement, const char *value,
                          const char *detail, const json_t *allowed)
{
    const char *names[256];
    size_t count = 0, i;
    const json_t *item;
    json_array_foreach (allowed, i, item)
        if (json_is_string(item) && count < 256)
            names[count++] = json_string_value(item);
    const char *nearest = value ? text_nearest(value, names, count) : NULL;
    argument_refuse(judgement, value, detail, allowed, nearest);
}

// VALUE in the form of an id: lower case, words joined by hyphens.
static void id_write(const char *value, char ret_id[static ID_SIZE])
{
    size_t n = 0;
    for (; *value && n + 1 < ID_SIZE; value++) {
        bool plain = isalnum((unsigned char)*value);
        if (plain)
            ret_id[n++] = (char)tolower((unsigned char)*value);
        else if (n && ret_id[n - 1] != '-')
            ret_id[n++] = '-';
    }
    n -= n && ret_id[n - 1] == '-';
    ret_id[n] = '\0';
}

// Reports a value that does not have the form of an id, together with the id that it resembles.
static bool id_refuse(const struct argument_judgement *judgement, const char *value)
{
    char id[ID_SIZE];
    if (!value || !*value || !judgement->parameter->collection)
        return false;
    id_write(value, id);
    argument_refuse(judgement, value, "ids are lower-case words with hyphens, such as imran-khan",
                    NULL, text_is_slug(id) ? id : NULL);
    return true;
}

// Advice on what to write; NULL if the schema's own message already says it.
static const char *advice_of(const struct argument_judgement *judgement,
                             const struct schema_finding *finding)
{
    const char *value = json_string_value(finding->found);
    if (value && !*value)
        return "must not be empty";
    if (strcmp(finding->keyword, "type") == 0 && judgement->parameter->kind == PARAMETER_INTEGER)
        return is_switch(judgement->parameter->schema) ? "must be 0, 1, true or false"
                                                       : "must be a whole number";
    if (strcmp(finding->keyword, "type") == 0 && judgement->parameter->kind == PARAMETER_BOOLEAN)
        return "must be true or false";
    return NULL;
}

static void finding_report(void *context, const struct schema_finding *finding)
{
    const struct argument_judgement *judgement = context;
    bool listed = strcmp(finding->keyword, "enum") == 0;
    const char *value = json_string_value(finding->found), *advice = advice_of(judgement, finding);
    char detail[400];
    if (strcmp(finding->keyword, "pattern") == 0 && id_refuse(judgement, value))
        return;
    bool date = strcmp(finding->keyword, "format") == 0 && value && *value &&
                is_date(json_string_value(finding->expected));
    snprintf(detail, sizeof detail, "%.300s%s", advice ? advice : finding->detail,
             date ? "; write a date as 1979, 1979-12 or 1979-12-31" : "");
    value_problem(judgement, value, detail, listed ? finding->expected : NULL);
}

static bool argument_judge(struct reading *reading, const struct parameter *parameter,
                           json_t *value)
{
    struct argument_judgement judgement = {reading, parameter};
    return json_schema_check(parameter->check, value, finding_report, &judgement) == 0;
}

// Iterates over what was given in the order of the names: the next name, or NULL.
static const char *name_after(const json_t *given, const char *name)
{
    const char *next = NULL, *key;
    json_t *value;
    json_object_foreach ((json_t *)given, key, value)
        if ((!name || strcmp(key, name) > 0) && (!next || strcmp(key, next) < 0))
            next = key;
    return next;
}

static void missing_judge(struct reading *reading)
{
    // A cursor already contains the arguments of its list.
    bool pinned = json_object_get(reading->texts, "cursor") != NULL;
    for (size_t i = 0; !pinned && i < reading->operation->parameter_count; i++) {
        const struct parameter *parameter = &reading->operation->parameters[i];
        if (parameter->required && !parameter->in_path &&
            !json_object_get(reading->texts, parameter->name))
            missing_problem(reading, parameter->name);
    }
}

static enum err texts_judge(struct reading *reading, json_t *arguments)
{
    const char *name = NULL;
    missing_judge(reading);
    while ((name = name_after(reading->texts, name))) {
        const struct parameter *parameter = openapi_parameter(reading->operation, name);
        json_t *value = value_convert(parameter, json_object_get(reading->texts, name));
        if (!value)
            return problem_memory(reading->problem);
        if (argument_judge(reading, parameter, value))
            json_object_set_new(arguments, name, value);
        else
            json_decref(value);
    }
    return reading->problem->err;
}

enum err arguments_read(const struct openapi *spec, const struct operation *operation,
                        const char *query, struct problem *problem, json_t **ret_arguments)
{
    AUTO(json) json_t *texts = json_object();
    AUTO(json) json_t *arguments = json_object();
    struct reading reading = {spec, operation, problem, texts};
    while (query && *query) {
        size_t length = strcspn(query, "&");
        enum err err = pair_read(&reading, query, length);
        if (err)
            return err;
        query += length + (query[length] == '&');
    }
    enum err err = texts_judge(&reading, arguments);
    if (!err)
        *ret_arguments = TAKE(arguments);
    return err;
}

static void argument_write(struct buffer *out, const json_t *value)
{
    size_t i;
    const json_t *item;
    if (json_is_string(value))
        buffer_add_url_text(out, json_string_value(value));
    else if (json_is_integer(value))
        buffer_add_integer(out, json_integer_value(value));
    else if (json_is_boolean(value))
        buffer_add_text(out, json_is_true(value) ? "true" : "false");
    json_array_foreach (value, i, item) {
        if (i)
            buffer_add_char(out, ',');
        buffer_add_url_text(out, json_string_value(item));
    }
}

void arguments_write(const struct operation *operation, const json_t *arguments,
                     bool (*keep)(const char *name), struct buffer *out)
{
    const char *name = NULL;
    bool first = true;
    while ((name = name_after(arguments, name))) {
        const json_t *value = json_object_get(arguments, name);
        const json_t *usual = openapi_parameter(operation, name)->default_value;
        if ((usual && json_equal(value, usual)) || (keep && !keep(name)))
            continue;
        if (!first)
            buffer_add_char(out, '&');
        first = false;
        buffer_add_text(out, name);
        buffer_add_char(out, '=');
        argument_write(out, value);
    }
}
