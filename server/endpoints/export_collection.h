// A collection in the archive: a file of CSV, a table of SQLite, and what the data package says of
// them.
#ifndef RELATA_ENDPOINTS_EXPORT_COLLECTION_H
#define RELATA_ENDPOINTS_EXPORT_COLLECTION_H

#include "base/zip.h"
#include "endpoints/call.h"
#include "query/query.h"
#include "storage/database.h"

// Where the collections of REVISION go; all is borrowed.
struct export_target {
    struct call *call; // for which they are read
    const struct revision *revision;
    struct zip *archive;
    struct database *tables; // a database without any table of theirs, in a transaction
    enum corpus corpus;
    const json_t *named; // see export_named_read
};

// Reads COLLECTION once, record by record, and holds no connection between two pieces of it.
// Returns its resource in the data package, a new reference; NULL on failure, of which the call's
// problem tells where the collection could not be read.
json_t *export_collection_write(const struct export_target *target,
                                const struct collection *collection);

#endif
