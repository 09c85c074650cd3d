"""JSON-LD as rdflib reads it: triples that say what the JSON says, with no context to fetch."""
import pytest
from rdflib import RDF, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, SKOS, XSD

DCAT = Namespace("http://www.w3.org/ns/dcat#")
SCHEMA = Namespace("https://schema.org/")
EDTF = URIRef("http://id.loc.gov/datatypes/edtf/EDTF")
COLLECTIONS = ["events", "aid", "actors", "references", "eras", "themes"]


def base_of(client):
    return client.service.url.replace("127.0.0.1", "localhost")


def graph_of(answer):
    return Graph().parse(data=answer.body, format="json-ld")


def linked(client, collection, record):
    """The triples of RECORD, and the thing that it tells about."""
    graph = graph_of(client.ok(f"/v1/{collection}/{record['id']}", format="jsonld"))
    return graph, URIRef(f"{base_of(client)}/v1/{collection}/{record['id']}#{record['type']}")


def all_of(graph, subject, predicate):
    return {str(each) for each in graph.objects(subject, predicate)}


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_a_thing_is_told_by_the_record_about_it(client, collection):
    licence = client.ok("/v1/dataset").data["licence"]["url"]
    for record in client.records(f"/v1/{collection}")[::5]:
        graph, thing = linked(client, collection, record)
        (document,) = graph.objects(thing, SCHEMA.subjectOf)
        assert str(document).startswith(f"{base_of(client)}{record['url']}?as_of=")
        assert all_of(graph, thing, SCHEMA.identifier) == {record["id"]}
        assert all_of(graph, document, SCHEMA.license) == {licence}
        assert all_of(graph, document, SCHEMA.isPartOf) == {f"{base_of(client)}/v1/dataset"}
        assert all_of(graph, document, SCHEMA.citation) == {
            f"{base_of(client)}/v1/references/{id}#reference" for each in record["citations"] for id in (each["reference"], each["via"]) if id}
        label = record.get("title") or record.get("name")
        assert all_of(graph, thing, SCHEMA.name) == ({label} if label else set())
        assert len(list(graph.objects(thing, RDF.type))) == 1
        for address in [*all_of(graph, document, SCHEMA.mentions)][:3]:
            assert client.get(address[len(base_of(client)):].partition("#")[0]).status == 200


def test_actors_are_the_same_as_elsewhere(client):
    places = {"wikidata": "http://www.wikidata.org/entity/", "iso-3166": "https://www.iso.org/obp/ui/#iso:code:3166:"}
    kinds = {"person": SCHEMA.Person, "state": SCHEMA.Country, "government-body": SCHEMA.GovernmentOrganization, "programme": SCHEMA.Project,
             "group-of-states": SCHEMA.Thing}
    identified = 0
    for actor in client.records("/v1/actors"):
        graph, thing = linked(client, "actors", actor)
        for match, predicate in (("exact", SCHEMA.sameAs), ("close", SKOS.closeMatch)):
            expected = {places[each["scheme"]] + each["value"] for each in actor["identifiers"] if each["match"] == match}
            assert set(graph.objects(thing, predicate)) == {URIRef(each) for each in expected}
            identified += len(expected)
        assert set(graph.objects(thing, RDF.type)) == {kinds.get(actor["kind"], SCHEMA.Organization)}
        assert all_of(graph, thing, SCHEMA.alternateName) == set(actor["aliases"]) - {actor["name"]}
    assert identified > 20


def test_dates_are_as_exact_as_the_record(client):
    plain = 0
    for event in client.records("/v1/events"):
        graph, thing = linked(client, "events", event)
        date = event["date_edtf"]
        assert set(graph.objects(thing, DCTERMS.date)) == ({Literal(date, datatype=EDTF)} if date else set())
        start = graph.value(thing, SCHEMA.startDate)
        if start is not None:
            assert str(start) == date.split("/")[0] and len(start) in (4, 7, 10)
            plain += 1
        else:
            assert date is None or not date.split("/")[0].replace("-", "").isdigit()
    assert plain > 100


def test_amounts_have_their_bounds(client):
    for figure in client.records("/v1/aid"):
        graph, thing = linked(client, "aid", figure)
        for key, predicate in (("amount_usd", SCHEMA.value), ("amount_low", SCHEMA.minValue), ("amount_high", SCHEMA.maxValue)):
            assert [each.toPython() for each in graph.objects(thing, predicate)] == [value for value in [figure[key]] if value is not None]


