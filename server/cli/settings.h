// The settings of the program: one table of flags, environment variables, defaults and meanings.
#ifndef RELATA_CLI_SETTINGS_H
#define RELATA_CLI_SETTINGS_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/command.h"

// Longer than any public address, with its NUL.
enum { PUBLIC_URL_MAX = 256 };

enum setting_kind {
    SETTING_TEXT,
    SETTING_ADDRESS,
    SETTING_URL,
    SETTING_NUMBER,
    SETTING_SIZE, // a size in bytes
    SETTING_SWITCH,
    SETTING_LEVEL,
    SETTING_FORMAT
};

// A row of the table.
struct setting {
    const char *flag;
    const char *variable; // its environment variable, or NULL
    unsigned commands;    // the commands that take the flag, of enum command_set
    const char *standard; // the default, or NULL
    enum setting_kind kind;
    size_t offset; // offset of its member in struct settings
    long least, most;
    const char *meaning;
};

struct settings {
    const char *command; // "serve" if none is given; with `help`, the one asked about, or NULL
    const char *operand; // the folder or file that a command works on, or NULL
    const char *address;
    const char *database;
    const char *dataset; // NULL for the shipped one, which is part of the program
    const char *scratch; // NULL for the folder of the database
    long scratch_bytes;
    const char *public_url; // NULL if none is given
    long port;
    long threads;
    long connections;
    long per_address;
    long kept;
    long idle_seconds;
    long receive_seconds;
    long send_seconds;
    long send_rate;
    long body_bytes;
    long connection_memory;
    long cache_bytes;
    long answer_bytes;
    long log_level;  // enum log_level
    long log_format; // enum log_format
    long grace_seconds;
    long query_milliseconds;
    long query_threads;
    long query_queue;
    bool read_only;
    bool log_requests;
    bool proxied;
    bool server_timing;
    const char *version; // for release; each may be NULL
    const char *editor;
    const char *reason;
    bool dry_run;
    bool draft;
    bool force;
    bool deep;
    bool help;
};

const struct setting *settings_table(size_t *ret_count);

// Reads the arguments, which take precedence, and the environment. Strings are borrowed. False,
// with the reason, if they are invalid.
bool settings_read(int argc, char **argv, struct settings *ret_settings,
                   char ret_fault[static 256]);

// The address at which readers reach the service, which listens on PORT, without a trailing slash:
// from the settings, or else the listening address, with `localhost` for loopback and wildcard
// addresses.
void settings_public_url(const struct settings *settings, unsigned port,
                         char ret_url[static PUBLIC_URL_MAX]);

// Prints a line for each environment variable RELATA_... that is not a setting.
void settings_unknown_tell(FILE *out);

#endif
