// Writes records, one by one, in the form that a call asks for.
#ifndef RELATA_ENDPOINTS_RECORD_WRITER_H
#define RELATA_ENDPOINTS_RECORD_WRITER_H

#include "endpoints/call.h"
#include "formats/tabular.h"

struct record_writer {
    struct call *call; // borrowed
    const struct output_format *format;
    bool whole;            // records stay the JSON that they are
    struct tabular *table; // of the forms that are tables
    struct feed *feed;     // of the forms that are feeds
};

// For CALL's format and the records of COLLECTION, MATCHED by words or not. False when memory ends.
// To be released with record_writer_cleanup.
bool record_writer_start(struct record_writer *writer, struct call *call,
                         const struct collection *collection, bool matched);
void record_writer_cleanup(struct record_writer *writer);

// What stands before the first record, between two of them and behind the last one.
void record_writer_open(const struct record_writer *writer, struct buffer *out);
void record_writer_between(const struct record_writer *writer, struct buffer *out);
void record_writer_close(const struct record_writer *writer, struct buffer *out);

// One record, given as JSON: as it is or as the call's `fields` wants it; of a form for works, the
// work that it is.
enum err record_writer_record(const struct record_writer *writer, const char *json, size_t length,
                              struct buffer *out);

#endif
