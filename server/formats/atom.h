// A list of changes as a feed: Atom (RFC 4287), in pages (RFC 5005).
#ifndef RELATA_FORMATS_ATOM_H
#define RELATA_FORMATS_ATOM_H

#include "base/buffer.h"
#include "base/json.h"

// What a feed tells beside its entries. All texts are owned by whoever made the feed.
struct feed {
    char *origin;             // what stands before every path below
    char *id;                 // a URN
    char *title;              // in plain text, as all that follow
    char *author;             // of the dataset as a whole
    char *updated;            // RFC 3339
    char *licence;            // its address
    char *version;            // of the program
    char *self, *next, *prev; // paths of the pages; the latter two NULL where there is none
    char *list;               // the path of the same changes as JSON
};

// The beginning of a document, before its entries.
void atom_open(const struct feed *feed, struct buffer *out);

// The entry of CHANGE: a record of /v1/changes with `urn`, the id of the entry, and `title`, that
// of the record, beside its own keys; its addresses are paths.
void atom_entry(const struct feed *feed, const json_t *change, struct buffer *out);

void atom_close(struct buffer *out);

#endif
