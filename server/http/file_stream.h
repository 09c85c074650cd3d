// A body that is read from a file.
#ifndef RELATA_HTTP_FILE_STREAM_H
#define RELATA_HTTP_FILE_STREAM_H

#include "base/scratch.h"
#include "http/response.h"

// Makes the finished FILE the body of RESPONSE, with its length; the stream becomes a holder of the
// file. False if memory runs out.
bool file_stream_respond(struct response *response, const char *type, struct scratch *file);

#endif
