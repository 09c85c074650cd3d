// Revisions of the dataset: the newest, the one that a reader names, and the next.
#ifndef RELATA_STORAGE_REVISION_H
#define RELATA_STORAGE_REVISION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "storage/database.h"

// the hexadecimal digits of a hash used in addresses, tags and cursors
enum { REVISION_SHORT = 16 };

struct revision {
    int64_t number; // from 1; 0 if there is none
    char hash[DIGEST_HEX_SIZE];
    char time[32];    // RFC 3339, UTC
    char release[32]; // the version of the dataset
};

// The first 16 digits of its hash as a number; 0 if there is no revision.
uint64_t revision_identity(const struct revision *revision);

// The newest revision; number 0 in an empty database.
enum err revision_newest(struct database *database, struct revision *ret_revision);
// By number; number 0 if there is no such revision.
enum err revision_numbered(struct database *database, int64_t number,
                           struct revision *ret_revision);

// Whether REVISION is a draft: the first revision with a version is its release, later ones with it
// are drafts. False on failure too; see database_failure.
bool revision_is_draft(struct database *database, const struct revision *revision);

// The revision that TEXT names: by the first 16 digits of its hash, its number, a release (the
// first revision with that version; later ones with it are drafts) or a time (the last revision at
// that time; a day includes its last second). ERR_UNKNOWN_REVISION if this database has none,
// ERR_BAD_PARAMETER if TEXT is none of these.
enum err revision_find(struct database *database, const char *text, struct revision *ret_revision);

#endif
