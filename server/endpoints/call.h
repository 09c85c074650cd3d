// One request on its way to an answer: what the contract made of it, and where the answer goes.
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
    const char *base;       // its path, which stands before every path that the answer tells; or ""
    const struct operation *operation;
    const struct operation_row *row;     // what serves it
    const struct collection *collection; // that the operation is about, or NULL
    const char *argument;                // the decoded value of the path's parameter, or NULL
    json_t *arguments;                   // see arguments_read
    const struct output_format *format;  // in which to answer
    const struct request *request;
    struct pool *pool;
    struct kept_archive_shelf *archives;
    struct connection *connection; // NULL where the operation needs none
    struct response *response;
    struct spreadsheet *spreadsheet; // that the answer becomes, or NULL
    struct problem problem;
};

// A function from request to response: fills call->response, or sets call->problem and returns its
// error.
typedef enum err handler(struct call *call);

// The revision that the call is about: `as_of`, else the newest.
enum err call_revision(struct call *call, struct revision *ret_revision);

// The revision that the argument NAME, TEXT, names.
enum err call_revision_named(struct call *call, const char *name, const char *text,
                             struct revision *ret_revision);

// The collection of records that the call's path is in: `events` of /v1/events/{id}/revisions.
const struct collection *call_collection(const struct call *call);

// For what takes long, before it is begun: where others wait for the thread of the call, it is LEFT
// to another one, and this returns an error. The answer is not sent then.
enum err call_leave(struct call *call, enum left left);

// The address of the licence of the data, as the contract names it.
const char *call_licence(const struct call *call);

// How a failure of the database is told.
enum err call_database_problem(struct call *call);

// Whether the request has TAG (32 hexadecimal digits), modified at TIME (RFC 3339, or NULL),
// already: then the response is a 304. It can be kept and cached either way.
bool call_is_fresh(struct call *call, const char *tag, const char *time);

// Answers 200 with a body of TYPE, which is taken from BODY.
enum err call_answer(struct call *call, const char *type, struct buffer *body);
// The same with JSON that was made with the call's connection: BODY is NULL where memory ended or
// the database failed.
enum err call_answer_json(struct call *call, const char *type, const json_t *body);
// The same with bytes that follow from the program alone, or a 304.
enum err call_answer_fixed(struct call *call, const char *type, const void *bytes, size_t length);

#endif
