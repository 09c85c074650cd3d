// Serves aid added up without counting money twice: totals by group, and a series for charts.
#include "endpoints/aid_totals.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aid/constant_dollars.h"
#include "aid/row_text.h"
#include "aid/row_totals.h"
#include "contract/string_formats.h"
#include "dates/calendar.h"
#include "endpoints/aggregate.h"
#include "endpoints/operations.h"

enum group_key {
    KEY_CATEGORY,
    KEY_STAGE,
    KEY_DONOR,
    KEY_RECIPIENT,
    KEY_ERA,
    KEY_REFERENCE,
    KEY_YEAR
};
enum { KEY_COUNT = KEY_YEAR + 1 };

// In the order in which a row tells them.
static const char *const key_names[] = {"category", "stage",     "donor",      "recipient",
                                        "era",      "reference", "fiscal_year"};

const char *aid_totals_key_name(size_t i)
{
    return i < KEY_COUNT ? key_names[i] : NULL;
}

const char *aid_totals_series_key_name(size_t i)
{
    static const enum group_key keys[] = {KEY_STAGE, KEY_CATEGORY};
    return i < sizeof keys / sizeof *keys ? key_names[keys[i]] : NULL;
}

const char *aid_totals_by_name(size_t i)
{
    return i ? NULL : key_names[KEY_YEAR];
}

// One figure under one set of keys: a figure stands under each work that gives its amount.
struct figure_place {
    size_t figure;
    const char *values[KEY_COUNT]; // NULL where the figure has none, or the key is not asked for
};

// A group of one stage: places side by side.
struct part {
    const struct figure_place *first;
    struct group group;
    size_t *members;
};

// A row of the answer, ready but for its order.
struct row {
    const struct part *part;
    const struct fiscal_year *fiscal;
    struct buffer text; // from its keys to its end
};

struct sums {
    struct aggregate *aggregate;
    struct selection *selection; // the aggregate's
    struct row_totals_context tallying;
    enum group_key keys[KEY_COUNT]; // asked for, in the order asked for
    size_t key_count;
    bool by_year;
    bool unspread; // without what would have to be spread over several years
    struct figure_place *places;
    size_t place_count;
    struct part *parts;
    size_t part_count;
    struct row *rows;
    size_t row_count, row_capacity;
};

static void sums_cleanup(struct sums *sums)
{
    for (size_t i = 0; i < sums->part_count; i++) {
        free(sums->parts[i].members);
        free(sums->parts[i].group.choices);
    }
    for (size_t i = 0; i < sums->row_count; i++)
        buffer_cleanup(&sums->rows[i].text);
    for (size_t i = 0; i < REMARK_COUNT; i++)
        free(sums->tallying.remarks[i]);
    free(sums->rows);
    free(sums->parts);
    free(sums->places);
    figures_cleanup(&sums->tallying.figures);
}

static const struct aid_figure *figure_at(const struct sums *sums, size_t number)
{
    return &sums->tallying.figures.list[number];
}

static void keys_read(struct sums *sums, const json_t *names)
{
    size_t i;
    const json_t *name;
    json_array_foreach (names, i, name)
        for (int key = 0; key < KEY_COUNT; key++)
            if (strcmp(json_string_value(name), key_names[key]) == 0)
                sums->keys[sums->key_count++] = (enum group_key)key;
    for (i = 0; i < sums->key_count; i++)
        sums->by_year |= sums->keys[i] == KEY_YEAR;
}

// The days that the filters ask for: all of `date` and of `fiscal_year`.
static void asked_read(struct sums *sums)
{
    struct row_totals_context *tallying = &sums->tallying;
    int first = 0, last = 0;
    const struct query *query = &sums->selection->query;
    const char *years = json_text(sums->selection->arguments, "fiscal_year");
    tallying->asked_first = query->date_first[0] ? calendar_day(query->date_first) : INT_MIN;
    tallying->asked_last = query->date_last[0] ? calendar_day(query->date_last) : INT_MAX;
    if (!years)
        return;
    string_formats_fiscal_days(years, &first, &last);
    tallying->asked_first = first > tallying->asked_first ? first : tallying->asked_first;
    tallying->asked_last = last < tallying->asked_last ? last : tallying->asked_last;
}

