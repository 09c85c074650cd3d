// Packs bytes in the gzip format (RFC 1952), and unpacks them.
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
// Unpacks LENGTH packed BYTES, which are whole, onto OUT. False when memory ends or they are not
// such.
bool gzip_unpack(const void *bytes, size_t length, struct buffer *out);

#endif
