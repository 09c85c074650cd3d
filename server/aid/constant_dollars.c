// Converts the amounts of records to constant dollars and writes the factors used.
#include "aid/constant_dollars.h"

#include <stdio.h>
#include <string.h>

#include "dates/calendar.h"
#include "model/collection.h"

static const char *const prices[] = {"nominal", "constant"};

const char *constant_dollars_name(size_t i)
{
    return i < sizeof prices / sizeof *prices ? prices[i] : NULL;
}

static enum err amounts_problem(struct problem *problem, enum err err, const char *name,
                                const char *detail)
{
    problem_set(problem, err, "'%s' %s.", name, detail);
    problem_culprit(problem, "query", name, detail, NULL, NULL);
    return err;
}

enum err constant_dollars_base_year(struct problem *problem, const json_t *arguments,
                                    int *ret_base_year)
{
    char detail[120];
    const char *dollars = json_text(arguments, "dollars");
    const json_t *year = json_object_get(arguments, "base_year");
    bool constant = dollars && strcmp(dollars, prices[1]) == 0;
    *ret_base_year = constant ? (int)json_integer_value(year) : 0;
    if (!constant)
        return year ? amounts_problem(problem, ERR_BAD_PARAMETER, "base_year",
                                      "has a meaning only beside dollars=constant")
                    : OK;
    if (!year)
        return amounts_problem(problem, ERR_MISSING_PARAMETER, "base_year",
                               "must be given beside dollars=constant");
    struct price_index_range range = price_index_range();
    snprintf(detail, sizeof detail,
             "must be a year of which the price index has all twelve months: %d to %d", range.first,
             range.last);
    return price_index_year(*ret_base_year)
               ? OK
               : amounts_problem(problem, ERR_UNPROCESSABLE, "base_year", detail);
}

bool constant_dollars_span(const char *start, const char *end, bool fiscal, bool act,
                           struct month_spread_span *ret_span)
{
    if (!start && !end)
        return false;
    // Nobody knows how long an open-ended figure runs: its amount is dated by the end that is
    // known.
    ret_span->first = calendar_month(start ? start : end);
    ret_span->last = calendar_month(end ? end : start);
    ret_span->fiscal = fiscal;
    ret_span->act = act;
    return true;
}

enum err constant_dollars_outside(struct problem *problem, const char *id, int month)
{
    char detail[240];
    struct price_index_range range = price_index_range();
    snprintf(detail, sizeof detail,
             "the figure '%.80s' reaches into a year (%04d-%02d) that the price index does not"
             " have whole; it has %d to %d, of fiscal years FY%d to FY%d",
             id, month / 12, month % 12 + 1, range.first, range.last, range.first_fiscal,
             range.last_fiscal);
    problem_set(problem, ERR_UNPROCESSABLE, "Dollars cannot be made constant: %s.", detail);
    problem_culprit(problem, "query", "dollars", detail, NULL, NULL);
    return ERR_UNPROCESSABLE;
}

void constant_dollars_index_write(struct buffer *out)
{
    buffer_add_text(out, "{\"name\":");
    buffer_add_json_text(out, embedded_cpi_name);
    buffer_add_text(out, ",\"series\":");
    buffer_add_json_text(out, embedded_cpi_series);
    buffer_add_text(out, ",\"source\":");
    buffer_add_json_text(out, embedded_cpi_source);
    buffer_add_text(out, ",\"version\":");
    buffer_add_json_text(out, embedded_cpi_version);
    buffer_add_char(out, '}');
}

// Whether two slices lie in the same fiscal or calendar year, whichever their prices are averaged
// over.
static bool same_year(const struct spread_slice *a, const struct spread_slice *b)
{
    return a->by_fiscal == b->by_fiscal &&
           (a->by_fiscal ? a->fiscal == b->fiscal : a->year == b->year);
}

static void year_write(const struct spread_slice *slice, int months, int whole, struct buffer *out)
{
    if (slice->by_fiscal)
        buffer_add_format(out, "{\"year\":\"%s\",\"basis\":\"fiscal\"", slice->fiscal->name);
    else
        buffer_add_format(out, "{\"year\":\"%04d\",\"basis\":\"calendar\"", slice->year);
    buffer_add_format(out, ",\"months\":%d,\"of_months\":%d,\"factor\":\"%lld/%lld\"}", months,
                      whole, (long long)slice->factor.numerator,
                      (long long)slice->factor.denominator);
}

