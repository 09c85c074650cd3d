// Versions of records in the database: read one, end one, add one with its columns and entries.
#ifndef RELATA_STORAGE_VERSIONS_H
#define RELATA_STORAGE_VERSIONS_H

#include "model/collection.h"
#include "storage/database.h"

// SQL fragments: the keys of the renderings of one record, and of the documents of one collection.
// They form ranges, so that one step leads to a rendering, and a search stays within a collection.
#define RENDERING_BITS "20"
#define RENDERINGS_OF(record) KEYS_OF(record, RENDERING_BITS)
#define DOCUMENT_BITS "40"
#define DOCUMENTS_OF(collection) KEYS_OF(collection, DOCUMENT_BITS)
#define KEYS_OF(owner, bits) "BETWEEN (" owner ") << " bits " AND ((" owner ") + 1 << " bits ") - 1"

// The key of a record in the database; 0 if the id never existed.
int64_t versions_record_key(struct database *database, enum collection_number collection,
                            const char *id);

// A record as written, as of REVISION.
struct store_version {
    int64_t key;
    int64_t valid_from;
    json_t *body; // owned by the caller; NULL if the record did not exist then
};
enum err versions_version_read(struct database *database, int64_t record, int64_t revision,
                               struct store_version *ret_version);

// Ends the version that is valid now, if any, before REVISION.
bool versions_version_end(struct database *database, const struct collection *collection,
                          int64_t record, int64_t revision);

// Adds a version valid from REVISION on. BODY is the canonical text of RECORD, which must be valid.
bool versions_version_add(struct database *database, const struct collection *collection,
                          int64_t record, int64_t revision, const char *body, const json_t *value);

// The rendering of the record with KEY at REVISION: a statement whose first column is its JSON, to
// be read with statement_bytes and reset by the caller; NULL if there is none, or on failure.
struct statement *versions_rendering(struct database *database, int64_t key, int64_t revision);
// The same for the change that REVISION made to it.
struct statement *versions_change(struct database *database, int64_t key, int64_t revision);

// The removal of the record with KEY at or before REVISION: a statement with the columns reason,
// time and the id of the record that replaced it or NULL, to be reset by the caller. NULL if it was
// not removed, or on failure.
struct statement *versions_removal(struct database *database, int64_t key, int64_t revision);

// Adds, and ends, only what is derived from a version: its typed columns and its entries. The works
// that it cites must be present already, because they determine its corpus.
bool versions_rows_add(struct database *database, const struct collection *collection,
                       int64_t record, int64_t version, int64_t revision, const json_t *value);
bool versions_rows_end(struct database *database, const struct collection *collection,
                       int64_t version, int64_t revision);

#endif
