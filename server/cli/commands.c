// The commands other than serve.
#include "cli/commands.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dataset/dataset_files.h"
#include "dataset/load.h"
#include "dataset/release.h"
#include "dataset/rendering.h"
#include "dataset/verify.h"
#include "storage/backup.h"

static int fault_tell(const char *path, const struct database_fault *fault)
{
    fprintf(stderr, "relata: %s: %s\n", path, fault->detail);
    switch (fault->state) {
    case DATABASE_LOCKED:
        fprintf(stderr, "relata: another process writes to it; try again when it has finished\n");
        return EXIT_LOCKED;
    case DATABASE_MISSING:
        return EXIT_INPUT;
    case DATABASE_FAILED:
        return EXIT_FAILURE;
    default:
        return EXIT_DATA;
    }
}

static int failure_tell(const struct settings *settings, const struct database *database)
{
    fprintf(stderr, "relata: %s: %s\n", settings->database, database_failure_text(database));
    return EXIT_FAILURE;
}

// Creates the folders above PATH, so that a first start needs no preparation.
static void folders_make(const char *path)
{
    char folder[4096];
    for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
        mkdir(folder, 0777);
    }
}

static void line_say(void *context, enum load_line kind, const char *text)
{
    (void)context;
    if (kind == LOAD_DIFFERENCE)
        printf("%s\n", text);
    else
        fprintf(stderr, "relata: %s%s\n", kind == LOAD_WARNING ? "warning: " : "", text);
}

// What stands before the version of REVISION: a draft has that of the release before it.
static const char *draft_word(struct database *database, const struct revision *revision)
{
    return revision_is_draft(database, revision) ? "draft after " : "";
}

static int outcome_tell(const struct settings *settings, struct database *database,
                        const struct load_outcome *outcome)
{
    switch (outcome->result) {
    case LOAD_UNCHANGED:
        printf("the dataset is the same as revision %lld (%s%s)\n",
               (long long)outcome->revision.number, draft_word(database, &outcome->revision),
               outcome->revision.release);
        return 0;
    case LOAD_DONE:
        printf("%srevision %lld (%s%s, %.16s): %lld added, %lld changed, %lld removed\n",
               settings->dry_run ? "not written: " : "", (long long)outcome->revision.number,
               outcome->draft ? "draft after " : "", outcome->revision.release,
               outcome->revision.hash, (long long)outcome->added, (long long)outcome->changed,
               (long long)outcome->removed);
        return 0;
    case LOAD_REFUSED:
        fprintf(stderr, "relata: %lld fault%s; nothing was written\n", (long long)outcome->faults,
                outcome->faults == 1 ? "" : "s");
        return EXIT_DATA;
    case LOAD_LOCKED:
        fprintf(stderr,
                "relata: %s: another process holds the write lock; try again when it has"
                " finished\n",
                settings->database);
        return EXIT_LOCKED;
    case LOAD_FAILED:
        break;
    }
    return failure_tell(settings, database);
}

static int dataset_load(const struct settings *settings, const struct openapi *spec,
                        const char *dir)
{
    struct database_fault fault;
    struct load_outcome outcome;
    char now[32];
    const struct load_options options = {
        .dry_run = settings->dry_run, .draft = settings->draft, .now = now, .say = line_say};
    release_now(now);
    // A dry run against a database that does not exist compares with an empty one.
    bool missing = settings->dry_run && access(settings->database, F_OK);
    AUTO(database)
    struct database *database =
        database_open(missing ? ":memory:" : settings->database, DATABASE_CREATE, &fault);
    if (!database)
        return fault_tell(settings->database, &fault);
    database_give_way(database);
    if (!settings->dry_run && !rendering_outdated(database, spec))
        return failure_tell(settings, database);
    load_dataset(database, spec, dir, &options, &outcome);
    return outcome_tell(settings, database, &outcome);
}

// Gives way to servers on the same machine, because people wait for those.
static void step_aside(void)
{
    enum { NICER = 5 };
    errno = 0;
    if (nice(NICER) == -1 && errno)
        fprintf(stderr, "relata: the priority stays as it is: %s\n", strerror(errno));
}

// 0 if DIR exists; otherwise prints that it does not and returns an exit code.
static int dataset_missing_tell(const char *dir)
{
    if (dataset_files_there(dir))
        return 0;
    fprintf(stderr, "relata: there is no dataset in %s: %s\n", dir, strerror(errno));
    return EXIT_INPUT;
}

int commands_load(const struct settings *settings, const struct openapi *spec)
{
    int missing = dataset_missing_tell(settings->operand);
    if (missing)
        return missing;
    step_aside();
    if (!settings->dry_run)
        folders_make(settings->database);
    return dataset_load(settings, spec, settings->operand);
}

