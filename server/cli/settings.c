// Reads the settings from flags and environment variables.
#include "cli/settings.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

// The words of a setting with a choice; the value of its member is the index of the word.
static const char *const levels[] = {"error", "warning", "info", "debug", NULL};
static const char *const formats[] = {"logfmt", "json", NULL};

#define AT(member) offsetof(struct settings, member)

// The commands that open the database.
#define DATABASE_USERS                                                                             \
    (COMMAND_SERVE | COMMAND_LOAD | COMMAND_DUMP | COMMAND_CHECK | COMMAND_BACKUP | COMMAND_RESTORE)

static const struct setting table[] = {
    {"--address", "RELATA_ADDRESS", COMMAND_SERVE, "127.0.0.1", SETTING_ADDRESS, AT(address), 0, 0,
     "IPv4 or IPv6 address to listen on"},
    {"--port", "RELATA_PORT", COMMAND_SERVE, "8080", SETTING_NUMBER, AT(port), 0, 65535,
     "TCP port; 0 picks a free port, printed when ready"},
    {"--db", "RELATA_DB", DATABASE_USERS, "data/relata.db", SETTING_TEXT, AT(database), 0, 0,
     "the SQLite file"},
    {"--dataset", "RELATA_DATASET", COMMAND_SERVE, NULL, SETTING_TEXT, AT(dataset), 0, 0,
     "folder of the dataset for a new database, instead of the built-in one"},
    {"--public-url", "RELATA_PUBLIC_URL", COMMAND_SERVE, NULL, SETTING_URL, AT(public_url), 0, 0,
     "address at which readers reach the service, with its path; the base of all links; without it "
     "the address and port that are served"},
    {"--threads", "RELATA_THREADS", COMMAND_SERVE, "2", SETTING_NUMBER, AT(threads), 1, 64,
     "threads that answer requests"},
    {"--connections", "RELATA_CONNECTIONS", COMMAND_SERVE, "8192", SETTING_NUMBER, AT(connections),
     1, 100000, "maximum number of connections"},
    {"--per-address", "RELATA_PER_ADDRESS", COMMAND_SERVE, "0", SETTING_NUMBER, AT(per_address), 0,
     100000, "maximum number of connections from one address; 0 for no limit"},
    {"--idle", "RELATA_IDLE", COMMAND_SERVE, "30", SETTING_NUMBER, AT(idle_seconds), 1, 3600,
     "seconds after which an idle connection is closed"},
    {"--kept", "RELATA_KEPT", COMMAND_SERVE, "1024", SETTING_NUMBER, AT(kept), 0, 100000,
     "maximum number of idle connections after a request; beyond it the longest idle are closed"},
    {"--receive", "RELATA_RECEIVE", COMMAND_SERVE, "30", SETTING_NUMBER, AT(receive_seconds), 1,
     3600, "seconds to receive a whole request, or its connection is closed"},
    {"--send", "RELATA_SEND", COMMAND_SERVE, "30", SETTING_NUMBER, AT(send_seconds), 1, 3600,
     "seconds over which --send-rate is measured; slower readers are cut off"},
    {"--send-rate", "RELATA_SEND_RATE", COMMAND_SERVE, "1024", SETTING_NUMBER, AT(send_rate), 0,
     1000000000, "minimum bytes a second at which a reader must take an answer"},
    {"--body", "RELATA_BODY", COMMAND_SERVE, "1048576", SETTING_SIZE, AT(body_bytes), 0, 1000000000,
     "maximum bytes of a request body; more is a 413"},
    {"--connection-memory", "RELATA_CONNECTION_MEMORY", COMMAND_SERVE, "32768", SETTING_SIZE,
     AT(connection_memory), 24576, 1048576,
     "maximum bytes of request line, headers and answer headers; more is a 431"},
    {"--cache", "RELATA_CACHE", COMMAND_SERVE, "67108864", SETTING_SIZE, AT(cache_bytes), 0,
     1L << 40, "bytes of answers to keep in memory; 0 for none"},
    {"--answers", "RELATA_ANSWERS", COMMAND_SERVE, "50331648", SETTING_SIZE, AT(answer_bytes),
     1048576, 1L << 40,
     "bytes of other answers in memory, until their readers have taken them; beyond it the answer "
     "is "
     "a 503"},
    {"--scratch", "RELATA_SCRATCH", COMMAND_SERVE, NULL, SETTING_TEXT, AT(scratch), 0, 0,
     "folder of temporary files: answers that are files (xlsx, export.zip), large sorts; without "
     "it that of the database, or $TMPDIR or /tmp where that cannot be written"},
    {"--scratch-bytes", "RELATA_SCRATCH_BYTES", COMMAND_SERVE, "1073741824", SETTING_SIZE,
     AT(scratch_bytes), 65536, 1L << 50,
     "maximum bytes of such files at a time; beyond it the answer is a 503"},
    {"--grace", "RELATA_GRACE", COMMAND_SERVE, "5", SETTING_NUMBER, AT(grace_seconds), 0, 3600,
     "seconds to finish running requests when the service is stopped"},
    {"--query-threads", "RELATA_QUERY_THREADS", COMMAND_SERVE, "2", SETTING_NUMBER,
     AT(query_threads), 1, 64,
     "threads that run queries, so that other answers do not wait behind them"},
    {"--query-queue", "RELATA_QUERY_QUEUE", COMMAND_SERVE, "64", SETTING_NUMBER, AT(query_queue), 1,
     100000,
     "maximum number of queries that wait for such a thread; beyond it the answer is a 503"},
    {"--query-time", "RELATA_QUERY_TIME", COMMAND_SERVE, "2000", SETTING_NUMBER,
     AT(query_milliseconds), 0, 600000, "milliseconds a request may spend in the database"},
    {"--read-only", "RELATA_READ_ONLY", COMMAND_SERVE | COMMAND_DUMP | COMMAND_CHECK, "false",
     SETTING_SWITCH, AT(read_only), 0, 0,
     "serve a database file that nothing writes to, such as a backup"},
    {"--proxied", "RELATA_PROXIED", COMMAND_SERVE, "false", SETTING_SWITCH, AT(proxied), 0, 0,
     "behind a proxy: log the last address in X-Forwarded-For as the client"},
    {"--server-timing", "RELATA_SERVER_TIMING", COMMAND_SERVE, "false", SETTING_SWITCH,
     AT(server_timing), 0, 0, "add Server-Timing to uncached answers"},
    {"--log-requests", "RELATA_LOG_REQUESTS", COMMAND_SERVE, "true", SETTING_SWITCH,
     AT(log_requests), 0, 0, "log one line per request (level info; error for status 500 and up)"},
    {"--log-level", "RELATA_LOG_LEVEL", COMMAND_SERVE, "info", SETTING_LEVEL, AT(log_level), 0, 0,
     "minimum level to log: error, warning, info or debug"},
    {"--log-format", "RELATA_LOG_FORMAT", COMMAND_SERVE, "logfmt", SETTING_FORMAT, AT(log_format),
     0, 0, "logfmt or json"},
    {"--dry-run", NULL, COMMAND_LOAD, "false", SETTING_SWITCH, AT(dry_run), 0, 0,
     "print the difference, write nothing"},
    {"--draft", NULL, COMMAND_LOAD, "false", SETTING_SWITCH, AT(draft), 0, 0,
     "take a changed dataset that is not published yet"},
    {"--force", NULL, COMMAND_DUMP, "false", SETTING_SWITCH, AT(force), 0, 0,
     "also overwrite files with what the database does not know"},
    {"--version", NULL, COMMAND_RELEASE, NULL, SETTING_TEXT, AT(version), 0, 0,
     "year and month of the release, such as 2026.12"},
    {"--editor", NULL, COMMAND_RELEASE, NULL, SETTING_TEXT, AT(editor), 0, 0, "who edited"},
    {"--reason", NULL, COMMAND_RELEASE, NULL, SETTING_TEXT, AT(reason), 0, 0,
     "what changed and why"},
    {"--deep", NULL, COMMAND_CHECK, "false", SETTING_SWITCH, AT(deep), 0, 0,
     "also write all that follows from versions once more, and compare it"},
    {"--help", NULL, COMMAND_ALL, "false", SETTING_SWITCH, AT(help), 0, 0,
     "print this; of one command: relata help COMMAND; also -h"},
};

