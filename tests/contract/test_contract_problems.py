"""Problems: each names the culprit, says what is allowed, and offers the nearest valid form of what was meant."""
import pytest

from service import relata, target_of

# What is asked, and the problem: status, code, where, name, suggestion.
PROBLEMS = [
    # Names of parameters
    ("/v1/events?eraa=gwot", 400, "unknown-parameter", "query", "eraa", "era"),
    ("/v1/events?ear=gwot", 400, "unknown-parameter", "query", "ear", "era"),
    ("/v1/events?Era=gwot", 400, "unknown-parameter", "query", "Era", "era"),
    ("/v1/events?year_gte=1979", 400, "unknown-parameter", "query", "year_gte", "year__gte"),
    ("/v1/events?per_page=2", 400, "unknown-parameter", "query", "per_page", "limit"),
    ("/v1/events?_=1", 400, "unknown-parameter", "query", "_", None),
    ("/v1/events?search=x", 400, "unknown-parameter", "query", "search", "q"),
    ("/v1/events?order=title", 400, "unknown-parameter", "query", "order", "sort"),
    ("/v1/events?expand=actors", 400, "unknown-parameter", "query", "expand", "include"),
    ("/v1/events?pretty=1", 400, "unknown-parameter", "query", "pretty", None),
    ("/v1/cite?url=/v1/eras&page=2", 400, "unknown-parameter", "query", "page", None),
    ("/v1/events?xyzzyxyzzyxyzzy=2", 400, "unknown-parameter", "query", "xyzzyxyzzyxyzzy", None),
    ("/v1/events/resolution-211-1965?era=gwot", 400, "unknown-parameter", "query", "era", ...),
    ("/v1/aid?kind=aid", 400, "unknown-parameter", "query", "kind", ...),
    ("/healthz?verbose=1", 400, "unknown-parameter", "query", "verbose", None),
    # Closed lists
    ("/v1/events?era=gwott", 400, "bad-parameter", "query", "era", "gwot"),
    ("/v1/events?era=GWOT", 400, "bad-parameter", "query", "era", "gwot"),
    ("/v1/events?era=cold_war", 400, "bad-parameter", "query", "era", "cold-war"),
    ("/v1/events?era=gwot,erly", 400, "bad-parameter", "query", "era", "early"),
    ("/v1/events?era=", 400, "bad-parameter", "query", "era", ...),
    ("/v1/events?kind__not=atack", 400, "bad-parameter", "query", "kind__not", "attack"),
    ("/v1/events?sort=date", 400, "bad-parameter", "query", "sort", ...),
    ("/v1/events?sort=-titel", 400, "bad-parameter", "query", "sort", "-title"),
    ("/v1/events?facet=eras", 400, "bad-parameter", "query", "facet", "era"),
    ("/v1/events?fields=titel", 400, "bad-parameter", "query", "fields", "title"),
    ("/v1/events?include=actor", 400, "bad-parameter", "query", "include", "actors"),
    ("/v1/timeline?by=month", 400, "bad-parameter", "query", "by", ...),
    ("/v1/changes?change=removd", 400, "bad-parameter", "query", "change", "removed"),
    # Numbers
    ("/v1/events?limit=501", 400, "bad-parameter", "query", "limit", ...),
    ("/v1/events?limit=0", 400, "bad-parameter", "query", "limit", ...),
    ("/v1/events?limit=abc", 400, "bad-parameter", "query", "limit", ...),
    ("/v1/events?offset=-1", 400, "bad-parameter", "query", "offset", ...),
    ("/v1/events?year=10000", 400, "bad-parameter", "query", "year", ...),
    ("/v1/aid?amount_usd__gte=1e9", 400, "bad-parameter", "query", "amount_usd__gte", ...),
    # Dates
    ("/v1/events?date=1979-02-30", 400, "bad-parameter", "query", "date", ...),
    ("/v1/events?date=1988/1979", 400, "bad-parameter", "query", "date", ...),
    ("/v1/events?date_start__gte=199X", 400, "bad-parameter", "query", "date_start__gte", ...),
    ("/v1/events?date=1979&date__within=1979", 400, "bad-parameter", "query", "date__within", ...),
    ("/v1/aid?fiscal_year=2016/2002", 400, "bad-parameter", "query", "fiscal_year", ...),
    # Ids
    ("/v1/events?actor=imran-kahn", 400, "unknown-id", "query", "actor", "imran-khan"),
    ("/v1/events?actor=pakistan,united-state", 400, "unknown-id", "query", "actor", "united-states"),
    ("/v1/events?reference__not=dawi-2023", 400, "unknown-id", "query", "reference__not", "dawi-2022"),
    ("/v1/events?actor=Imran", 400, "bad-parameter", "query", "actor", ...),
    ("/v1/events?actor=imran%20khan", 400, "bad-parameter", "query", "actor", "imran-khan"),
    ("/v1/events?actor=Imran_Khan,pakistan", 400, "bad-parameter", "query", "actor", "imran-khan"),
    ("/v1/actors/imran-kahn", 404, "not-found", "path", "id", "imran-khan"),
    ("/v1/eras/gwott", 404, "not-found", "path", "id", "gwot"),
    ("/v1/eras/gwott/revisions", 404, "not-found", "path", "id", "gwot"),
    ("/problems/unknown-paramater", 404, "not-found", "path", "code", "unknown-parameter"),
    # Repetition, encoding, cursors, revisions, searches
    ("/v1/events?limit=1&limit=2", 400, "repeated-parameter", "query", "limit", ...),
    ("/v1/events?title=%ff", 400, "bad-encoding", "query", "title", ...),
    ("/v1/events?cursor=nonsense", 400, "bad-cursor", "query", "cursor", ...),
    ("/v1/events?as_of=nonsense", 400, "bad-parameter", "query", "as_of", ...),
    ("/v1/changes?since=nonsense", 400, "bad-parameter", "query", "since", ...),
    ("/v1/events?as_of=ffffffffffffffff", 410, "unknown-revision", "query", "as_of", ...),
    ("/v1/changes?since=ffffffffffffffff", 410, "unknown-revision", "query", "since", ...),
    ("/v1/search", 400, "missing-parameter", "query", "q", ...),
    ("/v1/events?q=-war", 400, "bad-parameter", "query", "q", ...),
    ("/v1/events?sort=score", 400, "bad-parameter", "query", "sort", ...),
    # Paths
    ("/v1/event", 404, "not-found", "path", "/v1/event", "/v1/events"),
    ("/v1/events/", 404, "not-found", "path", "/v1/events/", "/v1/events"),
    ("/v1/evnets/resolution-211-1965", 404, "not-found", "path", "/v1/evnets/resolution-211-1965", "/v1/events/resolution-211-1965"),
    ("/events", 404, "not-found", "path", "/events", ...),
    ("/health", 404, "not-found", "path", "/health", "/healthz"),
    ("/openapi", 404, "not-found", "path", "/openapi", ...),
    ("/quite/another/place/altogether", 404, "not-found", "path", "/quite/another/place/altogether", None),
]


