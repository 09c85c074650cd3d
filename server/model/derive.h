// Derived fields of records: days from EDTF dates, bounds from a qualifier, bibliographic columns
// from CSL.
//
// Each function takes a valid record of its collection and adds to it; false if memory runs out.
#ifndef RELATA_MODEL_DERIVE_H
#define RELATA_MODEL_DERIVE_H

#include <stdbool.h>

#include "base/json.h"

bool derive_nothing(json_t *record);

// Fields introduced after the first release are missing from older revisions. Each function gives
// those of its collection their null or empty list, so that every served record has all fields.

// Sets the weight of each note.
bool derive_notes(json_t *record);

// Sets date_start, date_end, date_precision and year from date_edtf; begin_earliest, begin_latest,
// end_earliest and end_latest from date_edtf and date_extent.
bool derive_event(json_t *record);

// Sets amount_low and amount_high from amount_usd and qualifier; year from act_edtf or else
// period_edtf; date_start, date_end and date_precision from period_edtf or else act_edtf; and
// constant to null.
bool derive_aid(json_t *record);

// Whether an amount with QUALIFIER is also the lower, and the upper, bound.
void derive_bounds(const char *qualifier, bool *ret_low, bool *ret_high);
// The name of qualifier number I, from 0 on; NULL after the last.
const char *derive_qualifier_name(size_t i);

bool derive_actor(json_t *record);

// Sets title, csl_type, year, creators, container, volume, issue, pages, publisher, doi and
// work_url from csl (CSL-JSON).
bool derive_reference(json_t *record);

// Sets date_start, date_end and date_precision from span_edtf.
bool derive_era(json_t *record);

#endif
