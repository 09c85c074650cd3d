// The tables of the collections, and how the path of a field is followed through a record.
#include "model/collection.h"

#include <stdio.h>
#include <string.h>

#include "contract/string_formats.h"
#include "dates/calendar.h"
#include "dates/fiscal_year.h"
#include "model/derive.h"

#define CODE(field, at)                                                                            \
    {                                                                                              \
        .name = field, .path = at, .type = TYPE_CODE                                               \
    }
#define CODE_OR_NULL(field, at)                                                                    \
    {                                                                                              \
        .name = field, .path = at, .type = TYPE_CODE, .nullable = true                             \
    }
#define TEXT(field, at)                                                                            \
    {                                                                                              \
        .name = field, .path = at, .type = TYPE_TEXT                                               \
    }
#define TEXT_OR_NULL(field, at)                                                                    \
    {                                                                                              \
        .name = field, .path = at, .type = TYPE_TEXT, .nullable = true                             \
    }
#define INTEGER(field, at)                                                                         \
    {                                                                                              \
        .name = field, .path = at, .type = TYPE_INTEGER                                            \
    }
#define INTEGER_OR_NULL(field, at)                                                                 \
    {                                                                                              \
        .name = field, .path = at, .type = TYPE_INTEGER, .nullable = true                          \
    }
#define DAY_OR_NULL(field, at)                                                                     \
    {                                                                                              \
        .name = field, .path = at, .type = TYPE_DAY, .nullable = true                              \
    }
#define ENTRY(field, at)                                                                           \
    {                                                                                              \
        .name = field, .path = at, .store = STORE_ENTRY                                            \
    }
#define IDS(field, at, to)                                                                         \
    {                                                                                              \
        .name = field, .path = at, .store = STORE_ENTRY, .target = to                              \
    }
#define INTERNAL_IDS(field, at, to)                                                                \
    {                                                                                              \
        .name = field, .path = at, .store = STORE_ENTRY, .target = to, .internal = true            \
    }
#define MUTUAL_IDS(field, at, to)                                                                  \
    {                                                                                              \
        .name = field, .path = at, .store = STORE_ENTRY, .target = to, .internal = true,           \
        .mutual = true                                                                             \
    }
#define NAMED_BY(field, from, by)                                                                  \
    {                                                                                              \
        .name = field, .path = by, .store = STORE_REVERSE, .target = from                          \
    }
#define SIDES(field, of)                                                                           \
    {                                                                                              \
        .name = field, .path = of, .store = STORE_SIDE                                             \
    }
#define SPAN(field)                                                                                \
    {                                                                                              \
        .name = field, .store = STORE_SPAN                                                         \
    }
#define HIDDEN_DAY(field, at)                                                                      \
    {                                                                                              \
        .name = field, .path = at, .type = TYPE_DAY, .nullable = true, .internal = true            \
    }

#define CORPUS                                                                                     \
    {                                                                                              \
        .name = "corpus", .path = "corpus", .internal = true                                       \
    }
#define RELATED INTERNAL_IDS("related", "notes/*/related/*", ANY_COLLECTION)

// The fields that every citation and note has.
#define SOURCED                                                                                    \
    IDS("reference", "citations/*/reference", REFERENCES),                                         \
        INTERNAL_IDS("via", "citations/*/via", REFERENCES),                                        \
        ENTRY("locator", "citations/*/locator"), ENTRY("note", "notes/*/code"),                    \
        ENTRY("note_weight", "notes/*/weight"), RELATED

static const struct field event_fields[] = {
    CODE("id", "id"),
    {.name = "era", .path = "era", .target = ERAS, .nullable = true},
    CODE_OR_NULL("nature", "nature"),
    CODE("kind", "kind"),
    CODE_OR_NULL("trend", "trend"),
    CODE("status", "status"),
    CODE_OR_NULL("date_basis", "date_basis"),
    CODE_OR_NULL("date_extent", "date_extent"),
    CODE_OR_NULL("date_precision", "date_precision"),
    INTEGER_OR_NULL("year", "year"),
    DAY_OR_NULL("date_start", "date_start"),
    DAY_OR_NULL("date_end", "date_end"),
    TEXT("title", "title"),
    IDS("actor", "actors/*/id", ACTORS),
    SIDES("side", "actor"),
    IDS("theme", "themes/*", THEMES),
    INTERNAL_IDS("relation", "relations/*/target", EVENTS),
    MUTUAL_IDS("mutual_alternative", "relations/*/type=alternative-of/target", EVENTS),
    SOURCED,
    CORPUS,
    {0}};

