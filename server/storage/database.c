// Wraps SQLite: connections, migrations, kept statements, deadlines, backup.
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
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/embedded.h"
#include "base/memory.h"
#include "base/ownership.h"
#include "storage/full_text.h"

enum { STATEMENTS_MAX = 256, BUSY_MILLISECONDS = 5000, DEADLINE_STEPS = 2000, FAILURE_SIZE = 256 };

struct statement {
    struct database *database;
    sqlite3_stmt *handle;
    char *sql;
    size_t length; // of SQL
    uint64_t used;
    int mark; // the caller's
};

struct database {
    sqlite3 *handle;
    struct statement *statements[STATEMENTS_MAX];
    size_t statement_count;
    uint64_t clock;
    enum database_mode mode;
    int64_t deadline; // monotonic milliseconds
    int64_t worked;   // since these monotonic microseconds
    struct full_text *full_text;
    enum err failure;
    char failure_text[FAILURE_SIZE];
};

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
    // Nobody asks for its statistics, for which each allocation would take one lock.
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static enum err failure_of(int code)
{
    switch (code & 0xff) {
    case SQLITE_INTERRUPT:
        return ERR_TIMEOUT;
    case SQLITE_INTERNAL:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_ERROR:
    case SQLITE_CONSTRAINT:
        return ERR_INTERNAL;
    default:
        return ERR_BUSY;
    }
}

// What SQLite says of the last failure of HANDLE, and where it has to do with a file, why the
// system refused it.
static void failure_write(sqlite3 *handle, char ret_text[static FAILURE_SIZE])
{
    int code = sqlite3_errcode(handle) & 0xff, system = sqlite3_system_errno(handle);
    bool of_file = code == SQLITE_CANTOPEN || code == SQLITE_IOERR || code == SQLITE_READONLY;
    bool told = of_file && system;
    snprintf(ret_text, FAILURE_SIZE, "%s%s%s", sqlite3_errmsg(handle), told ? ": " : "",
             told ? strerrordesc_np(system) : "");
}

static bool database_note(struct database *database, int code)
{
    if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE)
        return true;
    database->failure = failure_of(code);
    failure_write(database->handle, database->failure_text);
    return false;
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

static int way_given(void *context)
{
    enum { WORK_MICROSECONDS = 300 };
    struct database *database = context;
    if (clock_microseconds() - database->worked < WORK_MICROSECONDS)
        return 0;
    sched_yield();
    database->worked = clock_microseconds();
    return 0;
}

void database_give_way(struct database *database)
{
    enum { STEPS = 500 };
    sqlite3_progress_handler(database->handle, STEPS, way_given, database);
}

static bool fault_set(struct database_fault *ret_fault, enum database_state state,
                      const char *detail)
{
    ret_fault->state = state;
    snprintf(ret_fault->detail, sizeof ret_fault->detail, "%s", detail);
    return false;
}

static enum database_state state_of(int code)
{
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return DATABASE_LOCKED;
    case SQLITE_CANTOPEN:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_PERM:
    case SQLITE_READONLY:
        return DATABASE_FAILED;
    default:
        return DATABASE_BROKEN;
    }
}

static bool fault_of_code(struct database *database, int code, struct database_fault *ret_fault)
{
    failure_write(database->handle, ret_fault->detail);
    ret_fault->state = state_of(code);
    return false;
}

// The file as a URI that SQLite opens, with MODE behind it; reserved characters are escaped.
static char *path_uri(const char *path, const char *mode)
{
    size_t size = 3 * strlen(path) + strlen(mode) + 10, n;
    char *uri = malloc(size);
    if (!uri)
        return NULL;
    // An absolute path follows an empty authority: in `file://tmp/x` tmp would be one.
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

static int64_t pragma_integer(struct database *database, const char *sql)
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
    return pragma_integer(database, "PRAGMA user_version");
}

