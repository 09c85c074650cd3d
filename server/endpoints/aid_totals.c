// Serves aid added up without counting money twice: totals by group, and a series for charts.
#include "endpoints/aid_totals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aid/constant_dollars.h"
#include "aid/row_text.h"
#include "dates/calendar.h"
#include "endpoints/aggregate.h"
#include "endpoints/aid_not_summed.h"
#include "endpoints/aid_sums.h"
#include "endpoints/operations.h"
#include "storage/sql.h"

const char *aid_totals_series_key_name(size_t i)
{
    static const enum group_key keys[] = {KEY_STAGE, KEY_CATEGORY};
    return i < sizeof keys / sizeof *keys ? aid_sums_key_name(keys[i]) : NULL;
}

const char *aid_totals_by_name(size_t i)
{
    return i ? NULL : aid_sums_key_name(KEY_YEAR);
}

// A finished row of the answer, still to be sorted.
struct row {
    const struct part *part;
    const struct fiscal_year *fiscal;
    struct buffer text; // from its keys to its end
};

struct totals {
    struct aggregate *aggregate;
    struct aid_sums sums; // for the aggregate's selection
    struct row *rows;
    size_t row_count, row_capacity;
};

static void totals_cleanup(struct totals *totals)
{
    for (size_t i = 0; i < totals->row_count; i++)
        buffer_cleanup(&totals->rows[i].text);
    free(totals->rows);
    aid_sums_cleanup(&totals->sums);
}

// Whether the money was given, not withheld.
static bool stage_is_given(const char *stage)
{
    return strcmp(stage, "suspended") != 0 && strcmp(stage, "cut") != 0;
}

// Adds VALUE of the key NAME in words: the title or name of the record whose id it is, otherwise
// the value of the closed list, which is a word.
static void value_title_add(const struct aid_sums *sums, const char *name, const char *value,
                            struct buffer *out)
{
    struct sql sql = {0};
    const struct query *query = &sums->selection->query;
    const struct field *field = collection_field(query->collection, name);
    const struct collection *named = field ? collection_numbered(field->target) : NULL;
    if (!value || !named || !named->label) {
        buffer_add_format(out, value ? ", %s" : ", no %s", value ? value : name);
        return;
    }
    sql_add(&sql, "SELECT n.%s FROM %s n WHERE n.id = ", named->label, named->table);
    sql_text(&sql, value);
    sql_add(&sql, " AND ");
    sql_valid_at(&sql, "n", query->revision);
    struct statement *find = sql_prepare(&sql, sums->selection->call->connection->database);
    bool found = find && statement_step(find) && !statement_is_null(find, 0);
    buffer_add_format(out, ", %s", found ? statement_text(find, 0) : value);
    if (find)
        statement_reset(find);
    sql_cleanup(&sql);
}

// "Suspended, economic, FY1990": the stage and the keys asked for.
static void row_subject_write(const struct aid_sums *sums, const struct part *part,
                              struct bucket bucket, struct buffer *out)
{
    const char *stage = aid_sums_part_figure(sums, part)->stage;
    buffer_add_char(out, (char)(stage[0] - 'a' + 'A'));
    buffer_add_text(out, stage + 1);
    for (size_t i = 0; i < sums->key_count; i++) {
        const char *value = part->first->values[sums->keys[i]];
        if (sums->keys[i] == KEY_YEAR)
            buffer_add_format(out, bucket.fiscal ? ", FY%s" : ", year not known",
                              bucket.fiscal ? bucket.fiscal->name : "");
        else if (sums->keys[i] != KEY_STAGE && sums->keys[i] != KEY_CORPUS)
            value_title_add(sums, aid_sums_key_name(sums->keys[i]), value, out);
    }
    if (aid_sums_part_official(part))
        buffer_add_text(out, ", official record");
}

