// The table of operations.
#include "endpoints/operations.h"

#include <string.h>

static const struct operation_row rows[] = {
    {"getIndex", service_index, NO_COLLECTION, ARGUMENT_NONE, WORK_SOON, false, false},
    {"getApiCatalog", api_catalog_serve, NO_COLLECTION, ARGUMENT_NONE, WORK_SOON, false, false},
    {"getOpenapiJson", service_openapi_json, NO_COLLECTION, ARGUMENT_NONE, WORK_SOON, false, false},
    {"getOpenapiYaml", service_openapi_yaml, NO_COLLECTION, ARGUMENT_NONE, WORK_SOON, false, false},
    {"getDocs", website_docs, NO_COLLECTION, ARGUMENT_NONE, WORK_SOON, false, false},
    {"getDocsAsset", website_docs_asset, NO_COLLECTION, ARGUMENT_NAME, WORK_SOON, false, false},
    {"getExplorer", website_explorer, NO_COLLECTION, ARGUMENT_NONE, WORK_SOON, false, false},
    {"getExplorerAsset", website_explorer_asset, NO_COLLECTION, ARGUMENT_NAME, WORK_SOON, false,
     false},
    {"getHealth", service_health, NO_COLLECTION, ARGUMENT_NONE, WORK_PROBE, false, false},
    {"getReadiness", service_readiness, NO_COLLECTION, ARGUMENT_NONE, WORK_PROBE, true, false},
    {"getMetrics", service_metrics, NO_COLLECTION, ARGUMENT_NONE, WORK_PROBE, false, false},
    {"getProblem", service_problem, NO_COLLECTION, ARGUMENT_NAME, WORK_SOON, false, false},
    {"listEvents", list_serve, EVENTS, ARGUMENT_NONE, WORK_SOON, true, true},
    {"getEvent", record_serve, EVENTS, ARGUMENT_RECORD, WORK_SOON, true, false},
    {"listAid", list_serve, AID, ARGUMENT_NONE, WORK_SOON, true, true},
    {"getAidFigure", record_serve, AID, ARGUMENT_RECORD, WORK_SOON, true, false},
    {"getAidTotals", aid_totals_serve, AID, ARGUMENT_NONE, WORK_QUERY, true, true},
    {"getAidSeries", aid_totals_serve_series, AID, ARGUMENT_NONE, WORK_QUERY, true, true},
    {"getAidComparison", aid_compare_serve, AID, ARGUMENT_NONE, WORK_QUERY, true, false},
    {"listActors", list_serve, ACTORS, ARGUMENT_NONE, WORK_SOON, true, true},
    {"getActor", record_serve, ACTORS, ARGUMENT_RECORD, WORK_SOON, true, false},
    {"listReferences", list_serve, REFERENCES, ARGUMENT_NONE, WORK_SOON, true, true},
    {"getReference", record_serve, REFERENCES, ARGUMENT_RECORD, WORK_SOON, true, false},
    {"listEras", list_serve, ERAS, ARGUMENT_NONE, WORK_SOON, true, true},
    {"getEra", record_serve, ERAS, ARGUMENT_RECORD, WORK_SOON, true, false},
    {"listThemes", list_serve, THEMES, ARGUMENT_NONE, WORK_SOON, true, true},
    {"getTheme", record_serve, THEMES, ARGUMENT_RECORD, WORK_SOON, true, false},
    {"listEventRevisions", list_serve, CHANGES, ARGUMENT_HISTORY, WORK_SOON, true, true},
    {"listAidFigureRevisions", list_serve, CHANGES, ARGUMENT_HISTORY, WORK_SOON, true, true},
    {"listActorRevisions", list_serve, CHANGES, ARGUMENT_HISTORY, WORK_SOON, true, true},
    {"listReferenceRevisions", list_serve, CHANGES, ARGUMENT_HISTORY, WORK_SOON, true, true},
    {"listEraRevisions", list_serve, CHANGES, ARGUMENT_HISTORY, WORK_SOON, true, true},
    {"listThemeRevisions", list_serve, CHANGES, ARGUMENT_HISTORY, WORK_SOON, true, true},
    {"search", list_serve, ANY_COLLECTION, ARGUMENT_NONE, WORK_QUERY, true, true},
    {"getRecords", records_serve, ANY_COLLECTION, ARGUMENT_NONE, WORK_QUERY, true, false},
    {"getVocabulary", vocabulary_serve, NO_COLLECTION, ARGUMENT_NONE, WORK_SOON, false, false},
    {"getDataset", dataset_summary_serve, NO_COLLECTION, ARGUMENT_NONE, WORK_QUERY, true, false},
    {"exportDataset", export_zip_serve, NO_COLLECTION, ARGUMENT_NONE, WORK_FILE, false, false},
    {"cite", cite_serve, NO_COLLECTION, ARGUMENT_NONE, WORK_QUERY, true, false},
    {"listChanges", list_serve, CHANGES, ARGUMENT_NONE, WORK_QUERY, true, true},
    {"getNetwork", network_serve, EVENTS, ARGUMENT_NONE, WORK_QUERY, true, true},
    {"getTimeline", timeline_serve, EVENTS, ARGUMENT_NONE, WORK_QUERY, true, true},
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
