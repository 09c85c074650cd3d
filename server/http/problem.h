// A problem: what is wrong with a request, in the form of RFC 9457.
#ifndef RELATA_HTTP_PROBLEM_H
#define RELATA_HTTP_PROBLEM_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/json.h"
#include "http/response.h"

// Everything that was wrong with a request, collected step by step where it is found.
struct problem {
    enum err err;
    struct buffer detail;
    json_t *errors; // an extension of RFC 9457: see Problem in the contract
    json_t *extra;  // further members, or NULL
    // for the log: the details of a failure that readers are told only in general
    char reason[REASON_SIZE];
};

// Sets the error and its detail, unless a problem is set already. Returns the problem's error.
__attribute__((format(printf, 3, 4))) enum err problem_set(struct problem *problem, enum err err,
                                                           const char *format, ...);
// Adds a culprit. WHERE is "query", "path" or "header". ALLOWED (or NULL) is borrowed; SUGGESTION
// may be NULL.
void problem_culprit(struct problem *problem, const char *where, const char *name,
                     const char *detail, const json_t *allowed, const char *suggestion);
// The problem of an answer for which memory ran out.
enum err problem_memory(struct problem *problem);
void problem_cleanup(struct problem *problem);

// The problem as an answer to TARGET; BASE is put before every path in it.
void problem_respond(const struct problem *problem, const char *base, const char *target,
                     struct response *response);

#endif
