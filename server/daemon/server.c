// Connects libmicrohttpd with the app: the only file that knows it.
#include "daemon/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "contract/openapi.h"
#include "daemon/query_queue.h"
#include "daemon/response_cache.h"
#include "http/conditional.h"
#include "http/request_head.h"
#include "http/request_target.h"
#include "http/response_finish.h"

enum {
    STREAM_BLOCK = 64 * 1024,
    STREAM_BYTES = 256 * 1024, // that a stream takes, with the keys of what it is still to send
    BACKLOG = 1024,
    SPARE = 32, // connections a thread beyond those that are allowed
    ID_SIZE = 65,
    METHOD_SIZE = 16,
    TARGET_KEPT = 1024,
    CHECK_MILLISECONDS = 20,
    STOP_PAUSE_MILLISECONDS = 5,
    FILE_GRACE_MILLISECONDS = 1000 // for files that are being made when the service stops
};

struct server {
    struct app *app;
    struct server_options options;
    struct timeouts *watch;
    struct MHD_Daemon *daemon;
    atomic_int first_error; // errno of what the library told first: why it could not start
    bool lenient;           // the library takes lines that it should refuse
    struct response_cache *cache;
    struct query_queue *queries;
    struct query_queue *files;   // for answers that are files, which take longer than a query may
    atomic_int_fast64_t checked; // when the revision was asked for, monotonic milliseconds
    atomic_bool stopping;        // no further connection is taken
    atomic_uint open;            // connections
    atomic_uint suspended;       // of them
    atomic_bool ending;          // no further one is suspended
    atomic_size_t answering;     // bytes of answers in memory, kept or being sent
    atomic_uint_fast64_t id;     // of the last request that came without one
};

// One request: it lives from its first line until its answer is sent.
struct exchange {
    struct server *server;
    struct buffer target;
    size_t target_length; // as it came
    bool open;            // the request is under way
    bool called;          // the headers were seen
    bool last;            // the connection ends with it
    struct request_head head;
    size_t received;
    unsigned status;
    size_t sent;
    const char *operation;
    size_t number;     // of the operation, for the metrics
    struct work *work; // where a thread of the queries has to do with it, else NULL
    char method[METHOD_SIZE];
    char id[ID_SIZE];
    char client[INET6_ADDRSTRLEN];
    int64_t start; // microseconds: its first line was there
    int64_t whole; // all of it was there, and the answer was begun
};

// One connection, with its one request at a time.
struct peer {
    struct timeouts_connection *watched;
    struct exchange exchange;
    char address[INET6_ADDRSTRLEN];
};

// An answer that is kept: the library's objects are made once and sent to many.
struct held_response {
    struct cached_response kept; // must be first: the cache knows this part alone
    struct MHD_Response *full, *unchanged;
    char tag[DIGEST_HEX_SIZE];
    int64_t modified;
    unsigned status;
    size_t length;
    const char *operation;
    size_t number;
};

enum work_state { WORK_UNDER_WAY, WORK_TURNS, WORK_RETRY, WORK_DONE };

// An answer that a thread of the queries makes, or that is waited for, while its connection is
// suspended.
struct work {
    struct query_job job; // first: the job is the work
    struct response_cache_waiter waiter;
    struct response_cache_miss miss;
    struct exchange *exchange;
    struct MHD_Connection *connection;
    struct query_queue *queue; // that makes it; NULL where it is waited for
    enum work_state state;
    bool turned;                // the library knows that it has read all
    struct held_response *held; // where it is kept, else the response is what the client gets
    struct response response;
};

// libmicrohttpd must not decode anything: paths are split first.
static size_t keep_raw(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context, (void)connection;
    return strlen(text);
}

static void address_write(const struct sockaddr *address, char ret_text[static INET6_ADDRSTRLEN])
{
    const void *bytes = NULL;
    if (address && address->sa_family == AF_INET)
        bytes = &((const struct sockaddr_in *)(const void *)address)->sin_addr;
    else if (address && address->sa_family == AF_INET6)
        bytes = &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
    if (!bytes || !inet_ntop(address->sa_family, bytes, ret_text, INET6_ADDRSTRLEN))
        snprintf(ret_text, INET6_ADDRSTRLEN, "-");
}

// In libmicrohttpd 1.0 all facts about a connection share one place: each is used before the next
// one is asked for.
static struct peer *peer_new(struct server *server, struct MHD_Connection *connection)
{
    static const int unsent = 128 * 1024;
    struct peer *peer = calloc(1, sizeof *peer);
    if (!peer)
        return NULL;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    address_write(info ? info->client_addr : NULL, peer->address);
    info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    peer->watched = timeouts_add(server->watch, info->connect_fd);
    // What its reader does not take stays here, where it is counted: the system would buffer
    // megabytes.
    setsockopt(info->connect_fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof unsent);
    return peer;
}

static void connection_noticed(void *context, struct MHD_Connection *connection, void **slot,
                               enum MHD_ConnectionNotificationCode code)
{
    struct server *server = context;
    struct peer *peer = *slot;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        atomic_fetch_add(&server->open, 1);
        metrics_count(server->options.metrics, COUNT_CONNECTIONS_OPENED, 1);
        *slot = peer_new(server, connection);
        return;
    }
    atomic_fetch_sub(&server->open, 1);
    metrics_count(server->options.metrics, COUNT_CONNECTIONS_CLOSED, 1);
    if (peer) {
        timeouts_remove(server->watch, peer->watched);
        buffer_cleanup(&peer->exchange.target);
        request_head_cleanup(&peer->exchange.head);
    }
    free(peer);
    *slot = NULL;
}

