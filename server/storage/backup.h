// Backups: a whole database as one file, made and restored while others read and write.
#ifndef RELATA_STORAGE_BACKUP_H
#define RELATA_STORAGE_BACKUP_H

#include "storage/database.h"

// Copies the whole database into the file PATH, in DELETE journal mode, while others read and
// write. An existing file is replaced if it is a database of this program, and refused otherwise. A
// copy that fails leaves no new file behind.
bool backup_write(struct database *database, const char *path, struct database_fault *ret_fault);
// Replaces the content of the live database with that of COPY, in one transaction.
bool backup_restore(struct database *database, struct database *copy,
                    struct database_fault *ret_fault);

#endif