// The works that give the figure's amount, each once; *RET_WORKS has room for all citations.
static size_t amount_works_find(const json_t *record, const char **ret_works)
{
    size_t i, j, count = 0;
    const json_t *citation, *field;
    json_array_foreach (json_object_get(record, "citations"), i, citation) {
        const char *work = json_text(citation, "reference");
        bool gives = false;
        json_array_foreach (json_object_get(citation, "supports"), j, field)
            gives |= strcmp(json_string_value(field), "amount_usd") == 0;
        for (j = 0; j < count; j++)
            gives &= strcmp(ret_works[j], work) != 0;
        if (gives)
            ret_works[count++] = work;
    }
    return count;
}

static bool has_rivals(const struct figures *figures, size_t number)
{
    for (size_t i = 0; i < figures->tie_count; i++) {
        const struct figure_tie *tie = &figures->ties[i];
        if (tie->kind == TIE_ALTERNATIVE && (tie->from == number || tie->to == number))
            return true;
    }
    return false;
}

// The category under which the figure with that number stands: rivals are the same money and stand
// under one, that of the first of them which has any.
static const char *category_of(const struct sums *sums, size_t number)
{
    const struct figures *figures = &sums->tallying.figures;
    const struct aid_figure *figure = figure_at(sums, number);
    for (size_t i = 0; has_rivals(figures, number) && i < figures->count; i++) {
        const struct aid_figure *rival = figure_at(sums, i);
        if (figures->web.classes[i] == figures->web.classes[number] && rival->chosen &&
            rival->stage_place == figure->stage_place &&
            rival->reimbursement == figure->reimbursement &&
            strcmp(rival->category, "unspecified") != 0)
            return rival->category;
    }
    return figure->category;
}

static const char *value_of(const struct sums *sums, size_t number, enum group_key key)
{
    const struct aid_figure *figure = figure_at(sums, number);
    switch (key) {
    case KEY_CATEGORY:
        return category_of(sums, number);
    case KEY_STAGE:
        return figure->stage;
    case KEY_DONOR:
        return figure->donor;
    case KEY_RECIPIENT:
        return figure->recipient;
    case KEY_ERA:
        return figure->era;
    default:
        return NULL; // a figure may have several works and years
    }
}

static void place_add(struct sums *sums, size_t number, const char *work)
{
    struct figure_place *place = &sums->places[sums->place_count++];
    *place = (struct figure_place){.figure = number};
    for (size_t i = 0; i < sums->key_count; i++)
        place->values[sums->keys[i]] = value_of(sums, number, sums->keys[i]);
    place->values[KEY_REFERENCE] = work;
}

static bool by_reference(const struct sums *sums)
{
    for (size_t i = 0; i < sums->key_count; i++)
        if (sums->keys[i] == KEY_REFERENCE)
            return true;
    return false;
}

static bool places_make(struct sums *sums)
{
    size_t count = sums->tallying.figures.count, room = 1, most = 1;
    bool works = by_reference(sums);
    for (size_t i = 0; i < count; i++) {
        size_t cited = json_array_size(json_object_get(figure_at(sums, i)->record, "citations"));
        room += works ? cited + 1 : 1;
        most = cited > most ? cited : most;
    }
    const char **found = calloc(most, sizeof *found);
    sums->places = calloc(room, sizeof *sums->places);
    for (size_t i = 0; found && sums->places && i < count; i++) {
        if (!figure_at(sums, i)->chosen)
            continue;
        size_t cited = works ? amount_works_find(figure_at(sums, i)->record, found) : 0;
        for (size_t j = 0; j < cited; j++)
            place_add(sums, i, found[j]);
        if (!cited)
            place_add(sums, i, NULL);
    }
    free(found);
    return found && sums->places;
}

// What has no value comes last.
static int values_order(const char *a, const char *b)
{
    if (!a || !b)
        return (a == NULL) - (b == NULL);
    return strcmp(a, b);
}

static int keys_order(const struct figure_place *a, const struct figure_place *b)
{
    for (int key = 0; key < KEY_COUNT; key++) {
        if (key == KEY_STAGE || a->values[key] == b->values[key])
            continue;
        int order = values_order(a->values[key], b->values[key]);
        if (order)
            return order;
    }
    return 0;
}

