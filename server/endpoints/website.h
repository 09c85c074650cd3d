// The web pages. Each has files of its own, served below its path.
#ifndef RELATA_ENDPOINTS_WEBSITE_H
#define RELATA_ENDPOINTS_WEBSITE_H

#include <stdbool.h>
#include <stddef.h>

// Whether the first LENGTH bytes of TARGET are the path of a page with a trailing slash.
bool website_is_folder(const char *target, size_t length);

#endif
