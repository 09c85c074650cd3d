// The figures of a selection put into groups, in each of which is chosen what counts.
#ifndef RELATA_ENDPOINTS_AID_SUMS_H
#define RELATA_ENDPOINTS_AID_SUMS_H

#include "aid/row_totals.h"
#include "endpoints/selection.h"

enum group_key {
    KEY_CATEGORY,
    KEY_STAGE,
    KEY_DONOR,
    KEY_RECIPIENT,
    KEY_ERA,
    KEY_REFERENCE,
    KEY_YEAR,
    KEY_CORPUS
};
enum { KEY_COUNT = KEY_CORPUS + 1 };

// One figure under one set of keys: a figure stands under each work that gives its amount.
struct figure_place {
    size_t figure;
    // NULL where the figure has none, or the key is not asked for; the corpus always stands.
    const char *values[KEY_COUNT];
};

// A group of one stage and one corpus: places side by side.
struct part {
    const struct figure_place *first;
    struct group group;
    size_t *members;
};

// Everything that it points to is its own, but for the selection.
struct aid_sums {
    struct selection *selection;
    struct row_totals_context tallying;
    enum group_key keys[KEY_COUNT]; // asked for, in the order asked for
    size_t key_count;
    bool by_year;
    bool unspread; // without what would have to be spread over several years
    struct figure_place *places;
    size_t place_count;
    struct part *parts;
    size_t part_count;
};

// The name of the key (`group_by`) with the number I, from 0 on; NULL behind the last.
const char *aid_sums_key_name(size_t i);

// Adds the keys of these names to those asked for.
void aid_sums_keys_read(struct aid_sums *sums, const json_t *names);
// Reads the figures of the selection and makes the groups by the keys; to be released by
// aid_sums_cleanup whatever it returns.
enum err aid_sums_make(struct aid_sums *sums);
void aid_sums_cleanup(struct aid_sums *sums);

const struct aid_figure *aid_sums_figure(const struct aid_sums *sums, size_t number);
// The first figure of PART: of its stage and nature, as all of them.
const struct aid_figure *aid_sums_part_figure(const struct aid_sums *sums, const struct part *part);

// Whether PART is of official records, not of the paper.
bool aid_sums_part_official(const struct part *part);

// How these compare, less than, equal to or greater than 0: values of a key, NULL last; all keys
// but the stage; stages with natures.
int aid_sums_values_order(const char *a, const char *b);
int aid_sums_keys_order(const struct figure_place *a, const struct figure_place *b);
int aid_sums_stages_order(const struct aid_figure *a, const struct aid_figure *b);

// Writes the members of a row that are keys: of PLACE, which may be NULL, STAGE and YEAR.
void aid_sums_keys_write(const struct figure_place *place, const char *stage, const char *year,
                         struct buffer *out);

#endif
