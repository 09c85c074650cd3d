// Collects warnings and writes them.
#include "endpoints/warnings.h"

static void texts_add(struct buffer *list, const char *name, const struct buffer *texts)
{
    if (!texts)
        return;
    buffer_add_format(list, ",\"%s\":[", name);
    buffer_add(list, texts->bytes, texts->length);
    buffer_add_char(list, ']');
    list->failed |= texts->failed;
}

void warnings_add(struct warnings *warnings, const char *code, const char *detail, int64_t count,
                  const struct buffer *ids, const struct buffer *titles)
{
    struct buffer *list = &warnings->list;
    buffer_add_format(list, ",{\"code\":\"%s\",\"detail\":", code);
    buffer_add_json_text(list, detail);
    buffer_add_format(list, ",\"count\":%lld", (long long)count);
    texts_add(list, "ids", ids);
    texts_add(list, "titles", titles);
    buffer_add_char(list, '}');
    buffer_add_format(&warnings->header, ", %s; count=%lld", code, (long long)count);
}

void warnings_list_write(const struct warnings *warnings, struct buffer *out)
{
    const struct buffer *list = &warnings->list;
    buffer_add_char(out, '[');
    if (list->length)
        buffer_add(out, list->bytes + 1, list->length - 1);
    buffer_add_char(out, ']');
    out->failed |= list->failed;
}

void warnings_write(const struct warnings *warnings, struct response *response, struct buffer *out)
{
    const struct buffer *header = &warnings->header;
    buffer_add_text(out, ",\"warnings\":");
    warnings_list_write(warnings, out);
    if (header->length)
        response_header(response, "Dataset-Warning", "%.*s", (int)header->length - 2,
                        header->bytes + 2);
}

void warnings_cleanup(struct warnings *warnings)
{
    buffer_cleanup(&warnings->list);
    buffer_cleanup(&warnings->header);
}
