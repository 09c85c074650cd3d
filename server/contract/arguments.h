// The arguments of a request: its query string, decoded and checked against the contract's
// parameters.
#ifndef RELATA_CONTRACT_ARGUMENTS_H
#define RELATA_CONTRACT_ARGUMENTS_H

#include "contract/openapi.h"
#include "http/problem.h"

// Reads QUERY (raw, without `?`; NULL means empty) for OPERATION. On OK, *RET_ARGUMENTS is a new
// object of typed values by name, sorted by name: strings, integers, booleans, lists of strings.
// Lists whose order does not matter are sorted without duplicates. Defaults are not filled in.
// Otherwise the problem names every culprit.
enum err arguments_read(const struct openapi *spec, const struct operation *operation,
                        const char *query, struct problem *problem, json_t **ret_arguments);

// The arguments as a canonical query string: sorted by name, defaults left out. KEEP (NULL for all)
// says which names to include.
void arguments_write(const struct operation *operation, const json_t *arguments,
                     bool (*keep)(const char *name), struct buffer *out);

#endif
