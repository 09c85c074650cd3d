// The hash of a revision: SHA-256 over the hash before it, its own description, and its changes,
// one per line.
//
// Lines are JSON in the canonical form of RFC 8785. This format never changes, because published
// citations depend on it.
#ifndef RELATA_STORAGE_REVISION_HASH_H
#define RELATA_STORAGE_REVISION_HASH_H

#include "storage/database.h"
#include "storage/revision.h"

// One record that a revision changes; they are hashed in the order of collection and id.
struct hash_change {
    const char *collection;
    const char *id;
    const char *body;        // canonical; NULL for a removal
    const char *reason;      // for a removal
    const char *replaced_by; // for a removal, or NULL
};

// Begins the hash of REVISION, whose time and release must be set, after the one with the hash
// BEFORE ("" for none). NULL if memory runs out. Feed it with revision_hash_add and end it with
// digest_end.
struct digest *revision_hash_begin(const char *before, const struct revision *revision,
                                   const char *editor, const char *reason);
bool revision_hash_add(struct digest *digest, const struct hash_change *change);

// Computes the hash of the stored REVISION, after BEFORE, from its rows; false on failure.
bool revision_hash_stored(struct database *database, const struct revision *before,
                          const struct revision *revision, char ret_hash[static DIGEST_HEX_SIZE]);

#endif
