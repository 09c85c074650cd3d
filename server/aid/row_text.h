// Says in one plain sentence what a row of totals means.
#ifndef RELATA_AID_ROW_TEXT_H
#define RELATA_AID_ROW_TEXT_H

#include "aid/row_totals.h"

// Adds the sentence, as a JSON string, for a row whose keys are SUBJECT ("Suspended, economic,
// FY1990").
void row_text_write(const struct row_totals_context *context, const struct group *group,
                    struct bucket bucket, const char *subject, struct buffer *out);

#endif
