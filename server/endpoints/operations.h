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

struct operation_row {
    const char *operation; // operationId
    handler *serve;
    enum collection_number collection;
    enum path_argument argument;
    bool reads;   // needs the database
    bool filters; // takes the filters of the collection
};

// NULL where nothing serves the operation.
const struct operation_row *operations_find(const char *operation);

// The row with the number I, from 0 on; NULL behind the last.
const struct operation_row *operations_row(size_t i);

handler serve_list, serve_record, serve_network, serve_timeline, serve_totals, serve_series;
handler serve_index, serve_openapi_json, serve_openapi_yaml, serve_health, serve_readiness,
    serve_metrics, serve_problem, serve_dataset, serve_package, serve_cite, serve_docs,
    serve_docs_asset, serve_explorer, serve_explorer_asset;

#endif
