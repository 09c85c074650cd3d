// Writes records one by one in the format that a call asks for.
#ifndef RELATA_ENDPOINTS_RECORD_WRITER_H
#define RELATA_ENDPOINTS_RECORD_WRITER_H

#include "endpoints/call.h"
#include "formats/tabular.h"

struct record_writer {
    struct call *call; // borrowed
    const struct output_format *format;
    bool whole;            // records are written as their JSON, unchanged
    struct tabular *table; // for formats that are tables
    struct feed *feed;     // for formats that are feeds
};

// For CALL's format and records of COLLECTION, MATCHED by words or not. False if memory runs out.
// Release it with record_writer_cleanup.
bool record_writer_start(struct record_writer *writer, struct call *call,
                         const struct collection *collection, bool matched);
void record_writer_cleanup(struct record_writer *writer);

// Write what comes before the first record, between two, and after the last.
void record_writer_open(const struct record_writer *writer, struct buffer *out);
void record_writer_between(const struct record_writer *writer, struct buffer *out);
void record_writer_close(const struct record_writer *writer, struct buffer *out);

// Writes one record, given as JSON: unchanged or reduced to the call's `fields`; in a format for
// works, the work that it is.
enum err record_writer_record(const struct record_writer *writer, const char *json, size_t length,
                              struct buffer *out);

#endif
