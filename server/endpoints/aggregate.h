// The frame around counts and sums: tag, meta and links, the same for the network, the timeline and
// the totals of aid.
#ifndef RELATA_ENDPOINTS_AGGREGATE_H
#define RELATA_ENDPOINTS_AGGREGATE_H

#include "endpoints/selection.h"

struct aggregate {
    struct selection selection;
    struct buffer meta; // what it adds to `meta`, each member with a comma before it
};

// Serves CALL: reads the selection, lets WRITE write the value of `data`, puts the frame around it.
enum err aggregate_serve(struct call *call,
                         enum err (*write)(struct aggregate *aggregate, struct buffer *out));

#endif
