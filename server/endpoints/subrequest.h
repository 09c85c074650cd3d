// A request that a handler makes to the service itself, answered by the handler of its address.
#ifndef RELATA_ENDPOINTS_SUBREQUEST_H
#define RELATA_ENDPOINTS_SUBREQUEST_H

#include "contract/route.h"
#include "endpoints/operations.h"

struct subrequest {
    struct call call; // of the address; its problem says what failed
    struct request request;
    struct response response;
    struct route route;
};

// Serves TARGET, a path and query, for OUTER, with its connection or, if it has none, one borrowed
// from the pool meanwhile. WANTED says whether the address may be requested this way. Release INNER
// with subrequest_cleanup, also on failure; it must not move until then.
enum err subrequest_serve(struct subrequest *inner, const struct call *outer, const char *target,
                          bool (*wanted)(const struct operation_row *row));
void subrequest_cleanup(struct subrequest *inner);

#endif
