"""A footnote that still holds in five years: the permanent address, the digest, the entry for a bibliography."""
import hashlib
import json
import re
import shutil

import pytest

from releases import COLLECTIONS, Dataset, edit
from service import DATASET, ROOT, relata, unpinned


def canonical(record):
    """RFC 8785, as far as the dataset goes: its numbers are integers."""
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest_of(records):
    lines = "".join(canonical(record) + "\n" for record in sorted(records, key=lambda record: record["id"].encode()))
    return hashlib.sha256(lines.encode()).hexdigest()


def cited(client, url):
    return client.ok("/v1/cite", url=url).data


@pytest.mark.parametrize("query, chosen", [
    ("", lambda event: True),
    ("?era=gwot", lambda event: event["era"] == "gwot"),
    ("?era=gwot&limit=2&offset=3&sort=-title&fields=id", lambda event: event["era"] == "gwot"),
    ("?kind=attack,war", lambda event: event["kind"] in ("attack", "war")),
])
def test_the_digest_is_over_what_editors_wrote(client, query, chosen):
    events = [event for event in Dataset().records["events"] if chosen(event)]
    answer = cited(client, "/v1/events" + query)
    assert answer["records"] == len(events) > 0
    assert answer["digest"] == {"algorithm": "sha-256", "value": digest_of(events)}
    assert client.ok(answer["path"]).total == len(events)


@pytest.mark.parametrize("url, of, said", [
    ("/v1/aid/totals?group_by=era&stage=appropriated", "/v1/aid?stage=appropriated", "totals of {} aid figures"),
    ("/v1/aid/series?spread=true&era=gwot&format=csv", "/v1/aid?era=gwot", "series of {} aid figures"),
    ("/v1/aid/compare?fiscal_year=2002/2016&format=csv", "/v1/aid?corpus=paper,official", "comparison of {} aid figures"),
    ("/v1/timeline?by=decade&trend=divergence", "/v1/events?trend=divergence", "timeline of {} events"),
    ("/v1/network?era=gwot", "/v1/events?era=gwot", "network of {} events"),
    ("/v1/search?q=nuclear&type=event&limit=1", "/v1/events?q=nuclear", "{} records that a search finds"),
])
def test_what_is_counted_has_the_digest_of_its_records(client, url, of, said):
    answer, records = cited(client, url), cited(client, of)
    assert (answer["records"], answer["digest"]) == (records["records"], records["digest"])
    assert said.format(answer["records"]) in answer["citation"]["text"]
    assert answer["records"] > 1
    whole = re.sub("&?(limit=1|format=csv)", "", url)
    assert unpinned(client.ok(answer["path"]).data) == client.ok(whole).data


@pytest.mark.parametrize("url, part", [
    ("/v1/aid?stage=cut", ", 1 aid figure ["), ("/v1/aid?corpus=paper", " aid figures ["), ("/v1/aid/totals?stage=cut", ", totals of 1 aid figure ["),
    ("/v1/events?id=september-11-attacks", ", 1 event ["), ("/v1/records?id=imran-khan", ", 1 record ["),
    ("/v1/search?q=prebisch&type=actor", ", 1 record that a search finds ["), ("/v1/eras", ", 6 eras [")])
def test_a_citation_counts_in_words(client, url, part):
    assert part in cited(client, url)["citation"]["text"]


@pytest.mark.parametrize("url", [
    "/v1/aid/totals?corpus=official", "/v1/aid?corpus=official&category=reimbursement", "/v1/aid/compare", "/v1/events?corpus=official",
    "/v1/events?corpus=paper,official&kind=visit", "/v1/records?id=imran-khan", "/v1/records?id=imran-khan,crs-2017-economic",
    "/v1/references?corpus=official&id=historian-visits-2025", "/v1/actors?corpus=paper,official&id=hillary-clinton,imran-khan"])
def test_a_citation_names_the_sources_of_what_is_cited_alone(client, url):
    of = re.sub("/totals|/compare", "", url) + ("?corpus=paper,official" if "compare" in url else "")
    works = {work["id"]: work for work in client.records("/v1/references", {"corpus": "paper,official"})}
    records = client.ok(of + ("" if "records" in url else "&limit=500")).data
    cites = {citation["reference"] for record in records for citation in record["citations"]} | {record["id"] for record in records}
    official = {work for work in cites if works.get(work, {}).get("status") == "official"}
    paper = {"aslam-imran-zahid"} if any(record["corpus"] == "paper" for record in records) else set()
    text = cited(client, url)["citation"]["text"]
    assert {each for each, work in works.items() if work["status"] in ("source", "official") and work["title"] in text} == official | paper


