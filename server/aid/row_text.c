// Writes amounts and their caveats as words.
#include "aid/row_text.h"

#include <string.h>

enum { CENTS = 100 };

// THOUSANDTHS of the unit NAME, without trailing zeros: 14.6 billion.
static void thousandths_write(long long thousandths, const char *name, struct buffer *out)
{
    int digits = 3;
    long long rest = thousandths % 1000;
    buffer_add_format(out, "$%lld", thousandths / 1000);
    while (rest && rest % 10 == 0) {
        rest /= 10;
        digits--;
    }
    if (rest)
        buffer_add_format(out, ".%0*lld", digits, rest);
    buffer_add_format(out, " %s", name);
}

// Below a million, with a comma between thousands: $100,000.
static void small_dollars_add(long long dollars, struct buffer *out)
{
    if (dollars < 1000)
        buffer_add_format(out, "$%lld", dollars);
    else
        buffer_add_format(out, "$%lld,%03lld", dollars / 1000, dollars % 1000);
}

static void dollars_add(money_cents amount, struct buffer *out)
{
    const money_cents thousand = (money_cents)1000 * CENTS, million = thousand * 1000;
    if (amount >= million * 1000)
        thousandths_write((long long)(money_round(amount, million) / million), "billion", out);
    else if (amount >= million)
        thousandths_write((long long)(money_round(amount, thousand) / thousand), "million", out);
    else
        small_dollars_add((long long)(money_round(amount, CENTS) / CENTS), out);
}

// "at most $19 billion" if the sources give only a bound.
static void amount_add(const struct row_totals *totals, struct buffer *out)
{
    bool low = totals->has_low, high = totals->has_high;
    buffer_add_text(out, low && high ? "" : low ? "at least " : high ? "at most " : "about ");
    dollars_add(low && !high   ? totals->least
                : high && !low ? totals->greatest
                               : totals->amount,
                out);
}

static size_t verdicts_count(const struct row_totals_context *context, const struct group *group,
                             struct bucket bucket, enum verdict verdict)
{
    size_t count = 0;
    for (size_t i = 0; i < group->count; i++)
        count += group->choices[i].verdict == verdict &&
                 row_totals_member_touches(context, group, i, bucket);
    return count;
}

static void count_write(const char *before, size_t count, const char *one, const char *many,
                        struct buffer *out)
{
    if (count)
        buffer_add_format(out, "%s%zu %s", before, count, count == 1 ? one : many);
}

static void amounts_add(const struct row_totals_context *context, const struct row_totals *totals,
                        size_t rivals, struct buffer *out)
{
    amount_add(totals, out);
    if (context->base_year)
        buffer_add_format(out, " in the prices of %d", context->base_year);
    count_write(", the sum of ", totals->used > 1 ? totals->used : 0, "figure", "figures", out);
    if (rivals || totals->within) {
        buffer_add_text(out, rivals ? "; sources differ, from " : "; from ");
        dollars_add(totals->least, out);
        buffer_add_text(out, " to ");
        dollars_add(totals->greatest, out);
        buffer_add_text(out, rivals ? ", and the same money is counted once"
                                    : ", as the year of the act is not known");
    }
    if (totals->spread)
        buffer_add_text(out, "; spread evenly over the years for which it was meant");
}

void row_text_write(const struct row_totals_context *context, const struct group *group,
                    struct bucket bucket, const char *subject, struct buffer *out)
{
    struct buffer text = {0};
    struct row_totals totals = row_totals_of(context, group, bucket);
    size_t rivals = verdicts_count(context, group, bucket, VERDICT_RIVAL);
    buffer_add_text(&text, subject);
    buffer_add_text(&text, ": ");
    if (totals.used)
        amounts_add(context, &totals, rivals, &text);
    else
        buffer_add_text(&text, "no amount, as all figures are left out");
    count_write("; left out as parts of what is counted: ",
                verdicts_count(context, group, bucket, VERDICT_PART), "figure", "figures", &text);
    count_write("; left out as they overlap with what is counted: ",
                verdicts_count(context, group, bucket, VERDICT_OVERLAP), "figure", "figures",
                &text);
    count_write(
        "; left out without a date: ", verdicts_count(context, group, bucket, VERDICT_UNDATED),
        "figure", "figures", &text);
    buffer_add_char(&text, '.');
    buffer_add_json_text(out, buffer_text(&text));
    out->failed |= text.failed;
    buffer_cleanup(&text);
}