static enum err totals_row_add(struct totals *totals, const struct part *part, struct bucket bucket)
{
    struct buffer subject = {0};
    struct aid_sums *sums = &totals->sums;
    const struct aid_figure *figure = aid_sums_part_figure(sums, part);
    if (totals->row_count == totals->row_capacity) {
        size_t capacity = totals->row_capacity ? 2 * totals->row_capacity : 64;
        struct row *rows = realloc(totals->rows, capacity * sizeof *rows);
        if (!rows)
            return problem_memory(sums->context.problem);
        totals->rows = rows;
        totals->row_capacity = capacity;
    }
    struct row *row = &totals->rows[totals->row_count++];
    *row = (struct row){.part = part, .fiscal = bucket.fiscal};
    aid_sums_keys_write(part->first, figure->stage, bucket.fiscal ? bucket.fiscal->name : NULL,
                        &row->text);
    buffer_add_format(&row->text, ",\"reimbursement\":%s,\"given\":%s",
                      figure->reimbursement ? "true" : "false",
                      stage_is_given(figure->stage) ? "true" : "false");
    buffer_add_text(&row->text, ",\"text\":");
    row_subject_write(sums, part, bucket, &subject);
    row_text_write(&sums->context, &part->group, bucket, buffer_text(&subject), &row->text);
    row->text.failed |= subject.failed;
    buffer_cleanup(&subject);
    return row_totals_write(&sums->context, &part->group, bucket, &row->text);
}

static bool year_is_asked(const struct row_totals_context *context, const struct fiscal_year *year)
{
    return calendar_month_start(year->first) <= context->asked_last &&
           calendar_month_start(year->last + 1) - 1 >= context->asked_first;
}

// Adds a row for each fiscal year asked for that the part's figures reach into.
static enum err years_add(struct totals *totals, const struct part *part)
{
    enum err err = OK;
    struct bucket bucket = {0};
    const struct row_totals_context *context = &totals->sums.context;
    for (size_t i = 0; !err && i < embedded_fiscal_year_count; i++) {
        bucket.fiscal = &embedded_fiscal_years[i];
        if (year_is_asked(context, bucket.fiscal) &&
            row_totals_touch(context, &part->group, bucket))
            err = totals_row_add(totals, part, bucket);
    }
    bucket.fiscal = NULL;
    if (!err && row_totals_touch(context, &part->group, bucket))
        err = totals_row_add(totals, part, bucket);
    return err;
}

static int key_compare(const struct aid_sums *sums, enum group_key key, const struct row *a,
                       const struct row *b)
{
    if (key == KEY_STAGE)
        return aid_sums_stages_order(aid_sums_part_figure(sums, a->part),
                                     aid_sums_part_figure(sums, b->part));
    if (key == KEY_CORPUS) // the paper first
        return aid_sums_part_official(a->part) - aid_sums_part_official(b->part);
    if (key != KEY_YEAR)
        return aid_sums_values_order(a->part->first->values[key], b->part->first->values[key]);
    if (!a->fiscal || !b->fiscal)
        return (a->fiscal == NULL) - (b->fiscal == NULL);
    return (a->fiscal > b->fiscal) - (a->fiscal < b->fiscal);
}

static int rows_order(const void *a, const void *b, void *context)
{
    const struct aid_sums *sums = context;
    for (size_t i = 0; i < sums->key_count; i++) {
        int order = key_compare(sums, sums->keys[i], a, b);
        if (order)
            return order;
    }
    int order = key_compare(sums, KEY_STAGE, a, b);
    return order ? order : key_compare(sums, KEY_CORPUS, a, b);
}

static enum err rows_make(struct totals *totals)
{
    struct aid_sums *sums = &totals->sums;
    enum err err = aid_sums_make(sums);
    for (size_t i = 0; !err && i < sums->part_count; i++)
        err = sums->by_year ? years_add(totals, &sums->parts[i])
                            : totals_row_add(totals, &sums->parts[i], (struct bucket){.all = true});
    if (!err && totals->row_count)
        qsort_r(totals->rows, totals->row_count, sizeof *totals->rows, rows_order, sums);
    return err;
}

static const struct {
    const char *code, *detail;
} remarks[REMARK_COUNT] = {
    [REMARK_OVERLAP] = {"overlap-left-out",
                        "These overlap with figures that are counted, and are left out."},
    [REMARK_OPEN] = {"open-bound",
                     "Their sources qualify these amounts, so that a total with them has"
                     " no lower or no upper bound."},
    [REMARK_PART] = {"part-coverage",
                     "The totals with these cover only a part of their period, or reach beyond the"
                     " period asked for."},
    [REMARK_UNDATED] = {"undated-figure",
                        "These have no date: they may overlap with any figure of their kind, and"
                        " cannot be put into years or prices."},
    [REMARK_SPREAD] = {"spread-amount", "These are given for several years as one amount, which is"
                                        " spread evenly over their months."},
    [REMARK_NOT_SPREAD] =
        {"spread-left-out",
         "These are given for several years as one amount, of which nobody knows"
         " the years' shares: they are left out. spread=true spreads them evenly."},
    [REMARK_WITHIN] =
        {"act-within",
         "These were decided on an unknown day of several years: the amount is the mean"
         " over these years, the least and the greatest are at the prices of the"
         " cheapest and of the dearest."},
    [REMARK_INEXACT] = {"choice-not-proved",
                        "So many figures overlap here that not all choices could be looked at;"
                        " narrow the filters."},
};

