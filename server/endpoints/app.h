// The service without a socket: a request goes in, a response comes out.
#ifndef RELATA_ENDPOINTS_APP_H
#define RELATA_ENDPOINTS_APP_H

#include "contract/openapi.h"
#include "http/request.h"
#include "http/response.h"
#include "query/pool.h"

struct app;

// SPEC and PUBLIC_URL, the base of absolute addresses without a slash at its end, are borrowed and
// must outlive the app. With PUBLIC_URL NULL nothing is answered until app_publish tells it. NULL
// when memory ends. The database is opened when it is first needed.
struct app *app_new(const struct openapi *spec, const struct pool_options *options,
                    const char *public_url);
void app_publish(struct app *app, const char *public_url);
void app_free(struct app *app);

// The identity of the newest revision; 0 where the database cannot be read. What is kept of earlier
// ones is let go: it must be asked now and then. Any number of threads may call it at a time.
uint64_t app_revision(struct app *app);

// Answers REQUEST. Any number of threads may call it at a time. RET_RESPONSE is always filled;
// response_cleanup frees it. The answer to HEAD has the body of GET: whoever sends it leaves the
// body out. A hurried REQUEST that takes long is left (see response.h): it makes no file, whatever
// happens meanwhile.
void app_handle(struct app *app, const struct request *request, struct response *ret_response);

// Whether REQUEST asks how the service does: that is always answered.
bool app_is_probe(const struct app *app, const struct request *request);

// Lets what is under way end soon: nothing is read any more.
void app_stop(struct app *app);

// The answer to a REQUEST that is not tried now, with DETAIL; it may be asked again after SECONDS.
void app_decline(const struct app *app, const struct request *request, const char *detail,
                 int seconds, struct response *ret_response);

// The answer to a REQUEST that is refused below the contract, with ERR and DETAIL; its connection
// must not be used again.
void app_refuse(const struct app *app, const struct request *request, enum err err,
                const char *detail, struct response *ret_response);

#endif
