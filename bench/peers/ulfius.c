// A peer of the service: Ulfius over SQLite, by the SQL of bench/sqlite_floor.py; answers are
// Jansson trees, as Ulfius takes them.
//
//     ulfius DATABASE STATEMENTS PORT      STATEMENTS: what sqlite_floor.py --sql prints
#include <jansson.h>
#include <netinet/in.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <ulfius.h>

static sqlite3 *database;
static json_t *statements;

struct argument {
    const char *name, *value;
};

// The JSON that the rows of a statement are, in a list.
static json_t *rows_read(const char *name, const struct argument *arguments, size_t count)
{
    sqlite3_stmt *statement = NULL;
    json_t *rows = json_array();
    const char *sql = json_string_value(json_object_get(statements, name));
    sqlite3_prepare_v2(database, sql, -1, &statement, NULL);
    for (size_t i = 0; i < count; i++) {
        int index = sqlite3_bind_parameter_index(statement, arguments[i].name);
        sqlite3_bind_text(statement, index, arguments[i].value, -1, SQLITE_TRANSIENT);
    }
    while (sqlite3_step(statement) == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(statement, 0);
        json_array_append_new(rows, json_loads(text ? text : "null", JSON_DECODE_ANY, NULL));
    }
    sqlite3_finalize(statement);
    return rows;
}

static json_t *row_read(const char *name, const struct argument *arguments, size_t count)
{
    json_t *rows = rows_read(name, arguments, count);
    json_t *row = json_incref(json_array_get(rows, 0));
    json_decref(rows);
    return row;
}

static int answer(struct _u_response *response, json_t *body)
{
    ulfius_set_json_body_response(response, 200, body);
    json_decref(body);
    return U_CALLBACK_CONTINUE;
}

static int health(const struct _u_request *request, struct _u_response *response, void *context)
{
    (void)request, (void)context;
    return answer(response, json_pack("{ss}", "status", "ok"));
}

static int record(const struct _u_request *request, struct _u_response *response, void *context)
{
    const struct argument slug = {":slug", u_map_get(request->map_url, "slug")};
    (void)context;
    return answer(response, json_pack("{so}", "data", row_read("record", &slug, 1)));
}

static int list(const struct _u_request *request, struct _u_response *response, void *context)
{
    const char *date = u_map_get(request->map_url, "date_start__gte");
    const struct argument words = {":words", u_map_get(request->map_url, "q")};
    const struct argument place[] = {{":date", date ? date : ""},
                                     {":era", u_map_get(request->map_url, "era")}};
    size_t known = place[1].value ? 2 : 1;
    (void)context;
    if (words.value)
        return answer(response, json_pack("{so}", "data", row_read("search", &words, 1)));
    const char *page = known == 2 ? "keyset" : "keyset_all";
    const char *total = known == 2 ? "count" : "count_all";
    return answer(response, json_pack("{so s{so}}", "data", row_read(page, place, known), "meta",
                                      "total", row_read(total, place, known)));
}

static int totals(const struct _u_request *request, struct _u_response *response, void *context)
{
    (void)request, (void)context;
    return answer(response, json_pack("{so}", "data", rows_read("aid", NULL, 0)));
}

int main(int argc, char **argv)
{
    sigset_t signals;
    int received;
    struct _u_instance instance;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (argc != 4 || sqlite3_open_v2(argv[1], &database, SQLITE_OPEN_READONLY, NULL) ||
        !(statements = json_load_file(argv[2], 0, NULL)))
        return 64;
    sqlite3_exec(database, "PRAGMA mmap_size = 2147418112", NULL, NULL, NULL);
    address.sin_port = htons((uint16_t)atoi(argv[3]));
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    if (ulfius_init_instance(&instance, (unsigned)atoi(argv[3]), &address, NULL) != U_OK)
        return 1;
    ulfius_add_endpoint_by_val(&instance, "GET", "/healthz", NULL, 0, health, NULL);
    ulfius_add_endpoint_by_val(&instance, "GET", "/v1/events/:slug", NULL, 0, record, NULL);
    ulfius_add_endpoint_by_val(&instance, "GET", "/v1/events", NULL, 0, list, NULL);
    ulfius_add_endpoint_by_val(&instance, "GET", "/v1/aid/totals", NULL, 0, totals, NULL);
    if (ulfius_start_framework(&instance) != U_OK)
        return 1;
    sigwait(&signals, &received);
    ulfius_stop_framework(&instance);
    ulfius_clean_instance(&instance);
    return 0;
}
