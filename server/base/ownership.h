// Explicit ownership: AUTO releases a variable at the end of its scope, TAKE hands a pointer over.
#ifndef RELATA_BASE_OWNERSHIP_H
#define RELATA_BASE_OWNERSHIP_H

#include <stdlib.h>

// A variable declared AUTO(name) is passed to name_cleanup(&variable) when its scope ends.
#define AUTO(name) __attribute__((cleanup(name##_cleanup)))

// The value of pointer P. P becomes NULL, so its clean-up has nothing to release.
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
