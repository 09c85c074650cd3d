// Holds one archive for as long as its revision is the newest.
#include "endpoints/kept_archive.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/ownership.h"

struct kept_archive_shelf {
    pthread_mutex_t lock;
    struct kept_archive archive; // without a file: none
    uint64_t newest;             // identity of the newest revision; 0 while nobody has told it
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
    scratch_release(shelf->archive.file);
    pthread_mutex_destroy(&shelf->lock);
    free(shelf);
}

bool kept_archive_stands(struct kept_archive_shelf *shelf)
{
    pthread_mutex_lock(&shelf->lock);
    bool stands = shelf->archive.file != NULL;
    pthread_mutex_unlock(&shelf->lock);
    return stands;
}

bool kept_archive_take(struct kept_archive_shelf *shelf, struct kept_archive *ret_archive)
{
    pthread_mutex_lock(&shelf->lock);
    *ret_archive = shelf->archive;
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
        old = TAKE(shelf->archive.file);
        shelf->archive = *archive;
        scratch_hold(archive->file);
    }
    pthread_mutex_unlock(&shelf->lock);
    scratch_release(old);
}

void kept_archive_turn(struct kept_archive_shelf *shelf, uint64_t revision)
{
    struct scratch *old = NULL;
    pthread_mutex_lock(&shelf->lock);
    shelf->newest = revision;
    if (shelf->archive.file && revision_identity(&shelf->archive.revision) != revision)
        old = TAKE(shelf->archive.file);
    pthread_mutex_unlock(&shelf->lock);
    scratch_release(old);
}
