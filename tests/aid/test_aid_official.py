"""What official records say of aid, beside the paper and never added to it."""
import collections
import json
import shutil

import pytest

import official
from figures import citation, dataset_of, figure
from releases import load
from service import DATASET, ROOT, relata

MILLION = 10 ** 6
FOLDER = ROOT / "db/official"
SOURCES = sorted(path.parent.name for path in FOLDER.glob("*/figures.tsv"))
LISTS = ["events", "aid", "actors", "references", "eras", "themes"]


def table(source):
    return official.rows(FOLDER / source / "figures.tsv")


def totals(client, years, *keys, **more):
    rows = client.ok("/v1/aid/totals", {"corpus": "official", "fiscal_year": years, "group_by": ",".join(keys or ["stage"])}, **more).data
    return {tuple(row[key] for key in keys) if keys else row["stage"]: row["amount_usd"] for row in rows}


@pytest.fixture(scope="module")
def paper(serve_copy, clients, tmp_path_factory):
    """A client of a service that has the paper's records alone."""
    folder = tmp_path_factory.mktemp("paper")
    shutil.copytree(DATASET, folder / "dataset", ignore=shutil.ignore_patterns("official"))
    load(folder / "relata.db", folder / "dataset")
    return clients(serve_copy(folder / "relata.db"))


@pytest.mark.parametrize("path, query", [
    *[(f"/v1/{name}", {"limit": 500}) for name in LISTS],
    ("/v1/aid/totals", {}), ("/v1/aid/totals", {"dollars": "constant", "base_year": 2020}), ("/v1/aid/totals", {"group_by": "category,stage,era,reference"}),
    ("/v1/aid/totals", {"group_by": "fiscal_year"}), ("/v1/aid/series", {}), ("/v1/aid/series", {"spread": "true", "group_by": "category"}),
    ("/v1/timeline", {}), ("/v1/network", {}), ("/v1/search", {"q": "pakistan", "limit": 500}), ("/v1/search", {"q": "economic"}),
    ("/v1/events", {"q": "aid", "facet": "kind,actor,era,side"}), ("/v1/aid", {"facet": "stage,reference,donor"}), ("/v1/actors", {"facet": "side,kind"})])
def test_without_a_corpus_an_answer_is_that_of_the_paper_alone(client, paper, path, query):
    with_both, alone = client.ok(path, query), paper.ok(path, query)
    assert with_both.data == alone.data
    for key in ("total", "facets", "not_summed", "query"):
        assert with_both.json["meta"].get(key) == alone.json["meta"].get(key)
    if path not in ("/v1/eras", "/v1/themes"):
        assert "corpus=paper" in with_both.json["meta"]["query"]
        assert client.ok(path, query, corpus="paper").data == alone.data


@pytest.mark.parametrize("source", SOURCES)
def test_figures_are_what_the_columns_of_the_source_make(source):
    assert {"aid.json": (FOLDER / source / "aid.json").read_text()} == official.made(source)


@pytest.mark.parametrize("source", SOURCES)
def test_each_line_of_the_source_is_one_figure_and_the_sums_are_its_sums(client, source):
    lines = table(source)
    served = client.ok("/v1/aid", corpus="official", reference=source, limit=500).data
    assert sorted(json.dumps([r["amount_usd"], r["stage"], r["category"], r["citations"][0]["locator"]]) for r in served) == \
        sorted(json.dumps([int(l["amount_usd"]), l["stage"], l["category"], l["locator"]]) for l in lines)
    assert all(record["id"].startswith(official.SOURCES[source][0]) and record["corpus"] == "official" for record in served)
    sums = collections.Counter()
    for line in lines:
        sums[line["stage"], line["category"]] += int(line["amount_usd"])
    rows = client.ok("/v1/aid/totals", corpus="official", reference=source, group_by="stage,category").data
    assert {(row["stage"], row["category"]): row["amount_usd"] for row in rows} == dict(sums)
    assert not any(row["left_out"] for row in rows)


def test_the_columns_add_up_as_the_sources_say(client):
    """The Greenbook's economic and military sums by ForeignAssistance.gov's one; the columns of the Research Service by what is printed."""
    assert totals(client, "2002/2016", "stage", "category") == {
        ("appropriated", "economic"): 10_957 * MILLION, ("appropriated", "security"): 7_956 * MILLION,
        ("reimbursed", "reimbursement"): 14_573 * MILLION,
        ("committed", "economic"): 10_960_264_479, ("committed", "military"): 4_913_705_035}
    span = totals(client, "2001/2021")
    assert (span["committed"], span["committed"] + span["reimbursed"]) == (18_381_828_080, 32_954_828_080)
    for year, tenths in ((1990, 5424), (1991, 1013), (1992, 214)):
        assert round(totals(client, str(year))["committed"] / 100_000) == tenths
    assert round(totals(client, "1988/1994")["committed"] / MILLION) == 2_077


