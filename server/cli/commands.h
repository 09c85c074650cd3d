// What the program can be told to do, each by one function that returns the exit code.
#ifndef RELATA_COMMANDS_H
#define RELATA_COMMANDS_H

#include "cli/settings.h"
#include "contract/openapi.h"
#include "daemon/log.h"

// Exit codes of sysexits.h.
enum { EXIT_USAGE = 64, EXIT_DATA = 65, EXIT_INPUT = 66, EXIT_LOCKED = 75 };

int command_load(const struct settings *settings, const struct spec *spec);
int command_dump(const struct settings *settings, const struct spec *spec);
int command_check(const struct settings *settings, const struct spec *spec);
int command_backup(const struct settings *settings);
int command_restore(const struct settings *settings);
int command_routes(const struct spec *spec);

// Brings the database up to date before it is served: makes it from the shipped dataset where it is
// missing, takes a newer shipped release. 0, or an exit code after it was logged why not.
int database_provide(const struct settings *settings, const struct spec *spec, struct log *log);

#endif
