// Records as rows of a table: CSV (RFC 4180) and JSON with a Table Schema (Frictionless Data), by
// one rule for all schemas.
//
// The columns follow from the schema alone, in the order of its properties; each property gives
//
// - a scalar: one column of its name;
// - a list of scalars: one column of its name, in which the values are joined by `;`;
// - a list of objects: one column for each key of the objects, named property_key, but for the key
//   `id`, whose column has the name of the property alone: `actors` (the ids), `actors_name`,
//   `actors_role`, `citations_reference`. Each column joins one value of each object by `;`, with
//   nothing in the place of a null, so that the n-th parts of the columns belong together;
// - an object (`links`, `counts`, `csl`, `highlights`): no column, as its keys differ from record
//   to record or repeat what other columns say; one column with its canonical JSON (RFC 8785) where
//   it is asked for by name.
//
// A list inside of a list (`supports` of a citation) is joined by `,`. In a joined value a
// backslash stands before each `;` and backslash of its own, inside of an inner list before each
// `,` too. So nothing is replaced: read from left to right, what follows a backslash belongs to the
// value.
//
// A struct tabular does not change once it is made; any number of threads may write rows with it.
#ifndef RELATA_FORMATS_TABULAR_H
#define RELATA_FORMATS_TABULAR_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/json.h"
#include "contract/openapi.h"

struct tabular;

// The table of records of components/schemas/SERVED_SCHEMA, with all properties or those in NAMES
// (an array of texts), in their order, each once; names that the schema does not have are passed
// over. Without NAMES, the properties that the contract marks `x-matched` are left out unless the
// records are MATCHED by words. NAMES may be NULL or JSON null and is not kept; SPEC is borrowed
// and must outlive the table. NULL where there is no such schema or memory ends. Freed with
// tabular_free, which takes NULL as well.
struct tabular *tabular_new(const struct openapi *spec, const char *served_schema,
                            const json_t *names, bool matched);
void tabular_free(struct tabular *tabular);

static inline void tabular_cleanup(struct tabular **tabular)
{
    tabular_free(*tabular);
}

// The columns one by one, from 0 on, for formats with cells of their own.
enum tabular_kind {
    TABULAR_ANY,
    TABULAR_DAY,  // YYYY-MM-DD, or null
    TABULAR_STAMP // RFC 3339 in UTC, or null
};

struct tabular_column {
    const char *name;        // of the column, borrowed as all that follows
    const char *property;    // of the record
    const char *key;         // of the objects in the property's list, or NULL
    const char *type;        // of Table Schema
    const char *description; // or NULL
    enum tabular_kind kind;
    bool nullable; // whether its cell may be empty
};

size_t tabular_count(const struct tabular *tabular);
struct tabular_column tabular_column(const struct tabular *tabular, size_t i);

// Empties CELL and leaves there the text of column I of RECORD, a list joined as above. Returns the
// value of the property, NULL where it is missing or null. A failure to allocate is left in
// CELL->failed.
const json_t *tabular_cell(const struct tabular *tabular, size_t i, const json_t *record,
                           struct buffer *cell);

// The functions below append to OUT; a failure to allocate is left in OUT->failed.

// CSV in UTF-8, all lines ended by CRLF. What is missing or null is empty, as is an empty list;
// booleans are `true` and `false`. A text that a spreadsheet would run as a formula, because it
// begins with `=`, `+`, `-`, `@` (also in full width), a tab, CR or LF, gets an apostrophe before
// it; numbers stay as they are. The byte order mark (for Excel) comes before the header, if at all.
void tabular_csv_bom(struct buffer *out);
void tabular_csv_header(const struct tabular *tabular, struct buffer *out);
void tabular_csv_row(const struct tabular *tabular, const json_t *record, struct buffer *out);

// The columns as a Table Schema: name, type, the contract's description, and where the records are
// of one type and have the column, `id` as the primary key. pandas' orient="table" reads no types
// but string, integer, number, boolean, datetime and any, and no null in an integer or boolean
// column, so that nullable integers are `number`, nullable booleans `any`, days and EDTF `string`;
// only full RFC 3339 stamps are `datetime`.
void tabular_schema_write(const struct tabular *tabular, struct buffer *out);

// {"schema": {...}, "data": [{...}, ...]}: the rows are objects with the columns as keys, all of
// them in each. Numbers and booleans stay what they are; null is what is missing, an empty list is
// "". Texts are not guarded. FIRST says that no row came before; after the last row, close.
void tabular_table_open(const struct tabular *tabular, struct buffer *out);
void tabular_table_row(const struct tabular *tabular, const json_t *record, bool first,
                       struct buffer *out);
void tabular_table_close(struct buffer *out);

#endif
