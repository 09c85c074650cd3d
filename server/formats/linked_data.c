// Describes records with the vocabulary of schema.org.
#include "formats/linked_data.h"

#include <stdio.h>
#include <string.h>

#define SCHEMA "https://schema.org/"

// The JSON-LD context: schema.org, plus terms for the exact date and for close matches. It is
// included in every answer, so that nobody has to fetch it.
static json_t *schema_context(void)
{
    return json_pack("{ss s{ss ss} s{ss ss} s{ss} s{ss} s{ss} s{ss} s{ss}}", "@vocab", SCHEMA,
                     "dateEdtf", "@id", "http://purl.org/dc/terms/date", "@type",
                     "http://id.loc.gov/datatypes/edtf/EDTF", "closeMatch", "@id",
                     "http://www.w3.org/2004/02/skos/core#closeMatch", "@type", "@id", "sameAs",
                     "@type", "@id", "url", "@type", "@id", "license", "@type", "@id", "startDate",
                     "@type", SCHEMA "Date", "endDate", "@type", SCHEMA "Date");
}

// The class of the thing that a record describes, by collection; for actors and works it depends on
// their kind.
static const char *const classes[] = {[EVENTS] = "Event",     [AID] = "MonetaryAmount",
                                      [ACTORS] = "Thing",     [REFERENCES] = "CreativeWork",
                                      [ERAS] = "DefinedTerm", [THEMES] = "DefinedTerm"};

// By `kind` for an actor, and by `type` for a work; any other has the class of its collection.
static const char *const actor_classes[][2] = {{"person", "Person"},
                                               {"state", "Country"},
                                               {"government-body", "GovernmentOrganization"},
                                               {"organisation", "Organization"},
                                               {"alliance", "Organization"},
                                               {"armed-group", "Organization"},
                                               {"programme", "Project"},
                                               {NULL, NULL}};

static const char *const work_classes[][2] = {{"article-journal", "ScholarlyArticle"},
                                              {"article-magazine", "Article"},
                                              {"article-newspaper", "NewsArticle"},
                                              {"article", "Article"},
                                              {"book", "Book"},
                                              {"chapter", "Chapter"},
                                              {"dataset", "Dataset"},
                                              {"legislation", "Legislation"},
                                              {"map", "Map"},
                                              {"motion_picture", "Movie"},
                                              {"paper-conference", "ScholarlyArticle"},
                                              {"periodical", "Periodical"},
                                              {"post-weblog", "BlogPosting"},
                                              {"report", "Report"},
                                              {"review", "Review"},
                                              {"software", "SoftwareApplication"},
                                              {"thesis", "Thesis"},
                                              {"webpage", "WebPage"},
                                              {NULL, NULL}};

static const char *class_of(const char *const table[][2], const char *kind, const char *other)
{
    for (; kind && (*table)[0]; table++)
        if (strcmp((*table)[0], kind) == 0)
            return (*table)[1];
    return other;
}

void linked_data_class(const struct collection *collection, struct buffer *out)
{
    buffer_add_format(out, SCHEMA "%s", classes[collection->number]);
}

static void member_add(json_t *object, const char *key, json_t *value)
{
    bool something =
        value && !json_is_null(value) && (!json_is_array(value) || json_array_size(value));
    if (something)
        json_object_set(object, key, value);
    json_decref(value);
}

static json_t *member_of(const json_t *object, const char *key)
{
    return json_incref(json_object_get(object, key));
}

// People by the parts of their names, organisations by the whole name.
static json_t *people_of(const json_t *names)
{
    size_t i;
    const json_t *name;
    json_t *creators = json_array();
    json_array_foreach (names, i, name) {
        const char *literal = json_text(name, "literal");
        json_array_append_new(
            creators, literal ? json_pack("{ss ss}", "@type", "Organization", "name", literal)
                              : json_pack("{ss sO* sO*}", "@type", "Person", "familyName",
                                          json_object_get(name, "family"), "givenName",
                                          json_object_get(name, "given")));
    }
    return creators;
}

