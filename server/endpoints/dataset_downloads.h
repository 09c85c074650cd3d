// The files that contain the dataset, as listed by every description of it.
#ifndef RELATA_ENDPOINTS_DATASET_DOWNLOADS_H
#define RELATA_ENDPOINTS_DATASET_DOWNLOADS_H

#include "endpoints/call.h"

// `[{name, type, path}]`: each collection at REVISION as CSV and as lines of JSON; for the newest
// revision also the archive. TYPE is a media type without parameters. A new reference; NULL if
// memory runs out.
json_t *dataset_downloads(const struct call *call, const struct revision *revision);

#endif
