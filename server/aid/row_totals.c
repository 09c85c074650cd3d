// Adds up what was chosen and says of every figure how it counted or why not.
#include "aid/row_totals.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "aid/constant_dollars.h"
#include "dates/calendar.h"

static bool figure_touches(const struct row_totals_context *tallying, size_t number,
                           struct bucket bucket)
{
    const struct aid_figure *figure = &tallying->figures.list[number];
    bool dated = tallying->figures.shapes[number].dated;
    if (bucket.all)
        return true;
    if (bucket.fiscal)
        return dated && figure->span.first <= bucket.fiscal->last &&
               figure->span.last >= bucket.fiscal->first;
    return !dated || !fiscal_year_of(figure->span.first) || !fiscal_year_of(figure->span.last);
}

bool row_totals_touch(const struct row_totals_context *tallying, const struct group *group,
                      struct bucket bucket)
{
    for (size_t i = 0; i < group->count; i++)
        if (figure_touches(tallying, group->members[i], bucket))
            return true;
    return false;
}

// What of the figure falls into the bucket.
static money_cents figure_cents(const struct row_totals_context *tallying, size_t number,
                                struct bucket bucket)
{
    const struct aid_figure *figure = &tallying->figures.list[number];
    money_cents sum = 0;
    if (!tallying->figures.shapes[number].dated)
        return (money_cents)figure->dollars * 100;
    if (bucket.all)
        return figure->spread.amount;
    for (size_t i = 0; i < figure->spread.count; i++)
        if (figure->spread.slices[i].fiscal == bucket.fiscal)
            sum += figure->spread.slices[i].amount;
    return sum;
}

// Whether the amount is a share of what was printed, for want of knowing better.
static bool figure_is_spread(const struct row_totals_context *tallying, size_t number,
                             struct bucket bucket)
{
    const struct aid_figure *figure = &tallying->figures.list[number];
    if (!tallying->figures.shapes[number].dated)
        return false;
    bool parted =
        !bucket.all && fiscal_year_of(figure->span.first) != fiscal_year_of(figure->span.last);
    return parted || (tallying->base_year && figure->several);
}

static bool figure_is_rounded(const struct row_totals_context *tallying, size_t number,
                              struct bucket bucket)
{
    return tallying->base_year || figure_is_spread(tallying, number, bucket);
}

static money_cents figure_unit(const struct row_totals_context *tallying, size_t number,
                               money_cents amount)
{
    return money_unit(amount, tallying->figures.list[number].digits);
}

// Adds what is known of a figure that counts, alone or as one of rivals; gives its amount.
static money_cents figure_note(const struct row_totals_context *tallying, size_t number,
                               struct bucket bucket, struct row_totals *tally)
{
    const struct aid_figure *figure = &tallying->figures.list[number];
    money_cents cents = figure_cents(tallying, number, bucket);
    money_cents unit = figure_unit(tallying, number, cents);
    tally->has_low &= figure->has_low;
    tally->has_high &= figure->has_high;
    tally->unit = unit > tally->unit ? unit : tally->unit;
    tally->spread |= figure_is_spread(tallying, number, bucket);
    return cents;
}

// Adds the figure that stands for itself and its rivals.
static void face_add(const struct row_totals_context *tallying, const struct group *group,
                     size_t face, struct bucket bucket, struct row_totals *tally)
{
    money_cents amount = figure_note(tallying, face, bucket, tally);
    money_cents least = amount, greatest = amount;
    for (size_t i = 0; group->rivals && i < group->count; i++) {
        if (group->choices[i].verdict != VERDICT_RIVAL || group->choices[i].instead != face ||
            !figure_touches(tallying, group->members[i], bucket))
            continue;
        money_cents cents = figure_note(tallying, group->members[i], bucket, tally);
        least = cents < least ? cents : least;
        greatest = cents > greatest ? cents : greatest;
    }
    tally->used++;
    tally->amount += amount;
    tally->least += least;
    tally->greatest += greatest;
}

static void tally_round(struct row_totals *tally)
{
    tally->amount = money_round(tally->amount, tally->unit);
    tally->least = money_round(tally->least, tally->unit);
    tally->greatest = money_round(tally->greatest, tally->unit);
}

struct row_totals row_totals_of(const struct row_totals_context *tallying,
                                const struct group *group, struct bucket bucket)
{
    struct row_totals tally = {.has_low = true, .has_high = true};
    for (size_t i = 0; i < group->count; i++)
        if (group->choices[i].verdict == VERDICT_USED &&
            figure_touches(tallying, group->members[i], bucket))
            face_add(tallying, group, group->members[i], bucket, &tally);
    if (tally.used && (tallying->base_year || tally.spread))
        tally_round(&tally);
    else
        tally.unit = 0;
    // With a bound the least and the greatest are bounds too.
    tally.low = tally.least;
    tally.high = tally.greatest;
    return tally;
}

