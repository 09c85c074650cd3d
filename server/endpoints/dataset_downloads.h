// The files that hold the dataset, as every description of it lists them.
#ifndef RELATA_ENDPOINTS_DATASET_DOWNLOADS_H
#define RELATA_ENDPOINTS_DATASET_DOWNLOADS_H

#include "endpoints/call.h"

// `[{name, type, path}]`: each collection at REVISION as CSV and as lines of JSON; of the newest
// revision the archive, too. TYPE is a media type without parameters. A new reference; NULL when
// memory ends.
json_t *dataset_downloads(const struct call *call, const struct revision *revision);

#endif
