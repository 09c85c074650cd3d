// Reads the table of settings from flags and environment.
#include "cli/settings.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

enum setting_kind {
    SETTING_TEXT,
    SETTING_ADDRESS,
    SETTING_URL,
    SETTING_NUMBER,
    SETTING_SIZE, // in bytes
    SETTING_SWITCH,
    SETTING_LEVEL,
    SETTING_FORMAT
};

// The words of a choice, whose member is the number of one.
static const char *const levels[] = {"error", "warning", "info", "debug", NULL};
static const char *const formats[] = {"logfmt", "json", NULL};

struct setting {
    const char *flag;
    const char *variable; // in the environment, or NULL
    const char *standard; // the default, or NULL
    enum setting_kind kind;
    size_t offset;
    long least, most;
    const char *meaning;
};

#define AT(member) offsetof(struct settings, member)

static const struct setting table[] = {
    {"--address", "RELATA_ADDRESS", "127.0.0.1", SETTING_ADDRESS, AT(address), 0, 0,
     "IPv4 or IPv6 address to listen on"},
    {"--port", "RELATA_PORT", "8080", SETTING_NUMBER, AT(port), 0, 65535,
     "TCP port; 0 picks a free port, printed when ready"},
    {"--db", "RELATA_DB", "data/relata.db", SETTING_TEXT, AT(database), 0, 0, "the SQLite file"},
    {"--dataset", "RELATA_DATASET", NULL, SETTING_TEXT, AT(dataset), 0, 0,
     "folder of the dataset for a new database, instead of the built-in one"},
    {"--public-url", "RELATA_PUBLIC_URL", NULL, SETTING_URL, AT(public_url), 0, 0,
     "address at which readers reach the service, with its path; the base of all links; without it "
     "the address and port that are served"},
    {"--threads", "RELATA_THREADS", "2", SETTING_NUMBER, AT(threads), 1, 64,
     "threads that answer requests"},
    {"--connections", "RELATA_CONNECTIONS", "8192", SETTING_NUMBER, AT(connections), 1, 100000,
     "maximum number of connections"},
    {"--per-address", "RELATA_PER_ADDRESS", "0", SETTING_NUMBER, AT(per_address), 0, 100000,
     "maximum number of connections from one address; 0 for no limit"},
    {"--idle", "RELATA_IDLE", "30", SETTING_NUMBER, AT(idle_seconds), 1, 3600,
     "seconds after which an idle connection is closed"},
    {"--kept", "RELATA_KEPT", "1024", SETTING_NUMBER, AT(kept), 0, 100000,
     "maximum number of idle connections after a request; beyond it the longest idle are closed"},
    {"--receive", "RELATA_RECEIVE", "30", SETTING_NUMBER, AT(receive_seconds), 1, 3600,
     "seconds to receive a whole request, or its connection is closed"},
    {"--send", "RELATA_SEND", "30", SETTING_NUMBER, AT(send_seconds), 1, 3600,
     "seconds over which --send-rate is measured; slower readers are cut off"},
    {"--send-rate", "RELATA_SEND_RATE", "1024", SETTING_NUMBER, AT(send_rate), 0, 1000000000,
     "minimum bytes a second at which a reader must take an answer"},
    {"--body", "RELATA_BODY", "1048576", SETTING_SIZE, AT(body_bytes), 0, 1000000000,
     "maximum bytes of a request body; more is a 413"},
    {"--connection-memory", "RELATA_CONNECTION_MEMORY", "32768", SETTING_SIZE,
     AT(connection_memory), 24576, 1048576,
     "maximum bytes of request line, headers and answer headers; more is a 431"},
    {"--cache", "RELATA_CACHE", "67108864", SETTING_SIZE, AT(cache_bytes), 0, 1L << 40,
     "bytes of answers to keep in memory; 0 for none"},
    {"--grace", "RELATA_GRACE", "5", SETTING_NUMBER, AT(grace_seconds), 0, 3600,
     "seconds to finish running requests when the service is stopped"},
    {"--query-threads", "RELATA_QUERY_THREADS", "2", SETTING_NUMBER, AT(query_threads), 1, 64,
     "threads that run queries, so that other answers do not wait behind them"},
    {"--query-queue", "RELATA_QUERY_QUEUE", "64", SETTING_NUMBER, AT(query_queue), 1, 100000,
     "maximum number of queries that wait for such a thread; beyond it the answer is a 503"},
    {"--query-time", "RELATA_QUERY_TIME", "2000", SETTING_NUMBER, AT(query_milliseconds), 0, 600000,
     "milliseconds a request may spend in the database"},
    {"--read-only", "RELATA_READ_ONLY", "false", SETTING_SWITCH, AT(read_only), 0, 0,
     "serve a database file that nothing writes to, such as a backup"},
    {"--proxied", "RELATA_PROXIED", "false", SETTING_SWITCH, AT(proxied), 0, 0,
     "behind a proxy: log the last address in X-Forwarded-For as the client"},
    {"--server-timing", "RELATA_SERVER_TIMING", "false", SETTING_SWITCH, AT(server_timing), 0, 0,
     "add Server-Timing to uncached answers"},
    {"--log-requests", "RELATA_LOG_REQUESTS", "true", SETTING_SWITCH, AT(log_requests), 0, 0,
     "log one line per request (level info; error for status 500 and up)"},
    {"--log-level", "RELATA_LOG_LEVEL", "info", SETTING_LEVEL, AT(log_level), 0, 0,
     "minimum level to log: error, warning, info or debug"},
    {"--log-format", "RELATA_LOG_FORMAT", "logfmt", SETTING_FORMAT, AT(log_format), 0, 0,
     "logfmt or json"},
    {"--dry-run", NULL, "false", SETTING_SWITCH, AT(dry_run), 0, 0,
     "of load: print the difference, write nothing"},
    {"--draft", NULL, "false", SETTING_SWITCH, AT(draft), 0, 0,
     "of load: take a changed dataset that is not published yet"},
    {"--force", NULL, "false", SETTING_SWITCH, AT(force), 0, 0,
     "of dump: also overwrite files with what the database does not know"},
    {"--version", NULL, NULL, SETTING_TEXT, AT(version), 0, 0,
     "of release: its version, year and month, such as 2026.12"},
    {"--editor", NULL, NULL, SETTING_TEXT, AT(editor), 0, 0, "of release: who edited"},
    {"--reason", NULL, NULL, SETTING_TEXT, AT(reason), 0, 0, "of release: what changed and why"},
    {"--deep", NULL, "false", SETTING_SWITCH, AT(deep), 0, 0,
     "of check: also write all that follows from versions once more, and compare it"},
    {"--help", NULL, "false", SETTING_SWITCH, AT(help), 0, 0, "print this"},
};

