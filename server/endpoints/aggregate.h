// The frame around counts and sums: tag, meta and links, the same for the network, the timeline and
// the totals of aid.
#ifndef RELATA_ENDPOINTS_AGGREGATE_H
#define RELATA_ENDPOINTS_AGGREGATE_H

#include "endpoints/selection.h"

// Serves CALL: reads the selection, lets WRITE write the value of `data`, puts the frame around it.
enum err aggregate_serve(struct call *call,
                         enum err (*write)(struct selection *listing, struct buffer *out));

#endif
