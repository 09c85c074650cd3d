// Feeds a revision and its changes to SHA-256.
#include "storage/revision_hash.h"

#include <string.h>

#include "base/buffer.h"
#include "model/collection.h"

static bool buffer_feed(struct digest *digest, struct buffer *line)
{
    bool good = !line->failed;
    if (good)
        digest_add(digest, line->bytes, line->length);
    buffer_cleanup(line);
    return good;
}

struct digest *revision_hash_begin(const char *before, const struct revision *revision,
                                   const char *editor, const char *reason)
{
    struct buffer head = {0};
    char ignored[DIGEST_HEX_SIZE];
    struct digest *digest = digest_new();
    if (!digest)
        return NULL;
    buffer_add_format(&head, "%s\n{\"editor\":", before);
    buffer_add_json_text(&head, editor);
    buffer_add_text(&head, ",\"reason\":");
    buffer_add_json_text(&head, reason);
    buffer_add_format(&head, ",\"release\":\"%s\",\"time\":\"%s\"}\n", revision->release,
                      revision->time);
    if (buffer_feed(digest, &head))
        return digest;
    digest_end(digest, ignored);
    return NULL;
}

bool revision_hash_add(struct digest *digest, const struct hash_change *change)
{
    struct buffer line = {0};
    buffer_add_text(&line, "{\"body\":");
    buffer_add_text(&line, change->body ? change->body : "null");
    buffer_add_format(&line, ",\"collection\":\"%s\",\"id\":\"%s\"", change->collection,
                      change->id);
    if (!change->body) {
        buffer_add_text(&line, ",\"reason\":");
        buffer_add_json_text(&line, change->reason);
        buffer_add_text(&line, ",\"replaced_by\":");
        buffer_add_json_text(&line, change->replaced_by);
    }
    buffer_add_text(&line, "}\n");
    return buffer_feed(digest, &line);
}

static bool changes_add(struct database *database, struct digest *digest, int64_t number)
{
    bool good = true;
    struct statement *read = database_prepare(
        database,
        "SELECT r.collection AS c, r.id AS i, v.body, NULL, NULL FROM version v"
        " JOIN record r ON r.key = v.record WHERE v.valid_from = ?1"
        " UNION ALL SELECT r.collection, r.id, NULL, m.reason, m.replaced_by FROM removal m"
        " JOIN record r ON r.key = m.record WHERE m.revision = ?1 ORDER BY c, i");
    if (!read)
        return false;
    statement_bind_integer(read, 1, number);
    while (statement_step(read)) {
        struct hash_change change = {
            collection_numbered((enum collection_number)statement_integer(read, 0))->name,
            statement_text(read, 1), statement_text(read, 2), statement_text(read, 3),
            statement_text(read, 4)};
        good = revision_hash_add(digest, &change) && good;
    }
    return good && !database_failure(database);
}

bool revision_hash_stored(struct database *database, const struct revision *before,
                          const struct revision *revision, char ret_hash[static DIGEST_HEX_SIZE])
{
    struct digest *digest = NULL;
    struct statement *read =
        database_prepare(database, "SELECT editor, reason FROM revision WHERE number = ?");
    if (!read)
        return false;
    statement_bind_integer(read, 1, revision->number);
    if (statement_step(read))
        digest = revision_hash_begin(before->hash, revision, statement_text(read, 0),
                                     statement_text(read, 1));
    statement_reset(read);
    if (!digest)
        return false;
    bool good = changes_add(database, digest, revision->number);
    return digest_end(digest, ret_hash) && good;
}
