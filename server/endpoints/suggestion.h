// What else to look for where words find nothing.
#ifndef RELATA_ENDPOINTS_SUGGESTION_H
#define RELATA_ENDPOINTS_SUGGESTION_H

#include "endpoints/selection.h"

// Writes `,"suggestion":`: the nearest spelling of the selection's words that finds something under
// the same filters, or null. Of a selection that was counted.
enum err suggestion_write(const struct selection *selection, struct buffer *out);

#endif