static const struct field aid_fields[] = {
    CODE("id", "id"),
    CODE("stage", "stage"),
    CODE("category", "category"),
    CODE("qualifier", "qualifier"),
    {.name = "era", .path = "era", .target = ERAS, .nullable = true},
    {.name = "donor", .path = "donor", .target = ACTORS},
    {.name = "recipient", .path = "recipient", .target = ACTORS},
    {.name = "agency", .path = "agency", .target = ACTORS, .nullable = true},
    IDS("actor", "donor|recipient|agency", ACTORS),
    {.name = "event", .path = "event", .target = EVENTS, .nullable = true},
    INTEGER("amount_usd", "amount_usd"),
    INTEGER_OR_NULL("year", "year"),
    SPAN("fiscal_year"),
    INTEGER_OR_NULL("fiscal_year_start", "fiscal_year_start"),
    INTEGER_OR_NULL("fiscal_year_end", "fiscal_year_end"),
    TEXT("title", "title"),
    HIDDEN_DAY("date_start", "date_start"),
    HIDDEN_DAY("date_end", "date_end"),
    {.name = "period_edtf", .path = "period_edtf", .nullable = true, .internal = true},
    {.name = "significant_digits",
     .path = "significant_digits",
     .type = TYPE_INTEGER,
     .internal = true},
    INTERNAL_IDS("relation", "relations/*/target", AID),
    MUTUAL_IDS("mutual_alternative", "relations/*/type=alternative-of/target", AID),
    MUTUAL_IDS("mutual_overlap", "relations/*/type=overlaps/target", AID),
    SOURCED,
    CORPUS,
    {0}};

static const struct field actor_fields[] = {
    CODE("id", "id"),
    CODE("kind", "kind"),
    {.name = "parent", .path = "parent", .target = ACTORS, .nullable = true},
    SIDES("side", NULL),
    ENTRY("identifier", "identifiers/*/value"),
    TEXT("name", "name"),
    IDS("theme", "themes/*", THEMES),
    INTERNAL_IDS("office_of", "offices/*/of", ACTORS),
    NAMED_BY("event", EVENTS, "actor"),
    SOURCED,
    CORPUS,
    {0}};

static const struct field reference_fields[] = {
    CODE("id", "id"),
    CODE("citekey", "citekey"),
    CODE("csl_type", "csl_type"),
    CODE("status", "status"),
    INTEGER_OR_NULL("year", "year"),
    TEXT_OR_NULL("title", "title"),
    TEXT_OR_NULL("creators", "creators"),
    TEXT_OR_NULL("container", "container"),
    CODE_OR_NULL("doi", "doi"),
    ENTRY("cited_in", "cited_in/*"),
    NAMED_BY("event", EVENTS, "reference"),
    NAMED_BY("aid", AID, "reference"),
    NAMED_BY("actor", ACTORS, "reference"),
    INTERNAL_IDS("reference", "citations/*/reference", REFERENCES),
    INTERNAL_IDS("via", "citations/*/via", REFERENCES),
    ENTRY("note", "notes/*/code"),
    ENTRY("note_weight", "notes/*/weight"),
    RELATED,
    CORPUS,
    {0}};

static const struct field era_fields[] = {CODE("id", "id"),
                                          TEXT("title", "title"),
                                          INTEGER("position", "position"),
                                          HIDDEN_DAY("date_start", "date_start"),
                                          HIDDEN_DAY("date_end", "date_end"),
                                          SOURCED,
                                          CORPUS,
                                          {0}};

static const struct field theme_fields[] = {
    CODE("id", "id"), CODE("kind", "kind"), TEXT("title", "title"), SOURCED, CORPUS, {0}};

static const struct neighbour event_neighbours[] = {
    {"actors", ACTORS, "event"}, {"references", REFERENCES, "event"}, {"aid", AID, "event"}, {0}};
