// Citations of the dataset or a part of it, as a sentence and as bibliography entries.
#ifndef RELATA_ENDPOINTS_CITATION_H
#define RELATA_ENDPOINTS_CITATION_H

#include "endpoints/call.h"
#include "query/query.h"

// The absolute address of PATH (a path and query of this service). The caller frees it; NULL if
// memory runs out.
char *citation_address(const struct call *call, const char *path);

// The name of the editor of REVISION, a new reference; NULL if memory runs out or the database
// fails.
json_t *citation_editor(const struct call *call, const struct revision *revision);

// The works that a citation is based on: those of a single record, given by its key; or those
// collected from many records by sources_note; or those of a whole corpus.
struct citation_grounds {
    int64_t record;      // or 0
    const json_t *works; // or NULL; borrowed
    enum corpus corpus;
};

// The CSL-JSON item for the dataset at REVISION, permanently available at PATH. PART names the part
// that is cited, and NOTE says what else a reader needs to know; both are NULL for the whole
// dataset. The works that it is based on, by GROUNDS, follow the note. A new reference; NULL if
// memory runs out or the database fails.
json_t *citation_item(const struct call *call, const struct revision *revision, const char *part,
                      const char *path, const char *note, struct citation_grounds grounds);

// ITEM, whose reference is released, in every citation format: `{text, bibtex, ris, csl}`. A new
// reference; NULL if memory runs out.
json_t *citation_forms(json_t *item);

#endif
