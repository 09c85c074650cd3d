// Help texts: commands, settings and exit codes.
#ifndef RELATA_CLI_HELP_H
#define RELATA_CLI_HELP_H

#include <stdio.h>

// Prints the help of the command called NAME, or that of all if NAME is NULL.
void help_print(FILE *out, const char *name);

#endif
