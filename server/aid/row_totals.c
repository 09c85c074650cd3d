// Adds up the chosen figures and records how each figure counted, or why it did not.
#include "aid/row_totals.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "aid/constant_dollars.h"
#include "dates/calendar.h"

// The figure whose days are used for the member at PLACE: rivals are the same money, so all of them
// are dated and converted as the one that counts.
static size_t dated_as(const struct group *group, size_t place)
{
    const struct choice *choice = &group->choices[place];
    return choice->verdict == VERDICT_RIVAL ? choice->instead : group->members[place];
}

// Whether all months lie in one fiscal year of the table.
static bool has_one_year(struct month_spread_span span)
{
    const struct fiscal_year *first = fiscal_year_of(span.first);
    return first && first == fiscal_year_of(span.last);
}

static bool figure_touches(const struct row_totals_context *context, size_t number,
                           struct bucket bucket)
{
    const struct aid_figure *figure = &context->figures.list[number];
    bool dated = context->figures.shapes[number].dated;
    if (bucket.all)
        return true;
    // Nobody knows in which of several years an act lies.
    if (dated && figure->span.act && !has_one_year(figure->span))
        return !bucket.fiscal;
    if (bucket.fiscal)
        return dated && figure->span.first <= bucket.fiscal->last &&
               figure->span.last >= bucket.fiscal->first;
    return !dated || !fiscal_year_of(figure->span.first) || !fiscal_year_of(figure->span.last);
}

bool row_totals_member_touches(const struct row_totals_context *context, const struct group *group,
                               size_t place, struct bucket bucket)
{
    return figure_touches(context, dated_as(group, place), bucket);
}

bool row_totals_touch(const struct row_totals_context *context, const struct group *group,
                      struct bucket bucket)
{
    for (size_t i = 0; i < group->count; i++)
        if (row_totals_member_touches(context, group, i, bucket))
            return true;
    return false;
}

// The part of the member's amount that falls in the bucket.
static struct month_spread_amounts member_amounts(const struct row_totals_context *context,
                                                  const struct group *group, size_t place,
                                                  struct bucket bucket)
{
    size_t number = group->members[place], as = dated_as(group, place);
    int64_t dollars = context->figures.list[number].dollars;
    const struct aid_figure *timing = &context->figures.list[as];
    money_cents whole = (money_cents)dollars * 100;
    if (!context->figures.shapes[as].dated)
        return (struct month_spread_amounts){whole, whole, whole};
    if (bucket.all && number == as)
        return timing->amounts;
    if (bucket.all || timing->span.act)
        return month_spread_whole(&timing->spread, dollars);
    money_cents share = month_spread_share(&timing->spread, dollars, bucket.fiscal);
    return (struct month_spread_amounts){share, share, share};
}

// Whether the amount is an estimated share of what was printed.
static bool figure_is_spread(const struct row_totals_context *context, size_t number,
                             struct bucket bucket)
{
    const struct aid_figure *figure = &context->figures.list[number];
    if (!context->figures.shapes[number].dated || figure->span.act)
        return false;
    bool parted =
        !bucket.all && fiscal_year_of(figure->span.first) != fiscal_year_of(figure->span.last);
    return parted || (context->base_year && figure->several);
}

// Whether it is an act for which it is unknown which year's prices were meant.
static bool figure_is_within(const struct row_totals_context *context, size_t number)
{
    const struct aid_figure *figure = &context->figures.list[number];
    return context->base_year && figure->span.act && figure->several &&
           context->figures.shapes[number].dated;
}

static bool figure_is_rounded(const struct row_totals_context *context, size_t number,
                              struct bucket bucket)
{
    return context->base_year || figure_is_spread(context, number, bucket);
}

static money_cents figure_unit(const struct row_totals_context *context, size_t number,
                               money_cents amount)
{
    return money_unit(amount, context->figures.list[number].digits);
}

// Adds a member that counts, alone or as one of rivals, to the flags of the row; returns its
// amounts.
static struct month_spread_amounts member_note(const struct row_totals_context *context,
                                               const struct group *group, size_t place,
                                               struct bucket bucket, struct row_totals *totals)
{
    const struct aid_figure *figure = &context->figures.list[group->members[place]];
    struct month_spread_amounts amounts = member_amounts(context, group, place, bucket);
    money_cents unit = figure_unit(context, group->members[place], amounts.mean);
    totals->has_low &= figure->has_low;
    totals->has_high &= figure->has_high;
    totals->unit = unit > totals->unit ? unit : totals->unit;
    totals->spread |= figure_is_spread(context, dated_as(group, place), bucket);
    totals->within |= figure_is_within(context, dated_as(group, place));
    return amounts;
}

