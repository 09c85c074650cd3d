// Copies a whole database into a file, and back over a live one.
#include "storage/backup.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/ownership.h"
#include "storage/database_private.h"

// Copies all pages of FROM into TO, waiting for writers up to the busy timeout.
static int pages_copy(sqlite3 *to, sqlite3 *from)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    if (!backup)
        return sqlite3_errcode(to);
    int code, waited = 0;
    do {
        code = sqlite3_backup_step(backup, -1);
        if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
            waited += sqlite3_sleep(50);
    } while ((code == SQLITE_BUSY || code == SQLITE_LOCKED) && waited < BUSY_MILLISECONDS);
    int end = sqlite3_backup_finish(backup);
    return code == SQLITE_DONE ? end : code;
}

static bool copy_write(struct database *copy, struct database *database,
                       struct database_fault *ret_fault)
{
    int code = pages_copy(copy->handle, database->handle);
    if (code == SQLITE_OK)
        code = sqlite3_exec(copy->handle, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
    return code == SQLITE_OK || failure_refuse_code(copy->handle, code, ret_fault);
}

bool backup_write(struct database *database, const char *path, struct database_fault *ret_fault)
{
    bool made = database_file_make(path), good = false;
    if (!made && errno != EEXIST)
        return failure_refuse(ret_fault, DATABASE_FAILED, strerrordesc_np(errno));
    struct database *copy = calloc(1, sizeof *copy);
    if (copy && sqlite3_open_v2(path, &copy->handle, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK)
        good = database_owner_check(copy, ret_fault) && copy_write(copy, database, ret_fault);
    else
        failure_refuse(ret_fault, DATABASE_FAILED,
                       copy ? sqlite3_errmsg(copy->handle) : "out of memory");
    database_close(copy);
    if (made && !good)
        unlink(path);
    return good;
}

static int64_t page_size(struct database *database)
{
    return database_number(database, "PRAGMA page_size");
}

// Copies COPY through the file PATH, in which its pages get the page size of DATABASE.
static int resized_copy(struct database *database, struct database *copy, const char *path)
{
    char resize[64];
    sqlite3 *resized = NULL;
    snprintf(resize, sizeof resize, "PRAGMA journal_mode = OFF; PRAGMA page_size = %lld; VACUUM",
             (long long)page_size(database));
    int code = sqlite3_open_v2(path, &resized, SQLITE_OPEN_READWRITE, NULL);
    if (code == SQLITE_OK)
        code = pages_copy(resized, copy->handle);
    if (code == SQLITE_OK)
        code = sqlite3_exec(resized, resize, NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = pages_copy(database->handle, resized);
    sqlite3_close(resized);
    return code;
}

// Pages can only be copied over pages of the same size; otherwise a temporary file next to the
// database is used.
static int copy_of_other_size(struct database *database, struct database *copy)
{
    struct buffer path = {0};
    buffer_add_format(&path, "%s-restore-XXXXXX", sqlite3_db_filename(database->handle, "main"));
    AUTO(text) char *name = buffer_take(&path, NULL);
    int file = name ? mkstemp(name) : -1;
    if (file < 0)
        return name ? SQLITE_CANTOPEN : SQLITE_NOMEM;
    close(file);
    int code = resized_copy(database, copy, name);
    unlink(name);
    return code;
}

bool backup_restore(struct database *database, struct database *copy,
                    struct database_fault *ret_fault)
{
    int code = page_size(database) == page_size(copy) ? pages_copy(database->handle, copy->handle)
                                                      : copy_of_other_size(database, copy);
    if (code == SQLITE_OK && database_configure(database, DATABASE_CREATE))
        return true;
    return failure_refuse_code(database->handle, code ? code : sqlite3_errcode(database->handle),
                               ret_fault);
}
