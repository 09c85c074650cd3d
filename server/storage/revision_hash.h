// The hash of a revision: SHA-256 over its predecessor's hash, what it says of itself, and its
// changes, a line each.
//
// Lines are JSON in the canonical form of RFC 8785. This form never changes: footnotes rest on it.
#ifndef RELATA_STORAGE_REVISION_HASH_H
#define RELATA_STORAGE_REVISION_HASH_H

#include "storage/database.h"
#include "storage/revision.h"

// One record that a revision changes, in the order of collection and id.
struct hash_change {
    const char *collection;
    const char *id;
    const char *body;        // canonical; NULL for a removal
    const char *reason;      // of a removal
    const char *replaced_by; // of a removal, or NULL
};

// The digest of REVISION (whose time and release are set) after the one with the hash BEFORE (""
// for none); NULL when memory ends. To be fed with revision_hash_add and closed with digest_end.
struct digest *revision_hash_begin(const char *before, const struct revision *revision,
                                   const char *editor, const char *reason);
bool revision_hash_add(struct digest *digest, const struct hash_change *change);

// Computes the hash of the stored REVISION, after BEFORE, from its rows; false on failure.
bool revision_hash_stored(struct database *database, const struct revision *before,
                          const struct revision *revision, char ret_hash[static DIGEST_HEX_SIZE]);

#endif
