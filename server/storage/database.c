// Opens, migrates and closes SQLite connections, runs statements on them, and limits their time.
#include "storage/database.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/embedded.h"
#include "base/memory.h"
#include "base/ownership.h"
#include "storage/database_private.h"
#include "storage/full_text.h"
#include "storage/intact.h"
#include "storage/random_key.h"

enum { DEADLINE_STEPS = 2000 };

static sqlite3_mem_methods allocator;

static void *allocate_noted(int size)
{
    return memory_noted(allocator.xMalloc(size));
}

static void *reallocate_noted(void *old, int size)
{
    return memory_noted(allocator.xRealloc(old, size));
}

void database_watch_memory(void)
{
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &allocator);
    sqlite3_mem_methods watched = allocator;
    watched.xMalloc = allocate_noted;
    watched.xRealloc = reallocate_noted;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &watched);
    // SQLite's memory statistics are not used, and would take a lock on every allocation.
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

void database_keep_journals(void)
{
    sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, -1);
}

void database_temporary_folder(const char *folder)
{
    setenv("SQLITE_TMPDIR", folder, 0);
}

static int deadline_passed(void *context)
{
    const struct database *database = context;
    return clock_milliseconds() >= database->deadline;
}

void database_deadline(struct database *database, int64_t milliseconds)
{
    if (milliseconds < 0) {
        sqlite3_progress_handler(database->handle, 0, NULL, NULL);
        return;
    }
    database->deadline = clock_milliseconds() + milliseconds;
    sqlite3_progress_handler(database->handle, DEADLINE_STEPS, deadline_passed, database);
}

// Works for a third of a millisecond, or for an eighth of the time that others had the processor,
// whichever is longer: the first applies next to a service, the second gives a fair share next to
// programs that never rest.
static int way_given(void *context)
{
    enum { WORK_MICROSECONDS = 300, AWAY_SHARE = 8 };
    struct database *database = context;
    int64_t now = clock_microseconds(), turn = database->away / AWAY_SHARE;
    if (now - database->worked < (turn > WORK_MICROSECONDS ? turn : WORK_MICROSECONDS))
        return 0;
    sched_yield();
    database->worked = clock_microseconds();
    database->away = database->worked - now;
    return 0;
}

void database_give_way(struct database *database)
{
    enum { STEPS = 500 };
    sqlite3_progress_handler(database->handle, STEPS, way_given, database);
}

// The file as a URI for SQLite, with the parameters MODE; reserved characters are escaped.
static char *path_uri(const char *path, const char *mode)
{
    size_t size = 3 * strlen(path) + strlen(mode) + 10, n;
    char *uri = malloc(size);
    if (!uri)
        return NULL;
    // An absolute path needs an empty authority before it: in `file://tmp/x`, tmp would be a host.
    n = (size_t)snprintf(uri, size, "file:%s", *path == '/' ? "//" : "");
    for (; *path; path++) {
        if (strchr("?#%", *path))
            n += (size_t)snprintf(uri + n, size - n, "%%%02X", (unsigned char)*path);
        else
            uri[n++] = *path;
    }
    snprintf(uri + n, size - n, "?%s", mode);
    return uri;
}

int64_t database_number(struct database *database, const char *sql)
{
    struct statement *statement = database_prepare(database, sql);
    if (!statement || !statement_step(statement))
        return -1;
    int64_t value = statement_integer(statement, 0);
    statement_reset(statement);
    return value;
}

static int64_t schema_number(struct database *database)
{
    return database_number(database, "PRAGMA user_version");
}

bool database_schema_agrees(struct database *database)
{
    return schema_number(database) == (int64_t)embedded_migration_count;
}

// "Rela": the application_id in the file header.
enum { APPLICATION_ID = 0x52656c61 };

// Refuses the files of other programs. Earlier versions of this one set no application_id, so their
// files are recognised by their tables.
bool database_owner_check(struct database *database, struct database_fault *ret_fault)
{
    int64_t id = database_number(database, "PRAGMA application_id");
    int64_t tables = database_number(database, "SELECT count(*) FROM sqlite_schema");
    int64_t known =
        database_number(database, "SELECT count(*) FROM sqlite_schema WHERE type = 'table'"
                                  " AND name IN ('revision', 'record', 'version', 'removal')");
    if (database->failure.err)
        return failure_refuse_code(database->handle, sqlite3_errcode(database->handle), ret_fault);
    return id == APPLICATION_ID || (id == 0 && (tables == 0 || known == 4)) ||
           failure_refuse(ret_fault, DATABASE_BROKEN, "it is a SQLite file of another program");
}

