// Checks and writes release.json, in which a dataset describes itself as a release.
#include "dataset/release.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buffer.h"
#include "base/text.h"
#include "dataset/dataset_files.h"

// The year, month and number of a version; 0 for a missing number.
static void version_parts(const char *version, long ret_parts[static 3])
{
    char *rest = NULL;
    for (size_t i = 0; i < 3; i++) {
        ret_parts[i] = strtol(version, &rest, 10);
        version = *rest == '.' ? rest + 1 : rest;
    }
}

bool release_later(const char *a, const char *b)
{
    long left[3], right[3];
    version_parts(a, left);
    version_parts(b, right);
    for (size_t i = 0; i < 3; i++)
        if (left[i] != right[i])
            return left[i] > right[i];
    return false;
}

bool release_latest(struct database *database, char ret_version[static 32])
{
    struct statement *read = database_prepare(database, "SELECT DISTINCT release FROM revision");
    ret_version[0] = '\0';
    while (read && statement_step(read))
        if (release_later(statement_text(read, 0), ret_version))
            snprintf(ret_version, 32, "%s", statement_text(read, 0));
    return !database_failure(database);
}

json_t *release_draft(const json_t *release, const struct revision *newest)
{
    char reason[64];
    json_t *draft = json_copy((json_t *)release);
    json_object_set_new(draft, "version", json_string(newest->release));
    json_object_set_new(draft, "date", json_string(newest->time));
    if (strcmp(json_text(release, "date"), newest->time) > 0)
        return draft;
    snprintf(reason, sizeof reason, "Draft after %s", newest->release);
    json_object_set_new(draft, "editor", json_string("Draft"));
    json_object_set_new(draft, "reason", json_string(reason));
    return draft;
}

void release_now(char ret_time[static 32])
{
    int64_t given;
    struct tm parts;
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    time_t now = epoch && text_integer(epoch, &given) ? (time_t)given : time(NULL);
    gmtime_r(&now, &parts);
    strftime(ret_time, 32, "%Y-%m-%dT%H:%M:%SZ", &parts);
}

static void release_fault_write(void *context, const char *place, const char *detail)
{
    snprintf(context, 512, "%.100s: %.400s", place, detail);
}

static void release_finding_write(void *context, const struct schema_finding *finding)
{
    snprintf(context, 512, "--%.100s: %.400s", finding->pointer + 1, dataset_files_detail(finding));
}

// Whether VERSION may follow the existing release.json, if there is one.
static bool version_follows(const struct openapi *spec, const char *dir, const char *version,
                            char ret_fault[static 512])
{
    const struct dataset_reader reader = {
        .spec = spec, .fault = release_fault_write, .context = ret_fault};
    AUTO(json) json_t *before = dataset_files_release(&reader, dir);
    const char *known = json_text(before, "version");
    if (!known || !release_later(known, version))
        return true;
    snprintf(ret_fault, 512, "--version: %.40s is earlier than %.40s, which release.json has",
             version, known);
    return false;
}

enum release_result release_write(const struct openapi *spec, const char *dir,
                                  const struct release_words *words, char ret_fault[static 512])
{
    char now[32];
    struct buffer out = {0};
    release_now(now);
    AUTO(json)
    json_t *release = json_pack("{ss ss ss ss s[]}", "version", words->version, "date", now,
                                "editor", words->editor, "reason", words->reason, "removed");
    if (json_schema_check(openapi_schema(spec, "ReleaseWrite"), release, release_finding_write,
                          ret_fault) ||
        !version_follows(spec, dir, words->version, ret_fault))
        return RELEASE_REFUSED;
    AUTO(text) char *text = json_write(release, 2);
    buffer_add_format(&out, "%s\n", text ? text : "");
    bool good = text && dataset_files_write(dir, "release.json", &out);
    if (!good)
        snprintf(ret_fault, 512, "%.200s/release.json: %.200s", dir, strerror(errno));
    buffer_cleanup(&out);
    return good ? RELEASE_WRITTEN : RELEASE_FAILED;
}
