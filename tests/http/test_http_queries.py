"""Queries on threads of their own: what costs nothing never waits behind them, and there are never more than may wait."""
import contextlib
import itertools
import time

import pytest

from releases import Dataset, load
from service import eventually
from wire import Wire, ask, line

NUMBERS = itertools.count(1)
PREFIXES = "+".join(f"{letter}*" for letter in "abcdefghijklmnoprstuw")


def costly(number=None, headers=b""):
    """A query that finds nothing and looks through everything, not asked before."""
    return line(f"/v1/events?q={PREFIXES}&facet=actor,theme,kind,era&title__contains=never-{number or next(NUMBERS)}&include=actors", headers=headers)


def metric(service, name):
    body = ask(service, line("/metrics")).body.decode()
    return next(float(row.split(" ")[1]) for row in body.splitlines() if row.startswith(name + " "))


@pytest.fixture(scope="module")
def many(serve_copy, releases, tmp_path_factory):
    """A database whose queries take their time."""
    dataset = Dataset()
    for number in range(2000):
        dataset.add("events", f"made-event-{number}", title=f"{' '.join(letter + 'x' for letter in 'abcdefghijklmnoprstuw')} {number}")
    dataset.publish("2040.01", "2040-01-01T00:00:00Z", "Many")
    service = serve_copy(releases.database(1))
    load(service.database, dataset.write(tmp_path_factory.mktemp("many") / "many"))
    assert service.stop() == 0
    return service.database


@pytest.fixture
def serve_many(serve_copy, many):
    services = []

    def serve(*arguments):
        services.append(serve_copy(many, *arguments))
        return services[-1]

    yield serve
    for service in services:
        if service.process.poll() is None:
            service.stop()


@contextlib.contextmanager
def wires_of(service, count):
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(Wire(service)) for _ in range(count)]


BODIES = {"none": (b"", b""), "with a length": (b"Content-Length: 1\r\n", b"x"), "in chunks": (b"Transfer-Encoding: chunked\r\n", b"1\r\nx\r\n0\r\n\r\n")}


@pytest.mark.parametrize("body", BODIES)
def test_what_is_cheap_or_kept_is_answered_before_queries_that_came_before_it(serve_many, body):
    headers, content = BODIES[body]
    service = serve_many("--query-threads", "1")
    kept = "/v1/events?era=gwot&limit=3"
    for _ in range(3):
        ask(service, line(kept))
    with wires_of(service, 12) as busy, Wire(service) as reader:
        for wire in busy:
            wire.send(costly(headers=headers) + content)
        eventually(lambda: metric(service, "relata_requests_in_progress") >= 10)
        for target in ("/healthz", "/metrics", "/readyz", kept, "/v1/eras/gwot", "/v1/events?limit=2", "/docs", "/nowhere"):
            assert reader.ask(line(target)).status in (200, 404), target
        still = metric(service, "relata_requests_in_progress") - 1
        assert [wire.answer().status for wire in busy] == [200] * 12
        assert still >= 4, "most of the queries were still waiting when all that had been answered"


def test_a_kept_archive_never_waits_behind_files_that_are_made(serve_many):
    service = serve_many()
    archives = [line(f"/v1/dataset/export.zip{query}") for query in ("", "?corpus=paper", "?corpus=official")]
    made = [ask(service, archive).body for archive in archives]
    with wires_of(service, 12) as busy, Wire(service) as reader:
        for number, wire in enumerate(busy):
            wire.send(line(f"/v1/events?format=xlsx&offset={number}"))
        eventually(lambda: metric(service, "relata_requests_in_progress") >= 10)
        assert [reader.ask(archive).body for archive in archives] == made
        # What is wrong waits for nothing either.
        assert reader.ask(line("/v1/eras?format=xlsx&limit=many")).status == 400
        still = metric(service, "relata_requests_in_progress") - 1
        assert [wire.answer().status for wire in busy] == [200] * 12
        assert still >= 4, "most of the files were still waiting when all that had been answered"


def test_of_many_that_ask_the_same_one_works_and_all_get_it(serve_many):
    service = serve_many("--query-threads", "1", "--query-queue", "2")
    before = metric(service, "relata_cache_misses_total")
    target = costly()
    with wires_of(service, 30) as wires:
        for wire in wires:
            wire.send(target)
        answers = [wire.answer() for wire in wires]
    assert {answer.status for answer in answers} == {200} and len({answer.body for answer in answers}) == 1
    assert metric(service, "relata_cache_misses_total") - before <= 3


def test_beyond_the_queue_queries_are_declined_and_the_connection_goes_on(serve_many):
    service = serve_many("--query-threads", "1", "--query-queue", "2")
    with wires_of(service, 40) as wires:
        for wire in wires:
            wire.send(costly() + line("/healthz"))
        answers = [(wire.answer(), wire.answer()) for wire in wires]
    statuses = [first.status for first, _ in answers]
    assert set(statuses) == {200, 503} and statuses.count(200) >= 3
    assert all(second.json == {"status": "ok"} for _, second in answers)
    declined = next(first for first, _ in answers if first.status == 503)
    assert (declined.json["code"], declined.headers["retry-after"], declined.headers["cache-control"]) == ("busy", "1", "no-store")
    assert ask(service, costly()).status == 200


def test_a_query_that_took_too_long_is_not_tried_again_at_once(serve_many):
    service = serve_many("--query-time", "1")
    target = costly(0)
    first = ask(service, target)
    assert (first.status, first.json["code"]) == (503, "query-timeout")
    eventually(lambda: metric(service, "relata_requests_in_progress") == 1)
    again = ask(service, target)
    assert (again.status, again.json["code"]) == (503, "busy")
    assert int(again.headers["retry-after"]) > 1


def test_who_asks_while_the_service_ends_is_answered_or_cut_and_it_ends(serve_many):
    for grace in ("0", "5"):
        service = serve_many("--query-threads", "1", "--grace", grace)
        with wires_of(service, 20) as wires:
            target = costly()
            for number, wire in enumerate(wires):
                wire.send(target if number % 2 else costly())
            time.sleep(0.05)
            assert service.stop() == 0, service.log


def test_files_that_take_longer_are_given_up_when_the_service_ends(serve_many):
    service = serve_many("--grace", "60")
    targets = ["/v1/dataset/export.zip", *(f"/v1/events?format=xlsx&offset={number}" for number in range(60))]
    with wires_of(service, len(targets)) as wires:
        for wire, target in zip(wires, targets):
            wire.send(line(target))
        eventually(lambda: metric(service, "relata_requests_in_progress") > len(targets))
        service.signal()
        answers = [wire.answer() for wire in wires]
    assert service.stop() == 0, service.log
    given_up = [answer.json["detail"] for answer in answers if answer.status == 503]
    assert given_up and {answer.status for answer in answers} <= {200, 503}
    assert all(detail.endswith("the service is stopping.") for detail in given_up), given_up
