"""Nothing is overwritten: what was answered is answered again, and pages hold together while releases are loaded."""
import functools
import io
import json
import re

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import values
from contract import shipped
from model import pairs_of
from releases import COLLECTIONS, KEPT, LATER, load
from service import eventually, unpinned
from test_property_lists import LISTS, expected, query_of, sort_of
from model import Lists

CONTRACT = shipped()
READS = [operation for operation in CONTRACT.operations if "as_of" in operation.query_parameters]
TYPES = {"events": "event", "aid": "aid-figure", "actors": "actor", "references": "reference", "eras": "era", "themes": "theme"}


@pytest.fixture(scope="module")
def stages(serve_copy, releases, clients):
    """The service as it was after the first release, after the second, and as it is: all under one public address."""
    return [clients(serve_copy(releases.database(number), "--public-url", "http://relata.test")) for number in (1, 2, 3)]


def any_query(data, pool, operation):
    known = operation.query_parameters
    apart = {"facet_sort", "cursor", "as_of", "since", "sort", "date", "fields", "base_year", "strict", "bom"}
    names = data.draw(st.lists(st.sampled_from(sorted(set(known) - apart) or ["fields"]), max_size=3, unique=True))
    chosen = {name: data.draw(values.allowed(pool, operation, known[name])) for name in names if name in known}
    if chosen.get("dollars") == "constant":
        chosen["base_year"] = 2000
    if chosen.get("format", "json") != "json":
        for name in ("facet", "evidence", "include", "dollars", "base_year"):
            chosen.pop(name, None)  # which not every form can carry
    if known.get("q", {}).get("required") and "q" not in chosen:
        chosen["q"] = "pakistan"
    if known.get("id", {}).get("required") and "id" not in chosen:
        chosen["id"] = ["pakistan", "gwot", "never-was-one"]
    return [*pairs_of(operation, chosen), *([("limit", 9)] if "limit" in known and "limit" not in chosen else [])]


@pytest.mark.parametrize("operation", READS, ids=repr)
@settings(max_examples=12)
@given(data=st.data())
def test_an_answer_as_of_a_revision_never_changes(stages, pool, operation, data):
    path, query = values.path_of(pool, operation), any_query(data, pool, operation)
    number = data.draw(st.integers(1, 2))
    then, later = stages[number - 1], stages[number:]
    plain, pinned = then.get(path, query), then.get(path, query, as_of=number)
    for client in later:
        again = client.get(path, query, as_of=number)
        if pinned.status == 200:
            assert (again.status, again.body, again.headers["etag"]) == (200, pinned.body, pinned.headers["etag"])
            assert again.headers["cache-control"].startswith("public, max-age=86400")
            if not is_linked_dataset(operation, again):
                assert essence(again) == essence(plain)
        else:
            # Ids that a later release brought are unknown before it.
            assert (pinned.status, pinned.json["code"]) == (400, "unknown-id") or pinned.culprits == {"q"}


def is_linked_dataset(operation, answer):
    """Without a revision it also names the archive, which there is of the newest alone."""
    return operation.id == "getDataset" and "ld+json" in answer.headers["content-type"]


def essence(answer):
    if answer.body.startswith(b"PK"):
        return unpinned([[str(value) for value in row] for row in openpyxl.load_workbook(io.BytesIO(answer.body)).worksheets[0].values])
    if answer.json is None or "meta" not in answer.json:
        return unpinned(answer.body.decode())
    meta = {key: value for key, value in answer.json["meta"].items() if key in ("total", "facets", "evidence", "missing", "warnings", "dataset_revision")}
    return unpinned(answer.data), meta, answer.json.get("included")


@pytest.mark.parametrize("operation", READS, ids=repr)
@settings(max_examples=8)
@given(data=st.data())
def test_a_tag_changes_when_the_answer_does(stages, pool, operation, data):
    path, query = values.path_of(pool, operation), any_query(data, pool, operation)
    answers = [answer for client in stages for answer in [client.get(path, query)] if answer.status == 200]
    bodies, tags = {answer.body for answer in answers}, {answer.headers["etag"] for answer in answers}
    assert len(bodies) <= len(tags)


