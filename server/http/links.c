// Writes links twice: into the body, and into the header Link.
#include "http/links.h"

#include <string.h>

enum { HEADER_MAX = 8192 };

static void header_add(struct buffer *header, const char *base, const struct link *link)
{
    if (link->address && *link->address != '/')
        base = "";
    size_t length = link->address ? strlen(base) + strlen(link->address) : 0;
    if (!length || !link->relation || (header->length && header->length + length > HEADER_MAX))
        return;
    buffer_add_text(header, header->length ? ", <" : "<");
    buffer_add_text(header, base);
    buffer_add_text(header, link->address);
    buffer_add_format(header, ">; rel=\"%s\"", link->relation);
}

// Whether the link must be in the header because an answer without an envelope has it nowhere else.
static bool is_needed(const struct link *link)
{
    return link->name && (strcmp(link->name, "next") == 0 || strcmp(link->name, "permalink") == 0);
}

void links_tell(const char *base, const struct link *links, size_t count, struct response *response)
{
    struct buffer header = {0};
    for (size_t i = 0; i < count; i++)
        if (is_needed(&links[i]))
            header_add(&header, base, &links[i]);
    for (size_t i = 0; i < count; i++)
        if (!is_needed(&links[i]))
            header_add(&header, base, &links[i]);
    response_header(response, "Link", "%s", buffer_text(&header));
    buffer_cleanup(&header);
}

static void address_add(struct buffer *out, const char *base, const char *address)
{
    struct buffer whole = {0};
    buffer_add_text(&whole, base);
    buffer_add_text(&whole, address);
    buffer_add_json_text(out, buffer_text(&whole));
    out->failed |= whole.failed;
    buffer_cleanup(&whole);
}

void links_write(const char *base, const struct link *links, size_t count,
                 struct response *response, struct buffer *out)
{
    buffer_add_text(out, ",\"links\":{");
    for (size_t i = 0; i < count; i++) {
        if (!links[i].name)
            continue;
        buffer_add_format(out, "%s\"%s\":", i ? "," : "", links[i].name);
        if (links[i].address)
            address_add(out, base, links[i].address);
        else
            buffer_add_text(out, "null");
    }
    buffer_add_char(out, '}');
    links_tell(base, links, count, response);
}
