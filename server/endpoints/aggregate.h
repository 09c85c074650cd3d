// The frame around counts and sums: tag, meta and links, the same for the network, the timeline and
// the totals of aid.
#ifndef RELATA_ENDPOINTS_AGGREGATE_H
#define RELATA_ENDPOINTS_AGGREGATE_H

#include "endpoints/selection.h"

struct aggregate {
    struct selection selection;
    struct buffer meta; // what it adds to `meta`, each member with a comma before it
    // Of those that can be told as a table: its name in that of the file, and the schema of the
    // rows that stand in `data` then; else NULL.
    const char *name, *row_schema;
};

// Whether the answer is a table, so that `data` is to be a plain list of rows.
bool aggregate_is_table(const struct aggregate *aggregate);

// Writes `,"links":` of an answer about SELECTION that has no pages, and sets the header `Link`.
void aggregate_links(const struct selection *selection, struct buffer *out);

// Serves CALL: reads the selection, lets WRITE write the value of `data`, puts the frame around it.
enum err aggregate_serve(struct call *call,
                         enum err (*write)(struct aggregate *aggregate, struct buffer *out));

#endif
