// Reads an answer of JSON lines record by record.
#ifndef RELATA_ENDPOINTS_RECORD_LINES_H
#define RELATA_ENDPOINTS_RECORD_LINES_H

#include "base/json.h"
#include "http/response.h"

// Passes each record of RESPONSE to TAKE, in order. Its body or stream must be NDJSON and is
// consumed. False if TAKE returns false, the stream breaks off, or memory runs out.
bool record_lines_read(struct response *response, bool (*take)(void *context, json_t *record),
                       void *context);

#endif
