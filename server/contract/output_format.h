// The forms in which records can be answered, and which of them a request asks for.
#ifndef RELATA_CONTRACT_OUTPUT_FORMAT_H
#define RELATA_CONTRACT_OUTPUT_FORMAT_H

#include "contract/arguments.h"

enum output_shape {
    SHAPE_ENVELOPE, // one page with all about it
    SHAPE_RECORDS,  // the records alone
    SHAPE_WORKS     // the works that the records cite
};

struct output_format {
    const char *name; // a value of `format`
    const char *type; // of Content-Type
    const char *extension;
    enum output_shape shape;
    const char *refused; // parameters that it cannot carry, each between spaces
};

// By the argument `format`; where it is not given, by ACCEPT (RFC 9110, 12.5.1; NULL for anything)
// among those that the contract names in `x-accept`, else the default. An ACCEPT that none of them
// satisfies is answered by the default, as the RFC allows. Never NULL.
const struct output_format *output_format_choose(const struct operation *operation,
                                                 const json_t *arguments, const char *accept);

// Whether OPERATION heeds `Accept`.
bool output_format_negotiates(const struct operation *operation);

// Names every argument that the form CHOSEN cannot carry; OK where there is none. What is given as
// it is by default asks for nothing.
enum err output_format_check(const struct output_format *chosen, const struct operation *operation,
                             const json_t *arguments, struct problem *problem);

#endif
