// The archive that is kept: whose it is, when it goes, and that whoever reads it has it to the end.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "endpoints/kept_archive.h"

static const char first_hash[] = "1111111111111111", second_hash[] = "2222222222222222";

static struct scratch_room room = {.folder = "/tmp", .most = 100};

// An archive of ten bytes; the caller holds its file.
static struct kept_archive archive_of(const char *hash)
{
    struct kept_archive archive = {.file = scratch_new(&room), .corpus = CORPUS_PAPER};
    assert_non_null(archive.file);
    memcpy(archive.revision.hash, hash, strlen(hash) + 1);
    assert_true(scratch_write(archive.file, hash, 10, 0));
    assert_true(scratch_finish(archive.file));
    return archive;
}

static uint64_t identity_of(const char *hash)
{
    struct revision revision = {0};
    memcpy(revision.hash, hash, strlen(hash) + 1);
    return revision_identity(&revision);
}

static void one_file_serves_all(void **state)
{
    struct kept_archive made = archive_of(first_hash), a, b;
    struct kept_archive_shelf *shelf = kept_archive_new();
    (void)state;
    assert_false(kept_archive_take(shelf, CORPUS_PAPER, &a));
    kept_archive_put(shelf, &made);
    kept_archive_cleanup(&made);
    assert_true(kept_archive_take(shelf, CORPUS_PAPER, &a));
    assert_true(kept_archive_take(shelf, CORPUS_PAPER, &b));
    assert_ptr_equal(a.file, b.file);
    kept_archive_cleanup(&a);
    kept_archive_cleanup(&b);
    assert_int_equal(room.used, 10);
    kept_archive_free(shelf);
    assert_int_equal(room.used, 0);
}

static void a_new_revision_drops_it_but_for_its_readers(void **state)
{
    char bytes[10];
    struct kept_archive made = archive_of(first_hash), reader, none;
    struct kept_archive_shelf *shelf = kept_archive_new();
    (void)state;
    kept_archive_put(shelf, &made);
    kept_archive_cleanup(&made);
    kept_archive_turn(shelf, identity_of(first_hash));
    assert_true(kept_archive_take(shelf, CORPUS_PAPER, &reader));
    kept_archive_turn(shelf, identity_of(second_hash));
    assert_false(kept_archive_take(shelf, CORPUS_PAPER, &none));
    assert_int_equal(scratch_read(reader.file, bytes, sizeof bytes, 0), sizeof bytes);
    assert_memory_equal(bytes, first_hash, sizeof bytes);
    kept_archive_cleanup(&reader);
    assert_int_equal(room.used, 0);
    kept_archive_free(shelf);
}

static void what_was_overtaken_while_it_was_made_is_not_kept(void **state)
{
    struct kept_archive old = archive_of(first_hash), new = archive_of(second_hash), found;
    struct kept_archive_shelf *shelf = kept_archive_new();
    (void)state;
    kept_archive_turn(shelf, identity_of(second_hash));
    kept_archive_put(shelf, &old);
    assert_false(kept_archive_take(shelf, CORPUS_PAPER, &found));
    kept_archive_put(shelf, &new);
    kept_archive_put(shelf, &old);
    assert_true(kept_archive_take(shelf, CORPUS_PAPER, &found));
    assert_ptr_equal(found.file, new.file);
    kept_archive_cleanup(&found);
    kept_archive_cleanup(&old);
    kept_archive_cleanup(&new);
    kept_archive_free(shelf);
    assert_int_equal(room.used, 0);
}

// The one that was asked for longest ago goes first.
static void each_corpus_has_its_own(void **state)
{
    static const enum corpus corpora[] = {CORPUS_PAPER, CORPUS_OFFICIAL, CORPUS_ANY};
    struct kept_archive found;
    struct kept_archive_shelf *shelf = kept_archive_new();
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct kept_archive made = archive_of(first_hash);
        made.corpus = corpora[i];
        assert_false(kept_archive_take(shelf, corpora[i], &found));
        kept_archive_put(shelf, &made);
        kept_archive_cleanup(&made);
    }
    for (size_t i = 1; i < 4; i++) {
        assert_true(kept_archive_take(shelf, corpora[i % 3], &found));
        kept_archive_cleanup(&found);
    }
    assert_true(kept_archive_give_way(shelf));
    assert_false(kept_archive_take(shelf, CORPUS_OFFICIAL, &found));
    assert_true(kept_archive_give_way(shelf));
    assert_false(kept_archive_take(shelf, CORPUS_ANY, &found));
    assert_true(kept_archive_take(shelf, CORPUS_PAPER, &found));
    kept_archive_cleanup(&found);
    kept_archive_turn(shelf, identity_of(second_hash));
    assert_false(kept_archive_give_way(shelf));
    assert_int_equal(room.used, 0);
    kept_archive_free(shelf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_corpus_has_its_own),
        cmocka_unit_test(one_file_serves_all),
        cmocka_unit_test(a_new_revision_drops_it_but_for_its_readers),
        cmocka_unit_test(what_was_overtaken_while_it_was_made_is_not_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
