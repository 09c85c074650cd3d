// Notes per thread that an allocation failed, so that an incomplete answer becomes a 503.
//
// Every allocation of the program's own code comes here by the linker (`--wrap`, see the Makefile),
// every one of Jansson's after memory_watch, and SQLite's after database_watch_memory.
#ifndef RELATA_BASE_MEMORY_H
#define RELATA_BASE_MEMORY_H

#include <stdbool.h>

// Lets Jansson's allocations be noted; before any other thread uses it.
void memory_watch(void);

// For another allocator: MEMORY, noted where it is NULL.
void *memory_noted(void *memory);

// Whether an allocation of this thread failed since it last called memory_forgive.
bool memory_ended(void);
void memory_forgive(void);

// Gives back to the system what the start has used and the service does not need: freed memory, and
// pages of the program and its libraries, which are read again from the file when they are needed.
void memory_settle(void);

#endif