// Adds to IDS the ids of the figures with REMARK, separated by commas, and to TITLES, unless it is
// NULL, their titles. Returns how many there are.
static size_t remarked_ids(const struct aid_sums *sums, enum remark remark, struct buffer *out,
                           struct buffer *titles)
{
    size_t count = 0;
    for (size_t i = 0; i < sums->context.figures.count; i++) {
        if (!sums->context.remarks[remark][i])
            continue;
        buffer_add_text(out, count ? "," : "");
        buffer_add_json_text(out, aid_sums_figure(sums, i)->id);
        if (titles) {
            buffer_add_text(titles, count ? "," : "");
            buffer_add_json_text(titles, aid_sums_figure(sums, i)->title);
        }
        count++;
    }
    return count;
}

static void remark_write(const struct aid_sums *sums, enum remark remark)
{
    struct buffer ids = {0}, titles = {0};
    size_t count = remarked_ids(sums, remark, &ids, &titles);
    if (count)
        warnings_add(&sums->selection->warnings, remarks[remark].code, remarks[remark].detail,
                     (int64_t)count, &ids, &titles);
    buffer_cleanup(&ids);
    buffer_cleanup(&titles);
}

static enum err remark_refuse(const struct aid_sums *sums, enum remark remark)
{
    char detail[300];
    json_error_t error;
    struct buffer ids = {0};
    struct problem *problem = sums->context.problem;
    buffer_add_char(&ids, '[');
    size_t count = remarked_ids(sums, remark, &ids, NULL);
    buffer_add_char(&ids, ']');
    AUTO(json) json_t *list = count ? json_loads(buffer_text(&ids), 0, &error) : NULL;
    buffer_cleanup(&ids);
    if (!count)
        return OK;
    problem_set(problem, ERR_UNPROCESSABLE,
                "The total needs a reader's judgement, and 'strict' forbids that.");
    snprintf(detail, sizeof detail, "%s: %s", remarks[remark].code, remarks[remark].detail);
    problem_culprit(problem, "query", "strict", detail, list, NULL);
    return ERR_UNPROCESSABLE;
}

// With `strict`, every warning is a culprit.
static enum err strict_judge(const struct aid_sums *sums)
{
    struct selection *selection = sums->selection;
    struct problem *problem = &selection->call->problem;
    char detail[300];
    enum err err = OK;
    for (int i = 0; i < REMARK_COUNT; i++) {
        enum err refused = remark_refuse(sums, (enum remark)i);
        err = refused ? refused : err;
    }
    if (selection->undated <= 0)
        return err;
    err = problem_set(problem, ERR_UNPROCESSABLE,
                      "The total leaves records out, and 'strict' forbids that.");
    snprintf(detail, sizeof detail, "undated-left-out: %lld records have no date to be asked for.",
             (long long)selection->undated);
    problem_culprit(problem, "query", "strict", detail, NULL, NULL);
    return err;
}

static enum err totals_meta_write(struct totals *totals)
{
    const struct aid_sums *sums = &totals->sums;
    const struct row_totals_context *context = &sums->context;
    struct buffer *out = &totals->aggregate->meta;
    buffer_add_text(out, ",\"group_by\":[");
    for (size_t i = 0; i < sums->key_count; i++)
        buffer_add_format(out, "%s\"%s\"", i ? "," : "", aid_sums_key_name(sums->keys[i]));
    buffer_add_format(
        out, "],\"dollars\":\"%s\",\"base_year\":", context->base_year ? "constant" : "nominal");
    if (context->base_year)
        buffer_add_format(out, "%d,\"deflator\":", context->base_year);
    else
        buffer_add_text(out, "null,\"deflator\":null");
    if (context->base_year)
        constant_dollars_index_write(out);
    return aid_not_summed_write(sums, out);
}

