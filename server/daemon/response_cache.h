// Caches finished answers as long as the dataset does not change, up to a number of bytes.
//
// A key is cached from its second request on, so that queries nobody repeats evict nothing; the
// least recently used answer is evicted first. Any thread may call any function at any time.
#ifndef RELATA_DAEMON_RESPONSE_CACHE_H
#define RELATA_DAEMON_RESPONSE_CACHE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Must be the first member of what is cached. A holder may use it, and must give it back.
struct cached_response {
    atomic_uint holders;
    size_t bytes; // of memory in total
    void (*release)(struct cached_response *kept);
};

void response_cache_release(struct cached_response *kept);

struct response_cache;

// BYTES limits the answers and the cache's own memory; 0 disables the cache. NULL if memory runs
// out.
struct response_cache *response_cache_new(size_t bytes);
void response_cache_free(struct response_cache *cache);

// A lookup that found nothing.
struct response_cache_miss {
    const char *key; // borrowed
    unsigned variant;
    uint64_t hash;
    int place; // index among the answers being made, or -1
    bool wanted;
    bool busy; // another request is making the answer
};

// A request that waits for an answer being made, without blocking a thread.
struct response_cache_waiter {
    struct response_cache_waiter *next;
    // called on the thread that has made the answer
    void (*wake)(struct response_cache_waiter *waiter);
};

// Sets the newest REVISION. If it is a new one, the cache is emptied.
void response_cache_turn(struct response_cache *cache, uint64_t revision);

// The cached answer to KEY in its VARIANT, held by the caller; or NULL: then the caller makes the
// answer and must call response_cache_fill. If another request is already making it, RET_MISS is
// busy and there is nothing to fill; the caller can wait for it. With RETRY the caller makes it
// even then, because an answer that was waited for may turn out not to be cacheable.
struct cached_response *response_cache_find(struct response_cache *cache, const char *key,
                                            unsigned variant, bool retry,
                                            struct response_cache_miss *ret_miss);

// A miss for an answer to a single client: nothing is looked up, and what is filled is not cached.
struct response_cache_miss response_cache_pass(const char *key, unsigned variant);
// Wakes WAITER, which must live until then, when the busy MISS is filled; false if it has been
// filled already.
bool response_cache_wait(struct response_cache *cache, const struct response_cache_miss *miss,
                         struct response_cache_waiter *waiter);

// Whether the missed answer would be cached: it was asked for before, or somebody waits for it.
bool response_cache_wants(struct response_cache *cache, const struct response_cache_miss *miss);

// Ends the lookup: caches KEPT, unless it is NULL, if it was made from the newest REVISION or from
// none (0). The caller still holds it.
void response_cache_fill(struct response_cache *cache, const struct response_cache_miss *miss,
                         struct cached_response *kept, uint64_t revision);

struct response_cache_state {
    size_t entries, bytes;
};

struct response_cache_state response_cache_read(struct response_cache *cache);

#endif
