// Settings: flags win over the environment, the environment over defaults; whatever cannot be
// understood is told.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/help.h"
#include "cli/settings.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { WORDS_MAX = 8 };

extern char **environ;

static bool read_words(const char *const *words, struct settings *ret_settings, char *ret_fault)
{
    char *argv[WORDS_MAX + 2] = {"relata"};
    int argc = 1;
    for (; words[argc - 1]; argc++)
        argv[argc] = (char *)words[argc - 1];
    return settings_read(argc, argv, ret_settings, ret_fault);
}

// Drops what the test's own environment says of the program.
static int environment_clear(void **state)
{
    (void)state;
    for (size_t i = 0; environ[i];) {
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(environ[i], "="), environ[i]);
        if (strncmp(name, "RELATA_", 7) == 0)
            unsetenv(name);
        else
            i++;
    }
    return 0;
}

static void without_words_it_serves_on_8080_of_this_machine(void **state)
{
    struct settings settings;
    char fault[256];
    (void)state;
    assert_true(read_words((const char *const[]){NULL}, &settings, fault));
    assert_string_equal(settings.command, "serve");
    assert_null(settings.operand);
    assert_string_equal(settings.address, "127.0.0.1");
    assert_int_equal(settings.port, 8080);
    assert_string_equal(settings.database, "data/relata.db");
    assert_null(settings.dataset);
    assert_false(settings.read_only || settings.dry_run || settings.proxied || settings.help);
    assert_true(settings.log_requests);
    assert_int_equal(settings.receive_seconds, 30);
}

// A number that all rows set by --port, RELATA_PORT or neither.
static const struct {
    const char *sentence, *flag, *variable;
    long port;
} precedence[] = {
    {"neither flag nor variable: the default", NULL, NULL, 8080},
    {"a variable wins over the default", NULL, "9000", 9000},
    {"a flag wins over the default", "--port=7000", NULL, 7000},
    {"a flag wins over a variable", "--port=7000", "9000", 7000},
    {"port 0 takes a free one", "--port=0", NULL, 0},
    {"the last port there is", "--port=65535", NULL, 65535},
};

static void flags_win_over_the_environment_and_that_over_defaults(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(precedence); i++) {
        struct settings settings;
        char fault[256] = "";
        environment_clear(NULL);
        if (precedence[i].variable)
            setenv("RELATA_PORT", precedence[i].variable, 1);
        bool good = read_words((const char *const[]){precedence[i].flag, NULL}, &settings, fault);
        if (!good || settings.port != precedence[i].port)
            fail_msg("%s: %ld (%s)", precedence[i].sentence, settings.port, fault);
    }
}

static const struct {
    const char *sentence;
    const char *words[WORDS_MAX];
    const char *command, *operand, *database;
    bool read_only, dry_run;
} taken[] = {
    {"a command", {"check"}, "check", NULL, "data/relata.db", false, false},
    {"a command with its folder",
     {"load", "db/dataset"},
     "load",
     "db/dataset",
     "data/relata.db",
     false,
     false},
    {"a flag with its value as a word",
     {"dump", "out", "--db", "x.db"},
     "dump",
     "out",
     "x.db",
     false,
     false},
    {"a flag with its value behind =", {"--db=x.db", "check"}, "check", NULL, "x.db", false, false},
    {"flags may stand between the words",
     {"load", "--dry-run", "dir"},
     "load",
     "dir",
     "data/relata.db",
     false,
     true},
    {"a switch may be turned off",
     {"serve", "--read-only=false"},
     "serve",
     NULL,
     "data/relata.db",
     false,
     false},
    {"a switch may be turned on by a value",
     {"serve", "--read-only=true"},
     "serve",
     NULL,
     "data/relata.db",
     true,
     false},
    {"the last of two flags counts",
     {"serve", "--db", "a", "--db", "b"},
     "serve",
     NULL,
     "b",
     false,
     false},
    {"a value may hold =", {"serve", "--db=a=b"}, "serve", NULL, "a=b", false, false},
    {"a command's name may be an operand",
     {"dump", "dump"},
     "dump",
     "dump",
     "data/relata.db",
     false,
     false},
};

