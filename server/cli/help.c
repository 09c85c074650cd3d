// Prints help from the tables of commands, settings and exit codes.
#include "cli/help.h"

#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"

// The commands that read a dataset or a database.
enum { FILE_READERS = COMMAND_ALL & ~(COMMAND_ROUTES | COMMAND_VERSION | COMMAND_HELP) };

static const struct {
    int code;
    unsigned commands; // the commands that may end with it
    const char *meaning;
} exit_codes[] = {
    {EXIT_SUCCESS, COMMAND_ALL, "done"},
    {EXIT_FAILURE, COMMAND_ALL & ~(COMMAND_VERSION | COMMAND_HELP),
     "a failure, of the disk for example"},
    {EXIT_FAILURE, COMMAND_CHECK, "findings of check"},
    {EXIT_USAGE, COMMAND_ALL, "wrong usage"},
    {EXIT_DATA, FILE_READERS, "faulty dataset or database"},
    {EXIT_INPUT, FILE_READERS, "missing input"},
    {EXIT_LOCKED, COMMAND_SERVE | COMMAND_LOAD | COMMAND_BACKUP | COMMAND_RESTORE,
     "the database is locked by another writer"},
};

static void exit_codes_print(FILE *out, unsigned commands)
{
    fprintf(out, "\nexit codes:\n");
    for (size_t i = 0; i < sizeof exit_codes / sizeof *exit_codes; i++)
        if (exit_codes[i].commands & commands)
            fprintf(out, "  %2d %s\n", exit_codes[i].code, exit_codes[i].meaning);
}

// A flag that only few commands take names them in the list of all flags.
static void setting_print(FILE *out, const struct setting *setting, bool all)
{
    char names[COMMAND_NAMES_SIZE];
    bool named = all && !(setting->commands & COMMAND_SERVE);
    fprintf(out, "  %-19s %-24s %-14s %s%s%s%s\n", setting->flag,
            setting->variable ? setting->variable : "-",
            setting->standard ? setting->standard : "-", named ? "of " : "",
            named ? command_names(setting->commands, names) : "", named ? ": " : "",
            setting->meaning);
}

static void settings_print(FILE *out, unsigned commands)
{
    size_t count;
    bool sizes = false;
    const struct setting *table = settings_table(&count);
    fprintf(out, "\nsettings (flag, environment variable, default, meaning):\n");
    for (size_t i = 0; i < count; i++) {
        if (!(table[i].commands & commands))
            continue;
        setting_print(out, &table[i], commands == COMMAND_ALL);
        sizes |= table[i].kind == SETTING_SIZE;
    }
    if (sizes)
        fprintf(out, "\nsizes are bytes, or with a unit: 512K, 64M or 64MiB, 1G\n");
}

static void commands_print(FILE *out)
{
    fprintf(out, "relata: a curated, sourced dataset on Pakistan-US relations as a REST API\n\n"
                 "usage: relata [COMMAND] [FLAGS]\n\ncommands:\n");
    for (size_t i = 0; i < command_count; i++) {
        const struct command *command = &command_table[i];
        fprintf(out, "  %-8s %-10s %s\n", command->name, command->operand ? command->operand : "",
                command->meaning);
    }
}

void help_print(FILE *out, const char *name)
{
    const struct command *command = name ? command_find(name) : NULL;
    if (command)
        fprintf(out, "relata %s: %s\n\nusage: relata %s%s%s [FLAGS]\n", name, command->meaning,
                name, command->operand ? " " : "", command->operand ? command->operand : "");
    else
        commands_print(out);
    settings_print(out, command ? command->set : COMMAND_ALL);
    exit_codes_print(out, command ? command->set : COMMAND_ALL);
}
