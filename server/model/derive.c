// Computes derived fields from the fields that an editor writes.
#include "model/derive.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "contract/string_formats.h"

// A span of days as shown in a record; "" for an open end.
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

static bool text_set(json_t *record, const char *key, const char *text)
{
    return !json_object_set_new(record, key, text_or_null(text));
}

static bool days_set(json_t *record, const struct edtf_days *days)
{
    const char *precision = days->known ? edtf_precision_name(days->edtf.precision) : NULL;
    return text_set(record, "date_start", days->first) &&
           text_set(record, "date_end", days->last) &&
           text_set(record, "date_precision", precision);
}

// Sets KEY to VALUE, whose reference is taken, if RECORD is from a revision that did not have this
// field yet.
static bool absent_set(json_t *record, const char *key, json_t *value)
{
    if (!json_object_get(record, key))
        return !json_object_set_new(record, key, value);
    json_decref(value);
    return true;
}

bool derive_nothing(json_t *record)
{
    (void)record;
    return true;
}

bool derive_notes(json_t *record)
{
    size_t i;
    const json_t *note;
    json_t *notes = json_array();
    json_array_foreach (json_object_get(record, "notes"), i, note) {
        json_t *copy = json_copy((json_t *)note);
        if (!copy || !absent_set(copy, "weight", json_null()) || json_array_append_new(notes, copy))
            return json_decref(notes), false;
    }
    return notes && !json_object_set_new(record, "notes", notes);
}

// The days of the part of an interval that ends before END. An open part has none.
static struct edtf_days part_days(const char *text, const char *end)
{
    char part[EDTF_TEXT_MAX + 1];
    snprintf(part, sizeof part, "%.*s", (int)(end - text), text);
    return edtf_days(part);
}

// The days between which an event of this date began, and between which it ended. For an interval
// these are the days of its two ends. For any other date that the event fills, they are its first
// and its last day. An event that lies somewhere within its date may begin and end on any day of
// it.
static void ends_find(const char *text, const char *extent, struct edtf_days *ret_begin,
                      struct edtf_days *ret_end)
{
    struct edtf_days whole = edtf_days(text);
    const char *slash = text ? strchr(text, '/') : NULL;
    *ret_begin = *ret_end = whole;
    if (!whole.known || whole.edtf.set || (extent && strcmp(extent, "within") == 0))
        return;
    if (slash) {
        *ret_begin = part_days(text, slash);
        *ret_end = edtf_days(slash + 1);
    } else if (extent) {
        memcpy(ret_begin->last, whole.first, sizeof whole.first);
        memcpy(ret_end->first, whole.last, sizeof whole.last);
    }
}

static bool ends_set(json_t *record)
{
    struct edtf_days begin, end;
    ends_find(json_text(record, "date_edtf"), json_text(record, "date_extent"), &begin, &end);
    // An event cannot begin after it ended.
    const char *begin_latest =
        *end.last && strcmp(begin.last, end.last) > 0 ? end.last : begin.last;
    const char *end_earliest =
        *end.first && strcmp(end.first, begin.first) < 0 ? begin.first : end.first;
    return text_set(record, "begin_earliest", begin.first) &&
           text_set(record, "begin_latest", begin_latest) &&
           text_set(record, "end_earliest", end_earliest) &&
           text_set(record, "end_latest", end.last);
}

bool derive_event(json_t *record)
{
    struct edtf_days days = edtf_days(json_text(record, "date_edtf"));
    return absent_set(record, "nature", json_null()) &&
           absent_set(record, "date_extent", json_null()) && days_set(record, &days) &&
           !json_object_set_new(record, "year", year_or_null(&days)) && ends_set(record);
}

bool derive_actor(json_t *record)
{
    return absent_set(record, "parent", json_null()) &&
           absent_set(record, "identifiers", json_array());
}

static const struct {
    const char *name;
    bool low, high;
} qualifiers[] = {{"as-printed", true, true},
                  {"nearly", false, true},
                  {"more-than", true, false},
                  {"about", false, false}};

enum { QUALIFIER_COUNT = sizeof qualifiers / sizeof *qualifiers };

const char *derive_qualifier_name(size_t i)
{
    return i < QUALIFIER_COUNT ? qualifiers[i].name : NULL;
}

void derive_bounds(const char *qualifier, bool *ret_low, bool *ret_high)
{
    size_t place = 0;
    while (place < QUALIFIER_COUNT - 1 && strcmp(qualifiers[place].name, qualifier) != 0)
        place++;
    *ret_low = qualifiers[place].low;
    *ret_high = qualifiers[place].high;
}

// `constant` is present in every rendering; answers in constant dollars replace the null.
bool derive_aid(json_t *record)
{
    struct edtf_days act = edtf_days(json_text(record, "act_edtf"));
    struct edtf_days period = edtf_days(json_text(record, "period_edtf"));
    const char *qualifier = json_text(record, "qualifier");
    json_int_t amount = json_integer_value(json_object_get(record, "amount_usd"));
    if (!qualifier)
        return false; // memory ran out while the date was read
    bool low, high;
    derive_bounds(qualifier, &low, &high);
    return absent_set(record, "significant_digits", json_null()) &&
           days_set(record, period.known ? &period : &act) &&
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

// The authors, or else the editors, as "Family, Given; Family, Given"; null if there are neither.
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
    static const char *const copied[][2] = {
        {"title", "title"},         {"csl_type", "type"}, {"container", "container-title"},
        {"volume", "volume"},       {"issue", "issue"},   {"pages", "page"},
        {"publisher", "publisher"}, {"doi", "DOI"},       {"work_url", "URL"}};
    const json_t *csl = json_object_get(record, "csl");
    for (size_t i = 0; i < sizeof copied / sizeof *copied; i++)
        if (!text_set(record, copied[i][0], json_text(csl, copied[i][1])))
            return false;
    return !json_object_set_new(record, "year", issued_year(csl)) &&
           !json_object_set_new(record, "creators", creators_of(csl));
}