@pytest.mark.parametrize("name", ["number", "digits", "release", "time", "day"])
def test_a_revision_has_many_names(stages, history, name):
    permalink = history.ok("/v1/events", as_of=2).json["links"]["permalink"]
    names = {"number": "2", "digits": permalink.rpartition("as_of=")[2], "release": "2031.01", "time": "2031-01-31T23:59:59Z",
             "day": "2031-01-01"}
    for path in ("/v1/events", "/v1/events/" + KEPT["events"]):
        told = history.ok(path, as_of=names[name])
        assert told.data == history.ok(path, as_of=2).data == stages[1].ok(path).data


def test_databases_from_the_same_releases_are_sisters(serve_copy, releases, clients, history, tmp_path):
    sister = tmp_path / "sister.db"
    for folder in releases.folders:
        load(sister, folder)
    other = clients(serve_copy(sister))
    for operation in READS:
        if operation.is_list:
            path = operation.template.replace("{id}", releases.edited.get(operation.collection, ""))
            query = {"q": "pakistan"} if operation.id == "search" else {}
            # Each signs its cursors with its own key.
            ours, theirs = (re.sub(rb"(?<=[?&]cursor=)[\w-]+", b"", one.ok(path, query).body) for one in (history, other))
            assert ours == theirs
            ours, theirs = history.ok(path, query, format="ndjson"), other.ok(path, query, format="ndjson")
            assert (ours.body, ours.headers["etag"]) == (theirs.body, theirs.headers["etag"])


class Walk:
    """Somebody who reads a list page by page."""

    def __init__(self, client, path, query, limit):
        self.client = client
        self.whole = [each["url"] for each in client.ok(path, query, limit=500).data]
        self.page = client.ok(path, query, limit=limit)
        self.read = [each["url"] for each in self.page.data]
        self.total = self.page.total
        assert len(self.whole) == self.total > 3 * limit

    def step(self, link="next"):
        address = self.page.json["links"][link]
        if not address:
            return False
        self.page = self.client.ok(address)
        assert self.page.total == self.total
        found = [each["url"] for each in self.page.data]
        self.read = self.read + found if link == "next" else found + self.read
        return True


def test_pages_neither_repeat_nor_lose_a_record_while_releases_are_loaded(serve_copy, releases, clients, pool):
    service = serve_copy(releases.database(1))
    client = clients(service)
    first = Lists(client)
    walks = [Walk(client, f"/v1/{collection}", query, limit) for collection, query, limit in [
        ("events", {}, 20), ("events", {"sort": "-title"}, 17), ("events", {"era": "gwot", "sort": "kind,-date_end"}, 5),
        ("events", {"q": "pakistan"}, 9), ("actors", {}, 7), ("actors", {"sort": "-name"}, 6), ("references", {"sort": "year"}, 5),
        ("themes", {"sort": "-kind,title"}, 4), ("aid", {}, 1), ("aid", {"sort": "-amount_usd"}, 2), ("eras", {}, 1),
        ("changes", {}, 50), ("search", {"q": "pakistan", "sort": "type,-id"}, 20)]]
    # One who reads backward starts behind the middle.
    behind = client.ok("/v1/events", offset=90, limit=10)
    backward = Walk(client, "/v1/events", {}, 10)
    backward.page, backward.read = behind, []
    for number, folder in ((2, releases.folders[1]), (3, releases.folders[2])):
        assert all([walk.step() for walk in walks]) and backward.step("prev")
        load(service.database, folder)
        eventually(lambda: client.ok("/v1/events", limit=1).json["meta"]["dataset_revision"] == number, seconds=1)
    for walk in walks:
        while walk.step():
            pass
        assert walk.read == walk.whole
    while backward.step("prev"):
        pass
    assert backward.read == backward.whole[:90]
    now = client.ok("/v1/events", limit=500).ids
    assert KEPT["events"] in now and LATER["events"] not in now and set(now) != {r["id"] for r in first["events"]}


@pytest.mark.parametrize("operation", LISTS, ids=repr)
@settings(max_examples=8)
@given(data=st.data())
def test_a_cursor_goes_on_at_its_revision(stages, pool, operation, data):
    """What the first service began to read, one with later releases reads to its end."""
    first, _, now = stages
    lists = first_lists(first)
    filters = {name: value for name, value in query_of(data, pool, operation, most=2).items()
               if first.get(operation.template, pairs_of(operation, {name: value})).status == 200}
    sort = sort_of(data, pool, operation)
    page = first.ok(operation.template, pairs_of(operation, filters), sort=sort, limit=3)
    read, address = page.ids, page.json["links"]["next"]
    while address and len(read) < 30:
        page = now.ok(address)
        read, address = read + page.ids, page.json["links"]["next"]
    assert read == expected(lists, pool, operation, filters, sort)[:len(read)]
    assert page.total == len(expected(lists, pool, operation, filters, sort))
    assert page.json["meta"]["dataset_revision"] == 1