bool database_schema_agrees(struct database *database)
{
    return schema_number(database) == (int64_t)embedded_migration_count;
}

// "Rela": what says in the header of a file whose it is.
enum { APPLICATION_ID = 0x52656c61 };

// Refuses the files of other programs. Earlier versions of this one wrote no application_id: their
// files are known by their tables.
static bool owner_check(struct database *database, struct database_fault *ret_fault)
{
    int64_t id = pragma_integer(database, "PRAGMA application_id");
    int64_t tables = pragma_integer(database, "SELECT count(*) FROM sqlite_schema");
    int64_t known =
        pragma_integer(database, "SELECT count(*) FROM sqlite_schema WHERE type = 'table'"
                                 " AND name IN ('revision', 'record', 'version', 'removal')");
    if (database->failure)
        return fault_of_code(database, sqlite3_errcode(database->handle), ret_fault);
    return id == APPLICATION_ID || (id == 0 && (tables == 0 || known == 4)) ||
           fault_set(ret_fault, DATABASE_BROKEN, "it is a SQLite file of another program");
}

// Says whose the file is, where an earlier version did not. Another writer keeps nobody waiting for
// that: it is said at the next start.
static bool owner_write(struct database *database)
{
    char pragma[64];
    snprintf(pragma, sizeof pragma, "PRAGMA application_id = %d", APPLICATION_ID);
    if (pragma_integer(database, "PRAGMA application_id") != APPLICATION_ID &&
        !database_run(database, pragma))
        database_forgive(database);
    return true;
}

// Does migration INDEX in a transaction of its own, unless another process was faster.
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

// Brings the schema from number FROM to this program's. That alone need not survive a power cut,
// for it would be done again: it is not synced, and the first revision written is, with all before
// it.
static bool database_migrate(struct database *database, int64_t from,
                             struct database_fault *ret_fault)
{
    if (!database_run(database, "PRAGMA synchronous = NORMAL"))
        return fault_of_code(database, sqlite3_errcode(database->handle), ret_fault);
    for (size_t i = (size_t)from; i < embedded_migration_count; i++) {
        if (migration_run(database, i))
            continue;
        fault_of_code(database, sqlite3_errcode(database->handle), ret_fault);
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
        return fault_of_code(database, sqlite3_errcode(database->handle), ret_fault);
    if (found > (int64_t)embedded_migration_count)
        return fault_set(ret_fault, DATABASE_NEWER,
                         "its schema is newer than this program: use a newer relata");
    if (found == (int64_t)embedded_migration_count)
        return mode != DATABASE_CREATE || owner_write(database);
    if (mode != DATABASE_CREATE && mode != DATABASE_SCRATCH)
        return fault_set(ret_fault, DATABASE_OLDER,
                         "its schema is older than this program: run `relata load` once");
    return database_migrate(database, found, ret_fault);
}

static const char *const settings[] = {
    // A page of fifty records lies in a handful of pages of this size: read from a large file, that
    // costs a fifth less than in those of 4 KiB.
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

// Applies the settings. SQLite does not itself wait where two processes turn a new file to WAL at
// one time, for one of them would wait for the other for ever: who is refused lets go and tries
// again.
static bool settings_apply(struct database *database, enum database_mode mode)
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
        return fault_set(ret_fault, DATABASE_FAILED, "out of memory");
    database->mode = mode;
    int code = sqlite3_open_v2(
        uri, &database->handle,
        SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    if (code != SQLITE_OK)
        return fault_of_code(database, code, ret_fault);
    sqlite3_extended_result_codes(database->handle, 1);
    sqlite3_busy_timeout(database->handle, BUSY_MILLISECONDS);
    sqlite3_db_config(database->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    if (!owner_check(database, ret_fault))
        return false;
    if (!settings_apply(database, mode))
        return fault_of_code(database, sqlite3_errcode(database->handle), ret_fault);
    database->full_text = full_text_new(database->handle);
    if (!database->full_text)
        return fault_of_code(database, sqlite3_errcode(database->handle), ret_fault);
    return schema_prepare(database, mode, ret_fault);
}

// Whether the system lets nobody make a file in the folder of PATH, with errno: of folders that are
// missing too, the nearest that is there counts, in which they could not be made.
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

// Where the rights to the file itself are missing, that is the reason: SQLite goes on to files
// beside it and tells of those.
static void rights_tell(const char *path, enum database_mode mode, struct database_fault *fault)
{
    int wanted = mode == DATABASE_IMMUTABLE ? R_OK : R_OK | W_OK;
    if (fault->state != DATABASE_FAILED)
        return;
    if (access(path, F_OK) == 0 ? access(path, wanted) : folder_refuses(path))
        fault_set(fault, DATABASE_FAILED, strerrordesc_np(errno));
}

// Makes an empty file for the owner alone, whatever the umask allows others, unless one is there.
// True where it was made.
static bool file_make(const char *path)
{
    int file = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    return file >= 0 && close(file) == 0;
}

// Whether changes that the file itself lacks lie beside it: whoever opens it as one that nobody
// writes would not see them.
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
        fault_set(ret_fault, DATABASE_MISSING, "there is no such file");
        return NULL;
    }
    if (mode == DATABASE_IMMUTABLE && changes_beside(path)) {
        fault_set(
            ret_fault, DATABASE_BROKEN,
            "changes that it lacks lie in the file -wal beside it: use it without --read-only,"
            " or take a copy by `relata backup`");
        return NULL;
    }
    struct database *database = calloc(1, sizeof *database);
    if (!database) {
        fault_set(ret_fault, DATABASE_FAILED, "out of memory");
        return NULL;
    }
    if (mode == DATABASE_CREATE && strcmp(path, ":memory:") != 0)
        file_make(path);
    if (database_start(database, path, mode, ret_fault))
        return database;
    rights_tell(path, mode, ret_fault);
    database_close(database);
    return NULL;
}

// Attaches the file of STORED, never to be written: BEGIN IMMEDIATE would lock what is attached for
// writing.
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
    fault_set(ret_fault, DATABASE_BROKEN, database->failure_text);
    database_close(database);
    return NULL;
}

