// A list of changes as a feed: Atom (RFC 4287), paged (RFC 5005).
#ifndef RELATA_FORMATS_ATOM_H
#define RELATA_FORMATS_ATOM_H

#include "base/buffer.h"
#include "base/json.h"

// What a feed contains besides its entries. The creator of the feed owns all texts.
struct feed {
    char *origin;             // put before every path below
    char *id;                 // a URN
    char *title;              // plain text, as is all that follows
    char *author;             // of the whole dataset
    char *updated;            // RFC 3339
    char *licence;            // its address
    char *version;            // of the program
    char *self, *next, *prev; // paths of pages; the last two are NULL if there is none
    char *list;               // the path of the same changes as JSON
};

// The beginning of a document, up to its first entry.
void atom_open(const struct feed *feed, struct buffer *out);

// The entry for CHANGE: a record of /v1/changes with two more keys, `urn`, the id of the entry, and
// `title`, that of the record. Its addresses are paths.
void atom_entry(const struct feed *feed, const json_t *change, struct buffer *out);

void atom_close(struct buffer *out);

#endif
