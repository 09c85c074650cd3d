// Writes ZIP archives (PKWARE APPNOTE 6.3); the same entries give the same bytes.
#ifndef RELATA_BASE_ZIP_H
#define RELATA_BASE_ZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/scratch.h"

struct zip;

// A new archive, written to OUT, which must be empty and is borrowed until zip_end. Every entry is
// stamped TIME (seconds since 1970). NULL if memory runs out.
struct zip *zip_new(int64_t time, struct scratch *out);

// The functions below return false if memory or the disk runs out, and for every call after that.

// Adds the file NAME.
bool zip_add(struct zip *file, const char *name, const void *bytes, size_t length);
// Adds the content of CONTENT, which need not be finished, as the file NAME.
bool zip_add_file(struct zip *file, const char *name, const struct scratch *content);

// The same for a file of unknown length that is written in pieces; no other file can be added
// meanwhile.
bool zip_open(struct zip *file, const char *name);
bool zip_write(struct zip *file, const void *bytes, size_t length);
bool zip_close(struct zip *file);

// Completes the archive and frees it; false if it is not complete. NULL counts as not complete.
bool zip_end(struct zip *file);

// Whether the entry NAME of the archive in FILE can be read completely and ends with the text END.
bool zip_ends(const struct scratch *file, const char *name, const char *end);

#endif
