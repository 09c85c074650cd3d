// Connects libmicrohttpd with the app: the only file that knows it.
#include "shell.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "log.h"

enum {
    CONNECTION_MEMORY = 32 * 1024,
    BODY_MAX = 1024 * 1024,
    STREAM_BLOCK = 64 * 1024,
    BACKLOG = 1024
};

struct shell {
    struct app *app;
    struct MHD_Daemon *daemon;
    bool log_requests;
    atomic_int running; // requests that are not wholly answered
};

// One request: it lives from its first line until its answer is sent.
struct exchange {
    struct shell *shell;
    char *target;
    bool called; // the headers were seen
    size_t received;
    unsigned status;
    size_t sent;
    const char *operation;
    struct timespec start;
};

// libmicrohttpd must not decode anything: paths are split first.
static size_t keep_raw(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context, (void)connection;
    return strlen(text);
}

static void *exchange_new(void *context, const char *uri, struct MHD_Connection *connection)
{
    struct exchange *exchange = calloc(1, sizeof *exchange);
    (void)connection;
    if (!exchange)
        return NULL;
    exchange->shell = context;
    exchange->target = strdup(uri);
    clock_gettime(CLOCK_MONOTONIC, &exchange->start);
    atomic_fetch_add(&exchange->shell->running, 1);
    return exchange;
}

static void exchange_end(void *context, struct MHD_Connection *connection, void **slot,
                         enum MHD_RequestTerminationCode code)
{
    struct exchange *exchange = *slot;
    struct shell *shell = context;
    struct timespec now;
    (void)connection;
    if (!exchange)
        return;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t microseconds = (now.tv_sec - exchange->start.tv_sec) * 1000000 +
                           (now.tv_nsec - exchange->start.tv_nsec) / 1000;
    if (shell->log_requests)
        log_line("event=request operation=%s status=%u bytes=%zu us=%lld%s",
                 exchange->operation ? exchange->operation : "-", exchange->status, exchange->sent,
                 (long long)microseconds,
                 code == MHD_REQUEST_TERMINATED_COMPLETED_OK ? "" : " cut=1");
    free(exchange->target);
    free(exchange);
    *slot = NULL;
    atomic_fetch_sub(&shell->running, 1);
}

// A body under way: what was made of it and not yet sent.
struct flow {
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
    free(flow);
}

static struct MHD_Response *mhd_stream(struct exchange *exchange, struct response *response)
{
    struct flow *flow = calloc(1, sizeof *flow);
    if (!flow)
        return NULL;
    *flow = (struct flow){.stream = TAKE(response->stream), .exchange = exchange};
    struct MHD_Response *mhd = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK,
                                                                 flow_read, flow, flow_end);
    if (!mhd)
        flow_end(flow);
    return mhd;
}