static const struct neighbour aid_neighbours[] = {{"references", REFERENCES, "aid"}, {0}};
static const struct neighbour actor_neighbours[] = {
    {"events", EVENTS, "actor"}, {"aid", AID, "actor"}, {"references", REFERENCES, "actor"}, {0}};
static const struct neighbour reference_neighbours[] = {{"events", EVENTS, "reference"},
                                                        {"aid", AID, "reference"},
                                                        {"actors", ACTORS, "reference"},
                                                        {0}};
static const struct neighbour era_neighbours[] = {
    {"events", EVENTS, "era"}, {"aid", AID, "era"}, {0}};
static const struct neighbour theme_neighbours[] = {
    {"events", EVENTS, "theme"}, {"actors", ACTORS, "theme"}, {0}};

static bool always_agrees(const json_t *record, const char **ret_field, const char **ret_detail)
{
    (void)record, (void)ret_field, (void)ret_detail;
    return true;
}

static bool event_agrees(const json_t *record, const char **ret_field, const char **ret_detail)
{
    bool dated = json_text(record, "date_edtf");
    *ret_field = "date_basis";
    *ret_detail = "must be null without date_edtf, and only then";
    if (dated == !json_text(record, "date_basis"))
        return false;
    *ret_field = "date_extent";
    *ret_detail = "must be null without date_edtf";
    return dated || !json_text(record, "date_extent");
}

// The days of the fiscal years, so that filters by day and by fiscal year agree.
static bool fiscal_period_agrees(const json_t *record)
{
    int first, last;
    struct edtf edtf;
    char start[EDTF_DAY_SIZE], end[EDTF_DAY_SIZE];
    const char *period = json_text(record, "period_edtf");
    const json_t *from = json_object_get(record, "fiscal_year_start");
    const json_t *to = json_object_get(record, "fiscal_year_end");
    return json_is_null(from) ||
           (period && string_formats_days(period, start, end, &edtf) && *start && *end &&
            fiscal_year_months((int)json_integer_value(from), (int)json_integer_value(to), &first,
                               &last) &&
            calendar_day(start) == calendar_month_start(first) &&
            calendar_day(end) == calendar_month_start(last + 1) - 1);
}

static bool aid_agrees(const json_t *record, const char **ret_field, const char **ret_detail)
{
    const json_t *start = json_object_get(record, "fiscal_year_start");
    const json_t *end = json_object_get(record, "fiscal_year_end");
    *ret_field = "fiscal_year_end";
    *ret_detail = "must not come before fiscal_year_start, and both or none must be given";
    if (json_is_null(start) != json_is_null(end) ||
        json_integer_value(start) > json_integer_value(end))
        return false;
    *ret_field = "period_edtf";
    *ret_detail = "must be the days of the fiscal years: FY2002 to FY2016 is 2001-10/2016-09";
    return fiscal_period_agrees(record);
}

static bool reference_agrees(const json_t *record, const char **ret_field, const char **ret_detail)
{
    *ret_field = "csl/id";
    *ret_detail = "must be the citekey";
    return strcmp(json_text(json_object_get(record, "csl"), "id"), json_text(record, "citekey")) ==
           0;
}

const struct collection collections[COLLECTION_COUNT] = {
    {EVENTS, "events", "event", "event", "EventWrite", "Event", "title", event_fields,
     event_neighbours, derive_event, event_agrees, true},
    {AID, "aid", "aid-figure", "aid_figure", "AidWrite", "AidFigure", "title", aid_fields,
     aid_neighbours, derive_aid, aid_agrees, true},
    {ACTORS, "actors", "actor", "actor", "ActorWrite", "Actor", "name", actor_fields,
     actor_neighbours, derive_actor, always_agrees, false},
    {REFERENCES, "references", "reference", "reference", "ReferenceWrite", "Reference", "title",
     reference_fields, reference_neighbours, derive_reference, reference_agrees, false},
    {ERAS, "eras", "era", "era", "EraWrite", "EraRecord", "title", era_fields, era_neighbours,
     derive_era, always_agrees, true},
    {THEMES, "themes", "theme", "theme", "ThemeWrite", "Theme", "title", theme_fields,
     theme_neighbours, derive_nothing, always_agrees, false},
};

