// The dataset as described in data catalogues: DCAT 3 (W3C), as JSON-LD.
#ifndef RELATA_ENDPOINTS_DATASET_CATALOGUE_H
#define RELATA_ENDPOINTS_DATASET_CATALOGUE_H

#include "endpoints/call.h"

// The dataset at REVISION, permanently available at PATH; COVERAGE is `{date_start, date_end}` of
// its events. A new reference; NULL if memory runs out or the database fails.
json_t *dataset_catalogue(const struct call *call, const struct revision *revision,
                          const char *path, const json_t *coverage);

#endif
