// The service on a socket: turns libmicrohttpd's requests into the app's, and the app's responses
// into bytes.
#ifndef RELATA_DAEMON_SERVER_H
#define RELATA_DAEMON_SERVER_H

#include <stdint.h>

#include "base/metrics.h"
#include "daemon/log.h"
#include "daemon/timeouts.h"
#include "endpoints/app.h"

struct server_options {
    const char *address; // numeric, IPv4 or IPv6
    uint16_t port;       // 0 picks a free one
    unsigned threads;
    unsigned query_threads; // threads that make slow answers
    size_t query_queue;     // the maximum number of requests that wait for one of them
    unsigned connections;   // the maximum at one time
    unsigned per_address;   // the maximum from one address; 0 for no limit
    struct timeouts_bounds bounds;
    uint64_t body_bytes;      // the longest body that is read
    size_t connection_memory; // for the request line, the headers, and the headers of the answer
    size_t cache_bytes;       // for cached answers
    size_t answer_bytes;      // for answers being sent, in addition to cached ones
    bool log_requests;
    bool proxied;       // the client's address is the last entry of X-Forwarded-For
    bool server_timing; // answers made for one request say how long that took
    const struct openapi *spec;
    struct log *log;
    struct metrics *metrics;
};

struct server;

// Whether it could listen as the options say; false, with a reason. For callers that do something
// else before server_start, which may still fail.
bool server_can_listen(const struct server_options *options, char ret_reason[static 256]);

// Starts answering in threads of its own. NULL, with a reason, on failure. APP and what the options
// point to are borrowed.
struct server *server_start(struct app *app, const struct server_options *options,
                            char ret_reason[static 256]);
// The port it listens on.
uint16_t server_port(const struct server *server);
// Accepts no more connections, waits at most GRACE_SECONDS until answers in progress are sent, then
// closes the rest.
void server_stop(struct server *server, unsigned grace_seconds);

#endif