struct database *database_open_memory(void)
{
    struct database *database = calloc(1, sizeof *database);
    if (!database ||
        sqlite3_open_v2(":memory:", &database->handle,
                        SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                        NULL) == SQLITE_OK)
        return database;
    database_close(database);
    return NULL;
}

bool database_image(struct database *database, struct buffer *out)
{
    sqlite3_int64 length = 0;
    unsigned char *bytes = sqlite3_serialize(database->handle, "main", &length, 0);
    if (!bytes)
        return false;
    buffer_add(out, bytes, (size_t)length);
    sqlite3_free(bytes);
    return !out->failed;
}

void database_close(struct database *database)
{
    if (!database)
        return;
    for (size_t i = 0; i < database->statement_count; i++) {
        sqlite3_finalize(database->statements[i]->handle);
        free(database->statements[i]->sql);
        free(database->statements[i]);
    }
    full_text_free(database->full_text);
    sqlite3_close_v2(database->handle);
    free(database);
}

const struct full_text *database_full_text(const struct database *database)
{
    return database->full_text;
}

void database_cleanup(struct database **database)
{
    database_close(*database);
}

bool database_run(struct database *database, const char *sql)
{
    return database_note(database, sqlite3_exec(database->handle, sql, NULL, NULL, NULL));
}

static struct statement *statement_new(struct database *database, const char *sql)
{
    struct statement *statement = calloc(1, sizeof *statement);
    char *copy = strdup(sql);
    sqlite3_stmt *handle = NULL;
    int code = SQLITE_NOMEM;
    if (statement && copy)
        code =
            sqlite3_prepare_v3(database->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &handle, NULL);
    if (!database_note(database, code)) {
        free(statement);
        free(copy);
        return NULL;
    }
    *statement = (struct statement){
        .database = database, .handle = handle, .sql = copy, .length = strlen(copy)};
    return statement;
}