// Adds the member that represents itself and its rivals.
static void face_add(const struct row_totals_context *context, const struct group *group,
                     size_t place, struct bucket bucket, struct row_totals *totals)
{
    struct month_spread_amounts sum = member_note(context, group, place, bucket, totals);
    for (size_t i = 0; group->rivals && i < group->count; i++) {
        if (group->choices[i].verdict != VERDICT_RIVAL ||
            group->choices[i].instead != group->members[place])
            continue;
        struct month_spread_amounts rival = member_note(context, group, i, bucket, totals);
        sum.least = rival.least < sum.least ? rival.least : sum.least;
        sum.greatest = rival.greatest > sum.greatest ? rival.greatest : sum.greatest;
    }
    totals->used++;
    totals->exact.mean += sum.mean;
    totals->exact.least += sum.least;
    totals->exact.greatest += sum.greatest;
}

// The rounding unit of the row, but no coarser than suits AMOUNT by itself.
static money_cents unit_for(const struct row_totals *totals, money_cents amount)
{
    money_cents unit = money_unit(amount, MONEY_DIGITS);
    return unit < totals->unit ? unit : totals->unit;
}

static void totals_round(struct row_totals *totals)
{
    const struct month_spread_amounts *exact = &totals->exact;
    totals->least = money_floor(exact->least, unit_for(totals, exact->least));
    totals->greatest = money_ceiling(exact->greatest, unit_for(totals, exact->greatest));
    totals->unit = unit_for(totals, exact->mean);
    totals->amount = money_round(exact->mean, totals->unit);
}

struct row_totals row_totals_of(const struct row_totals_context *context, const struct group *group,
                                struct bucket bucket)
{
    struct row_totals totals = {.has_low = true, .has_high = true};
    for (size_t i = 0; i < group->count; i++)
        if (group->choices[i].verdict == VERDICT_USED &&
            row_totals_member_touches(context, group, i, bucket))
            face_add(context, group, i, bucket, &totals);
    totals.amount = totals.exact.mean;
    totals.least = totals.exact.least;
    totals.greatest = totals.exact.greatest;
    if (totals.used && (context->base_year || totals.spread))
        totals_round(&totals);
    else
        totals.unit = 0;
    return totals;
}

static enum err cents_write(const struct row_totals_context *context, const char *name, bool there,
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
        return problem_set(context->problem, ERR_UNPROCESSABLE,
                           "The amounts add up to more than 9007199254740991 dollars, which JSON"
                           " cannot carry; narrow the filters.");
    buffer_add_integer(out, dollars);
    return OK;
}

static enum err amounts_write(const struct row_totals_context *context,
                              const struct row_totals *totals, struct buffer *out)
{
    bool any = totals->used > 0;
    enum err err = cents_write(context, "amount_usd", any, totals->amount, out);
    if (!err)
        err = cents_write(context, "exact_usd", any, totals->exact.mean, out);
    if (!err)
        err = cents_write(context, "amount_usd_low", any && totals->has_low, totals->least, out);
    if (!err)
        err =
            cents_write(context, "amount_usd_high", any && totals->has_high, totals->greatest, out);
    if (!err)
        err = cents_write(context, "least_usd", any, totals->least, out);
    if (!err)
        err = cents_write(context, "greatest_usd", any, totals->greatest, out);
    if (!err)
        err = cents_write(context, "rounded_to", any && totals->unit, totals->unit, out);
    buffer_add_format(out, ",\"spread\":%s,\"within\":%s", totals->spread ? "true" : "false",
                      totals->within ? "true" : "false");
    return err;
}