static const struct peer *exchange_peer(const struct exchange *exchange)
{
    return (const struct peer *)(const void *)((const char *)exchange -
                                               offsetof(struct peer, exchange));
}

static void exchange_enter(const struct exchange *exchange, enum timeouts_phase phase)
{
    timeouts_enter(exchange_peer(exchange)->watched, phase);
}

// Where texts end is enough: all of the memory, with each request, would cost more than its
// metrics.
static void exchange_clear(struct exchange *exchange)
{
    exchange->called = exchange->last = false;
    exchange->received = exchange->sent = 0;
    exchange->status = 0;
    exchange->operation = NULL;
    exchange->method[0] = exchange->id[0] = exchange->client[0] = '\0';
    exchange->whole = 0;
    buffer_clear(&exchange->target);
}

static void *exchange_new(void *context, const char *uri, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct peer *peer = info->socket_context;
    if (!peer)
        return NULL;
    struct exchange *exchange = &peer->exchange;
    exchange_clear(exchange);
    exchange->server = context;
    exchange->open = true;
    exchange->target_length = strlen(uri);
    request_target_add(uri, &exchange->target);
    exchange->start = clock_microseconds();
    exchange_enter(exchange, WATCH_RECEIVING);
    metrics_count(exchange->server->options.metrics, COUNT_REQUESTS_BEGUN, 1);
    return exchange;
}

// The number of the operation that answered; how many there are where none did.
static size_t operation_number(const struct server *server, const char *operation)
{
    size_t count, i = 0;
    const struct operation *operations = openapi_operations(server->options.spec, &count);
    while (i < count && (!operation || operations[i].id != operation))
        i++;
    return i;
}

// Neither paths nor queries: they hold what readers look for.
static void exchange_log(const struct exchange *exchange, int64_t microseconds, bool whole)
{
    const struct server *server = exchange->server;
    const char *client = exchange->client[0] ? exchange->client : exchange_peer(exchange)->address;
    const struct log_field fields[] = {
        {.name = "method", .text = exchange->method[0] ? exchange->method : "-"},
        {.name = "operation", .text = exchange->operation ? exchange->operation : "-"},
        {.name = "status", .number = exchange->status},
        {.name = "bytes", .number = (int64_t)exchange->sent},
        {.name = "us", .number = microseconds},
        {.name = "client", .text = client},
        {.name = "id", .text = exchange->id[0] ? exchange->id : "-"},
        {.name = "cut", .number = 1},
    };
    enum { COUNT = sizeof fields / sizeof *fields };
    log_event(server->options.log, exchange->status >= 500 ? LOG_ERROR : LOG_INFO, "request",
              fields, whole ? COUNT - 1 : COUNT);
}

static void exchange_count(const struct exchange *exchange, int64_t microseconds, bool whole)
{
    const struct metrics_answer answer = {.operation = exchange->number,
                                          .status = exchange->status,
                                          .microseconds = (uint64_t)microseconds,
                                          .bytes = exchange->sent,
                                          .whole = whole};
    metrics_request_ended(exchange->server->options.metrics, &answer);
}

static void work_free(struct work *work)
{
    if (!work)
        return;
    if (work->state == WORK_TURNS && work->queue)
        response_cache_fill(work->exchange->server->cache, &work->miss, NULL, 0);
    response_cleanup(&work->response);
    if (work->held)
        response_cache_release(&work->held->kept);
    free(work);
}

static void exchange_end(void *context, struct MHD_Connection *connection, void **slot,
                         enum MHD_RequestTerminationCode code)
{
    struct exchange *exchange = *slot;
    struct server *server = context;
    (void)connection;
    if (!exchange || !exchange->open)
        return;
    work_free(TAKE(exchange->work));
    bool whole = code == MHD_REQUEST_TERMINATED_COMPLETED_OK;
    int64_t microseconds = clock_microseconds() - exchange->start;
    exchange_count(exchange, microseconds, whole);
    if (server->options.log_requests)
        exchange_log(exchange, microseconds, whole);
    exchange_enter(exchange, WATCH_WAITING);
    request_head_cleanup(&exchange->head);
    if (exchange->target.capacity > TARGET_KEPT)
        buffer_cleanup(&exchange->target);
    exchange->open = false;
    *slot = NULL;
}

// A body under way: what was made of it and not yet sent.
struct flow {
    struct server *server;
    struct stream *stream;
    struct exchange *exchange;
    struct buffer piece;
    size_t sent; // of the piece
};

static ssize_t flow_read(void *context, uint64_t position, char *bytes, size_t size)
{
    struct flow *flow = context;
    (void)position;
    if (flow->sent == flow->piece.length) {
        buffer_clear(&flow->piece);
        flow->sent = 0;
        if (!flow->stream->next(flow->stream, &flow->piece) || flow->piece.failed)
            return MHD_CONTENT_READER_END_WITH_ERROR;
    }
    size_t length = flow->piece.length - flow->sent;
    if (!length)
        return MHD_CONTENT_READER_END_OF_STREAM;
    length = length < size ? length : size;
    memcpy(bytes, flow->piece.bytes + flow->sent, length);
    flow->sent += length;
    flow->exchange->sent += length;
    return (ssize_t)length;
}