static void statement_free(struct statement *statement)
{
    sqlite3_finalize(statement->handle);
    free(statement->sql);
    free(statement);
}

// The place for a new statement: the end, or where the one stood that was not used for longest.
static size_t statement_place(struct database *database)
{
    if (database->statement_count < STATEMENTS_MAX)
        return database->statement_count++;
    size_t oldest = 0;
    for (size_t i = 1; i < STATEMENTS_MAX; i++)
        if (database->statements[i]->used < database->statements[oldest]->used)
            oldest = i;
    statement_free(database->statements[oldest]);
    return oldest;
}

struct statement *database_prepare(struct database *database, const char *sql)
{
    size_t length = strlen(sql);
    for (size_t i = 0; i < database->statement_count; i++) {
        struct statement *known = database->statements[i];
        if (known->length == length && memcmp(known->sql, sql, length) == 0) {
            sqlite3_reset(known->handle);
            sqlite3_clear_bindings(known->handle);
            known->used = ++database->clock;
            return known;
        }
    }
    struct statement *statement = statement_new(database, sql);
    if (!statement)
        return NULL;
    statement->used = ++database->clock;
    database->statements[statement_place(database)] = statement;
    return statement;
}

void statement_bind_text(struct statement *statement, int index, const char *text)
{
    database_note(statement->database,
                  sqlite3_bind_text(statement->handle, index, text, -1, SQLITE_TRANSIENT));
}

void statement_bind_integer(struct statement *statement, int index, int64_t value)
{
    database_note(statement->database, sqlite3_bind_int64(statement->handle, index, value));
}

void statement_bind_bytes(struct statement *statement, int index, const void *bytes, size_t length)
{
    database_note(statement->database,
                  sqlite3_bind_blob64(statement->handle, index, bytes, length, SQLITE_TRANSIENT));
}

void statement_bind_null(struct statement *statement, int index)
{
    database_note(statement->database, sqlite3_bind_null(statement->handle, index));
}

// SQLite ends texts with NUL when they are asked for, and gives NULL where memory ends then: it is
// better to know that before.
static bool texts_end(sqlite3_stmt *handle)
{
    for (int i = 0; i < sqlite3_data_count(handle); i++)
        if (sqlite3_column_type(handle, i) == SQLITE_TEXT && !sqlite3_column_text(handle, i))
            return false;
    return true;
}

bool statement_step(struct statement *statement)
{
    int code = sqlite3_step(statement->handle);
    if (code == SQLITE_ROW && texts_end(statement->handle))
        return true;
    if (code == SQLITE_ROW)
        code = SQLITE_NOMEM;
    database_note(statement->database, code);
    sqlite3_reset(statement->handle);
    return false;
}

bool statement_step_raw(struct statement *statement)
{
    int code = sqlite3_step(statement->handle);
    if (code == SQLITE_ROW)
        return true;
    database_note(statement->database, code);
    sqlite3_reset(statement->handle);
    return false;
}

bool statement_run(struct statement *statement)
{
    int code;
    while ((code = sqlite3_step(statement->handle)) == SQLITE_ROW)
        continue;
    bool good = database_note(statement->database, code);
    sqlite3_reset(statement->handle);
    return good;
}

bool database_run_with(struct database *database, const char *sql, int64_t value)
{
    struct statement *statement = database_prepare(database, sql);
    if (!statement)
        return false;
    statement_bind_integer(statement, 1, value);
    return statement_run(statement);
}