def test_changes_are_cited_by_what_they_left(client):
    answer = cited(client, "/v1/changes?corpus=paper,official&era=gwot&limit=3")
    changes = client.records(answer["path"])
    dataset = Dataset().add_shipped_official()
    lines = [canonical(dataset.record(change["url"].split("/")[-2], change["id"])) if change["revision"] == changes[-1]["revision"]
             and change["change"] != "removed" else None for change in changes]
    assert answer["records"] == len(changes) > 0 and any(lines)
    assert f"{len(changes)} changes" in answer["citation"]["text"]
    part = cited(client, f"/v1/changes?corpus=paper,official&era=gwot&revision={changes[-1]['revision']}&change=changed,added")
    text = "".join(line + "\n" for line in lines if line)
    assert part["digest"]["value"] == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("corpus", ["paper", "official", "paper,official"])
def test_cited_changes_keep_their_corpus_and_name_its_sources(client, corpus):
    answer = cited(client, f"/v1/changes?corpus={corpus}&type=event&limit=3")
    changes, records = client.records(answer["path"]), client.records("/v1/events", {"corpus": "paper,official"})
    assert answer["records"] == len(changes) > 0
    known = {record["id"]: record["corpus"] for record in records}
    assert {known[change["id"]] for change in changes if change["id"] in known} == set(corpus.split(","))
    sources = {source: any(work["title"] in answer["citation"]["text"] for work in client.ok("/v1/dataset", corpus=source).data["sources"])
               for source in ("paper", "official")}
    assert sources == {source: source in corpus for source in sources}


@pytest.mark.parametrize("target", [
    "/v1/events?era=gwot&limit=2", "/v1/events?q=war&prefix=true&format=json", "/v1/events/abbey-gate-attack", "/v1/aid/totals",
    "/v1/aid/series", "/v1/timeline?by=era", "/v1/network", "/v1/search?q=war", "/v1/changes?type=actor", "/v1/events?as_of=1",
    "/v1/events/abbey-gate-attack?as_of=1", "/v1/events/abbey-gate-attack/revisions"])
def test_answers_lead_to_their_citation(client, target):
    answer = client.ok(target)
    assert client.ok(answer.json["links"]["cite"]).data == cited(client, target)


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_a_record_is_one_line(client, collection):
    record = Dataset().records[collection][0]
    answer = cited(client, f"/v1/{collection}/{record['id']}")
    assert (answer["records"], answer["digest"]["value"]) == (1, digest_of([record]))
    assert client.ok(answer["path"]).data["id"] == record["id"]


def test_a_cursor_stands_for_the_whole_list(client):
    page = client.ok("/v1/events?era=gwot&limit=5")
    assert cited(client, page.json["links"]["next"]) == cited(client, "/v1/events?era=gwot")


def test_an_address_may_be_the_public_one(client):
    assert cited(client, f"http://localhost:{client.service.port}/v1/events?era=gwot") == cited(client, "/v1/events?era=gwot")
    problem = client.get("/v1/cite", url="https://example.org/v1/events").json
    assert [error["name"] for error in problem["errors"]] == ["url"]


def test_every_form_names_address_number_and_digest(client):
    answer = cited(client, "/v1/events?era=gwot")
    forms = answer["citation"]
    for form in (forms["text"], forms["bibtex"], forms["ris"], canonical(forms["csl"])):
        assert answer["url"] in form and answer["digest"]["value"] in form and f"{answer['records']} events" in form
    assert forms["csl"]["type"] == "dataset"
    assert re.match(r"@misc\{" + re.escape(forms["csl"]["id"]), forms["bibtex"])
    assert forms["csl"]["id"] != cited(client, "/v1/events?era=cold-war")["citation"]["csl"]["id"]


def test_every_citation_credits_the_work_that_it_rests_on(client):
    (source,) = [work["csl"] for work in Dataset().records["references"] if work["status"] == "source"]
    whole = client.ok("/v1/dataset")
    listed, event = (cited(client, url)["citation"] for url in ("/v1/events", "/v1/events/abbey-gate-attack"))
    for forms in (whole.data["citation"], listed, event):
        for form in forms.values():
            assert source["title"] in canonical(form) and source["author"][0]["family"] in canonical(form)
    assert "based on Getting Answers on the Afghanistan Withdrawal (n.d.), as read in Aslam" in event["text"]
    assert whole.data["sources"] == [source]
    (linked,) = client.ok("/v1/dataset", format="jsonld").json["isBasedOn"]
    assert (linked["name"], linked["url"]) == (source["title"], source["URL"])


