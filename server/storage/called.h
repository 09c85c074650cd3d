// Whether the name of a record is what somebody typed, compared word by word as a search reads it.
#ifndef RELATA_STORAGE_CALLED_H
#define RELATA_STORAGE_CALLED_H

#include "base/buffer.h"
#include "storage/tokenizer.h"

// How a name compares with what was typed, from worst to best: different, begins with it, equal.
enum called { CALLED_OTHERWISE, CALLED_BEGUN, CALLED_SO };

struct called_typed {
    struct buffer words; // each followed by a space
    bool begun;          // the last word may be unfinished
};

// Reads what was typed; false if memory runs out. Free *RET_TYPED with called_typed_cleanup in
// either case.
bool called_typed_read(const struct tokenizer *tokenizer, const char *text, bool begun,
                       struct called_typed *ret_typed);
// Whether it is the beginning of words, of one letter.
bool called_typed_is_letter(const struct called_typed *typed);
void called_typed_cleanup(struct called_typed *typed);

// How the best of the names in TEXT compares with what was typed; a LIST has "; " between names.
enum called called_compare(const struct tokenizer *tokenizer, const struct called_typed *typed,
                           const char *text, size_t length, bool list);

#endif
