// Finds the operation of the contract that an address belongs to.
#ifndef RELATA_CONTRACT_ROUTE_H
#define RELATA_CONTRACT_ROUTE_H

#include "contract/openapi.h"
#include "http/problem.h"

enum { METHODS_SIZE = 96 };

// What the contract has at a path. {0} before route_find; release it with route_cleanup.
struct route {
    const struct operation *operation; // for the method, or NULL
    char *argument;                    // the decoded argument in the path, or NULL
    char methods[METHODS_SIZE];        // the value of `Allow`
};

// Finds what METHOD (HEAD counts as GET) means at the path in the first LENGTH bytes of TARGET. A
// path that is not in the contract, or not valid text, is a problem that suggests the nearest one.
// `OPTIONS *` means the whole server: all methods of the contract.
enum err route_find(const struct openapi *spec, const char *target, size_t length,
                    const char *method, struct problem *problem, struct route *ret_route);
void route_cleanup(struct route *route);

#endif
