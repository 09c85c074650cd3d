// Backups: a whole database as one file, taken and given back while others read and write.
#ifndef RELATA_STORAGE_BACKUP_H
#define RELATA_STORAGE_BACKUP_H

#include "storage/database.h"

// Copies the whole database into the file PATH, in DELETE journal mode, while others read and
// write. What is there is replaced where it is a database of this program, else refused; a copy
// that fails leaves no new file behind.
bool backup_write(struct database *database, const char *path, struct database_fault *ret_fault);
// Copies the whole of COPY over the live database, in one transaction.
bool backup_restore(struct database *database, struct database *copy,
                    struct database_fault *ret_fault);

#endif