def test_the_transition_quarter_is_found(client):
    quarter = client.ok("/v1/aid", corpus="official", fiscal_year="1976TQ")
    assert quarter.ids == ["greenbook-1976tq-economic", "greenbook-1976tq-military"]
    assert all((r["fiscal_year_start"], r["date_start"], r["date_end"]) == (None, "1976-07-01", "1976-09-30") for r in quarter.data)
    found = {years: set(client.ok("/v1/aid", corpus="official", fiscal_year=years, limit=500).ids) & set(quarter.ids)
             for years in ("1976", "1977", "1976/1977", "1976TQ/1977", "1976/1976TQ", "../1980", "1980/..", "1960/1976")}
    assert {years for years, ids in found.items() if ids} == {"1976/1977", "1976TQ/1977", "1976/1976TQ", "../1980"}
    assert all(len(ids) in (0, 2) for ids in found.values())


def test_a_row_is_of_one_corpus_and_nothing_is_added_across(client):
    both = client.ok("/v1/aid/totals", corpus="paper,official", group_by="corpus")
    apart = {corpus: client.ok("/v1/aid/totals", corpus=corpus, group_by="corpus").data for corpus in ("paper", "official")}
    assert both.data == apart["paper"] + apart["official"]
    assert {row["corpus"] for row in both.data} == {"paper", "official"}
    assert [row["corpus"] for row in client.ok("/v1/aid/totals", corpus="paper,official").data if row["stage"] == "committed"] == \
        ["paper", "official"]
    (forbidden,) = [each for each in both.json["meta"]["not_summed"] if each["code"] == "different-corpora"]
    assert forbidden["amount_usd"] == sum(row["amount_usd"] for row in both.data)


@pytest.mark.parametrize("path", ["/v1/aid", "/v1/aid/totals", "/v1/references", "/v1/search"])
def test_a_warning_counts_what_lies_beyond(client, path):
    query = {"q": "economic"} if path == "/v1/search" else {}
    counts = {corpus: client.ok(path, query, corpus=corpus).json["meta"]["total"] for corpus in ("paper", "official", "paper,official")}
    assert counts["paper,official"] == counts["paper"] + counts["official"] > counts["paper"]
    for corpus, other in (("paper", "official"), ("official", "paper")):
        warnings = [w for w in client.ok(path, query, corpus=corpus).json["meta"]["warnings"] if w["code"] == "other-corpus"]
        assert [warning["count"] for warning in warnings] == ([counts[other]] if counts[other] else [])
    assert not [w for w in client.ok(path, query, corpus="official,paper").json["meta"]["warnings"] if w["code"] == "other-corpus"]


@pytest.mark.parametrize("path, corpus, said", [
    ("/v1/aid?stage=cut", "official", "1 record of the paper matches too and is left out; "),
    ("/v1/aid?fiscal_year=2017&category=economic", "paper", "2 records of official sources match too and are left out; "),
    ("/v1/changes?id=crs-2017-economic", "paper", "1 change of records of official sources matches too and is left out; ")])
def test_the_warning_counts_in_words(client, path, corpus, said):
    (warning,) = [each for each in client.ok(path, corpus=corpus).json["meta"]["warnings"] if each["code"] == "other-corpus"]
    assert warning["detail"].startswith(said)


def test_small_sums_have_a_comma_between_thousands(client):
    (row,) = client.ok("/v1/aid/totals", corpus="official", fiscal_year="1948", category="economic").data
    assert row["text"] == "Committed, official record: $100,000."


def test_a_span_of_fiscal_years_that_runs_backward_is_told(client):
    problem = client.get("/v1/aid/compare", fiscal_year="2016/2002").json
    assert problem["errors"][0]["detail"] == "the earlier fiscal year stands first, as in 2002/2016"


def test_a_cursor_keeps_the_corpus(client):
    seen, answer = [], client.ok("/v1/aid", corpus="official", limit=40)
    while True:
        seen += answer.ids
        if not answer.json["links"]["next"]:
            break
        answer = client.ok(answer.json["links"]["next"])
    assert seen == client.ok("/v1/aid", corpus="official", limit=500).ids and len(seen) == 160


def test_the_series_has_every_year(client):
    points = client.ok("/v1/aid/series", corpus="official", stage="committed", group_by="category", dollars="constant", base_year=2020).data
    years = [point["fiscal_year"] for point in points]
    assert (years[0], years[-1]) == ("1948", "2024") and years[years.index("1976") + 1] == "1976TQ"
    empty = [point["fiscal_year"] for point in points if not point["values"]]
    assert empty == ["1949", "1950"]


