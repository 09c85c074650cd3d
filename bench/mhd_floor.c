// The least that a libmicrohttpd server can do: answers every path with one file's bytes, from one
// shared response, with the headers that the service sends; a conditional request gets a 304 with
// those of the service's.
//
//     mhd_floor PORT FILE HEADERS UNCHANGED      files: the body; `Name: value` lines of a 200, of
//     a 304
#include <arpa/inet.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct MHD_Response *full, *unchanged;

static enum MHD_Result answer(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_size, void **slot)
{
    static int seen;
    (void)context, (void)url, (void)method, (void)version, (void)upload, (void)upload_size;
    if (!*slot) {
        *slot = &seen;
        return MHD_YES;
    }
    if (MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "If-None-Match"))
        return MHD_queue_response(connection, MHD_HTTP_NOT_MODIFIED, unchanged);
    return MHD_queue_response(connection, MHD_HTTP_OK, full);
}

// Adds each `Name: value` line of the file at PATH; false where there is none.
static int headers_add(struct MHD_Response *response, const char *path)
{
    static char line[64 << 10];
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file)) {
        char *value = strstr(line, ": ");
        line[strcspn(line, "\n")] = '\0';
        if (!value)
            continue;
        *value = '\0';
        MHD_add_response_header(response, line, value + 2);
    }
    if (file)
        fclose(file);
    return file != NULL;
}

static struct MHD_Response *response_new(const char *bytes, size_t length, const char *headers)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(length, (void *)(size_t)bytes, MHD_RESPMEM_PERSISTENT);
    return response && headers_add(response, headers) ? response : NULL;
}

int main(int argc, char **argv)
{
    static char bytes[16 << 20];
    sigset_t signals;
    int received;
    FILE *file = argc == 5 ? fopen(argv[2], "rb") : NULL;
    if (!file)
        return 64;
    size_t length = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    full = response_new(bytes, length, argv[3]);
    unchanged = response_new("", 0, argv[4]);
    if (!full || !unchanged)
        return 66;
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)atoi(argv[1])),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    struct MHD_Daemon *daemon =
        MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC, 0, NULL, NULL, answer, NULL,
                         MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_END);
    if (!daemon)
        return 1;
    sigwait(&signals, &received);
    MHD_stop_daemon(daemon);
    return 0;
}
