// Writes links twice, for readers of bodies and of headers.
#include "http/links.h"

#include <string.h>

enum { HEADER_MAX = 8192 };

static void header_add(struct buffer *header, const struct link *link)
{
    size_t length = link->address ? strlen(link->address) : 0;
    if (!length || (header->length && header->length + length > HEADER_MAX))
        return;
    buffer_add_text(header, header->length ? ", <" : "<");
    buffer_add_text(header, link->address);
    buffer_add_format(header, ">; rel=\"%s\"", link->relation);
}

// What nothing else tells where there is no envelope.
static bool is_needed(const struct link *link)
{
    return strcmp(link->name, "next") == 0 || strcmp(link->name, "permalink") == 0;
}

static void header_set(const struct link *links, size_t count, struct response *response)
{
    struct buffer header = {0};
    for (size_t i = 0; i < count; i++)
        if (is_needed(&links[i]))
            header_add(&header, &links[i]);
    for (size_t i = 0; i < count; i++)
        if (!is_needed(&links[i]))
            header_add(&header, &links[i]);
    response_header(response, "Link", "%s", buffer_text(&header));
    buffer_cleanup(&header);
}

void links_write(const struct link *links, size_t count, struct response *response,
                 struct buffer *out)
{
    buffer_add_text(out, ",\"links\":{");
    for (size_t i = 0; i < count; i++) {
        buffer_add_format(out, "%s\"%s\":", i ? "," : "", links[i].name);
        buffer_add_json_text(out, links[i].address);
    }
    buffer_add_char(out, '}');
    header_set(links, count, response);
}