static void commands_operands_and_flags_are_understood(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(taken); i++) {
        struct settings settings;
        char fault[256] = "";
        if (!read_words(taken[i].words, &settings, fault))
            fail_msg("%s: %s", taken[i].sentence, fault);
        const char *operand = settings.operand ? settings.operand : "";
        if (strcmp(settings.command, taken[i].command) != 0 ||
            strcmp(operand, taken[i].operand ? taken[i].operand : "") != 0 ||
            strcmp(settings.database, taken[i].database) != 0 ||
            settings.read_only != taken[i].read_only || settings.dry_run != taken[i].dry_run)
            fail_msg("%s: %s %s --db %s", taken[i].sentence, settings.command, operand,
                     settings.database);
    }
}

static const struct {
    const char *flag;
    long bytes;
} sizes[] = {
    {"--cache=0", 0},          {"--cache=65536", 65536},    {"--cache=512K", 524288},
    {"--cache=64M", 67108864}, {"--cache=64MiB", 67108864}, {"--cache=1G", 1073741824},
    {"--cache=1KiB", 1024},    {"--cache=0M", 0},           {"--cache=1024GiB", 1L << 40},
};

static void sizes_may_have_a_unit(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct settings settings;
        char fault[256] = "";
        bool good = read_words((const char *const[]){sizes[i].flag, NULL}, &settings, fault);
        if (!good || settings.cache_bytes != sizes[i].bytes)
            fail_msg("%s: %ld (%s)", sizes[i].flag, settings.cache_bytes, fault);
    }
}

static const struct {
    const char *sentence;
    const char *words[WORDS_MAX];
    const char *parts[3]; // each stands in the message
} refused[] = {
    {"an unknown command", {"server"}, {"unknown command 'server'", "Did you mean 'serve'?"}},
    {"a command near to none", {"xyzzyxyzzy"}, {"unknown command 'xyzzyxyzzy'"}},
    {"an unknown flag", {"--prot=1"}, {"unknown flag '--prot=1'", "Did you mean '--port'?"}},
    {"a flag's beginning is not the flag", {"--por=1"}, {"'--por=1'", "--port"}},
    {"a single hyphen", {"-p"}, {"'-p'"}},
    {"a flag at the end without its value", {"--port"}, {"--port needs a value"}},
    {"a port that is a word", {"--port=http"}, {"--port", "'http'", "from 0 to 65535"}},
    {"a port beyond the last", {"--port=65536"}, {"--port", "'65536'", "from 0 to 65535"}},
    {"a negative port", {"--port=-1"}, {"--port", "'-1'"}},
    {"a port with a leading zero", {"--port=080"}, {"--port", "'080'"}},
    {"an empty port", {"--port="}, {"--port", "''"}},
    {"no threads", {"--threads=0"}, {"--threads", "from 1 to 64"}},
    {"too many threads", {"--threads=65"}, {"--threads", "from 1 to 64"}},
    {"a switch that is neither true nor false",
     {"--read-only=yes"},
     {"--read-only", "'yes'", "true or false"}},
    {"a level of logs that is none",
     {"--log-level=loud"},
     {"--log-level", "'loud'", "error, warning, info or debug"}},
    {"a format of logs that is none",
     {"--log-format=xml"},
     {"--log-format", "'xml'", "logfmt or json"}},
    {"an empty file name", {"--db="}, {"--db", "''"}},
    {"a load of nothing", {"load"}, {"load needs DIR"}},
    {"a dump to nothing", {"dump"}, {"dump needs DIR"}},
    {"a backup to nothing", {"backup"}, {"backup needs FILE"}},
    {"an operand too many", {"load", "a", "b"}, {"too many arguments", "'b'"}},
    {"an operand where none is taken", {"check", "x"}, {"check takes no argument", "'x'"}},
    {"an address that is none", {"--address", "300.1.1.1"}, {"--address", "'300.1.1.1'", "IPv6"}},
    {"a size beyond the largest", {"--body=1G"}, {"--body", "'1G'", "to 1000000000 bytes"}},
    {"a size of an unknown unit", {"--cache=64MB"}, {"--cache", "'64MB'", "such as 65536 or 64K"}},
    {"a size that is only a unit", {"--cache=M"}, {"--cache", "'M'"}},
    {"a size of too many digits", {"--cache=9999999999G"}, {"--cache", "to 1099511627776"}},
    {"a number that is no size", {"--connections=1K"}, {"--connections", "'1K'", "number"}},
    {"help of an unknown command",
     {"help", "lod"},
     {"unknown command 'lod'. Did you mean 'load'?"}},
    {"help of two commands", {"help", "load", "dump"}, {"too many arguments", "'dump'"}},
    {"a release's version without its value",
     {"release", "--version"},
     {"--version needs a value"}},
    {"a flag of another command",
     {"load", "x", "--port=1"},
     {"--port is a flag of serve, not of load"}},
    {"a flag before its wrong command",
     {"--deep", "dump", "x"},
     {"--deep is a flag of check, not of dump"}},
    {"a flag of several other commands",
     {"load", "x", "--read-only"},
     {"--read-only is a flag of serve, dump and check, not of load"}},
    {"a flag without any command", {"--dry-run"}, {"--dry-run is a flag of load, not of serve"}},
    {"a version that names no command",
     {"--version", "2026.12"},
     {"--version is a flag of release, not of serve"}},
    {"an operand of serve", {"serve", "extra"}, {"serve takes no argument", "'extra'"}},
};