static void flow_end(void *context)
{
    struct flow *flow = context;
    flow->stream->end(flow->stream);
    buffer_cleanup(&flow->piece);
    atomic_fetch_sub(&flow->server->answering, STREAM_BYTES);
    free(flow);
}

static struct MHD_Response *mhd_stream(struct exchange *exchange, struct response *response)
{
    struct flow *flow = calloc(1, sizeof *flow);
    if (!flow)
        return NULL;
    uint64_t length = response->length ? response->length : MHD_SIZE_UNKNOWN;
    flow->server = exchange->server;
    flow->stream = response->stream;
    flow->exchange = exchange;
    atomic_fetch_add(&flow->server->answering, STREAM_BYTES);
    response->stream = NULL;
    struct MHD_Response *mhd =
        MHD_create_response_from_callback(length, STREAM_BLOCK, flow_read, flow, flow_end);
    if (!mhd)
        flow_end(flow);
    return mhd;
}

// A body that the library has, until all who are sent it have taken it and it is kept no longer.
struct lent_body {
    struct server *server;
    char *bytes;
    size_t length;
};

static void lent_body_end(void *context)
{
    struct lent_body *body = context;
    atomic_fetch_sub(&body->server->answering, body->length);
    free(body->bytes);
    free(body);
}

static struct MHD_Response *mhd_lent(struct server *server, struct response *response)
{
    struct lent_body *body = calloc(1, sizeof *body);
    if (!body)
        return NULL;
    *body = (struct lent_body){server, response->body, response->length};
    response->body = NULL;
    atomic_fetch_add(&server->answering, body->length);
    struct MHD_Response *mhd = MHD_create_response_from_buffer_with_free_callback_cls(
        body->length, body->bytes, lent_body_end, body);
    if (!mhd)
        lent_body_end(body);
    return mhd;
}

static ssize_t nothing_read(void *context, uint64_t position, char *bytes, size_t size)
{
    (void)context, (void)position, (void)bytes, (void)size;
    return MHD_CONTENT_READER_END_WITH_ERROR;
}

// For a 304, and for HEAD: a head that tells the LENGTH of the body that it stands for
// (MHD_SIZE_UNKNOWN: none), with no byte behind it. An empty body would tell the length 0, which
// caches take for that of the answer (RFC 9110, 8.6). Before 0.9.77 libmicrohttpd ends a body of
// unknown size with a last chunk even where no body may be, unless the connection ends with it.
static struct MHD_Response *mhd_bodiless(uint64_t length)
{
    if (length != MHD_SIZE_UNKNOWN)
        return MHD_create_response_from_callback(length, 1, nothing_read, NULL, NULL);
#if MHD_VERSION >= 0x00097701
    struct MHD_Response *mhd = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    enum MHD_ResponseFlags flags = MHD_RF_HEAD_ONLY_RESPONSE;
#else
    struct MHD_Response *mhd =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 1, nothing_read, NULL, NULL);
    enum MHD_ResponseFlags flags = MHD_RF_HTTP_1_0_COMPATIBLE_STRICT;
#endif
    if (mhd)
        MHD_set_response_options(mhd, flags, MHD_RO_END);
    return mhd;
}

static struct MHD_Response *mhd_body(struct exchange *exchange, struct response *response)
{
    if (response->status == MHD_HTTP_NOT_MODIFIED ||
        (response->stream && strcmp(exchange->method, "HEAD") == 0))
        return mhd_bodiless(response->stream && response->length ? response->length
                                                                 : MHD_SIZE_UNKNOWN);
    if (response->stream)
        return mhd_stream(exchange, response);
    return mhd_lent(exchange->server, response);
}

static struct MHD_Response *mhd_response(struct exchange *exchange, struct response *response)
{
    struct MHD_Response *mhd = mhd_body(exchange, response);
    if (!mhd)
        return NULL;
    for (size_t i = 0; i < response->header_count; i++)
        if (MHD_add_response_header(mhd, response->headers[i].name, response->headers[i].value) !=
            MHD_YES) {
            MHD_destroy_response(mhd);
            return NULL;
        }
    return mhd;
}

// Server Timing (W3C), in milliseconds: of a stream until its first byte. Kept answers, which were
// made for others, have none.
static void timing_add(const struct exchange *exchange, struct response *response)
{
    int64_t now = clock_microseconds();
    response_header(response, "Server-Timing", "receive;dur=%.3f, app;dur=%.3f",
                    (double)(exchange->whole - exchange->start) / 1000,
                    (double)(now - exchange->whole) / 1000);
    response_header(response, "Timing-Allow-Origin", "*");
}

// An answer that caches may keep has no header that is one client's.
static void mhd_headers_add(const struct exchange *exchange, struct response *response)
{
    const char *caching = response_header_get(response, "Cache-Control");
    if (caching && strstr(caching, "no-store") && !response->keepable)
        response_header(response, "X-Request-Id", "%s", exchange->id);
    if (exchange->last && !response_header_get(response, "Connection"))
        response_header(response, "Connection", "close");
    if (exchange->server->options.server_timing && exchange->whole)
        timing_add(exchange, response);
}

