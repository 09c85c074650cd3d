// The works cited by the records of an answer, as a bibliography.
#ifndef RELATA_ENDPOINTS_CITED_WORKS_H
#define RELATA_ENDPOINTS_CITED_WORKS_H

#include "endpoints/include.h"
#include "endpoints/record_writer.h"
#include "endpoints/selection.h"

// Whether the call asks for works, and its records are not works but cite them.
bool cited_works_are_neighbours(const struct call *call);

// All works cited by the records of SELECTION, on all its pages.
enum err cited_works_find(struct selection *selection, struct inclusion *ret_works);

// Writes the WORKS, as of REVISION, with WRITER.
enum err cited_works_write(struct call *call, const struct inclusion *works,
                           const struct record_writer *writer, int64_t revision,
                           struct buffer *out);

#endif