// `1999-05-28`, as far as it is known; NULL if there is no date.
static json_t *issued_of(const json_t *csl)
{
    const json_t *parts = json_at_pointer(csl, "/issued/date-parts/0");
    int year = (int)json_integer_value(json_array_get(parts, 0));
    int month = (int)json_integer_value(json_array_get(parts, 1));
    int day = (int)json_integer_value(json_array_get(parts, 2));
    if (!year)
        return NULL;
    return day     ? json_sprintf("%04d-%02d-%02d", year, month, day)
           : month ? json_sprintf("%04d-%02d", year, month)
                   : json_sprintf("%04d", year);
}

static json_t *container_of_work(const json_t *csl)
{
    const char *title = json_text(csl, "container-title");
    return title ? json_pack("{ss ss}", "@type", "CreativeWork", "name", title) : NULL;
}

static json_t *publisher_of(const json_t *csl)
{
    const char *name = json_text(csl, "publisher");
    return name ? json_pack("{ss ss}", "@type", "Organization", "name", name) : NULL;
}

json_t *linked_data_work(const json_t *csl)
{
    json_t *work = json_pack("{ss}", "@type",
                             class_of(work_classes, json_text(csl, "type"), classes[REFERENCES]));
    const char *doi = json_text(csl, "DOI");
    member_add(work, "name", member_of(csl, "title"));
    member_add(work, "author", people_of(json_object_get(csl, "author")));
    member_add(work, "editor", people_of(json_object_get(csl, "editor")));
    member_add(work, "datePublished", issued_of(csl));
    member_add(work, "isPartOf", container_of_work(csl));
    member_add(work, "publisher", publisher_of(csl));
    member_add(work, "url", member_of(csl, "URL"));
    member_add(work, "sameAs", doi ? json_sprintf("https://doi.org/%s", doi) : NULL);
    return work;
}

// Where the identifiers of a scheme can be looked up.
static const char *const schemes[][2] = {{"wikidata", "http://www.wikidata.org/entity/"},
                                         {"iso-3166", "https://www.iso.org/obp/ui/#iso:code:3166:"},
                                         {NULL, NULL}};

// The identifiers of an actor with the given MATCH, `exact` or `close`.
static json_t *identifiers_of(const json_t *actor, const char *match)
{
    size_t i;
    const json_t *identifier;
    json_t *addresses = json_array();
    json_array_foreach (json_object_get(actor, "identifiers"), i, identifier) {
        const char *place = class_of(schemes, json_text(identifier, "scheme"), NULL);
        if (place && strcmp(json_text(identifier, "match"), match) == 0)
            json_array_append_new(addresses,
                                  json_sprintf("%s%s", place, json_text(identifier, "value")));
    }
    return addresses;
}

// The aliases but the name itself, which may be among them as it is printed.
static json_t *other_names_of(const json_t *actor)
{
    size_t i;
    const json_t *alias, *name = json_object_get(actor, "name");
    json_t *names = json_array();
    json_array_foreach (json_object_get(actor, "aliases"), i, alias)
        if (!json_equal(alias, name))
            json_array_append(names, (json_t *)alias);
    return names;
}

static void actor_add(json_t *thing, const json_t *actor)
{
    member_add(thing, "alternateName", other_names_of(actor));
    member_add(thing, "sameAs", identifiers_of(actor, "exact"));
    member_add(thing, "closeMatch", identifiers_of(actor, "close"));
}

// Whether the LENGTH bytes at TEXT are a date of ISO 8601-1: a certain year, month or day.
static bool is_plain(const char *text, size_t length)
{
    bool good = length == 4 || length == 7 || length == 10;
    for (size_t i = 0; good && i < length; i++)
        good = i == 4 || i == 7 ? text[i] == '-' : text[i] >= '0' && text[i] <= '9';
    return good;
}

static json_t *plain_date(const char *text, size_t length)
{
    return is_plain(text, length) ? json_stringn(text, length) : NULL;
}

static void event_add(json_t *thing, const json_t *event)
{
    const char *date = json_text(event, "date_edtf");
    if (!date)
        return;
    const char *slash = strchr(date, '/'), *end = slash ? slash + 1 : date;
    member_add(thing, "startDate", plain_date(date, slash ? (size_t)(slash - date) : strlen(date)));
    member_add(thing, "endDate", plain_date(end, strlen(end)));
    member_add(thing, "dateEdtf", json_string(date));
}

