// Files without a name, by the system's means.
#include "base/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ownership.h"

struct scratch {
    struct scratch_room *room;
    int file;
    int64_t length; // 0 until it is finished
    atomic_uint holders;
};

// Where the file system knows no file without a name, the name goes at once.
static int unnamed_open(const char *folder)
{
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/relata-XXXXXX", folder);
    if (length < 0 || (size_t)length >= sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    int file = mkostemp(path, O_CLOEXEC);
    if (file >= 0)
        unlink(path);
    return file;
}

static int scratch_file_open(const char *folder)
{
    int file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    bool unknown = file < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL);
    return unknown ? unnamed_open(folder) : file;
}

struct scratch *scratch_new(struct scratch_room *room)
{
    struct scratch *scratch = calloc(1, sizeof *scratch);
    if (!scratch)
        return NULL;
    *scratch =
        (struct scratch){.room = room, .file = scratch_file_open(room->folder), .holders = 1};
    if (scratch->file >= 0)
        return scratch;
    free(scratch);
    return NULL;
}

struct scratch *scratch_hold(struct scratch *scratch)
{
    atomic_fetch_add(&scratch->holders, 1);
    return scratch;
}

void scratch_release(struct scratch *scratch)
{
    if (!scratch || atomic_fetch_sub(&scratch->holders, 1) > 1)
        return;
    atomic_fetch_sub(&scratch->room->used, scratch->length);
    close(scratch->file);
    free(scratch);
}

bool scratch_fits(struct scratch_room *room, int64_t bytes)
{
    AUTO(scratch) struct scratch *trial = scratch_new(room);
    return trial && (fallocate(trial->file, 0, 0, bytes) == 0 || errno == EOPNOTSUPP);
}

void scratch_path(const struct scratch *scratch, char ret_path[static SCRATCH_PATH_SIZE])
{
    snprintf(ret_path, SCRATCH_PATH_SIZE, "/proc/self/fd/%d", scratch->file);
}

bool scratch_write(struct scratch *scratch, const void *bytes, size_t length, int64_t offset)
{
    const char *from = bytes;
    for (size_t at = 0; at < length;) {
        ssize_t written = pwrite(scratch->file, from + at, length - at, offset + (int64_t)at);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        at += (size_t)written;
    }
    return true;
}

ssize_t scratch_read(const struct scratch *scratch, void *ret_bytes, size_t length, int64_t offset)
{
    char *to = ret_bytes;
    size_t at = 0;
    while (at < length) {
        ssize_t count = pread(scratch->file, to + at, length - at, offset + (int64_t)at);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return -1;
        if (!count)
            break;
        at += (size_t)count;
    }
    return (ssize_t)at;
}

bool scratch_finish(struct scratch *scratch)
{
    struct stat found;
    struct scratch_room *room = scratch->room;
    if (fstat(scratch->file, &found))
        return false;
    int64_t used = atomic_fetch_add(&room->used, found.st_size);
    scratch->length = found.st_size;
    if (used + found.st_size <= room->most)
        return true;
    errno = ENOSPC;
    return false;
}

int64_t scratch_length(const struct scratch *scratch)
{
    return scratch->length;
}
