// Compares the paper's figures with official records of the same years. It asks the service's own
// endpoints, so each sum is the one that the linked address returns.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract/string_formats.h"
#include "endpoints/aggregate.h"
#include "endpoints/subrequest.h"

struct comparison {
    struct selection *selection;
    int first, last; // the years asked for
    int64_t compared;
    json_t *rows;
    json_t *answers; // by their targets: figures of the same years ask the same
};

// A figure of the paper, for whose years official sums are looked up.
struct compared_figure {
    const json_t *record; // as served
    int first, last;      // 0 if it has no date
    bool fiscal;
    char years[16];       // the same as a query value; "" if they are not fiscal years
    const char *category; // the category of the official sums; NULL for all
};

static bool is_summed_or_listed(const struct operation_row *row)
{
    return row->serve == list_serve || row->serve == aid_totals_serve ||
           row->serve == aid_totals_serve_series;
}

static enum err target_serve(const struct comparison *comparison, const char *target,
                             json_t **ret_answer)
{
    json_error_t error;
    AUTO(subrequest) struct subrequest inner = {0};
    struct call *call = comparison->selection->call;
    enum err err = subrequest_serve(&inner, call, target, is_summed_or_listed);
    if (err)
        return problem_set(&call->problem, err, "%s", buffer_text(&inner.call.problem.detail));
    if (response_drain(&inner.response))
        *ret_answer = json_loadb(inner.response.body, inner.response.length, 0, &error);
    return *ret_answer ? OK : problem_memory(&call->problem);
}

// The answer to PATH and QUERY at the revision of the comparison.
static enum err answer_read(const struct comparison *comparison, const char *path,
                            const char *query, json_t **ret_answer)
{
    struct buffer target = {0};
    buffer_add_format(&target, "%s?%s&as_of=%.*s", path, query, REVISION_SHORT,
                      comparison->selection->revision.hash);
    enum err err = target.failed ? problem_memory(&comparison->selection->call->problem) : OK;
    *ret_answer = json_incref(json_object_get(comparison->answers, buffer_text(&target)));
    if (!err && !*ret_answer)
        err = target_serve(comparison, buffer_text(&target), ret_answer);
    if (!err)
        json_object_set(comparison->answers, buffer_text(&target), *ret_answer);
    buffer_cleanup(&target);
    return err;
}

static int year_of(const json_t *record, const char *fiscal, const char *day)
{
    const json_t *year = json_object_get(record, fiscal);
    const char *date = json_text(record, day);
    return json_is_integer(year) ? (int)json_integer_value(year) : date ? atoi(date) : 0;
}

static bool is_of_all_categories(const char *category)
{
    return strcmp(category, "mixed") == 0 || strcmp(category, "unspecified") == 0;
}

static struct compared_figure compared_figure_of(const json_t *record)
{
    int first, last;
    const char *category = json_text(record, "category");
    struct compared_figure figure = {
        .record = record,
        .first = year_of(record, "fiscal_year_start", "date_start"),
        .last = year_of(record, "fiscal_year_end", "date_end"),
        .fiscal = !json_is_null(json_object_get(record, "fiscal_year_start")),
        .category = is_of_all_categories(category) ? NULL : category};
    snprintf(figure.years, sizeof figure.years, figure.first == figure.last ? "%04d" : "%04d/%04d",
             figure.first, figure.last);
    if (!string_formats_fiscal_years(figure.years, &first, &last))
        figure.years[0] = '\0';
    return figure;
}

// The query for the official sums next to FIGURE.
static void query_write(const struct compared_figure *figure, struct buffer *out)
{
    const struct {
        const char *name, *value;
    } filters[] = {{"category", figure->category},
                   {"corpus", "official"},
                   {"donor", json_text(figure->record, "donor")},
                   {"fiscal_year", figure->years},
                   {"recipient", json_text(figure->record, "recipient")}};
    size_t before = out->length;
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++)
        if (filters[i].value)
            buffer_add_format(out, "%s%s=%s", out->length > before ? "&" : "", filters[i].name,
                              filters[i].value);
}

// A figure without years does not match any years asked for.
static bool is_asked(const struct comparison *comparison, const struct compared_figure *figure)
{
    if (!json_object_get(comparison->selection->arguments, "fiscal_year"))
        return true;
    return figure->first && figure->first <= comparison->last && figure->last >= comparison->first;
}

static json_t *reasons_of(const struct compared_figure *figure, const json_t *total)
{
    json_t *reasons = json_array();
    if (!figure->first)
        json_array_append_new(reasons, json_string("undated"));
    else if (!total)
        json_array_append_new(reasons, json_string("not-held"));
    if (!total)
        return reasons;
    if (strcmp(json_text(figure->record, "stage"), json_text(total, "stage")) != 0)
        json_array_append_new(reasons, json_string("other-stage"));
    if (!json_equal(json_object_get(total, "covered_days"), json_object_get(total, "period_days")))
        json_array_append_new(reasons, json_string("years-missing"));
    return reasons;
}