static void aid_add(json_t *thing, const json_t *figure)
{
    member_add(thing, "currency", member_of(figure, "currency"));
    member_add(thing, "minValue", member_of(figure, "amount_low"));
    member_add(thing, "maxValue", member_of(figure, "amount_high"));
    member_add(thing, "value", member_of(figure, "amount_usd"));
    member_add(thing, "dateEdtf",
               member_of(figure, json_text(figure, "period_edtf") ? "period_edtf" : "act_edtf"));
}

static json_t *thing_of(const struct collection *collection, const json_t *record)
{
    enum collection_number number = collection->number;
    if (number == REFERENCES)
        return linked_data_work(json_object_get(record, "csl"));
    const char *kind = number == ACTORS ? json_text(record, "kind") : NULL;
    json_t *thing = json_pack("{ss}", "@type", class_of(actor_classes, kind, classes[number]));
    member_add(thing, "name", member_of(record, collection->label));
    member_add(thing, "description", member_of(record, "description"));
    member_add(thing, "description", member_of(record, "summary"));
    if (number == ACTORS)
        actor_add(thing, record);
    if (number == EVENTS)
        event_add(thing, record);
    if (number == AID)
        aid_add(thing, record);
    if (number == ERAS)
        member_add(thing, "dateEdtf", member_of(record, "span_edtf"));
    return thing;
}

// The thing that the record ID of COLLECTION describes, given only by its address.
static json_t *named_thing(const struct collection *collection, const char *id,
                           const struct linked_context *context)
{
    return json_pack("{so}", "@id",
                     json_sprintf("%s/v1/%s/%s#%s", context->public_url, collection->name, id,
                                  collection->type));
}

// The things that FIELD of a record refers to.
struct naming {
    const struct field *field;
    const struct linked_context *context;
    json_t *things;
};

static bool thing_named(void *context, const json_t *value, const char *pointer)
{
    size_t i;
    const json_t *other;
    struct naming *naming = context;
    const struct collection *collection = collection_numbered(naming->field->target);
    (void)pointer;
    AUTO(json)
    json_t *thing = named_thing(collection, json_string_value(value), naming->context);
    json_array_foreach (naming->things, i, other)
        if (json_equal(other, thing))
            return true;
    return thing && json_array_append(naming->things, thing) == 0;
}

// The works that the record cites, or everything else that it refers to.
static json_t *things_named(const struct collection *collection, const json_t *record,
                            const struct linked_context *context, bool works)
{
    json_t *things = json_array();
    for (const struct field *field = collection->fields; field->name; field++) {
        struct naming naming = {field, context, things};
        bool one = field->target && field->target < ANY_COLLECTION && field->path &&
                   field->store != STORE_REVERSE && (field->target == REFERENCES) == works;
        if (one)
            collection_record_walk(record, field->path, thing_named, &naming);
    }
    return things;
}

// The record itself, as distinct from what it describes.
static json_t *document_of(const struct collection *collection, const json_t *record,
                           const struct linked_context *context)
{
    json_t *document =
        json_pack("{so ss ss s{so ss} so}", "@id",
                  json_sprintf("%s%s?as_of=%s", context->public_url, json_text(record, "url"),
                               context->revision),
                  "@type", "WebPage", "license", context->licence, "isPartOf", "@id",
                  json_sprintf("%s/v1/dataset", context->public_url), "@type", "Dataset", "url",
                  json_sprintf("%s%s", context->public_url, json_text(record, "url")));
    member_add(document, "dateCreated", member_of(record, "created_at"));
    member_add(document, "dateModified", member_of(record, "updated_at"));
    member_add(document, "version", member_of(record, "revision"));
    member_add(document, "mentions", things_named(collection, record, context, false));
    member_add(document, "citation", things_named(collection, record, context, true));
    return document;
}

json_t *linked_data_record(const struct collection *collection, const json_t *record,
                           const struct linked_context *context)
{
    json_t *thing = thing_of(collection, record);
    AUTO(json) json_t *self = named_thing(collection, json_text(record, "id"), context);
    json_t *linked = json_pack("{so sO so so}", "@context", schema_context(), "@id",
                               json_object_get(self, "@id"), "identifier", member_of(record, "id"),
                               "subjectOf", document_of(collection, record, context));
    bool good = linked && thing && json_object_update(linked, thing) == 0;
    json_decref(thing);
    if (good)
        return linked;
    json_decref(linked);
    return NULL;
}
