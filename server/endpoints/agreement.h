// The proof at start that the contract and the code agree, so that neither names anything that the
// other does not know.
#ifndef RELATA_ENDPOINTS_AGREEMENT_H
#define RELATA_ENDPOINTS_AGREEMENT_H

#include "contract/openapi.h"

// Whether every operation has a row and every row an operation; every parameter in a path or query
// a meaning and every meaning a parameter; every field its parameters; every value of a closed list
// its row in the code and every such row its value. Otherwise *RET_FAULT is a sentence that names
// what does not agree.
bool agreement_proved(const struct openapi *spec, char ret_fault[static SPEC_FAULT_SIZE]);

#endif
