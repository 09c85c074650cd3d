// The works that the records of an answer cite, as a bibliography.
#ifndef RELATA_WORKS_H
#define RELATA_WORKS_H

#include "endpoints/selection.h"

// Whether the call asks for works and its records are none, but cite them.
bool works_are_neighbours(const struct call *call);

// All works that the records of LISTING cite, whichever page of it is asked for.
enum err works_find(struct listing *listing, struct inclusion *ret_works);

// Writes the WORKS, as of REVISION, by WRITER.
enum err works_write(struct call *call, const struct inclusion *works, const struct writer *writer,
                     int64_t revision, struct buffer *out);

#endif
