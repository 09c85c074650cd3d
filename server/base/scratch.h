// Unnamed temporary files with a limit on their total size. A file is gone when its last holder
// releases it, even if the program is killed.
#ifndef RELATA_BASE_SCRATCH_H
#define RELATA_BASE_SCRATCH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/digest.h"

// Where files are created, and how many bytes all finished files may take together.
struct scratch_room {
    const char *folder;
    int64_t most;
    atomic_int_fast64_t used; // bytes of finished files
    atomic_bool ended;        // nothing more is created or written
};

struct scratch;

enum { SCRATCH_PATH_SIZE = 32 };

// A new empty file, held by the caller. ROOM must outlive it. NULL, with errno, if none can be
// created.
struct scratch *scratch_new(struct scratch_room *room);
// The same for a library that opens files only by name: the file keeps the name RET_PATH until
// scratch_name_cleanup, which should be called soon.
struct scratch *scratch_new_named(struct scratch_room *room, char **ret_path);
void scratch_name_cleanup(char **path);
// Adds a holder; any thread may call it.
struct scratch *scratch_hold(struct scratch *scratch);
// Releases one holder; NULL is allowed.
void scratch_release(struct scratch *scratch);

static inline void scratch_cleanup(struct scratch **scratch)
{
    scratch_release(*scratch);
}

// From now on no file of ROOM is created or written, with errno ECANCELED: who makes one ends soon.
void scratch_end(struct scratch_room *room);
bool scratch_is_ended(struct scratch_room *room);

// Whether the disk has BYTES free: for libraries that do not check their writes.
bool scratch_fits(struct scratch_room *room, int64_t bytes);

// A path by which this process can open the file again, for libraries that require a name.
void scratch_path(const struct scratch *scratch, char ret_path[static SCRATCH_PATH_SIZE]);

// Writes all of BYTES at OFFSET; false, with errno, if the disk refuses, or if the room is ended.
bool scratch_write(struct scratch *scratch, const void *bytes, size_t length, int64_t offset);

// Reads up to LENGTH bytes at OFFSET into RET_BYTES. Returns the number read, which is smaller only
// at the end of the file; -1 on failure. Any thread may read.
ssize_t scratch_read(const struct scratch *scratch, void *ret_bytes, size_t length, int64_t offset);

// Ends writing and counts the file's bytes against the limit. False with errno ENOSPC if the limit
// would be passed; it may be called again after other files were released.
bool scratch_finish(struct scratch *scratch);

// The digest of the whole file; false if it cannot be read.
bool scratch_digest(const struct scratch *scratch, char ret_hex[static DIGEST_HEX_SIZE]);

// The size of a finished file in bytes.
int64_t scratch_length(const struct scratch *scratch);

#endif
