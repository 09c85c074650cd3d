// The chain of revisions: the newest, the one that a reader names, and the next.
#ifndef RELATA_STORAGE_REVISION_H
#define RELATA_STORAGE_REVISION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "storage/database.h"

enum { REVISION_SHORT = 16 }; // hexadecimal digits of a hash that addresses, tags and cursors carry

struct revision {
    int64_t number; // from 1; 0 where there is none
    char hash[DIGEST_HEX_SIZE];
    char time[32];    // RFC 3339, UTC
    char release[32]; // the version of the dataset
};

// The first 16 digits of its hash as a number; 0 where there is no revision.
uint64_t revision_identity(const struct revision *revision);

// The newest revision; number 0 in an empty database.
enum err revision_newest(struct database *database, struct revision *ret_revision);
// By number; number 0 where there is no such revision.
enum err revision_numbered(struct database *database, int64_t number,
                           struct revision *ret_revision);

// The revision that TEXT names: the first 16 digits of its hash, its number, a release (the first
// revision of that version: what follows under it are drafts) or a time (the last revision by then;
// a day counts to its end). ERR_UNKNOWN_REVISION where this database has none, ERR_BAD_PARAMETER
// where TEXT is none of these.
enum err revision_find(struct database *database, const char *text, struct revision *ret_revision);

#endif