static int stages_order(const struct aid_figure *a, const struct aid_figure *b)
{
    if (a->stage_place != b->stage_place)
        return a->stage_place < b->stage_place ? -1 : 1;
    return a->reimbursement - b->reimbursement;
}

static int places_order(const void *a, const void *b, void *context)
{
    const struct figure_place *x = a, *y = b;
    int order = keys_order(x, y);
    if (!order)
        order = stages_order(figure_at(context, x->figure), figure_at(context, y->figure));
    return order ? order : (x->figure > y->figure) - (x->figure < y->figure);
}

// Chooses among the part's figures; in constant dollars those without a date cannot be chosen.
static bool part_choose(const struct sums *sums, struct part *part)
{
    const struct row_totals_context *tallying = &sums->tallying;
    struct group *group = &part->group;
    size_t count = 0;
    size_t *dated = calloc(group->count, sizeof *dated);
    struct choice *choices = calloc(group->count, sizeof *choices);
    for (size_t i = 0; dated && i < group->count; i++)
        if (!tallying->base_year || tallying->figures.shapes[part->members[i]].dated)
            dated[count++] = part->members[i];
    bool good =
        dated && choices &&
        double_counting_choose(&tallying->figures.web, dated, count, choices, &group->exact);
    for (size_t i = 0, next = 0; good && i < group->count; i++) {
        group->choices[i] = next < count && dated[next] == part->members[i]
                                ? choices[next++]
                                : (struct choice){VERDICT_UNDATED, 0};
        group->rivals |= group->choices[i].verdict == VERDICT_RIVAL;
    }
    free(choices);
    free(dated);
    return good;
}

static bool part_make(struct sums *sums, const struct figure_place *first, size_t count)
{
    struct part *part = &sums->parts[sums->part_count++];
    *part = (struct part){.first = first, .members = calloc(count, sizeof *part->members)};
    struct choice *choices = calloc(count, sizeof *choices);
    part->group =
        (struct group){.members = part->members, .choices = choices, .count = count, .exact = true};
    if (!part->members || !choices)
        return false;
    for (size_t i = 0; i < count; i++)
        part->members[i] = first[i].figure;
    return part_choose(sums, part);
}

static bool parts_make(struct sums *sums)
{
    const struct figure_place *places = sums->places;
    qsort_r(sums->places, sums->place_count, sizeof *places, places_order, sums);
    sums->parts = calloc(sums->place_count + 1, sizeof *sums->parts);
    for (size_t i = 0, end; sums->parts && i < sums->place_count; i = end) {
        const struct aid_figure *figure = figure_at(sums, places[i].figure);
        for (end = i + 1; end < sums->place_count && !keys_order(&places[i], &places[end]) &&
                          !stages_order(figure, figure_at(sums, places[end].figure));)
            end++;
        if (!part_make(sums, &places[i], end - i))
            return false;
    }
    return sums->parts != NULL;
}

static const struct aid_figure *part_figure(const struct sums *sums, const struct part *part)
{
    return figure_at(sums, part->first->figure);
}

static void group_keys_write(const struct figure_place *place, const char *stage, const char *year,
                             struct buffer *out)
{
    for (int key = 0; key < KEY_COUNT; key++) {
        buffer_add_text(out, key ? ",\"" : "{\"");
        buffer_add_text(out, key_names[key]);
        buffer_add_text(out, "\":");
        buffer_add_json_text(out, key == KEY_STAGE  ? stage
                                  : key == KEY_YEAR ? year
                                  : place           ? place->values[key]
                                                    : NULL);
    }
}

// Whether the money was given: not where it was withheld.
static bool stage_is_given(const char *stage)
{
    return strcmp(stage, "suspended") != 0 && strcmp(stage, "cut") != 0;
}

// "Suspended, economic, FY1990": the stage and the keys asked for.
static void row_subject_write(const struct sums *sums, const struct part *part,
                              struct bucket bucket, struct buffer *out)
{
    const char *stage = part_figure(sums, part)->stage;
    buffer_add_char(out, (char)(stage[0] - 'a' + 'A'));
    buffer_add_text(out, stage + 1);
    for (size_t i = 0; i < sums->key_count; i++) {
        const char *value = part->first->values[sums->keys[i]];
        if (sums->keys[i] == KEY_YEAR)
            buffer_add_format(out, bucket.fiscal ? ", FY%s" : ", year not known",
                              bucket.fiscal ? bucket.fiscal->name : "");
        else if (sums->keys[i] != KEY_STAGE)
            buffer_add_format(out, value ? ", %s" : ", no %s",
                              value ? value : key_names[sums->keys[i]]);
    }
}

