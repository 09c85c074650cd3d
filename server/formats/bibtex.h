// Works as entries of BibTeX from CSL-JSON (Citation Style Language 1.0.2).
#ifndef RELATA_FORMATS_BIBTEX_H
#define RELATA_FORMATS_BIBTEX_H

#include "base/buffer.h"
#include "base/json.h"

// A file of entries is UTF-8. Entries are complete in themselves: a file is any number of them one
// behind another, with nothing before, between or after them, and without any it is empty.
//
// CSL is an item that is valid by the contract's schema `Csl` and stays the caller's. The same item
// gives the same bytes. When memory ends, OUT has failed. Reentrant. Runs of white space and
// control characters become one space, so that no value has a line break; what is blank counts as
// absent.

// An entry of classic BibTeX (Patashnik, "BibTeXing", 1988), with the fields doi, url, urldate, day
// and others of biblatex, which classic styles ignore. The key is the item's id; in an id that is
// no citation key, what BibTeX refuses is `_`. TeX's special characters are escaped, but not in doi
// and url, which styles take as they are: there, braces and backslashes are percent-encoded. The
// container of a work that is neither an article nor part of a book is howpublished or, for books,
// reports and theses without a collection, series.
void bibtex_write(const json_t *csl, struct buffer *out);

#endif