enum { SETTING_COUNT = sizeof table / sizeof *table };

static const struct {
    const char *name, *operand, *meaning;
    const char *standard; // the operand where none is given, or NULL
} commands[] = {
    {"serve", NULL, "answer requests (the default); makes the database where it is missing", NULL},
    {"load", "DIR",
     "take DIR as the whole dataset: the next revision, or nothing where it is the same", NULL},
    {"release", "DIR", "write DIR/release.json (db/dataset) from --version, --editor, --reason",
     "db/dataset"},
    {"dump", "DIR", "write the dataset to DIR, with its history", NULL},
    {"check", NULL,
     "check the database: structure, hash chain; with --deep its renderings and indexes", NULL},
    {"backup", "FILE", "copy the database to FILE while it is in use", NULL},
    {"restore", "FILE", "copy FILE over the database while it is in use", NULL},
    {"routes", NULL, "print the operations of the contract as JSON", NULL},
    {"version", NULL, "print the version", NULL},
};

enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

static bool choice_set(const char *const *choices, const char *source, const char *value,
                       long *ret_number, char *ret_fault)
{
    for (long i = 0; choices[i]; i++)
        if (strcmp(choices[i], value) == 0) {
            *ret_number = i;
            return true;
        }
    snprintf(ret_fault, 256, "%s must be ", source);
    for (size_t i = 0; choices[i]; i++) {
        size_t length = strlen(ret_fault);
        const char *between = i == 0 ? "" : choices[i + 1] ? ", " : " or ";
        snprintf(ret_fault + length, 256 - length, "%s%s", between, choices[i]);
    }
    size_t length = strlen(ret_fault);
    snprintf(ret_fault + length, 256 - length, ", not '%.80s'", value);
    return false;
}

// Whether readers can be sent to VALUE: what http(s) calls an origin, and a path of whole segments.
static bool is_url(const char *value)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-._~:/[]@!$&'()*+,;=";
    const char *host = strstr(value, "://");
    bool good = strncmp(value, "http://", 7) == 0 || strncmp(value, "https://", 8) == 0;
    if (!good || strlen(value) >= PUBLIC_URL_MAX || value[strspn(value, plain)])
        return false;
    host += strlen("://");
    return *host && *host != '/' && *host != ':' && !strstr(host, "//") && !strstr(host, "/.");
}

static bool is_address(const char *value)
{
    struct in6_addr any;
    return inet_pton(AF_INET, value, &any) == 1 || inet_pton(AF_INET6, value, &any) == 1;
}

