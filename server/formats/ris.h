// Works as records of RIS from CSL-JSON (Citation Style Language 1.0.2).
#ifndef RELATA_FORMATS_RIS_H
#define RELATA_FORMATS_RIS_H

#include "base/buffer.h"
#include "base/json.h"

// A file of entries is UTF-8. Entries are complete in themselves: a file is any number of them one
// behind another, with nothing before, between or after them, and without any it is empty.
//
// CSL is an item that is valid by the contract's schema `Csl` and stays the caller's. The same item
// gives the same bytes. When memory ends, OUT has failed. Reentrant. Runs of white space and
// control characters become one space, so that no value has a line break; what is blank counts as
// absent.

// A record of RIS (Research Information Systems, tags as of 2011; lines end with CRLF). A name of
// one part, such as an organisation's, ends with a comma, so that readers do not take it apart; RIS
// has no escape for commas inside names, which become spaces.
void ris_write(const json_t *csl, struct buffer *out);

#endif
