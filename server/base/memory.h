// Records per thread that an allocation failed, so that an incomplete answer becomes a 503.
//
// The linker routes every allocation of the program's own code here (`--wrap`, see the Makefile);
// Jansson's follow after memory_watch, SQLite's after database_watch_memory.
#ifndef RELATA_BASE_MEMORY_H
#define RELATA_BASE_MEMORY_H

#include <stdbool.h>

// Routes Jansson's allocations here. Call it before any other thread uses Jansson.
void memory_watch(void);

// For other allocators: returns MEMORY, and records a failure if it is NULL.
void *memory_noted(void *memory);

// Whether an allocation on this thread failed since its last call of memory_forgive.
bool memory_ended(void);
void memory_forgive(void);

// Returns memory that only the start needed to the system: freed heap memory, and pages of the
// program and its libraries, which the kernel reads again from the file if they are needed.
void memory_settle(void);

#endif
