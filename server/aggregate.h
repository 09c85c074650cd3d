// The frame around counts of events: tag, meta and links, the same for the network and the
// timeline.
#ifndef RELATA_AGGREGATE_H
#define RELATA_AGGREGATE_H

#include "listing.h"

// Serves CALL: reads the selection, lets WRITE write the value of `data`, puts the frame around it.
enum err aggregate_serve(struct call *call,
                         enum err (*write)(struct listing *listing, struct buffer *out));

#endif
