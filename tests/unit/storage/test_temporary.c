// Where SQLite puts what it sorts, when it is more than fits its memory.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "storage/database.h"

// Whether this process has a file open whose path begins with PREFIX.
static bool is_open(const char *prefix)
{
    bool found = false;
    struct dirent *entry;
    DIR *folder = opendir("/proc/self/fd");
    assert_non_null(folder);
    while ((entry = readdir(folder))) {
        char path[256];
        ssize_t length = readlinkat(dirfd(folder), entry->d_name, path, sizeof path - 1);
        if (length > 0) {
            path[length] = '\0';
            found = found || strncmp(path, prefix, strlen(prefix)) == 0;
        }
    }
    closedir(folder);
    return found;
}

static void large_sorts_go_on_in_the_folder(void **state)
{
    static const char sort[] = "WITH RECURSIVE row(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM row "
                               "WHERE i < 40000) SELECT i, hex(zeroblob(100)) FROM row "
                               "ORDER BY i * 7919 % 40000";
    char folder[] = "/tmp/relata-temporary-XXXXXX", path[128], prefix[128];
    struct database_fault fault;
    (void)state;
    assert_non_null(mkdtemp(folder));
    unsetenv("SQLITE_TMPDIR");
    database_temporary_folder(folder);
    snprintf(path, sizeof path, "%s/test.db", folder);
    snprintf(prefix, sizeof prefix, "%s/etilqs_", folder);
    struct database *database = database_open(path, DATABASE_CREATE, &fault);
    assert_non_null(database);
    database_close(database);
    database = database_open(path, DATABASE_IMMUTABLE, &fault);
    assert_non_null(database);
    assert_false(is_open(prefix));
    struct statement *statement = database_prepare(database, sort);
    assert_non_null(statement);
    assert_true(statement_step(statement));
    assert_true(is_open(prefix));
    statement_reset(statement);
    database_close(database);
    assert_false(is_open(prefix));
    unlink(path);
    assert_int_equal(rmdir(folder), 0);
}

// Who runs the program may have a better one.
static void the_environment_comes_first(void **state)
{
    (void)state;
    setenv("SQLITE_TMPDIR", "/chosen", 1);
    database_temporary_folder("/other");
    assert_string_equal(getenv("SQLITE_TMPDIR"), "/chosen");
    unsetenv("SQLITE_TMPDIR");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(large_sorts_go_on_in_the_folder),
        cmocka_unit_test(the_environment_comes_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
