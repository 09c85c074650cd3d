// One request being answered: what the contract made of it, and where the answer goes.
#ifndef RELATA_ENDPOINTS_CALL_H
#define RELATA_ENDPOINTS_CALL_H

#include "contract/openapi.h"
#include "formats/output_format.h"
#include "http/problem.h"
#include "http/request.h"
#include "http/response.h"
#include "model/collection.h"
#include "query/pool.h"

struct kept_archive_shelf;
struct operation_row;
struct spreadsheet;

struct call {
    const struct openapi *spec;
    const char *public_url; // the base of absolute addresses
    const char *base;       // its path, put before every path in the answer; or ""
    const struct operation *operation;
    const struct operation_row *row;     // the operation's row
    const struct collection *collection; // the collection that the operation is about, or NULL
    const char *argument;                // the decoded argument in the path, or NULL
    json_t *arguments;                   // see arguments_read
    const struct output_format *format;  // the format of the answer
    const struct request *request;
    struct pool *pool;
    struct kept_archive_shelf *archives;
    struct connection *connection; // NULL if the operation does not need one
    struct response *response;
    struct spreadsheet *spreadsheet; // the spreadsheet that the answer will be, or NULL
    struct problem problem;
};

// A function from request to response: fills call->response, or sets call->problem and returns its
// error.
typedef enum err handler(struct call *call);

// The revision that the call asks about: `as_of`, or else the newest.
enum err call_revision(struct call *call, struct revision *ret_revision);

// The revision named by TEXT, the value of the argument NAME.
enum err call_revision_named(struct call *call, const char *name, const char *text,
                             struct revision *ret_revision);

// The collection that the call's path belongs to: `events` for /v1/events/{id}/revisions.
const struct collection *call_collection(const struct call *call);

// Called before slow work begins: if others wait for the thread of the call, the work is left to
// another thread (see LEFT) and an error is returned. That answer is not sent.
enum err call_leave(struct call *call, enum left left);

// The address of the licence of the data, as given in the contract.
const char *call_licence(const struct call *call);

// The problem for a failure of the database.
enum err call_database_problem(struct call *call);

// Whether the client already has the answer with TAG (32 hexadecimal digits), modified at TIME (RFC
// 3339, or NULL); then the response is a 304. Either way the response becomes cacheable.
bool call_is_fresh(struct call *call, const char *tag, const char *time);

// Answers 200 with a body of TYPE; takes the content of BODY.
enum err call_answer(struct call *call, const char *type, struct buffer *body);
// The same with JSON made with the call's connection; BODY is NULL if memory ran out or the
// database failed.
enum err call_answer_json(struct call *call, const char *type, const json_t *body);
// The same with bytes that depend only on the program, or a 304.
enum err call_answer_fixed(struct call *call, const char *type, const void *bytes, size_t length);

#endif
