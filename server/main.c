// Reads the settings, does the command; serve waits for a signal and stops in order.
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "commands.h"
#include "embedded.h"
#include "handlers.h"
#include "log.h"
#include "settings.h"
#include "shell.h"

// Blocks the signals that stop the service, for this thread and all that it starts.
static void signals_block(sigset_t *ret_signals)
{
    sigemptyset(ret_signals);
    sigaddset(ret_signals, SIGINT);
    sigaddset(ret_signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, ret_signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

static int serve_until_signal(const struct settings *settings, struct app *app,
                              const sigset_t *signals)
{
    char reason[256];
    int received;
    const struct shell_options options = {.address = settings->address,
                                          .port = (uint16_t)settings->port,
                                          .threads = (unsigned)settings->threads,
                                          .connections = (unsigned)settings->connections,
                                          .per_address = (unsigned)settings->per_address,
                                          .idle_seconds = (unsigned)settings->idle_seconds,
                                          .log_requests = settings->log_requests};
    struct shell *shell = shell_start(app, &options, reason);
    if (!shell) {
        fprintf(stderr, "relata: %s\n", reason);
        return EXIT_FAILURE;
    }
    bool six = strchr(settings->address, ':') != NULL;
    fprintf(stderr, "listening on http://%s%s%s:%u\n", six ? "[" : "", settings->address,
            six ? "]" : "", shell_port(shell));
    sigwait(signals, &received);
    log_line("event=stop signal=%d", received);
    shell_stop(shell, (unsigned)settings->grace_seconds);
    return 0;
}

static int command_serve(const struct settings *settings, const struct spec *spec)
{
    sigset_t signals;
    signals_block(&signals);
    int code = database_provide(settings, spec);
    if (code)
        return code;
    const struct pool_options options = {.database = settings->database,
                                         .immutable = settings->read_only,
                                         .connections = (int)settings->threads,
                                         .query_milliseconds = settings->query_milliseconds};
    struct app *app = app_new(spec, &options);
    if (!app) {
        fprintf(stderr, "relata: out of memory\n");
        return EXIT_FAILURE;
    }
    code = serve_until_signal(settings, app, &signals);
    app_free(app);
    return code;
}

static int command_run(const struct settings *settings, const struct spec *spec)
{
    const char *command = settings->command;
    if (strcmp(command, "load") == 0)
        return command_load(settings, spec);
    if (strcmp(command, "dump") == 0)
        return command_dump(settings, spec);
    if (strcmp(command, "check") == 0)
        return command_check(settings, spec);
    if (strcmp(command, "backup") == 0)
        return command_backup(settings);
    if (strcmp(command, "restore") == 0)
        return command_restore(settings);
    if (strcmp(command, "routes") == 0)
        return command_routes(spec);
    return command_serve(settings, spec);
}

// Reads the contract and proves that the program does what it says; only then is anything done.
static int spec_run(const struct settings *settings)
{
    char fault[SPEC_FAULT_SIZE];
    struct spec *spec = spec_new(fault);
    if (!spec || !handlers_agree(spec, fault)) {
        fprintf(stderr,
                "relata: the contract (api/openapi.yaml) and the program do not agree: %s\n",
                fault);
        spec_free(spec);
        return EXIT_FAILURE;
    }
    int code = command_run(settings, spec);
    spec_free(spec);
    return code;
}

int main(int argc, char **argv)
{
    struct settings settings;
    char fault[256];
    if (!settings_read(argc, argv, &settings, fault)) {
        fprintf(stderr, "relata: %s\nrelata: --help tells all commands and flags\n", fault);
        return EXIT_USAGE;
    }
    if (settings.help) {
        settings_help(stdout);
        return 0;
    }
    if (strcmp(settings.command, "version") == 0) {
        printf("relata %s\n", embedded_version);
        return 0;
    }
    return spec_run(&settings);
}
