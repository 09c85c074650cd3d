"""Where each answer ends, on bare sockets: HEAD, 304 and 204 of every operation in every format, and what follows on the connection."""
import ctypes.util
import re

import pytest

import values
from contract import shipped
from service import BINARY, target_of
from wire import Wire, ask, line


def library_version():
    """That of the libmicrohttpd which the service is linked with."""
    library = ctypes.CDLL(re.search(rb"libmicrohttpd\.so\.\d+", BINARY.read_bytes())[0].decode())
    library.MHD_get_version.restype = ctypes.c_char_p
    return tuple(map(int, library.MHD_get_version().decode().split(".")[:3]))


# Before 0.9.77 a head without a length ends its connection.
MAY_CLOSE = library_version() < (0, 9, 77)


def formats_of(operation):
    parameter = operation.query_parameters.get("format")
    return shipped().resolved(parameter["schema"])["enum"] if parameter else [None]


# A page has a length, the whole of a list mostly none.
CASES = [(operation, format_, limit) for operation in shipped().operations for format_ in formats_of(operation)
         for limit in ([None, 1] if operation.is_list else [None])]
EVERY = pytest.mark.parametrize("operation, format_, limit", CASES, ids=["-".join(str(part) for part in case if part) for case in CASES])
CODINGS = pytest.mark.parametrize("coding", ["identity", "gzip"])


def address(pool, operation, format_, limit):
    return target_of(values.target(pool, operation), [(name, value) for name, value in (("format", format_), ("limit", limit)) if value])


def bare(wire, target, method=b"GET", headers=b""):
    """The head of an answer that must have no body, when the next answer on the connection has been read where it was to be."""
    wire.send(line(target, method, headers=headers), line("/healthz"))
    answer = wire.answer(b"HEAD")
    if answer.headers.get("connection", "").lower() == "close":
        assert MAY_CLOSE and "content-length" not in answer.headers
        assert wire.is_closed(), "not a byte behind the head"
        wire.socket.close()
        return answer, Kept(wire.service)
    assert wire.answer().json == {"status": "ok"}, "the next answer follows at once"
    assert wire.left == b""
    return answer, wire


class Kept(Wire):
    def __init__(self, service):
        super().__init__(service)
        self.service = service


def headers_alike(head, got):
    """But for what is the connection's, and the length of what is made while it is sent."""
    own = {"date", "connection", "transfer-encoding", "content-length", "x-request-id"}
    assert {name: text for name, text in head.items() if name not in own} == {name: text for name, text in got.items() if name not in own}
    assert "transfer-encoding" not in head


@EVERY
@CODINGS
def test_head_is_the_head_of_get_and_nothing_more(historic, pool, operation, format_, limit, coding):
    target = address(pool, operation, format_, limit)
    accepted = f"Accept-Encoding: {coding}\r\n".encode()
    got = ask(historic, line(target, headers=accepted))
    assert got.status == 200
    wire = Kept(historic)
    for _ in range(3):  # of which the later ones may be kept answers
        head, wire = bare(wire, target, b"HEAD", accepted)
        assert head.status == 200
        headers_alike(head.headers, got.headers)
        length = head.headers.get("content-length")
        if operation.id != "getMetrics":  # which grow
            assert length == got.headers.get("content-length")
        assert length is not None or got.headers["transfer-encoding"] == "chunked"
    wire.__exit__()


@EVERY
@CODINGS
def test_a_304_has_no_length_but_that_of_the_200(historic, pool, operation, format_, limit, coding):
    target = address(pool, operation, format_, limit)
    accepted = f"Accept-Encoding: {coding}\r\n".encode()
    got = ask(historic, line(target, headers=accepted))
    if "etag" not in got.headers:
        assert "no-store" in got.headers["cache-control"]
        return
    conditions = [b"If-None-Match: " + got.headers["etag"].encode() + b"\r\n"]
    if "last-modified" in got.headers:
        conditions.append(b"If-Modified-Since: " + got.headers["last-modified"].encode() + b"\r\n")
    wire = Kept(historic)
    for condition in conditions * 3:
        for method in (b"GET", b"HEAD"):
            answer, wire = bare(wire, target, method, accepted + condition)
            assert answer.status == 304
            assert answer.headers["etag"] == got.headers["etag"]
            assert answer.headers.get("content-length") in (None, str(len(got.body)))
            assert "transfer-encoding" not in answer.headers
    wire.__exit__()


