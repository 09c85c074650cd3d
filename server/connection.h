// A worker's connection to the database, which knows the newest revision without asking for every
// request.
#ifndef RELATA_CONNECTION_H
#define RELATA_CONNECTION_H

#include "database.h"
#include "revision.h"
#include "words.h"

struct connection {
    struct database *database;
    struct revision newest;
    int64_t data_version;
    int64_t asked_at; // monotonic milliseconds
    bool schema_agrees;
    struct spellings *spellings;
};

// Opens PATH for reading; false with the reason where it cannot be used.
bool connection_open(struct connection *connection, const char *path, bool immutable,
                     struct database_fault *ret_fault);
void connection_close(struct connection *connection);

// Brings `newest` up to date: at most 20 ms behind what other processes have committed.
enum err connection_refresh(struct connection *connection);

#endif
