"""Whoever comes later to a cache before the service gets what the first one got, kept, revalidated or made anew."""
import pytest

from caches import KINDS, Cache
from wire import Wire, ask, line

TARGETS = ["/v1/eras", "/v1/eras/gwot", "/v1/events?limit=20", "/v1/events/resolution-211-1965", "/v1/events?format=csv",
           "/v1/events?format=ndjson", "/v1/references?format=bibtex", "/v1/changes?format=csv", "/v1/events?as_of=1&limit=3",
           "/v1/aid/totals", "/v1/search?q=war&format=csv", "/openapi.json", "/docs", "/v1/dataset/export.zip"]
CODINGS = ["identity", "gzip"]


@pytest.fixture(scope="module", params=KINDS)
def cache(request, serve_copy, loaded):
    cache = Cache(request.param, serve_copy(loaded, "--proxied"))
    yield cache
    cache.stop()


def get(service, target, method=b"GET", **headers):
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return ask(service, line(target, method, headers=lines.encode()), method=method)


def tag_of(answer):
    """The tag without what a cache may do to it: Varnish keeps the packed answer and unpacks it for whoever wants it plain."""
    return answer.headers["etag"].removeprefix("W/").replace('-gzip"', '"')


def assert_same(answer, first, what):
    assert answer.status == first.status == 200, what
    assert answer.body == first.body, f"{what}: {len(answer.body)} bytes instead of {len(first.body)}"
    assert tag_of(answer) == tag_of(first), what
    for name in ("content-type", "content-encoding", "last-modified", "repr-digest", "access-control-allow-origin"):
        assert answer.headers.get(name) == first.headers.get(name), (what, name)


def test_the_second_reader_gets_what_the_first_got_and_so_on(cache):
    wishes = [(target, coding) for target in TARGETS for coding in CODINGS]
    first = {wish: get(cache.origin.service, wish[0], Accept_Encoding=wish[1]) for wish in wishes}
    for turn in ("made", "kept", "old", "kept again", "old again", "kept at last"):
        if turn.startswith("old"):
            cache.grow_old()
        before = cache.origin.unchanged
        for wish in wishes:
            assert_same(get(cache, wish[0], Accept_Encoding=wish[1]), first[wish], (turn, *wish))
        if turn.startswith("old"):
            assert cache.origin.unchanged - before >= len(wishes) / 2, "what was old was asked for by its tag"


def test_a_reload_and_a_condition_harm_nobody_else(cache):
    """A browser's reload is sent on as a conditional request."""
    for target in TARGETS:
        first = get(cache.origin.service, target, Accept_Encoding="identity")
        for old in (False, True):
            if old and target == TARGETS[0]:
                cache.grow_old()
            assert_same(get(cache, target, Accept_Encoding="identity", Cache_Control="max-age=0"), first, (target, "reload"))
            for control in ("max-age=600", "max-age=0"):
                answer = get(cache, target, Accept_Encoding="identity", Cache_Control=control, If_None_Match=first.headers["etag"])
                # Squid and Varnish may send the whole where a 304 would do.
                assert answer.status == 304 or assert_same(answer, first, (target, control)) is None
            assert_same(get(cache, target, Accept_Encoding="identity"), first, (target, "after a 304"))


def test_head_leaves_the_answer_whole(cache):
    cache.grow_old()
    for target in TARGETS:
        first = get(cache.origin.service, target, Accept_Encoding="identity")
        for _ in range(2):
            head = get(cache, target, b"HEAD", Accept_Encoding="identity")
            assert (head.status, head.body, tag_of(head)) == (200, b"", tag_of(first))
            assert head.headers.get("content-length") in (None, str(len(first.body)))
            assert_same(get(cache, target, Accept_Encoding="identity"), first, (target, "after HEAD"))


def test_requests_in_a_row_on_one_connection_get_their_own_answers(cache):
    """The cache uses one connection to the service for many."""
    with Wire(cache) as wire:
        for _ in range(2):
            for target in ("/v1/events?format=csv&era=gwot", "/v1/eras/gwot?fields=id", "/healthz", "/nowhere"):
                for method in (b"HEAD", b"GET"):
                    own = get(cache.origin.service, target, method, Accept_Encoding="identity")
                    wire.send(line(target, method, headers=b"Accept-Encoding: identity\r\n"))
                    answer = wire.answer(method)
                    assert (answer.status, answer.body) == (own.status, own.body), (method, target)
                    if answer.headers.get("connection", "").lower() == "close":
                        return
