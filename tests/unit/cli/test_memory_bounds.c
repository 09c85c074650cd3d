// The bounds of memory: what they are together, what the system allows, and what to lower.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/memory_bounds.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const int64_t mib = 1024 * 1024;
static char root[] = "/tmp/relata-bounds-XXXXXX";

static int root_make(void **state)
{
    (void)state;
    return mkdtemp(root) ? 0 : -1;
}

static int root_remove(void **state)
{
    char command[64];
    (void)state;
    snprintf(command, sizeof command, "rm -r %s", root);
    return system(command);
}

// Writes the file PATH below the root, with its folders.
static void file_make(const char *path, const char *text)
{
    char whole[256];
    snprintf(whole, sizeof whole, "%s%s", root, path);
    for (char *slash = strchr(whole + sizeof root, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(whole, 0700);
        *slash = '/';
    }
    FILE *file = fopen(whole, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void the_own_group_and_those_around_it_bound_the_memory(void **state)
{
    static const char *const groups[] = {"/sys/fs/cgroup/memory.max",
                                         "/sys/fs/cgroup/outer/memory.max",
                                         "/sys/fs/cgroup/outer/inner/memory.max"};
    static const char one[] = "/sys/fs/cgroup/memory/memory.limit_in_bytes";
    static const struct {
        const char *own;       // /proc/self/cgroup
        const char *limits[3]; // of groups
        const char *first;     // that of version 1
        int64_t expected;
    } rows[] = {
        {"0::/outer/inner\n", {"max\n", "max\n", "1000\n"}, "7\n", 1000},
        {"0::/outer/inner\n", {"max\n", "500\n", "1000\n"}, "7\n", 500},
        {"0::/outer/inner\n", {"400\n", "max\n", "max\n"}, "7\n", 400},
        {"0::/outer/inner\n", {"max\n", "max\n", "max\n"}, "7\n", INT64_MAX},
        {"0::/\n", {"268435456\n", "1\n", "1\n"}, "7\n", 268435456},
        {"0::/not/seen/here\n", {"300\n", "1\n", "1\n"}, "7\n", 300},
        {"0::/", {"many\n", "1\n", "1\n"}, "7\n", INT64_MAX},
        {"9:name=systemd:/\n4:memory:/docker/12\n0::/\n", {"max\n", "1\n", "1\n"}, "256\n", 256},
        {"4:memory:/\n", {"1\n", "1\n", "1\n"}, "9223372036854771712\n", INT64_MAX},
        {"4:cpu,cpuacct:/\n", {"1\n", "1\n", "1\n"}, "7\n", INT64_MAX},
        {"nonsense\n", {"1\n", "1\n", "1\n"}, "7\n", INT64_MAX},
        {"", {"1\n", "1\n", "1\n"}, "7\n", INT64_MAX},
    };
    (void)state;
    assert_true(memory_bounds_limit(root) == INT64_MAX);
    for (size_t i = 0; i < COUNT(rows); i++) {
        file_make("/proc/self/cgroup", rows[i].own);
        for (size_t j = 0; j < COUNT(groups); j++)
            file_make(groups[j], rows[i].limits[j]);
        file_make(one, rows[i].first);
        int64_t limit = memory_bounds_limit(root);
        if (limit != rows[i].expected)
            fail_msg("row %zu: %lld", i, (long long)limit);
    }
}

static void settings_of(const char *const *words, struct settings *ret_settings)
{
    char fault[256];
    char *argv[8] = {"relata", "serve"};
    int argc = 2;
    for (; words[argc - 2]; argc++)
        argv[argc] = (char *)words[argc - 2];
    if (!settings_read(argc, argv, ret_settings, fault))
        fail_msg("%s", fault);
}

static void what_takes_most_is_to_be_lowered_until_all_fit(void **state)
{
    static const struct {
        const char *words[5];
        int64_t sum, limit; // MiB
        const char *lower, *with;
    } rows[] = {
        {{"--connections=2048"}, 236, 256, NULL, NULL},
        {{"--connections=2048"}, 236, 236, NULL, NULL},
        {{NULL}, 458, 256, "--connections (RELATA_CONNECTIONS)", ": with 2601 all fit"},
        {{"--connections=2048", "--cache=128M"}, 300, 256, "--cache (RELATA_CACHE)", "with 84M"},
        {{"--connections=100", "--cache=0", "--answers=200M"}, 254, 100, "--answers", "with 46M"},
        {{"--connections=2048", "--threads=50"}, 620, 256, "--threads", "with 4 all"},
        {{"--connections=2048", "--query-threads=20"}, 380, 256, "--query-threads", "with 4 all"},
        {{"--connections=2048"}, 236, 100, "--connections", "takes most"},
        {{"--connections=2048"}, 236, 0, "--connections", "takes most"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct settings settings;
        char advice[MEMORY_ADVICE_SIZE] = "";
        settings_of(rows[i].words, &settings);
        assert_int_equal((memory_bounds_sum(&settings) + mib - 1) / mib, rows[i].sum);
        bool fit = memory_bounds_fit(&settings, rows[i].limit * mib, advice);
        if (fit != !rows[i].lower ||
            (!fit && (!strstr(advice, rows[i].lower) || !strstr(advice, rows[i].with))))
            fail_msg("row %zu: %s", i, advice);
    }
}

static void what_is_advised_fits(void **state)
{
    char advice[MEMORY_ADVICE_SIZE], word[64];
    struct settings settings;
    (void)state;
    settings_of((const char *const[]){NULL}, &settings);
    assert_false(memory_bounds_fit(&settings, 256 * mib, advice));
    snprintf(word, sizeof word, "--connections=%d", atoi(strstr(advice, "with ") + 5));
    settings_of((const char *const[]){word, NULL}, &settings);
    assert_true(memory_bounds_fit(&settings, 256 * mib, advice));
    settings.connections++;
    assert_false(memory_bounds_fit(&settings, 256 * mib, advice));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_own_group_and_those_around_it_bound_the_memory),
        cmocka_unit_test(what_takes_most_is_to_be_lowered_until_all_fit),
        cmocka_unit_test(what_is_advised_fits),
    };
    return cmocka_run_group_tests(tests, root_make, root_remove);
}
