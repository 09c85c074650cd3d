// Groups the figures of a selection by keys, and chooses in each group what counts.
#include "endpoints/aid_sums.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "aid/constant_dollars.h"
#include "contract/string_formats.h"
#include "dates/calendar.h"

// In the order in which a row shows them.
static const char *const key_names[] = {"category", "stage",     "donor",       "recipient",
                                        "era",      "reference", "fiscal_year", "corpus"};

const char *aid_sums_key_name(size_t i)
{
    return i < KEY_COUNT ? key_names[i] : NULL;
}

void aid_sums_cleanup(struct aid_sums *sums)
{
    for (size_t i = 0; i < sums->part_count; i++) {
        free(sums->parts[i].members);
        free(sums->parts[i].group.choices);
    }
    for (size_t i = 0; i < REMARK_COUNT; i++)
        free(sums->context.remarks[i]);
    free(sums->parts);
    free(sums->places);
    figures_cleanup(&sums->context.figures);
}

const struct aid_figure *aid_sums_figure(const struct aid_sums *sums, size_t number)
{
    return &sums->context.figures.list[number];
}

void aid_sums_keys_read(struct aid_sums *sums, const json_t *names)
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

// The days that the filters `date` and `fiscal_year` ask for together.
static void asked_read(struct aid_sums *sums)
{
    struct row_totals_context *context = &sums->context;
    int first = 0, last = 0;
    const struct query *query = &sums->selection->query;
    const char *years = json_text(sums->selection->arguments, "fiscal_year");
    context->asked_first = query->date_first[0] ? calendar_day(query->date_first) : INT_MIN;
    context->asked_last = query->date_last[0] ? calendar_day(query->date_last) : INT_MAX;
    if (!years)
        return;
    string_formats_fiscal_days(years, &first, &last);
    context->asked_first = first > context->asked_first ? first : context->asked_first;
    context->asked_last = last < context->asked_last ? last : context->asked_last;
}

// The works that give the figure's amount, without duplicates; *RET_WORKS has room for all
// citations.
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

// The category under which the figure is counted: rivals are the same money and share the category
// of the first of them that has one.
static const char *category_of(const struct aid_sums *sums, size_t number)
{
    const struct figures *figures = &sums->context.figures;
    const struct aid_figure *figure = aid_sums_figure(sums, number);
    for (size_t i = 0; has_rivals(figures, number) && i < figures->count; i++) {
        const struct aid_figure *rival = aid_sums_figure(sums, i);
        if (figures->graph.classes[i] == figures->graph.classes[number] && rival->chosen &&
            rival->stage_place == figure->stage_place &&
            rival->reimbursement == figure->reimbursement &&
            strcmp(rival->category, "unspecified") != 0)
            return rival->category;
    }
    return figure->category;
}

static const char *value_of(const struct aid_sums *sums, size_t number, enum group_key key)
{
    const struct aid_figure *figure = aid_sums_figure(sums, number);
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
    case KEY_CORPUS:
        return figure->corpus;
    default:
        return NULL; // a figure may have several works and years
    }
}

static void place_add(struct aid_sums *sums, size_t number, const char *work)
{
    struct figure_place *place = &sums->places[sums->place_count++];
    *place = (struct figure_place){.figure = number};
    for (size_t i = 0; i < sums->key_count; i++)
        place->values[sums->keys[i]] = value_of(sums, number, sums->keys[i]);
    place->values[KEY_REFERENCE] = work;
    place->values[KEY_CORPUS] = aid_sums_figure(sums, number)->corpus;
}

static bool by_reference(const struct aid_sums *sums)
{
    for (size_t i = 0; i < sums->key_count; i++)
        if (sums->keys[i] == KEY_REFERENCE)
            return true;
    return false;
}

static bool places_make(struct aid_sums *sums)
{
    size_t count = sums->context.figures.count, room = 1, most = 1;
    bool works = by_reference(sums);
    for (size_t i = 0; i < count; i++) {
        size_t cited =
            json_array_size(json_object_get(aid_sums_figure(sums, i)->record, "citations"));
        room += works ? cited + 1 : 1;
        most = cited > most ? cited : most;
    }
    const char **found = calloc(most, sizeof *found);
    sums->places = calloc(room, sizeof *sums->places);
    for (size_t i = 0; found && sums->places && i < count; i++) {
        if (!aid_sums_figure(sums, i)->chosen)
            continue;
        size_t cited = works ? amount_works_find(aid_sums_figure(sums, i)->record, found) : 0;
        for (size_t j = 0; j < cited; j++)
            place_add(sums, i, found[j]);
        if (!cited)
            place_add(sums, i, NULL);
    }
    free(found);
    return found && sums->places;
}

