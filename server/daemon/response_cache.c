// A cache that evicts the least recently used answer and admits a key at its second request.
#include "daemon/response_cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

enum { BUCKETS_MAX = 32768, BYTES_A_BUCKET = 2048, PLACES = 64, SHARE = 8 };

struct cache_entry {
    struct cache_entry *next;          // in its bucket
    struct cache_entry *newer, *older; // ordered by last use
    uint64_t hash;
    struct cached_response *kept;
    size_t bytes;
    unsigned variant;
    char key[];
};

// An answer being made; other requests for it wait (single flight).
struct single_flight {
    uint64_t hash; // 0 if unused
    bool wanted;   // somebody waits
    struct response_cache_waiter *waiters;
};

struct response_cache {
    pthread_mutex_t lock;
    uint64_t revision;
    size_t bound;
    size_t buckets; // a power of two
    struct cache_entry **table;
    uint32_t *asked; // for each bucket, part of the hash of the last key asked for
    struct cache_entry *newest, *oldest;
    struct single_flight places[PLACES];
    struct response_cache_state state;
};

void response_cache_release(struct cached_response *kept)
{
    if (kept && atomic_fetch_sub(&kept->holders, 1) == 1)
        kept->release(kept);
}

struct response_cache *response_cache_new(size_t bytes)
{
    struct response_cache *cache = calloc(1, sizeof *cache);
    if (!cache)
        return NULL;
    cache->bound = bytes;
    cache->buckets = 64;
    while (cache->buckets < BUCKETS_MAX && cache->buckets * BYTES_A_BUCKET < bytes)
        cache->buckets *= 2;
    cache->table = calloc(cache->buckets, sizeof *cache->table);
    cache->asked = calloc(cache->buckets, sizeof *cache->asked);
    pthread_mutex_init(&cache->lock, NULL);
    // Without a working hash all keys would fall into one bucket, so no cache is made.
    if (cache->table && cache->asked && digest_hash("", 0))
        return cache;
    response_cache_free(cache);
    return NULL;
}

// Never 0.
static uint64_t hash_of(const char *key, unsigned variant)
{
    uint64_t hash = digest_hash(key, strlen(key)) + variant;
    return hash ? hash : 1;
}

static struct cache_entry **slot_of(struct response_cache *cache, uint64_t hash)
{
    return &cache->table[hash & (cache->buckets - 1)];
}

static void entry_unlink(struct response_cache *cache, struct cache_entry *entry)
{
    *(entry->newer ? &entry->newer->older : &cache->newest) = entry->older;
    *(entry->older ? &entry->older->newer : &cache->oldest) = entry->newer;
}

static void entry_link(struct response_cache *cache, struct cache_entry *entry)
{
    entry->newer = NULL;
    entry->older = cache->newest;
    *(cache->newest ? &cache->newest->newer : &cache->oldest) = entry;
    cache->newest = entry;
}

static void entry_remove(struct response_cache *cache, struct cache_entry *entry)
{
    struct cache_entry **slot = slot_of(cache, entry->hash);
    while (*slot != entry)
        slot = &(*slot)->next;
    *slot = entry->next;
    entry_unlink(cache, entry);
    cache->state.bytes -= entry->bytes;
    cache->state.entries--;
    response_cache_release(entry->kept);
    free(entry);
}

static void cache_empty(struct response_cache *cache)
{
    while (cache->oldest)
        entry_remove(cache, cache->oldest);
}

void response_cache_free(struct response_cache *cache)
{
    if (!cache)
        return;
    cache_empty(cache);
    pthread_mutex_destroy(&cache->lock);
    free(cache->table);
    free(cache->asked);
    free(cache);
}

static struct cache_entry *entry_find(struct response_cache *cache, const char *key,
                                      unsigned variant, uint64_t hash)
{
    struct cache_entry *entry = *slot_of(cache, hash);
    while (entry &&
           (entry->hash != hash || entry->variant != variant || strcmp(entry->key, key) != 0))
        entry = entry->next;
    return entry;
}

static int place_find(const struct response_cache *cache, uint64_t hash)
{
    for (int i = 0; i < PLACES; i++)
        if (cache->places[i].hash == hash)
            return i;
    return -1;
}

// Whether it was asked for before.
static bool asked_note(struct response_cache *cache, uint64_t hash)
{
    uint32_t *last = &cache->asked[hash & (cache->buckets - 1)], mark = (uint32_t)(hash >> 32);
    bool before = *last == mark;
    *last = mark;
    return before;
}