FIRST = {}


def first_lists(client):
    if client not in FIRST:
        FIRST[client] = Lists(client)
    return FIRST[client]


# Changes

BOTH = {"corpus": "paper,official"}


def official_of(releases):
    """The addresses of all records, of any release, that are official works or cite nothing but such."""
    every = [(name, record) for dataset in releases.datasets for name in COLLECTIONS for record in dataset.records[name]]
    works = {record["id"] for name, record in every if name == "references" and record["status"] == "official"}

    def is_official(name, record):
        cited = {citation["reference"] for citation in record.get("citations", [])}
        return record["id"] in works if name == "references" else bool(cited) and cited <= works

    return {f"/v1/{name}/{record['id']}" for name, record in every if is_official(name, record)}


def changes_expected(releases):
    """Every change of every record, from the files of the releases."""
    found = []
    before = {}
    for number, dataset in enumerate(releases.datasets, 1):
        release = dataset.release
        after = {(name, record["id"]): record for name in COLLECTIONS for record in dataset.records[name]}
        removed = {(each["collection"], each["id"]): each for each in release["removed"]}
        for key in sorted(before.keys() | after.keys(), key="/".join):
            old, new = before.get(key), after.get(key)
            if old == new:
                continue
            heir = removed.get(key, {}).get("replaced_by")
            found.append({
                "revision": number, "change": "added" if not old else "changed" if new else "removed",
                "type": TYPES[key[0]], "id": key[1], "url": f"/v1/{key[0]}/{key[1]}",
                "fields": sorted(name for name in old | new if new.get(name) != old.get(name)) if old and new else [],
                "differences": [{"field": name, "old": old.get(name), "new": new.get(name)}
                                for name in sorted(old | new) if new.get(name) != old.get(name)] if old and new else [],
                "time": release["date"], "release": release["version"], "editor": release["editor"],
                "reason": removed[key]["reason"] if key in removed else release["reason"],
                "replaced_by": f"/v1/{key[0]}/{heir}" if heir else None})
        before = after
    return found


def without_version(changes):
    return [{name: value for name, value in change.items() if name != "version"} for change in changes]


def test_changes_are_the_differences_of_the_releases(history, releases):
    told = history.records("/v1/changes", BOTH)
    assert without_version(told) == changes_expected(releases)
    for change in told[-30:]:
        if change["change"] == "removed":
            assert change["version"] is None and history.get(change["url"]).status == 410
        else:
            assert history.ok(change["version"]).data["revision"] == change["revision"]


def test_a_renamed_actor_changes_alone_though_its_events_show_the_name(history, releases):
    events = history.ok("/v1/events", actor=releases.renamed, as_of=2).data
    name = history.ok(f"/v1/actors/{releases.renamed}").data["name"]
    assert name.endswith("(renamed)")
    for event in events:
        assert name in [actor["name"] for actor in event["actors"]]
        if event["id"] not in (*LATER.values(), *KEPT.values(), releases.edited["events"]):
            assert event["revision"] == 1
            assert history.ok(event["links"]["history"]).total == 1
    changed = history.ok("/v1/changes", since=1, change="changed").data
    assert {change["url"] for change in changed} == {f"/v1/{name}/{id}" for name, id in releases.edited.items()} | {
        f"/v1/actors/{releases.renamed}"}


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_the_history_of_a_record_is_its_part_of_the_changes(history, releases, collection):
    for id in {releases.edited[collection], LATER.get(collection, releases.edited[collection])}:
        told = history.ok(f"/v1/{collection}/{id}/revisions").data
        assert without_version(told) == [c for c in changes_expected(releases) if c["url"] == f"/v1/{collection}/{id}"]
        assert len(told) == 2


