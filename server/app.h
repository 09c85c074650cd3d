// The service without a socket: a request goes in, a response comes out.
#ifndef RELATA_APP_H
#define RELATA_APP_H

#include "database.h"
#include "http.h"
#include "spec.h"

struct app_options {
    const char *database; // path
    bool immutable;
    int connections;            // the most requests that may use the database at one time
    int64_t query_milliseconds; // the most that one request may take in the database
};

struct app;

// SPEC is borrowed and must outlive the app. NULL when memory ends. The database is opened when it
// is first needed.
struct app *app_new(const struct spec *spec, const struct app_options *options);
void app_free(struct app *app);

// Answers REQUEST. Any number of threads may call it at a time. RET_RESPONSE is always filled;
// response_cleanup frees it. The answer to HEAD has the body of GET: whoever sends it leaves the
// body out.
void app_handle(struct app *app, const struct request *request, struct response *ret_response);

#endif
