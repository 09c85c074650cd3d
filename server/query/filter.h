// Filters: which field of a collection a parameter compares with what, and how SQL says it.
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

// Splits a parameter's name such as `year__gte`; false where the collection has no such field or
// the field no such operator.
bool filter_read(const struct collection *collection, const char *parameter,
                 const struct field **ret_field, enum filter_op *ret_op);

// Calls EACH with the name of every parameter that FIELD's kind makes possible; false as soon as
// EACH returns false.
bool filter_each(const struct field *field, bool (*each)(void *context, const char *parameter),
                 void *context);

struct condition {
    const struct field *field;
    enum filter_op op;
    const json_t *value; // of the parameter: a text, an integer, a boolean, a list of texts
};

// The records that are filtered, which SQL calls T: those of a collection that are valid at a
// revision.
struct filter_scan {
    const struct collection *collection;
    int64_t revision;  // 0: that in which T began
    const char *start; // the column in which the position of a cursor starts the scan, or NULL
    bool upward;       // and which way it goes from there
};

// Adds the condition that a record T must meet.
void filter_condition(struct sql *sql, const struct filter_scan *scan,
                      const struct condition *condition);
// Adds `t.NAME < `, a column against a bound. A unary plus hides the bound from the planner where
// the position of a cursor is the tighter start in the same index.
void filter_bound(struct sql *sql, const struct filter_scan *scan, const char *name,
                  const char *comparison);
// Adds a parameter: an integer or a text.
void filter_value(struct sql *sql, const json_t *value);
// Adds COLUMNS and ` FROM ... WHERE ...`: the sides, as S, of the actors that FIELD names in a
// record, as E, or that the records are. ALL: of all records, which are best found actor by actor;
// where others tell which records, SQLite may begin with those.
void filter_sides(struct sql *sql, const struct filter_scan *scan, const struct field *field,
                  const char *columns, bool all);

#endif
