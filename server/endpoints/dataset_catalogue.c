// Describes the dataset, its files and the service with the vocabulary of DCAT.
#include "endpoints/dataset_catalogue.h"

#include "endpoints/citation.h"
#include "endpoints/corpus.h"
#include "endpoints/dataset_downloads.h"
#include "endpoints/sources.h"

static json_t *public_address(const struct call *call, const char *path)
{
    return json_sprintf("%s%s", call->public_url, path);
}

static json_t *node_of(json_t *address)
{
    return json_pack("{so}", "@id", address);
}

// The JSON-LD context, included in the answer so that nobody has to fetch it.
static json_t *catalogue_context(void)
{
    return json_pack("{ss ss ss ss}", "dcat", "http://www.w3.org/ns/dcat#", "dct",
                     "http://purl.org/dc/terms/", "foaf", "http://xmlns.com/foaf/0.1/", "xsd",
                     "http://www.w3.org/2001/XMLSchema#");
}

static json_t *english(const json_t *text)
{
    return json_pack("{sO ss}", "@value", text, "@language", "en");
}

static json_t *typed(const char *text, const char *type)
{
    return text ? json_pack("{ss ss}", "@value", text, "@type", type) : NULL;
}

static json_t *agent_of(const struct call *call, const struct revision *revision)
{
    return json_pack("{ss so}", "@type", "foaf:Agent", "foaf:name",
                     citation_editor(call, revision));
}

static json_t *keywords_of(const json_t *about)
{
    size_t i;
    const json_t *keyword;
    json_t *keywords = json_array();
    json_array_foreach (json_object_get(about, "keywords"), i, keyword)
        json_array_append_new(keywords, english(keyword));
    return keywords;
}

// The states that it is about, as places.
static json_t *locations_of(const json_t *about)
{
    size_t i;
    const json_t *place;
    json_t *places = json_array();
    json_array_foreach (json_object_get(about, "spatial"), i, place)
        json_array_append_new(places, json_pack("{sO ss so}", "@id", json_object_get(place, "url"),
                                                "@type", "dct:Location", "dct:title",
                                                english(json_object_get(place, "name"))));
    return places;
}

static json_t *period_of(const json_t *coverage)
{
    return json_pack("{ss so* so*}", "@type", "dct:PeriodOfTime", "dcat:startDate",
                     typed(json_text(coverage, "date_start"), "xsd:date"), "dcat:endDate",
                     typed(json_text(coverage, "date_end"), "xsd:date"));
}

// The service that provides each file.
static json_t *service_of(const struct call *call, const json_t *info, const char *path)
{
    return json_pack("{so ss so so so so}", "@id", public_address(call, "/"), "@type",
                     "dcat:DataService", "dct:title", english(json_object_get(info, "title")),
                     "dcat:endpointURL", node_of(public_address(call, "/")),
                     "dcat:endpointDescription", node_of(public_address(call, "/openapi.json")),
                     "dcat:servesDataset", node_of(public_address(call, path)));
}

static json_t *distribution_of(const struct call *call, const json_t *download)
{
    const char *path = json_text(download, "path");
    return json_pack("{so ss so so so so s{ss} so}", "@id", public_address(call, path), "@type",
                     "dcat:Distribution", "dct:title", english(json_object_get(download, "name")),
                     "dcat:accessURL", node_of(public_address(call, path)), "dcat:downloadURL",
                     node_of(public_address(call, path)), "dcat:mediaType",
                     node_of(json_sprintf("https://www.iana.org/assignments/media-types/%s",
                                          json_text(download, "type"))),
                     "dct:license", "@id", call_licence(call), "dcat:accessService",
                     node_of(public_address(call, "/")));
}

static json_t *distributions_of(const struct call *call, const struct revision *revision)
{
    size_t i;
    const json_t *download;
    json_t *distributions = json_array();
    AUTO(json) json_t *downloads = dataset_downloads(call, revision);
    json_array_foreach (downloads, i, download)
        json_array_append_new(distributions, distribution_of(call, download));
    return distributions;
}

// The works from which it was compiled.
static json_t *works_of(const struct call *call, const struct revision *revision)
{
    size_t i;
    const json_t *work;
    json_t *works = json_array();
    AUTO(json)
    json_t *sources = sources_of_dataset(call, revision, corpus_asked(call, call->arguments));
    json_array_foreach (sources, i, work)
        json_array_append_new(works, json_pack("{ss sO*}", "@type", "dct:BibliographicResource",
                                               "dct:title", json_object_get(work, "title")));
    return works;
}

json_t *dataset_catalogue(const struct call *call, const struct revision *revision,
                          const char *path, const json_t *coverage)
{
    const json_t *info = json_object_get(openapi_document(call->spec), "info");
    const json_t *about = json_object_get(info, "x-dataset");
    const char *home = call->operation->path;
    json_t *dataset = json_pack(
        "{so ss so so so so ss so so}", "@id", public_address(call, path), "@type", "dcat:Dataset",
        "dct:title", english(json_object_get(info, "title")), "dct:description",
        english(json_object_get(info, "summary")), "dct:identifier", public_address(call, path),
        "dct:issued", typed(revision->time, "xsd:dateTime"), "dcat:version", revision->release,
        "dcat:isVersionOf", node_of(public_address(call, home)), "dcat:landingPage",
        node_of(public_address(call, home)));
    AUTO(json)
    json_t *rest =
        json_pack("{so so s{ss} so so so s{ss} so so}", "dct:creator", agent_of(call, revision),
                  "dct:publisher", agent_of(call, revision), "dct:license", "@id",
                  call_licence(call), "dcat:keyword", keywords_of(about), "dct:spatial",
                  locations_of(about), "dct:temporal", period_of(coverage), "dct:language", "@id",
                  "http://id.loc.gov/vocabulary/iso639-1/en", "dct:source",
                  works_of(call, revision), "dcat:distribution", distributions_of(call, revision));
    if (dataset && rest && json_object_update(dataset, rest) == 0)
        return json_pack("{so s[oo]}", "@context", catalogue_context(), "@graph", dataset,
                         service_of(call, info, path));
    json_decref(dataset);
    return NULL;
}
