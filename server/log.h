// One line to stderr, as key=value with the time before it.
#ifndef RELATA_LOG_H
#define RELATA_LOG_H

__attribute__((format(printf, 1, 2))) void log_line(const char *format, ...);

#endif
