// The tables of the archive's SQLite file besides the flat ones.
#ifndef RELATA_ENDPOINTS_EXPORT_TABLES_H
#define RELATA_ENDPOINTS_EXPORT_TABLES_H

#include "storage/database.h"

// A column of a collection that holds the id of a record of another one.
struct export_reference {
    const char *collection, *column, *target;
};

// Reference number I, from 0 on; NULL after the last.
const struct export_reference *export_tables_reference(size_t i);

// The collection that COLUMN of COLLECTION refers to, or NULL.
const char *export_tables_target(const char *collection, const char *column);

// Fills the link tables, the full text and the views of TABLES, which already has a flat table per
// collection with each record as `json`. False on failure.
bool export_tables_link(struct database *tables);

#endif
