// The operations of the contract and their handlers: one row per operation.
#ifndef RELATA_ENDPOINTS_OPERATIONS_H
#define RELATA_ENDPOINTS_OPERATIONS_H

#include "endpoints/call.h"

// What the argument in an operation's path is.
enum path_argument {
    ARGUMENT_NONE,    // the path has none
    ARGUMENT_RECORD,  // the id of a record of the row's collection
    ARGUMENT_HISTORY, // the id of a record whose changes are listed
    ARGUMENT_NAME     // something else, which the handler looks up
};

// How much work an answer takes.
enum operation_work {
    WORK_PROBE = 1, // none, and it is always answered: health checks
    WORK_SOON,      // little, unless an argument asks for more
    WORK_QUERY,     // a search through the database
    WORK_FILE       // making a file, which is then kept
};

struct operation_row {
    const char *operation; // operationId
    handler *serve;
    enum collection_number collection;
    enum path_argument argument;
    enum operation_work work;
    bool reads;   // needs the database
    bool filters; // takes the filters of the collection
};

// NULL if no handler serves the operation.
const struct operation_row *operations_find(const char *operation);

// Row number I, from 0 on; NULL after the last.
const struct operation_row *operations_row(size_t i);

handler list_serve, record_serve, network_serve, timeline_serve, aid_totals_serve,
    aid_totals_serve_series, aid_compare_serve, records_serve, vocabulary_serve;
handler api_catalog_serve, service_index, service_openapi_json, service_openapi_yaml,
    service_health, service_readiness, service_metrics, service_problem, dataset_summary_serve,
    export_zip_serve, cite_serve, website_docs, website_docs_asset, website_explorer,
    website_explorer_asset;

#endif
