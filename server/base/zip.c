// Writes ZIP archives with minizip.
#include "base/zip.h"

#include <minizip/unzip.h>
#include <minizip/zip.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// From APPNOTE 4.4: made on Unix by version 2.0; names in UTF-8; a regular file that everybody may
// read.
enum { MADE_BY = 3 << 8 | 20, UTF8_NAMES = 1 << 11, ZIP_LEVEL = 6, PART_BYTES = 1 << 30 };
#define PLAIN_FILE (0100644UL << 16)
#define ZIP64_BYTES 0xffffffffUL

struct zip {
    zipFile archive;
    struct scratch *out;
    int64_t at, length; // the position in the archive, and its length
    tm_zip time;
    bool failed;
};

static voidpf stream_open(voidpf opaque, const void *name, int mode)
{
    (void)name, (void)mode;
    return opaque;
}

static uLong stream_read(voidpf opaque, voidpf stream, void *bytes, uLong length)
{
    (void)opaque, (void)stream, (void)bytes, (void)length;
    return 0; // a new archive has nothing to read
}

// The header of an entry is rewritten when its length is known; everything else is appended.
static uLong stream_write(voidpf opaque, voidpf stream, const void *bytes, uLong length)
{
    struct zip *file = opaque;
    (void)stream;
    file->failed |= !scratch_write(file->out, bytes, length, file->at);
    if (file->failed)
        return 0;
    file->at += (int64_t)length;
    if (file->at > file->length)
        file->length = file->at;
    return length;
}

static ZPOS64_T stream_tell(voidpf opaque, voidpf stream)
{
    (void)stream;
    return (ZPOS64_T)((struct zip *)opaque)->at;
}

static long stream_seek(voidpf opaque, voidpf stream, ZPOS64_T offset, int origin)
{
    struct zip *file = opaque;
    int64_t from = origin == ZLIB_FILEFUNC_SEEK_SET   ? 0
                   : origin == ZLIB_FILEFUNC_SEEK_CUR ? file->at
                                                      : file->length;
    (void)stream;
    if (from + (int64_t)offset > file->length)
        return -1;
    file->at = from + (int64_t)offset;
    return 0;
}

static int stream_close(voidpf opaque, voidpf stream)
{
    (void)opaque, (void)stream;
    return 0;
}

static int stream_error(voidpf opaque, voidpf stream)
{
    (void)stream;
    return ((struct zip *)opaque)->failed;
}

static tm_zip dos_time_of(int64_t time)
{
    struct tm tm = {0};
    time_t seconds = (time_t)time;
    gmtime_r(&seconds, &tm);
    // Signed in some versions of minizip, unsigned in others.
    return (tm_zip){(unsigned short)tm.tm_sec,  (unsigned short)tm.tm_min,
                    (unsigned short)tm.tm_hour, (unsigned short)tm.tm_mday,
                    (unsigned short)tm.tm_mon,  (unsigned short)(tm.tm_year + 1900)};
}

struct zip *zip_new(int64_t time, struct scratch *out)
{
    struct zip *file = calloc(1, sizeof *file);
    if (!file)
        return NULL;
    *file = (struct zip){.out = out, .time = dos_time_of(time)};
    zlib_filefunc64_def functions = {stream_open, stream_read,  stream_write, stream_tell,
                                     stream_seek, stream_close, stream_error, file};
    file->archive = zipOpen2_64("", APPEND_STATUS_CREATE, NULL, &functions);
    if (file->archive)
        return file;
    free(file);
    return NULL;
}

// LARGE allows lengths of more than 32 bits.
static bool member_open(struct zip *file, const char *name, bool large)
{
    const zip_fileinfo info = {.external_fa = PLAIN_FILE, .tmz_date = file->time};
    file->failed =
        file->failed ||
        zipOpenNewFileInZip4_64(file->archive, name, &info, NULL, 0, NULL, 0, NULL, Z_DEFLATED,
                                ZIP_LEVEL, 0, -MAX_WBITS, DEF_MEM_LEVEL, Z_DEFAULT_STRATEGY, NULL,
                                0, MADE_BY, UTF8_NAMES, large) != ZIP_OK;
    return !file->failed;
}

bool zip_open(struct zip *file, const char *name)
{
    return member_open(file, name, true);
}

bool zip_write(struct zip *file, const void *bytes, size_t length)
{
    for (size_t at = 0, part; at < length && !file->failed; at += part) {
        part = length - at < PART_BYTES ? length - at : PART_BYTES;
        file->failed |=
            zipWriteInFileInZip(file->archive, (const char *)bytes + at, (unsigned)part) != ZIP_OK;
    }
    return !file->failed;
}

bool zip_close(struct zip *file)
{
    file->failed = file->failed || zipCloseFileInZip(file->archive) != ZIP_OK;
    return !file->failed;
}

bool zip_add(struct zip *file, const char *name, const void *bytes, size_t length)
{
    return member_open(file, name, length >= ZIP64_BYTES) && zip_write(file, bytes, length) &&
           zip_close(file);
}

bool zip_add_file(struct zip *file, const char *name, const struct scratch *content)
{
    char piece[64 * 1024];
    ssize_t length = 0;
    if (!zip_open(file, name))
        return false;
    for (int64_t at = 0; (length = scratch_read(content, piece, sizeof piece, at)) > 0;
         at += length)
        zip_write(file, piece, (size_t)length);
    file->failed |= length < 0;
    return zip_close(file);
}

bool zip_end(struct zip *file)
{
    if (!file)
        return false;
    bool good = zipClose(file->archive, NULL) == ZIP_OK && !file->failed;
    free(file);
    return good;
}

// Reads the open entry to its end and leaves its last SIZE bytes in TAIL.
static bool member_tail(unzFile archive, char *tail, size_t size)
{
    char piece[16 * 1024];
    int length;
    while ((length = unzReadCurrentFile(archive, piece, sizeof piece)) > 0) {
        size_t fresh = (size_t)length < size ? (size_t)length : size;
        memmove(tail, tail + fresh, size - fresh);
        memcpy(tail + size - fresh, piece + (size_t)length - fresh, fresh);
    }
    return length == 0;
}

bool zip_ends(const struct scratch *file, const char *name, const char *end)
{
    char path[SCRATCH_PATH_SIZE], tail[64] = "";
    size_t length = strlen(end);
    scratch_path(file, path);
    unzFile archive = length <= sizeof tail ? unzOpen64(path) : NULL;
    if (!archive)
        return false;
    bool good = unzLocateFile(archive, name, 1) == UNZ_OK &&
                unzOpenCurrentFile(archive) == UNZ_OK && member_tail(archive, tail, length) &&
                unzCloseCurrentFile(archive) == UNZ_OK && memcmp(tail, end, length) == 0;
    unzClose(archive);
    return good;
}