enum { SETTING_COUNT = sizeof table / sizeof *table };

const struct setting *settings_table(size_t *ret_count)
{
    *ret_count = SETTING_COUNT;
    return table;
}

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

// What is wrong with TEXT as a host and an optional port; NULL if nothing. A user name or password
// has no place in a citation.
static const char *authority_fault(const char *text, size_t length)
{
    char authority[PUBLIC_URL_MAX];
    int64_t port = 1;
    snprintf(authority, sizeof authority, "%.*s", (int)length, text);
    char *bracket = strchr(authority, ']');
    char *colon = strchr(bracket ? bracket : authority, ':');
    if (strchr(authority, '@'))
        return "leave out the user name and password before the @";
    if (!*authority || colon == authority)
        return "it has no host";
    if (colon && (!text_integer(colon + 1, &port) || port < 1 || port > 65535))
        return "the port must be a number from 1 to 65535";
    return NULL;
}

// What is wrong with VALUE as the public address: an http(s) origin and a path of whole segments;
// NULL if nothing.
static const char *url_fault(const char *value)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-._~:/[]@!$&'()*+,;=";
    const char *host = strstr(value, "://");
    if (strncmp(value, "http://", 7) != 0 && strncmp(value, "https://", 8) != 0)
        return "it must begin with http:// or https://";
    if (strlen(value) >= PUBLIC_URL_MAX)
        return "it is too long";
    if (strpbrk(value, "?#"))
        return "leave out the query or fragment";
    if (value[strspn(value, plain)])
        return "it has a character that must not stand in it";
    host += strlen("://");
    if (strstr(host, "//") || strstr(host, "/."))
        return "its path must not have //, or a segment that begins with a dot";
    return authority_fault(host, strcspn(host, "/"));
}

