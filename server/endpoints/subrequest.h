// A request that a handler makes of the service itself, answered by the handler of its address.
#ifndef RELATA_ENDPOINTS_SUBREQUEST_H
#define RELATA_ENDPOINTS_SUBREQUEST_H

#include "contract/route.h"
#include "endpoints/operations.h"

struct subrequest {
    struct call call; // of the address; its problem says what went wrong
    struct request request;
    struct response response;
    struct route route;
};

// Lets TARGET, a path and query, be served for OUTER, whose connection it uses, or one of the
// pool's for as long as it takes, where OUTER has none. WANTED says whether the address is one that
// may be asked for. To be released with subrequest_cleanup, whatever comes out; INNER must stay
// where it is until then.
enum err subrequest_serve(struct subrequest *inner, const struct call *outer, const char *target,
                          bool (*wanted)(const struct operation_row *row));
void subrequest_cleanup(struct subrequest *inner);

#endif
