// How the dataset, or a part of it, is cited: as a sentence, and as an entry of a bibliography.
#ifndef RELATA_ENDPOINTS_CITATION_H
#define RELATA_ENDPOINTS_CITATION_H

#include "endpoints/call.h"
#include "query/query.h"

// The address under the service's public one that PATH (a path and query of ours) has; to be freed
// by the caller, NULL when memory ends.
char *citation_address(const struct call *call, const char *path);

// The name under which REVISION was made, a new reference; NULL when memory ends or the database
// fails.
json_t *citation_editor(const struct call *call, const struct revision *revision);

// What tells the works that a citation rests on: the key of the one record that is cited, else the
// works that were noted (sources_note) of many, else all of a corpus.
struct citation_grounds {
    int64_t record;      // or 0
    const json_t *works; // or NULL; borrowed
    enum corpus corpus;
};

// The item of CSL-JSON for the dataset at REVISION, as it can be had for ever at PATH. PART says
// which part of it and NOTE what else a reader needs to know; both NULL for the whole. The works
// that it rests on, by GROUNDS, stand behind the note. A new reference; NULL when memory ends or
// the database fails.
json_t *citation_item(const struct call *call, const struct revision *revision, const char *part,
                      const char *path, const char *note, struct citation_grounds grounds);

// ITEM, which is released, in every form that we offer: `{text, bibtex, ris, csl}`. A new
// reference; NULL when memory ends.
json_t *citation_forms(json_t *item);

#endif
