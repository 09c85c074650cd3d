// Turns an answer in lines of JSON into a spreadsheet, once its call has given its connection back:
// to write a long one takes long, and the database must not wait for the disk.
#ifndef RELATA_ENDPOINTS_SPREADSHEET_H
#define RELATA_ENDPOINTS_SPREADSHEET_H

#include "endpoints/selection.h"

struct spreadsheet;

// Notes for CALL, which answers NDJSON, what its spreadsheet says beside the records of SELECTION:
// the sheet NAME with the columns of TABLE, which is taken, NULL where memory ended; the request,
// the revision, warnings, how to cite it, the licence. To be called with the call's connection.
enum err spreadsheet_plan(struct call *call, struct selection *selection, const char *name,
                          struct tabular *table);

// Whether CALL wants a spreadsheet.
bool spreadsheet_is_asked(const struct call *call);

// Sets what holds of RESPONSE whether the spreadsheet is made or the client has it already: it is
// compressed in itself, while other forms at its address are not.
void spreadsheet_expect(struct response *response);

// Makes the spreadsheet that was planned, if one was, the answer of CALL, which holds no
// connection.
enum err spreadsheet_make(struct call *call);

void spreadsheet_free(struct spreadsheet *spreadsheet);

#endif
