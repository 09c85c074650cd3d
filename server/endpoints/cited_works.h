// The works that the records of an answer cite, as a bibliography.
#ifndef RELATA_ENDPOINTS_CITED_WORKS_H
#define RELATA_ENDPOINTS_CITED_WORKS_H

#include "endpoints/include.h"
#include "endpoints/record_writer.h"
#include "endpoints/selection.h"

// Whether the call asks for works and its records are none, but cite them.
bool cited_works_are_neighbours(const struct call *call);

// All works that the records of SELECTION cite, whichever page of it is asked for.
enum err cited_works_find(struct selection *selection, struct inclusion *ret_works);

// Writes the WORKS, as of REVISION, by WRITER.
enum err cited_works_write(struct call *call, const struct inclusion *works,
                           const struct record_writer *writer, int64_t revision,
                           struct buffer *out);

#endif