@pytest.mark.parametrize("url, status, said", [
    ("/v1/events?ear=gwot", 400, "era"), ("/v1/evnts", 400, "/v1/events"), ("/v1/events/resolution-211-1956", 404, "resolution-211-1965"),
    ("/v1/dataset", 400, None), ("/healthz", 400, None), ("/v1/search", 400, None), ("/v1/events?dollars=constant", 400, None),
    ("/v1/aid?dollars=constant", 400, None), ("/v1/events?format=csv&facet=era", 400, None)])
def test_what_is_wrong_with_the_address_is_told_as_what_is_wrong_with_url(client, url, status, said):
    answer = client.get("/v1/cite", url=url)
    assert (answer.status, answer.culprits) == (status, {"url"})
    assert answer.json["errors"][0].get("suggestion") == said


def test_a_citation_holds_while_the_dataset_goes_on(serve_copy, loaded, clients, tmp_path):
    """Here, and in a database that is made anew from the repository."""
    client = clients(serve_copy(loaded))
    url = "/v1/events?era=gwot&limit=7"
    before = cited(client, url)
    records = client.records(before["path"])

    dataset = Dataset()
    gwot = [event for event in dataset.records["events"] if event["era"] == "gwot"]
    changed = edit(gwot)
    dataset.add("events", "made-later-event", era="gwot", date_edtf="2005")
    dataset.record("actors", gwot[0]["actors"][0]["id"])["name"] += " (renamed)"
    dataset.publish("2099.01", "2099-01-01T00:00:00Z", "A correction.")
    folder = tmp_path / "dataset"
    shutil.copytree(DATASET, folder)
    dataset.write(folder)
    assert relata("load", folder, "--db", client.service.database).returncode == 0
    assert relata("dump", folder, "--db", client.service.database).returncode == 0
    assert relata("load", folder, "--db", tmp_path / "new.db").returncode == 0
    sister = clients(serve_copy(tmp_path / "new.db", "--public-url", f"http://localhost:{client.service.port}"))

    for each in (client, sister):
        # Another process has written: the service sees it within a second, and until then what it has.
        assert cited(each, before["path"]) == before
        assert each.records(before["path"]) == records
    now = cited(sister, url)
    assert now["digest"] != before["digest"] and now["records"] == before["records"] + 1
    assert changed in [record["id"] for record in sister.records(now["path"])]


def test_the_dataset_says_what_it_is(client):
    answer = client.ok("/v1/dataset")
    dataset = Dataset()
    assert answer.data["version"] == dataset.release["version"]
    assert answer.data["counts"] == {name: len(records) for name, records in dataset.records.items()}
    dates = [event[key] for event in client.records("/v1/events") for key in ("date_start", "date_end") if event[key]]
    assert answer.data["coverage"] == {"date_start": min(dates), "date_end": max(dates)}
    assert answer.data["licence"]["url"] in (ROOT / "LICENSE").read_text()
    assert dataset.release["editor"] in answer.data["citation"]["text"]
    assert client.ok(answer.json["links"]["permalink"]).data == answer.data


def test_the_dataset_names_its_releases(client):
    now = client.ok("/v1/dataset").data
    earlier = [json.loads(path.read_text())["release"] for path in sorted((DATASET / "history").iterdir())]
    assert [release["version"] for release in now["releases"]] == [release["version"] for release in [*earlier, Dataset().release]]
    for i, release in enumerate(now["releases"]):
        then = client.ok("/v1/dataset", as_of=release["version"]).data
        assert {name: then[name] for name in ("version", "revision", "published_at")} == {
            name: release[name] for name in ("version", "revision", "published_at")}
        assert then["releases"] == now["releases"][:i + 1], "what came later is not told"
    assert now["releases"][-1]["reason"] == Dataset().release["reason"]


def test_search_engines_get_it_as_schema_org_has_it(client):
    by_type = client.get("/v1/dataset", headers={"Accept": "application/ld+json"})
    assert by_type.headers["content-type"] == "application/ld+json"
    assert "Accept" in by_type.headers["vary"].split(", ")
    assert by_type.json == client.ok("/v1/dataset", format="jsonld").json
    assert by_type.json["license"] == client.ok("/v1/dataset").data["licence"]["url"]
    for download in by_type.json["distribution"]:
        answer = client.ok(download["contentUrl"].removeprefix(f"http://localhost:{client.service.port}"))
        assert answer.headers["content-type"].startswith(download["encodingFormat"])


def test_an_earlier_dataset_can_still_be_asked_for(history):
    first, newest = history.ok("/v1/dataset", as_of=1).data, history.ok("/v1/dataset").data
    assert (first["revision"], newest["revision"]) == (1, 3)
    assert first["citation"]["csl"]["id"] != newest["citation"]["csl"]["id"]
