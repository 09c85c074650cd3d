// From an operation of the contract to the handler that answers it, for requests from the socket
// and for those that a handler makes itself.
#ifndef RELATA_ENDPOINTS_DISPATCH_H
#define RELATA_ENDPOINTS_DISPATCH_H

#include "contract/route.h"
#include "endpoints/operations.h"

// The longest address that is accepted, in bytes.
enum { DISPATCH_TARGET_MAX = 8192 };

// Checks QUERY (raw, without `?`; NULL means empty) against the contract, and lets the handler of
// ROUTE's operation fill call->response. CALL has a spec, a request, a response and a pool; if it
// also has a connection, that is used. Sets call->arguments, which the caller releases.
enum err dispatch(struct call *call, const struct route *route, const char *query);

#endif
