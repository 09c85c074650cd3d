// Adds a collection to the archive: a CSV file, an SQLite table, and their description for the data
// package.
#ifndef RELATA_ENDPOINTS_EXPORT_COLLECTION_H
#define RELATA_ENDPOINTS_EXPORT_COLLECTION_H

#include "base/zip.h"
#include "endpoints/call.h"
#include "query/query.h"
#include "storage/database.h"

// The destination of the collections of REVISION; everything is borrowed.
struct export_target {
    struct call *call; // the call that reads them
    const struct revision *revision;
    struct zip *archive;
    struct database *tables; // a database without their tables, in a transaction
    enum corpus corpus;
    const json_t *named; // see export_named_read
};

// Reads COLLECTION once, record by record, and holds no connection between two pieces. Returns its
// resource in the data package, a new reference; NULL on failure, with the call's problem set if
// the collection could not be read.
json_t *export_collection_write(const struct export_target *target,
                                const struct collection *collection);

#endif
