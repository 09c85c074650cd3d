// The table of commands, used to read the command line and to print help.
#ifndef RELATA_CLI_COMMAND_H
#define RELATA_CLI_COMMAND_H

#include <stddef.h>

// One bit per command, so that a flag can belong to several.
enum command_set {
    COMMAND_SERVE = 1 << 0,
    COMMAND_LOAD = 1 << 1,
    COMMAND_RELEASE = 1 << 2,
    COMMAND_DUMP = 1 << 3,
    COMMAND_CHECK = 1 << 4,
    COMMAND_BACKUP = 1 << 5,
    COMMAND_RESTORE = 1 << 6,
    COMMAND_ROUTES = 1 << 7,
    COMMAND_VERSION = 1 << 8,
    COMMAND_HELP = 1 << 9,
    COMMAND_ALL = (1 << 10) - 1
};

struct command {
    enum command_set set; // its own bit
    const char *name;
    const char *operand;  // as printed in the usage line, in brackets if it is optional; or NULL
    const char *standard; // the operand's default, or NULL
    const char *meaning;
};

extern const struct command command_table[];
extern const size_t command_count;

// The command called NAME, or NULL.
const struct command *command_find(const char *name);

// The message for an unknown command NAME, with the nearest known one.
void command_unknown(const char *name, char ret_fault[static 256]);

enum { COMMAND_NAMES_SIZE = 96 };

// The names of the commands in SET as prose: `serve, dump and check`.
const char *command_names(unsigned set, char ret_names[static COMMAND_NAMES_SIZE]);

#endif