static struct MHD_Response *mhd_response(struct exchange *exchange, struct response *response)
{
    struct MHD_Response *mhd =
        response->stream ? mhd_stream(exchange, response)
                         : MHD_create_response_from_buffer(response->length, TAKE(response->body),
                                                           MHD_RESPMEM_MUST_FREE);
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

static enum MHD_Result response_send(struct exchange *exchange, struct MHD_Connection *connection,
                                     struct response *response)
{
    exchange->status = response->status;
    exchange->sent = response->length;
    exchange->operation = response->operation;
    struct MHD_Response *mhd = mhd_response(exchange, response);
    if (!mhd)
        return MHD_NO;
    enum MHD_Result result = MHD_queue_response(connection, response->status, mhd);
    MHD_destroy_response(mhd);
    return result;
}

// The value of a header that may come in several lines (RFC 9110, 5.3), to be freed by the caller.
struct joined {
    const char *name;
    struct buffer value;
    bool found;
    int lines;
};

static enum MHD_Result header_join(void *context, enum MHD_ValueKind kind, const char *name,
                                   const char *value)
{
    struct joined *joined = context;
    (void)kind;
    if (strcasecmp(name, joined->name) != 0)
        return MHD_YES;
    if (joined->found)
        buffer_add_text(&joined->value, ", ");
    joined->found = true;
    joined->lines++;
    buffer_add_text(&joined->value, value ? value : "");
    return MHD_YES;
}

static struct joined header_find(struct MHD_Connection *connection, const char *name)
{
    struct joined joined = {.name = name};
    MHD_get_connection_values(connection, MHD_HEADER_KIND, header_join, &joined);
    return joined;
}

static enum MHD_Result exchange_answer(struct exchange *exchange, struct MHD_Connection *connection,
                                       const char *method)
{
    struct response response;
    struct joined tags = header_find(connection, "If-None-Match");
    struct joined since = header_find(connection, "If-Modified-Since");
    struct joined accept = header_find(connection, "Accept");
    struct joined encoding = header_find(connection, "Accept-Encoding");
    struct request request = {.method = method,
                              .target = exchange->target,
                              .if_none_match = tags.found ? buffer_text(&tags.value) : NULL,
                              .if_modified_since = since.found ? buffer_text(&since.value) : NULL,
                              .accept = accept.found ? buffer_text(&accept.value) : NULL,
                              .accept_encoding =
                                  encoding.found ? buffer_text(&encoding.value) : NULL,
                              .has_body = exchange->received > 0};
    app_handle(exchange->shell->app, &request, &response);
    enum MHD_Result result = response_send(exchange, connection, &response);
    response_cleanup(&response);
    buffer_cleanup(&tags.value);
    buffer_cleanup(&since.value);
    buffer_cleanup(&accept.value);
    buffer_cleanup(&encoding.value);
    return result;
}

// Where the request ends must be beyond doubt (RFC 9112, 6.1 to 6.3), or a proxy before the service
// may see another one behind it. libmicrohttpd 0.9.75 is lenient here. NULL, or what is wrong.
static const char *framing_fault(struct MHD_Connection *connection)
{
    const char *fault = NULL;
    struct joined length = header_find(connection, "Content-Length");
    struct joined coding = header_find(connection, "Transfer-Encoding");
    struct joined host = header_find(connection, "Host");
    const char *digits = buffer_text(&length.value);
    if (length.found && coding.found)
        fault = "The request has both Content-Length and Transfer-Encoding.";
    else if (length.lines > 1 || digits[strspn(digits, "0123456789")])
        fault = "Content-Length must be one number.";
    else if (coding.found && strcasecmp(buffer_text(&coding.value), "chunked") != 0)
        fault = "Transfer-Encoding must be chunked.";
    else if (host.lines > 1)
        fault = "The request has more than one Host.";
    buffer_cleanup(&length.value);
    buffer_cleanup(&coding.value);
    buffer_cleanup(&host.value);
    return fault;
}

static enum MHD_Result exchange_refuse(struct exchange *exchange, struct MHD_Connection *connection,
                                       const char *method, const char *fault)
{
    struct response response;
    const struct request request = {.method = method, .target = exchange->target};
    app_refuse(&request, fault, &response);
    enum MHD_Result result = response_send(exchange, connection, &response);
    response_cleanup(&response);
    return result;
}

static enum MHD_Result connection_serve(void *context, struct MHD_Connection *connection,
                                        const char *url, const char *method, const char *version,
                                        const char *upload, size_t *upload_size, void **slot)
{
    struct exchange *exchange = *slot;
    (void)context, (void)url, (void)version, (void)upload;
    if (!exchange || !exchange->target)
        return MHD_NO;
    if (!exchange->called) {
        exchange->called = true;
        const char *fault = framing_fault(connection);
        return fault ? exchange_refuse(exchange, connection, method, fault) : MHD_YES;
    }
    if (*upload_size) {
        // No operation takes a body: it is read and dropped, up to a bound.
        exchange->received += *upload_size;
        *upload_size = 0;
        return exchange->received > BODY_MAX ? MHD_NO : MHD_YES;
    }
    return exchange_answer(exchange, connection, method);
}

__attribute__((format(printf, 2, 0))) static void mhd_log(void *context, const char *format,
                                                          va_list list)
{
    char text[512];
    (void)context;
    vsnprintf(text, sizeof text, format, list);
    text[strcspn(text, "\r\n")] = '\0';
    log_line("event=library text=\"%s\"", text);
}

static bool address_read(const struct shell_options *options, struct sockaddr_storage *ret_address)
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

static struct MHD_Daemon *daemon_start(struct shell *shell, const struct shell_options *options,
                                       const struct sockaddr_storage *address)
{
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG | MHD_USE_ITC;
    if (address->ss_family == AF_INET6)
        flags |= MHD_USE_IPv6;
    return MHD_start_daemon(
        flags, options->port, NULL, NULL, connection_serve, shell, MHD_OPTION_EXTERNAL_LOGGER,
        mhd_log, NULL, MHD_OPTION_SOCK_ADDR, address, MHD_OPTION_THREAD_POOL_SIZE, options->threads,
        MHD_OPTION_CONNECTION_LIMIT, options->connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        options->per_address, MHD_OPTION_CONNECTION_TIMEOUT, options->idle_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
        MHD_OPTION_LISTEN_BACKLOG_SIZE, (unsigned)BACKLOG, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_UNESCAPE_CALLBACK, keep_raw, NULL, MHD_OPTION_URI_LOG_CALLBACK, exchange_new,
        shell, MHD_OPTION_NOTIFY_COMPLETED, exchange_end, shell, MHD_OPTION_END);
}

struct shell *shell_start(struct app *app, const struct shell_options *options,
                          char ret_reason[static 256])
{
    struct sockaddr_storage address;
    if (!address_read(options, &address)) {
        snprintf(ret_reason, 256, "'%.100s' is not an IPv4 or IPv6 address", options->address);
        return NULL;
    }
    struct shell *shell = calloc(1, sizeof *shell);
    if (!shell) {
        snprintf(ret_reason, 256, "out of memory");
        return NULL;
    }
    shell->app = app;
    shell->log_requests = options->log_requests;
    errno = 0;
    shell->daemon = daemon_start(shell, options, &address);
    if (shell->daemon)
        return shell;
    snprintf(ret_reason, 256, "cannot listen on %.100s port %u: %s", options->address,
             options->port, strerror(errno));
    free(shell);
    return NULL;
}

uint16_t shell_port(const struct shell *shell)
{
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(shell->daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info ? info->port : 0;
}

void shell_stop(struct shell *shell, unsigned grace_seconds)
{
    const struct timespec pause = {.tv_nsec = 5000000};
    int listener = MHD_quiesce_daemon(shell->daemon);
    for (unsigned left = grace_seconds * 200; left && atomic_load(&shell->running) > 0; left--)
        nanosleep(&pause, NULL);
    MHD_stop_daemon(shell->daemon);
    if (listener >= 0)
        close(listener);
    free(shell);
}
