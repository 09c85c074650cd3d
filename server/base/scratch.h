// Files without a name, within a bound of bytes: they end with the last who holds them, and nothing
// stays behind, not even of a program that is killed.
#ifndef RELATA_BASE_SCRATCH_H
#define RELATA_BASE_SCRATCH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/digest.h"

// Where files are made, and how many bytes of them may stand at a time.
struct scratch_room {
    const char *folder;
    int64_t most;
    atomic_int_fast64_t used; // by finished files
};

struct scratch;

enum { SCRATCH_PATH_SIZE = 32 };

// An empty file, held by the caller; ROOM must outlive it. NULL, with errno, where none can be
// made.
struct scratch *scratch_new(struct scratch_room *room);
// The same for a library that opens files by their names alone: the file has the name RET_PATH
// until that is given to scratch_name_cleanup, which must be soon.
struct scratch *scratch_new_named(struct scratch_room *room, char **ret_path);
void scratch_name_cleanup(char **path);
// One more holder, on any thread.
struct scratch *scratch_hold(struct scratch *scratch);
// NULL is none.
void scratch_release(struct scratch *scratch);

static inline void scratch_cleanup(struct scratch **scratch)
{
    scratch_release(*scratch);
}

// Whether the disk has BYTES left: for writers that do not look whether what they write arrives.
bool scratch_fits(struct scratch_room *room, int64_t bytes);

// The path under which this process can open the file once more, as libraries do that ask for a
// name.
void scratch_path(const struct scratch *scratch, char ret_path[static SCRATCH_PATH_SIZE]);

// Writes all of BYTES at OFFSET; false where the disk refuses.
bool scratch_write(struct scratch *scratch, const void *bytes, size_t length, int64_t offset);

// Reads up to LENGTH bytes at OFFSET into RET_BYTES. Returns how many there were, fewer only at the
// end; -1 on failure. Any thread may read.
ssize_t scratch_read(const struct scratch *scratch, void *ret_bytes, size_t length, int64_t offset);

// Takes the room that the file needs, which is written no more from then on; false with errno
// ENOSPC where the room has too little left: it may be tried again when others have left.
bool scratch_finish(struct scratch *scratch);

// The digest of all that the file holds; false where it cannot be read.
bool scratch_digest(const struct scratch *scratch, char ret_hex[static DIGEST_HEX_SIZE]);

// How many bytes a finished file has.
int64_t scratch_length(const struct scratch *scratch);

#endif
