// A body that lies in a file.
#ifndef RELATA_HTTP_FILE_STREAM_H
#define RELATA_HTTP_FILE_STREAM_H

#include "base/scratch.h"
#include "http/response.h"

// FILE, which is finished and which the stream holds from then on, becomes the body of RESPONSE,
// with its length. False when memory ends.
bool file_stream_respond(struct response *response, const char *type, struct scratch *file);

#endif