static void reason_log(const struct exchange *exchange, const struct response *response)
{
    const char *operation = response->operation ? response->operation : "-";
    log_event(exchange->server->options.log, LOG_ERROR, "failure",
              LOG_FIELDS({.name = "operation", .text = operation},
                         {.name = "id", .text = exchange->id[0] ? exchange->id : "-"},
                         {.name = "reason", .text = response->reason}));
}

static enum MHD_Result response_send(struct exchange *exchange, struct MHD_Connection *connection,
                                     struct response *response)
{
    exchange->status = response->status;
    exchange->sent = response->stream ? 0 : response->length;
    exchange->operation = response->operation;
    exchange->number = operation_number(exchange->server, response->operation);
    if (response->reason[0])
        reason_log(exchange, response);
    mhd_headers_add(exchange, response);
    struct MHD_Response *mhd = mhd_response(exchange, response);
    if (!mhd)
        return MHD_NO;
    exchange_enter(exchange, WATCH_SENDING);
    enum MHD_Result result = MHD_queue_response(connection, response->status, mhd);
    MHD_destroy_response(mhd);
    return result;
}

static const char *exchange_target(struct exchange *exchange)
{
    return buffer_text(&exchange->target);
}

static struct request request_of(struct exchange *exchange)
{
    const char *const *values = exchange->head.values;
    return (struct request){.method = exchange->method,
                            .target = exchange_target(exchange),
                            .if_none_match = values[HEAD_IF_NONE_MATCH],
                            .if_modified_since = values[HEAD_IF_MODIFIED_SINCE],
                            .accept = values[HEAD_ACCEPT],
                            .accept_encoding = values[HEAD_ACCEPT_ENCODING],
                            .metrics = exchange->server->options.metrics};
}

static void held_release(struct cached_response *kept)
{
    struct held_response *held = (struct held_response *)kept;
    if (held->full)
        MHD_destroy_response(held->full);
    if (held->unchanged)
        MHD_destroy_response(held->unchanged);
    free(held);
}

// What the library needs for an answer beside its bytes, at the most that was measured.
static size_t held_bytes(const struct response *response)
{
    enum { OBJECT = 512, HEADER = 96 };
    size_t bytes = sizeof(struct held_response) + response->length + 2 * OBJECT;
    for (size_t i = 0; i < response->header_count; i++)
        bytes += 2 * (HEADER + strlen(response->headers[i].value));
    return bytes;
}

// The 304 that goes with an answer (RFC 9110, 15.4.5): without what tells of its body.
static struct MHD_Response *mhd_unchanged(const struct response *response)
{
    struct MHD_Response *mhd = mhd_bodiless(response->length);
    bool good = mhd != NULL;
    for (size_t i = 0; good && i < response->header_count; i++)
        if (response_header_stays(response->headers[i].name))
            good = MHD_add_response_header(mhd, response->headers[i].name,
                                           response->headers[i].value) == MHD_YES;
    if (good || !mhd)
        return mhd;
    MHD_destroy_response(mhd);
    return NULL;
}

// Gives back what the body was made larger for: the cache counts its bytes.
static void body_fit(struct response *response)
{
    char *fitting = response->body ? realloc(response->body, response->length + 1) : NULL;
    if (fitting)
        response->body = fitting;
}

// Takes the body of RESPONSE. NULL when memory ends.
static struct held_response *held_new(struct exchange *exchange, struct response *response)
{
    struct held_response *held = calloc(1, sizeof *held);
    if (!held)
        return NULL;
    body_fit(response);
    atomic_init(&held->kept.holders, 1);
    held->kept.release = held_release;
    held->kept.bytes = held_bytes(response);
    held->modified = response->modified;
    held->status = response->status;
    held->length = response->length;
    held->operation = response->operation;
    held->number = operation_number(exchange->server, response->operation);
    snprintf(held->tag, sizeof held->tag, "%s", response->tag);
    if (response->tag[0])
        held->unchanged = mhd_unchanged(response);
    if (!response->tag[0] || held->unchanged)
        held->full = mhd_response(exchange, response);
    if (held->full)
        return held;
    held_release(&held->kept);
    return NULL;
}

static enum MHD_Result held_send(struct exchange *exchange, struct MHD_Connection *connection,
                                 const struct held_response *held)
{
    const char *const *values = exchange->head.values;
    bool fresh = held->unchanged &&
                 conditional_is_fresh(values[HEAD_IF_NONE_MATCH], values[HEAD_IF_MODIFIED_SINCE],
                                      held->tag, held->modified);
    exchange->status = fresh ? MHD_HTTP_NOT_MODIFIED : held->status;
    exchange->sent = fresh ? 0 : held->length;
    exchange->operation = held->operation;
    exchange->number = held->number;
    exchange_enter(exchange, WATCH_SENDING);
    return MHD_queue_response(connection, exchange->status, fresh ? held->unchanged : held->full);
}

// Answers that differ by what the client accepts are kept apart: by its coding, and by whether it
// asks for types at all.
enum { VARIANT_GZIP = 1, VARIANT_TYPES = 2 };