def test_works_lead_to_where_they_are(client):
    for work in client.records("/v1/references"):
        graph, thing = linked(client, "references", work)
        assert all_of(graph, thing, SCHEMA.url) == ({work["work_url"]} if work["work_url"] else set())
        assert set(graph.objects(thing, SCHEMA.sameAs)) == ({URIRef(f"https://doi.org/{work['doi']}")} if work["doi"] else set())
        people = {str(graph.value(each, SCHEMA.familyName) or graph.value(each, SCHEMA.name)) for each in graph.objects(thing, SCHEMA.author)}
        assert people == {name.get("family") or name.get("literal") for name in work["csl"].get("author", [])}


def test_a_reference_heeds_accept(client):
    answer = client.get("/v1/references/rizvi-2024", headers={"Accept": "application/ld+json"})
    assert answer.headers["content-type"] == "application/ld+json" and len(graph_of(answer)) > 5


@pytest.mark.parametrize("name, value", [("fields", "id"), ("include", "actors"), ("bom", 1), ("base_year", 2020)])
def test_what_linked_data_cannot_carry_is_refused(client, name, value):
    answer = client.get("/v1/aid/aid-1-3-billion-cut", {"format": "jsonld", name: value})
    assert answer.status == 400 and answer.culprits == {name}


@pytest.fixture(scope="module")
def catalogue(client):
    answer = client.ok("/v1/dataset", format="dcat")
    assert answer.headers["content-type"] == 'application/ld+json; profile="http://www.w3.org/ns/dcat#"'
    return graph_of(answer)


@pytest.fixture(scope="module")
def about(client):
    return client.ok("/v1/dataset")


def test_the_catalogue_describes_one_version_of_the_dataset(client, catalogue, about):
    (dataset,) = catalogue.subjects(RDF.type, DCAT.Dataset)
    assert str(dataset) == base_of(client) + about.json["links"]["permalink"]
    assert all_of(catalogue, dataset, DCAT.version) == {about.data["version"]}
    assert all_of(catalogue, dataset, DCAT.isVersionOf) == all_of(catalogue, dataset, DCAT.landingPage) == {f"{base_of(client)}/v1/dataset"}
    assert set(catalogue.objects(dataset, DCTERMS.issued)) == {Literal(about.data["published_at"], datatype=XSD.dateTime)}
    assert all_of(catalogue, dataset, DCTERMS.license) == {about.data["licence"]["url"]}
    assert set(catalogue.objects(dataset, DCAT.keyword)) == {Literal(each, lang="en") for each in about.data["keywords"]}
    assert all_of(catalogue, dataset, DCTERMS.spatial / DCTERMS.title) == {"Pakistan", "United States"}
    assert all_of(catalogue, dataset, DCTERMS.creator / FOAF.name) == {about.data["citation"]["csl"]["author"][0]["literal"]}
    assert all_of(catalogue, dataset, DCTERMS.source / DCTERMS.title) == {work["title"] for work in about.data["sources"]}
    period = catalogue.value(dataset, DCTERMS.temporal)
    assert [str(catalogue.value(period, key)) for key in (DCAT.startDate, DCAT.endDate)] == list(about.data["coverage"].values())


def test_places_are_those_of_the_actors(client, catalogue):
    wikidata = {each["value"] for id in ("pakistan", "united-states") for each in client.ok(f"/v1/actors/{id}").data["identifiers"]
                if each["scheme"] == "wikidata"}
    assert {str(each).rpartition("/")[2] for each in catalogue.objects(None, DCTERMS.spatial)} == wikidata


def test_every_file_is_there_and_of_its_type(client, catalogue):
    rows = list(catalogue.query("""
        SELECT ?url ?type WHERE {
          ?dataset a dcat:Dataset; dcat:distribution ?file.
          ?file a dcat:Distribution; dcat:downloadURL ?url; dcat:mediaType ?type; dct:license ?licence; dct:title ?title; dcat:accessService ?service.
          ?service a dcat:DataService; dcat:servesDataset ?dataset; dcat:endpointDescription ?contract.
        }""", initNs={"dcat": DCAT, "dct": DCTERMS}))
    assert len(rows) == 13
    for url, media in rows:
        answer = client.request("HEAD", str(url)[len(base_of(client)):])
        assert answer.status == 200 and str(media).endswith("/media-types/" + answer.headers["content-type"].partition(";")[0])