// Sets the application_id that an earlier version did not. If another process is writing, this is
// left to the next start.
static bool owner_write(struct database *database)
{
    char pragma[64];
    snprintf(pragma, sizeof pragma, "PRAGMA application_id = %d", APPLICATION_ID);
    if (database_number(database, "PRAGMA application_id") != APPLICATION_ID &&
        !database_run(database, pragma))
        database_forgive(database);
    return true;
}

// Runs migration INDEX in a transaction of its own, unless another process did so first.
static bool migration_run(struct database *database, size_t index)
{
    char pragma[96];
    snprintf(pragma, sizeof pragma, "PRAGMA user_version = %zu; PRAGMA application_id = %d",
             index + 1, APPLICATION_ID);
    if (!database_run(database, "BEGIN IMMEDIATE"))
        return false;
    bool good =
        schema_number(database) > (int64_t)index ||
        (database_run(database, embedded_migrations[index]) && database_run(database, pragma));
    return good && database_run(database, "COMMIT");
}

// Migrates the schema from number FROM to this program's. A migration need not survive a power cut,
// because it would simply run again, so it is not synced; the first revision written is, with
// everything before it.
static bool database_migrate(struct database *database, int64_t from,
                             struct database_fault *ret_fault)
{
    if (!database_run(database, "PRAGMA synchronous = NORMAL"))
        return failure_refuse_code(database->handle, sqlite3_errcode(database->handle), ret_fault);
    for (size_t i = (size_t)from; i < embedded_migration_count; i++) {
        if (migration_run(database, i))
            continue;
        failure_refuse_code(database->handle, sqlite3_errcode(database->handle), ret_fault);
        sqlite3_exec(database->handle, "ROLLBACK", NULL, NULL, NULL);
        return false;
    }
    return database_run(database, "PRAGMA synchronous = FULL");
}

static bool schema_prepare(struct database *database, enum database_mode mode,
                           struct database_fault *ret_fault)
{
    int64_t found = schema_number(database);
    if (found < 0)
        return failure_refuse_code(database->handle, sqlite3_errcode(database->handle), ret_fault);
    if (found > (int64_t)embedded_migration_count)
        return failure_refuse(ret_fault, DATABASE_NEWER,
                              "its schema is newer than this program: use a newer relata");
    if (found == (int64_t)embedded_migration_count)
        return mode != DATABASE_CREATE || owner_write(database);
    if (mode != DATABASE_CREATE && mode != DATABASE_SCRATCH)
        return failure_refuse(ret_fault, DATABASE_OLDER,
                              "its schema is older than this program: run `relata load` once");
    return database_migrate(database, found, ret_fault);
}

static const char *const settings[] = {
    // A page of fifty records lies in a handful of pages of this size; reading it from a large file
    // costs a fifth less than with 4 KiB.
    [DATABASE_CREATE] =
        ("PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
         "PRAGMA foreign_keys = ON; PRAGMA cache_size = -200000"),
    [DATABASE_READ] = "PRAGMA query_only = ON; PRAGMA mmap_size = 2147418112",
    [DATABASE_IMMUTABLE] = "PRAGMA query_only = ON; PRAGMA mmap_size = 2147418112",
    [DATABASE_SCRATCH] = ("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
                          "PRAGMA cache_size = -50000"),
};

static const char *const uri_modes[] = {[DATABASE_CREATE] = "mode=rwc",
                                        [DATABASE_READ] = "mode=rw",
                                        [DATABASE_IMMUTABLE] = "mode=ro&immutable=1",
                                        [DATABASE_SCRATCH] = "mode=rwc"};

// Applies the settings. When two processes switch a new file to WAL at once, SQLite does not wait,
// because each would wait for the other: the one refused gives up its lock and tries again.
bool database_configure(struct database *database, enum database_mode mode)
{
    int64_t until = clock_milliseconds() + BUSY_MILLISECONDS;
    while (!database_run(database, settings[mode])) {
        int code = sqlite3_errcode(database->handle);
        if ((code & 0xff) != SQLITE_BUSY || clock_milliseconds() >= until)
            return false;
        sqlite3_sleep(10);
        database_forgive(database);
    }
    return true;
}