static enum err totals_row_add(struct sums *sums, const struct part *part, struct bucket bucket)
{
    struct buffer subject = {0};
    const struct aid_figure *figure = part_figure(sums, part);
    if (sums->row_count == sums->row_capacity) {
        size_t capacity = sums->row_capacity ? 2 * sums->row_capacity : 64;
        struct row *rows = realloc(sums->rows, capacity * sizeof *rows);
        if (!rows)
            return problem_memory(sums->tallying.problem);
        sums->rows = rows;
        sums->row_capacity = capacity;
    }
    struct row *row = &sums->rows[sums->row_count++];
    *row = (struct row){.part = part, .fiscal = bucket.fiscal};
    group_keys_write(part->first, figure->stage, bucket.fiscal ? bucket.fiscal->name : NULL,
                     &row->text);
    buffer_add_format(&row->text, ",\"reimbursement\":%s,\"given\":%s",
                      figure->reimbursement ? "true" : "false",
                      stage_is_given(figure->stage) ? "true" : "false");
    buffer_add_text(&row->text, ",\"text\":");
    row_subject_write(sums, part, bucket, &subject);
    row_text_write(&sums->tallying, &part->group, bucket, buffer_text(&subject), &row->text);
    row->text.failed |= subject.failed;
    buffer_cleanup(&subject);
    return row_totals_write(&sums->tallying, &part->group, bucket, &row->text);
}

static bool year_is_asked(const struct row_totals_context *tallying, const struct fiscal_year *year)
{
    return calendar_month_start(year->first) <= tallying->asked_last &&
           calendar_month_start(year->last + 1) - 1 >= tallying->asked_first;
}

// A row for each fiscal year that the part's figures reach into and that is asked for.
static enum err years_add(struct sums *sums, const struct part *part)
{
    enum err err = OK;
    struct bucket bucket = {0};
    for (size_t i = 0; !err && i < embedded_fiscal_year_count; i++) {
        bucket.fiscal = &embedded_fiscal_years[i];
        if (year_is_asked(&sums->tallying, bucket.fiscal) &&
            row_totals_touch(&sums->tallying, &part->group, bucket))
            err = totals_row_add(sums, part, bucket);
    }
    bucket.fiscal = NULL;
    if (!err && row_totals_touch(&sums->tallying, &part->group, bucket))
        err = totals_row_add(sums, part, bucket);
    return err;
}

static int key_compare(const struct sums *sums, enum group_key key, const struct row *a,
                       const struct row *b)
{
    if (key == KEY_STAGE)
        return stages_order(part_figure(sums, a->part), part_figure(sums, b->part));
    if (key != KEY_YEAR)
        return values_order(a->part->first->values[key], b->part->first->values[key]);
    if (!a->fiscal || !b->fiscal)
        return (a->fiscal == NULL) - (b->fiscal == NULL);
    return (a->fiscal > b->fiscal) - (a->fiscal < b->fiscal);
}

static int rows_order(const void *a, const void *b, void *context)
{
    const struct sums *sums = context;
    for (size_t i = 0; i < sums->key_count; i++) {
        int order = key_compare(sums, sums->keys[i], a, b);
        if (order)
            return order;
    }
    return key_compare(sums, KEY_STAGE, a, b);
}

static enum err rows_make(struct sums *sums)
{
    enum err err = OK;
    for (size_t i = 0; !err && i < sums->part_count; i++)
        err = sums->by_year ? years_add(sums, &sums->parts[i])
                            : totals_row_add(sums, &sums->parts[i], (struct bucket){.all = true});
    if (!err && sums->row_count)
        qsort_r(sums->rows, sums->row_count, sizeof *sums->rows, rows_order, sums);
    return err;
}