static enum err totals_conclude(struct totals *totals)
{
    const struct aid_sums *sums = &totals->sums;
    bool strict = json_is_true(json_object_get(sums->selection->arguments, "strict"));
    enum err err = strict ? strict_judge(sums) : OK;
    if (err)
        return err;
    for (int i = 0; i < REMARK_COUNT; i++)
        remark_write(sums, (enum remark)i);
    return totals_meta_write(totals);
}

static void rows_write(const struct totals *totals, size_t from, size_t to, struct buffer *out)
{
    buffer_add_char(out, '[');
    for (size_t i = from; i < to; i++) {
        buffer_add_text(out, i > from ? "," : "");
        buffer_add(out, totals->rows[i].text.bytes, totals->rows[i].text.length);
        out->failed |= totals->rows[i].text.failed;
    }
    buffer_add_char(out, ']');
}

static enum err totals_write(struct aggregate *aggregate, struct buffer *out)
{
    struct selection *selection = &aggregate->selection;
    AUTO(totals)
    struct totals totals = {
        .aggregate = aggregate,
        .sums = {.selection = selection, .context.problem = &selection->call->problem}};
    aggregate->name = "aid-totals";
    aggregate->row_schema = "AidTotal";
    aid_sums_keys_read(&totals.sums, json_object_get(selection->arguments, "group_by"));
    enum err err = rows_make(&totals);
    if (!err)
        err = totals_conclude(&totals);
    if (!err)
        rows_write(&totals, 0, totals.row_count, out);
    return err;
}

enum err aid_totals_serve(struct call *call)
{
    return aggregate_serve(call, totals_write);
}

// One fiscal year of the series with its rows; without a year, the rows of figures that have none.
static void point_write(const struct totals *totals, const struct fiscal_year *year, size_t from,
                        size_t to, struct buffer *out)
{
    char first[CALENDAR_DAY_SIZE], last[CALENDAR_DAY_SIZE];
    buffer_add_text(out, "{\"fiscal_year\":");
    buffer_add_json_text(out, year ? year->name : NULL);
    if (year) {
        calendar_write(calendar_month_start(year->first), first);
        calendar_write(calendar_month_start(year->last + 1) - 1, last);
        buffer_add_format(out, ",\"date_start\":\"%s\",\"date_end\":\"%s\",\"values\":", first,
                          last);
    } else {
        buffer_add_text(out, ",\"date_start\":null,\"date_end\":null,\"values\":");
    }
    rows_write(totals, from, to, out);
    buffer_add_char(out, '}');
}

// Every year from the first to the last, including years without figures.
static void points_write(const struct totals *totals, struct buffer *out)
{
    size_t count = totals->row_count, at = 0, end;
    const struct fiscal_year *year = count ? totals->rows[0].fiscal : NULL;
    buffer_add_char(out, '[');
    while (at < count) {
        for (end = at; end < count && totals->rows[end].fiscal == year;)
            end++;
        buffer_add_text(out, at ? "," : "");
        point_write(totals, year, at, end, out);
        year = end < count && !totals->rows[end].fiscal ? NULL : year ? year + 1 : NULL;
        at = end;
    }
    buffer_add_char(out, ']');
}

static enum err series_write(struct aggregate *aggregate, struct buffer *out)
{
    struct selection *selection = &aggregate->selection;
    AUTO(totals)
    struct totals totals = {.aggregate = aggregate,
                            .sums = {.selection = selection,
                                     .context.problem = &selection->call->problem,
                                     .keys = {KEY_YEAR, KEY_STAGE},
                                     .key_count = 1}};
    aggregate->name = "aid-series";
    aggregate->row_schema = "AidTotal";
    const json_t *keys = json_object_get(selection->arguments, "group_by");
    aid_sums_keys_read(&totals.sums, keys);
    totals.sums.key_count += keys ? 0 : 1;
    totals.sums.by_year = true;
    totals.sums.unspread = !json_is_true(json_object_get(selection->arguments, "spread"));
    enum err err = rows_make(&totals);
    if (!err)
        err = totals_conclude(&totals);
    if (!err && aggregate_is_table(aggregate))
        rows_write(&totals, 0, totals.row_count, out);
    else if (!err)
        points_write(&totals, out);
    return err;
}

enum err aid_totals_serve_series(struct call *call)
{
    return aggregate_serve(call, series_write);
}
