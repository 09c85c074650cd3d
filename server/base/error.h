// Every error of the service, in one list with its name, stable code, HTTP status and title.
#ifndef RELATA_BASE_ERROR_H
#define RELATA_BASE_ERROR_H

// E(NAME, "code", HTTP status, "title"). The code is part of the contract: the RFC 9457 "type" ends
// in it.
#define ERRORS(E)                                                                                  \
    E(BAD_ENCODING, "bad-encoding", 400, "The address is not valid percent-encoded UTF-8")         \
    E(BAD_PARAMETER, "bad-parameter", 400, "A parameter has a value that is not allowed")          \
    E(UNKNOWN_PARAMETER, "unknown-parameter", 400, "There is no such parameter")                   \
    E(MISSING_PARAMETER, "missing-parameter", 400, "A parameter is missing")                       \
    E(REPEATED_PARAMETER, "repeated-parameter", 400, "A parameter is given more than once")        \
    E(UNKNOWN_ID, "unknown-id", 400, "A parameter names a record that never existed")              \
    E(BAD_CURSOR, "bad-cursor", 400, "The cursor does not fit this request")                       \
    E(BAD_REQUEST, "bad-request", 400, "The request is malformed")                                 \
    E(NOT_FOUND, "not-found", 404, "Not found")                                                    \
    E(METHOD, "method-not-allowed", 405, "The method is not allowed here")                         \
    E(NOT_ACCEPTABLE, "not-acceptable", 406, "None of the accepted formats can be served")         \
    E(GONE, "gone", 410, "The record was removed")                                                 \
    E(UNKNOWN_REVISION, "unknown-revision", 410, "This database does not know the revision")       \
    E(BODY_TOO_LARGE, "body-too-large", 413, "The request body is too large")                      \
    E(URL_TOO_LONG, "url-too-long", 414, "The address is too long")                                \
    E(UNPROCESSABLE, "unprocessable", 422, "The request cannot be answered as it stands")          \
    E(TOO_MANY, "too-many-requests", 429, "There were too many requests")                          \
    E(INTERNAL, "internal", 500, "The server failed")                                              \
    E(BUSY, "busy", 503, "The server cannot answer now")                                           \
    E(TIMEOUT, "query-timeout", 503, "The query took too long")

#define ERROR_NAME(name, code, status, title) ERR_##name,
enum err { OK, ERRORS(ERROR_NAME) ERROR_COUNT };
#undef ERROR_NAME

// The three properties of an error. ERR must not be OK. The strings are static.
const char *error_code(enum err err);
const char *error_title(enum err err);
unsigned error_status(enum err err);

#endif