bool statement_plan(struct statement *statement, void (*each)(void *context, const char *line),
                    void *context)
{
    sqlite3_stmt *plan = NULL;
    AUTO(text) char *sql = malloc(statement->length + sizeof "EXPLAIN QUERY PLAN ");
    if (!sql)
        return database_note(statement->database, SQLITE_NOMEM);
    stpcpy(stpcpy(sql, "EXPLAIN QUERY PLAN "), statement->sql);
    int code = sqlite3_prepare_v2(statement->database->handle, sql, -1, &plan, NULL);
    while (code == SQLITE_OK && (code = sqlite3_step(plan)) == SQLITE_ROW) {
        const char *line = (const char *)sqlite3_column_text(plan, 3);
        code = line ? SQLITE_OK : SQLITE_NOMEM;
        if (line)
            each(context, line);
    }
    sqlite3_finalize(plan);
    return database_note(statement->database, code);
}

int *statement_mark(struct statement *statement)
{
    return &statement->mark;
}

void statement_reset(struct statement *statement)
{
    sqlite3_reset(statement->handle);
}

const char *statement_text(struct statement *statement, int column)
{
    return (const char *)sqlite3_column_text(statement->handle, column);
}

size_t statement_length(struct statement *statement, int column)
{
    return (size_t)sqlite3_column_bytes(statement->handle, column);
}

const char *statement_bytes(struct statement *statement, int column, size_t *ret_length)
{
    const char *bytes = sqlite3_column_blob(statement->handle, column);
    *ret_length = (size_t)sqlite3_column_bytes(statement->handle, column);
    return bytes;
}

int64_t statement_integer(struct statement *statement, int column)
{
    return sqlite3_column_int64(statement->handle, column);
}

bool statement_is_null(struct statement *statement, int column)
{
    return sqlite3_column_type(statement->handle, column) == SQLITE_NULL;
}

enum err database_failure(const struct database *database)
{
    return database->failure;
}

const char *database_failure_text(const struct database *database)
{
    return database->failure_text;
}

void database_forgive(struct database *database)
{
    database->failure = OK;
    database->failure_text[0] = '\0';
}

void *database_fail(struct database *database, enum err failure, const char *text)
{
    database->failure = failure;
    snprintf(database->failure_text, sizeof database->failure_text, "%s", text);
    return NULL;
}

// Runs a statement that is kept, for it is run with every answer.
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
    return pragma_integer(database, "PRAGMA data_version");
}

int64_t database_last_key(const struct database *database)
{
    return sqlite3_last_insert_rowid(database->handle);
}

// Copies all pages of FROM into TO, waiting for writers up to the busy time.
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
    return code == SQLITE_OK || fault_of_code(copy, code, ret_fault);
}

bool database_backup(struct database *database, const char *path, struct database_fault *ret_fault)
{
    bool made = file_make(path), good = false;
    if (!made && errno != EEXIST)
        return fault_set(ret_fault, DATABASE_FAILED, strerrordesc_np(errno));
    struct database *copy = calloc(1, sizeof *copy);
    if (copy && sqlite3_open_v2(path, &copy->handle, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK)
        good = owner_check(copy, ret_fault) && copy_write(copy, database, ret_fault);
    else
        fault_set(ret_fault, DATABASE_FAILED,
                  copy ? sqlite3_errmsg(copy->handle) : "out of memory");
    database_close(copy);
    if (made && !good)
        unlink(path);
    return good;
}

static int64_t page_size(struct database *database)
{
    return pragma_integer(database, "PRAGMA page_size");
}

// Copies COPY by way of the file PATH, where its pages get the size of those of DATABASE.
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

// Pages can only be copied over others of their size: else a file beside the database is needed.
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

bool database_restore(struct database *database, struct database *copy,
                      struct database_fault *ret_fault)
{
    int code = page_size(database) == page_size(copy) ? pages_copy(database->handle, copy->handle)
                                                      : copy_of_other_size(database, copy);
    if (code == SQLITE_OK && database_run(database, settings[DATABASE_CREATE]))
        return true;
    return fault_of_code(database, code ? code : sqlite3_errcode(database->handle), ret_fault);
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
    if (database->failure) {
        report(context, database->failure_text);
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