static bool parts_stand(const char *const *parts, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++)
        if (parts[i] && !strstr(text, parts[i]))
            return false;
    return true;
}

static void what_is_not_understood_is_told_with_what_was_meant(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++) {
        struct settings settings;
        char fault[256] = "";
        if (read_words(refused[i].words, &settings, fault))
            fail_msg("%s was taken", refused[i].sentence);
        if (!parts_stand(refused[i].parts, COUNT(refused[i].parts), fault))
            fail_msg("%s: %s", refused[i].sentence, fault);
    }
}

static const struct {
    const char *variable, *value;
    const char *parts[3];
} bad_variables[] = {
    {"RELATA_PORT", "http", {"RELATA_PORT", "'http'", "from 0 to 65535"}},
    {"RELATA_PORT", "", {"RELATA_PORT", "''"}},
    {"RELATA_READ_ONLY", "1", {"RELATA_READ_ONLY", "'1'", "true or false"}},
    {"RELATA_DB", "", {"RELATA_DB", "''"}},
};

static void a_bad_variable_is_told_by_its_name_even_beside_a_flag(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bad_variables); i++) {
        struct settings settings;
        char fault[256] = "";
        environment_clear(NULL);
        setenv(bad_variables[i].variable, bad_variables[i].value, 1);
        assert_false(read_words((const char *const[]){"--port=1", NULL}, &settings, fault));
        if (!parts_stand(bad_variables[i].parts, COUNT(bad_variables[i].parts), fault))
            fail_msg("%s: %s", bad_variables[i].variable, fault);
    }
    environment_clear(NULL);
}

static void a_long_word_is_cut_in_the_message(void **state)
{
    struct settings settings;
    char fault[256] = "", word[2001];
    (void)state;
    memset(word, 'x', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    assert_false(read_words((const char *const[]){word, NULL}, &settings, fault));
    assert_true(strlen(fault) < sizeof fault);
    assert_non_null(strstr(fault, "unknown command 'xxx"));
}

// What is asked for is told: command "help" where help is wanted, of what or NULL for all.
static const struct {
    const char *words[WORDS_MAX];
    const char *command, *about;
} asked[] = {
    {{"--help"}, "help", NULL},
    {{"-h"}, "help", NULL},
    {{"help"}, "help", NULL},
    {{"help", "load"}, "help", "load"},
    {{"help", "help"}, "help", "help"},
    {{"help", "--help"}, "help", "help"},
    {{"load", "--help"}, "help", "load"},
    {{"load", "-h"}, "help", "load"},
    {{"--help", "load"}, "help", "load"},
    {{"check", "--dry-run", "-h"}, "help", "check"},
    {{"release", "--version", "2026.12", "--help"}, "help", "release"},
    {{"load", "--help=false", "x"}, "load", NULL},
    {{"version"}, "version", NULL},
    {{"--version"}, "version", NULL},
    {{"-V"}, "version", NULL},
    {{"serve", "--version"}, "version", NULL},
    {{"--port=1", "--version"}, "version", NULL},
    {{"release", "--version", "2026.12"}, "release", NULL},
    {{"--version", "2026.12", "release"}, "release", NULL},
};

static void help_and_version_are_found_by_all_their_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(asked); i++) {
        struct settings settings;
        char fault[256] = "";
        if (!read_words(asked[i].words, &settings, fault))
            fail_msg("row %zu (%s): %s", i, asked[i].words[0], fault);
        const char *about = settings.help ? settings.command : NULL;
        const char *command = settings.help ? "help" : settings.command;
        if (strcmp(command, asked[i].command) != 0 ||
            strcmp(about ? about : "", asked[i].about ? asked[i].about : "") != 0)
            fail_msg("row %zu (%s): %s %s", i, asked[i].words[0], command, about ? about : "");
    }
}

