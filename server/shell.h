// The service on a socket: libmicrohttpd's requests become the app's, the app's responses become
// bytes.
#ifndef RELATA_SHELL_H
#define RELATA_SHELL_H

#include <stdint.h>

#include "app.h"

struct shell_options {
    const char *address; // numeric, IPv4 or IPv6
    uint16_t port;       // 0 takes a free one
    unsigned threads;
    unsigned connections;  // the most at one time
    unsigned per_address;  // the most from one address, 0 for no bound
    unsigned idle_seconds; // after which a silent connection is closed
    bool log_requests;
};

struct shell;

// Starts to answer in threads of its own. NULL, with a reason, where it cannot. APP is borrowed.
struct shell *shell_start(struct app *app, const struct shell_options *options,
                          char ret_reason[static 256]);
// The port that it listens on.
uint16_t shell_port(const struct shell *shell);
// Takes no more connections, waits until answers under way are sent, at most GRACE_SECONDS, then
// cuts what is left.
void shell_stop(struct shell *shell, unsigned grace_seconds);

#endif
