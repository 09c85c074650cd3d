// Prints the CSL-JSON items of the array on its input as "bibtex" or "ris", as its argument says.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/bibtex.h"
#include "formats/ris.h"

static int convert(const json_t *items, void (*write)(const json_t *, struct buffer *))
{
    AUTO(buffer) struct buffer out = {0};
    size_t index;
    json_t *item;
    json_array_foreach (items, index, item)
        write(item, &out);
    if (out.failed)
        return EXIT_FAILURE;
    return fwrite(buffer_text(&out), 1, out.length, stdout) == out.length ? EXIT_SUCCESS
                                                                          : EXIT_FAILURE;
}

int main(int count, char **arguments)
{
    const char *format = count == 2 ? arguments[1] : "";
    bool bibtex = strcmp(format, "bibtex") == 0;
    if (!bibtex && strcmp(format, "ris") != 0) {
        fputs("usage: convert bibtex|ris < ITEMS\n", stderr);
        return EXIT_FAILURE;
    }
    json_error_t error;
    AUTO(json) json_t *items = json_loadf(stdin, 0, &error);
    if (!json_is_array(items)) {
        fprintf(stderr, "convert: not a JSON array: %s\n", error.text);
        return EXIT_FAILURE;
    }
    return convert(items, bibtex ? bibtex_write : ris_write);
}