// Reads bytes, or as many KiB, MiB or GiB: 65536, 64K and 64KiB are the same.
static bool size_read(const char *value, int64_t *ret_bytes)
{
    enum { DIGITS_MAX = 9 };
    static const char units[] = "KMG";
    char digits[DIGITS_MAX + 1];
    size_t count = strspn(value, "0123456789");
    const char *unit = value[count] ? strchr(units, value[count]) : NULL;
    if (!unit)
        return text_integer(value, ret_bytes);
    const char *rest = value + count + 1;
    if (count > DIGITS_MAX || (*rest && strcmp(rest, "iB") != 0))
        return false;
    snprintf(digits, sizeof digits, "%.*s", (int)count, value);
    if (!text_integer(digits, ret_bytes))
        return false;
    *ret_bytes *= INT64_C(1) << (10 * (unit - units + 1));
    return true;
}

// Says in RET_FAULT what VALUE should have been: false.
static bool value_refuse(const struct setting *setting, const char *source, const char *value,
                         char *ret_fault)
{
    if (setting->kind == SETTING_NUMBER)
        snprintf(ret_fault, 256, "%s: '%.80s' is not a number from %ld to %ld", source, value,
                 setting->least, setting->most);
    else if (setting->kind == SETTING_SIZE)
        snprintf(ret_fault, 256,
                 "%s: '%.80s' is not a size from %ld to %ld bytes, such as 65536 or 64K", source,
                 value, setting->least, setting->most);
    else if (setting->kind == SETTING_URL)
        snprintf(
            ret_fault, 256,
            "%s: '%.80s' is no address such as https://data.example.org/relata, of http or https"
            " and without a query",
            source, value);
    else if (setting->kind == SETTING_ADDRESS)
        snprintf(ret_fault, 256, "%s: '%.80s' is not an IPv4 or IPv6 address", source, value);
    else
        snprintf(ret_fault, 256, "%s: '%.80s' is not %s", source, value,
                 setting->kind == SETTING_TEXT ? "a value" : "true or false");
    return false;
}

static bool value_set(const struct setting *setting, const char *source, const char *value,
                      struct settings *settings, char *ret_fault)
{
    int64_t number;
    char *member = (char *)settings + setting->offset;
    if ((setting->kind == SETTING_TEXT && *value) ||
        (setting->kind == SETTING_ADDRESS && is_address(value)) ||
        (setting->kind == SETTING_URL && is_url(value))) {
        *(const char **)(void *)member = value;
        return true;
    }
    if (((setting->kind == SETTING_NUMBER && text_integer(value, &number)) ||
         (setting->kind == SETTING_SIZE && size_read(value, &number))) &&
        number >= setting->least && number <= setting->most) {
        *(long *)(void *)member = (long)number;
        return true;
    }
    if (setting->kind == SETTING_SWITCH && (!strcmp(value, "true") || !strcmp(value, "false"))) {
        *(bool *)(void *)member = strcmp(value, "true") == 0;
        return true;
    }
    if (setting->kind == SETTING_LEVEL || setting->kind == SETTING_FORMAT)
        return choice_set(setting->kind == SETTING_LEVEL ? levels : formats, source, value,
                          (long *)(void *)member, ret_fault);
    return value_refuse(setting, source, value, ret_fault);
}

static bool defaults_set(struct settings *settings, char *ret_fault)
{
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        const char *value = table[i].variable ? getenv(table[i].variable) : NULL;
        if ((table[i].standard &&
             !value_set(&table[i], table[i].flag, table[i].standard, settings, ret_fault)) ||
            (value && !value_set(&table[i], table[i].variable, value, settings, ret_fault)))
            return false;
    }
    return true;
}

static bool variable_known(const char *name)
{
    for (size_t i = 0; i < SETTING_COUNT; i++)
        if (table[i].variable && strcmp(table[i].variable, name) == 0)
            return true;
    return false;
}

void settings_unknown_tell(FILE *out)
{
    const char *names[SETTING_COUNT];
    size_t count = 0;
    for (size_t i = 0; i < SETTING_COUNT; i++)
        if (table[i].variable)
            names[count++] = table[i].variable;
    for (char **variable = environ; *variable; variable++) {
        char name[128];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(*variable, "="), *variable);
        if (strncmp(name, "RELATA_", 7) != 0 || variable_known(name))
            continue;
        const char *nearest = text_nearest(name, names, count);
        fprintf(out, "relata: warning: %s is not a setting%s%s%s\n", name,
                nearest ? "; did you mean " : "", nearest ? nearest : "", nearest ? "?" : "");
    }
}

