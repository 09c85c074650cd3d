// Looks up revisions by number, hash, release and time.
#include "storage/revision.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "contract/string_formats.h"

#define COLUMNS "SELECT number, hash, time, release FROM revision "

static enum err revision_read(struct database *database, struct statement *statement,
                              struct revision *ret_revision)
{
    struct revision revision = {0};
    if (statement && statement_step(statement)) {
        revision.number = statement_integer(statement, 0);
        snprintf(revision.hash, sizeof revision.hash, "%s", statement_text(statement, 1));
        snprintf(revision.time, sizeof revision.time, "%s", statement_text(statement, 2));
        snprintf(revision.release, sizeof revision.release, "%s", statement_text(statement, 3));
        statement_reset(statement);
    }
    *ret_revision = revision;
    return database_failure(database);
}

uint64_t revision_identity(const struct revision *revision)
{
    char digits[REVISION_SHORT + 1];
    snprintf(digits, sizeof digits, "%.16s", revision->hash);
    return strtoull(digits, NULL, 16);
}

enum err revision_newest(struct database *database, struct revision *ret_revision)
{
    struct statement *statement =
        database_prepare(database, COLUMNS "ORDER BY number DESC LIMIT 1");
    return revision_read(database, statement, ret_revision);
}

enum err revision_numbered(struct database *database, int64_t number, struct revision *ret_revision)
{
    struct statement *statement = database_prepare(database, COLUMNS "WHERE number = ?");
    if (statement)
        statement_bind_integer(statement, 1, number);
    return revision_read(database, statement, ret_revision);
}

bool revision_is_draft(struct database *database, const struct revision *revision)
{
    struct statement *find = database_prepare(
        database, "SELECT 1 FROM revision WHERE release = ? AND number < ? LIMIT 1");
    if (!find)
        return false;
    statement_bind_text(find, 1, revision->release);
    statement_bind_integer(find, 2, revision->number);
    bool draft = statement_step(find);
    statement_reset(find);
    return draft;
}

static enum err revision_by_text(struct database *database, const char *sql, const char *text,
                                 struct revision *ret_revision)
{
    struct statement *statement = database_prepare(database, sql);
    if (statement)
        statement_bind_text(statement, 1, text);
    return revision_read(database, statement, ret_revision);
}

static bool is_hash(const char *text)
{
    return strlen(text) == REVISION_SHORT && strspn(text, "0123456789abcdef") == REVISION_SHORT;
}

static bool is_release(const char *text)
{
    return strlen(text) >= 7 && strspn(text, "0123456789") == 4 && text[4] == '.' &&
           strspn(text, "0123456789.") == strlen(text);
}

// The last second that TEXT, a day or a time in UTC, includes.
static bool revision_time_read(const char *text, char ret_time[static 32])
{
    const char *ignored;
    for (const struct schema_format *format = formats; format->name; format++) {
        if (strcmp(format->name, "date") == 0 && format->valid(text, &ignored)) {
            snprintf(ret_time, 32, "%.10sT23:59:59Z", text);
            return true;
        }
        if (strcmp(format->name, "date-time") == 0 && format->valid(text, &ignored)) {
            snprintf(ret_time, 32, "%.20s", text);
            return true;
        }
    }
    return false;
}

enum err revision_find(struct database *database, const char *text, struct revision *ret_revision)
{
    int64_t number;
    char time[32];
    enum err err;
    if (is_hash(text))
        err = revision_by_text(database,
                               COLUMNS "WHERE hash BETWEEN ?1 AND ?1 || 'g' ORDER BY hash LIMIT 1",
                               text, ret_revision);
    else if (is_release(text))
        err = revision_by_text(database, COLUMNS "WHERE release = ? ORDER BY number LIMIT 1", text,
                               ret_revision);
    else if (revision_time_read(text, time))
        err = revision_by_text(database, COLUMNS "WHERE time <= ? ORDER BY number DESC LIMIT 1",
                               time, ret_revision);
    else if (text_integer(text, &number) && number > 0)
        err = revision_numbered(database, number, ret_revision);
    else
        return ERR_BAD_PARAMETER;
    return err ? err : ret_revision->number ? OK : ERR_UNKNOWN_REVISION;
}