enum { HELP_SIZE = 16384 };

static const char *help_of(const char *name, char ret_text[static HELP_SIZE])
{
    FILE *out = fmemopen(ret_text, HELP_SIZE, "w");
    help_print(out, name);
    assert_true(ftell(out) < HELP_SIZE);
    fclose(out);
    return ret_text;
}

static void help_names_every_command_and_setting(void **state)
{
    size_t count;
    const struct setting *table = settings_table(&count);
    char text[HELP_SIZE], line[64];
    (void)state;
    help_of(NULL, text);
    for (size_t i = 0; i < command_count; i++) {
        snprintf(line, sizeof line, "\n  %s ", command_table[i].name);
        assert_non_null(strstr(text, line));
    }
    for (size_t i = 0; i < count; i++) {
        snprintf(line, sizeof line, "\n  %s ", table[i].flag);
        assert_non_null(strstr(text, line));
        assert_true(!table[i].variable || strstr(text, table[i].variable));
    }
    assert_non_null(strstr(text, "of load: print the difference"));
}

// The help of a command shows a flag exactly where the command takes it.
static void help_of_a_command_has_its_own_flags_alone(void **state)
{
    size_t count;
    const struct setting *table = settings_table(&count);
    (void)state;
    for (size_t i = 0; i < command_count; i++) {
        char text[HELP_SIZE], line[64];
        help_of(command_table[i].name, text);
        for (size_t j = 0; j < count; j++) {
            snprintf(line, sizeof line, "\n  %s ", table[j].flag);
            if (((table[j].commands & command_table[i].set) != 0) != (strstr(text, line) != NULL))
                fail_msg("%s: %s", command_table[i].name, table[j].flag);
        }
    }
}

// The exit codes are those that the command can end with, and usage shows what it takes.
static const struct {
    const char *name, *usage;
    const char *codes[7];
} helps[] = {
    {"serve", "usage: relata serve [FLAGS]\n", {" 0", " 1", "64", "65", "66", "75"}},
    {"load", "usage: relata load DIR [FLAGS]\n", {" 0", " 1", "64", "65", "66", "75"}},
    {"release", "usage: relata release [DIR] [FLAGS]\n", {" 0", " 1", "64", "65", "66"}},
    {"version", "usage: relata version [FLAGS]\n", {" 0", "64"}},
    {"help", "usage: relata help [COMMAND] [FLAGS]\n", {" 0", "64"}},
};

// The lines behind the heading of the exit codes.
static size_t codes_told(const char *text)
{
    size_t lines = 0;
    const char *heading = strstr(text, "\nexit codes:\n");
    for (const char *c = heading ? heading + strlen("\nexit codes:\n") : ""; *c; c++)
        lines += *c == '\n';
    return lines;
}

static void help_of_a_command_has_its_usage_and_exit_codes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(helps); i++) {
        char text[HELP_SIZE], line[16];
        size_t codes = 0;
        assert_non_null(strstr(help_of(helps[i].name, text), helps[i].usage));
        for (; helps[i].codes[codes]; codes++) {
            snprintf(line, sizeof line, "\n  %s ", helps[i].codes[codes]);
            assert_non_null(strstr(text, line));
        }
        assert_int_equal(codes_told(text), codes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_words_it_serves_on_8080_of_this_machine),
        cmocka_unit_test(flags_win_over_the_environment_and_that_over_defaults),
        cmocka_unit_test(commands_operands_and_flags_are_understood),
        cmocka_unit_test(sizes_may_have_a_unit),
        cmocka_unit_test(what_is_not_understood_is_told_with_what_was_meant),
        cmocka_unit_test(a_bad_variable_is_told_by_its_name_even_beside_a_flag),
        cmocka_unit_test(a_long_word_is_cut_in_the_message),
        cmocka_unit_test(help_and_version_are_found_by_all_their_names),
        cmocka_unit_test(help_names_every_command_and_setting),
        cmocka_unit_test(help_of_a_command_has_its_own_flags_alone),
        cmocka_unit_test(help_of_a_command_has_its_usage_and_exit_codes),
    };
    return cmocka_run_group_tests(tests, environment_clear, NULL);
}
