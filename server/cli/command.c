// The commands and their names.
#include "cli/command.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

const struct command command_table[] = {
    {COMMAND_SERVE, "serve", NULL, NULL,
     "answer requests (the default); makes the database where it is missing"},
    {COMMAND_LOAD, "load", "DIR", NULL,
     "take DIR as the whole dataset: the next revision, or nothing where it is the same"},
    {COMMAND_RELEASE, "release", "[DIR]", "db/dataset",
     "write DIR/release.json (db/dataset) from --version, --editor, --reason"},
    {COMMAND_DUMP, "dump", "DIR", NULL, "write the dataset to DIR, with its history"},
    {COMMAND_CHECK, "check", NULL, NULL,
     "check the database: structure, hash chain, what is shown; with --deep all that is derived"},
    {COMMAND_BACKUP, "backup", "FILE", NULL, "copy the database to FILE while it is in use"},
    {COMMAND_RESTORE, "restore", "FILE", NULL, "copy FILE over the database while it is in use"},
    {COMMAND_ROUTES, "routes", NULL, NULL, "print the operations of the contract as JSON"},
    {COMMAND_VERSION, "version", NULL, NULL, "print the version; also --version and -V"},
    {COMMAND_HELP, "help", "[COMMAND]", NULL,
     "print this, or the flags and exit codes of one command"},
};

enum { COUNT = sizeof command_table / sizeof *command_table };

const size_t command_count = COUNT;

const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < COUNT; i++)
        if (strcmp(command_table[i].name, name) == 0)
            return &command_table[i];
    return NULL;
}

void command_unknown(const char *name, char ret_fault[static 256])
{
    const char *names[COUNT];
    char sentence[TEXT_MEANT_SIZE];
    for (size_t i = 0; i < COUNT; i++)
        names[i] = command_table[i].name;
    snprintf(ret_fault, 256, "unknown command '%.80s'.%.100s", name,
             text_meant(text_nearest(name, names, COUNT), NULL, sentence));
}

const char *command_names(unsigned set, char ret_names[static COMMAND_NAMES_SIZE])
{
    size_t length = 0;
    *ret_names = '\0';
    for (size_t i = 0; i < COUNT && length < COMMAND_NAMES_SIZE; i++) {
        if (!(set & command_table[i].set))
            continue;
        set &= ~(unsigned)command_table[i].set;
        const char *between = length == 0 ? "" : set ? ", " : " and ";
        length += (size_t)snprintf(ret_names + length, COMMAND_NAMES_SIZE - length, "%s%s", between,
                                   command_table[i].name);
    }
    return ret_names;
}
