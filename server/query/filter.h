// Filters: the field and the operator that a parameter stands for, and their SQL.
#ifndef RELATA_QUERY_FILTER_H
#define RELATA_QUERY_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/json.h"
#include "model/collection.h"
#include "storage/sql.h"

enum filter_op {
    OPERATOR_ANY,
    OPERATOR_NOT,
    OPERATOR_ALL,
    OPERATOR_GT,
    OPERATOR_GTE,
    OPERATOR_LT,
    OPERATOR_LTE,
    OPERATOR_CONTAINS,
    OPERATOR_STARTSWITH,
    OPERATOR_ISNULL
};

// Splits a parameter name such as `year__gte`; false if the collection has no such field or the
// field no such operator.
bool filter_read(const struct collection *collection, const char *parameter,
                 const struct field **ret_field, enum filter_op *ret_op);

// Calls EACH with the name of every parameter that FIELD's kind allows. Returns false as soon as
// EACH does.
bool filter_each(const struct field *field, bool (*each)(void *context, const char *parameter),
                 void *context);

struct condition {
    const struct field *field;
    enum filter_op op;
    const json_t *value; // the argument: a string, an integer, a boolean or a list of strings
};

// The records that are filtered, called T in SQL: those of a collection that are valid at a
// revision.
struct filter_scan {
    const struct collection *collection;
    int64_t revision;  // 0: the revision in which T began
    const char *start; // the column in which a cursor's position starts the scan, or NULL
    bool upward;       // the direction of the scan from there
};

// Adds the condition that a record T must meet.
void filter_condition(struct sql *sql, const struct filter_scan *scan,
                      const struct condition *condition);
// Adds `t.NAME < `, to compare a column with a bound. A unary plus hides the bound from the planner
// if the cursor's position is a better start in the same index.
void filter_bound(struct sql *sql, const struct filter_scan *scan, const char *name,
                  const char *comparison);
// Adds a parameter with an integer or a text.
void filter_value(struct sql *sql, const json_t *value);
// Adds COLUMNS and ` FROM ... WHERE ...`: the sides, as S, of the actors that FIELD names in a
// record, as E, or of the records if they are actors. ALL: for all records, which is fastest actor
// by actor; otherwise SQLite may start from the records already selected.
void filter_sides(struct sql *sql, const struct filter_scan *scan, const struct field *field,
                  const char *columns, bool all);

#endif