void constant_dollars_years_write(const struct month_spread *spread, const struct fiscal_year *only,
                                  struct buffer *out)
{
    int whole = 0;
    bool first = true;
    for (size_t i = 0; i < spread->count; i++)
        whole += spread->slices[i].months;
    buffer_add_char(out, '[');
    for (size_t i = 0, end; i < spread->count; i = end) {
        const struct spread_slice *slice = &spread->slices[i];
        int months = 0;
        for (end = i; end < spread->count && same_year(slice, &spread->slices[end]); end++)
            if (!only || spread->slices[end].fiscal == only)
                months += spread->slices[end].months;
        if (!months)
            continue;
        buffer_add_text(out, first ? "" : ",");
        year_write(slice, months, whole, out);
        first = false;
    }
    buffer_add_char(out, ']');
}

// False if the amount is too large for JSON.
static bool dollars_write(const char *name, bool there, money_cents amount, struct buffer *out)
{
    int64_t dollars = 0;
    bool fits = !there || money_dollars(amount, &dollars);
    if (there)
        buffer_add_format(out, ",\"%s\":%lld", name, (long long)dollars);
    else
        buffer_add_format(out, ",\"%s\":null", name);
    return fits;
}

static bool constant_write(const json_t *record, const struct month_spread *spread,
                           struct month_spread_span span, int base_year, struct buffer *out)
{
    int64_t dollars = json_integer_value(json_object_get(record, "amount_usd"));
    int digits = (int)json_integer_value(json_object_get(record, "significant_digits"));
    bool low = json_is_integer(json_object_get(record, "amount_low"));
    bool high = json_is_integer(json_object_get(record, "amount_high"));
    bool several = month_spread_is_several(span);
    struct month_spread_amounts amounts = month_spread_whole(spread, dollars);
    money_cents unit = money_unit(amounts.mean, digits);
    money_cents least = money_floor(amounts.least, unit);
    money_cents greatest = money_ceiling(amounts.greatest, unit);
    buffer_add_format(out, "{\"base_year\":%d", base_year);
    bool fits = dollars_write("amount_usd", true, money_round(amounts.mean, unit), out) &&
                dollars_write("exact_usd", true, amounts.mean, out) &&
                dollars_write("amount_low", low, least, out) &&
                dollars_write("amount_high", high, greatest, out) &&
                dollars_write("least_usd", true, least, out) &&
                dollars_write("greatest_usd", true, greatest, out);
    buffer_add_format(
        out, ",\"spread\":%s,\"within\":%s,\"years\":", several && !span.act ? "true" : "false",
        several && span.act ? "true" : "false");
    constant_dollars_years_write(spread, NULL, out);
    buffer_add_text(out, ",\"deflator\":");
    constant_dollars_index_write(out);
    buffer_add_char(out, '}');
    return fits;
}

static enum err size_problem(struct problem *problem, const char *id)
{
    return problem_set(problem, ERR_UNPROCESSABLE,
                       "'%.80s' comes to more than 9007199254740991 dollars, which JSON cannot"
                       " carry.",
                       id);
}

enum err constant_dollars_set(struct problem *problem, int base_year, json_t *record)
{
    int missing = 0;
    struct month_spread spread = {0};
    struct month_spread_span span;
    struct buffer out = {0};
    json_error_t error;
    AUTO(json) json_t *derived = collection_record_derived(&collections[AID - 1], record);
    if (!derived)
        return problem_memory(problem);
    bool fiscal = json_is_integer(json_object_get(derived, "fiscal_year_start"));
    bool act = !json_text(derived, "period_edtf");
    if (!constant_dollars_span(json_text(derived, "date_start"), json_text(derived, "date_end"),
                               fiscal, act, &span))
        return OK;
    enum month_spread_result result = month_spread_make(span, base_year, &spread, &missing);
    if (result == SPREAD_OUTSIDE)
        return constant_dollars_outside(problem, json_text(record, "id"), missing);
    if (result == SPREAD_MEMORY)
        return problem_memory(problem);
    bool fits = constant_write(derived, &spread, span, base_year, &out);
    json_t *constant = fits ? json_loads(buffer_text(&out), 0, &error) : NULL;
    buffer_cleanup(&out);
    month_spread_cleanup(&spread);
    if (!fits)
        return size_problem(problem, json_text(record, "id"));
    return constant && !json_object_set_new(record, "constant", constant) ? OK
                                                                          : problem_memory(problem);
}
