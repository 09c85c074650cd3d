// Ends connections that stay idle, send or receive too slowly, and tells their owners when clients
// have gone. One thread checks all connections twice a second, or more often if many come or go, by
// asking the kernel what was received and sent. It knows sockets, not HTTP.
#ifndef RELATA_DAEMON_TIMEOUTS_H
#define RELATA_DAEMON_TIMEOUTS_H

#include <stdint.h>

#include "base/metrics.h"

struct timeouts_bounds {
    unsigned idle_seconds;    // between requests, and before the first one
    unsigned receive_seconds; // for a whole request, from its first byte
    // in each such interval an answer must progress by SEND_RATE bytes per second
    unsigned send_seconds;
    unsigned send_rate;
    unsigned kept; // how many connections may wait for a further request at one time
};

enum timeouts_phase { WATCH_WAITING, WATCH_RECEIVING, WATCH_WORKING, WATCH_SENDING };

struct timeouts;
struct timeouts_connection;

// METRICS is borrowed. NULL if memory runs out.
struct timeouts *timeouts_new(const struct timeouts_bounds *bounds, struct metrics *metrics);
// No connection may still be watched.
void timeouts_free(struct timeouts *watch);

// NULL if memory runs out. The connection starts by waiting for its first request.
struct timeouts_connection *timeouts_add(struct timeouts *watch, int socket);
// Must be called before the socket is closed.
void timeouts_remove(struct timeouts *watch, struct timeouts_connection *watched);
// Sets what the connection is doing from now on. WATCHED may be NULL.
void timeouts_enter(struct timeouts_connection *watched, enum timeouts_phase phase);

#endif
