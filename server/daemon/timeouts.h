// Ends connections that hold on for too long, and tells owners of clients that have gone: one
// thread looks at them all, twice a second, more often where many come or go, and asks the kernel
// what they received and sent. It knows sockets, not HTTP.
#ifndef RELATA_DAEMON_TIMEOUTS_H
#define RELATA_DAEMON_TIMEOUTS_H

#include <stdint.h>

#include "base/metrics.h"

struct timeouts_bounds {
    unsigned idle_seconds;    // between requests, and before the first one
    unsigned receive_seconds; // for a whole request, from its first byte
    unsigned send_seconds;    // in each such time an answer must go on by SEND_RATE bytes a second
    unsigned send_rate;
    unsigned kept; // connections that wait for a further request at one time
};

enum timeouts_phase { WATCH_WAITING, WATCH_RECEIVING, WATCH_WORKING, WATCH_SENDING };

struct timeouts;
struct timeouts_connection;

// METRICS is borrowed. NULL when memory ends.
struct timeouts *timeouts_new(const struct timeouts_bounds *bounds, struct metrics *metrics);
// No connection may be watched any more.
void timeouts_free(struct timeouts *watch);

// NULL when memory ends. The connection waits for its first request.
struct timeouts_connection *timeouts_add(struct timeouts *watch, int socket);
// To be called before the socket is closed.
void timeouts_remove(struct timeouts *watch, struct timeouts_connection *watched);
// What the connection is doing from now on. WATCHED may be NULL.
void timeouts_enter(struct timeouts_connection *watched, enum timeouts_phase phase);

#endif