static bool is_address(const char *value)
{
    struct in6_addr any;
    return inet_pton(AF_INET, value, &any) == 1 || inet_pton(AF_INET6, value, &any) == 1;
}

// Reads a size in bytes, or in KiB, MiB or GiB: 65536, 64K and 64KiB are the same.
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

// Writes to RET_FAULT what VALUE should have been; returns false.
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
        snprintf(ret_fault, 256,
                 "%s: '%.80s': %s; write an address such as https://data.example.org/relata",
                 source, value, url_fault(value));
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
        (setting->kind == SETTING_URL && !url_fault(value))) {
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
    char sentence[TEXT_MEANT_SIZE];
    size_t count = 0;
    for (size_t i = 0; i < SETTING_COUNT; i++)
        if (table[i].variable)
            names[count++] = table[i].variable;
    for (char **variable = environ; *variable; variable++) {
        char name[128];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(*variable, "="), *variable);
        if (strncmp(name, "RELATA_", 7) != 0 || variable_known(name))
            continue;
        fprintf(out, "relata: warning: %s is not a setting.%s\n", name,
                text_meant(text_nearest(name, names, count), NULL, sentence));
    }
}

// The state of reading: the words of the command line, and which settings came as flags.
struct command_line {
    char **words;
    int count, at;
    bool given[SETTING_COUNT];
    struct settings *settings;
    char *fault;
};

static bool flag_unknown(const char *argument, char *ret_fault)
{
    const char *names[SETTING_COUNT];
    char flag[64], sentence[TEXT_MEANT_SIZE];
    for (size_t i = 0; i < SETTING_COUNT; i++)
        names[i] = table[i].flag;
    snprintf(flag, sizeof flag, "%.*s", (int)strcspn(argument, "="), argument);
    snprintf(ret_fault, 256, "unknown flag '%.80s'.%.100s", argument,
             text_meant(text_nearest(flag, names, SETTING_COUNT), NULL, sentence));
    return false;
}

