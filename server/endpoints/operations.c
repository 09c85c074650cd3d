// The table of operations.
#include "endpoints/operations.h"

#include <string.h>

static const struct operation_row rows[] = {
    {"getIndex", service_index, NO_COLLECTION, ARGUMENT_NONE, false, false},
    {"getApiCatalog", api_catalog_serve, NO_COLLECTION, ARGUMENT_NONE, false, false},
    {"getOpenapiJson", service_openapi_json, NO_COLLECTION, ARGUMENT_NONE, false, false},
    {"getOpenapiYaml", service_openapi_yaml, NO_COLLECTION, ARGUMENT_NONE, false, false},
    {"getDocs", website_docs, NO_COLLECTION, ARGUMENT_NONE, false, false},
    {"getDocsAsset", website_docs_asset, NO_COLLECTION, ARGUMENT_NAME, false, false},
    {"getExplorer", website_explorer, NO_COLLECTION, ARGUMENT_NONE, false, false},
    {"getExplorerAsset", website_explorer_asset, NO_COLLECTION, ARGUMENT_NAME, false, false},
    {"getHealth", service_health, NO_COLLECTION, ARGUMENT_NONE, false, false},
    {"getReadiness", service_readiness, NO_COLLECTION, ARGUMENT_NONE, true, false},
    {"getMetrics", service_metrics, NO_COLLECTION, ARGUMENT_NONE, false, false},
    {"getProblem", service_problem, NO_COLLECTION, ARGUMENT_NAME, false, false},
    {"listEvents", list_serve, EVENTS, ARGUMENT_NONE, true, true},
    {"getEvent", record_serve, EVENTS, ARGUMENT_RECORD, true, false},
    {"listAid", list_serve, AID, ARGUMENT_NONE, true, true},
    {"getAidFigure", record_serve, AID, ARGUMENT_RECORD, true, false},
    {"getAidTotals", aid_totals_serve, AID, ARGUMENT_NONE, true, true},
    {"getAidSeries", aid_totals_serve_series, AID, ARGUMENT_NONE, true, true},
    {"getAidComparison", aid_compare_serve, AID, ARGUMENT_NONE, true, false},
    {"listActors", list_serve, ACTORS, ARGUMENT_NONE, true, true},
    {"getActor", record_serve, ACTORS, ARGUMENT_RECORD, true, false},
    {"listReferences", list_serve, REFERENCES, ARGUMENT_NONE, true, true},
    {"getReference", record_serve, REFERENCES, ARGUMENT_RECORD, true, false},
    {"listEras", list_serve, ERAS, ARGUMENT_NONE, true, true},
    {"getEra", record_serve, ERAS, ARGUMENT_RECORD, true, false},
    {"listThemes", list_serve, THEMES, ARGUMENT_NONE, true, true},
    {"getTheme", record_serve, THEMES, ARGUMENT_RECORD, true, false},
    {"listEventRevisions", list_serve, CHANGES, ARGUMENT_HISTORY, true, true},
    {"listAidFigureRevisions", list_serve, CHANGES, ARGUMENT_HISTORY, true, true},
    {"listActorRevisions", list_serve, CHANGES, ARGUMENT_HISTORY, true, true},
    {"listReferenceRevisions", list_serve, CHANGES, ARGUMENT_HISTORY, true, true},
    {"listEraRevisions", list_serve, CHANGES, ARGUMENT_HISTORY, true, true},
    {"listThemeRevisions", list_serve, CHANGES, ARGUMENT_HISTORY, true, true},
    {"search", list_serve, ANY_COLLECTION, ARGUMENT_NONE, true, true},
    {"getRecords", records_serve, ANY_COLLECTION, ARGUMENT_NONE, true, false},
    {"getVocabulary", vocabulary_serve, NO_COLLECTION, ARGUMENT_NONE, false, false},
    {"getDataset", dataset_summary_serve, NO_COLLECTION, ARGUMENT_NONE, true, false},
    {"exportDataset", export_zip_serve, NO_COLLECTION, ARGUMENT_NONE, false, false},
    {"cite", cite_serve, NO_COLLECTION, ARGUMENT_NONE, true, false},
    {"listChanges", list_serve, CHANGES, ARGUMENT_NONE, true, true},
    {"getNetwork", network_serve, EVENTS, ARGUMENT_NONE, true, true},
    {"getTimeline", timeline_serve, EVENTS, ARGUMENT_NONE, true, true},
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
