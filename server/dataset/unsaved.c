// Compares the files of a folder with the revisions of the database, record by record.
#include "dataset/unsaved.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/ownership.h"
#include "dataset/dataset_files.h"
#include "storage/revision.h"

struct unsaved {
    struct database *database;
    int64_t newest;
    bool *fits; // indexed by revision, from 1: it has all records of the file that were read so far
    int64_t count;
    char *found; // 512 bytes; "" as long as everything is known
};

static bool unsaved_add(void *context, const char *place, const char *detail)
{
    struct unsaved *unsaved = context;
    if (!*unsaved->found)
        snprintf(unsaved->found, 512, "%.200s: %.300s", place, detail);
    return false;
}

static void unsaved_fault(void *context, const char *place, const char *detail)
{
    unsaved_add(context, place, detail);
}

// Keeps only the revisions that have exactly this version of the record.
static bool revisions_narrow(struct unsaved *unsaved, struct statement *read)
{
    int64_t number = 1, left = 0;
    while (read && statement_step(read)) {
        for (; number < statement_integer(read, 0) && number <= unsaved->newest; number++)
            unsaved->fits[number] = false;
        for (; number < statement_integer(read, 1) && number <= unsaved->newest; number++)
            left += unsaved->fits[number];
    }
    for (; number <= unsaved->newest; number++)
        unsaved->fits[number] = false;
    return left > 0;
}

static bool record_compare(void *context, const struct collection *collection, const json_t *record,
                           const char *place)
{
    struct unsaved *unsaved = context;
    AUTO(text) char *body = json_canonical(record);
    struct statement *read = database_prepare(
        unsaved->database, "SELECT v.valid_from, v.valid_to FROM record r"
                           " JOIN version v ON v.record = r.key WHERE r.collection = ?"
                           " AND r.id = ? AND v.body = ? ORDER BY v.valid_from");
    if (read) {
        statement_bind_integer(read, 1, collection->number);
        statement_bind_text(read, 2, json_text(record, "id"));
        statement_bind_text(read, 3, body);
    }
    unsaved->count++;
    char named[400];
    snprintf(named, sizeof named, "%.200s (%.100s)", place, json_text(record, "id"));
    return revisions_narrow(unsaved, read) ||
           unsaved_add(unsaved, named, "no revision of the database has it so");
}

static int64_t records_at(struct unsaved *unsaved, const struct collection *collection,
                          int64_t number)
{
    int64_t count = -1;
    struct statement *read = database_prepare(
        unsaved->database, "SELECT count(*) FROM record r JOIN version v ON v.record = r.key"
                           " AND v.valid_from <= ?2 AND v.valid_to > ?2 WHERE r.collection = ?1");
    if (!read)
        return count;
    statement_bind_integer(read, 1, collection->number);
    statement_bind_integer(read, 2, number);
    if (statement_step(read))
        count = statement_integer(read, 0);
    statement_reset(read);
    return count;
}

// A file is known if some revision has exactly its records.
static void collection_compare(struct unsaved *unsaved, const struct openapi *spec, const char *dir,
                               const struct collection *collection)
{
    char name[64];
    const struct dataset_reader reader = {spec, unsaved_fault, record_compare, unsaved, NULL};
    snprintf(name, sizeof name, "%s.json", collection->name);
    if (!dataset_files_has(dir, name))
        return;
    unsaved->count = 0;
    memset(unsaved->fits, true, (size_t)unsaved->newest + 1);
    if (!dataset_files_collection(&reader, dir, collection) || *unsaved->found)
        return;
    for (int64_t number = unsaved->newest; number > 0; number--)
        if (unsaved->fits[number] && records_at(unsaved, collection, number) == unsaved->count)
            return;
    unsaved_add(unsaved, name, "it lacks records that the database never lacked beside the others");
}

static bool row_there(struct statement *find)
{
    bool there = find && statement_step(find);
    if (find)
        statement_reset(find);
    return there;
}

static bool removal_known(struct unsaved *unsaved, const json_t *item)
{
    struct statement *find = database_prepare(
        unsaved->database, "SELECT 1 FROM removal m JOIN record r ON r.key = m.record"
                           " WHERE r.collection = ? AND r.id = ? AND m.reason = ?"
                           " AND m.replaced_by IS ?");
    if (find) {
        statement_bind_integer(find, 1, collection_named(json_text(item, "collection"))->number);
        statement_bind_text(find, 2, json_text(item, "id"));
        statement_bind_text(find, 3, json_text(item, "reason"));
        statement_bind_text(find, 4, json_text(item, "replaced_by"));
    }
    return row_there(find);
}

static void release_compare(struct unsaved *unsaved, const struct dataset_reader *reader,
                            const char *dir)
{
    static const char *const said[] = {"version", "date", "editor", "reason"};
    size_t i;
    const json_t *item;
    AUTO(json) json_t *release = dataset_files_release(reader, dir);
    struct statement *find = database_prepare(
        unsaved->database, "SELECT 1 FROM revision WHERE release = ? AND time = ? AND editor = ?"
                           " AND reason = ?");
    if (!release || !find)
        return;
    for (i = 0; i < 4; i++)
        statement_bind_text(find, (int)i + 1, json_text(release, said[i]));
    bool known = row_there(find);
    json_array_foreach (json_object_get(release, "removed"), i, item)
        known = known && removal_known(unsaved, item);
    if (!known)
        unsaved_add(unsaved, "release.json", "no revision of the database says this of itself");
}

static void history_compare(struct unsaved *unsaved, const struct dataset_reader *reader,
                            const char *dir)
{
    char name[64];
    for (int64_t number = 1; !dataset_files_history_ends(dir, number - 1); number++) {
        bool fault;
        struct revision revision;
        AUTO(json) json_t *history = dataset_files_history(reader, dir, number, &fault);
        snprintf(name, sizeof name, "history/%04lld.json", (long long)number);
        if (history && (revision_numbered(unsaved->database, number, &revision) ||
                        strcmp(revision.hash, json_text(history, "hash")) != 0))
            unsaved_add(unsaved, name, "the database has another revision of this number, or none");
    }
}

bool unsaved_find(struct database *database, const struct openapi *spec, const char *dir,
                  char ret_found[static 512])
{
    struct revision newest;
    *ret_found = '\0';
    if (revision_newest(database, &newest))
        return true;
    struct unsaved unsaved = {database, newest.number, malloc((size_t)newest.number + 1), 0,
                              ret_found};
    const struct dataset_reader reader = {
        .spec = spec, .fault = unsaved_fault, .context = &unsaved};
    if (!unsaved.fits) {
        database_fail(database, ERR_BUSY, "out of memory");
        return true;
    }
    for (size_t i = 0; i < COLLECTION_COUNT; i++)
        collection_compare(&unsaved, spec, dir, &collections[i]);
    if (dataset_files_has(dir, "release.json"))
        release_compare(&unsaved, &reader, dir);
    history_compare(&unsaved, &reader, dir);
    free(unsaved.fits);
    return *ret_found || database_failure(database);
}