@pytest.mark.parametrize("target, status, code, where, name, suggestion", PROBLEMS, ids=[each[0] for each in PROBLEMS])
def test_a_problem_names_the_culprit_and_what_was_meant(client, target, status, code, where, name, suggestion):
    problem = client.get(target)
    assert (problem.status, problem.json["code"]) == (status, code), problem.body
    (error,) = problem.json["errors"]
    assert (error["in"], error["name"]) == (where, name)
    assert problem.json["instance"] == target
    assert error["detail"] and problem.json["detail"].endswith((".", "?"))
    if suggestion is not ...:
        assert error.get("suggestion") == suggestion
        assert suggestion is None or f"Did you mean '{suggestion}'?" in problem.json["detail"]


@pytest.mark.parametrize("target, words", [
    ("/v1/events?page=2", "Did you mean 'offset' or 'cursor'?"),
    ("/v1/events?pageSize=2", "Did you mean 'limit'?"),
    ("/v1/events?until=2001", "Did you mean 'date'?"),
    ("/v1/events?year__gte=x", "must be a whole number"),
    ("/v1/events?format=csv&bom=maybe", "must be 0, 1, true or false"),
    ("/v1/events?q=-war", "all words begin with a minus, which leaves out what has them; add a word to look for, such as 'treaty -war'"),
    ("/v1/events?q=-war%20-%22peace%20talks%22", "all words begin with a minus"),
    ("/v1/events?q=%2A%20-", "there is no word to look for"),
    ("/v1/events?era__isnull=maybe", "must be true or false"),
    ("/v1/events?q=", "must not be empty"),
    ("/v1/events?date=12/1979", "write a date as 1979, 1979-12 or 1979-12-31"),
    ("/v1/events?date_start__gte=12/1979", "write a date as 1979"),
    ("/v1/cite?url=/v1/events?era=gwot&kind=attack", "write & as %26"),
    ("/v1/events?actor=imran%20khan", "ids are lower-case words with hyphens"),
    ("/v1", "All addresses are listed at '/'."),
    ("/v1/", "All addresses are listed at '/'."),
    ("/v1/events/", "Did you mean '/v1/events'?"),
    ("/v1/event/abbey-gate-attack", "Did you mean '/v1/events/abbey-gate-attack'?"),
    ("/v1/export.zip", "Did you mean '/v1/dataset/export.zip'?"),
    ("/events", "Did you mean '/v1/events'?"),
    ("/v1/a-name-as-long-as-others-together", "All addresses are listed at '/'."),
])
def test_a_problem_says_what_to_write(client, target, words):
    assert words in client.get(target).json["detail"]


