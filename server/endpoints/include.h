// Embedded neighbours (`include`) and chosen keys (`fields`) of the records in an answer.
#ifndef RELATA_INCLUDE_H
#define RELATA_INCLUDE_H

#include "endpoints/call.h"

// Collects what the records of one answer name, and writes each named record once.
struct inclusion {
    json_t *wanted; // collection name -> object of ids; NULL where nothing is asked for
};

// For the call's `include`; to be released with inclusion_cleanup.
struct inclusion inclusion_of(const struct call *call);
// For the collection NAME alone.
struct inclusion inclusion_named(const char *name);
void inclusion_cleanup(struct inclusion *inclusion);

// Notes what the rendering JSON of LENGTH bytes names.
void inclusion_note(struct inclusion *inclusion, const struct collection *collection,
                    const char *json, size_t length);

// Writes `,"included":` and its value as of REVISION, null where nothing was asked for.
enum err inclusion_write(const struct inclusion *inclusion, struct call *call, int64_t revision,
                         struct buffer *out);

// Calls EACH with the renderings of the records of the collection NAME with IDS, the keys of an
// object, in the order of their ids.
enum err neighbours_each(struct database *database, const char *name, const json_t *ids,
                         int64_t revision,
                         void (*each)(void *context, const char *json, size_t length),
                         void *context);

// Whether the call's renderings must be taken apart: for some of their keys, or for other prices.
bool record_changes(const struct call *call);

// Writes the rendering, or only the keys that the call's `fields` names, in the dollars that it
// asks for.
enum err record_write(struct call *call, const char *json, size_t length, struct buffer *out);

// Writes what a search shows of a rendering: what it is, where, and how it matches.
void hit_write(const char *json, size_t length, struct buffer *out);

#endif
