// Versions of records in the database: reading one, ending one, adding one with its columns and
// entries.
#ifndef RELATA_STORAGE_VERSIONS_H
#define RELATA_STORAGE_VERSIONS_H

#include "model/collection.h"
#include "storage/database.h"

// In SQL: the keys of the renderings of one record, and those of the documents of one collection.
// So one step leads to a rendering, and a search keeps to a collection.
#define RENDERING_BITS "20"
#define RENDERINGS_OF(record) KEYS_OF(record, RENDERING_BITS)
#define DOCUMENT_BITS "40"
#define DOCUMENTS_OF(collection) KEYS_OF(collection, DOCUMENT_BITS)
#define KEYS_OF(owner, bits) "BETWEEN (" owner ") << " bits " AND ((" owner ") + 1 << " bits ") - 1"

// The key of a record in the database, 0 where the id never existed.
int64_t versions_record_key(struct database *database, enum collection_number collection,
                            const char *id);

// What was written of a record as of REVISION.
struct store_version {
    int64_t key;
    int64_t valid_from;
    json_t *body; // owned by the caller; NULL where the record was not there then
};
enum err versions_version_read(struct database *database, int64_t record, int64_t revision,
                               struct store_version *ret_version);

// Ends the version that is valid now, if any: REVISION no longer has it.
bool versions_version_end(struct database *database, const struct collection *collection,
                          int64_t record, int64_t revision);

// Adds a version valid from REVISION on. BODY is the canonical text of RECORD, which must be valid.
bool versions_version_add(struct database *database, const struct collection *collection,
                          int64_t record, int64_t revision, const char *body, const json_t *value);

// The rendering of the record with KEY at REVISION: a statement whose first column is its JSON, to
// be read by statement_bytes and reset by the caller; NULL where there is none or on failure.
struct statement *versions_rendering(struct database *database, int64_t key, int64_t revision);
// The same for what REVISION changed in it.
struct statement *versions_change(struct database *database, int64_t key, int64_t revision);

// The removal of the record with KEY at or before REVISION: a statement whose columns are the
// reason, the time and the id of the record that it was merged with or NULL, to be reset by the
// caller; NULL where it was not removed, or on failure.
struct statement *versions_removal(struct database *database, int64_t key, int64_t revision);

// Adds, and ends, only what follows from a version: its typed columns and its entries. The works
// that it cites must be there before, for its corpus is theirs.
bool versions_rows_add(struct database *database, const struct collection *collection,
                       int64_t record, int64_t version, int64_t revision, const json_t *value);
bool versions_rows_end(struct database *database, const struct collection *collection,
                       int64_t version, int64_t revision);

#endif
