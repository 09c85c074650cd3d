// Knows the media types of the forms of an answer, and which of them a client asks for.
#include "contract/output_format.h"

#include <stdio.h>
#include <string.h>

#include "http/accept.h"

// The types of `array` and `table` are our own: types that a client generates from the contract for
// application/json then know the envelope alone.
static const struct output_format media[] = {
    {"json", "application/json", "json", SHAPE_ENVELOPE, " bom "},
    {"array", "application/vnd.relata.array+json", "json", SHAPE_RECORDS, " bom facet include "},
    {"ndjson", "application/x-ndjson", "ndjson", SHAPE_RECORDS, " bom facet include "},
    {"csv", "text/csv; charset=utf-8; header=present", "csv", SHAPE_RECORDS, " facet include "},
    {"table", "application/vnd.relata.table+json", "json", SHAPE_RECORDS, " bom facet include "},
    {"bibtex", "application/x-bibtex", "bib", SHAPE_WORKS,
     " base_year bom dollars facet fields include "},
    {"ris", "application/x-research-info-systems", "ris", SHAPE_WORKS,
     " base_year bom dollars facet fields include "},
    {"csl", "application/vnd.citationstyles.csl+json", "json", SHAPE_WORKS,
     " base_year bom dollars facet fields include "},
    {"jsonld", "application/ld+json", "jsonld", SHAPE_ENVELOPE, " bom "},
};

static const struct output_format *media_named(const char *name)
{
    for (size_t i = 0; name && i < sizeof media / sizeof *media; i++)
        if (strcmp(media[i].name, name) == 0)
            return &media[i];
    return NULL;
}

bool output_format_negotiates(const struct operation *operation)
{
    const struct parameter *format = openapi_parameter(operation, "format");
    return format && json_object_get(format->schema, "x-accept");
}

// The one of highest weight; of equals, the one that the contract names first.
static const struct output_format *media_accepted(const struct parameter *format,
                                                  const char *accept)
{
    size_t i;
    int best = 0;
    const json_t *name;
    const struct output_format *chosen = NULL;
    json_array_foreach (json_object_get(format->schema, "x-accept"), i, name) {
        const struct output_format *offered = media_named(json_string_value(name));
        int weight = offered ? accept_weight(accept, offered->type) : 0;
        if (weight <= best)
            continue;
        best = weight;
        chosen = offered;
    }
    return chosen;
}

const struct output_format *output_format_choose(const struct operation *operation,
                                                 const json_t *arguments, const char *accept)
{
    const struct output_format *chosen = media_named(json_text(arguments, "format"));
    const struct parameter *format = openapi_parameter(operation, "format");
    if (!chosen && accept && output_format_negotiates(operation))
        chosen = media_accepted(format, accept);
    if (!chosen && format)
        chosen = media_named(json_string_value(format->default_value));
    return chosen ? chosen : media;
}

enum err output_format_check(const struct output_format *chosen, const struct operation *operation,
                             const json_t *arguments, struct problem *problem)
{
    char word[32];
    const char *name;
    json_t *value;
    json_object_foreach ((json_t *)arguments, name, value) {
        const struct parameter *parameter = openapi_parameter(operation, name);
        snprintf(word, sizeof word, " %s ", name);
        if (!strstr(chosen->refused, word) ||
            (parameter && json_equal(parameter->default_value, value)))
            continue;
        problem_set(problem, ERR_BAD_PARAMETER, "'%s' has no place in format=%s.", name,
                    chosen->name);
        problem_culprit(problem, "query", name, "the format cannot carry it", NULL, NULL);
    }
    return problem->err;
}
