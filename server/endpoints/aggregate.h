// The frame around counts and sums: tag, meta and links, shared by the network, the timeline and
// the aid totals.
#ifndef RELATA_ENDPOINTS_AGGREGATE_H
#define RELATA_ENDPOINTS_AGGREGATE_H

#include "endpoints/selection.h"

struct aggregate {
    struct selection selection;
    struct buffer meta; // additional members of `meta`, each preceded by a comma
    // For answers that can also be a table: its part of the file name, and the schema of the rows
    // in `data`; otherwise NULL.
    const char *name, *row_schema;
};

// Whether the answer is a table, so that `data` is written as a plain list of rows.
bool aggregate_is_table(const struct aggregate *aggregate);

// Writes `,"links":` of an answer about SELECTION that has no pages, and sets the header `Link`.
void aggregate_links(const struct selection *selection, struct buffer *out);

// Serves CALL: reads the selection, lets WRITE write the value of `data`, and frames it.
enum err aggregate_serve(struct call *call,
                         enum err (*write)(struct aggregate *aggregate, struct buffer *out));

#endif
