// Files that are part of the program: the contract and the migrations, put into C by tools/embed.py
// at build time.
#ifndef RELATA_EMBEDDED_H
#define RELATA_EMBEDDED_H

#include <stddef.h>

extern const char embedded_openapi_yaml[];      // as it stands in api/
extern const char embedded_openapi_json[];      // the same document as JSON
extern const char *const embedded_migrations[]; // SQL texts in order
extern const size_t embedded_migration_count;
extern const char embedded_version[];

#endif
