// What a reader must know beside an answer: in `meta.warnings`, and in the header Dataset-Warning
// for formats without an envelope.
#ifndef RELATA_ENDPOINTS_WARNINGS_H
#define RELATA_ENDPOINTS_WARNINGS_H

#include "http/response.h"

// {0} before the first warning; to be released with warnings_cleanup.
struct warnings {
    struct buffer list, header; // each item with a comma before it
};

// Adds a warning about COUNT records. IDS are JSON texts with commas between them, or NULL where
// the warning names none; TITLES those of the same records, or NULL.
void warnings_add(struct warnings *warnings, const char *code, const char *detail, int64_t count,
                  const struct buffer *ids, const struct buffer *titles);

// Writes the list of them.
void warnings_list_write(const struct warnings *warnings, struct buffer *out);

// Writes `,"warnings":[...]` and sets the header that goes with it.
void warnings_write(const struct warnings *warnings, struct response *response, struct buffer *out);

void warnings_cleanup(struct warnings *warnings);

#endif
