// The fields of a record that follow from others: days from EDTF, bounds from a qualifier,
// bibliographic columns from CSL.
//
// Each takes a valid record of its collection and adds to it; false when memory ends.
#ifndef RELATA_MODEL_DERIVE_H
#define RELATA_MODEL_DERIVE_H

#include <stdbool.h>

#include "base/json.h"

bool derive_nothing(json_t *record);

// Fields that came after the first release are absent from older revisions: each derivation gives
// those of its collection their null or empty list, as everything that is served has them.

// weight of each note.
bool derive_notes(json_t *record);

// date_start, date_end, date_precision, year: of date_edtf; begin_earliest, begin_latest,
// end_earliest, end_latest: of date_edtf and date_extent.
bool derive_event(json_t *record);

// amount_low, amount_high: of amount_usd and qualifier; year: of act_edtf, else of period_edtf;
// date_start, date_end, date_precision: of period_edtf, else of act_edtf; constant: null.
bool derive_aid(json_t *record);

// Whether an amount with QUALIFIER is also the least, the greatest that it may be.
void derive_bounds(const char *qualifier, bool *ret_low, bool *ret_high);

bool derive_actor(json_t *record);

// title, csl_type, year, creators, container, volume, issue, pages, publisher, doi, work_url: of
// csl (CSL-JSON).
bool derive_reference(json_t *record);

// date_start, date_end, date_precision: of span_edtf.
bool derive_era(json_t *record);

#endif