static unsigned variant_of(const struct request *request)
{
    bool types = request->accept && strcmp(request->accept, "*/*") != 0;
    return (response_finish_compresses(request->accept_encoding) ? VARIANT_GZIP : 0U) |
           (types ? VARIANT_TYPES : 0U);
}

static bool response_may_stay(const struct response *response, unsigned variant)
{
    return response->keepable && response->status == MHD_HTTP_OK && !response->stream &&
           !(response->negotiated && (variant & VARIANT_TYPES));
}

// Makes an answer that is to be kept whole, whatever the client has already, and ends the search
// for it. NULL where it cannot be kept: then RET_RESPONSE is what the client gets. Where a hurried
// REQUEST is left to others, the search goes on.
static struct held_response *answer_keep(struct exchange *exchange, const struct request *request,
                                         struct response_cache_miss *miss,
                                         struct response *ret_response)
{
    struct held_response *held = NULL;
    struct server *server = exchange->server;
    struct request plain = *request;
    bool wanted = !exchange->last && response_cache_wants(server->cache, miss);
    if (wanted)
        plain.if_none_match = plain.if_modified_since = NULL;
    app_handle(server->app, &plain, ret_response);
    if (!exchange->last && response_may_stay(ret_response, miss->variant) &&
        (ret_response->costly || response_cache_wants(server->cache, miss)))
        held = held_new(exchange, ret_response);
    if (!held && wanted && ret_response->tag[0]) {
        response_cleanup(ret_response);
        app_handle(server->app, request, ret_response);
    }
    if (!ret_response->left)
        response_cache_fill(server->cache, miss, held ? &held->kept : NULL, ret_response->revision);
    return held;
}

static enum MHD_Result made_send(struct exchange *exchange, struct MHD_Connection *connection,
                                 struct held_response *held, struct response *response)
{
    struct server *server = exchange->server;
    if (!held)
        return response_send(exchange, connection, response);
    enum MHD_Result result = held_send(exchange, connection, held);
    const struct response_cache_state state = response_cache_read(server->cache);
    metrics_set(server->options.metrics, GAUGE_CACHE_BYTES, state.bytes);
    metrics_set(server->options.metrics, GAUGE_CACHE_ENTRIES, state.entries);
    return result;
}

static enum MHD_Result exchange_decline(struct exchange *exchange,
                                        struct MHD_Connection *connection,
                                        const struct request *request, const char *detail,
                                        int seconds)
{
    struct response response;
    app_decline(exchange->server->app, request, detail, seconds, &response);
    enum MHD_Result result = response_send(exchange, connection, &response);
    response_cleanup(&response);
    return result;
}

// Whether the answers in memory take all that they may: who reads slowly, or not at all, must not
// take it from others.
static bool is_full(struct server *server, const struct request *request)
{
    return atomic_load(&server->answering) >
               server->options.cache_bytes + server->options.answer_bytes &&
           !app_is_probe(server->app, request);
}

static const char too_slow[] = "The answers that their readers have not taken yet fill the memory.";

static const char too_many[] = "Too many queries wait for their turn.";

// From here on others may resume the connection, and end WORK with it. False where the service
// ends: no connection may be suspended then.
static bool work_suspend(struct work *work)
{
    struct server *server = work->exchange->server;
    atomic_fetch_add(&server->suspended, 1);
    bool good = !atomic_load(&server->ending);
    if (good)
        MHD_suspend_connection(work->connection);
    else
        atomic_fetch_sub(&server->suspended, 1);
    return good;
}

static void work_resume(struct work *work, enum work_state state)
{
    struct server *server = work->exchange->server;
    work->state = state;
    MHD_resume_connection(work->connection);
    atomic_fetch_sub(&server->suspended, 1);
}

// On a thread of the queries, while the connection is suspended.
static void work_run(struct query_job *job, bool dropped)
{
    struct work *work = (struct work *)job;
    struct exchange *exchange = work->exchange;
    struct server *server = exchange->server;
    const struct request request = request_of(exchange);
    if (dropped) {
        app_decline(server->app, &request, too_many, 1, &work->response);
        response_cache_fill(server->cache, &work->miss, NULL, 0);
    } else {
        work->held = answer_keep(exchange, &request, &work->miss, &work->response);
    }
    if (work->response.late)
        query_queue_tire(server->queries, work->miss.hash);
    work_resume(work, WORK_DONE);
}

static void work_wake(struct response_cache_waiter *waiter)
{
    struct work *work = (struct work *)(void *)((char *)waiter - offsetof(struct work, waiter));
    work_resume(work, WORK_RETRY);
}

static struct work *work_new(struct exchange *exchange, struct MHD_Connection *connection,
                             const struct response_cache_miss *miss, struct query_queue *queue)
{
    struct work *work = exchange->work;
    if (!work)
        exchange->work = work = calloc(1, sizeof *work);
    if (!work)
        return NULL;
    work->job.run = work_run;
    work->waiter.wake = work_wake;
    work->miss = *miss;
    work->exchange = exchange;
    work->connection = connection;
    work->queue = queue;
    return work;
}

// Where the library is stopped in the call in which it has read a request, it goes on reading when
// it is resumed, and where the client has ended his side, it closes the connection without the
// answer. So it goes round once before, and finds that there is nothing to read.
static enum MHD_Result work_turn(struct work *work)
{
    work->turned = true;
    work->state = WORK_TURNS;
    return MHD_YES;
}

