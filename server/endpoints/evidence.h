// Counts the evidence on which the records of a list are based.
#ifndef RELATA_ENDPOINTS_EVIDENCE_H
#define RELATA_ENDPOINTS_EVIDENCE_H

#include "endpoints/selection.h"

// Writes `,"evidence":` and its value; null if the call does not ask for it.
enum err evidence_write(const struct selection *selection, struct buffer *out);

#endif