int commands_release(const struct settings *settings, const struct openapi *spec)
{
    char fault[512];
    const struct release_words words = {settings->version, settings->editor, settings->reason};
    if (!words.version || !words.editor || !words.reason) {
        fprintf(stderr, "relata: release needs --version, --editor and --reason\n");
        return EXIT_USAGE;
    }
    int missing = dataset_missing_tell(settings->operand);
    if (missing)
        return missing;
    switch (release_write(spec, settings->operand, &words, fault)) {
    case RELEASE_WRITTEN:
        printf("%s/release.json: %s by %s\n", settings->operand, words.version, words.editor);
        return 0;
    case RELEASE_REFUSED:
        fprintf(stderr, "relata: %s\n", fault);
        return EXIT_DATA;
    default:
        fprintf(stderr, "relata: %s\n", fault);
        return EXIT_FAILURE;
    }
}

int commands_dump(const struct settings *settings, const struct openapi *spec)
{
    char reason[512];
    struct revision newest;
    struct database_fault fault;
    enum database_mode mode = settings->read_only ? DATABASE_IMMUTABLE : DATABASE_READ;
    AUTO(database) struct database *database = database_open(settings->database, mode, &fault);
    if (!database)
        return fault_tell(settings->database, &fault);
    switch (dump_dataset(database, spec, settings->operand, settings->force, reason)) {
    case DUMP_DONE:
        if (revision_newest(database, &newest))
            return failure_tell(settings, database);
        printf("%s: revision %lld (%s%s, %.16s)\n", settings->operand, (long long)newest.number,
               draft_word(database, &newest), newest.release, newest.hash);
        return 0;
    case DUMP_REFUSED:
        fprintf(stderr, "relata: %s/%s\nrelata: nothing was written: --force overwrites it\n",
                settings->operand, reason);
        return EXIT_DATA;
    default:
        fprintf(stderr, "relata: %s\n", reason);
        return EXIT_FAILURE;
    }
}

static void finding_print(void *context, const char *finding)
{
    (void)context;
    printf("%s\n", finding);
}

int commands_check(const struct settings *settings, const struct openapi *spec)
{
    struct database_fault fault;
    step_aside();
    enum database_mode mode = settings->read_only ? DATABASE_IMMUTABLE : DATABASE_READ;
    AUTO(database) struct database *database = database_open(settings->database, mode, &fault);
    if (!database)
        return fault_tell(settings->database, &fault);
    size_t findings = verify_database(database, spec, settings->deep, finding_print, NULL);
    if (!findings)
        printf("%s is sound\n", settings->database);
    return findings ? EXIT_FAILURE : 0;
}

// Prints what WRITTEN now holds, by the revision of its immutable COPY. 0 or an exit code.
static int copy_tell(const char *written, const char *what, const char *source, const char *copy)
{
    struct revision newest;
    struct database_fault fault;
    AUTO(database) struct database *database = database_open(copy, DATABASE_IMMUTABLE, &fault);
    if (!database)
        return fault_tell(copy, &fault);
    if (revision_newest(database, &newest))
        return fault_tell(copy, &(struct database_fault){DATABASE_FAILED, "it cannot be read"});
    printf("%s: %s %s, revision %lld (%s%s, %.16s)\n", written, what, source,
           (long long)newest.number, draft_word(database, &newest),
           newest.number ? newest.release : "no dataset", newest.hash);
    return 0;
}

int commands_backup(const struct settings *settings)
{
    struct database_fault fault;
    AUTO(database)
    struct database *database = database_open(settings->database, DATABASE_READ, &fault);
    if (!database)
        return fault_tell(settings->database, &fault);
    struct stat info;
    bool replaced = stat(settings->operand, &info) == 0 && info.st_size > 0;
    if (!backup_write(database, settings->operand, &fault))
        return fault_tell(settings->operand, &fault);
    return copy_tell(settings->operand, replaced ? "replaced by a copy of" : "a copy of",
                     settings->database, settings->operand);
}

int commands_restore(const struct settings *settings)
{
    struct database_fault fault;
    AUTO(database)
    struct database *copy = database_open(settings->operand, DATABASE_IMMUTABLE, &fault);
    if (!copy)
        return fault_tell(settings->operand, &fault);
    folders_make(settings->database);
    AUTO(database)
    struct database *database = database_open(settings->database, DATABASE_CREATE, &fault);
    if (!database || !backup_restore(database, copy, &fault))
        return fault_tell(settings->database, &fault);
    return copy_tell(settings->database, "restored from", settings->operand, settings->operand);
}

