// Packs bytes in the gzip format (RFC 1952).
#ifndef RELATA_BASE_GZIP_H
#define RELATA_BASE_GZIP_H

#include "base/buffer.h"

struct gzip;

// A packer for one body; NULL when memory ends. The same bytes are always packed alike.
struct gzip *gzip_new(void);
// Packs LENGTH more BYTES onto OUT, the rest too where they are the LAST; nothing may follow those.
// False when memory ends.
bool gzip_add(struct gzip *gzip, const void *bytes, size_t length, bool last, struct buffer *out);
void gzip_free(struct gzip *gzip);

#endif
