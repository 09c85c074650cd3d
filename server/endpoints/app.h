// The service without a socket: takes a request, returns a response.
#ifndef RELATA_ENDPOINTS_APP_H
#define RELATA_ENDPOINTS_APP_H

#include "contract/openapi.h"
#include "http/request.h"
#include "http/response.h"
#include "query/pool.h"

struct app;

// SPEC and PUBLIC_URL, the base of absolute addresses without a trailing slash, are borrowed and
// must outlive the app. If PUBLIC_URL is NULL, no request may be answered until app_publish sets
// it. NULL if memory runs out. The database is opened when it is first needed.
struct app *app_new(const struct openapi *spec, const struct pool_options *options,
                    const char *public_url);
void app_publish(struct app *app, const char *public_url);
void app_free(struct app *app);

// The identity of the newest revision; 0 if the database cannot be read. Also releases what is kept
// for earlier revisions, so it must be called regularly. Any number of threads may call it at once.
uint64_t app_revision(struct app *app);

// Answers REQUEST. Any number of threads may call it at once. RET_RESPONSE is always filled; free
// it with response_cleanup. The answer to HEAD has the body of GET; the sender leaves the body out.
// A hurried REQUEST that would take long is left (see response.h); it never makes a file.
void app_handle(struct app *app, const struct request *request, struct response *ret_response);

// Whether REQUEST asks about the health of the service, which is always answered.
bool app_is_probe(const struct app *app, const struct request *request);

// Gives up archives and spreadsheets that are still being made; they are answered with 503.
void app_stop_files(struct app *app);

// Makes requests in progress end soon: no more data is read.
void app_stop(struct app *app);

// The answer to a REQUEST that is not processed now, with DETAIL; the client may retry after
// SECONDS.
void app_decline(const struct app *app, const struct request *request, const char *detail,
                 int seconds, struct response *ret_response);

// The answer to a REQUEST that is refused below the level of the contract, with ERR and DETAIL; its
// connection must not be used again.
void app_refuse(const struct app *app, const struct request *request, enum err err,
                const char *detail, struct response *ret_response);

#endif
