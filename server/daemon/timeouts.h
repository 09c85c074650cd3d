// Ends connections that hold on for too long: one thread looks at them all, twice a second, and
// asks the kernel what they received and sent. It knows sockets, not HTTP.
#ifndef RELATA_WATCH_H
#define RELATA_WATCH_H

#include <stdint.h>

#include "base/metrics.h"

struct watch_bounds {
    unsigned idle_seconds;    // between requests, and before the first one
    unsigned receive_seconds; // for a whole request, from its first byte
    unsigned send_seconds;    // in each such time an answer must go on by SEND_RATE bytes a second
    unsigned send_rate;
    unsigned kept; // connections that wait for a further request at one time
};

enum watch_phase { WATCH_WAITING, WATCH_RECEIVING, WATCH_WORKING, WATCH_SENDING };

struct watch;
struct watched;

// METRICS is borrowed. NULL when memory ends.
struct watch *watch_new(const struct watch_bounds *bounds, struct metrics *metrics);
// No connection may be watched any more.
void watch_free(struct watch *watch);

// NULL when memory ends. The connection waits for its first request.
struct watched *watch_add(struct watch *watch, int socket);
// To be called before the socket is closed.
void watch_remove(struct watch *watch, struct watched *watched);
// What the connection is doing from now on. WATCHED may be NULL.
void watch_enter(struct watched *watched, enum watch_phase phase);

#endif