// Gives the work to its queue, or has it wait.
static enum MHD_Result work_begin(struct work *work, const struct request *request)
{
    struct exchange *exchange = work->exchange;
    struct response_cache *cache = exchange->server->cache;
    if (!work->turned)
        return work_turn(work);
    work->state = WORK_UNDER_WAY;
    if ((work->queue && !query_queue_reserve(work->queue)) || !work_suspend(work)) {
        if (work->queue)
            response_cache_fill(cache, &work->miss, NULL, 0);
        return exchange_decline(exchange, work->connection, request, too_many, 1);
    }
    if (work->queue)
        query_queue_add(work->queue, &work->job);
    else if (!response_cache_wait(cache, &work->miss, &work->waiter))
        work_wake(&work->waiter);
    return MHD_YES;
}

// Has another thread make what was missed.
static enum MHD_Result exchange_queue(struct exchange *exchange, struct MHD_Connection *connection,
                                      const struct request *request, enum left left,
                                      const struct response_cache_miss *miss)
{
    struct server *server = exchange->server;
    struct query_queue *queue = left == LEFT_FILE ? server->files : server->queries;
    bool tired = query_queue_is_tired(server->queries, miss->hash);
    struct work *work = tired ? NULL : work_new(exchange, connection, miss, queue);
    if (work)
        return work_begin(work, request);
    response_cache_fill(server->cache, miss, NULL, 0);
    return tired ? exchange_decline(exchange, connection, request,
                                    "This query took too long a moment ago.", TIRED_SECONDS)
                 : exchange_decline(exchange, connection, request, too_many, 1);
}

// Makes what was missed, on the event loop as far as it is soon done.
static enum MHD_Result exchange_make(struct exchange *exchange, struct MHD_Connection *connection,
                                     const struct request *request,
                                     struct response_cache_miss *miss)
{
    struct response response;
    struct request hurried = *request;
    hurried.hurried = true;
    if (is_full(exchange->server, request)) {
        response_cache_fill(exchange->server->cache, miss, NULL, 0);
        return exchange_decline(exchange, connection, request, too_slow, 1);
    }
    struct held_response *held = answer_keep(exchange, &hurried, miss, &response);
    if (response.left)
        return exchange_queue(exchange, connection, request, response.left, miss);
    enum MHD_Result result = made_send(exchange, connection, held, &response);
    response_cleanup(&response);
    if (held)
        response_cache_release(&held->kept);
    return result;
}

// Waits, without a thread, for what somebody makes.
static enum MHD_Result exchange_wait(struct exchange *exchange, struct MHD_Connection *connection,
                                     const struct request *request,
                                     const struct response_cache_miss *miss)
{
    struct work *work = work_new(exchange, connection, miss, NULL);
    return work ? work_begin(work, request)
                : exchange_decline(exchange, connection, request, too_many, 1);
}

// Asks for the revision now and then: with each request it would cost more than a kept answer.
static void revision_check(struct server *server)
{
    int_fast64_t milliseconds = clock_milliseconds_coarse();
    int_fast64_t before = atomic_load(&server->checked);
    if (milliseconds - before < CHECK_MILLISECONDS ||
        !atomic_compare_exchange_strong(&server->checked, &before, milliseconds))
        return;
    uint64_t revision = app_revision(server->app);
    if (revision)
        response_cache_turn(server->cache, revision);
}

static enum MHD_Result exchange_kept(struct exchange *exchange, struct MHD_Connection *connection,
                                     const struct request *request)
{
    struct response_cache_miss miss;
    struct server *server = exchange->server;
    bool retry = exchange->work != NULL;
    revision_check(server);
    struct cached_response *kept =
        response_cache_find(server->cache, request->target, variant_of(request), retry, &miss);
    if (miss.busy)
        return exchange_wait(exchange, connection, request, &miss);
    metrics_count(server->options.metrics, kept ? COUNT_CACHE_HITS : COUNT_CACHE_MISSES, 1);
    if (!kept)
        return exchange_make(exchange, connection, request, &miss);
    enum MHD_Result result = held_send(exchange, connection, (struct held_response *)kept);
    response_cache_release(kept);
    return result;
}

static enum MHD_Result exchange_answer(struct exchange *exchange, struct MHD_Connection *connection)
{
    const struct request request = request_of(exchange);
    bool reads = strcmp(request.method, "GET") == 0 || strcmp(request.method, "HEAD") == 0;
    struct work *work = exchange->work;
    if (work && work->state == WORK_DONE)
        return made_send(exchange, connection, work->held, &work->response);
    if (work && work->state == WORK_TURNS)
        return work_begin(work, &request);
    exchange_enter(exchange, WATCH_WORKING);
    if (exchange->server->options.server_timing)
        exchange->whole = clock_microseconds();
    // An answer that tells that the connection ends is nobody else's.
    if (reads && !exchange->last)
        return exchange_kept(exchange, connection, &request);
    struct response_cache_miss miss = response_cache_pass(request.target, variant_of(&request));
    return exchange_make(exchange, connection, &request, &miss);
}

static enum MHD_Result header_read(void *context, enum MHD_ValueKind kind, const char *name,
                                   const char *value)
{
    struct request_head *head = context;
    (void)kind;
    value = value ? value : "";
    request_head_add(head, name, value);
    request_head_line(head, name, value + strlen(value));
    return MHD_YES;
}

