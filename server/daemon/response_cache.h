// Keeps finished answers as long as the dataset stays the same, within a bound of bytes.
//
// A key is kept from its second request on, so that queries nobody repeats push nothing out; what
// was not asked for the longest time goes first. Any thread may call anything at any time.
#ifndef RELATA_DAEMON_RESPONSE_CACHE_H
#define RELATA_DAEMON_RESPONSE_CACHE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The first member of what is kept: whoever holds it may use it, and gives it back.
struct cached_response {
    atomic_uint holders;
    size_t bytes; // of memory, all told
    void (*release)(struct cached_response *kept);
};

void response_cache_release(struct cached_response *kept);

struct response_cache;

// BYTES bounds what is kept, with what the cache itself needs for it; 0 keeps nothing. NULL when
// memory ends.
struct response_cache *response_cache_new(size_t bytes);
void response_cache_free(struct response_cache *cache);

// A search that found nothing.
struct response_cache_miss {
    const char *key; // borrowed
    unsigned variant;
    uint64_t hash;
    int place; // among those under way, or -1
    bool wanted;
    bool busy; // somebody makes the answer
};

// Who waits for an answer under way without holding a thread.
struct response_cache_waiter {
    struct response_cache_waiter *next;
    void (*wake)(struct response_cache_waiter *waiter); // on the thread that has made the answer
};

// REVISION is the newest one from now on; if it was not so before, all that is kept goes.
void response_cache_turn(struct response_cache *cache, uint64_t revision);

// What is kept of KEY in its VARIANT; the caller holds it. Else NULL: then the caller makes the
// answer, and must call response_cache_fill. Where somebody makes it already, RET_MISS is busy, and
// there is nothing to fill: it can be waited for. RETRY: also then the caller makes it, for what
// was waited for may turn out not to be kept.
struct cached_response *response_cache_find(struct response_cache *cache, const char *key,
                                            unsigned variant, bool retry,
                                            struct response_cache_miss *ret_miss);

// An answer that one client alone gets: nothing is looked for, and what is filled is not kept.
struct response_cache_miss response_cache_pass(const char *key, unsigned variant);
// WAITER, which must live until then, is woken when the busy MISS is filled; false where it is
// already.
bool response_cache_wait(struct response_cache *cache, const struct response_cache_miss *miss,
                         struct response_cache_waiter *waiter);

// Whether what was missed would be kept: it was asked for before, or somebody waits for it.
bool response_cache_wants(struct response_cache *cache, const struct response_cache_miss *miss);

// Ends the search: KEPT, or NULL, is kept if it was made from the newest REVISION, or from none
// (0). The caller goes on holding it.
void response_cache_fill(struct response_cache *cache, const struct response_cache_miss *miss,
                         struct cached_response *kept, uint64_t revision);

struct response_cache_state {
    size_t entries, bytes;
};

struct response_cache_state response_cache_read(struct response_cache *cache);

#endif