static const struct field search_fields[] = {
    CODE("type", "type"), {.name = "id", .internal = true}, {0}};

const struct collection collection_search = {.number = ANY_COLLECTION,
                                             .name = "search",
                                             .table = "document",
                                             .served_schema = "Hit",
                                             .fields = search_fields};

static const struct field change_fields[] = {
    CODE("type", "type"),
    CODE("change", "change"),
    INTEGER("revision", "revision"),
    {.name = "record", .type = TYPE_INTEGER, .internal = true},
    {0}};

const struct collection collection_changes = {.number = CHANGES,
                                              .name = "changes",
                                              .table = "change",
                                              .served_schema = "Change",
                                              .fields = change_fields};

const struct collection *collection_numbered(enum collection_number number)
{
    switch (number) {
    case NO_COLLECTION:
        return NULL;
    case ANY_COLLECTION:
        return &collection_search;
    case CHANGES:
        return &collection_changes;
    default:
        return &collections[number - 1];
    }
}

const struct collection *collection_named(const char *name)
{
    for (size_t i = 0; i < COLLECTION_COUNT; i++)
        if (strcmp(collections[i].name, name) == 0)
            return &collections[i];
    return NULL;
}

const struct collection *collection_typed(const char *type)
{
    for (size_t i = 0; i < COLLECTION_COUNT; i++)
        if (strcmp(collections[i].type, type) == 0)
            return &collections[i];
    return NULL;
}

const struct field *collection_field(const struct collection *collection, const char *name)
{
    for (const struct field *field = collection->fields; field->name; field++)
        if (strcmp(field->name, name) == 0)
            return field;
    return NULL;
}

enum { POINTER_SIZE = 256, STEP_SIZE = 64 };

struct walk {
    bool (*each)(void *context, const json_t *value, const char *pointer);
    void *context;
};

static bool path_walk(const struct walk *walk, const json_t *at, const char *path,
                      const char *pointer);

static bool items_walk(const struct walk *walk, const json_t *list, const char *path,
                       const char *pointer)
{
    size_t i;
    const json_t *item;
    char place[POINTER_SIZE];
    json_array_foreach (list, i, item) {
        snprintf(place, sizeof place, "%.200s/%zu", pointer, i);
        if (!path_walk(walk, item, path, place))
            return false;
    }
    return true;
}

// One step of a path: the items of a list, a condition, or a key.
static bool step_walk(const struct walk *walk, const json_t *at, char *step, const char *rest,
                      const char *pointer)
{
    char place[POINTER_SIZE];
    char *equals = strchr(step, '=');
    if (strcmp(step, "*") == 0)
        return items_walk(walk, at, rest, pointer);
    if (equals) {
        *equals = '\0';
        const char *found = json_text(at, step);
        return !found || strcmp(found, equals + 1) != 0 || path_walk(walk, at, rest, pointer);
    }
    snprintf(place, sizeof place, "%.150s/%.64s", pointer, step);
    return path_walk(walk, json_object_get(at, step), rest, place);
}

static bool path_walk(const struct walk *walk, const json_t *at, const char *path,
                      const char *pointer)
{
    char step[STEP_SIZE];
    if (!at || json_is_null(at))
        return true;
    if (!*path || *path == '|')
        return walk->each(walk->context, at, pointer);
    size_t length = strcspn(path, "/|");
    snprintf(step, sizeof step, "%.*s", (int)length, path);
    return step_walk(walk, at, step, path + length + (path[length] == '/'), pointer);
}

bool collection_record_walk(const json_t *record, const char *path,
                            bool (*each)(void *context, const json_t *value, const char *pointer),
                            void *context)
{
    const struct walk walk = {each, context};
    for (; path; path = strchr(path, '|')) {
        path += *path == '|';
        if (!path_walk(&walk, record, path, ""))
            return false;
    }
    return true;
}

json_t *collection_record_derived(const struct collection *collection, const json_t *record)
{
    json_t *full = json_copy((json_t *)record);
    if (full && derive_notes(full) && collection->derive(full))
        return full;
    json_decref(full);
    return NULL;
}