@pytest.mark.parametrize("operation", shipped().operations, ids=repr)
def test_options_has_no_body_and_no_length(historic, pool, operation):
    with Kept(historic) as wire:
        for _ in range(2):
            answer, _ = bare(wire, values.path_of(pool, operation), b"OPTIONS")
            assert answer.status == 204
            assert not {"content-length", "transfer-encoding", "content-type"} & set(answer.headers)


@pytest.mark.parametrize("target", ["/nowhere", "/v1/events?limit=0", "/v1/events/never-was-one"])
def test_head_of_a_problem_is_the_head_of_the_problem(historic, target):
    got = ask(historic, line(target))
    with Kept(historic) as wire:
        head, _ = bare(wire, target, b"HEAD")
        assert (head.status, head.headers["content-length"]) == (got.status, str(len(got.body)))


def test_head_in_http_1_0_ends_with_its_head(historic):
    for target in ("/healthz", "/v1/events?format=csv", "/v1/events"):
        with Wire(historic) as wire:
            wire.send(line(target, b"HEAD", b"HTTP/1.0"))
            assert wire.answer(b"HEAD").status == 200 and wire.is_closed()


# Forms of targets (RFC 9112, 3.2)

@pytest.mark.parametrize("before", ["http://localhost", "HTTP://localhost:1", "https://data.example.org", "http://[::1]:80"])
def test_an_absolute_target_is_answered_as_its_path_is(server, before):
    for target in ("/v1/eras", "/v1/events?limit=2", "/healthz", "/nowhere", "/v1/events?limit=0"):
        plain = ask(server, line(target))
        with Wire(server) as wire:
            absolute = wire.ask(line(before + target))
            assert (absolute.status, absolute.body) == (plain.status, plain.body)
            assert wire.ask(line("/healthz")).status == 200
    assert ask(server, line(before)).json == ask(server, line("/")).json


def test_an_absolute_target_without_a_host_is_400(server):
    for target in ("http:///v1/eras", "http://a@b/v1/eras", "ftp://localhost/v1/eras", "localhost/v1/eras"):
        assert (ask(server, line(target)).status, ask(server, line(target)).json["code"]) == (400, "bad-request")


def test_options_of_the_whole_server_tells_its_methods(server):
    with Kept(server) as wire:
        answer, _ = bare(wire, "*", b"OPTIONS")
        assert (answer.status, answer.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    assert ask(server, line("*")).status == 400


# Pages of other origins (Fetch, 4.8)

@pytest.mark.parametrize("header", ["if-modified-since", "if-none-match", "x-request-id", "traceparent", "cache-control", "accept"])
def test_a_page_of_another_origin_may_send_any_header(server, header):
    asked = b"Origin: https://example.org\r\nAccess-Control-Request-Method: GET\r\nAccess-Control-Request-Headers: " + header.encode() + b"\r\n"
    answer = ask(server, line("/v1/events", b"OPTIONS", headers=asked))
    assert answer.status == 204
    # A star does not stand for Authorization.
    assert answer.headers["access-control-allow-headers"].split(", ") == ["*", "Authorization"]


def test_a_page_of_another_origin_may_read_what_answers_tell(server, contract):
    exposed = set(ask(server, line("/v1/events")).headers["access-control-expose-headers"].lower().split(", "))
    told = {name.lower() for operation in contract.operations for response in operation.responses.values() for name in response.get("headers", {})}
    simple = {"cache-control", "content-language", "content-length", "content-type", "expires", "last-modified", "pragma"}
    assert {"x-request-id", "repr-digest", "retry-after", "server-timing"} <= exposed
    assert told - simple - {"vary", "allow", "content-security-policy", "location"} <= exposed
