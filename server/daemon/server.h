// The service on a socket: libmicrohttpd's requests become the app's, the app's responses become
// bytes.
#ifndef RELATA_DAEMON_SERVER_H
#define RELATA_DAEMON_SERVER_H

#include <stdint.h>

#include "base/metrics.h"
#include "daemon/log.h"
#include "daemon/timeouts.h"
#include "endpoints/app.h"

struct server_options {
    const char *address; // numeric, IPv4 or IPv6
    uint16_t port;       // 0 takes a free one
    unsigned threads;
    unsigned query_threads; // that make answers which may take long
    size_t query_queue;     // the most that wait for one of them
    unsigned connections;   // the most at one time
    unsigned per_address;   // the most from one address, 0 for no bound
    struct timeouts_bounds bounds;
    uint64_t body_bytes;      // the longest body that is read
    size_t connection_memory; // for the line and headers of a request and the headers of its answer
    size_t cache_bytes;       // for answers that are kept
    size_t answer_bytes;      // for answers that are being sent, beside those
    bool log_requests;
    bool proxied;       // clients are told by the last entry of X-Forwarded-For
    bool server_timing; // answers that were made for one request tell how long that took
    const struct openapi *spec;
    struct log *log;
    struct metrics *metrics;
};

struct server;

// Whether it could listen as the options say; false, with a reason. For whoever does something else
// before server_start, which may fail all the same.
bool server_can_listen(const struct server_options *options, char ret_reason[static 256]);

// Starts to answer in threads of its own. NULL, with a reason, where it cannot. APP and what the
// options point to are borrowed.
struct server *server_start(struct app *app, const struct server_options *options,
                            char ret_reason[static 256]);
// The port that it listens on.
uint16_t server_port(const struct server *server);
// Takes no more connections, waits until answers under way are sent, at most GRACE_SECONDS, then
// cuts what is left.
void server_stop(struct server *server, unsigned grace_seconds);

#endif
