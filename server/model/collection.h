// The six collections: their names, tables, fields and neighbours. A field is told here once: where
// it stands in a record, how it is kept, and so by which operators it can be asked for.
#ifndef RELATA_MODEL_COLLECTION_H
#define RELATA_MODEL_COLLECTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/json.h"

// The numbers stand in database files.
#define EVENTS_NUMBER 1
#define AID_NUMBER 2
#define ACTORS_NUMBER 3
#define REFERENCES_NUMBER 4

enum collection_number {
    NO_COLLECTION,
    EVENTS = EVENTS_NUMBER,
    AID = AID_NUMBER,
    ACTORS = ACTORS_NUMBER,
    REFERENCES = REFERENCES_NUMBER,
    ERAS,
    THEMES,
    ANY_COLLECTION, // of a field whose ids may be of any; of a search
    CHANGES
};

// Those that statements name, as SQL.
#define SQL_TEXT_OF(number) #number
#define SQL_TEXT(number) SQL_TEXT_OF(number)
#define SQL_EVENTS SQL_TEXT(EVENTS_NUMBER)
#define SQL_AID SQL_TEXT(AID_NUMBER)
#define SQL_ACTORS SQL_TEXT(ACTORS_NUMBER)
#define SQL_REFERENCES SQL_TEXT(REFERENCES_NUMBER)

enum field_store {
    STORE_COLUMN,  // a typed column of the collection's table
    STORE_ENTRY,   // rows of the table `entry`: lists
    STORE_REVERSE, // rows of `entry` that belong to records of another collection, which name this
                   // one
    STORE_SPAN,    // a span of fiscal years in two columns
    STORE_SIDE     // rows of the table `actor_side`: the sides of actors
};

enum field_type { TYPE_CODE, TYPE_TEXT, TYPE_INTEGER, TYPE_DAY };

struct field {
    const char *name;
    enum field_store store;
    enum field_type type;
    // Where the values stand in a record, derived fields included: keys divided by `/`; `*` is each
    // item of a list, `key=value` keeps the objects that say so, `|` divides alternatives. Of
    // STORE_REVERSE, the fields of the other collection, divided by `|`; of STORE_SIDE, the field
    // that names the actors, NULL where the record is one.
    const char *path;
    enum collection_number target; // the values are ids of this collection
    bool nullable;
    bool internal; // kept for the service's own use: not a parameter
    bool mutual;   // a relation that must stand on both records
};

// Another collection whose records lead here, by one of its filters.
struct neighbour {
    const char *name; // in `links` and `counts`
    enum collection_number collection;
    const char *filter;
};

struct collection {
    enum collection_number number;
    const char *name; // in addresses and file names
    const char *type; // as served
    const char *table;
    const char *write_schema; // of a record as an editor writes it
    const char *served_schema;
    const char *label; // the field that names a record to people
    const struct field *fields;
    const struct neighbour *neighbours;
    // Adds the fields that follow from others to RECORD, which must be valid; false when memory
    // ends.
    bool (*derive)(json_t *record);
    // Whether the fields of RECORD, valid by its schema, agree with each other; else the field that
    // does not and why not.
    bool (*agrees)(const json_t *record, const char **ret_field, const char **ret_detail);
    bool dated; // has date_start and date_end columns, to be asked for by `date`
};

#define COLLECTION_COUNT_NUMBER 6
enum { COLLECTION_COUNT = COLLECTION_COUNT_NUMBER };
extern const struct collection collections[COLLECTION_COUNT];

// Not collections of records, but listed in the same way: what matches a search in all of them, and
// what changed.
extern const struct collection collection_search, collection_changes;

const struct collection *collection_numbered(enum collection_number number);
// NULL where there is no such collection.
const struct collection *collection_named(const char *name);
// The one of records of TYPE, as served; NULL where there is none.
const struct collection *collection_typed(const char *type);
const struct field *collection_field(const struct collection *collection, const char *name);

// Calls EACH for every text or integer at PATH (see struct field) of RECORD, with the JSON pointer
// at which it stands. Nulls are passed over. False as soon as EACH returns false.
bool collection_record_walk(const json_t *record, const char *path,
                            bool (*each)(void *context, const json_t *value, const char *pointer),
                            void *context);

// RECORD with its derived fields, a new reference; NULL when memory ends.
json_t *collection_record_derived(const struct collection *collection, const json_t *record);

#endif
