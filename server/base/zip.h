// Writes ZIP archives (PKWARE APPNOTE 6.3), the same bytes for the same entries.
#ifndef RELATA_BASE_ZIP_H
#define RELATA_BASE_ZIP_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/scratch.h"

struct zip;

// An archive whose bytes are added to OUT, every entry stamped TIME (seconds since 1970). NULL when
// memory ends.
struct zip *zip_new(int64_t time, struct buffer *out);

// Adds the file NAME. False when memory ends.
bool zip_add(struct zip *file, const char *name, const void *bytes, size_t length);

// Ends the archive and frees it; false where it is not whole. NULL is not whole.
bool zip_end(struct zip *file);

// Whether the file NAME of the archive in FILE can be read whole and ends with the text END.
bool zip_ends(const struct scratch *file, const char *name, const char *end);

#endif
