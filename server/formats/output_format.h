// The formats in which records can be answered: what each is called, how it frames records, what
// one record becomes; and which of them a request asks for.
#ifndef RELATA_FORMATS_OUTPUT_FORMAT_H
#define RELATA_FORMATS_OUTPUT_FORMAT_H

#include "contract/openapi.h"
#include "formats/atom.h"
#include "formats/tabular.h"

// Bits, so that a set of shapes can be told.
enum output_shape {
    SHAPE_ENVELOPE = 1,  // one page with all about it
    SHAPE_RECORDS = 2,   // the records alone, as JSON
    SHAPE_ROWS = 4,      // the records alone, as text for spreadsheets
    SHAPE_WORKS = 8,     // the works that the records cite
    SHAPE_WORKBOOK = 16, // a file for spreadsheets, made of lines of JSON
    SHAPE_FEED = 32,     // one page, the newest first, for who subscribes
    SHAPE_LINKED = 64    // linked data of one thing
};

// What a format may need to know beside the records.
struct format_context {
    const struct tabular *table; // that of record_writer.h; NULL for a format without columns
    const struct feed *feed;     // what it is a page of; NULL for a format that is no feed
};

struct output_format {
    const char *name; // a value of `format`
    const char *type; // of Content-Type
    const char *extension;
    enum output_shape shape;
    // Before the first record, between two, behind each, and at the end.
    const char *open, *between, *after, *close;
    // Writes a record: NULL where it stays the JSON that it is.
    void (*record)(const struct format_context *context, const json_t *record, struct buffer *out);
    // Write what more stands at the beginning and the end; NULL where nothing does.
    void (*head)(const struct format_context *context, struct buffer *out);
    void (*tail)(struct buffer *out);
};

// The name of the format with the number I, from 0 on; NULL behind the last.
const char *output_format_name(size_t i);

// By the argument `format`; where it is not given, by ACCEPT (RFC 9110, 12.5.1; NULL for anything)
// among those that the contract names in `x-accept`, else the default; JSON in an envelope where
// OPERATION has no such parameter. An ACCEPT that none of them satisfies is answered by the
// default, as the RFC allows. Never NULL: that each value of the contract is known is proved at
// start.
const struct output_format *output_format_choose(const struct operation *operation,
                                                 const json_t *arguments, const char *accept);

// Whether OPERATION heeds `Accept`.
bool output_format_negotiates(const struct operation *operation);

#endif
