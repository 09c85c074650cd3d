// The operations of the contract and what serves each: one row an operation.
#ifndef RELATA_ENDPOINTS_OPERATIONS_H
#define RELATA_ENDPOINTS_OPERATIONS_H

#include "endpoints/call.h"

// What the parameter in an operation's path names.
enum path_argument {
    ARGUMENT_NONE,    // the path has none
    ARGUMENT_RECORD,  // a record of the row's collection
    ARGUMENT_HISTORY, // a record whose changes are listed
    ARGUMENT_NAME     // something else, which the handler looks up
};

// What an answer takes.
enum operation_work {
    WORK_PROBE = 1, // nothing, and it is always given: how the service does
    WORK_SOON,      // little, unless an argument asks for more
    WORK_QUERY,     // a look through the database
    WORK_FILE       // a file, which is made once
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

// NULL where nothing serves the operation.
const struct operation_row *operations_find(const char *operation);

// The row with the number I, from 0 on; NULL behind the last.
const struct operation_row *operations_row(size_t i);

handler list_serve, record_serve, network_serve, timeline_serve, aid_totals_serve,
    aid_totals_serve_series, aid_compare_serve, records_serve, vocabulary_serve;
handler api_catalog_serve, service_index, service_openapi_json, service_openapi_yaml,
    service_health, service_readiness, service_metrics, service_problem, dataset_summary_serve,
    export_zip_serve, cite_serve, website_docs, website_docs_asset, website_explorer,
    website_explorer_asset;

#endif