static enum err cents_write(const struct row_totals_context *tallying, const char *name, bool there,
                            money_cents cents, struct buffer *out)
{
    int64_t dollars;
    buffer_add_text(out, ",\"");
    buffer_add_text(out, name);
    buffer_add_text(out, "\":");
    if (!there) {
        buffer_add_text(out, "null");
        return OK;
    }
    if (!money_dollars(cents, &dollars))
        return problem_set(tallying->problem, ERR_UNPROCESSABLE,
                           "The amounts add up to more than 9007199254740991 dollars, which JSON"
                           " cannot carry; narrow the filters.");
    buffer_add_integer(out, dollars);
    return OK;
}

static enum err amounts_write(const struct row_totals_context *tallying,
                              const struct row_totals *tally, struct buffer *out)
{
    bool any = tally->used > 0;
    enum err err = cents_write(tallying, "amount_usd", any, tally->amount, out);
    if (!err)
        err = cents_write(tallying, "amount_usd_low", any && tally->has_low, tally->low, out);
    if (!err)
        err = cents_write(tallying, "amount_usd_high", any && tally->has_high, tally->high, out);
    if (!err)
        err = cents_write(tallying, "least_usd", any, tally->least, out);
    if (!err)
        err = cents_write(tallying, "greatest_usd", any, tally->greatest, out);
    if (!err)
        err = cents_write(tallying, "rounded_to", any && tally->unit, tally->unit, out);
    buffer_add_format(out, ",\"spread\":%s", tally->spread ? "true" : "false");
    return err;
}

// The days that a row is about and those of them that its figures cover.
struct coverage {
    int first, last; // of the used figures; first > last where none has a date
    int period, covered;
};

struct day_range {
    int first, last;
};

static int days_order(const void *a, const void *b)
{
    const struct day_range *x = a, *y = b;
    return (x->first > y->first) - (x->first < y->first);
}

static void bounds_narrow(struct bucket bucket, int *first, int *last)
{
    if (!bucket.fiscal)
        return;
    int start = calendar_month_start(bucket.fiscal->first);
    int end = calendar_month_start(bucket.fiscal->last + 1) - 1;
    *first = start > *first ? start : *first;
    *last = end < *last ? end : *last;
}

static int days_count(struct day_range *days, size_t count)
{
    int covered = 0, reached = INT_MIN;
    qsort(days, count, sizeof *days, days_order);
    for (size_t i = 0; i < count; i++) {
        if (days[i].last <= reached)
            continue;
        covered += days[i].last - (days[i].first > reached ? days[i].first : reached + 1) + 1;
        reached = days[i].last;
    }
    return covered;
}

static struct coverage row_coverage(const struct row_totals_context *tallying,
                                    const struct group *group, struct bucket bucket)
{
    struct coverage coverage = {INT_MAX, INT_MIN, 0, 0};
    int first = tallying->asked_first, last = tallying->asked_last;
    int least = INT_MAX, most = INT_MIN;
    size_t count = 0;
    struct day_range *days = calloc(group->count + 1, sizeof *days);
    bounds_narrow(bucket, &first, &last);
    for (size_t i = 0; days && i < group->count; i++) {
        const struct figure *shape = &tallying->figures.shapes[group->members[i]];
        if (!shape->dated || !figure_touches(tallying, group->members[i], bucket))
            continue;
        least = shape->covers_first < least ? shape->covers_first : least;
        most = shape->covers_last > most ? shape->covers_last : most;
        struct day_range part = {shape->covers_first > first ? shape->covers_first : first,
                                 shape->covers_last < last ? shape->covers_last : last};
        if (group->choices[i].verdict != VERDICT_USED || part.first > part.last)
            continue;
        coverage.first = part.first < coverage.first ? part.first : coverage.first;
        coverage.last = part.last > coverage.last ? part.last : coverage.last;
        days[count++] = part;
    }
    first = first == INT_MIN ? least : first;
    last = last == INT_MAX ? most : last;
    coverage.period = least <= most && first <= last ? last - first + 1 : 0;
    coverage.covered = days ? days_count(days, count) : 0;
    free(days);
    return coverage;
}

static void coverage_write(const struct coverage *coverage, struct buffer *out)
{
    char first[CALENDAR_DAY_SIZE], last[CALENDAR_DAY_SIZE];
    if (coverage->first <= coverage->last) {
        calendar_write(coverage->first, first);
        calendar_write(coverage->last, last);
        buffer_add_format(out, ",\"date_start\":\"%s\",\"date_end\":\"%s\"", first, last);
    } else {
        buffer_add_text(out, ",\"date_start\":null,\"date_end\":null");
    }
    buffer_add_format(out, ",\"period_days\":%d,\"covered_days\":%d", coverage->period,
                      coverage->covered);
}

static void figure_begin(const struct aid_figure *figure, bool first, struct buffer *out)
{
    buffer_add_text(out, first ? "{\"id\":\"" : ",{\"id\":\"");
    buffer_add_text(out, figure->id);
    buffer_add_text(out, "\",\"amount_usd\":");
    buffer_add_integer(out, figure->dollars);
    buffer_add_text(out, ",\"qualifier\":\"");
    buffer_add_text(out, figure->qualifier);
    buffer_add_char(out, '"');
}

