// Preloaded into the program: makes the disk fail under one file.
//
// FAIL_PATH is a part of the names that fail, FAIL_CALLS which calls do (`read`, `write`, `sync`),
// FAIL_ERRNO the number of the error, FAIL_WHEN a file: as long as it is missing nothing fails.
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static bool named(int file)
{
    char link[64], path[4096];
    const char *part = getenv("FAIL_PATH");
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (!part || length < 0)
        return false;
    path[length] = '\0';
    return strstr(path, part) != NULL;
}

static bool fails(const char *call, int file)
{
    const char *calls = getenv("FAIL_CALLS"), *number = getenv("FAIL_ERRNO");
    const char *when = getenv("FAIL_WHEN");
    int before = errno;
    bool now =
        calls && number && strstr(calls, call) && (!when || access(when, F_OK) == 0) && named(file);
    errno = now ? (int)strtol(number, NULL, 10) : before;
    return now;
}

ssize_t pread64(int file, void *bytes, size_t count, off64_t at)
{
    ssize_t (*real)(int, void *, size_t, off64_t) = dlsym(RTLD_NEXT, "pread64");
    return fails("read", file) ? -1 : real(file, bytes, count, at);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at)
{
    ssize_t (*real)(int, const void *, size_t, off64_t) = dlsym(RTLD_NEXT, "pwrite64");
    return fails("write", file) ? -1 : real(file, bytes, count, at);
}

int fdatasync(int file)
{
    int (*real)(int) = dlsym(RTLD_NEXT, "fdatasync");
    return fails("sync", file) ? -1 : real(file);
}

int fsync(int file)
{
    int (*real)(int) = dlsym(RTLD_NEXT, "fsync");
    return fails("sync", file) ? -1 : real(file);
}
