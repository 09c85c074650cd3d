// The formats of answers with records: their names, how they frame and convert records, and which
// one a request asks for.
#ifndef RELATA_FORMATS_OUTPUT_FORMAT_H
#define RELATA_FORMATS_OUTPUT_FORMAT_H

#include "contract/openapi.h"
#include "formats/atom.h"
#include "formats/tabular.h"

// Bits, so that sets of shapes can be written.
enum output_shape {
    SHAPE_ENVELOPE = 1,  // one page with its metadata
    SHAPE_RECORDS = 2,   // only the records, as JSON
    SHAPE_ROWS = 4,      // only the records, as text for spreadsheets
    SHAPE_WORKS = 8,     // the works that the records cite
    SHAPE_WORKBOOK = 16, // a spreadsheet file, made from lines of JSON
    SHAPE_FEED = 32,     // one page, the newest first, for subscribers
    SHAPE_LINKED = 64    // linked data about one thing
};

// What a format may need to know besides the records.
struct format_context {
    const struct tabular *table; // from record_writer.h; NULL for a format without columns
    const struct feed *feed;     // the feed that it is a page of; NULL if it is not a feed
};

struct output_format {
    const char *name; // a value of `format`
    const char *type; // the Content-Type
    const char *extension;
    enum output_shape shape;
    // Written before the first record, between two, after each, and at the end.
    const char *open, *between, *after, *close;
    // Writes a record; NULL if its JSON is written unchanged.
    void (*record)(const struct format_context *context, const json_t *record, struct buffer *out);
    // Write more at the beginning and the end; NULL if there is nothing more.
    void (*head)(const struct format_context *context, struct buffer *out);
    void (*tail)(struct buffer *out);
};

// The name of format number I, from 0 on; NULL after the last.
const char *output_format_name(size_t i);

// The format from the argument `format`. Without it, the best of ACCEPT (RFC 9110, 12.5.1; NULL for
// anything) among those that the contract lists in `x-accept`, else the default; the JSON envelope
// if OPERATION has no such parameter. If ACCEPT allows none of them, the default is used, as the
// RFC permits. Never NULL: it is proved at start that every value in the contract is known.
const struct output_format *output_format_choose(const struct operation *operation,
                                                 const json_t *arguments, const char *accept);

// Whether OPERATION uses `Accept`.
bool output_format_negotiates(const struct operation *operation);

#endif
