// Ownership that shows: AUTO releases at the end of a scope, TAKE hands a pointer over.
#ifndef RELATA_BASE_OWNERSHIP_H
#define RELATA_BASE_OWNERSHIP_H

#include <stdlib.h>

// A variable declared AUTO(name) is given to name_cleanup(&variable) when its scope ends.
#define AUTO(name) __attribute__((cleanup(name##_cleanup)))

// The value of pointer P, which becomes NULL, so that its clean-up finds nothing to release.
#define TAKE(p)                                                                                    \
    ({                                                                                             \
        __typeof__(p) taken_ = (p);                                                                \
        (p) = NULL;                                                                                \
        taken_;                                                                                    \
    })

static inline void text_cleanup(char **text)
{
    free(*text);
}

#endif
