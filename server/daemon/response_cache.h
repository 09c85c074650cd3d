// Keeps finished answers as long as the dataset stays the same, within a bound of bytes.
//
// A key is kept from its second request on, so that queries nobody repeats push nothing out; what
// was not asked for the longest time goes first. Any thread may call anything at any time.
#ifndef RELATA_CACHE_H
#define RELATA_CACHE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The first member of what is kept: whoever holds it may use it, and gives it back.
struct kept {
    atomic_uint holders;
    size_t bytes; // of memory, all told
    void (*release)(struct kept *kept);
};

void kept_give(struct kept *kept);

struct cache;

// BYTES bounds what is kept, with what the cache itself needs for it; 0 keeps nothing. NULL when
// memory ends.
struct cache *cache_new(size_t bytes);
void cache_free(struct cache *cache);

// A search that found nothing.
struct cache_miss {
    const char *key; // borrowed
    unsigned variant;
    uint64_t hash;
    int place; // among those under way, or -1
    bool wanted;
};

// REVISION is the newest one from now on; if it was not so before, all that is kept goes.
void cache_turn(struct cache *cache, uint64_t revision);

// What is kept of KEY in its VARIANT; the caller holds it. Else NULL: then the caller makes the
// answer, and must call cache_fill. Who asks for what another thread is making waits for that.
struct kept *cache_find(struct cache *cache, const char *key, unsigned variant,
                        struct cache_miss *ret_miss);

// Whether what was missed would be kept: it was asked for before, or somebody waits for it.
bool cache_wants(struct cache *cache, const struct cache_miss *miss);

// Ends the search: KEPT, or NULL, is kept if it was made from the newest REVISION, or from none
// (0). The caller goes on holding it.
void cache_fill(struct cache *cache, const struct cache_miss *miss, struct kept *kept,
                uint64_t revision);

struct cache_state {
    size_t entries, bytes;
};

struct cache_state cache_read(struct cache *cache);

#endif
