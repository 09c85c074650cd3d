// What each query parameter is for: one row a parameter that is not the filter of a field.
#ifndef RELATA_ENDPOINTS_PARAMETERS_H
#define RELATA_ENDPOINTS_PARAMETERS_H

#include "endpoints/operations.h"

enum parameter_role {
    PARAMETER_SELECTS = 1, // which records, in which order: a cursor pins it
    PARAMETER_PAGES = 2,   // which of them stand on the page
    PARAMETER_SHOWS = 4,   // what of them is shown, and in which format
    PARAMETER_PRICES = 8,  // in whose dollars amounts are told
    PARAMETER_ADDS = 16,   // how they are added up
    PARAMETER_PINS = 32    // the state of the dataset that is asked about
};

struct parameter_row {
    const char *name;
    enum parameter_role role;
    bool light;                                         // asks for no more work
    unsigned refused_by;                                // shapes of formats that cannot carry it
    handler *of;                                        // the handler that it is for; NULL: any
    bool (*taken)(const struct collection *collection); // by lists of which collections; NULL: all
};

// What NAME means to the operation of ROW, or to any operation where ROW is NULL; NULL for the
// filter of a field.
const struct parameter_row *parameters_find(const struct operation_row *row, const char *name);

// The row with the number I, from 0 on; NULL behind the last.
const struct parameter_row *parameters_row(size_t i);

// What the parameter NAME is for.
enum parameter_role parameters_role(const char *name);

// Whether none of the call's arguments asks for more work than the operation takes without it; what
// the format takes is told by its shape.
bool parameters_are_light(const struct call *call);

// Names every argument that the call's format cannot carry; OK where there is none. What is given
// as it is by default asks for nothing.
enum err parameters_check_format(struct call *call);

#endif
