// Turns an answer of JSON lines into a spreadsheet after its call has given its connection back:
// writing a long one takes time, and the database must not wait for the disk.
#ifndef RELATA_ENDPOINTS_SPREADSHEET_H
#define RELATA_ENDPOINTS_SPREADSHEET_H

#include "endpoints/selection.h"

struct spreadsheet;

// Records for CALL, which answers NDJSON, what its spreadsheet contains besides the records of
// SELECTION: the sheet NAME with the columns of TABLE (taken; NULL if memory ran out), and the
// request, the revision, warnings, citation and licence. Call it while the call has its connection.
enum err spreadsheet_plan(struct call *call, struct selection *selection, const char *name,
                          struct tabular *table);

// Whether CALL asks for a spreadsheet.
bool spreadsheet_is_asked(const struct call *call);

// Sets the headers of RESPONSE that apply whether the spreadsheet is made or the client has it
// already: unlike other formats at its address, it is already compressed.
void spreadsheet_expect(struct response *response);

// Makes the planned spreadsheet, if there is one, the answer of CALL, which holds no connection.
enum err spreadsheet_make(struct call *call);

void spreadsheet_free(struct spreadsheet *spreadsheet);

#endif
