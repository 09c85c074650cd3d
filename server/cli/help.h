// What the program says of itself: commands, settings and exit codes.
#ifndef RELATA_CLI_HELP_H
#define RELATA_CLI_HELP_H

#include <stdio.h>

// Prints the help of the command of this NAME, or where NAME is NULL that of all.
void help_print(FILE *out, const char *name);

#endif
