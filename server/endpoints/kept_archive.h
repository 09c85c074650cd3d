// The archive of the newest revision: made once, and held for all who ask for it.
//
// Any thread may call anything at any time.
#ifndef RELATA_ENDPOINTS_KEPT_ARCHIVE_H
#define RELATA_ENDPOINTS_KEPT_ARCHIVE_H

#include "base/digest.h"
#include "base/scratch.h"
#include "storage/revision.h"

struct kept_archive {
    struct scratch *file; // finished
    struct revision revision;
    char tag[DIGEST_HEX_SIZE];
    char base64[DIGEST_BASE64_SIZE]; // of the file's digest
};

static inline void kept_archive_cleanup(struct kept_archive *archive)
{
    scratch_release(archive->file);
}

struct kept_archive_shelf;

// NULL when memory ends.
struct kept_archive_shelf *kept_archive_new(void);
void kept_archive_free(struct kept_archive_shelf *shelf);

// Whether an archive is held.
bool kept_archive_stands(struct kept_archive_shelf *shelf);

// What is held, if anything: the caller holds its file, too, from then on, and releases it.
bool kept_archive_take(struct kept_archive_shelf *shelf, struct kept_archive *ret_archive);

// Holds ARCHIVE, whose file goes on being held by the caller, unless a newer revision is known than
// its own.
void kept_archive_put(struct kept_archive_shelf *shelf, const struct kept_archive *archive);

// The newest revision has the identity REVISION: an archive of another one is let go, and its file
// ends with the last client that reads it.
void kept_archive_turn(struct kept_archive_shelf *shelf, uint64_t revision);

#endif