def test_an_official_record_leads_to_its_neighbours(client):
    for collection, id in (("references", "usaid-greenbook-2022"), ("aid", "greenbook-1962-economic")):
        record = client.ok(f"/v1/{collection}/{id}").data
        for name, count in record["counts"].items():
            if name in record["links"] and name != "history":
                assert client.ok(record["links"][name]).json["meta"]["total"] == count
    assert client.ok("/v1/references/usaid-greenbook-2022").data["counts"]["aid"] == 130


@pytest.mark.parametrize("citations, fault", [
    ([citation("dawi-2022", locator="Table 1")], "'Table 1' is no section of the paper"),
    ([citation("dawi-2022", locator="§44")], "Did you mean '§4'?"),
    ([citation("dawi-2022"), citation("usaid-greenbook-2022", locator="Pakistan")], "official records cannot be cited beside other works")])
def test_a_citation_that_fits_no_corpus_is_refused(tmp_path, citations, fault):
    dataset = dataset_of([figure("made", fiscal=(2002, 2002), citations=citations)])
    dataset.records["references"] += json.loads((FOLDER / "usaid-greenbook-2022/references.json").read_text())
    done = relata("load", dataset.write(tmp_path / "dataset"), "--db", tmp_path / "relata.db")
    assert done.returncode == 65 and fault in done.stderr, done.stderr


def test_a_work_stays_in_its_corpus(tmp_path):
    database = tmp_path / "relata.db"
    dataset = dataset_of([])
    dataset.records["references"] += json.loads((FOLDER / "usaid-greenbook-2022/references.json").read_text())
    load(database, dataset.write(tmp_path / "dataset"))
    dataset.record("references", "usaid-greenbook-2022")["status"] = "unlisted"
    dataset.publish("2031.01", "2026-11-28T12:00:00Z", "Another status")
    done = relata("load", dataset.write(tmp_path / "dataset"), "--db", database, "--dry-run")
    assert "cannot become an official record, nor cease to be one" in done.stderr, done.stderr


SOURCES_OF = {"paper": ["source"], "official": ["official"], "paper,official": ["source", "official"]}


def titles(client, corpus):
    works = sorted(client.records("/v1/references", {"corpus": "paper,official"}), key=lambda work: work["id"])
    return [work["title"] for status in SOURCES_OF[corpus] for work in works if work["status"] == status]


@pytest.mark.parametrize("corpus", SOURCES_OF)
def test_the_dataset_is_told_by_corpus_with_its_sources(client, corpus):
    dataset = client.ok("/v1/dataset", corpus=corpus)
    for name in ("events", "aid", "actors", "references"):
        assert dataset.data["counts"][name] == client.ok(f"/v1/{name}", corpus=corpus).total
    assert [work["title"] for work in dataset.data["sources"]] == titles(client, corpus)
    assert all(title in dataset.data["citation"]["text"] for title in titles(client, corpus))
    assert client.ok(dataset.json["links"]["permalink"]).data == client.ok(dataset.json["links"]["self"]).data == dataset.data
    days = [event[key] for event in client.records("/v1/events", {"corpus": corpus}) for key in ("date_start", "date_end") if event[key]]
    assert dataset.data["coverage"] == {"date_start": min(days), "date_end": max(days)}
    linked = client.ok("/v1/dataset", corpus=corpus, format="jsonld").json
    assert [work["name"] for work in linked["isBasedOn"]] == titles(client, corpus)
    assert "application/zip" in [each["encodingFormat"] for each in linked["distribution"]]
    for name in ("events", "aid"):
        (address,) = [each["contentUrl"] for each in linked["distribution"] if (each["name"], each["encodingFormat"]) == (name, "text/csv")]
        assert client.ok("/v1/" + address.partition("/v1/")[2]).body == client.ok(f"/v1/{name}", corpus=corpus, format="csv").body


def test_the_dataset_of_the_paper_is_that_of_the_paper_alone(client, paper):
    for key in ("counts", "coverage", "sources"):
        assert client.ok("/v1/dataset").data[key] == paper.ok("/v1/dataset").data[key]


@pytest.mark.parametrize("url, based_on", [
    ("/v1/aid/greenbook-1962-economic", ["usaid-greenbook-2022"]), ("/v1/references/usaid-greenbook-2022", ["usaid-greenbook-2022"]),
    ("/v1/events/visit-2019-07-21-imran-khan", ["historian-visits-2025"]), ("/v1/eras", ["aslam-imran-zahid"]),
    ("/v1/aid", ["aslam-imran-zahid"])])
def test_a_citation_names_the_works_of_its_corpus(client, url, based_on):
    text = client.ok("/v1/cite", url=url).data["citation"]["text"]
    named = [work["id"] for work in client.records("/v1/references", {"corpus": "paper,official", "status": ["source", "official"]})
             if work["title"] in text]
    assert named == based_on
