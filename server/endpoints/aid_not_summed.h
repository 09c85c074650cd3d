// Warns about sums over several rows that a reader must not make.
#ifndef RELATA_ENDPOINTS_AID_NOT_SUMMED_H
#define RELATA_ENDPOINTS_AID_NOT_SUMMED_H

#include "endpoints/aid_sums.h"

// Adds `,"not_summed":[...]`.
enum err aid_not_summed_write(const struct aid_sums *sums, struct buffer *out);

#endif
