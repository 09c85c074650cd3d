// The six collections: names, tables, fields and neighbours. Each field is described once: where it
// is in a record, how it is stored, and so which filter operators it has.
#ifndef RELATA_MODEL_COLLECTION_H
#define RELATA_MODEL_COLLECTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/json.h"

// These numbers are stored in database files; never change them.
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
    ANY_COLLECTION, // for fields whose ids may be of any collection, and for search
    CHANGES
};

// The collections that statements name, as SQL.
#define SQL_TEXT_OF(number) #number
#define SQL_TEXT(number) SQL_TEXT_OF(number)
#define SQL_EVENTS SQL_TEXT(EVENTS_NUMBER)
#define SQL_AID SQL_TEXT(AID_NUMBER)
#define SQL_ACTORS SQL_TEXT(ACTORS_NUMBER)
#define SQL_REFERENCES SQL_TEXT(REFERENCES_NUMBER)

enum field_store {
    STORE_COLUMN,  // a typed column of the collection's table
    STORE_ENTRY,   // rows of the table `entry`, for lists
    STORE_REVERSE, // rows of `entry` that belong to records of another collection and name this one
    STORE_SPAN,    // a span of fiscal years in two columns
    STORE_SIDE     // rows of the table `actor_side`, the sides of actors
};

enum field_type { TYPE_CODE, TYPE_TEXT, TYPE_INTEGER, TYPE_DAY };

struct field {
    const char *name;
    enum field_store store;
    enum field_type type;
    // Where the values are in a record, derived fields included: keys separated by `/`; `*` means
    // each item of a list, `key=value` selects the objects with that value, `|` separates
    // alternatives. For STORE_REVERSE: the fields of the other collection, separated by `|`. For
    // STORE_SIDE: the field that names the actors, NULL if the record is one.
    const char *path;
    enum collection_number target; // the collection that the values are ids of
    bool nullable;
    bool internal; // for internal use; not a parameter
    bool mutual;   // a relation that must be stated on both records
};

// Another collection whose records refer to this one, found by one of its filters.
struct neighbour {
    const char *name; // the key in `links` and `counts`
    enum collection_number collection;
    const char *filter;
};

struct collection {
    enum collection_number number;
    const char *name; // as used in addresses and file names
    const char *type; // the `type` of a served record
    const char *table;
    const char *write_schema; // the schema of a record as an editor writes it
    const char *served_schema;
    const char *label; // the field that a record is called by
    const struct field *fields;
    const struct neighbour *neighbours;
    // Adds the derived fields to RECORD, which must be valid; false if memory runs out.
    bool (*derive)(json_t *record);
    // Checks that the fields of RECORD, which is valid by its schema, agree with each other.
    // Otherwise returns the field that does not, and the reason.
    bool (*agrees)(const json_t *record, const char **ret_field, const char **ret_detail);
    bool dated; // has the columns date_start and date_end, and so the filter `date`
};

#define COLLECTION_COUNT_NUMBER 6
enum { COLLECTION_COUNT = COLLECTION_COUNT_NUMBER };
extern const struct collection collections[COLLECTION_COUNT];

// Not collections of records, but listed the same way: search results over all collections, and
// changes.
extern const struct collection collection_search, collection_changes;

const struct collection *collection_numbered(enum collection_number number);
// NULL if there is no such collection.
const struct collection *collection_named(const char *name);
// The collection whose served records have this TYPE; NULL if there is none.
const struct collection *collection_typed(const char *type);
const struct field *collection_field(const struct collection *collection, const char *name);

// Calls EACH for every string or integer at PATH (see struct field) of RECORD, with its JSON
// pointer. Nulls are skipped. Returns false as soon as EACH does.
bool collection_record_walk(const json_t *record, const char *path,
                            bool (*each)(void *context, const json_t *value, const char *pointer),
                            void *context);

// RECORD with its derived fields: a new reference, or NULL if memory runs out.
json_t *collection_record_derived(const struct collection *collection, const json_t *record);

#endif
