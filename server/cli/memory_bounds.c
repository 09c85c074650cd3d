// Adds up the memory limits of the settings, and reads the limits of control groups.
#include "cli/memory_bounds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ownership.h"
#include "base/text.h"

enum { KIB = 1024, MIB = 1024 * KIB };

// Measured: the program at rest; a connection without its head; a thread that makes answers.
enum { AT_REST = 10 * MIB, CONNECTION = 5 * KIB, THREAD = 8 * MIB };

// The memory that one setting bounds.
struct memory_bound {
    const char *flag;
    int64_t number, bytes; // how many, and the size of each
};

enum { BOUND_COUNT = 5 };

static void bounds_list(const struct settings *settings,
                        struct memory_bound ret_bounds[static BOUND_COUNT])
{
    const struct memory_bound bounds[] = {
        {"--connections", settings->connections, settings->connection_memory + CONNECTION},
        {"--cache", settings->cache_bytes, 1},
        {"--answers", settings->answer_bytes, 1},
        {"--threads", settings->threads, THREAD},
        {"--query-threads", settings->query_threads, THREAD},
    };
    memcpy(ret_bounds, bounds, sizeof bounds);
}

// The last thread makes answers that are files.
int64_t memory_bounds_sum(const struct settings *settings)
{
    struct memory_bound bounds[BOUND_COUNT];
    int64_t sum = AT_REST + THREAD;
    bounds_list(settings, bounds);
    for (size_t i = 0; i < BOUND_COUNT; i++)
        sum += bounds[i].number * bounds[i].bytes;
    return sum;
}

static const struct setting *setting_named(const char *flag)
{
    size_t count, i = 0;
    const struct setting *settings = settings_table(&count);
    while (strcmp(settings[i].flag, flag) != 0)
        i++;
    return &settings[i];
}

// Writes which setting to lower, and to what value if that alone can save EXCESS bytes.
static void advice_write(const struct memory_bound *bound, int64_t excess,
                         char ret_advice[static MEMORY_ADVICE_SIZE])
{
    const struct setting *setting = setting_named(bound->flag);
    bool is_size = setting->kind == SETTING_SIZE;
    int64_t unit = is_size ? MIB : 1;
    int64_t fitting = (bound->number - (excess + bound->bytes - 1) / bound->bytes) / unit;
    int length = snprintf(ret_advice, MEMORY_ADVICE_SIZE,
                          "all bounds of memory together are more than the system allows; lower "
                          "%s (%s), which takes most",
                          bound->flag, setting->variable);
    if (fitting > 0 && fitting * unit >= setting->least)
        snprintf(ret_advice + length, MEMORY_ADVICE_SIZE - (size_t)length, ": with %lld%s all fit",
                 (long long)fitting, is_size ? "M" : "");
}

bool memory_bounds_fit(const struct settings *settings, int64_t limit,
                       char ret_advice[static MEMORY_ADVICE_SIZE])
{
    struct memory_bound bounds[BOUND_COUNT];
    const struct memory_bound *most = bounds;
    int64_t sum = memory_bounds_sum(settings);
    if (sum <= limit)
        return true;
    bounds_list(settings, bounds);
    for (size_t i = 1; i < BOUND_COUNT; i++)
        if (bounds[i].number * bounds[i].bytes > most->number * most->bytes)
            most = &bounds[i];
    advice_write(most, sum - limit, ret_advice);
    return false;
}

// The first line of the file PATH without its line end; the caller frees it. NULL if there is none.
static char *line_read(const char *path)
{
    char *line = NULL;
    size_t size = 0;
    FILE *file = fopen(path, "r");
    bool good = file && getline(&line, &size, file) >= 0;
    if (file)
        fclose(file);
    if (!good)
        free(TAKE(line));
    if (line)
        line[strcspn(line, "\n")] = '\0';
    return line;
}

// A control group is a folder with its limit in the file NAME; the groups around it limit it too.
static int64_t group_limit(const char *top, char *group, const char *name)
{
    int64_t limit = INT64_MAX, bytes;
    for (;;) {
        char path[512];
        snprintf(path, sizeof path, "%s%s/%s", top, group, name);
        AUTO(text) char *line = line_read(path);
        // Without a limit the file says `max`, or a number near the maximum.
        if (line && text_integer(line, &bytes) && bytes < limit && bytes < INT64_MAX / 2)
            limit = bytes;
        char *slash = strrchr(group, '/');
        if (!slash)
            return limit;
        *slash = '\0';
    }
}

// LINE is `number:controllers:path`. Version 2 has number 0 and no controllers.
static int64_t line_limit(const char *root, char *line)
{
    char top[256];
    char *controllers = strchr(line, ':'), *group = controllers ? strchr(++controllers, ':') : NULL;
    if (!group)
        return INT64_MAX;
    *group++ = '\0';
    group[strcspn(group, "\n")] = '\0';
    bool first = strcmp(controllers, "memory") == 0;
    if (!first && *controllers)
        return INT64_MAX;
    snprintf(top, sizeof top, "%s/sys/fs/cgroup%s", root, first ? "/memory" : "");
    return group_limit(top, group, first ? "memory.limit_in_bytes" : "memory.max");
}

int64_t memory_bounds_limit(const char *root)
{
    char path[256], *line = NULL;
    size_t size = 0;
    int64_t limit = INT64_MAX, found;
    snprintf(path, sizeof path, "%s/proc/self/cgroup", root);
    FILE *file = fopen(path, "r");
    while (file && getline(&line, &size, file) >= 0)
        if ((found = line_limit(root, line)) < limit)
            limit = found;
    free(line);
    if (file)
        fclose(file);
    return limit;
}
