// The commands of the program: each is one function that returns the exit code.
#ifndef RELATA_CLI_COMMANDS_H
#define RELATA_CLI_COMMANDS_H

#include "cli/settings.h"
#include "contract/openapi.h"
#include "daemon/log.h"

// Exit codes from sysexits.h.
enum { EXIT_USAGE = 64, EXIT_DATA = 65, EXIT_INPUT = 66, EXIT_LOCKED = 75 };

int commands_load(const struct settings *settings, const struct openapi *spec);
int commands_release(const struct settings *settings, const struct openapi *spec);
int commands_dump(const struct settings *settings, const struct openapi *spec);
int commands_check(const struct settings *settings, const struct openapi *spec);
int commands_backup(const struct settings *settings);
int commands_restore(const struct settings *settings);
int commands_routes(const struct openapi *spec);

// Brings the database up to date before serving: creates it from the shipped dataset if it is
// missing, and loads a newer shipped release. 0, or an exit code after the reason was logged.
int commands_provide_database(const struct settings *settings, const struct openapi *spec,
                              struct log *log);

#endif