// Nobody knows the years of what could only be spread evenly: it counts in none.
static void spread_leave_out(struct row_totals_context *tallying)
{
    for (size_t i = 0; i < tallying->figures.count; i++) {
        struct aid_figure *figure = &tallying->figures.list[i];
        if (!figure->chosen || !figures_would_be_spread(&tallying->figures, i))
            continue;
        figure->chosen = false;
        tallying->remarks[REMARK_NOT_SPREAD][i] = true;
    }
}

static enum err sums_make(struct sums *sums)
{
    struct row_totals_context *tallying = &sums->tallying;
    struct selection *selection = sums->selection;
    enum err err =
        constant_dollars_base_year(tallying->problem, selection->arguments, &tallying->base_year);
    if (!err)
        err = figures_read(&selection->query, selection->call->connection, tallying->base_year,
                           by_reference(sums), tallying->problem, &tallying->figures);
    if (err)
        return err;
    asked_read(sums);
    for (size_t i = 0; i < REMARK_COUNT; i++)
        if (!(tallying->remarks[i] = calloc(tallying->figures.count + 1, sizeof(bool))))
            return problem_memory(sums->tallying.problem);
    if (sums->unspread)
        spread_leave_out(tallying);
    if (!places_make(sums) || !parts_make(sums))
        return problem_memory(sums->tallying.problem);
    return rows_make(sums);
}

// The reader's own sums that must not be made.

struct tempting_sum {
    const char *code;
    const struct figure_place *place; // whose keys it has, or NULL
    const char *stage;                // or NULL
    money_cents amount;
    bool *figures; // by number
    const char *detail;
};

static void lure_write(const struct sums *sums, const struct tempting_sum *lure, struct buffer *out)
{
    int64_t dollars;
    bool first = true;
    if (out->length && out->bytes[out->length - 1] == '}')
        buffer_add_char(out, ',');
    buffer_add_format(out, "{\"code\":\"%s\",\"keys\":", lure->code);
    group_keys_write(lure->place, lure->stage, NULL, out);
    buffer_add_text(out, "},\"amount_usd\":");
    if (money_dollars(lure->amount, &dollars))
        buffer_add_format(out, "%lld", (long long)dollars);
    else
        buffer_add_text(out, "null");
    buffer_add_text(out, ",\"figures\":[");
    for (size_t i = 0; i < sums->tallying.figures.count; i++) {
        if (!lure->figures[i])
            continue;
        buffer_add_text(out, first ? "\"" : ",\"");
        buffer_add_text(out, figure_at(sums, i)->id);
        buffer_add_char(out, '"');
        first = false;
    }
    buffer_add_format(out, "],\"detail\":\"%s\"}", lure->detail);
}

static void used_mark(const struct part *part, bool *figures)
{
    for (size_t i = 0; i < part->group.count; i++)
        if (part->group.choices[i].verdict == VERDICT_USED)
            figures[part->members[i]] = true;
}

// The parts from FROM to END, whose keys are those of PLACE, where they are of several stages.
static void stages_lure(const struct sums *sums, size_t from, size_t end,
                        const struct figure_place *place, bool *figures, struct buffer *out)
{
    const struct bucket all = {.all = true};
    const struct aid_figure *stage = NULL;
    bool several = false;
    struct tempting_sum lure = {
        "different-stages",
        place,
        NULL,
        0,
        figures,
        "These are of several stages, or of several natures: money that was committed"
        " may be the same that was appropriated, reimbursements pay for costs, and"
        " what was suspended or cut was not given."};
    memset(figures, 0, sums->tallying.figures.count);
    for (size_t i = from; i < end; i++) {
        const struct aid_figure *figure = part_figure(sums, &sums->parts[i]);
        struct row_totals tally = row_totals_of(&sums->tallying, &sums->parts[i].group, all);
        if (!tally.used)
            continue;
        several |= stage && stages_order(stage, figure) != 0;
        stage = figure;
        lure.amount += tally.exact.mean;
        used_mark(&sums->parts[i], figures);
    }
    if (several)
        lure_write(sums, &lure, out);
}

// Of rows with the same keys, which lie side by side, and of all rows.
static void all_stages_lure(const struct sums *sums, bool *figures, struct buffer *out)
{
    size_t end = 0;
    const struct part *parts = sums->parts;
    for (size_t i = 0; i < sums->part_count; i = end) {
        while (end < sums->part_count && !keys_order(parts[i].first, parts[end].first))
            end++;
        if (i > 0 || end < sums->part_count)
            stages_lure(sums, i, end, parts[i].first, figures, out);
    }
    stages_lure(sums, 0, sums->part_count, NULL, figures, out);
}

