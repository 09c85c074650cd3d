// A problem: what is wrong with a request, as RFC 9457 tells it.
#ifndef RELATA_HTTP_PROBLEM_H
#define RELATA_HTTP_PROBLEM_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/json.h"
#include "http/response.h"

// What went wrong with a request, told step by step where it is found.
struct problem {
    enum err err;
    struct buffer detail;
    json_t *errors;           // RFC 9457 has no list; this one is ours: see Problem in the contract
    json_t *extra;            // more members, or NULL
    char reason[REASON_SIZE]; // of a failure that readers are told in general only, for the log
};

// Sets error and detail, unless a problem is set already. Returns the problem's error.
__attribute__((format(printf, 3, 4))) enum err problem_set(struct problem *problem, enum err err,
                                                           const char *format, ...);
// Names a culprit: WHERE is "query", "path" or "header". ALLOWED (or NULL) is borrowed, SUGGESTION
// may be NULL.
void problem_culprit(struct problem *problem, const char *where, const char *name,
                     const char *detail, const json_t *allowed, const char *suggestion);
// The problem of an answer for which memory ended.
enum err problem_memory(struct problem *problem);
void problem_cleanup(struct problem *problem);

// The problem as an answer to TARGET; BASE stands before every path that it tells.
void problem_respond(const struct problem *problem, const char *base, const char *target,
                     struct response *response);

#endif
