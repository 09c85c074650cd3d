// From an operation of the contract to the handler that answers it: the same way for requests from
// the socket and for those that a handler makes itself.
#ifndef RELATA_ENDPOINTS_DISPATCH_H
#define RELATA_ENDPOINTS_DISPATCH_H

#include "contract/route.h"
#include "endpoints/operations.h"

// The longest address that is read and answered, in bytes.
enum { DISPATCH_TARGET_MAX = 8192 };

// Judges QUERY (raw, without `?`; NULL is empty) by the contract and lets the handler of ROUTE's
// operation fill call->response. CALL has a spec, a request, a response and a pool; where it has a
// connection too, that is used. Sets call->arguments, which the caller releases.
enum err dispatch(struct call *call, const struct route *route, const char *query);

#endif