bool aid_sums_part_official(const struct part *part)
{
    return strcmp(part->first->values[KEY_CORPUS], "official") == 0;
}

int aid_sums_values_order(const char *a, const char *b)
{
    if (!a || !b)
        return (a == NULL) - (b == NULL);
    return strcmp(a, b);
}

int aid_sums_keys_order(const struct figure_place *a, const struct figure_place *b)
{
    for (int key = 0; key < KEY_COUNT; key++) {
        if (key == KEY_STAGE || a->values[key] == b->values[key])
            continue;
        int order = aid_sums_values_order(a->values[key], b->values[key]);
        if (order)
            return order;
    }
    return 0;
}

int aid_sums_stages_order(const struct aid_figure *a, const struct aid_figure *b)
{
    if (a->stage_place != b->stage_place)
        return a->stage_place < b->stage_place ? -1 : 1;
    return a->reimbursement - b->reimbursement;
}

static int places_order(const void *a, const void *b, void *context)
{
    const struct figure_place *x = a, *y = b;
    int order = aid_sums_keys_order(x, y);
    if (!order)
        order = aid_sums_stages_order(aid_sums_figure(context, x->figure),
                                      aid_sums_figure(context, y->figure));
    return order ? order : (x->figure > y->figure) - (x->figure < y->figure);
}

// Chooses among the part's figures; in constant dollars, figures without a date cannot be chosen.
static bool part_choose(const struct aid_sums *sums, struct part *part)
{
    const struct row_totals_context *context = &sums->context;
    struct group *group = &part->group;
    size_t count = 0;
    size_t *dated = calloc(group->count, sizeof *dated);
    struct choice *choices = calloc(group->count, sizeof *choices);
    for (size_t i = 0; dated && i < group->count; i++)
        if (!context->base_year || context->figures.shapes[part->members[i]].dated)
            dated[count++] = part->members[i];
    bool good =
        dated && choices &&
        double_counting_choose(&context->figures.graph, dated, count, choices, &group->exact);
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

static bool part_make(struct aid_sums *sums, const struct figure_place *first, size_t count)
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

static bool parts_make(struct aid_sums *sums)
{
    const struct figure_place *places = sums->places;
    qsort_r(sums->places, sums->place_count, sizeof *places, places_order, sums);
    sums->parts = calloc(sums->place_count + 1, sizeof *sums->parts);
    for (size_t i = 0, end; sums->parts && i < sums->place_count; i = end) {
        const struct aid_figure *figure = aid_sums_figure(sums, places[i].figure);
        for (end = i + 1;
             end < sums->place_count && !aid_sums_keys_order(&places[i], &places[end]) &&
             !aid_sums_stages_order(figure, aid_sums_figure(sums, places[end].figure));)
            end++;
        if (!part_make(sums, &places[i], end - i))
            return false;
    }
    return sums->parts != NULL;
}

const struct aid_figure *aid_sums_part_figure(const struct aid_sums *sums, const struct part *part)
{
    return aid_sums_figure(sums, part->first->figure);
}

void aid_sums_keys_write(const struct figure_place *place, const char *stage, const char *year,
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

// An amount that could only be spread evenly has no known years, so it counts in none.
static void spread_leave_out(struct row_totals_context *context)
{
    for (size_t i = 0; i < context->figures.count; i++) {
        struct aid_figure *figure = &context->figures.list[i];
        if (!figure->chosen || !figures_would_be_spread(&context->figures, i))
            continue;
        figure->chosen = false;
        context->remarks[REMARK_NOT_SPREAD][i] = true;
    }
}

enum err aid_sums_make(struct aid_sums *sums)
{
    struct row_totals_context *context = &sums->context;
    struct selection *selection = sums->selection;
    enum err err =
        constant_dollars_base_year(context->problem, selection->arguments, &context->base_year);
    if (!err)
        err = figures_read(&selection->query, selection->call->connection, context->base_year,
                           by_reference(sums), context->problem, &context->figures);
    if (err)
        return err;
    asked_read(sums);
    for (size_t i = 0; i < REMARK_COUNT; i++)
        if (!(context->remarks[i] = calloc(context->figures.count + 1, sizeof(bool))))
            return problem_memory(context->problem);
    if (sums->unspread)
        spread_leave_out(context);
    if (!places_make(sums) || !parts_make(sums))
        return problem_memory(context->problem);
    return OK;
}
