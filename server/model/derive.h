// The fields of a record that follow from others: days from EDTF, bounds from a qualifier,
// bibliographic columns from CSL.
//
// Each takes a valid record of its collection and adds to it; false when memory ends.
#ifndef RELATA_MODEL_DERIVE_H
#define RELATA_MODEL_DERIVE_H

#include <stdbool.h>

#include "base/json.h"

bool derive_nothing(json_t *record);

// date_start, date_end, date_precision, year: of date_edtf.
bool derive_event(json_t *record);

// amount_low, amount_high: of amount_usd and qualifier; year: of act_edtf, else of period_edtf;
// date_start, date_end: of period_edtf, else of act_edtf; constant: null.
bool derive_aid(json_t *record);

// Whether an amount with QUALIFIER is also the least, the greatest that it may be.
void derive_bounds(const char *qualifier, bool *ret_low, bool *ret_high);

// title, csl_type, year, creators, container, doi: of csl (CSL-JSON).
bool derive_reference(json_t *record);

// date_start, date_end: of span_edtf.
bool derive_era(json_t *record);

#endif