static bool flag_unknown(const char *argument, char *ret_fault)
{
    const char *names[SETTING_COUNT];
    for (size_t i = 0; i < SETTING_COUNT; i++)
        names[i] = table[i].flag;
    char flag[64];
    snprintf(flag, sizeof flag, "%.*s", (int)strcspn(argument, "="), argument);
    const char *nearest = text_nearest(flag, names, SETTING_COUNT);
    snprintf(ret_fault, 256, "unknown flag '%.80s'%s%s%s", argument,
             nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
    return false;
}

// Reads the flag at argv[*at], `--flag value`, `--flag=value` or a bare switch, and moves *AT to
// its last word.
static bool flag_read(int argc, char **argv, int *at, struct settings *settings, char *ret_fault)
{
    const char *argument = argv[*at];
    size_t length = strcspn(argument, "=");
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        const struct setting *setting = &table[i];
        if (strlen(setting->flag) != length || strncmp(setting->flag, argument, length) != 0)
            continue;
        if (argument[length] == '=')
            return value_set(setting, setting->flag, argument + length + 1, settings, ret_fault);
        if (setting->kind == SETTING_SWITCH)
            return value_set(setting, setting->flag, "true", settings, ret_fault);
        if (*at + 1 < argc)
            return value_set(setting, setting->flag, argv[++*at], settings, ret_fault);
        snprintf(ret_fault, 256, "%s needs a value", setting->flag);
        return false;
    }
    return flag_unknown(argument, ret_fault);
}

static bool word_read(const char *word, struct settings *settings, char *ret_fault)
{
    const char *names[COMMAND_COUNT];
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        names[i] = commands[i].name;
        if (settings->command || strcmp(commands[i].name, word) != 0)
            continue;
        settings->command = commands[i].name;
        return true;
    }
    if (settings->command && !settings->operand) {
        settings->operand = word;
        return true;
    }
    const char *nearest = settings->command ? NULL : text_nearest(word, names, COMMAND_COUNT);
    snprintf(ret_fault, 256, "%s '%.80s'%s%s%s",
             settings->command ? "too many arguments:" : "unknown command", word,
             nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
    return false;
}

static bool operand_agrees(struct settings *settings, char *ret_fault)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(commands[i].name, settings->command) != 0)
            continue;
        bool wanted = commands[i].operand != NULL;
        if (!settings->operand)
            settings->operand = commands[i].standard;
        if (wanted == (settings->operand != NULL))
            return true;
        if (wanted)
            snprintf(ret_fault, 256, "%s needs %s", settings->command, commands[i].operand);
        else
            snprintf(ret_fault, 256, "%s takes no argument: '%.80s'", settings->command,
                     settings->operand);
    }
    return false;
}

bool settings_read(int argc, char **argv, struct settings *ret_settings, char ret_fault[static 256])
{
    *ret_settings = (struct settings){0};
    if (!defaults_set(ret_settings, ret_fault))
        return false;
    for (int i = 1; i < argc; i++) {
        bool good = strncmp(argv[i], "--", 2) == 0
                        ? flag_read(argc, argv, &i, ret_settings, ret_fault)
                        : word_read(argv[i], ret_settings, ret_fault);
        if (!good)
            return false;
    }
    if (!ret_settings->command)
        ret_settings->command = "serve";
    return ret_settings->help || operand_agrees(ret_settings, ret_fault);
}

void settings_public_url(const struct settings *settings, unsigned port,
                         char ret_url[static PUBLIC_URL_MAX])
{
    static const char *const near[] = {"127.0.0.1", "::1", "0.0.0.0", "::"};
    const char *host = settings->address;
    if (settings->public_url) {
        text_copy(ret_url, PUBLIC_URL_MAX, settings->public_url);
        size_t length = strlen(ret_url);
        if (ret_url[length - 1] == '/')
            ret_url[length - 1] = '\0';
        return;
    }
    for (size_t i = 0; i < sizeof near / sizeof *near; i++)
        if (strcmp(host, near[i]) == 0)
            host = "localhost";
    bool six = strchr(host, ':') != NULL;
    snprintf(ret_url, PUBLIC_URL_MAX, "http://%s%.100s%s:%u", six ? "[" : "", host, six ? "]" : "",
             port);
}

void settings_help(FILE *out)
{
    fprintf(out, "relata: a curated, sourced dataset on Pakistan-US relations as a REST API\n\n"
                 "usage: relata [COMMAND] [FLAGS]\n\ncommands:\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(out, "  %-8s %-5s %s\n", commands[i].name,
                commands[i].operand ? commands[i].operand : "", commands[i].meaning);
    fprintf(out, "\nsettings (flag, environment variable, default, meaning):\n");
    for (size_t i = 0; i < SETTING_COUNT; i++)
        fprintf(out, "  %-19s %-24s %-21s %s\n", table[i].flag,
                table[i].variable ? table[i].variable : "-",
                table[i].standard ? table[i].standard : "-", table[i].meaning);
    fprintf(out, "\nsizes are bytes, or with a unit: 512K, 64M or 64MiB, 1G\n");
    fprintf(out, "\nexit codes: 0 done, 1 findings or failure, 64 wrong usage, 65 faulty dataset "
                 "or database,\n"
                 "  66 missing input, 75 the database is locked by another writer\n");
}
