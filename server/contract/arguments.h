// The arguments of a request: the query string, decoded and judged by the contract's parameters.
#ifndef RELATA_CONTRACT_ARGUMENTS_H
#define RELATA_CONTRACT_ARGUMENTS_H

#include "contract/openapi.h"
#include "http/problem.h"

// Reads QUERY (raw, without `?`; NULL is empty) for OPERATION. On OK *RET_ARGUMENTS is a new object
// of typed values by name, in the order of the names: texts, integers, booleans, lists of texts.
// Lists that may repeat are sorted, each value once. Defaults are not filled in. Else the problem
// names every culprit.
enum err arguments_read(const struct openapi *spec, const struct operation *operation,
                        const char *query, struct problem *problem, json_t **ret_arguments);

// The arguments as a query string in canonical form: names in order, defaults left out. KEEP (or
// NULL for all) says which names stand in it.
void arguments_write(const struct operation *operation, const json_t *arguments,
                     bool (*keep)(const char *name), struct buffer *out);

#endif