// Marks the used figures of two parts that count the same money.
static bool parts_collide(const struct sums *sums, const struct part *a, const struct part *b,
                          bool *figures)
{
    bool found = false;
    for (size_t i = 0; i < a->group.count; i++)
        for (size_t j = 0; j < b->group.count; j++)
            if (a->group.choices[i].verdict == VERDICT_USED &&
                b->group.choices[j].verdict == VERDICT_USED &&
                double_counting_collide(&sums->tallying.figures.web, a->members[i],
                                        b->members[j])) {
                figures[a->members[i]] = figures[b->members[j]] = true;
                found = true;
            }
    return found;
}

// Rows of one stage that count the same money under different keys.
static void rows_lure(const struct sums *sums, size_t from, bool *figures, bool *seen,
                      struct buffer *out)
{
    const struct bucket all = {.all = true};
    const struct aid_figure *figure = part_figure(sums, &sums->parts[from]);
    struct tempting_sum lure = {
        "rows-overlap",
        NULL,
        figure->stage,
        0,
        figures,
        "Under different keys these are rivals, a part and its whole, or overlap in"
        " period and kind: the rows that hold them must not be added."};
    bool found = false;
    memset(figures, 0, sums->tallying.figures.count);
    for (size_t i = from; i < sums->part_count; i++) {
        if (stages_order(figure, part_figure(sums, &sums->parts[i])) != 0)
            continue;
        seen[i] = true;
        lure.amount += row_totals_of(&sums->tallying, &sums->parts[i].group, all).exact.mean;
        for (size_t j = i + 1; j < sums->part_count; j++)
            if (stages_order(figure, part_figure(sums, &sums->parts[j])) == 0)
                found |= parts_collide(sums, &sums->parts[i], &sums->parts[j], figures);
    }
    if (found)
        lure_write(sums, &lure, out);
}

