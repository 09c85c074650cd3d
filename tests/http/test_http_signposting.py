"""What a machine finds that knows an address alone: signposts in the head of answers, the catalogue of interfaces."""
import re

import pytest

RECORDS = ["/v1/events/abbey-gate-attack", "/v1/aid/aid-1-3-billion-cut", "/v1/actors/pakistan", "/v1/references/rizvi-2024", "/v1/eras/gwot",
           "/v1/themes/nuclear-issue"]
PROFILE = 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"'


def signposts(answer):
    """The links in the head (RFC 8288): (relation, address, type) each."""
    found = []
    for address, parameters in re.findall(r'<([^>]*)>((?:; \w+="[^"]*")*)', answer.headers["link"]):
        named = dict(re.findall(r'; (\w+)="([^"]*)"', parameters))
        found += [(relation, address, named.get("type")) for relation in named["rel"].split()]
    return found


def addresses(answer, relation):
    return [address for each, address, _ in signposts(answer) if each == relation]


def check_types(client, answer, relation):
    """Whether what ANSWER leads to is of the type that it says."""
    for each, address, media in signposts(answer):
        if each == relation:
            target = client.request("HEAD", address)
            assert target.status == 200 and target.headers["content-type"].partition(";")[0] == media, address


@pytest.mark.parametrize("path", RECORDS)
def test_a_record_says_what_it_is_and_where_it_belongs(client, path):
    answer = client.ok(path)
    licence = client.ok("/v1/dataset").data["licence"]["url"]
    assert addresses(answer, "license") == [licence]
    assert addresses(answer, "collection") == [answer.json["links"]["collection"], "/v1/dataset"]
    assert addresses(answer, "cite-as") == [answer.json["links"]["permalink"]]
    (kind,) = addresses(answer, "type")
    assert re.fullmatch("https://schema.org/[A-Z][A-Za-z]+", kind)
    assert addresses(answer, "describedby") == [f"{path}?format=jsonld"]
    check_types(client, answer, "describedby")


@pytest.mark.parametrize("path", [*RECORDS[:2], "/v1/dataset", "/.well-known/api-catalog", "/"])
def test_head_and_other_forms_have_the_same_signposts(client, path):
    answer = client.ok(path)
    assert client.request("HEAD", path).headers["link"] == answer.headers["link"]
    if path in RECORDS:
        assert client.ok(path, format="csv").headers["link"] == answer.headers["link"]
    if path == "/v1/dataset":
        assert client.ok(path, format="dcat").headers["link"] == answer.headers["link"]


def test_a_record_of_the_past_is_described_as_it_was(client):
    answer = client.ok("/v1/actors/pakistan", as_of=1)
    (description,) = addresses(answer, "describedby")
    revision = answer.json["links"]["permalink"].partition("as_of=")[2]
    assert client.ok(description).json["subjectOf"]["@id"].endswith(f"/v1/actors/pakistan?as_of={revision}")


def test_the_dataset_is_a_landing_page(client):
    answer = client.ok("/v1/dataset")
    assert addresses(answer, "type") == ["https://schema.org/Dataset", "https://schema.org/AboutPage"]
    assert addresses(answer, "license") == [answer.data["licence"]["url"]]
    assert addresses(answer, "cite-as") == [answer.json["links"]["permalink"]]
    items = [(address, media) for relation, address, media in signposts(answer) if relation == "item"]
    linked = client.ok("/v1/dataset", format="jsonld").json["distribution"]
    assert [(each["contentUrl"].partition("/v1/")[2], each["encodingFormat"]) for each in linked] == \
        [(address.partition("/v1/")[2], media) for address, media in items]
    assert len(items) == 2 * len(answer.data["counts"]) + 1
    past = client.ok("/v1/dataset", as_of=1)
    assert len(addresses(past, "item")) == len(items) - 1, "the archive is that of the newest revision"
    check_types(client, answer, "item")
    check_types(client, answer, "describedby")


def test_pages_of_other_origins_may_read_them(client):
    answer = client.get("/v1/eras/gwot", headers={"Origin": "https://elsewhere.example"})
    assert "Link" in answer.headers["access-control-expose-headers"].split(", ")


def test_the_catalogue_of_interfaces_leads_to_the_contract(client):
    answer = client.ok("/.well-known/api-catalog")
    assert answer.headers["content-type"] == PROFILE
    catalogue, interface = answer.json["linkset"]
    base = interface["anchor"]
    assert catalogue == {"anchor": f"{base}.well-known/api-catalog", "item": [{"href": base}]}
    assert addresses(answer, "api-catalog") == ["/.well-known/api-catalog"] and addresses(answer, "item") == ["/"]
    assert set(interface) == {"anchor", "service-desc", "service-doc", "service-meta", "status"}
    for relation, targets in interface.items():
        for target in targets if relation != "anchor" else []:
            assert target["href"].startswith(base)
            there = client.request("HEAD", "/" + target["href"][len(base):])
            assert there.status == 200 and there.headers["content-type"].partition(";")[0] == target["type"]


def test_the_index_leads_to_the_catalogue(client):
    answer = client.ok("/")
    assert addresses(answer, "api-catalog") == ["/.well-known/api-catalog"]
    assert addresses(answer, "service-desc") == ["/openapi.json"] and addresses(answer, "service-doc") == ["/docs"]
    assert answer.json["links"][".well-known/api-catalog"] == "/.well-known/api-catalog"
