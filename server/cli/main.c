// Reads the settings and runs the command; serve waits for a signal and shuts down in order.
#include <errno.h>
#include <libgen.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/embedded.h"
#include "base/memory.h"
#include "base/ownership.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/memory_bounds.h"
#include "cli/settings.h"
#include "daemon/log.h"
#include "daemon/server.h"
#include "endpoints/agreement.h"
#include "endpoints/app.h"
#include "storage/database.h"

// Blocks the signals that stop the service, for this thread and all threads it starts.
static void signals_block(sigset_t *ret_signals)
{
    sigemptyset(ret_signals);
    sigaddset(ret_signals, SIGINT);
    sigaddset(ret_signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, ret_signals, NULL);
    signal(SIGPIPE, SIG_IGN);
}

// Raises the limit of open files to the maximum that the system allows.
static void descriptors_raise(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit))
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static struct server_options server_options(const struct settings *settings,
                                            const struct openapi *spec, struct log *log,
                                            struct metrics *metrics)
{
    return (struct server_options){
        .address = settings->address,
        .port = (uint16_t)settings->port,
        .threads = (unsigned)settings->threads,
        .query_threads = (unsigned)settings->query_threads,
        .query_queue = (size_t)settings->query_queue,
        .connections = (unsigned)settings->connections,
        .per_address = (unsigned)settings->per_address,
        .bounds = {.kept = (unsigned)settings->kept,
                   .idle_seconds = (unsigned)settings->idle_seconds,
                   .receive_seconds = (unsigned)settings->receive_seconds,
                   .send_seconds = (unsigned)settings->send_seconds,
                   .send_rate = (unsigned)settings->send_rate},
        .body_bytes = (uint64_t)settings->body_bytes,
        .cache_bytes = (size_t)settings->cache_bytes,
        .answer_bytes = (size_t)settings->answer_bytes,
        .connection_memory = (size_t)settings->connection_memory,
        .log_requests = settings->log_requests,
        .proxied = settings->proxied,
        .server_timing = settings->server_timing,
        .spec = spec,
        .log = log,
        .metrics = metrics,
    };
}

static int serve_until_signal(const struct settings *settings, struct app *app,
                              const struct server_options *options, const sigset_t *signals)
{
    char reason[256], public_url[PUBLIC_URL_MAX];
    int received;
    struct server *server = server_start(app, options, reason);
    log_flush(options->log);
    if (!server) {
        fprintf(stderr, "relata: %s\n", reason);
        return EXIT_FAILURE;
    }
    settings_public_url(settings, server_port(server), public_url);
    app_publish(app, public_url);
    memory_settle();
    bool six = strchr(settings->address, ':') != NULL;
    fprintf(stderr, "listening on http://%s%s%s:%u\n", six ? "[" : "", settings->address,
            six ? "]" : "", server_port(server));
    sigwait(signals, &received);
    log_event(options->log, LOG_INFO, "stop", LOG_FIELDS({.name = "signal", .number = received}));
    server_stop(server, (unsigned)settings->grace_seconds);
    return 0;
}

static void memory_tell(const struct settings *settings, struct log *log)
{
    enum { MIB = 1024 * 1024 };
    char advice[MEMORY_ADVICE_SIZE];
    int64_t limit = memory_bounds_limit("");
    bool fit = memory_bounds_fit(settings, limit, advice);
    const struct log_field fields[] = {
        {.name = "bounds_mib", .number = (memory_bounds_sum(settings) + MIB - 1) / MIB},
        {.name = "limit_mib", .number = limit / MIB},
        {.name = "detail", .text = advice},
    };
    size_t count = limit == INT64_MAX ? 1 : fit ? 2 : 3;
    log_event(log, fit ? LOG_INFO : LOG_WARNING, "memory", fields, count);
}

