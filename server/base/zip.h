// Writes ZIP archives (PKWARE APPNOTE 6.3), the same bytes for the same entries.
#ifndef RELATA_BASE_ZIP_H
#define RELATA_BASE_ZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/scratch.h"

struct zip;

// An archive that is written to OUT, which is empty and borrowed until it ends; every entry is
// stamped TIME (seconds since 1970). NULL when memory ends.
struct zip *zip_new(int64_t time, struct scratch *out);

// The functions below return false where memory or the disk ends, and from then on.

// Adds the file NAME.
bool zip_add(struct zip *file, const char *name, const void *bytes, size_t length);
// Adds what stands in CONTENT, finished or not, as the file NAME.
bool zip_add_file(struct zip *file, const char *name, const struct scratch *content);

// The same for a file of any length whose bytes come in pieces: no other is added meanwhile.
bool zip_open(struct zip *file, const char *name);
bool zip_write(struct zip *file, const void *bytes, size_t length);
bool zip_close(struct zip *file);

// Ends the archive and frees it; false where it is not whole. NULL is not whole.
bool zip_end(struct zip *file);

// Whether the file NAME of the archive in FILE can be read whole and ends with the text END.
bool zip_ends(const struct scratch *file, const char *name, const char *end);

#endif
