// Writes log lines, each with one write, so that threads do not mix them.
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

void log_line(const char *format, ...)
{
    char text[1024];
    struct timespec now;
    struct tm parts;
    va_list list;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &parts);
    size_t length = strftime(text, sizeof text, "time=%Y-%m-%dT%H:%M:%SZ ", &parts);
    va_start(list, format);
    int more = vsnprintf(text + length, sizeof text - length - 1, format, list);
    va_end(list);
    if (more > 0)
        length += (size_t)more < sizeof text - length - 1 ? (size_t)more : sizeof text - length - 2;
    text[length++] = '\n';
    if (write(STDERR_FILENO, text, length) < 0)
        return;
}