@settings(max_examples=30)
@given(data=st.data())
def test_changes_are_filtered_and_ordered(history, releases, pool, data):
    every = changes_expected(releases)
    operation = CONTRACT.by_id["listChanges"]
    kinds = data.draw(st.lists(st.sampled_from(["added", "changed", "removed"]), min_size=1, max_size=2, unique=True))
    types = data.draw(st.lists(st.sampled_from(sorted(TYPES.values())), min_size=1, max_size=3, unique=True))
    least, most = sorted(data.draw(st.tuples(st.integers(1, 4), st.integers(1, 4))))
    shipped = releases.datasets[0].release["version"]
    since = data.draw(st.sampled_from([None, "1", "2", "3", shipped, "2031.01", "2031-01-15"]))
    negated = data.draw(st.booleans())
    query = {"change__not" if negated else "change": kinds, "type": types, "revision__gte": least, "revision__lt": most}
    after = {None: 0, shipped: 1, "2031.01": 2, "2031-01-15": 2}.get(since) if since not in ("1", "2", "3") else int(since)
    wanted = [c for c in every if (c["change"] in kinds) != negated and c["type"] in types and
              least <= c["revision"] < most and c["revision"] > after]
    corpora = data.draw(st.sampled_from([None, ["paper"], ["official"], ["paper", "official"]]))
    official = official_of(releases)
    beyond = [c for c in wanted if (["paper", "official"][c["url"] in official]) not in (corpora or ["paper"])]
    wanted = [c for c in wanted if c not in beyond]
    pairs = [*pairs_of(operation, query | ({"corpus": corpora} if corpora else {})), *([("since", since)] if since else [])]
    warned = [each["count"] for each in history.ok("/v1/changes", pairs).json["meta"]["warnings"] if each["code"] == "other-corpus"]
    assert warned == ([len(beyond)] if beyond else [])
    assert without_version(history.records("/v1/changes", pairs)) == wanted
    newest = without_version(history.records("/v1/changes", pairs, sort="-revision"))
    assert [c["revision"] for c in newest] == sorted((c["revision"] for c in wanted), reverse=True)
    by_text = functools.partial(json.dumps, sort_keys=True)
    assert sorted(newest, key=by_text) == sorted(wanted, key=by_text)


@pytest.mark.parametrize("query, chosen", [
    ("era=gwot", lambda collection, record: record.get("era") == "gwot"),
    ("kind=attack", lambda collection, record: collection == "events" and record["kind"] == "attack"),
    ("kind__not=attack", lambda collection, record: "kind" in record and record["kind"] != "attack"),
    ("era=gwot&type=event", lambda collection, record: collection == "events" and record["era"] == "gwot"),
    ("stage=cut", lambda collection, record: record.get("stage") == "cut"),
    ("stage=cut&kind=attack", lambda collection, record: False),
    ("actor=united-states&type=event", lambda collection, record: "united-states" in [actor["id"] for actor in record.get("actors", [])]),
    ("title__contains=EDITED", lambda collection, record: "edited" in (record.get("title") or record.get("csl", {}).get("title") or "").lower()),
])
def test_changes_of_what_a_filter_finds_before_or_after(history, releases, query, chosen):
    states = [{(name, record["id"]): record for name in COLLECTIONS for record in dataset.records[name]} for dataset in releases.datasets]

    def found(change):
        key = tuple(change["url"].split("/")[-2:])
        around = [state.get(key) for state in ([{}] + states)[change["revision"] - 1:change["revision"] + 1]]
        return any(record and chosen(key[0], record) for record in around)

    wanted = [change for change in changes_expected(releases) if found(change)]
    assert without_version(history.records(f"/v1/changes?corpus=paper,official&{query}")) == wanted
    assert bool(wanted) != ("stage" in query and "kind" in query)
    shipped = releases.datasets[0].release["version"]
    part = [change for change in wanted if change["revision"] > 1]
    assert without_version(history.records(f"/v1/changes?corpus=paper,official&{query}&since={shipped}")) == part


def test_a_field_that_an_edit_takes_away_has_an_old_value(serve_copy, clients, releases, tmp_path):
    from releases import Dataset, load

    dataset = Dataset()
    event = next(event for event in dataset.records["events"] if event.get("nature"))
    taken = event.pop("nature")
    dataset.publish("2040.01", "2040-01-01T00:00:00Z", "Less")
    service = serve_copy(releases.database(1))
    load(service.database, dataset.write(tmp_path / "less"))
    (change,) = clients(service).ok(f"/v1/events/{event['id']}/revisions", sort="-revision", limit=1).data
    assert change["fields"] == ["nature"]
    assert change["differences"] == [{"field": "nature", "old": taken, "new": None}]
