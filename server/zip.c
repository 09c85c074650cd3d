// Writes ZIP archives by libarchive.
#include "zip.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>

struct zip {
    struct archive *archive;
    struct buffer *out;
    int64_t time;
    bool failed;
};

static la_ssize_t bytes_take(struct archive *archive, void *context, const void *bytes,
                             size_t length)
{
    struct zip *file = context;
    (void)archive;
    buffer_add(file->out, bytes, length);
    return file->out->failed ? -1 : (la_ssize_t)length;
}

struct zip *zip_new(int64_t time, struct buffer *out)
{
    struct zip *file = calloc(1, sizeof *file);
    if (!file)
        return NULL;
    *file = (struct zip){.archive = archive_write_new(), .out = out, .time = time};
    // Blocks would be filled up behind the end, and that is no part of a ZIP archive.
    if (file->archive && archive_write_set_format_zip(file->archive) == ARCHIVE_OK &&
        archive_write_set_bytes_in_last_block(file->archive, 1) == ARCHIVE_OK &&
        archive_write_open(file->archive, file, NULL, bytes_take, NULL) == ARCHIVE_OK)
        return file;
    zip_end(file);
    return NULL;
}

bool zip_add(struct zip *file, const char *name, const void *bytes, size_t length)
{
    struct archive_entry *entry = archive_entry_new();
    if (!entry)
        return file->failed = true, false;
    archive_entry_set_pathname_utf8(entry, name);
    archive_entry_set_size(entry, (la_int64_t)length);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_mtime(entry, file->time, 0);
    file->failed |= archive_write_header(file->archive, entry) != ARCHIVE_OK ||
                    archive_write_data(file->archive, bytes, length) != (la_ssize_t)length;
    archive_entry_free(entry);
    return !file->failed;
}

bool zip_end(struct zip *file)
{
    if (!file)
        return false;
    bool good = file->archive && archive_write_close(file->archive) == ARCHIVE_OK && !file->failed;
    archive_write_free(file->archive);
    free(file);
    return good;
}
