// Whole answers of any length, made piece by piece while they are sent.
#ifndef RELATA_ENDPOINTS_EXPORT_H
#define RELATA_ENDPOINTS_EXPORT_H

#include "endpoints/selection.h"

// Answers with all records of LISTING, which is emptied: they are read in batches at the listing's
// revision, and nothing of the database is held between two pieces.
enum err export_answer(struct selection *listing);

#endif