static enum err used_write(const struct row_totals_context *tallying, const struct group *group,
                           struct bucket bucket, struct buffer *out)
{
    bool first = true;
    enum err err = OK;
    buffer_add_text(out, ",\"used\":[");
    for (size_t i = 0; !err && i < group->count; i++) {
        size_t number = group->members[i];
        const struct aid_figure *figure = &tallying->figures.list[number];
        if (group->choices[i].verdict != VERDICT_USED || !figure_touches(tallying, number, bucket))
            continue;
        bool rounded = figure_is_rounded(tallying, number, bucket);
        money_cents cents = figure_cents(tallying, number, bucket);
        figure_begin(figure, first, out);
        err = cents_write(
            tallying, "counted_usd", true,
            rounded ? money_round(cents, figure_unit(tallying, number, cents)) : cents, out);
        buffer_add_text(out, figure_is_spread(tallying, number, bucket)
                                 ? ",\"spread\":true,\"years\":"
                                 : ",\"spread\":false,\"years\":");
        if (rounded)
            constant_dollars_years_write(&figure->spread, bucket.all ? NULL : bucket.fiscal, out);
        else
            buffer_add_text(out, "[]");
        buffer_add_char(out, '}');
        first = false;
    }
    buffer_add_char(out, ']');
    return err;
}

// Code and sentence of each reason; the sentence goes on with the id of the figure used instead.
static const struct {
    const char *code, *detail;
} reasons[] = {
    [VERDICT_PART] = {"part-of", "It is a part, and its whole is there: "},
    [VERDICT_RIVAL] = {"alternative-of",
                       "It is another figure for the same money, which counts once"
                       " and gives a range: "},
    [VERDICT_OVERLAP] = {"overlaps",
                         "It overlaps in period and kind, or by an editor's word, with a"
                         " figure that is counted: "},
    [VERDICT_UNDATED] = {"undated",
                         "It has no date, so that nobody knows in which prices it is told"},
};

static void left_out_write(const struct row_totals_context *tallying, const struct group *group,
                           struct bucket bucket, struct buffer *out)
{
    bool first = true;
    buffer_add_text(out, ",\"left_out\":[");
    for (size_t i = 0; i < group->count; i++) {
        struct choice choice = group->choices[i];
        if (choice.verdict == VERDICT_USED || !figure_touches(tallying, group->members[i], bucket))
            continue;
        bool undated = choice.verdict == VERDICT_UNDATED;
        const char *instead = undated ? NULL : tallying->figures.list[choice.instead].id;
        figure_begin(&tallying->figures.list[group->members[i]], first, out);
        buffer_add_text(out, ",\"reason\":\"");
        buffer_add_text(out, reasons[choice.verdict].code);
        buffer_add_text(out, "\",\"instead\":");
        buffer_add_json_text(out, instead);
        buffer_add_text(out, ",\"detail\":\"");
        buffer_add_text(out, reasons[choice.verdict].detail);
        buffer_add_text(out, instead ? instead : "");
        buffer_add_text(out, ".\"}");
        first = false;
    }
    buffer_add_char(out, ']');
}

// Notes what is to be said of the figure in a row that leaves GAP days of its period uncovered.
static void figure_remark(struct row_totals_context *tallying, size_t number, enum verdict verdict,
                          bool gap, struct bucket bucket)
{
    const struct aid_figure *figure = &tallying->figures.list[number];
    const struct figure *shape = &tallying->figures.shapes[number];
    bool used = verdict == VERDICT_USED, counts = used || verdict == VERDICT_RIVAL;
    bool beyond = bucket.all && shape->dated &&
                  (shape->first < tallying->asked_first || shape->last > tallying->asked_last);
    tallying->remarks[REMARK_OVERLAP][number] |= verdict == VERDICT_OVERLAP;
    tallying->remarks[REMARK_OPEN][number] |= counts && !(figure->has_low && figure->has_high);
    tallying->remarks[REMARK_PART][number] |= used && (gap || beyond);
    tallying->remarks[REMARK_UNDATED][number] |=
        !shape->dated && (used || verdict == VERDICT_UNDATED);
    tallying->remarks[REMARK_SPREAD][number] |=
        counts && figure_is_spread(tallying, number, bucket);
}

enum err row_totals_write(struct row_totals_context *tallying, const struct group *group,
                          struct bucket bucket, struct buffer *out)
{
    struct row_totals tally = row_totals_of(tallying, group, bucket);
    struct coverage coverage = row_coverage(tallying, group, bucket);
    enum err err = amounts_write(tallying, &tally, out);
    coverage_write(&coverage, out);
    if (!err)
        err = used_write(tallying, group, bucket, out);
    left_out_write(tallying, group, bucket, out);
    buffer_add_char(out, '}');
    for (size_t i = 0; i < group->count; i++)
        if (figure_touches(tallying, group->members[i], bucket)) {
            figure_remark(tallying, group->members[i], group->choices[i].verdict,
                          coverage.covered < coverage.period, bucket);
            tallying->remarks[REMARK_INEXACT][group->members[i]] |= !group->exact;
        }
    return err;
}