def test_a_switch_is_taken_in_either_form(client):
    one, true = (client.ok(f"/v1/eras?format=csv&bom={word}") for word in ("1", "true"))
    assert (one.body, one.headers["etag"]) == (true.body, true.headers["etag"]) and one.body.startswith(b"\xef\xbb\xbf")


def test_all_culprits_are_named_at_once(client):
    problem = client.get("/v1/events?limit=0&era=gwott&year=x&sort=title&kind=attack&trend=up,down")
    assert [error["name"] for error in problem.json["errors"]] == ["era", "limit", "trend", "trend", "year"]


def test_closed_lists_are_told_whole(client, contract):
    (error,) = client.get("/v1/events?era=never").json["errors"]
    assert error["allowed"] == contract.pointer("#/components/schemas/Era")["enum"]
    (error,) = client.get("/v1/events?fields=never").json["errors"]
    assert {"id", "title", "era"} <= set(error["allowed"])


def test_bounds_are_told(client):
    for query, bound in (("limit=501", "500"), ("limit=0", "1"), ("year=10000", "9999"), ("title=" + "a" * 301, "300"),
                         ("era=" + ",".join(f"e{n}" for n in range(51)), "50")):
        problem = client.get("/v1/events?" + query)
        assert any(bound in error["detail"] for error in problem.json["errors"]), problem.json


def test_each_type_of_problem_leads_to_its_meaning(client):
    types = {}
    for target, status, code, *_ in PROBLEMS:
        problem = client.get(target).json
        types[problem["type"]] = (code, problem["title"], status)
    types["/problems/method-not-allowed"] = ("method-not-allowed", client.request("PUT", "/").json["title"], 405)
    types["/problems/url-too-long"] = ("url-too-long", client.get("/" + "a" * 9000).json["title"], 414)
    assert len(types) >= 11
    for address, (code, title, status) in types.items():
        told = client.ok(address).json
        assert (told["code"], told["title"], told["status"]) == (code, title, status)


# A cursor beside what it does not fit.

@pytest.mark.parametrize("other", [{"era": "early"}, {"sort": "title"}, {"offset": "1"}, {"as_of": "1"}, {"year__gte": "1950"}, {"q": "war"}])
def test_a_cursor_beside_another_selection_is_refused(history, other):
    page = history.ok("/v1/events", era="gwot", limit=2)
    problem = history.get(page.json["links"]["next"], other)
    assert (problem.status, problem.json["code"], problem.culprits) == (400, "bad-cursor", {"cursor"})


def test_a_cursor_beside_its_own_selection_is_taken(history):
    page = history.ok("/v1/events", era="gwot", sort="title", limit=2)
    address = page.json["links"]["next"]
    again = history.ok(address, era="gwot", sort="title")
    assert again.ids == history.ok(address).ids != []
    revision = str(page.json["meta"]["dataset_revision"])
    assert history.ok(address, as_of=revision).ids == again.ids
    assert len(history.ok(address.replace("limit=2", "limit=5")).ids) == 5, "the size of a page is no part of it"


def test_a_cursor_of_another_list_is_refused(history):
    cursor = history.ok("/v1/events", limit=1).json["links"]["next"].rpartition("cursor=")[2]
    for path in ("/v1/aid", "/v1/actors", "/v1/changes"):
        problem = history.get(target_of(path, {"cursor": cursor}))
        assert (problem.status, problem.json["code"], problem.culprits) == (400, "bad-cursor", {"cursor"})


def test_a_cursor_that_names_an_unknown_revision_is_410(releases, clients, serve_copy, tmp_path):
    """A copy from before the revision was put back: its cursors are this database's, but it has no such state any more."""
    service = serve_copy(releases.database(2))
    assert relata("backup", tmp_path / "before.db", "--db", service.database).returncode == 0
    assert relata("load", releases.folders[2], "--db", service.database).returncode == 0
    address = clients(service).ok("/v1/events", limit=1).json["links"]["next"]
    assert relata("restore", tmp_path / "before.db", "--db", service.database).returncode == 0
    problem = clients(service).get(address)
    assert (problem.status, problem.json["code"]) == (410, "unknown-revision")
