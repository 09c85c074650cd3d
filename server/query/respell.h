// The nearest spelling of what nothing was found for.
#ifndef RELATA_QUERY_RESPELL_H
#define RELATA_QUERY_RESPELL_H

#include "base/buffer.h"
#include "query/search_terms.h"
#include "storage/database.h"

// Writes TEXT with the nearest word of any record in place of each word that no record ever had.
// False where there is no such word, or none near to one of them, and on failure.
bool respell_text(struct database *database, struct search_text text, struct buffer *out);

#endif
