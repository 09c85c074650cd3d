// Writes ZIP archives by minizip, into memory.
#include "base/zip.h"

#include <minizip/unzip.h>
#include <minizip/zip.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// Of APPNOTE 4.4: made by a Unix program of version 2.0; names in UTF-8; a plain file that all may
// read.
enum { MADE_BY = 3 << 8 | 20, UTF8_NAMES = 1 << 11, ZIP_LEVEL = 6, PART_BYTES = 1 << 30 };
#define PLAIN_FILE (0100644UL << 16)
#define ZIP64_BYTES 0xffffffffUL

struct zip {
    zipFile archive;
    struct buffer *out;
    size_t start, at; // where the archive begins in OUT, and where in the archive is written
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
    return 0; // an archive that is made anew has nothing to read
}

// The head of an entry is written once more when its length is known; all else is added.
static uLong stream_write(voidpf opaque, voidpf stream, const void *bytes, uLong length)
{
    struct zip *file = opaque;
    size_t behind = file->out->length - file->start - file->at;
    size_t old = length < behind ? length : behind;
    (void)stream;
    if (file->out->failed)
        return 0;
    if (old)
        memcpy(file->out->bytes + file->start + file->at, bytes, old);
    buffer_add(file->out, (const char *)bytes + old, length - old);
    file->at += length;
    return file->out->failed ? 0 : length;
}

static ZPOS64_T stream_tell(voidpf opaque, voidpf stream)
{
    (void)stream;
    return ((struct zip *)opaque)->at;
}

static long stream_seek(voidpf opaque, voidpf stream, ZPOS64_T offset, int origin)
{
    struct zip *file = opaque;
    size_t length = file->out->length - file->start;
    size_t from = origin == ZLIB_FILEFUNC_SEEK_SET   ? 0
                  : origin == ZLIB_FILEFUNC_SEEK_CUR ? file->at
                                                     : length;
    (void)stream;
    if (file->out->failed || from + offset > length)
        return -1;
    file->at = from + offset;
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
    return ((struct zip *)opaque)->out->failed;
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

struct zip *zip_new(int64_t time, struct buffer *out)
{
    struct zip *file = calloc(1, sizeof *file);
    if (!file)
        return NULL;
    *file = (struct zip){.out = out, .start = out->length, .time = dos_time_of(time)};
    zlib_filefunc64_def functions = {stream_open, stream_read,  stream_write, stream_tell,
                                     stream_seek, stream_close, stream_error, file};
    file->archive = zipOpen2_64("", APPEND_STATUS_CREATE, NULL, &functions);
    if (file->archive)
        return file;
    free(file);
    return NULL;
}

static bool member_write(struct zip *file, const char *bytes, size_t length)
{
    for (size_t at = 0, part; at < length; at += part) {
        part = length - at < PART_BYTES ? length - at : PART_BYTES;
        if (zipWriteInFileInZip(file->archive, bytes + at, (unsigned)part) != ZIP_OK)
            return false;
    }
    return true;
}

bool zip_add(struct zip *file, const char *name, const void *bytes, size_t length)
{
    const zip_fileinfo info = {.external_fa = PLAIN_FILE, .tmz_date = file->time};
    if (file->failed ||
        zipOpenNewFileInZip4_64(file->archive, name, &info, NULL, 0, NULL, 0, NULL, Z_DEFLATED,
                                ZIP_LEVEL, 0, -MAX_WBITS, DEF_MEM_LEVEL, Z_DEFAULT_STRATEGY, NULL,
                                0, MADE_BY, UTF8_NAMES, length >= ZIP64_BYTES) != ZIP_OK)
        return file->failed = true, false;
    file->failed |= !member_write(file, bytes, length);
    file->failed |= zipCloseFileInZip(file->archive) != ZIP_OK;
    return !file->failed;
}

bool zip_end(struct zip *file)
{
    if (!file)
        return false;
    bool good = zipClose(file->archive, NULL) == ZIP_OK && !file->failed && !file->out->failed;
    free(file);
    return good;
}

// Reads the open member to its end, of which the last bytes are left in TAIL, which holds SIZE.
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
