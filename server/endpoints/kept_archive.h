// The archives of the newest revision, one per corpus: made once and kept for everyone who asks.
//
// Any thread may call any function at any time.
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

// NULL if memory runs out.
struct kept_archive_shelf *kept_archive_new(void);
void kept_archive_free(struct kept_archive_shelf *shelf);

// The kept archive of CORPUS, if there is one. The caller becomes a holder of its file and releases
// it.
bool kept_archive_take(struct kept_archive_shelf *shelf, enum corpus corpus,
                       struct kept_archive *ret_archive);

// Keeps ARCHIVE, unless a newer revision than its own is known. The caller still holds the file.
void kept_archive_put(struct kept_archive_shelf *shelf, const struct kept_archive *archive);

// Drops the least recently used archive to make room for another; false if there is none.
bool kept_archive_give_way(struct kept_archive_shelf *shelf);

// Sets the identity of the newest revision. Archives of other revisions are dropped; their files
// are deleted when the last client has read them.
void kept_archive_turn(struct kept_archive_shelf *shelf, uint64_t revision);

#endif
