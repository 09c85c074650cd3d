// Suggests another search when nothing was found.
#ifndef RELATA_ENDPOINTS_SUGGESTION_H
#define RELATA_ENDPOINTS_SUGGESTION_H

#include "endpoints/selection.h"

// Writes `,"suggestion":`: the nearest spelling of the selection's words that finds something with
// the same filters, or null. The selection must have been counted.
enum err suggestion_write(const struct selection *selection, struct buffer *out);

#endif