// Reads the current flag, `--flag value`, `--flag=value` or a switch, up to its last word.
static bool flag_read(struct command_line *line)
{
    const char *argument = line->words[line->at];
    size_t length = strcspn(argument, "=");
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        const struct setting *setting = &table[i];
        const char *value = setting->kind == SETTING_SWITCH ? "true" : NULL;
        if (strlen(setting->flag) != length || strncmp(setting->flag, argument, length) != 0)
            continue;
        if (argument[length] == '=')
            value = argument + length + 1;
        else if (!value && line->at + 1 < line->count)
            value = line->words[++line->at];
        line->given[i] = true;
        if (value)
            return value_set(setting, setting->flag, value, line->settings, line->fault);
        snprintf(line->fault, 256, "%s needs a value", setting->flag);
        return false;
    }
    return flag_unknown(argument, line->fault);
}

static bool word_read(struct command_line *line)
{
    const char *word = line->words[line->at];
    struct settings *settings = line->settings;
    if (!settings->command) {
        const struct command *command = command_find(word);
        if (!command)
            command_unknown(word, line->fault);
        settings->command = command ? command->name : NULL;
        return command != NULL;
    }
    if (!settings->operand) {
        settings->operand = word;
        return true;
    }
    snprintf(line->fault, 256, "too many arguments: '%.80s'", word);
    return false;
}

static bool is_command(const struct settings *settings, const char *name)
{
    return settings->command && strcmp(settings->command, name) == 0;
}

// Whether the current word asks for the program's version. --version does too, unless it is the
// flag of release, which has a value.
static bool version_asked(const struct command_line *line)
{
    const char *word = line->words[line->at];
    bool last = line->at + 1 == line->count;
    return strcmp(word, "-V") == 0 ||
           (last && strcmp(word, "--version") == 0 && !is_command(line->settings, "release"));
}

static bool words_read(struct command_line *line)
{
    for (line->at = 1; line->at < line->count; line->at++) {
        const char *word = line->words[line->at];
        bool good = true;
        if (version_asked(line)) {
            line->settings->command = "version";
            line->settings->operand = NULL;
            memset(line->given, 0, sizeof line->given);
            return true;
        }
        if (strcmp(word, "-h") == 0)
            line->settings->help = true;
        else
            good = strncmp(word, "--", 2) == 0 ? flag_read(line) : word_read(line);
        if (!good)
            return false;
    }
    return true;
}

// `help COMMAND` and `COMMAND --help` mean the same, as do `help` and `--help`. False if there is
// no such command.
static bool help_read(struct settings *settings, char *ret_fault)
{
    if (is_command(settings, "help") && (settings->operand || !settings->help)) {
        settings->help = true;
        settings->command = settings->operand;
    }
    if (!settings->command || command_find(settings->command))
        return true;
    command_unknown(settings->command, ret_fault);
    return false;
}

static bool operand_agrees(const struct command *command, struct settings *settings,
                           char *ret_fault)
{
    bool needed = command->operand && *command->operand != '[';
    if (needed && !settings->operand)
        snprintf(ret_fault, 256, "%s needs %s", command->name, command->operand);
    else if (!command->operand && settings->operand)
        snprintf(ret_fault, 256, "%s takes no argument: '%.80s'", command->name, settings->operand);
    else
        return true;
    return false;
}

// A flag that the command does not use is refused; environment variables are accepted for all
// commands.
static bool flags_agree(const struct command *command, const struct command_line *line)
{
    char names[COMMAND_NAMES_SIZE];
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        if (!line->given[i] || (table[i].commands & command->set))
            continue;
        snprintf(line->fault, 256, "%s is a flag of %s, not of %s", table[i].flag,
                 command_names(table[i].commands, names), command->name);
        return false;
    }
    return true;
}

bool settings_read(int argc, char **argv, struct settings *ret_settings, char ret_fault[static 256])
{
    struct command_line line = {
        .words = argv, .count = argc, .settings = ret_settings, .fault = ret_fault};
    *ret_settings = (struct settings){0};
    if (!defaults_set(ret_settings, ret_fault) || !words_read(&line) ||
        !help_read(ret_settings, ret_fault))
        return false;
    if (ret_settings->help)
        return true;
    const struct command *command =
        command_find(ret_settings->command ? ret_settings->command : "serve");
    ret_settings->command = command->name;
    if (!operand_agrees(command, ret_settings, ret_fault) || !flags_agree(command, &line))
        return false;
    if (!ret_settings->operand)
        ret_settings->operand = command->standard;
    return true;
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
