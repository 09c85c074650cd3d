"""How answers are kept, packed and asked for again: codings, conditions, and the service's own memory of answers."""
import email.utils
import gzip
import re
import threading

import pytest

from service import BINARY, eventually, relata
from wire import Wire, ask, line

EVENTS = "/v1/events?limit=20"
RECORD = "/v1/eras/gwot"
EXPORT = "/v1/events?format=ndjson"
FIXED = "/openapi.json"
KINDS = [EVENTS, RECORD, EXPORT, FIXED, "/v1/events?as_of=1&format=csv", "/v1/search?q=war", "/v1/timeline", "/v1/aid/totals"]


def get(server, target, method=b"GET", **headers):
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return ask(server, line(target, method, headers=lines.encode()), method=method)


def metrics(server):
    """The service's counts, by name."""
    return {name: float(value) for name, value in re.findall(r"^(relata_\w+) (\S+)$", get(server, "/metrics").body.decode(), re.M)}


# Codings (RFC 9110, 12.5.3)

@pytest.mark.parametrize("target", KINDS)
def test_who_takes_gzip_gets_the_same_answer_packed_under_a_tag_of_its_own(server, target):
    plain, packed = get(server, target), get(server, target, Accept_Encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
    assert gzip.decompress(packed.body) == plain.body and len(packed.body) < len(plain.body)
    assert packed.headers["etag"] == plain.headers["etag"][:-1] + '-gzip"'
    assert "Accept-Encoding" in plain.headers["vary"] and packed.headers["vary"] == plain.headers["vary"]
    ours = {"etag", "content-encoding", "content-length", "date"}
    assert {name: value for name, value in plain.headers.items() if name not in ours} == {
        name: value for name, value in packed.headers.items() if name not in ours}
    assert get(server, target, Accept_Encoding="gzip").body == packed.body, "packed alike each time"


@pytest.mark.parametrize("accepted, coding", [
    ("gzip", "gzip"), ("GZIP", "gzip"), ("gzip, deflate, br", "gzip"), ("br;q=1.0, gzip;q=0.5", "gzip"), ("*", "gzip"), ("*;q=0.1", "gzip"),
    ("gzip;q=0.5, identity;q=0.4", "gzip"), ("identity;q=0, gzip", "gzip"), ("gzip;q=0.5, identity;q=0.6", None), ("gzip;q=0", None),
    ("*;q=0", None), ("gzip;q=0, *", None), ("identity", None), ("br", None), ("", None), ("x-gzip-like", None), ("gzip;q=banana", None)])
def test_weights_decide_about_the_coding(server, accepted, coding):
    assert get(server, EVENTS, Accept_Encoding=accepted).headers.get("content-encoding") == coding


def test_problems_and_what_is_not_cached_are_not_packed(server):
    for target in ("/nowhere", "/v1/events?limit=0", "/healthz", "/readyz", "/metrics"):
        assert "content-encoding" not in get(server, target, Accept_Encoding="gzip").headers


# Conditions (RFC 9110, 13)

@pytest.mark.parametrize("target", KINDS)
@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_the_tags_of_both_codings_are_good_for_either(server, target, coding):
    tags = [get(server, target, Accept_Encoding=each).headers["etag"] for each in ("gzip", "identity")]
    whole = get(server, target, Accept_Encoding=coding)
    for tag in [*tags, "W/" + tags[0], '"x", ' + tags[1], "*"]:
        for method in (b"GET", b"HEAD"):
            answer = get(server, target, method, Accept_Encoding=coding, If_None_Match=tag)
            assert (answer.status, answer.body) == (304, b"")
            for name in ("etag", "cache-control", "vary", "last-modified", "access-control-allow-origin"):
                assert answer.headers.get(name) == whole.headers.get(name), name
            assert not {"content-encoding", "content-type", "link", "total-count"} & set(answer.headers)
    assert get(server, target, Accept_Encoding=coding, If_None_Match=tags[0][:-1] + '-br"').status == 200


@pytest.mark.parametrize("target", [EVENTS, RECORD, EXPORT, "/v1/timeline", "/v1/aid/totals", "/v1/eras/gwot?include=references"])
def test_who_has_it_since_then_gets_304(server, target):
    modified = get(server, target).headers["last-modified"]
    moment = email.utils.parsedate_to_datetime(modified)
    forms = [modified, moment.strftime("%A, %d-%b-%y %H:%M:%S GMT"), moment.strftime("%a %b %e %H:%M:%S %Y"), "Fri, 01 Jan 2100 00:00:00 GMT"]
    for since in forms * 2:
        assert get(server, target, If_Modified_Since=since).status == 304, since
    for since in ("Thu, 01 Jan 1970 00:00:00 GMT", "yesterday", "", "2026-11-23", modified + "x"):
        assert get(server, target, If_Modified_Since=since).status == 200, since


@pytest.fixture(scope="module")
def versions(serve_copy, loaded, tmp_path_factory):
    """The tested program, and the same but for its version, both at one public address."""
    version = relata("--version", binary=BINARY).stdout.split()[-1].encode()
    program, later = BINARY.read_bytes(), tmp_path_factory.mktemp("later") / "relata"
    assert program.count(b"\0" + version + b"\0") == 1
    later.write_bytes(program.replace(b"\0" + version + b"\0", b"\0" + version[:-1] + b"x\0"))
    later.chmod(0o755)
    return [serve_copy(loaded, "--public-url", "http://data.example", binary=binary) for binary in (BINARY, later)]


@pytest.mark.parametrize("target, same", [
    (RECORD, True), (RECORD + "?include=references", False), (EVENTS, False), ("/v1/timeline", False), ("/v1/aid/totals", False),
    ("/v1/cite?url=/v1/aid/totals", False), ("/v1/dataset", False)])
def test_what_a_version_says_of_records_is_asked_for_again_after_it(versions, target, same):
    """Warnings, labels and sentences are the program's; of a record alone the dataset has the only say."""
    old, new = (get(server, target) for server in versions)
    assert old.status == new.status == 200
    assert (old.headers["etag"] == new.headers["etag"]) is same


def test_a_tag_wins_over_a_time(server):
    whole = get(server, EVENTS)
    tag, modified = whole.headers["etag"], whole.headers["last-modified"]
    assert get(server, EVENTS, If_None_Match='"other"', If_Modified_Since=modified).status == 200
    assert get(server, EVENTS, If_None_Match=tag, If_Modified_Since="Thu, 01 Jan 1970 00:00:00 GMT").status == 304


ERAS = ["early", "cold-war", "post-cold-war", "gwot", "post-withdrawal", "trump-2"]


def test_no_two_revisions_have_one_time_and_a_record_that_stayed_keeps_its_own(historic):
    times = [get(historic, f"/v1/events?as_of={number}").headers["last-modified"] for number in (1, 2, 3)]
    moments = [email.utils.parsedate_to_datetime(each) for each in times]
    assert moments == sorted(set(moments))
    assert get(historic, "/v1/events").headers["last-modified"] == times[2]
    eras = [[get(historic, f"/v1/eras/{id}?as_of={number}") for number in (1, 2, 3)] for id in ERAS]
    stayed = [now for first, second, now in eras if first.json["data"] == second.json["data"] == now.json["data"]]
    assert stayed and {(now.headers["last-modified"], now.json["meta"]["revision"]) for now in stayed} == {(times[0], 1)}


# The service's own memory of answers

@pytest.fixture
def fresh(serve_copy, loaded):
    service = serve_copy(loaded)
    yield service
    service.stop()


def test_an_answer_is_kept_from_its_second_request_on(fresh):
    answers = [get(fresh, EVENTS) for _ in range(5)]
    counted = metrics(fresh)
    assert len({(each.body, each.headers["etag"], tuple(each.headers)) for each in answers}) == 1
    assert (counted["relata_cache_hits_total"], counted["relata_cache_entries"]) == (3, 1)
    assert counted["relata_cache_bytes"] > len(answers[0].body)


@pytest.mark.parametrize("target", ["/metrics", "/readyz", "/nowhere", "/v1/events?limit=0", EXPORT])
def test_what_must_not_be_kept_is_made_each_time(fresh, target):
    for _ in range(4):
        get(fresh, target)
    assert metrics(fresh)["relata_cache_entries"] == 0


def test_codings_and_wishes_for_types_are_kept_apart(fresh):
    wishes = [{}, {"Accept_Encoding": "gzip"}, {"Accept": "application/x-bibtex"}, {"Accept": "application/x-bibtex", "Accept_Encoding": "gzip"},
              {"Accept": "*/*"}, {"Accept": "application/json"}]
    first = [get(fresh, "/v1/references?limit=2", **wish) for wish in wishes]
    for _ in range(3):
        for wish, before in zip(wishes, first):
            again = get(fresh, "/v1/references?limit=2", **wish)
            assert (again.body, again.headers["content-type"], again.headers["etag"]) == (
                before.body, before.headers["content-type"], before.headers["etag"]), wish
    assert first[2].body.startswith(b"@") and first[0].json


def test_kept_answers_are_304_for_who_has_them_and_whole_for_who_has_not(fresh):
    tag = get(fresh, EVENTS).headers["etag"]
    for _ in range(3):
        assert get(fresh, EVENTS, If_None_Match=tag).status == 304
        assert get(fresh, EVENTS, If_None_Match='"other"').status == 200
        assert get(fresh, EVENTS, b"HEAD").headers["content-length"] == str(len(get(fresh, EVENTS).body))
    assert metrics(fresh)["relata_cache_hits_total"] > 8


def test_a_load_by_another_process_is_seen_at_once(serve_copy, releases):
    service = serve_copy(releases.database(1))
    targets = ["/v1/events?limit=3", "/v1/eras", "/v1/changes", "/v1/events?as_of=1&limit=3"]
    before = [[get(service, target) for _ in range(3)][-1] for target in targets]
    assert relata("load", releases.folders[1], "--db", service.database).returncode == 0
    eventually(lambda: get(service, targets[0]).headers["dataset-revision"] == "2")
    after = [get(service, target) for target in targets]
    assert [each.headers["etag"] == other.headers["etag"] for each, other in zip(before, after)] == [False, False, False, True]
    service.stop()


def test_queries_that_nobody_repeats_push_nothing_out(serve_copy, loaded):
    service = serve_copy(loaded, "--cache", "2000000")
    for _ in range(3):
        get(service, EVENTS)
    for offset in range(1, 200):
        get(service, f"/v1/events?limit=100&offset={offset}")
    before = metrics(service)
    get(service, EVENTS)
    assert metrics(service)["relata_cache_hits_total"] == before["relata_cache_hits_total"] + 1
    service.stop()


def test_what_is_kept_is_bounded_and_what_was_asked_for_last_stays(serve_copy, loaded):
    service = serve_copy(loaded, "--cache", "1000000")
    targets = [f"/v1/events?limit=20&offset={offset}" for offset in range(1, 120)]
    for target in targets:
        get(service, target), get(service, target)
    counted = metrics(service)
    assert 500_000 < counted["relata_cache_bytes"] <= 1_000_000 and 0 < counted["relata_cache_entries"] < len(targets)
    get(service, targets[-1])
    assert metrics(service)["relata_cache_hits_total"] == counted["relata_cache_hits_total"] + 1
    service.stop()


def test_nothing_is_kept_where_there_is_no_room(serve_copy, loaded):
    service = serve_copy(loaded, "--cache", "0")
    assert len({get(service, EVENTS).body for _ in range(4)}) == 1
    assert metrics(service)["relata_cache_entries"] == 0
    service.stop()


def test_what_many_miss_at_once_is_made_once(fresh):
    target, clients = "/v1/events?limit=500&include=actors,references,themes&facet=era,kind,trend", 8
    gate, bodies = threading.Barrier(clients), []

    def one():
        with Wire(fresh) as wire:
            gate.wait()
            bodies.append(wire.ask(line(target)).body)

    for _ in range(2):
        threads = [threading.Thread(target=one) for _ in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    counted = metrics(fresh)
    assert len(bodies) == 2 * clients and len(set(bodies)) == 1
    assert counted["relata_cache_misses_total"] - 1 <= 2, "one made it, at most one more before it was known that it repeats"


def test_a_client_that_goes_away_harms_no_kept_answer(fresh):
    whole = get(fresh, EVENTS).body
    for _ in range(5):
        with Wire(fresh) as wire:
            wire.send(line(EVENTS) * 20)
    assert get(fresh, EVENTS).body == whole