// The ids of the figures that TOTAL used.
static json_t *ids_of(const json_t *total)
{
    size_t i;
    const json_t *used;
    json_t *ids = json_array();
    json_array_foreach (json_object_get(total, "used"), i, used)
        json_array_append(ids, json_object_get(used, "id"));
    return ids;
}

// The amounts of single years in SERIES for the stage of TOTAL.
static json_t *years_of(const json_t *total, const json_t *series)
{
    size_t i, j;
    const json_t *point, *value;
    json_t *years = json_array();
    json_array_foreach (series, i, point)
        json_array_foreach (json_object_get(point, "values"), j, value)
            if (total && strcmp(json_text(value, "stage"), json_text(total, "stage")) == 0 &&
                json_is_integer(json_object_get(value, "amount_usd")))
                json_array_append_new(
                    years, json_pack("{sOsO}", "fiscal_year", json_object_get(point, "fiscal_year"),
                                     "amount_usd", json_object_get(value, "amount_usd")));
    return years;
}

// A whole number of TOTAL; null if it is absent.
static json_t *number_of(const json_t *total, const char *key)
{
    json_t *value = json_object_get(total, key);
    return value ? json_incref(value) : json_null();
}

static bool is_reimbursed(const json_t *total)
{
    return json_is_true(json_object_get(total, "reimbursement"));
}

// The amount of TOTAL plus the reimbursements, if the figure may include both; otherwise null.
static json_t *with_reimbursed(const struct compared_figure *figure, const json_t *totals,
                               const json_t *total)
{
    size_t i;
    const json_t *other;
    if (figure->category || !total || is_reimbursed(total))
        return json_null();
    json_array_foreach (totals, i, other)
        if (is_reimbursed(other))
            return json_integer(json_integer_value(json_object_get(total, "amount_usd")) +
                                json_integer_value(json_object_get(other, "amount_usd")));
    return json_null();
}

// The members of ROW that compare its two amounts; the difference and the share are null if the
// amounts are not comparable.
static void amounts_compare(json_t *row)
{
    bool comparable = !json_array_size(json_object_get(row, "reasons"));
    json_int_t official = json_integer_value(json_object_get(row, "official_usd"));
    json_int_t paper = json_integer_value(json_object_get(row, "amount_usd"));
    json_object_set_new(row, "comparable", json_boolean(comparable));
    json_object_set_new(row, "difference_usd",
                        comparable ? json_integer(official - paper) : json_null());
    json_object_set_new(row, "share",
                        comparable && paper
                            ? json_real(round(1e4 * (double)official / (double)paper) / 1e4)
                            : json_null());
}

// The part of the row about the figure itself.
static json_t *figure_row(const struct compared_figure *figure)
{
    static const char *const kept[] = {"title",      "stage",      "category",   "qualifier",
                                       "amount_usd", "amount_low", "amount_high"};
    json_t *row = json_pack("{sO}", "figure", json_object_get(figure->record, "id"));
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        json_object_set(row, kept[i], json_object_get(figure->record, kept[i]));
    json_object_set_new(row, "year_first",
                        figure->first ? json_integer(figure->first) : json_null());
    json_object_set_new(row, "year_last", figure->last ? json_integer(figure->last) : json_null());
    json_object_set_new(row, "fiscal", json_boolean(figure->fiscal));
    return row;
}

// The address of the official sum for TOTAL's stage, for the reader to open.
static json_t *comparison_address(const struct comparison *comparison,
                                  const struct compared_figure *figure, const json_t *total)
{
    const struct call *call = comparison->selection->call;
    const char *stage = json_text(total, "stage"), *as_of = json_text(call->arguments, "as_of");
    if (!figure->years[0])
        return json_null();
    struct buffer address = {0};
    buffer_add_format(&address, "%s/v1/aid/totals?", call->base);
    if (as_of) {
        buffer_add_text(&address, "as_of=");
        buffer_add_url_text(&address, as_of);
        buffer_add_char(&address, '&');
    }
    query_write(figure, &address);
    if (stage)
        buffer_add_format(&address, "&stage=%s", stage);
    json_t *text = address.failed ? NULL : json_string(buffer_text(&address));
    buffer_cleanup(&address);
    return text;
}

// One row: FIGURE next to TOTAL, one of TOTALS, or next to nothing.
static json_t *comparison_row(const struct comparison *comparison,
                              const struct compared_figure *figure, const json_t *totals,
                              const json_t *total, const json_t *series)
{
    json_t *row = figure_row(figure);
    json_object_set_new(row, "official_stage", number_of(total, "stage"));
    json_object_set_new(row, "official_category",
                        total && figure->category ? json_string(figure->category) : json_null());
    json_object_set_new(row, "official_usd", number_of(total, "amount_usd"));
    json_object_set_new(row, "with_reimbursed_usd", with_reimbursed(figure, totals, total));
    json_object_set_new(row, "reasons", reasons_of(figure, total));
    amounts_compare(row);
    json_object_set_new(row, "period_days",
                        total ? number_of(total, "period_days") : json_integer(0));
    json_object_set_new(row, "covered_days",
                        total ? number_of(total, "covered_days") : json_integer(0));
    json_object_set_new(row, "official_figures", ids_of(total));
    json_object_set_new(row, "years", years_of(total, series));
    json_object_set_new(row, "url", comparison_address(comparison, figure, total));
    return row;
}

