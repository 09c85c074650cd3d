"""Every status that the contract documents can be provoked; one that it does not document is found by the client."""
import sqlite3

import pytest

import values
from contract import URL_MAX, shipped
from releases import LATER
from service import eventually

CONTRACT = shipped()
PAIRS = [(operation, status) for operation in CONTRACT.operations for status in sorted(operation.responses)]
UNKNOWN_REVISION = "f" * 16


@pytest.fixture(scope="module")
def mismatched(serve_copy, loaded, clients):
    """A service whose database has become that of a later program."""
    service = serve_copy(loaded)
    with sqlite3.connect(service.database) as database:
        database.execute("PRAGMA user_version = 9999")
    client = clients(service)
    eventually(lambda: client.get("/readyz").status == 503)
    return client


class World:
    def __init__(self, pool, mismatched):
        self.pool, self.client, self.mismatched = pool, pool.client, mismatched

    def target(self, operation):
        return values.target(self.pool, operation)

    def ok(self, operation):
        return self.client.get(self.target(operation))

    def led_elsewhere(self, operation):
        return self.client.get(self.target(operation), headers={"Accept": "text/html"})

    def not_modified(self, operation):
        tag = self.client.ok(self.target(operation)).headers["etag"]
        return self.client.get(self.target(operation), headers={"If-None-Match": tag})

    def bad_request(self, operation):
        return self.client.get(self.target(operation), {"no-such-parameter": 1})

    def not_found(self, operation):
        if "url" in operation.query_parameters:
            return self.client.get(operation.template, url="/v1/events/never-was-one")
        path = operation.template
        for parameter in operation.path_parameters:
            path = path.replace("{%s}" % parameter["name"], "never-was-one")
        return self.client.get(path)

    def gone(self, operation):
        if operation.template.endswith("/{id}") and operation.collection in LATER:
            return self.client.get(operation.template.replace("{id}", LATER[operation.collection]))
        if "url" in operation.query_parameters:
            return self.client.get(operation.template, url=f"/v1/events/{LATER['events']}")
        return self.client.get(self.target(operation), as_of=UNKNOWN_REVISION)

    def too_long(self, operation):
        path = self.target(operation) + "?x="
        return self.client.get(path + "a" * (URL_MAX + 1 - len(path)))

    def unprocessable(self, operation):
        return self.client.get(self.target(operation), dollars="constant", base_year=2100)

    def unavailable(self, operation):
        return self.mismatched.get(self.target(operation))


PROVOKERS = {200: World.ok, 303: World.led_elsewhere, 304: World.not_modified, 400: World.bad_request, 404: World.not_found, 410: World.gone,
             414: World.too_long, 422: World.unprocessable, 503: World.unavailable}


@pytest.mark.parametrize("operation, status", PAIRS, ids=[f"{o.id}-{s}" for o, s in PAIRS])
def test_a_documented_status_is_provoked(pool, mismatched, operation, status):
    world = World(pool, mismatched)
    answer = PROVOKERS[status](world, operation)
    assert answer.status == status, answer.body[:300]
    assert (operation.id, status) in world.client.seen | mismatched.seen


def test_operations_document_the_statuses_of_their_kind(contract):
    for operation in contract.operations:
        expected = {200, 400, 414}
        if "ETag" in operation.responses[200].get("headers", {}):
            expected |= {304}
        if operation.path_parameters:
            expected |= {404}
        if "as_of" in operation.query_parameters:
            expected |= {410, 503}
        assert expected <= set(operation.responses), operation.id


def test_a_database_that_comes_back_is_served_again(serve_copy, loaded, clients):
    service = serve_copy(loaded)
    client = clients(service)
    first = client.ok("/v1/events")
    with sqlite3.connect(service.database) as database:
        (version,) = database.execute("PRAGMA user_version").fetchone()
        database.execute("PRAGMA user_version = 9999")
    eventually(lambda: client.get("/readyz").status == 503)
    problem = client.get("/v1/events")
    assert (problem.status, problem.json["code"]) == (503, "busy")
    assert client.ok("/healthz").json == {"status": "ok"}, "the health of the process does not depend on the database"
    with sqlite3.connect(service.database) as database:
        database.execute(f"PRAGMA user_version = {version}")
    eventually(lambda: client.get("/readyz").status == 200)
    assert client.ok("/v1/events").body == first.body


@pytest.mark.parametrize("facets", ["era,kind,actor,theme,reference,locator,note,year"])
def test_a_query_over_its_time_is_503_and_the_service_stays_well(serve_copy, loaded, clients, facets):
    client = clients(serve_copy(loaded, "--query-time", "0"))
    problem = client.get("/v1/events", facet=facets, sort="-title", limit=500)
    assert (problem.status, problem.json["code"]) == (503, "query-timeout")
    assert client.ok("/healthz").json == {"status": "ok"}
    assert client.ok("/v1/eras/gwot").data["id"] == "gwot"


@pytest.mark.parametrize("collection", LATER)
def test_a_removed_record_says_why_when_and_what_took_its_place(history, releases, collection):
    kept = LATER[collection].replace("later", "later-kept")
    problem = history.get(f"/v1/{collection}/{LATER[collection]}").json
    assert problem["code"] == "gone"
    assert problem["reason"] == releases.REASON
    assert problem["removed_at"] == "2031-02-01T00:00:00Z"
    assert problem["replaced_by"] == f"/v1/{collection}/{kept}"
    assert [(e["in"], e["name"], e["suggestion"]) for e in problem["errors"]] == [("path", "id", kept)]
    assert history.ok(problem["replaced_by"]).data["id"] == kept
    assert history.ok(f"/v1/{collection}/{LATER[collection]}", as_of=2).data["id"] == LATER[collection]
    early = history.get(f"/v1/{collection}/{LATER[collection]}", as_of=1)
    assert (early.status, early.culprits) == (404, {"id"})


def test_a_removed_id_in_a_filter_matches_nothing_and_is_not_unknown(history):
    assert history.ok("/v1/events", actor=LATER["actors"]).ids == []
    assert history.ok("/v1/events", id=LATER["events"]).ids == []
    assert history.ok("/v1/events", id=LATER["events"], as_of=2).ids == [LATER["events"]]
    assert history.get("/v1/events", id="never-was-one").json["code"] == "unknown-id"


@pytest.mark.parametrize("as_of, code", [("f" * 16, "unknown-revision"), ("4", "unknown-revision"), ("2031.03", "unknown-revision"),
                                         ("1999-01-01", "unknown-revision"), ("1999-01-01T00:00:00Z", "unknown-revision")])
def test_a_revision_that_the_database_does_not_know_is_410(history, as_of, code):
    for path in ("/v1/events", "/v1/eras/gwot"):
        problem = history.get(path, as_of=as_of)
        assert (problem.status, problem.json["code"], problem.culprits) == (410, code, {"as_of"})
