// Writes works as RIS records from CSL-JSON (Citation Style Language 1.0.2).
#ifndef RELATA_FORMATS_RIS_H
#define RELATA_FORMATS_RIS_H

#include "base/buffer.h"
#include "base/json.h"

// A file of entries is UTF-8. Entries are self-contained: a file is any number of them in sequence,
// without header, separators or footer; without entries it is empty.
//
// CSL is an item that is valid by the contract's schema `Csl`; the caller keeps it. The same item
// always gives the same bytes. If memory runs out, OUT has failed. Any thread may call it. Runs of
// white space and control characters become one space, so no value has a line break; blank values
// count as absent.

// Writes a record of RIS (Research Information Systems, tags as of 2011; lines end with CRLF). A
// name of one part, such as an organisation's, ends with a comma, so that readers do not split it.
// RIS cannot escape commas inside names, so they become spaces.
void ris_write(const json_t *csl, struct buffer *out);

#endif