// libmicrohttpd 0.9.75 reads lines leniently.
static void head_read(const struct server *server, struct MHD_Connection *connection,
                      size_t target_length, const char *method, const char *version,
                      struct request_head *ret_head)
{
    *ret_head =
        (struct request_head){.log_line_end = server->lenient ? version + strlen(version) : NULL};
    request_head_first(ret_head, method, target_length,
                       server->lenient ? (size_t)(version - method) : 0);
    MHD_get_connection_values(connection, MHD_HEADER_KIND, header_read, ret_head);
    if (ret_head->log_line_end && !ret_head->fault) {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
        request_head_line(ret_head, method + info->header_size - 2, NULL);
    }
    request_head_end(ret_head, version);
}

// An id that a proxy made is kept where it is short and plain.
static void id_set(struct exchange *exchange, const char *sent)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
    if (sent && *sent && strlen(sent) < ID_SIZE && !sent[strspn(sent, plain)])
        text_copy(exchange->id, sizeof exchange->id, sent);
    else
        text_hex(atomic_fetch_add(&exchange->server->id, 1), exchange->id);
}

// The last entry of X-Forwarded-For is what the proxy itself saw.
static void client_set(struct exchange *exchange, const char *forwarded)
{
    struct in6_addr address;
    if (!exchange->server->options.proxied || !forwarded)
        return;
    const char *comma = strrchr(forwarded, ',');
    const char *last = comma ? comma + 1 + strspn(comma + 1, " ") : forwarded;
    if (inet_pton(AF_INET, last, &address) == 1 || inet_pton(AF_INET6, last, &address) == 1)
        snprintf(exchange->client, sizeof exchange->client, "%.45s", last);
}

static enum MHD_Result exchange_refuse(struct exchange *exchange, struct MHD_Connection *connection,
                                       enum err err, const char *fault)
{
    struct response response;
    const struct request request = request_of(exchange);
    app_refuse(exchange->server->app, &request, err, fault, &response);
    enum MHD_Result result = response_send(exchange, connection, &response);
    response_cleanup(&response);
    return result;
}

// The line and the headers are there, the body is not.
static enum MHD_Result exchange_begin(struct exchange *exchange, struct MHD_Connection *connection,
                                      const char *method, const char *version)
{
    struct request_head *head = &exchange->head;
    const struct server *server = exchange->server;
    head_read(server, connection, exchange->target_length, method, version, head);
    text_copy(exchange->method, sizeof exchange->method, method);
    id_set(exchange, head->values[HEAD_REQUEST_ID]);
    client_set(exchange, head->values[HEAD_FORWARDED_FOR]);
    // Chunks are read leniently, so that nothing may follow them.
    exchange->last = head->codings > 0;
    if (head->fault)
        return exchange_refuse(exchange, connection, ERR_BAD_REQUEST, head->fault);
    if (head->length > server->options.body_bytes)
        return exchange_refuse(exchange, connection, ERR_BODY_TOO_LARGE,
                               "The body is longer than what is read.");
    return MHD_YES;
}

static enum MHD_Result connection_serve(void *context, struct MHD_Connection *connection,
                                        const char *url, const char *method, const char *version,
                                        const char *upload, size_t *upload_size, void **slot)
{
    struct exchange *exchange = *slot;
    (void)context, (void)url, (void)upload;
    if (!exchange || exchange->target.failed)
        return MHD_NO;
    if (!exchange->called) {
        exchange->called = true;
        return exchange_begin(exchange, connection, method, version);
    }
    if (*upload_size) {
        // No operation takes a body: it is read and dropped, up to a bound.
        exchange->received += *upload_size;
        *upload_size = 0;
        return exchange->received > exchange->server->options.body_bytes ? MHD_NO : MHD_YES;
    }
    return exchange_answer(exchange, connection);
}

__attribute__((format(printf, 2, 0))) static void mhd_log(void *context, const char *format,
                                                          va_list list)
{
    char text[512];
    int none = 0;
    struct server *server = context;
    atomic_compare_exchange_strong(&server->first_error, &none, errno);
    vsnprintf(text, sizeof text, format, list);
    text[strcspn(text, "\r\n")] = '\0';
    log_event(server->options.log, LOG_DEBUG, "library",
              LOG_FIELDS({.name = "text", .text = text}));
}

static bool address_read(const struct server_options *options, struct sockaddr_storage *ret_address)
{
    struct sockaddr_in *four = (struct sockaddr_in *)ret_address;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)ret_address;
    memset(ret_address, 0, sizeof *ret_address);
    if (inet_pton(AF_INET, options->address, &four->sin_addr) == 1) {
        four->sin_family = AF_INET;
        four->sin_port = htons(options->port);
        return true;
    }
    if (inet_pton(AF_INET6, options->address, &six->sin6_addr) != 1)
        return false;
    six->sin6_family = AF_INET6;
    six->sin6_port = htons(options->port);
    return true;
}