static void miss_note(struct response_cache *cache, struct response_cache_miss *miss)
{
    miss->wanted = asked_note(cache, miss->hash);
    miss->place = place_find(cache, miss->hash) < 0 ? place_find(cache, 0) : -1;
    if (miss->place >= 0)
        cache->places[miss->place] = (struct single_flight){.hash = miss->hash};
}

static struct cached_response *entry_hold(struct response_cache *cache, struct cache_entry *entry)
{
    if (entry != cache->newest) {
        entry_unlink(cache, entry);
        entry_link(cache, entry);
    }
    atomic_fetch_add(&entry->kept->holders, 1);
    return entry->kept;
}

void response_cache_turn(struct response_cache *cache, uint64_t revision)
{
    pthread_mutex_lock(&cache->lock);
    if (revision != cache->revision)
        cache_empty(cache);
    cache->revision = revision;
    pthread_mutex_unlock(&cache->lock);
}

struct response_cache_miss response_cache_pass(const char *key, unsigned variant)
{
    return (struct response_cache_miss){
        .key = key, .variant = variant, .hash = hash_of(key, variant), .place = -1};
}

struct cached_response *response_cache_find(struct response_cache *cache, const char *key,
                                            unsigned variant, bool retry,
                                            struct response_cache_miss *ret_miss)
{
    struct cached_response *kept = NULL;
    *ret_miss = response_cache_pass(key, variant);
    pthread_mutex_lock(&cache->lock);
    struct cache_entry *entry = entry_find(cache, key, variant, ret_miss->hash);
    if (entry)
        kept = entry_hold(cache, entry);
    else if (!retry && place_find(cache, ret_miss->hash) >= 0)
        ret_miss->busy = true;
    else
        miss_note(cache, ret_miss);
    pthread_mutex_unlock(&cache->lock);
    return kept;
}

bool response_cache_wait(struct response_cache *cache, const struct response_cache_miss *miss,
                         struct response_cache_waiter *waiter)
{
    pthread_mutex_lock(&cache->lock);
    int place = place_find(cache, miss->hash);
    if (place >= 0) {
        waiter->next = cache->places[place].waiters;
        cache->places[place].waiters = waiter;
        cache->places[place].wanted = true;
    }
    pthread_mutex_unlock(&cache->lock);
    return place >= 0;
}

bool response_cache_wants(struct response_cache *cache, const struct response_cache_miss *miss)
{
    pthread_mutex_lock(&cache->lock);
    bool wanted =
        cache->bound && (miss->wanted || (miss->place >= 0 && cache->places[miss->place].wanted));
    pthread_mutex_unlock(&cache->lock);
    return wanted;
}

// One answer may take only part of the cache.
static void entry_add(struct response_cache *cache, const struct response_cache_miss *miss,
                      struct cached_response *kept)
{
    size_t length = strlen(miss->key) + 1,
           bytes = sizeof(struct cache_entry) + length + kept->bytes;
    if (bytes > cache->bound / SHARE || entry_find(cache, miss->key, miss->variant, miss->hash))
        return;
    struct cache_entry *entry = malloc(sizeof *entry + length);
    if (!entry)
        return;
    while (cache->oldest && cache->state.bytes + bytes > cache->bound)
        entry_remove(cache, cache->oldest);
    struct cache_entry **slot = slot_of(cache, miss->hash);
    *entry = (struct cache_entry){
        .next = *slot, .hash = miss->hash, .kept = kept, .bytes = bytes, .variant = miss->variant};
    memcpy(entry->key, miss->key, length);
    *slot = entry;
    entry_link(cache, entry);
    cache->state.bytes += bytes;
    cache->state.entries++;
    atomic_fetch_add(&kept->holders, 1);
}

void response_cache_fill(struct response_cache *cache, const struct response_cache_miss *miss,
                         struct cached_response *kept, uint64_t revision)
{
    pthread_mutex_lock(&cache->lock);
    if (kept && (!revision || revision == cache->revision))
        entry_add(cache, miss, kept);
    struct response_cache_waiter *waiters = NULL;
    if (miss->place >= 0) {
        waiters = cache->places[miss->place].waiters;
        cache->places[miss->place] = (struct single_flight){0};
    }
    pthread_mutex_unlock(&cache->lock);
    while (waiters) {
        struct response_cache_waiter *waiter = waiters;
        waiters = waiter->next; // the waiter may be freed once it is woken
        waiter->wake(waiter);
    }
}

struct response_cache_state response_cache_read(struct response_cache *cache)
{
    pthread_mutex_lock(&cache->lock);
    struct response_cache_state state = cache->state;
    pthread_mutex_unlock(&cache->lock);
    return state;
}