// The rows of FIGURE: one for each stage with official records, the stage of the figure first.
static void rows_add(struct comparison *comparison, const struct compared_figure *figure,
                     const json_t *totals, const json_t *series)
{
    size_t i;
    const json_t *total;
    const char *stage = json_text(figure->record, "stage");
    if (!json_array_size(totals))
        json_array_append_new(comparison->rows,
                              comparison_row(comparison, figure, NULL, NULL, NULL));
    for (int alike = 1; alike >= 0; alike--)
        json_array_foreach (totals, i, total)
            if ((strcmp(json_text(total, "stage"), stage) == 0) == alike)
                json_array_append_new(comparison->rows,
                                      comparison_row(comparison, figure, totals, total, series));
}

static enum err figure_compare(struct comparison *comparison, const struct compared_figure *figure)
{
    enum err err = OK;
    struct buffer query = {0};
    AUTO(json) json_t *totals = NULL;
    AUTO(json) json_t *series = NULL;
    query_write(figure, &query);
    if (figure->years[0])
        err = answer_read(comparison, "/v1/aid/totals", buffer_text(&query), &totals);
    if (!err && json_array_size(json_object_get(totals, "data")))
        err = answer_read(comparison, "/v1/aid/series", buffer_text(&query), &series);
    buffer_cleanup(&query);
    if (err)
        return err;
    comparison->compared++;
    rows_add(comparison, figure, json_object_get(totals, "data"), json_object_get(series, "data"));
    return OK;
}

static enum err figures_compare(struct comparison *comparison)
{
    size_t i;
    const json_t *record;
    AUTO(json) json_t *records = NULL;
    enum err err = answer_read(comparison, "/v1/aid", "corpus=paper&format=array", &records);
    json_array_foreach (records, i, record) {
        const struct compared_figure figure = compared_figure_of(record);
        if (!err && is_asked(comparison, &figure))
            err = figure_compare(comparison, &figure);
    }
    return err;
}

// Sets the ids of the official aid figures that cite the work of SOURCE.
static enum err source_figures(const struct comparison *comparison, json_t *source)
{
    size_t i;
    const json_t *figure;
    struct buffer query = {0};
    AUTO(json) json_t *figures = NULL;
    json_t *ids = json_array();
    buffer_add_format(&query, "corpus=official&format=array&fields=id&reference=%s",
                      json_text(source, "id"));
    enum err err = answer_read(comparison, "/v1/aid", buffer_text(&query), &figures);
    buffer_cleanup(&query);
    json_array_foreach (figures, i, figure)
        json_array_append(ids, json_object_get(figure, "id"));
    json_object_set_new(source, "figures", ids);
    return err;
}

// Writes the substantive notes about the work RECORD.
static json_t *source_of(const json_t *record)
{
    size_t i;
    const json_t *note;
    json_t *notes = json_array();
    json_array_foreach (json_object_get(record, "notes"), i, note)
        if (strcmp(json_text(note, "weight"), "substantive") == 0)
            json_array_append(notes, json_object_get(note, "text"));
    return json_pack("{sO sO sO so}", "id", json_object_get(record, "id"), "title",
                     json_object_get(record, "title"), "url", json_object_get(record, "url"),
                     "notes", notes);
}

static enum err comparison_sources_write(const struct comparison *comparison, struct buffer *out)
{
    size_t i;
    const json_t *record;
    AUTO(json) json_t *records = NULL;
    AUTO(json) json_t *sources = json_array();
    enum err err =
        answer_read(comparison, "/v1/references", "corpus=official&format=array", &records);
    json_array_foreach (records, i, record) {
        if (json_integer_value(json_at_pointer(record, "/counts/aid")) == 0)
            continue;
        json_t *source = source_of(record);
        json_array_append_new(sources, source);
        if (!err)
            err = source_figures(comparison, source);
    }
    if (err)
        return err;
    AUTO(text) char *text = json_write(sources, 0);
    buffer_add_format(out, ",\"sources\":%s", text ? text : "");
    return OK;
}

static enum err comparison_write(struct aggregate *aggregate, struct buffer *out)
{
    struct selection *selection = &aggregate->selection;
    const char *years = json_text(selection->arguments, "fiscal_year");
    AUTO(json) json_t *rows = json_array();
    AUTO(json) json_t *answers = json_object();
    struct comparison comparison = {.selection = selection, .rows = rows, .answers = answers};
    aggregate->name = "aid-comparison";
    aggregate->row_schema = "AidComparison";
    if (years)
        string_formats_fiscal_years(years, &comparison.first, &comparison.last);
    enum err err = figures_compare(&comparison);
    if (!err)
        err = comparison_sources_write(&comparison, &aggregate->meta);
    if (err)
        return err;
    AUTO(text) char *text = json_write(rows, 0);
    selection->total = comparison.compared;
    buffer_add_text(out, text ? text : "");
    return text ? OK : problem_memory(&selection->call->problem);
}

enum err aid_compare_serve(struct call *call)
{
    return aggregate_serve(call, comparison_write);
}
