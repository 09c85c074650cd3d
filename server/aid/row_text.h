// What a row of totals says in one plain sentence.
#ifndef RELATA_AID_ROW_TEXT_H
#define RELATA_AID_ROW_TEXT_H

#include "aid/row_totals.h"

// Adds the sentence, as JSON text, for a row whose keys are SUBJECT ("Suspended, economic,
// FY1990").
void row_text_write(const struct row_totals_context *context, const struct group *group,
                    struct bucket bucket, const char *subject, struct buffer *out);

#endif
