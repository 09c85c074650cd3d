// Which operation of the contract an address belongs to.
#ifndef RELATA_CONTRACT_ROUTE_H
#define RELATA_CONTRACT_ROUTE_H

#include "contract/openapi.h"
#include "http/problem.h"

enum { METHODS_SIZE = 96 };

// What the contract offers at a path; {0} before route_find, to be released with route_cleanup.
struct route {
    const struct operation *operation; // for the method, or NULL
    char *argument;                    // the decoded value of the path's parameter, or NULL
    char methods[METHODS_SIZE];        // as in `Allow`
};

// Finds what METHOD (HEAD counts as GET) means at the path in the first LENGTH bytes of TARGET. A
// path that is none of the contract's, or no valid text, is a problem that names the nearest one.
// `OPTIONS *` means the whole server: all methods of the contract.
enum err route_find(const struct openapi *spec, const char *target, size_t length,
                    const char *method, struct problem *problem, struct route *ret_route);
void route_cleanup(struct route *route);

#endif
