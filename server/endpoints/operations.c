// The table of operations.
#include "endpoints/operations.h"

#include <string.h>

static const struct operation_row rows[] = {
    {"getIndex", serve_index, NO_COLLECTION, ARGUMENT_NONE, false, false},
    {"getOpenapiJson", serve_openapi_json, NO_COLLECTION, ARGUMENT_NONE, false, false},
    {"getOpenapiYaml", serve_openapi_yaml, NO_COLLECTION, ARGUMENT_NONE, false, false},
    {"getDocs", serve_docs, NO_COLLECTION, ARGUMENT_NONE, false, false},
    {"getDocsAsset", serve_docs_asset, NO_COLLECTION, ARGUMENT_NAME, false, false},
    {"getExplorer", serve_explorer, NO_COLLECTION, ARGUMENT_NONE, false, false},
    {"getExplorerAsset", serve_explorer_asset, NO_COLLECTION, ARGUMENT_NAME, false, false},
    {"getHealth", serve_health, NO_COLLECTION, ARGUMENT_NONE, false, false},
    {"getReadiness", serve_readiness, NO_COLLECTION, ARGUMENT_NONE, true, false},
    {"getMetrics", serve_metrics, NO_COLLECTION, ARGUMENT_NONE, false, false},
    {"getProblem", serve_problem, NO_COLLECTION, ARGUMENT_NAME, false, false},
    {"listEvents", serve_list, EVENTS, ARGUMENT_NONE, true, true},
    {"getEvent", serve_record, EVENTS, ARGUMENT_RECORD, true, false},
    {"listAid", serve_list, AID, ARGUMENT_NONE, true, true},
    {"getAidFigure", serve_record, AID, ARGUMENT_RECORD, true, false},
    {"getAidTotals", serve_totals, AID, ARGUMENT_NONE, true, true},
    {"getAidSeries", serve_series, AID, ARGUMENT_NONE, true, true},
    {"listActors", serve_list, ACTORS, ARGUMENT_NONE, true, true},
    {"getActor", serve_record, ACTORS, ARGUMENT_RECORD, true, false},
    {"listReferences", serve_list, REFERENCES, ARGUMENT_NONE, true, true},
    {"getReference", serve_record, REFERENCES, ARGUMENT_RECORD, true, false},
    {"listEras", serve_list, ERAS, ARGUMENT_NONE, true, true},
    {"getEra", serve_record, ERAS, ARGUMENT_RECORD, true, false},
    {"listThemes", serve_list, THEMES, ARGUMENT_NONE, true, true},
    {"getTheme", serve_record, THEMES, ARGUMENT_RECORD, true, false},
    {"listEventRevisions", serve_list, CHANGES, ARGUMENT_HISTORY, true, true},
    {"listAidFigureRevisions", serve_list, CHANGES, ARGUMENT_HISTORY, true, true},
    {"listActorRevisions", serve_list, CHANGES, ARGUMENT_HISTORY, true, true},
    {"listReferenceRevisions", serve_list, CHANGES, ARGUMENT_HISTORY, true, true},
    {"listEraRevisions", serve_list, CHANGES, ARGUMENT_HISTORY, true, true},
    {"listThemeRevisions", serve_list, CHANGES, ARGUMENT_HISTORY, true, true},
    {"search", serve_list, ANY_COLLECTION, ARGUMENT_NONE, true, true},
    {"getDataset", serve_dataset, NO_COLLECTION, ARGUMENT_NONE, true, false},
    {"exportDataset", serve_package, NO_COLLECTION, ARGUMENT_NONE, false, false},
    {"cite", serve_cite, NO_COLLECTION, ARGUMENT_NONE, true, false},
    {"listChanges", serve_list, CHANGES, ARGUMENT_NONE, true, true},
    {"getNetwork", serve_network, EVENTS, ARGUMENT_NONE, true, true},
    {"getTimeline", serve_timeline, EVENTS, ARGUMENT_NONE, true, true},
};

enum { ROW_COUNT = sizeof rows / sizeof *rows };

const struct operation_row *operations_row(size_t i)
{
    return i < ROW_COUNT ? &rows[i] : NULL;
}

const struct operation_row *operations_find(const char *operation)
{
    for (size_t i = 0; i < ROW_COUNT; i++)
        if (strcmp(rows[i].operation, operation) == 0)
            return &rows[i];
    return NULL;
}
