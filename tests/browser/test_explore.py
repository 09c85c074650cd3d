"""The explorer as a reader meets it in Chromium, from the service itself and from another origin."""
import functools
import gzip
import http.server
import json
import os
import pathlib
import re
import subprocess
import threading

import pytest

PICTURES = os.environ.get("PICTURES")  # a folder for pictures of the pages
LOOK = pathlib.Path(__file__).with_name("explore.mjs")
BUILT = pathlib.Path("build/explorer")


class Files(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def elsewhere():
    """Another server, which has nothing but the files of the explorer."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Files, directory=BUILT)) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{other.server_port}"
        other.shutdown()


@pytest.fixture(scope="module", params=["here", "elsewhere"])
def page(request, server, elsewhere):
    return (f"{server.url}/explore", "whole") if request.param == "here" else (f"{elsewhere}/?api={server.url}", "brief")


@pytest.fixture(scope="module")
def seen(page):
    done = subprocess.run(["node", str(LOOK), *page, *([PICTURES] if PICTURES else [])], capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_occurrences_come_first(seen, client):
    total = client.ok("/v1/events", nature="occurrence", limit=1).total
    assert seen["heading"] == f"{total} records"
    dated = client.ok("/v1/events", nature="occurrence", date_start__isnull="false", limit=1).total
    assert seen["marks"] >= dated


def test_a_filter_is_an_address(seen, client):
    total = client.ok("/v1/events", nature="occurrence", era="gwot", limit=1).total
    assert seen["filtered"]["heading"] == f"{total} records" and seen["filtered"]["fragment"] == "#/timeline?era=gwot"
    assert seen["filtered"]["eras"] > 1, "the other eras stay to choose from"
    assert seen["back"] == seen["heading"]


def test_a_record_opens_by_keyboard(seen):
    assert seen["opened"]["title"] == seen["tip"] and "record=events/" in seen["opened"]["fragment"]
    assert seen["opened"]["focused"] == "H2"


def test_a_zoom_is_an_address(seen):
    assert "from=" in seen["zoomed"] and "to=" in seen["zoomed"]


def test_a_record_tells_its_sources(seen, client):
    record = client.ok("/v1/events/removal-of-imran-khan").data
    for text in [record["title"], record["summary"], "April 2022", "supplied by the editors",
                 *(citation["locator"] for citation in record["citations"]), *(actor["name"] for actor in record["actors"])]:
        assert text in seen["panel"], text


def test_a_record_can_be_cited(seen, client):
    forms = client.ok("/v1/cite", url="/v1/events/removal-of-imran-khan").data["citation"]
    assert [text.strip() for text in seen["cite"][:2]] == [forms["text"].strip(), forms["bibtex"].strip()]


def test_a_record_has_a_history(seen, client):
    """Each change with old and new values."""
    changes = client.ok("/v1/events/removal-of-imran-khan/revisions").data
    assert seen["differences"] == sum(len(change["differences"]) for change in changes) > 0
    releases = [change["release"] for change in client.ok("/v1/events/removal-of-imran-khan/revisions").data]
    assert seen["history"] == releases[::-1]


def test_search_finds_as_one_types(seen):
    assert any("Imran Khan" in text for text in seen["found"]) and seen["highlights"] > 0
    assert seen["active"] == "hit-0" and "record=" in seen["chosen"]


def test_a_spelling_that_finds_nothing_has_a_nearest_one(seen, client):
    suggestion = client.ok("/v1/search", q="musharaf", prefix="true").json["meta"]["suggestion"]
    assert seen["meant"] == f"Did you mean {suggestion}?" and seen["spelling"] == suggestion
    assert seen["meant"] in seen["nothing"]


def test_a_tie_tells_its_trend(seen, client):
    """Its colour is what the paper sees more of in the shared events, where it judges them."""
    found = client.ok("/v1/network").data
    names = {node["id"]: node["name"] for node in found["nodes"]}
    kinds = {text.split(":")[0]: kind for kind, text in seen["trends"]}
    for link in (link for link in found["links"] if link["weight"] >= 2):
        more = link["trends"].get("convergence", 0) - link["trends"].get("divergence", 0)
        known = "neutral" if link["trends"].keys() - {"none"} else "none"
        kind = {1: "convergence", -1: "divergence", 0: known}[(more > 0) - (more < 0)]
        assert kinds[f"{names[link['source']]} and {names[link['target']]}"] == f"tie {kind}"
    assert len({kind for kind, _ in seen["trends"]}) > 2


def test_a_tie_leads_to_its_events(seen, server, client):
    first = max(client.ok("/v1/network", era="gwot").data["links"], key=lambda link: link["weight"])
    assert seen["tie"]["api"] == server.url + first["events"]
    assert seen["tie"]["cells"][2] == str(first["weight"]) and seen["tie"]["heading"] == f"{first['weight']} records"


def test_what_is_refused_is_told_in_the_words_of_the_service(seen, client):
    problem = client.get("/v1/events", era="gwott").json
    assert problem["title"] in seen["problem"] and problem["detail"] in seen["problem"]


def test_as_of_a_release(seen, client):
    total = client.ok("/v1/events", as_of="2026.11", limit=1).total  # natures came later
    assert seen["as_of"]["heading"] == f"{total} records" and "As it was in release 2026.11" in seen["as_of"]["edition"]


def test_the_releases_are_there_to_choose_from(seen, client):
    releases = [release["version"] for release in client.ok("/v1/dataset").data["releases"]]
    assert seen["releases"] == ["Now", *reversed(releases)]


def test_a_table_stands_for_the_picture(seen, client):
    assert seen["rows"] == client.ok("/v1/events", nature="occurrence", limit=1).total


def test_every_view_fits_phones_and_walls(seen):
    assert "wide" not in seen, seen["wide"]


def test_no_view_has_barriers(seen, page):
    """WCAG 2.2 AA, by axe-core, in light and dark, on a desk and on a phone."""
    assert page[1] == "brief" or len(seen["barriers"]) >= 45
    assert {view: found for view, found in seen["barriers"].items() if found} == {}


def test_a_service_that_fails_can_be_asked_again(seen, server):
    assert "cannot be reached" in seen["failed"] and server.url in seen["failed"]
    assert seen["again"] == seen["filtered"]["heading"] == seen["slow"]


def test_aid_says_what_the_service_says(seen, client):
    for view, query in (("aid", {}), ("constant", {"dollars": "constant", "base_year": 2023})):
        for row in client.ok("/v1/aid/totals", query).data:
            assert row["text"] in seen["views"][view]
            for figure in row["left_out"]:
                assert figure["instead"] not in seen["views"][view] and figure["instead_title"] in seen["views"][view]


def test_official_years_stand_beside_the_paper(seen, client):
    """Each known year as a row of the table and as a column, in the dollars that are asked for; never added to the paper's."""
    series = client.ok("/v1/aid/series", corpus="official", group_by="category").data
    known = [(year["fiscal_year"], value) for year in series for value in year["values"]]
    assert len(known) > 100
    rows = seen["views"]["figures"].splitlines()
    for year, value in known:
        figure = value["used"][0]["title"]
        assert any(row.startswith(f"{year}\t") and figure in row for row in rows), figure
    assert "What official records say" in seen["views"]["aid"] and "What official records say" in seen["views"]["constant"]
    stages = {value["stage"] for _, value in known}
    for view, money in (("aid", ""), ("constant", "&dollars=constant&base_year=2023")):
        files = [f"?corpus=official&group_by=category{money}&format={name}" for name in ("xlsx", "csv")]
        assert seen["columns"][view] == {"pictures": len(stages), "columns": len(known), "files": files}


def dollars(amount):
    unit, name = next(each for each in ((10 ** 9, " billion"), (10 ** 6, " million"), (1, "")) if amount >= each[0])
    return f"${amount / unit:,.3f}".rstrip("0").rstrip(".") + name


def test_the_paper_stands_beside_official_records(seen, server, client):
    """Row by row what the service compares, with the reasons in its words, the sources, the request; and as files."""
    answer = client.ok("/v1/aid/compare")
    assert len(seen["compared"]["rows"]) == len(answer.data) and len({len(row["reasons"]) for row in answer.data}) == 3
    (words,) = [each["values"] for each in client.ok("/v1/vocabulary").data if each["name"] == "incomparable_reason"]
    definitions = {word["value"]: word["definition"] for word in words}
    titles = {source["title"] for source in answer.json["meta"]["sources"]}
    for row, shown in zip(answer.data, seen["compared"]["rows"]):
        figure, paper, official, difference, share, verdict, sources = shown["cells"]
        years = {str(row["year_first"]), str(row["year_last"])}
        assert figure.startswith(row["title"] + " ") and set(re.findall("[0-9]{4}", figure[len(row["title"]):])) == years
        assert dollars(row["amount_usd"]) in paper and row["stage"] in paper
        assert official.startswith(dollars(row["official_usd"])) and official.endswith(row["official_stage"])
        both = row["with_reimbursed_usd"]
        assert both is None or f"({dollars(both)} with reimbursements)" in official
        assert shown["request"] == server.url + row["url"] and shown["reasons"] == row["reasons"]
        if row["comparable"]:
            sign = "−" if row["difference_usd"] < 0 else "+"
            assert difference == sign + dollars(abs(row["difference_usd"]))
            assert float(share.rstrip("%")) == pytest.approx(100 * row["share"]) and verdict == "Comparable"
        else:
            assert (difference, share) == ("–", "–")
            assert verdict == "Not comparable. " + ". ".join(definitions[reason] for reason in row["reasons"]) + "."
        works = [client.ok("/v1/references", aid=id, corpus="official").data for id in row["official_figures"]]
        assert {title for title in titles if title in sources} == {work["title"] for found in works for work in found} != set()
    assert seen["compared"]["links"] == [f"{server.url}/v1/aid/compare{query}" for query in ("?format=xlsx", "?format=csv", "")]


def test_years_choose_what_is_compared(seen, client):
    chosen = seen["compared"]["chosen"]
    rows = client.ok("/v1/aid/compare", fiscal_year=chosen["years"]).data
    assert chosen["titles"] == [row["title"] for row in rows] and 0 < len(rows) < len(seen["compared"]["rows"])
    assert client.ok("/v1/aid/compare", fiscal_year="1948").data == [] and "No figure of the paper" in seen["compared"]["none"]
    problem = client.get("/v1/aid/compare", fiscal_year="19x8").json
    assert problem["title"] in seen["compared"]["problem"] and problem["detail"] in seen["compared"]["problem"]


def test_sources_are_all_there(seen, client):
    titles = [record["title"] for record in client.records("/v1/references", corpus="paper,official") if record["title"]]
    assert [title for title in titles if title not in seen["views"]["sources"]] == []


def test_about_credits_the_paper(seen, client):
    dataset = client.ok("/v1/dataset").data
    for text in [dataset["citation"]["text"], dataset["licence"]["name"], dataset["sources"][0]["title"], "Muhammad Asad Aslam"]:
        assert text in seen["views"]["about"], text


def test_about_says_what_the_words_mean(seen, client):
    trends = next(each for each in client.ok("/v1/vocabulary").data if each["name"] == "trend")
    assert all(value["definition"] in seen["views"]["words"] for value in trends["values"])


def test_ties_are_those_of_the_service(seen, client):
    links = [link for link in client.ok("/v1/network").data["links"] if link["weight"] >= 2]
    assert seen["views"]["ties"].count("\n") >= len(links)


def test_a_view_asks_little(seen):
    """A list or two, the dataset, the releases; each once, but Chromium loads a page anew where the machine's network changes meanwhile."""
    assert {view: len(set(asked)) for view, asked in seen["visits"].items() if len(set(asked)) > 13} == {}


def test_a_first_visit_asks_little(seen):
    """The page, its script, style, font and icon; the records, what there is to filter by, that without the filter in use, the dataset."""
    assert len(seen["visits"]["first"]) <= 9, seen["visits"]["first"]


def test_a_first_visit_is_light_work(seen):
    """Seconds of one core, from the address to the picture."""
    assert seen["work"] < 1, seen["work"]


def test_nobody_else_is_asked(seen, server, page):
    own = (server.url + "/", page[0].split("/?")[0] + "/", "data:")
    assert [address for address in seen["requests"] if not address.startswith(own) and address != "about:blank"] == []


def test_the_browser_has_nothing_to_complain_of(seen):
    assert seen["violations"] == [] and seen["console"] == []


def test_the_picture_of_the_readme_is_small():
    assert pathlib.Path("docs/explorer.png").stat().st_size < 200_000


def test_it_is_small():
    packed = sum(len(gzip.compress(path.read_bytes())) for path in (BUILT / "explore").iterdir())
    assert packed < 300_000
