// Keeps archives as long as their revision is the newest.
#include "endpoints/kept_archive.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/ownership.h"

enum { CORPORA = CORPUS_OFFICIAL + 1 };

struct kept_archive_shelf {
    pthread_mutex_t lock;
    struct kept_archive archives[CORPORA]; // empty if it has no file
    uint64_t asked[CORPORA];               // when each was last asked for, in ticks of CLOCK
    uint64_t clock;
    uint64_t newest; // identity of the newest revision; 0 if not known yet
};

struct kept_archive_shelf *kept_archive_new(void)
{
    struct kept_archive_shelf *shelf = calloc(1, sizeof *shelf);
    if (shelf)
        pthread_mutex_init(&shelf->lock, NULL);
    return shelf;
}

void kept_archive_free(struct kept_archive_shelf *shelf)
{
    if (!shelf)
        return;
    for (size_t i = 0; i < CORPORA; i++)
        scratch_release(shelf->archives[i].file);
    pthread_mutex_destroy(&shelf->lock);
    free(shelf);
}

bool kept_archive_take(struct kept_archive_shelf *shelf, enum corpus corpus,
                       struct kept_archive *ret_archive)
{
    pthread_mutex_lock(&shelf->lock);
    *ret_archive = shelf->archives[corpus];
    shelf->asked[corpus] = ++shelf->clock;
    if (ret_archive->file)
        scratch_hold(ret_archive->file);
    pthread_mutex_unlock(&shelf->lock);
    return ret_archive->file != NULL;
}

void kept_archive_put(struct kept_archive_shelf *shelf, const struct kept_archive *archive)
{
    struct scratch *old = NULL;
    pthread_mutex_lock(&shelf->lock);
    if (!shelf->newest || shelf->newest == revision_identity(&archive->revision)) {
        old = TAKE(shelf->archives[archive->corpus].file);
        shelf->archives[archive->corpus] = *archive;
        scratch_hold(archive->file);
    }
    pthread_mutex_unlock(&shelf->lock);
    scratch_release(old);
}

bool kept_archive_give_way(struct kept_archive_shelf *shelf)
{
    struct kept_archive *oldest = NULL;
    struct scratch *old = NULL;
    pthread_mutex_lock(&shelf->lock);
    for (size_t i = 0; i < CORPORA; i++)
        if (shelf->archives[i].file &&
            (!oldest || shelf->asked[i] < shelf->asked[oldest - shelf->archives]))
            oldest = &shelf->archives[i];
    if (oldest)
        old = TAKE(oldest->file);
    pthread_mutex_unlock(&shelf->lock);
    scratch_release(old);
    return old != NULL;
}

void kept_archive_turn(struct kept_archive_shelf *shelf, uint64_t revision)
{
    struct scratch *old[CORPORA] = {NULL};
    pthread_mutex_lock(&shelf->lock);
    shelf->newest = revision;
    for (size_t i = 0; i < CORPORA; i++)
        if (shelf->archives[i].file && revision_identity(&shelf->archives[i].revision) != revision)
            old[i] = TAKE(shelf->archives[i].file);
    pthread_mutex_unlock(&shelf->lock);
    for (size_t i = 0; i < CORPORA; i++)
        scratch_release(old[i]);
}
