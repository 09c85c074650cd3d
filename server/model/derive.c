// Computes the fields of a record that follow from others.
#include "model/derive.h"

#include <string.h>

#include "base/buffer.h"
#include "contract/string_formats.h"

// A span of days as a record shows it; empty texts for open ends.
struct edtf_days {
    bool known;
    char first[EDTF_DAY_SIZE];
    char last[EDTF_DAY_SIZE];
    struct edtf edtf;
};

static struct edtf_days edtf_days(const char *text)
{
    struct edtf_days days = {0};
    days.known = text && string_formats_days(text, days.first, days.last, &days.edtf);
    return days;
}

static json_t *text_or_null(const char *text)
{
    return text && *text ? json_string(text) : json_null();
}

static json_t *year_or_null(const struct edtf_days *days)
{
    return days->first[0] ? json_integer(days->edtf.earliest.year) : json_null();
}

static bool days_set(json_t *record, const struct edtf_days *days)
{
    return !json_object_set_new(record, "date_start", text_or_null(days->first)) &&
           !json_object_set_new(record, "date_end", text_or_null(days->last));
}

bool derive_nothing(json_t *record)
{
    (void)record;
    return true;
}

bool derive_event(json_t *record)
{
    struct edtf_days days = edtf_days(json_text(record, "date_edtf"));
    const char *precision = days.known ? edtf_precision_name(days.edtf.precision) : NULL;
    return days_set(record, &days) &&
           !json_object_set_new(record, "date_precision", text_or_null(precision)) &&
           !json_object_set_new(record, "year", year_or_null(&days));
}

void derive_bounds(const char *qualifier, bool *ret_low, bool *ret_high)
{
    bool exact = strcmp(qualifier, "as-printed") == 0;
    *ret_low = exact || strcmp(qualifier, "more-than") == 0;
    *ret_high = exact || strcmp(qualifier, "nearly") == 0;
}

// `constant` has its place in every rendering; an answer in constant dollars puts a value there.
bool derive_aid(json_t *record)
{
    struct edtf_days act = edtf_days(json_text(record, "act_edtf"));
    struct edtf_days period = edtf_days(json_text(record, "period_edtf"));
    const char *qualifier = json_text(record, "qualifier");
    json_int_t amount = json_integer_value(json_object_get(record, "amount_usd"));
    if (!qualifier)
        return false; // memory ended while it was read
    bool low, high;
    derive_bounds(qualifier, &low, &high);
    return days_set(record, period.known ? &period : &act) &&
           !json_object_set_new(record, "amount_low", low ? json_integer(amount) : json_null()) &&
           !json_object_set_new(record, "amount_high", high ? json_integer(amount) : json_null()) &&
           !json_object_set_new(record, "year", year_or_null(act.known ? &act : &period)) &&
           !json_object_set_new(record, "constant", json_null());
}

bool derive_era(json_t *record)
{
    struct edtf_days days = edtf_days(json_text(record, "span_edtf"));
    return days_set(record, &days);
}

static void creator_add(struct buffer *out, const json_t *name)
{
    const char *literal = json_text(name, "literal"), *family = json_text(name, "family");
    const char *given = json_text(name, "given");
    if (out->length)
        buffer_add_text(out, "; ");
    buffer_add_text(out, literal ? literal : family ? family : "");
    if (!literal && family && given)
        buffer_add_text(out, ", ");
    if (!literal && given)
        buffer_add_text(out, given);
}

// The authors, else the editors, as "Family, Given; Family, Given"; null without either.
static json_t *creators_of(const json_t *csl)
{
    struct buffer out = {0};
    size_t i;
    const json_t *name, *names = json_object_get(csl, "author");
    if (!names)
        names = json_object_get(csl, "editor");
    json_array_foreach (names, i, name)
        creator_add(&out, name);
    json_t *text = text_or_null(buffer_text(&out));
    buffer_cleanup(&out);
    return text;
}

static json_t *issued_year(const json_t *csl)
{
    const json_t *year = json_at_pointer(csl, "/issued/date-parts/0/0");
    return json_is_integer(year) ? json_integer(json_integer_value(year)) : json_null();
}

bool derive_reference(json_t *record)
{
    const json_t *csl = json_object_get(record, "csl");
    return !json_object_set_new(record, "title", text_or_null(json_text(csl, "title"))) &&
           !json_object_set_new(record, "csl_type", text_or_null(json_text(csl, "type"))) &&
           !json_object_set_new(record, "year", issued_year(csl)) &&
           !json_object_set_new(record, "creators", creators_of(csl)) &&
           !json_object_set_new(record, "container",
                                text_or_null(json_text(csl, "container-title"))) &&
           !json_object_set_new(record, "doi", text_or_null(json_text(csl, "DOI")));
}
