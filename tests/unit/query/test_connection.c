// A connection reads one state of the database at a time, and knows the newest revision of it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "query/connection.h"

static char folder[] = "/tmp/relata-connection-XXXXXX", path[64];
static struct database *writer;

static int database_make(void **state)
{
    struct database_fault fault;
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/relata.db", folder);
    writer = database_open(path, DATABASE_CREATE, &fault);
    assert_non_null(writer);
    return 0;
}

static int database_drop(void **state)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    char file[80];
    (void)state;
    database_close(writer);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        snprintf(file, sizeof file, "%s%s", path, endings[i]);
        unlink(file);
    }
    return rmdir(folder);
}

static void revision_write(int number)
{
    char sql[256];
    snprintf(sql, sizeof sql,
             "INSERT INTO revision VALUES (%d, '%064d', '2030-01-%02dT00:00:00Z', '2030.%02d', "
             "'An editor', 'A reason')",
             number, number, number, number);
    assert_true(database_run(writer, sql));
}

static void opened(struct connection *ret_connection)
{
    struct database_fault fault;
    assert_true(connection_open(ret_connection, path, false, &fault));
}

static void begin(struct connection *connection, int64_t newest)
{
    assert_int_equal(connection_begin(connection), OK);
    assert_int_equal(connection->newest.number, newest);
}

static int64_t counted(struct connection *connection)
{
    struct statement *count =
        database_prepare(connection->database, "SELECT count(*) FROM revision");
    assert_true(statement_step(count));
    int64_t number = statement_integer(count, 0);
    statement_reset(count);
    return number;
}

static void the_key_of_cursors_is_read_anew_where_it_was_changed(void **state)
{
    char first[DIGEST_HEX_SIZE];
    struct connection connection;
    (void)state;
    opened(&connection);
    begin(&connection, 0);
    snprintf(first, sizeof first, "%s", connection.cursor_key);
    connection_end(&connection);
    assert_int_equal(strspn(first, "0123456789abcdef"), DIGEST_HEX_SIZE - 1);
    assert_true(database_run(writer, "UPDATE cursor_key SET key = random_key()"));
    begin(&connection, 0);
    assert_string_not_equal(connection.cursor_key, first);
    connection_end(&connection);
    assert_true(database_run(writer, "CREATE TABLE kept AS SELECT * FROM cursor_key;"
                                     "DELETE FROM cursor_key"));
    assert_int_equal(connection_begin(&connection), ERR_INTERNAL);
    assert_true(database_run(writer, "INSERT INTO cursor_key SELECT * FROM kept; DROP TABLE kept"));
    connection_close(&connection);
}

static void what_is_written_meanwhile_is_read_from_the_next_beginning_on(void **state)
{
    struct connection connection;
    (void)state;
    revision_write(1);
    opened(&connection);
    begin(&connection, 1);
    revision_write(2);
    assert_int_equal(counted(&connection), 1);
    connection_end(&connection);
    begin(&connection, 2);
    assert_int_equal(counted(&connection), 2);
    connection_end(&connection);
    connection_close(&connection);
}

static void the_writer_is_not_held_up_by_who_has_ended(void **state)
{
    struct connection connection;
    (void)state;
    opened(&connection);
    begin(&connection, 2);
    connection_end(&connection);
    struct statement *rest = database_prepare(writer, "PRAGMA wal_checkpoint(TRUNCATE)");
    assert_true(statement_step(rest));
    assert_int_equal(statement_integer(rest, 0), 0); // not busy
    statement_reset(rest);
    connection_close(&connection);
}

static void a_connection_that_ran_out_of_time_serves_on(void **state)
{
    struct connection connection;
    (void)state;
    opened(&connection);
    begin(&connection, 2);
    database_deadline(connection.database, 0);
    struct statement *slow = database_prepare(
        connection.database, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
                             " SELECT count(*) FROM n");
    assert_false(statement_step(slow));
    assert_int_equal(database_failure(connection.database), ERR_TIMEOUT);
    statement_reset(slow);
    connection_end(&connection);
    assert_non_null(connection.database);
    database_forgive(connection.database);
    begin(&connection, 2);
    connection_end(&connection);
    connection_close(&connection);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_key_of_cursors_is_read_anew_where_it_was_changed),
        cmocka_unit_test(what_is_written_meanwhile_is_read_from_the_next_beginning_on),
        cmocka_unit_test(the_writer_is_not_held_up_by_who_has_ended),
        cmocka_unit_test(a_connection_that_ran_out_of_time_serves_on),
    };
    return cmocka_run_group_tests(tests, database_make, database_drop);
}
