// Suggests another spelling when a search finds nothing.
#ifndef RELATA_QUERY_RESPELL_H
#define RELATA_QUERY_RESPELL_H

#include "base/buffer.h"
#include "query/search_terms.h"
#include "storage/database.h"

// Writes TEXT with each word that no record ever had replaced by the nearest word of a record.
// False if all words exist, if one has no near spelling, or on failure.
bool respell_text(struct database *database, struct search_text text, struct buffer *out);

#endif
