// Reads the key that signs cursors.
#include "storage/cursor_key.h"

#include "base/text.h"

enum err cursor_key_read(struct database *database, char ret_key[static DIGEST_HEX_SIZE])
{
    struct statement *statement = database_prepare(database, "SELECT key FROM cursor_key");
    const char *key = statement && statement_step(statement) ? statement_text(statement, 0) : NULL;
    if (key)
        text_copy(ret_key, DIGEST_HEX_SIZE, key);
    else if (!database_failure(database))
        database_fail(database, ERR_INTERNAL, "the key of its cursors is missing");
    if (statement)
        statement_reset(statement);
    return database_failure(database);
}
