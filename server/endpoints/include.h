// Embeds related records (`include`) and selects keys (`fields`) in an answer.
#ifndef RELATA_ENDPOINTS_INCLUDE_H
#define RELATA_ENDPOINTS_INCLUDE_H

#include "endpoints/call.h"

// Whether KEY names records that can be embedded next to those of COLLECTION, or of all
// collections: a collection, or `related`, which is everything that no other value embeds.
bool include_known(const struct collection *collection, const char *key);

// Collects the ids that the records of one answer refer to, and writes each of those records once.
struct inclusion {
    json_t *wanted;  // collection name -> object of ids; NULL if nothing is asked for
    json_t *related; // object of ids of any collection; NULL if they are not asked for
};

// For the call's `include`. Release it with include_cleanup.
struct inclusion include_of(const struct call *call);
// For the collection NAME only.
struct inclusion include_named(const char *name);
void include_cleanup(struct inclusion *inclusion);

// Collects the ids in the rendering JSON of LENGTH bytes.
void include_note(struct inclusion *inclusion, const struct collection *collection,
                  const char *json, size_t length);

// Writes `,"included":` and its value as of REVISION; null if nothing was asked for.
enum err include_write(const struct inclusion *inclusion, struct call *call, int64_t revision,
                       struct buffer *out);

// Calls EACH with the renderings of the records of the collection NAME with IDS, the keys of an
// object, sorted by id.
enum err include_each(struct database *database, const char *name, const json_t *ids,
                      int64_t revision,
                      void (*each)(void *context, const char *json, size_t length), void *context);

// Whether the call's renderings must be parsed, to select keys or convert prices.
bool include_changes_records(const struct call *call);

// Writes the rendering, or only the keys in the call's `fields`, in the dollars that it asks for.
enum err include_record_write(struct call *call, const char *json, size_t length,
                              struct buffer *out);

// Writes a rendering as a search hit: what it is, where it is, and how it matches.
void include_hit_write(const char *json, size_t length, struct buffer *out);

#endif
