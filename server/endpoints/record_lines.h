// Reads an answer in lines of JSON, record by record.
#ifndef RELATA_ENDPOINTS_RECORD_LINES_H
#define RELATA_ENDPOINTS_RECORD_LINES_H

#include "base/json.h"
#include "http/response.h"

// Gives each record of RESPONSE, whose body or stream is NDJSON and is used up, to TAKE, in order.
// False where TAKE says so, where the stream breaks off, or when memory ends.
bool record_lines_read(struct response *response, bool (*take)(void *context, json_t *record),
                       void *context);

#endif
