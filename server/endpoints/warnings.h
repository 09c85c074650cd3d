// What a reader must know about an answer: in `meta.warnings`, and in the header Dataset-Warning
// for formats without an envelope.
#ifndef RELATA_ENDPOINTS_WARNINGS_H
#define RELATA_ENDPOINTS_WARNINGS_H

#include "http/response.h"

// {0} before the first warning. Release it with warnings_cleanup.
struct warnings {
    struct buffer list, header; // each item preceded by a comma
};

// Adds a warning about COUNT records. IDS are JSON strings separated by commas, or NULL if the
// warning names none; TITLES are those of the same records, or NULL.
void warnings_add(struct warnings *warnings, const char *code, const char *detail, int64_t count,
                  const struct buffer *ids, const struct buffer *titles);

// Writes the list of them.
void warnings_list_write(const struct warnings *warnings, struct buffer *out);

// Writes `,"warnings":[...]` and sets the matching header.
void warnings_write(const struct warnings *warnings, struct response *response, struct buffer *out);

void warnings_cleanup(struct warnings *warnings);

#endif
