// Unnamed temporary files, by the means of Linux.
#include "base/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ownership.h"

struct scratch {
    struct scratch_room *room;
    int file;
    int64_t length; // 0 until it is finished
    atomic_uint holders;
};

static char *path_new(const char *folder)
{
    static const char name[] = "/relata-XXXXXX";
    size_t size = strlen(folder) + sizeof name;
    char *path = malloc(size);
    if (path)
        snprintf(path, size, "%s%s", folder, name);
    return path;
}

void scratch_name_cleanup(char **path)
{
    if (*path)
        unlink(*path);
    free(TAKE(*path));
}

// Where the file system does not support O_TMPFILE, the file is created and unlinked at once.
static int unnamed_open(const char *folder)
{
    char *path = path_new(folder);
    int file = path ? mkostemp(path, O_CLOEXEC) : -1;
    int reason = errno;
    scratch_name_cleanup(&path);
    errno = reason;
    return file;
}

static int scratch_file_open(const char *folder)
{
    int file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    bool unknown = file < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL);
    return unknown ? unnamed_open(folder) : file;
}

// Wraps the descriptor FILE; NULL if it is negative.
static struct scratch *scratch_of(struct scratch_room *room, int file)
{
    struct scratch *scratch = file >= 0 ? calloc(1, sizeof *scratch) : NULL;
    if (scratch)
        *scratch = (struct scratch){.room = room, .file = file, .holders = 1};
    else if (file >= 0)
        close(file);
    return scratch;
}

void scratch_end(struct scratch_room *room)
{
    atomic_store(&room->ended, true);
}

bool scratch_is_ended(struct scratch_room *room)
{
    bool ended = atomic_load(&room->ended);
    if (ended)
        errno = ECANCELED;
    return ended;
}

struct scratch *scratch_new(struct scratch_room *room)
{
    if (scratch_is_ended(room))
        return NULL;
    return scratch_of(room, scratch_file_open(room->folder));
}

struct scratch *scratch_new_named(struct scratch_room *room, char **ret_path)
{
    char *path = *ret_path = path_new(room->folder);
    int file = path ? mkostemp(path, O_CLOEXEC) : -1;
    if (path && file < 0)
        free(TAKE(*ret_path)); // there is no such file to unlink
    return scratch_of(room, file);
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
    if (scratch_is_ended(scratch->room))
        return false;
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
    atomic_fetch_sub(&room->used, found.st_size);
    scratch->length = 0;
    errno = ENOSPC;
    return false;
}

bool scratch_digest(const struct scratch *scratch, char ret_hex[static DIGEST_HEX_SIZE])
{
    char piece[64 * 1024];
    ssize_t length = 0;
    struct digest *digest = digest_new();
    if (!digest)
        return false;
    for (int64_t at = 0; (length = scratch_read(scratch, piece, sizeof piece, at)) > 0;
         at += length)
        digest_add(digest, piece, (size_t)length);
    return digest_end(digest, ret_hex) && length == 0;
}

int64_t scratch_length(const struct scratch *scratch)
{
    return scratch->length;
}
