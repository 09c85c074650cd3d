// Any text at all given to the reader of EDTF, and what must hold of whatever it makes of it.
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dates/edtf.h"

// Even a build that defines NDEBUG has to check.
#undef NDEBUG
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// The calendar day, written out, must be read back as itself.
static void day_check(struct edtf_day day)
{
    char text[EDTF_DAY_SIZE];
    struct edtf edtf;
    struct edtf_fault fault;

    assert(day.month >= 1 && day.month <= 12 && day.day >= 1 && day.day <= 31);
    edtf_day_format(day, text);
    assert(strlen(text) < EDTF_DAY_SIZE);
    if (day.year < -9999 || day.year > 9999)
        return;
    assert(edtf_parse(text, &edtf, &fault));
    assert(edtf.has_earliest && edtf.has_latest && edtf.precision == EDTF_DAY);
    assert(edtf_day_compare(edtf.earliest, day) == 0);
    assert(edtf_day_compare(edtf.latest, day) == 0);
    assert(!edtf.uncertain && !edtf.approximate && !edtf.interval && !edtf.set);
}

static void edtf_check(const struct edtf *edtf)
{
    assert(edtf->precision >= EDTF_DAY && edtf->precision <= EDTF_OPEN);
    assert(strlen(edtf_precision_name(edtf->precision)) > 0);
    assert((edtf->precision == EDTF_OPEN) == !(edtf->has_earliest && edtf->has_latest));
    assert(!(edtf->interval && edtf->set));
    if (!edtf->interval && !edtf->set)
        assert(edtf->has_earliest && edtf->has_latest);
    if (edtf->interval)
        assert(edtf->has_earliest || edtf->has_latest);
    if (edtf->has_earliest)
        day_check(edtf->earliest);
    if (edtf->has_latest)
        day_check(edtf->latest);
    if (edtf->has_earliest && edtf->has_latest)
        assert(edtf_day_compare(edtf->earliest, edtf->latest) <= 0);
}

static void fault_check(const struct edtf_fault *fault, size_t length)
{
    assert(fault->message && strlen(fault->message) > 0);
    assert(fault->offset <= length && fault->offset <= EDTF_TEXT_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct edtf edtf;
    struct edtf_fault fault;
    char *text = malloc(size + 1);

    if (!text)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    if (edtf_parse(text, &edtf, &fault))
        edtf_check(&edtf);
    else
        fault_check(&fault, strlen(text));
    free(text);
    return 0;
}
