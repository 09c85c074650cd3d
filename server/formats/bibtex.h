// Writes works as BibTeX entries from CSL-JSON (Citation Style Language 1.0.2).
#ifndef RELATA_FORMATS_BIBTEX_H
#define RELATA_FORMATS_BIBTEX_H

#include "base/buffer.h"
#include "base/json.h"

// A file of entries is UTF-8. Entries are self-contained: a file is any number of them in sequence,
// without header, separators or footer; without entries it is empty.
//
// CSL is an item that is valid by the contract's schema `Csl`; the caller keeps it. The same item
// always gives the same bytes. If memory runs out, OUT has failed. Any thread may call it. Runs of
// white space and control characters become one space, so no value has a line break; blank values
// count as absent.

// Writes an entry of classic BibTeX (Patashnik, "BibTeXing", 1988), with the fields doi, url,
// urldate, day and others from biblatex, which classic styles ignore. The key is the item's id,
// with `_` for characters that BibTeX does not allow. TeX's special characters are escaped, except
// in doi and url, which styles use verbatim: there, braces and backslashes are percent-encoded. The
// container of a work that is neither an article nor part of a book goes to howpublished or, for
// books, reports and theses without a collection, to series.
void bibtex_write(const json_t *csl, struct buffer *out);

#endif
