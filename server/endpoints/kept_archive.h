// The archives of the newest revision, one a corpus: made once, and held for all who ask for them.
//
// Any thread may call anything at any time.
#ifndef RELATA_ENDPOINTS_KEPT_ARCHIVE_H
#define RELATA_ENDPOINTS_KEPT_ARCHIVE_H

#include "base/digest.h"
#include "base/scratch.h"
#include "query/query.h"
#include "storage/revision.h"

struct kept_archive {
    struct scratch *file; // finished
    struct revision revision;
    enum corpus corpus;
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

// What is held of CORPUS, if anything: the caller holds its file, too, from then on, and releases
// it.
bool kept_archive_take(struct kept_archive_shelf *shelf, enum corpus corpus,
                       struct kept_archive *ret_archive);

// Holds ARCHIVE, whose file goes on being held by the caller, unless a newer revision is known than
// its own.
void kept_archive_put(struct kept_archive_shelf *shelf, const struct kept_archive *archive);

// Lets the archive go that was asked for longest ago, to make room for another one; false where
// none is held.
bool kept_archive_give_way(struct kept_archive_shelf *shelf);

// The newest revision has the identity REVISION: archives of another one are let go, and their
// files end with the last client that reads them.
void kept_archive_turn(struct kept_archive_shelf *shelf, uint64_t revision);

#endif
