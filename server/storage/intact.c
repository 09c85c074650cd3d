// Checks renderings against their tags, within SQL, so that every reader gets checked ones.
#include "storage/intact.h"

#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

// The tag covers a line with the number of the representation, and the JSON.
static bool tag_of(int representation, const char *json, size_t length,
                   char ret_tag[static DIGEST_HEX_SIZE])
{
    char line[16];
    int size = snprintf(line, sizeof line, "%d\n", representation);
    struct digest *digest = digest_new();
    if (!digest)
        return false;
    digest_add(digest, line, (size_t)size);
    digest_add(digest, json, length);
    return digest_end_tag(digest, ret_tag);
}

bool intact_tag(const char *json, size_t length, char ret_tag[static DIGEST_HEX_SIZE])
{
    return tag_of(REPRESENTATION, json, length, ret_tag);
}

// The verdict on a rendering; FINDING_NONE if memory ran out.
enum finding { FINDING_INTACT, FINDING_DAMAGED, FINDING_NONE };

// A copy made by an older program has tags of the representation of that time.
static enum finding rendering_judge(sqlite3_value **values)
{
    char tag[DIGEST_HEX_SIZE];
    const char *json = (const char *)sqlite3_value_text(values[0]);
    const char *etag = (const char *)sqlite3_value_text(values[1]);
    size_t length = (size_t)sqlite3_value_bytes(values[0]);
    for (int number = REPRESENTATION; json && etag && number > 0; number--) {
        if (!tag_of(number, json, length, tag))
            return FINDING_NONE;
        if (strcmp(tag, etag) == 0)
            return FINDING_INTACT;
    }
    return FINDING_DAMAGED;
}

// Hashing a rendering costs more than everything else that a page does with it. So each connection
// keeps a checksum of renderings already found intact, in a slot given by the tag: the same bytes
// need no second hash, and other bytes have another checksum.
enum { SUMS = 8192 };

static enum finding rendering_judge_once(uint64_t *sums, sqlite3_value **values)
{
    // As text, SQLite would first copy the bytes to add a NUL.
    const char *json = sqlite3_value_blob(values[0]), *etag = sqlite3_value_blob(values[1]);
    if (!json || !etag)
        return FINDING_DAMAGED;
    uint64_t tag = XXH3_64bits(etag, (size_t)sqlite3_value_bytes(values[1]));
    uint64_t sum = XXH3_64bits_withSeed(json, (size_t)sqlite3_value_bytes(values[0]), tag);
    if (sums[tag % SUMS] == sum)
        return FINDING_INTACT;
    enum finding finding = rendering_judge(values);
    if (finding == FINDING_INTACT)
        sums[tag % SUMS] = sum;
    return finding;
}

static void is_intact_run(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    enum finding finding = rendering_judge(values);
    if (finding == FINDING_NONE)
        sqlite3_result_error_nomem(context);
    else
        sqlite3_result_int(context, finding == FINDING_INTACT);
}

static void intact_run(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    enum finding finding = rendering_judge_once(sqlite3_user_data(context), values);
    if (finding == FINDING_NONE)
        sqlite3_result_error_nomem(context);
    else if (finding == FINDING_INTACT)
        sqlite3_result_value(context, values[0]);
    else
        sqlite3_result_error(context, "a record was damaged on the disk; see relata check", -1);
}

// Registers RUN with KEPT as its user data; KEPT is freed with the connection, or at once if this
// fails.
static bool function_add(sqlite3 *handle, const char *name, void *kept,
                         void (*run)(sqlite3_context *, int, sqlite3_value **))
{
    return sqlite3_create_function_v2(handle, name, 2,
                                      SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, kept,
                                      run, NULL, NULL, free) == SQLITE_OK;
}

bool intact_add(sqlite3 *handle)
{
    uint64_t *sums = calloc(SUMS, sizeof *sums);
    return sums && function_add(handle, "intact", sums, intact_run) &&
           function_add(handle, "is_intact", NULL, is_intact_run);
}
