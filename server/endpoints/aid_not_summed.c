// Finds groups whose sum would count money twice or mix different kinds.
#include "endpoints/aid_not_summed.h"

#include <stdlib.h>
#include <string.h>

// A sum that looks natural but is wrong.
struct tempting_sum {
    const char *code;
    const struct figure_place *place; // the place whose keys it has, or NULL
    const char *stage;                // or NULL
    money_cents amount;
    bool *figures; // indexed by figure
    const char *detail;
};

static void sum_write(const struct aid_sums *sums, const struct tempting_sum *sum,
                      struct buffer *out)
{
    int64_t dollars;
    struct buffer titles = {0};
    if (out->length && out->bytes[out->length - 1] == '}')
        buffer_add_char(out, ',');
    buffer_add_format(out, "{\"code\":\"%s\",\"keys\":", sum->code);
    aid_sums_keys_write(sum->place, sum->stage, NULL, out);
    buffer_add_text(out, "},\"amount_usd\":");
    if (money_dollars(sum->amount, &dollars))
        buffer_add_format(out, "%lld", (long long)dollars);
    else
        buffer_add_text(out, "null");
    buffer_add_text(out, ",\"figures\":[");
    for (size_t i = 0; i < sums->context.figures.count; i++) {
        if (!sum->figures[i])
            continue;
        const struct aid_figure *figure = aid_sums_figure(sums, i);
        buffer_add_format(out, "%s\"%s\"", titles.length ? "," : "", figure->id);
        buffer_add_text(&titles, titles.length ? "," : "");
        buffer_add_json_text(&titles, figure->title);
    }
    buffer_add_format(out, "],\"titles\":[%s],\"detail\":\"%s\"}", buffer_text(&titles),
                      sum->detail);
    out->failed |= titles.failed;
    buffer_cleanup(&titles);
}

static void used_mark(const struct part *part, bool *figures)
{
    for (size_t i = 0; i < part->group.count; i++)
        if (part->group.choices[i].verdict == VERDICT_USED)
            figures[part->members[i]] = true;
}

// Adds the parts from FROM to END, which have the keys of PLACE, if they are of several stages.
static void stages_judge(const struct aid_sums *sums, size_t from, size_t end,
                         const struct figure_place *place, bool *figures, struct buffer *out)
{
    const struct bucket all = {.all = true};
    const struct aid_figure *stage = NULL;
    bool several = false;
    struct tempting_sum sum = {
        "different-stages",
        place,
        NULL,
        0,
        figures,
        "These are of several stages, or of several natures: money that was committed"
        " may be the same that was appropriated, reimbursements pay for costs, and"
        " what was suspended or cut was not given."};
    memset(figures, 0, sums->context.figures.count);
    for (size_t i = from; i < end; i++) {
        const struct aid_figure *figure = aid_sums_part_figure(sums, &sums->parts[i]);
        struct row_totals totals = row_totals_of(&sums->context, &sums->parts[i].group, all);
        if (!totals.used)
            continue;
        several |= stage && aid_sums_stages_order(stage, figure) != 0;
        stage = figure;
        sum.amount += totals.exact.mean;
        used_mark(&sums->parts[i], figures);
    }
    if (several)
        sum_write(sums, &sum, out);
}

// The paper and official records are never added up together.
static void corpora_judge(const struct aid_sums *sums, bool *figures, struct buffer *out)
{
    const struct bucket all = {.all = true};
    size_t official = 0;
    struct tempting_sum sum = {
        "different-corpora",
        NULL,
        NULL,
        0,
        figures,
        "The paper and official records tell of the same money: hold their rows side by side,"
        " and never add them."};
    memset(figures, 0, sums->context.figures.count);
    for (size_t i = 0; i < sums->part_count; i++) {
        official += aid_sums_part_official(&sums->parts[i]);
        sum.amount += row_totals_of(&sums->context, &sums->parts[i].group, all).exact.mean;
        used_mark(&sums->parts[i], figures);
    }
    if (official && official < sums->part_count)
        sum_write(sums, &sum, out);
}

// Checks rows with the same keys, which are adjacent, and then all rows.
static void all_stages_judge(const struct aid_sums *sums, bool *figures, struct buffer *out)
{
    size_t end = 0;
    const struct part *parts = sums->parts;
    for (size_t i = 0; i < sums->part_count; i = end) {
        while (end < sums->part_count && !aid_sums_keys_order(parts[i].first, parts[end].first))
            end++;
        if (i > 0 || end < sums->part_count)
            stages_judge(sums, i, end, parts[i].first, figures, out);
    }
    stages_judge(sums, 0, sums->part_count, NULL, figures, out);
}

// Marks the used figures of two parts that count the same money.
static bool parts_collide(const struct aid_sums *sums, const struct part *a, const struct part *b,
                          bool *figures)
{
    bool found = false;
    for (size_t i = 0; i < a->group.count; i++)
        for (size_t j = 0; j < b->group.count; j++)
            if (a->group.choices[i].verdict == VERDICT_USED &&
                b->group.choices[j].verdict == VERDICT_USED &&
                double_counting_collide(&sums->context.figures.graph, a->members[i],
                                        b->members[j])) {
                figures[a->members[i]] = figures[b->members[j]] = true;
                found = true;
            }
    return found;
}

// Whether they have the same stage and corpus.
static bool is_alike(const struct aid_figure *a, const struct aid_figure *b)
{
    return aid_sums_stages_order(a, b) == 0 && strcmp(a->corpus, b->corpus) == 0;
}

// Adds rows of one stage that count the same money under different keys.
static void rows_judge(const struct aid_sums *sums, size_t from, bool *figures, bool *seen,
                       struct buffer *out)
{
    const struct bucket all = {.all = true};
    const struct aid_figure *figure = aid_sums_part_figure(sums, &sums->parts[from]);
    struct tempting_sum sum = {
        "rows-overlap",
        NULL,
        figure->stage,
        0,
        figures,
        "Under different keys these are rivals, a part and its whole, or overlap in"
        " period and kind: the rows that hold them must not be added."};
    bool found = false;
    memset(figures, 0, sums->context.figures.count);
    for (size_t i = from; i < sums->part_count; i++) {
        if (!is_alike(figure, aid_sums_part_figure(sums, &sums->parts[i])))
            continue;
        seen[i] = true;
        sum.amount += row_totals_of(&sums->context, &sums->parts[i].group, all).exact.mean;
        for (size_t j = i + 1; j < sums->part_count; j++)
            if (is_alike(figure, aid_sums_part_figure(sums, &sums->parts[j])))
                found |= parts_collide(sums, &sums->parts[i], &sums->parts[j], figures);
    }
    if (found)
        sum_write(sums, &sum, out);
}

enum err aid_not_summed_write(const struct aid_sums *sums, struct buffer *out)
{
    bool *figures = calloc(sums->context.figures.count + 1, sizeof *figures);
    bool *seen = calloc(sums->part_count + 1, sizeof *seen);
    bool good = figures && seen;
    buffer_add_text(out, ",\"not_summed\":[");
    if (good) {
        all_stages_judge(sums, figures, out);
        corpora_judge(sums, figures, out);
    }
    for (size_t i = 0; good && i < sums->part_count; i++)
        if (!seen[i])
            rows_judge(sums, i, figures, seen, out);
    buffer_add_char(out, ']');
    free(figures);
    free(seen);
    return good ? OK : problem_memory(sums->context.problem);
}