// At its own bound the library would take no more connections, and clients would wait for one that
// ends: its bound is higher, so that they are closed here.
static enum MHD_Result connection_allowed(void *context, const struct sockaddr *address,
                                          socklen_t length)
{
    const struct server *server = context;
    (void)address, (void)length;
    if (atomic_load(&server->stopping))
        return MHD_NO;
    if (atomic_load(&server->open) < server->options.connections)
        return MHD_YES;
    metrics_count(server->options.metrics, COUNT_CONNECTIONS_REFUSED, 1);
    return MHD_NO;
}

// Bounds of time are the watch's: the library's own ends with each byte that comes.
static struct MHD_Daemon *daemon_start(struct server *server,
                                       const struct sockaddr_storage *address)
{
    const struct server_options *options = &server->options;
    unsigned flags =
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME;
    if (address->ss_family == AF_INET6)
        flags |= MHD_USE_IPv6;
    return MHD_start_daemon(
        flags, options->port, connection_allowed, server, connection_serve, server,
        MHD_OPTION_EXTERNAL_LOGGER, mhd_log, server, MHD_OPTION_SOCK_ADDR, address,
        MHD_OPTION_THREAD_POOL_SIZE, options->threads, MHD_OPTION_CONNECTION_LIMIT,
        options->connections + SPARE * options->threads, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        options->per_address, MHD_OPTION_CONNECTION_TIMEOUT, 0U, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        options->connection_memory, MHD_OPTION_NOTIFY_CONNECTION, connection_noticed, server,
        MHD_OPTION_LISTEN_BACKLOG_SIZE, (unsigned)BACKLOG, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_UNESCAPE_CALLBACK, keep_raw, NULL, MHD_OPTION_URI_LOG_CALLBACK, exchange_new,
        server, MHD_OPTION_NOTIFY_COMPLETED, exchange_end, server, MHD_OPTION_END);
}

// Requests of two runs of the program have different ids.
static uint64_t id_first(void)
{
    return (uint64_t)time(NULL) << 32 | (uint64_t)(getpid() & 0xff) << 24;
}

static void queue_end(struct query_queue *queue)
{
    if (queue)
        query_queue_stop(queue);
    query_queue_free(queue);
}

static void server_free(struct server *server)
{
    if (!server)
        return;
    queue_end(server->queries);
    queue_end(server->files);
    timeouts_free(server->watch);
    response_cache_free(server->cache);
    free(server);
}

bool server_can_listen(const struct server_options *options, char ret_reason[static 256])
{
    struct sockaddr_storage address;
    if (!address_read(options, &address)) {
        snprintf(ret_reason, 256, "'%.100s' is not an IPv4 or IPv6 address", options->address);
        return false;
    }
    bool six = address.ss_family == AF_INET6;
    int on = 1, probe = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    bool good = bind(probe, (const struct sockaddr *)&address,
                     six ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in)) == 0;
    if (!good)
        snprintf(ret_reason, 256, "cannot listen on %.100s port %u: %s", options->address,
                 options->port, strerror(errno));
    if (probe >= 0)
        close(probe);
    return good;
}

struct server *server_start(struct app *app, const struct server_options *options,
                            char ret_reason[static 256])
{
    struct sockaddr_storage address;
    if (!address_read(options, &address)) {
        snprintf(ret_reason, 256, "'%.100s' is not an IPv4 or IPv6 address", options->address);
        return NULL;
    }
    struct server *server = calloc(1, sizeof *server);
    if (!server || !(server->watch = timeouts_new(&options->bounds, options->metrics)) ||
        !(server->cache = response_cache_new(options->cache_bytes)) ||
        !(server->queries = query_queue_new(options->query_threads, options->query_queue)) ||
        !(server->files = query_queue_new(1, options->query_queue))) {
        snprintf(ret_reason, 256, "out of memory");
        server_free(server);
        return NULL;
    }
    server->app = app;
    server->options = *options;
    server->checked = INT64_MIN / 2;
    server->lenient = strcmp(MHD_get_version(), "0.9.75") == 0;
    atomic_init(&server->id, id_first());
    errno = 0;
    server->daemon = daemon_start(server, &address);
    if (server->daemon)
        return server;
    snprintf(ret_reason, 256, "cannot listen on %.100s port %u: %s", options->address,
             options->port, strerror(server->first_error ? server->first_error : errno));
    server_free(server);
    return NULL;
}

uint16_t server_port(const struct server *server)
{
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info ? info->port : 0;
}

// MHD_quiesce_daemon is not used: in 0.9.75 it and a worker that is awake may both take the
// listening socket out of the worker's epoll set, and the second to do so aborts the program.
void server_stop(struct server *server, unsigned grace_seconds)
{
    const struct timespec pause = {.tv_nsec = STOP_PAUSE_MILLISECONDS * 1000000};
    const int64_t began = clock_milliseconds();
    int64_t waited = 0;
    atomic_store(&server->stopping, true);
    while (waited < grace_seconds * 1000L && metrics_in_progress(server->options.metrics)) {
        if (waited >= FILE_GRACE_MILLISECONDS)
            app_stop_files(server->app);
        nanosleep(&pause, NULL);
        waited = clock_milliseconds() - began;
    }
    app_stop(server->app);
    // No connection may be suspended when the library stops.
    atomic_store(&server->ending, true);
    query_queue_stop(server->queries);
    query_queue_stop(server->files);
    while (atomic_load(&server->suspended))
        nanosleep(&pause, NULL);
    MHD_stop_daemon(server->daemon);
    server_free(server);
}
