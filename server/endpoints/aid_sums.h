// Groups the figures of a selection; in each group it is decided which figures count.
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

// A figure under one set of keys. A figure has a place under each work that gives its amount.
struct figure_place {
    size_t figure;
    // NULL if the figure has none, or the key was not asked for; the corpus is always set.
    const char *values[KEY_COUNT];
};

// A group of one stage and one corpus: adjacent places.
struct part {
    const struct figure_place *first;
    struct group group;
    size_t *members;
};

// It owns everything that it points to, except the selection.
struct aid_sums {
    struct selection *selection;
    struct row_totals_context context;
    enum group_key keys[KEY_COUNT]; // in the order asked for
    size_t key_count;
    bool by_year;
    bool unspread; // without amounts that would have to be spread over several years
    struct figure_place *places;
    size_t place_count;
    struct part *parts;
    size_t part_count;
};

// The name of key number I (`group_by`), from 0 on; NULL after the last.
const char *aid_sums_key_name(size_t i);

// Adds the keys with these names to those asked for.
void aid_sums_keys_read(struct aid_sums *sums, const json_t *names);
// Reads the figures of the selection and groups them by the keys. Release it with aid_sums_cleanup,
// also on failure.
enum err aid_sums_make(struct aid_sums *sums);
void aid_sums_cleanup(struct aid_sums *sums);

const struct aid_figure *aid_sums_figure(const struct aid_sums *sums, size_t number);
// The first figure of PART, which has the same stage and nature as the others.
const struct aid_figure *aid_sums_part_figure(const struct aid_sums *sums, const struct part *part);

// Whether PART consists of official records, not figures of the paper.
bool aid_sums_part_official(const struct part *part);

// Comparisons: less than, equal to or greater than 0. Of key values, with NULL last; of all keys
// except the stage; of stages with natures.
int aid_sums_values_order(const char *a, const char *b);
int aid_sums_keys_order(const struct figure_place *a, const struct figure_place *b);
int aid_sums_stages_order(const struct aid_figure *a, const struct aid_figure *b);

// Writes the key members of a row: those of PLACE, which may be NULL, STAGE and YEAR.
void aid_sums_keys_write(const struct figure_place *place, const char *stage, const char *year,
                         struct buffer *out);

#endif
