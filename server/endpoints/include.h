// Embedded neighbours (`include`) and chosen keys (`fields`) of the records in an answer.
#ifndef RELATA_ENDPOINTS_INCLUDE_H
#define RELATA_ENDPOINTS_INCLUDE_H

#include "endpoints/call.h"

// Whether KEY names records that can be embedded beside those of COLLECTION, or of one of all: a
// collection, or `related`, all that nothing else embeds.
bool include_known(const struct collection *collection, const char *key);

// Collects what the records of one answer name, and writes each named record once.
struct inclusion {
    json_t *wanted;  // collection name -> object of ids; NULL where nothing is asked for
    json_t *related; // object of ids of any collection; NULL where those are not asked for
};

// For the call's `include`; to be released with include_cleanup.
struct inclusion include_of(const struct call *call);
// For the collection NAME alone.
struct inclusion include_named(const char *name);
void include_cleanup(struct inclusion *inclusion);

// Notes what the rendering JSON of LENGTH bytes names.
void include_note(struct inclusion *inclusion, const struct collection *collection,
                  const char *json, size_t length);

// Writes `,"included":` and its value as of REVISION, null where nothing was asked for.
enum err include_write(const struct inclusion *inclusion, struct call *call, int64_t revision,
                       struct buffer *out);

// Calls EACH with the renderings of the records of the collection NAME with IDS, the keys of an
// object, in the order of their ids.
enum err include_each(struct database *database, const char *name, const json_t *ids,
                      int64_t revision,
                      void (*each)(void *context, const char *json, size_t length), void *context);

// Whether the call's renderings must be taken apart: for some of their keys, or for other prices.
bool include_changes_records(const struct call *call);

// Writes the rendering, or only the keys that the call's `fields` names, in the dollars that it
// asks for.
enum err include_record_write(struct call *call, const char *json, size_t length,
                              struct buffer *out);

// Writes what a search shows of a rendering: what it is, where, and how it matches.
void include_hit_write(const char *json, size_t length, struct buffer *out);

#endif
