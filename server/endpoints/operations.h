// The operations of the contract and what serves each: one row an operation.
#ifndef RELATA_ENDPOINTS_OPERATIONS_H
#define RELATA_ENDPOINTS_OPERATIONS_H

#include "endpoints/call.h"

struct operation_row {
    const char *operation; // operationId
    handler *serve;
    enum collection_number collection;
    bool reads;   // needs the database
    bool filters; // takes the filters of the collection
};

// NULL where nothing serves the operation.
const struct operation_row *operations_find(const char *operation);

// Whether contract and handlers agree: every operation has a row and every row an operation, every
// parameter a meaning, every field its parameters, every sort key a column. Else a sentence that
// names what does not.
bool operations_agree(const struct openapi *spec, char ret_fault[static SPEC_FAULT_SIZE]);

// list.c: a collection under filters. record.c: one record. service.c: the rest.
// docs.c: the page for people. package.c: all of the dataset in an archive. about.c: the dataset as
// a whole. cite.c: how an answer is cited. network.c, timeline.c: events counted by pairs of actors
// and by time. aid.c: aid figures added up.
handler serve_list, serve_record, serve_network, serve_timeline, serve_totals, serve_series;
handler serve_index, serve_openapi_json, serve_openapi_yaml, serve_health, serve_readiness,
    serve_metrics, serve_problem, serve_dataset, serve_package, serve_cite, serve_docs,
    serve_docs_asset;

// listing.c: whether a list of COLLECTION gives a parameter of this name a meaning that is not a
// filter.
bool selection_parameter_known(const struct collection *collection, const char *name);
// Whether records of COLLECTION can be sorted by KEY (without `-`), counted by it, embedded.
bool selection_sort_known(const struct collection *collection, const char *key);
bool facets_known(const struct collection *collection, const char *key);
bool include_known(const struct collection *collection, const char *key);

#endif
