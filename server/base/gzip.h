// Compresses to, and decompresses from, the gzip format (RFC 1952).
#ifndef RELATA_BASE_GZIP_H
#define RELATA_BASE_GZIP_H

#include "base/buffer.h"

struct gzip;

// A compressor for one body; NULL if memory runs out. The output is deterministic.
struct gzip *gzip_new(void);
// Compresses LENGTH BYTES and appends what is ready to OUT. LAST ends the body: the rest is
// written, and no more may be added. False if memory runs out.
bool gzip_add(struct gzip *gzip, const void *bytes, size_t length, bool last, struct buffer *out);
void gzip_free(struct gzip *gzip);
// Decompresses one complete gzip body of LENGTH bytes and appends it to OUT. False if memory runs
// out or BYTES is not valid gzip.
bool gzip_unpack(const void *bytes, size_t length, struct buffer *out);

#endif
