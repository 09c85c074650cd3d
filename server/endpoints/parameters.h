// The purpose of each query parameter: one row per parameter that is not a filter on a field.
#ifndef RELATA_ENDPOINTS_PARAMETERS_H
#define RELATA_ENDPOINTS_PARAMETERS_H

#include "endpoints/operations.h"

enum parameter_role {
    PARAMETER_SELECTS = 1, // which records, in which order; a cursor fixes it
    PARAMETER_PAGES = 2,   // which part of them is on the page
    PARAMETER_SHOWS = 4,   // what is shown of them, and in which format
    PARAMETER_PRICES = 8,  // in which year's dollars amounts are given
    PARAMETER_ADDS = 16,   // how amounts are added up
    PARAMETER_PINS = 32    // which revision of the dataset is asked about
};

struct parameter_row {
    const char *name;
    enum parameter_role role;
    bool light;          // takes no extra work
    unsigned refused_by; // shapes of the formats that cannot show it
    handler *of;         // only for this handler; NULL: for any
    // which collections' lists take it; NULL: all
    bool (*taken)(const struct collection *collection);
};

// The row of the parameter NAME for the operation of ROW, or for any operation if ROW is NULL. NULL
// if it is a filter on a field.
const struct parameter_row *parameters_find(const struct operation_row *row, const char *name);

// Row number I, from 0 on; NULL after the last.
const struct parameter_row *parameters_row(size_t i);

// The purpose of the parameter NAME.
enum parameter_role parameters_role(const char *name);

// Whether none of the call's arguments adds work. Work for the format depends on its shape.
bool parameters_are_light(const struct call *call);

// Reports every argument that the call's format cannot show; OK if there is none. An argument equal
// to its default is ignored.
enum err parameters_check_format(struct call *call);

#endif