int commands_routes(const struct openapi *spec)
{
    size_t count;
    const struct operation *operations = openapi_operations(spec, &count);
    AUTO(json) json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *parameters = json_array();
        for (size_t j = 0; j < operations[i].parameter_count; j++) {
            const struct parameter *parameter = &operations[i].parameters[j];
            json_array_append_new(parameters, json_pack("{ss ss sO}", "name", parameter->name, "in",
                                                        parameter->in_path ? "path" : "query",
                                                        "schema", (json_t *)parameter->schema));
        }
        json_array_append_new(list, json_pack("{ss ss ss so}", "operationId", operations[i].id,
                                              "method", operations[i].method, "path",
                                              operations[i].path, "parameters", parameters));
    }
    bool good = json_dumpf(list, stdout, JSON_INDENT(2)) == 0;
    printf("\n");
    return good ? 0 : EXIT_FAILURE;
}

static void fault_log(void *context, const char *place, const char *detail)
{
    log_event(context, LOG_WARNING, "dataset",
              LOG_FIELDS({.name = "place", .text = place}, {.name = "detail", .text = detail}));
}

// Whether NEWEST is a revision of the shipped dataset before its latest one, so that the shipped
// one may follow it.
static bool history_leads_on(const struct dataset_reader *reader, const char *dir,
                             const struct revision *newest)
{
    bool fault;
    AUTO(json) json_t *history = dataset_files_history(reader, dir, newest->number, &fault);
    const char *hash = json_text(history, "hash");
    return hash && strcmp(hash, newest->hash) == 0;
}

// 1 if the shipped dataset should be loaded, 0 if the file is served as it is.
static bool shipped_is_wanted(const struct settings *settings, const struct openapi *spec,
                              struct database *database, struct log *log)
{
    struct revision newest;
    const struct dataset_reader reader = {.spec = spec, .fault = fault_log, .context = log};
    if (revision_newest(database, &newest))
        return false;
    if (!newest.number)
        return true;
    AUTO(json) json_t *release = dataset_files_release(&reader, settings->dataset);
    if (!release || strcmp(json_text(release, "date"), newest.time) <= 0)
        return false;
    if (history_leads_on(&reader, settings->dataset, &newest))
        return true;
    char detail[256];
    snprintf(detail, sizeof detail,
             "the shipped release %s is newer, but the database has revisions of its own; it is"
             " served as it is",
             json_text(release, "version"));
    log_event(log, LOG_WARNING, "dataset", LOG_FIELDS({.name = "detail", .text = detail}));
    return false;
}

static int dataset_provide(const struct settings *settings, const struct openapi *spec,
                           struct database *database, struct log *log)
{
    struct load_outcome outcome;
    const struct load_options options = {.say = line_say};
    if (!rendering_outdated(database, spec))
        return failure_tell(settings, database);
    if (!shipped_is_wanted(settings, spec, database, log))
        return 0;
    load_dataset(database, spec, settings->dataset, &options, &outcome);
    if (outcome.result == LOAD_UNCHANGED)
        return 0;
    if (outcome.result != LOAD_DONE)
        return outcome_tell(settings, database, &outcome);
    log_event(log, LOG_INFO, "load",
              LOG_FIELDS({.name = "revision", .number = outcome.revision.number},
                         {.name = "release", .text = outcome.revision.release},
                         {.name = "added", .number = outcome.added},
                         {.name = "changed", .number = outcome.changed},
                         {.name = "removed", .number = outcome.removed}));
    return 0;
}

// A read-only copy is served as it is; if it holds no dataset, the log says so, because every
// answer is then a 503.
static int copy_provide(const struct settings *settings, struct log *log)
{
    struct revision newest;
    struct database_fault fault;
    AUTO(database)
    struct database *copy = database_open(settings->database, DATABASE_IMMUTABLE, &fault);
    if (!copy)
        return fault_tell(settings->database, &fault);
    if (revision_newest(copy, &newest))
        return failure_tell(settings, copy);
    if (!newest.number)
        log_event(log, LOG_WARNING, "dataset",
                  LOG_FIELDS({.name = "detail",
                              .text = "the database holds no dataset: nothing but 503 is answered"},
                             {.name = "database", .text = settings->database}));
    return 0;
}

int commands_provide_database(const struct settings *settings, const struct openapi *spec,
                              struct log *log)
{
    struct database_fault fault;
    if (settings->read_only)
        return copy_provide(settings, log);
    int missing = dataset_missing_tell(settings->dataset);
    if (missing)
        return missing;
    folders_make(settings->database);
    AUTO(database)
    struct database *database = database_open(settings->database, DATABASE_CREATE, &fault);
    return database ? dataset_provide(settings, spec, database, log)
                    : fault_tell(settings->database, &fault);
}