// The days that a row is about, and the days of them that its figures cover.
struct coverage {
    int first, last; // days of the used figures; first > last if none has a date
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

static struct coverage row_coverage(const struct row_totals_context *context,
                                    const struct group *group, struct bucket bucket)
{
    struct coverage coverage = {INT_MAX, INT_MIN, 0, 0};
    int first = context->asked_first, last = context->asked_last;
    int least = INT_MAX, most = INT_MIN;
    size_t count = 0;
    struct day_range *days = calloc(group->count + 1, sizeof *days);
    bounds_narrow(bucket, &first, &last);
    for (size_t i = 0; days && i < group->count; i++) {
        const struct figure *shape = &context->figures.shapes[group->members[i]];
        if (!shape->dated || !row_totals_member_touches(context, group, i, bucket))
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
    buffer_add_text(out, "\",\"title\":");
    buffer_add_json_text(out, figure->title);
    buffer_add_text(out, ",\"category\":\"");
    buffer_add_text(out, figure->category);
    buffer_add_text(out, "\",\"amount_usd\":");
    buffer_add_integer(out, figure->dollars);
    buffer_add_text(out, ",\"qualifier\":\"");
    buffer_add_text(out, figure->qualifier);
    buffer_add_char(out, '"');
}

static enum err used_write(const struct row_totals_context *context, const struct group *group,
                           struct bucket bucket, struct buffer *out)
{
    bool first = true;
    enum err err = OK;
    buffer_add_text(out, ",\"used\":[");
    for (size_t i = 0; !err && i < group->count; i++) {
        size_t number = group->members[i];
        const struct aid_figure *figure = &context->figures.list[number];
        if (group->choices[i].verdict != VERDICT_USED ||
            !row_totals_member_touches(context, group, i, bucket))
            continue;
        bool rounded = figure_is_rounded(context, number, bucket);
        money_cents cents = member_amounts(context, group, i, bucket).mean;
        figure_begin(figure, first, out);
        err = cents_write(context, "counted_usd", true,
                          rounded ? money_round(cents, figure_unit(context, number, cents)) : cents,
                          out);
        if (!err)
            err = cents_write(context, "exact_usd", true, cents, out);
        buffer_add_text(out, figure_is_spread(context, number, bucket) ? ",\"spread\":true"
                                                                       : ",\"spread\":false");
        buffer_add_text(out, figure_is_within(context, number) ? ",\"within\":true,\"years\":"
                                                               : ",\"within\":false,\"years\":");
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

// The code and sentence of each reason; the sentence goes on with the id of the figure used
// instead.
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

static void left_out_write(const struct row_totals_context *context, const struct group *group,
                           struct bucket bucket, struct buffer *out)
{
    bool first = true;
    buffer_add_text(out, ",\"left_out\":[");
    for (size_t i = 0; i < group->count; i++) {
        struct choice choice = group->choices[i];
        if (choice.verdict == VERDICT_USED || !row_totals_member_touches(context, group, i, bucket))
            continue;
        bool undated = choice.verdict == VERDICT_UNDATED;
        const struct aid_figure *figures = context->figures.list;
        const char *instead = undated ? NULL : figures[choice.instead].id;
        figure_begin(&figures[group->members[i]], first, out);
        buffer_add_text(out, ",\"reason\":\"");
        buffer_add_text(out, reasons[choice.verdict].code);
        buffer_add_text(out, "\",\"instead\":");
        buffer_add_json_text(out, instead);
        buffer_add_text(out, ",\"instead_title\":");
        buffer_add_json_text(out, undated ? NULL : figures[choice.instead].title);
        buffer_add_text(out, ",\"detail\":\"");
        buffer_add_text(out, reasons[choice.verdict].detail);
        buffer_add_text(out, instead ? instead : "");
        buffer_add_text(out, ".\"}");
        first = false;
    }
    buffer_add_char(out, ']');
}

// Records remarks about the member at PLACE, in a row that leaves GAP days of its period uncovered.
static void member_remark(struct row_totals_context *context, const struct group *group,
                          size_t place, bool gap, struct bucket bucket)
{
    size_t number = group->members[place], as = dated_as(group, place);
    enum verdict verdict = group->choices[place].verdict;
    const struct aid_figure *figure = &context->figures.list[number];
    const struct figure *shape = &context->figures.shapes[number];
    bool used = verdict == VERDICT_USED, counts = used || verdict == VERDICT_RIVAL;
    bool beyond = bucket.all && shape->dated &&
                  (shape->first < context->asked_first || shape->last > context->asked_last);
    context->remarks[REMARK_OVERLAP][number] |= verdict == VERDICT_OVERLAP;
    context->remarks[REMARK_OPEN][number] |= counts && !(figure->has_low && figure->has_high);
    context->remarks[REMARK_PART][number] |= used && (gap || beyond);
    context->remarks[REMARK_UNDATED][number] |=
        !shape->dated && (used || verdict == VERDICT_UNDATED);
    context->remarks[REMARK_SPREAD][number] |= counts && figure_is_spread(context, as, bucket);
    context->remarks[REMARK_WITHIN][number] |= counts && figure_is_within(context, as);
    context->remarks[REMARK_INEXACT][number] |= !group->exact;
}

enum err row_totals_write(struct row_totals_context *context, const struct group *group,
                          struct bucket bucket, struct buffer *out)
{
    struct row_totals totals = row_totals_of(context, group, bucket);
    struct coverage coverage = row_coverage(context, group, bucket);
    enum err err = amounts_write(context, &totals, out);
    coverage_write(&coverage, out);
    if (!err)
        err = used_write(context, group, bucket, out);
    left_out_write(context, group, bucket, out);
    buffer_add_char(out, '}');
    for (size_t i = 0; i < group->count; i++)
        if (row_totals_member_touches(context, group, i, bucket))
            member_remark(context, group, i, coverage.covered < coverage.period, bucket);
    return err;
}