static int app_serve(const struct settings *settings, const struct openapi *spec,
                     const struct server_options *options, const sigset_t *signals)
{
    const struct pool_options pool = {.database = settings->database,
                                      .immutable = settings->read_only,
                                      .connections =
                                          (int)(settings->threads + settings->query_threads) + 1,
                                      .scratch = settings->scratch,
                                      .scratch_bytes = settings->scratch_bytes,
                                      .query_milliseconds = settings->query_milliseconds};
    struct app *app = app_new(spec, &pool, NULL);
    if (!app) {
        fprintf(stderr, "relata: out of memory\n");
        return EXIT_FAILURE;
    }
    memory_tell(settings, options->log);
    int code = serve_until_signal(settings, app, options, signals);
    app_free(app);
    return code;
}

static int command_serve(const struct settings *settings, const struct openapi *spec)
{
    sigset_t signals;
    size_t count;
    char reason[256];
    int code = EXIT_FAILURE;
    memory_watch();
    database_watch_memory();
    signals_block(&signals);
    descriptors_raise();
    openapi_operations(spec, &count);
    struct metrics *metrics = metrics_new(count);
    struct log *log = log_new((enum log_format)settings->log_format,
                              (enum log_level)settings->log_level, metrics);
    const struct server_options options = server_options(settings, spec, log, metrics);
    if (!metrics || !log)
        fprintf(stderr, "relata: out of memory\n");
    else if (!server_can_listen(&options, reason))
        fprintf(stderr, "relata: %s\n", reason);
    else if ((code = commands_provide_database(settings, spec, log)) == 0)
        code = app_serve(settings, spec, &options, &signals);
    log_free(log);
    metrics_free(metrics);
    return code;
}

// In a container, /tmp may be in memory, and then counts towards the container's limit.
static void temporary_files_place(const struct settings *settings)
{
    AUTO(text) char *path = strdup(settings->database);
    const char *beside = path ? dirname(path) : NULL;
    if (settings->scratch || beside)
        database_temporary_folder(settings->scratch ? settings->scratch : beside);
}

static int command_run(const struct settings *settings, const struct openapi *spec)
{
    const char *command = settings->command;
    database_keep_journals();
    if (strcmp(command, "load") == 0)
        return commands_load(settings, spec);
    if (strcmp(command, "release") == 0)
        return commands_release(settings, spec);
    if (strcmp(command, "dump") == 0)
        return commands_dump(settings, spec);
    if (strcmp(command, "check") == 0)
        return commands_check(settings, spec);
    if (strcmp(command, "backup") == 0)
        return commands_backup(settings);
    if (strcmp(command, "restore") == 0)
        return commands_restore(settings);
    if (strcmp(command, "routes") == 0)
        return commands_routes(spec);
    return command_serve(settings, spec);
}

// Reads the contract and proves that the program agrees with it, before anything else is done.
static int spec_run(const struct settings *settings)
{
    char fault[SPEC_FAULT_SIZE];
    struct openapi *spec = openapi_new(fault);
    if (!spec || !agreement_proved(spec, fault)) {
        fprintf(stderr,
                "relata: the contract (api/openapi.yaml) and the program do not agree: %s\n",
                fault);
        openapi_free(spec);
        return EXIT_FAILURE;
    }
    int code = command_run(settings, spec);
    openapi_free(spec);
    return code;
}

enum { KEPT_BYTES = 1 << 20 };

int main(int argc, char **argv)
{
    struct settings settings;
    char fault[256];
    // Makes writing beyond a file size limit an error instead of a fatal signal, so that the work
    // can be rolled back.
    signal(SIGXFSZ, SIG_IGN);
    // The next answer will need the memory that the last one freed, so only what exceeds that is
    // returned to the system.
    mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
    mallopt(M_MMAP_THRESHOLD, KEPT_BYTES);
    if (!settings_read(argc, argv, &settings, fault)) {
        fprintf(stderr, "relata: %s\nsee relata --help\n", fault);
        return EXIT_USAGE;
    }
    settings_unknown_tell(stderr);
    if (settings.help) {
        help_print(stdout, settings.command);
        return 0;
    }
    if (strcmp(settings.command, "version") == 0) {
        printf("relata %s\n", embedded_version);
        return 0;
    }
    temporary_files_place(&settings);
    return spec_run(&settings);
}
