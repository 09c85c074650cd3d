// A request that a handler makes of the service itself, answered by the handler of its address.
#ifndef RELATA_INNER_H
#define RELATA_INNER_H

#include "contract/route.h"
#include "endpoints/operations.h"

struct inner {
    struct call call; // of the address; its problem says what went wrong
    struct request request;
    struct response response;
    struct route route;
};

// Lets TARGET, a path and query, be served for OUTER, whose connection it uses, or one of the
// pool's for as long as it takes, where OUTER has none. WANTED says whether the address is one that
// may be asked for. To be released with inner_cleanup, whatever comes out; INNER must stay where it
// is until then.
enum err inner_serve(struct inner *inner, const struct call *outer, const char *target,
                     bool (*wanted)(const struct handler_row *row));
void inner_cleanup(struct inner *inner);

#endif
