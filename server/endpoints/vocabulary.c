// Serves the closed lists of the contract: the title and meaning of each value.
#include <ctype.h>
#include <string.h>

#include "endpoints/operations.h"

// The name of a list: EventKind becomes `event_kind`.
static void name_write(const char *schema, struct buffer *out)
{
    buffer_add_char(out, '"');
    for (const char *letter = schema; *letter; letter++) {
        if (isupper((unsigned char)*letter) && letter > schema)
            buffer_add_char(out, '_');
        buffer_add_char(out, (char)tolower((unsigned char)*letter));
    }
    buffer_add_char(out, '"');
}

static json_t *values_of(const json_t *schema)
{
    size_t i;
    const json_t *each;
    json_t *values = json_array();
    json_array_foreach (json_object_get(schema, "x-values"), i, each)
        json_array_append_new(values,
                              json_pack("{ss ss ss ss? sI}", "value", json_text(each, "value"),
                                        "title", json_text(each, "title"), "definition",
                                        json_text(each, "definition"), "example",
                                        json_text(each, "example"), "position", (json_int_t)i + 1));
    return values;
}

static void list_write(const char *name, const json_t *schema, struct buffer *out)
{
    const json_t *fields = json_object_get(schema, "x-fields");
    AUTO(text) char *description = openapi_first_paragraph(json_text(schema, "description"));
    AUTO(json)
    json_t *rest = json_pack("{ss sO so}", "description", description, "fields", fields, "values",
                             values_of(schema));
    AUTO(text) char *text = rest ? json_write(rest, 0) : NULL;
    out->failed |= !text;
    buffer_add_text(out, "{\"name\":");
    name_write(name, out);
    buffer_add_char(out, ',');
    buffer_add_text(out, text ? text + 1 : "}");
}

enum err vocabulary_serve(struct call *call)
{
    const char *name;
    json_t *schema;
    bool first = true;
    struct buffer body = {0};
    json_t *components = json_object_get(openapi_document(call->spec), "components");
    buffer_add_text(&body, "{\"data\":[");
    json_object_foreach (json_object_get(components, "schemas"), name, schema) {
        if (!json_object_get(schema, "x-values"))
            continue;
        buffer_add_text(&body, first ? "" : ",");
        list_write(name, schema, &body);
        first = false;
    }
    buffer_add_format(&body, "],\"meta\":{},\"links\":{\"self\":\"%s%s\"}}", call->base,
                      call->operation->path);
    enum err err =
        body.failed ? problem_memory(&call->problem)
                    : call_answer_fixed(call, "application/json", buffer_text(&body), body.length);
    buffer_cleanup(&body);
    return err;
}
