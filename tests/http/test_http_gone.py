"""Clients that go: each is noticed within moments, and who only ended his own side still gets all his answers."""
import contextlib
import itertools
import socket
import threading
import time

import pytest

from service import eventually
from wire import Wire, ask, line

EACH = 60
NOTICED = 5  # seconds; it takes one, on a machine that has time for it
GET = line("/v1/eras")
PART = b"GET /v1/er"


def ends(*parts, pause=0, before=b""):
    """A client that sends what it sends and ends its own side."""
    def behave(wire):
        if before:
            assert wire.ask(before).status == 200
        wire.send(*parts)
        time.sleep(pause)
        wire.socket.shutdown(socket.SHUT_WR)
    return behave


def leaves(*parts, before=b""):
    """A client that sends what it sends and is gone."""
    def behave(wire):
        if before:
            assert wire.ask(before).status == 200
        wire.send(*parts)
        wire.socket.close()
    return behave


# What they do, and how many answers they wait for.
CLIENTS = {
    "a request, then no more": (ends(GET), 1),
    "a part of a request, then gone": (leaves(PART), 0),
    "a part of a request, then no more": (ends(PART), 0),
    "a request, and no more a little later": (ends(GET, pause=0.02), 1),
    "a request, then gone": (leaves(GET), 0),
    "two requests in a row, then no more": (ends(GET + GET), 2),
    "a part behind a whole request": (ends(PART, before=GET), 0),
    "a part behind a whole request, then gone": (leaves(PART, before=GET), 0),
    "a second request, then no more": (ends(GET, before=GET), 1),
    "a second request, then gone": (leaves(GET, before=GET), 0),
    "a request with half its body": (ends(line("/v1/eras", b"POST", headers=b"Content-Length: 10\r\n") + b"hello"), 0),
    "nothing at all": (ends(), 0),
}


def metric(service, name):
    body = ask(service, line("/metrics")).body.decode()
    return next(float(row.split(" ")[1]) for row in body.splitlines() if row.startswith(name + " "))


@pytest.fixture(scope="module")
def own(serve_copy, loaded):
    service = serve_copy(loaded)
    yield service
    service.stop()


@pytest.mark.parametrize("kind", CLIENTS)
def test_who_has_gone_is_noticed_and_who_waits_is_answered(own, kind):
    behave, answers = CLIENTS[kind]
    with contextlib.ExitStack() as stack:
        wires = [stack.enter_context(Wire(own)) for _ in range(EACH)]
        for wire in wires:
            behave(wire)
        for wire in wires if answers else []:
            assert [wire.answer().status for _ in range(answers)] == [200] * answers
        eventually(lambda: metric(own, "relata_connections") == 1, NOTICED)


def test_clients_that_ended_their_side_get_their_answers_from_a_busy_service(own):
    """Their requests wait unread behind the work of others, with the client's end behind them."""
    numbers, done = itertools.count(1), threading.Event()

    def busy():
        words = "a* b* c* d* e* f* g* h* i* j* k* l* m*"
        with Wire(own) as wire:
            while not done.is_set():
                assert wire.ask(line(f"/v1/events?q={words.replace(' ', '+')}&facet=actor,theme,kind&offset={next(numbers)}")).status == 200

    threads = [threading.Thread(target=busy) for _ in range(12)]
    for thread in threads:
        thread.start()
    try:
        with contextlib.ExitStack() as stack:
            wires = [stack.enter_context(Wire(own)) for _ in range(100)]
            for wire in wires:
                wire.send(line(f"/v1/events?limit=3&offset={next(numbers)}"))
                wire.socket.shutdown(socket.SHUT_WR)
            assert [wire.answer().status for wire in wires] == [200] * 100
            assert all(wire.is_closed() for wire in wires)
    finally:
        done.set()
        for thread in threads:
            thread.join()


def test_clients_that_ended_their_side_get_answers_that_others_make(own):
    """Each answer is made by a thread of the queries for one of them, and the other waits for it."""
    words = "+".join(f"{letter}*" for letter in "nopqrstuvwyz")
    with contextlib.ExitStack() as stack:
        wires = [stack.enter_context(Wire(own)) for _ in range(EACH)]
        for number, wire in enumerate(wires):
            wire.send(line(f"/v1/events?q={words}&facet=actor,theme,kind&format=json&limit=400&offset={number // 2}"))
            wire.socket.shutdown(socket.SHUT_WR)
        assert [wire.answer().status for wire in wires] == [200] * EACH
        assert all(wire.is_closed() for wire in wires)


def test_more_than_may_come_are_closed_at_once_and_counted(serve_copy, loaded):
    service = serve_copy(loaded, "--connections", "100")
    with contextlib.ExitStack() as stack:
        wires = [stack.enter_context(Wire(service)) for _ in range(140)]
        held = [wire for wire in wires if served(wire)]
        assert 100 <= len(held) <= 102, "as many as may, and one a thread that came at the same moment"
        began = time.monotonic()
        with Wire(service) as late:
            assert not served(late) and time.monotonic() - began < NOTICED
        for wire in held[:10]:
            wire.socket.close()
        refused = eventually(lambda: open_again(service) and refusals(service), NOTICED)
        assert refused >= 39
    service.stop()


def served(wire):
    try:
        return wire.ask(line("/healthz")).status == 200
    except (EOFError, ConnectionError):
        return False


def open_again(service):
    with contextlib.suppress(ConnectionError), Wire(service) as wire:
        return served(wire)
    return False


def refusals(service):
    """How many the service counts; None where the request for it is one of them."""
    with contextlib.suppress(ConnectionError, EOFError):
        return metric(service, "relata_connections_refused_total")
