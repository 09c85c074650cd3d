// Complete answers of any length, made piece by piece while they are sent.
#ifndef RELATA_ENDPOINTS_EXPORT_H
#define RELATA_ENDPOINTS_EXPORT_H

#include "endpoints/page.h"

// Answers with all records of PAGE's selection. PAGE is emptied. The records are read in batches at
// its revision; no connection is held between two pieces.
enum err export_answer(struct page *page);

#endif
