// The SQL function random_key().
#include "storage/random_key.h"

#include <sqlite3.h>

#include "base/digest.h"

static void random_key_run(sqlite3_context *context, int count, sqlite3_value **values)
{
    char key[DIGEST_HEX_SIZE];
    (void)count, (void)values;
    if (digest_key(key))
        sqlite3_result_text(context, key, -1, SQLITE_TRANSIENT);
    else
        sqlite3_result_error(context, "the system gives no random numbers", -1);
}

bool random_key_add(sqlite3 *handle)
{
    return sqlite3_create_function_v2(handle, "random_key", 0, SQLITE_UTF8 | SQLITE_DIRECTONLY,
                                      NULL, random_key_run, NULL, NULL, NULL) == SQLITE_OK;
}