static bool database_start(struct database *database, const char *path, enum database_mode mode,
                           struct database_fault *ret_fault)
{
    AUTO(text) char *uri = path_uri(path, uri_modes[mode]);
    if (!uri)
        return failure_refuse(ret_fault, DATABASE_FAILED, "out of memory");
    database->mode = mode;
    int code = sqlite3_open_v2(
        uri, &database->handle,
        SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    if (code != SQLITE_OK)
        return failure_refuse_code(database->handle, code, ret_fault);
    sqlite3_extended_result_codes(database->handle, 1);
    sqlite3_busy_timeout(database->handle, BUSY_MILLISECONDS);
    sqlite3_db_config(database->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    if (!database_owner_check(database, ret_fault))
        return false;
    if (!database_configure(database, mode))
        return failure_refuse_code(database->handle, sqlite3_errcode(database->handle), ret_fault);
    database->full_text = full_text_new(database->handle);
    if (!database->full_text || !intact_add(database->handle) || !random_key_add(database->handle))
        return failure_refuse_code(database->handle, sqlite3_errcode(database->handle), ret_fault);
    return schema_prepare(database, mode, ret_fault);
}

// Whether no file can be created in the folder of PATH, with errno. If folders are missing, the
// nearest existing one is tested, because the missing ones would be created in it.
static bool folder_refuses(const char *path)
{
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%s", path);
    for (char *slash; (slash = strrchr(folder, '/')) && slash > folder;) {
        *slash = '\0';
        if (access(folder, F_OK) == 0)
            return access(folder, W_OK | X_OK) != 0;
    }
    return access(*path == '/' ? "/" : ".", W_OK | X_OK) != 0;
}

// If access to the file itself is denied, that is reported: SQLite would go on and complain about
// the files next to it.
static void rights_tell(const char *path, enum database_mode mode, struct database_fault *fault)
{
    int wanted = mode == DATABASE_IMMUTABLE ? R_OK : R_OK | W_OK;
    if (fault->state != DATABASE_FAILED)
        return;
    if (access(path, F_OK) == 0 ? access(path, wanted) : folder_refuses(path))
        failure_refuse(fault, DATABASE_FAILED, strerrordesc_np(errno));
}

bool database_file_make(const char *path)
{
    int file = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    return file >= 0 && close(file) == 0;
}

// Whether there are changes next to the file that it does not contain yet; opening it as immutable
// would miss them.
static bool changes_beside(const char *path)
{
    struct stat info;
    struct buffer beside = {0};
    buffer_add_format(&beside, "%s-wal", path);
    bool there = stat(buffer_text(&beside), &info) == 0 && info.st_size > 0;
    buffer_cleanup(&beside);
    return there;
}

struct database *database_open(const char *path, enum database_mode mode,
                               struct database_fault *ret_fault)
{
    if ((mode == DATABASE_READ || mode == DATABASE_IMMUTABLE) && access(path, F_OK)) {
        failure_refuse(ret_fault, DATABASE_MISSING, "there is no such file");
        return NULL;
    }
    if (mode == DATABASE_IMMUTABLE && changes_beside(path)) {
        failure_refuse(
            ret_fault, DATABASE_BROKEN,
            "changes that it lacks lie in the file -wal beside it: use it without --read-only,"
            " or take a copy by `relata backup`");
        return NULL;
    }
    struct database *database = calloc(1, sizeof *database);
    if (!database) {
        failure_refuse(ret_fault, DATABASE_FAILED, "out of memory");
        return NULL;
    }
    if (mode == DATABASE_CREATE && strcmp(path, ":memory:") != 0)
        database_file_make(path);
    if (database_start(database, path, mode, ret_fault))
        return database;
    rights_tell(path, mode, ret_fault);
    database_close(database);
    return NULL;
}

// Attaches the file of STORED read-only; otherwise BEGIN IMMEDIATE would lock it for writing.
static bool stored_attach(struct database *database, const struct database *stored)
{
    const char *mode = stored->mode == DATABASE_IMMUTABLE ? uri_modes[stored->mode] : "mode=ro";
    AUTO(text) char *uri = path_uri(sqlite3_db_filename(stored->handle, "main"), mode);
    struct statement *attach = uri ? database_prepare(database, "ATTACH ? AS stored") : NULL;
    if (!attach)
        return false;
    statement_bind_text(attach, 1, uri);
    return statement_run(attach);
}

struct database *database_open_scratch(const struct database *stored,
                                       struct database_fault *ret_fault)
{
    struct database *database = database_open("", DATABASE_SCRATCH, ret_fault);
    if (!database)
        return NULL;
    database_give_way(database);
    if (stored_attach(database, stored))
        return database;
    failure_refuse(ret_fault, DATABASE_BROKEN, database->failure.text);
    database_close(database);
    return NULL;
}

struct database *database_open_blank(const char *path)
{
    struct database *database = calloc(1, sizeof *database);
    if (!database)
        return NULL;
    int code =
        sqlite3_open_v2(path, &database->handle, SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE, NULL);
    if (code == SQLITE_OK && database_run(database, "PRAGMA journal_mode = OFF;"
                                                    "PRAGMA synchronous = OFF;"
                                                    "PRAGMA locking_mode = EXCLUSIVE;"
                                                    "PRAGMA cache_size = -8000"))
        return database;
    database_close(database);
    return NULL;
}

void database_close(struct database *database)
{
    if (!database)
        return;
    statement_list_cleanup(&database->statements);
    full_text_free(database->full_text);
    sqlite3_close_v2(database->handle);
    free(database);
}

const struct tokenizer *database_tokenizer(const struct database *database)
{
    return full_text_tokenizer(database->full_text);
}

void database_cleanup(struct database **database)
{
    database_close(*database);
}

bool database_run(struct database *database, const char *sql)
{
    return failure_note(&database->failure, database->handle,
                        sqlite3_exec(database->handle, sql, NULL, NULL, NULL));
}

struct statement *database_prepare(struct database *database, const char *sql)
{
    database->statements.handle = database->handle;
    database->statements.failure = &database->failure;
    return statement_prepare(&database->statements, sql);
}

bool database_run_with(struct database *database, const char *sql, int64_t value)
{
    struct statement *statement = database_prepare(database, sql);
    if (!statement)
        return false;
    statement_bind_integer(statement, 1, value);
    return statement_run(statement);
}

enum err database_failure(const struct database *database)
{
    return database->failure.err;
}

const char *database_failure_text(const struct database *database)
{
    return database->failure.text;
}

void database_forgive(struct database *database)
{
    database->failure.err = OK;
    database->failure.text[0] = '\0';
}

void *database_fail(struct database *database, enum err failure, const char *text)
{
    database->failure.err = failure;
    snprintf(database->failure.text, sizeof database->failure.text, "%s", text);
    return NULL;
}

// Runs a cached statement, because it runs for every answer.
static bool kept_run(struct database *database, const char *sql)
{
    struct statement *statement = database_prepare(database, sql);
    return statement && statement_run(statement);
}

bool database_begin(struct database *database)
{
    return kept_run(database, "BEGIN");
}

bool database_end(struct database *database)
{
    database_deadline(database, -1);
    return sqlite3_get_autocommit(database->handle) || kept_run(database, "COMMIT");
}

int64_t database_data_version(struct database *database)
{
    return database_number(database, "PRAGMA data_version");
}

int64_t database_last_key(const struct database *database)
{
    return sqlite3_last_insert_rowid(database->handle);
}

static size_t rows_report(struct database *database, const char *sql, const char *good,
                          void (*report)(void *context, const char *finding), void *context)
{
    size_t count = 0;
    struct statement *statement = database_prepare(database, sql);
    while (statement && statement_step(statement)) {
        const char *text = statement_text(statement, 0);
        if (good && strcmp(text, good) == 0)
            continue;
        report(context, text);
        count++;
    }
    if (database->failure.err) {
        report(context, database->failure.text);
        count++;
    }
    return count;
}

size_t database_check(struct database *database, void (*report)(void *context, const char *finding),
                      void *context)
{
    return rows_report(database, "PRAGMA integrity_check", "ok", report, context) +
           rows_report(database,
                       "SELECT 'a row of ' || \"table\" || ' names a missing ' || parent"
                       " FROM pragma_foreign_key_check",
                       NULL, report, context);
}