static enum err lures_write(const struct sums *sums, struct buffer *out)
{
    bool *figures = calloc(sums->tallying.figures.count + 1, sizeof *figures);
    bool *seen = calloc(sums->part_count + 1, sizeof *seen);
    bool good = figures && seen;
    buffer_add_text(out, ",\"not_summed\":[");
    if (good)
        all_stages_lure(sums, figures, out);
    for (size_t i = 0; good && i < sums->part_count; i++)
        if (!seen[i])
            rows_lure(sums, i, figures, seen, out);
    buffer_add_char(out, ']');
    free(figures);
    free(seen);
    return good ? OK : problem_memory(sums->tallying.problem);
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

// Adds the ids of the figures of which REMARK tells, with commas between them, and their titles to
// TITLES unless it is NULL; gives their number.
static size_t remarked_ids(const struct sums *sums, enum remark remark, struct buffer *out,
                           struct buffer *titles)
{
    size_t count = 0;
    for (size_t i = 0; i < sums->tallying.figures.count; i++) {
        if (!sums->tallying.remarks[remark][i])
            continue;
        buffer_add_text(out, count ? "," : "");
        buffer_add_json_text(out, figure_at(sums, i)->id);
        if (titles) {
            buffer_add_text(titles, count ? "," : "");
            buffer_add_json_text(titles, figure_at(sums, i)->title);
        }
        count++;
    }
    return count;
}

static void remark_write(const struct sums *sums, enum remark remark)
{
    struct buffer ids = {0}, titles = {0};
    size_t count = remarked_ids(sums, remark, &ids, &titles);
    if (count)
        warnings_add(&sums->selection->warnings, remarks[remark].code, remarks[remark].detail,
                     (int64_t)count, &ids, &titles);
    buffer_cleanup(&ids);
    buffer_cleanup(&titles);
}

static enum err remark_refuse(const struct sums *sums, enum remark remark)
{
    char detail[300];
    json_error_t error;
    struct buffer ids = {0};
    struct problem *problem = sums->tallying.problem;
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

// With `strict` every warning is a culprit.
static enum err strict_judge(const struct sums *sums)
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

static enum err totals_meta_write(const struct sums *sums)
{
    const struct row_totals_context *tallying = &sums->tallying;
    struct buffer *out = &sums->aggregate->meta;
    buffer_add_text(out, ",\"group_by\":[");
    for (size_t i = 0; i < sums->key_count; i++)
        buffer_add_format(out, "%s\"%s\"", i ? "," : "", key_names[sums->keys[i]]);
    buffer_add_format(
        out, "],\"dollars\":\"%s\",\"base_year\":", tallying->base_year ? "constant" : "nominal");
    if (tallying->base_year)
        buffer_add_format(out, "%d,\"deflator\":", tallying->base_year);
    else
        buffer_add_text(out, "null,\"deflator\":null");
    if (tallying->base_year)
        constant_dollars_index_write(out);
    return lures_write(sums, out);
}

static enum err sums_conclude(const struct sums *sums)
{
    bool strict = json_is_true(json_object_get(sums->selection->arguments, "strict"));
    enum err err = strict ? strict_judge(sums) : OK;
    if (err)
        return err;
    for (int i = 0; i < REMARK_COUNT; i++)
        remark_write(sums, (enum remark)i);
    return totals_meta_write(sums);
}

static void rows_write(const struct sums *sums, size_t from, size_t to, struct buffer *out)
{
    buffer_add_char(out, '[');
    for (size_t i = from; i < to; i++) {
        buffer_add_text(out, i > from ? "," : "");
        buffer_add(out, sums->rows[i].text.bytes, sums->rows[i].text.length);
        out->failed |= sums->rows[i].text.failed;
    }
    buffer_add_char(out, ']');
}

static enum err totals_write(struct aggregate *aggregate, struct buffer *out)
{
    struct selection *selection = &aggregate->selection;
    AUTO(sums)
    struct sums sums = {.aggregate = aggregate,
                        .selection = selection,
                        .tallying.problem = &selection->call->problem};
    aggregate->name = "aid-totals";
    aggregate->row_schema = "AidTotal";
    keys_read(&sums, json_object_get(selection->arguments, "group_by"));
    enum err err = sums_make(&sums);
    if (!err)
        err = sums_conclude(&sums);
    if (!err)
        rows_write(&sums, 0, sums.row_count, out);
    return err;
}

enum err aid_totals_serve(struct call *call)
{
    return aggregate_serve(call, totals_write);
}

// One fiscal year of the series with its rows; without a year, those of the figures that have none.
static void point_write(const struct sums *sums, const struct fiscal_year *year, size_t from,
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
    rows_write(sums, from, to, out);
    buffer_add_char(out, '}');
}

// Every year from the first to the last, those without a figure too.
static void points_write(const struct sums *sums, struct buffer *out)
{
    size_t count = sums->row_count, at = 0, end;
    const struct fiscal_year *year = count ? sums->rows[0].fiscal : NULL;
    buffer_add_char(out, '[');
    while (at < count) {
        for (end = at; end < count && sums->rows[end].fiscal == year;)
            end++;
        buffer_add_text(out, at ? "," : "");
        point_write(sums, year, at, end, out);
        year = end < count && !sums->rows[end].fiscal ? NULL : year ? year + 1 : NULL;
        at = end;
    }
    buffer_add_char(out, ']');
}

static enum err series_write(struct aggregate *aggregate, struct buffer *out)
{
    struct selection *selection = &aggregate->selection;
    AUTO(sums)
    struct sums sums = {.aggregate = aggregate,
                        .selection = selection,
                        .tallying.problem = &selection->call->problem,
                        .keys = {KEY_YEAR, KEY_STAGE},
                        .key_count = 1};
    aggregate->name = "aid-series";
    aggregate->row_schema = "AidTotal";
    const json_t *keys = json_object_get(selection->arguments, "group_by");
    keys_read(&sums, keys);
    sums.key_count += keys ? 0 : 1;
    sums.by_year = true;
    sums.unspread = !json_is_true(json_object_get(selection->arguments, "spread"));
    enum err err = sums_make(&sums);
    if (!err)
        err = sums_conclude(&sums);
    if (!err && aggregate_is_table(aggregate))
        rows_write(&sums, 0, sums.row_count, out);
    else if (!err)
        points_write(&sums, out);
    return err;
}

enum err aid_totals_serve_series(struct call *call)
{
    return aggregate_serve(call, series_write);
}
