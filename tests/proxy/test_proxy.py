"""What readers meet through the proxy: the service's answers, kept for all, bounded for each, under TLS."""
import contextlib
import gzip
import http.client
import itertools
import re
import socket
import subprocess
import types

import pytest

from proxy import TEMPLATE, Secure, get, rendered, settings_of_compose
from service import PATIENCE, Client, eventually, relata
from wire import ask, line

EVENTS = "/v1/events?limit=20"
KINDS = [EVENTS, "/v1/eras/gwot", "/v1/events?format=ndjson", "/openapi.json", "/v1/events?as_of=1&format=csv", "/v1/search?q=war",
         "/v1/aid/totals"]
# What one answer has of its own; Connection is the hop's.
OWN = {"date", "server", "connection", "strict-transport-security", "transfer-encoding", "content-length"}
KEPT_FOR = 60  # seconds, by the service's Cache-Control
STALE_FOR = 600
MARKS = itertools.count(1)


def shared(answer):
    return {name: value for name, value in answer.headers.items() if name not in OWN}


def fresh_target(numbers=itertools.count(1)):
    """An address that was not asked for before."""
    return f"/v1/events?limit=20&offset={next(numbers)}"


def statuses(proxy, count):
    """What the cache did for the first COUNT requests: a line is written behind its answer."""
    return [each["cache"] for each in eventually(lambda: len(proxy.log) >= count and proxy.log)[:count]]


def last_status(proxy):
    """What the cache did for the last request: one that is marked ends the log."""
    mark = f"mark-{next(MARKS)}"
    get(proxy, "/healthz", X_Request_Id=mark)
    log = eventually(lambda: next((proxy.log[:i] for i, each in enumerate(proxy.log) if each["id"] == mark), None))
    return log[-1]["cache"]


# The file

def test_compose_sets_each_name_that_the_file_has():
    names = set(re.findall(r"\$\{(\w+)\}", TEMPLATE.read_text()))
    settings = settings_of_compose()
    assert {name for name in settings if name.startswith("RELATA_")} == names
    assert re.compile(settings["NGINX_ENVSUBST_FILTER"]).match("RELATA_X") and "${RELATA" not in rendered(settings)


# Answers

@pytest.mark.parametrize("target", KINDS)
@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_an_answer_is_the_services_own_kept_or_not(proxy, behind, target, coding):
    own = ask(behind, line(target, headers=b"Accept-Encoding: " + coding.encode() + b"\r\n"))
    for _ in range(3):
        answer = get(proxy, target, Accept_Encoding=coding)
        assert (answer.status, answer.body, shared(answer)) == (own.status, own.body, shared(own))
    assert last_status(proxy) == "HIT"


def test_the_contract_holds_through_the_proxy(contract, proxy):
    client = Client(contract, proxy)
    client.connection = http.client.HTTPSConnection("localhost", proxy.port, timeout=PATIENCE, context=proxy.context)
    for target in (*KINDS[:4], "/nowhere", "/v1/events?limit=0", "/v1/events/", "/" + "a" * 9000, "/v1/events?q=%00"):
        for method in ("GET", "HEAD", "OPTIONS", "PUT"):
            client.request(method, target)
    client.close()


@pytest.mark.parametrize("target", KINDS)
@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_who_has_an_answer_gets_304(proxy, target, coding):
    whole = get(proxy, target, Accept_Encoding=coding)
    for condition in ({"If_None_Match": whole.headers["etag"]}, {"If_None_Match": "W/" + whole.headers["etag"]},
                      *([{"If_Modified_Since": whole.headers["last-modified"]}] if "last-modified" in whole.headers else [])):
        for method in (b"GET", b"HEAD"):
            answer = get(proxy, target, method, Accept_Encoding=coding, **condition)
            assert (answer.status, answer.body) == (304, b""), condition
            for name in ("etag", "cache-control", "vary"):
                assert answer.headers[name] == whole.headers[name]
    assert get(proxy, target, Accept_Encoding=coding, If_None_Match='"other"').status == 200


def test_both_codings_of_an_address_are_kept_apart_whoever_comes_first(proxy):
    for order in itertools.permutations(["gzip", "identity"]):
        target = fresh_target()
        got = {coding: get(proxy, target, Accept_Encoding=coding) for coding in (*order, *order)}
        plain, packed = got["identity"], got["gzip"]
        assert gzip.decompress(packed.body) == plain.body and len(packed.body) < len(plain.body)
        assert packed.headers["etag"] == plain.headers["etag"][:-1] + '-gzip"'
        assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize("accepted, coding", [
    ("gzip, deflate, br, zstd", "gzip"), ("GZIP", "gzip"), ("br;q=1.0, gzip;q=0.5", "gzip"), ("gzip;q=1.000", "gzip"), ("br", None), ("", None),
    ("gzip;q=0", None), ("gzip;q=0.000, *", None), ("x-gzip-like", None), ("gzip;q=0.5, identity;q=0.6", None), ("identity", None)])
def test_nobody_gets_a_coding_that_he_refuses(proxy, accepted, coding):
    for _ in range(2):
        assert get(proxy, EVENTS, Accept_Encoding=accepted).headers.get("content-encoding") == coding
    assert last_status(proxy) == "HIT", "two codings are kept, whatever clients write"


def test_types_that_were_chosen_by_accept_are_kept_apart(proxy):
    target = "/v1/references?limit=3"
    for accept, type_ in (("application/x-bibtex", "application/x-bibtex"), ("text/html, */*;q=0.8", "application/json"),
                          ("application/x-research-info-systems", "application/x-research-info-systems"),
                          ("application/x-bibtex", "application/x-bibtex"), ("*/*", "application/json")):
        answer = get(proxy, target, Accept=accept)
        assert answer.headers["content-type"].partition(";")[0] == type_
        assert answer.headers["vary"] == "Accept, Accept-Encoding"


def test_a_browser_is_led_to_the_explorer_and_nobody_else(proxy):
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    for accept, status in ((browser, 303), ("*/*", 200), (browser, 303), ("application/json, text/html;q=0.5", 200)):
        answer = get(proxy, "/", Accept=accept)
        assert answer.status == status and answer.headers.get("location", "explore") == "explore"


def test_http_2_is_spoken(proxy):
    done = subprocess.run(["curl", "-s", "--http2", "--cacert", proxy.folder / "fullchain.pem", "-w", "%{http_version} %{http_code}",
                           "-o", "/dev/null", f"https://localhost:{proxy.port}{EVENTS}"], capture_output=True, text=True, timeout=PATIENCE)
    assert done.stdout == "2 200", done.stderr


def without_tls(proxy, target):
    """Status, Location and body."""
    connection = http.client.HTTPConnection(proxy.host, proxy.plain_port, timeout=PATIENCE)
    connection.request("GET", target, headers={"Host": "elsewhere.example"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, answer.getheader("Location"), body


def test_who_comes_without_tls_is_sent_to_the_public_address(proxy):
    assert without_tls(proxy, EVENTS)[:2] == (308, f"https://localhost:{proxy.port}{EVENTS}")


def test_a_certificate_may_be_had_through_the_proxy_and_no_key(proxy):
    place = proxy.folder / ".well-known/acme-challenge"
    place.mkdir(parents=True, exist_ok=True)
    (place / "token").write_text("proof")
    assert without_tls(proxy, "/.well-known/acme-challenge/token") == (200, None, b"proof")
    key = (proxy.folder / "privkey.pem").read_bytes()
    for target in ("/privkey.pem", "/.well-known/acme-challenge/../../privkey.pem", "/.well-known/acme-challenge/..%2f..%2fprivkey.pem",
                   "/.well-known/acme-challenge/%2e%2e/%2e%2e/privkey.pem", "/.well-known/acme-challenge/"):
        status, _, body = without_tls(proxy, target)
        assert status in (308, 400, 403, 404) and key not in body


# The clock

@pytest.fixture
def dated(proxied, serve_copy, releases):
    """A service with one release and a proxy of its own, whose clock may be moved."""
    service = serve_copy(releases.database(1), "--proxied", "--log-requests")
    proxy = proxied(service)
    yield proxy, service
    proxy.stop()


def load_second(service, releases):
    assert relata("load", releases.folders[1], "--db", service.database).returncode == 0
    eventually(lambda: ask(service, line(EVENTS)).headers["dataset-revision"] == "2")


def test_a_revision_is_seen_when_its_time_has_come(dated, releases):
    proxy, service = dated
    assert [get(proxy, EVENTS).headers["dataset-revision"] for _ in range(2)] == ["1", "1"]
    load_second(service, releases)
    assert get(proxy, EVENTS).headers["dataset-revision"] == "1"
    assert statuses(proxy, 3) == ["MISS", "HIT", "HIT"]
    proxy.turn(KEPT_FOR + 1)
    # The first who comes too late gets the old answer at once; it is made anew behind his back.
    eventually(lambda: get(proxy, EVENTS).headers["dataset-revision"] == "2")
    assert statuses(proxy, 4)[3] == "STALE"


def test_what_is_too_old_is_given_to_nobody(dated, releases):
    proxy, service = dated
    get(proxy, EVENTS)
    load_second(service, releases)
    proxy.turn(KEPT_FOR + STALE_FOR + 5)
    assert get(proxy, EVENTS).headers["dataset-revision"] == "2"


def test_what_stayed_is_asked_for_by_its_tag_and_not_sent_again(dated):
    proxy, service = dated
    whole = get(proxy, EVENTS)
    proxy.turn(KEPT_FOR + STALE_FOR + 5)
    again = get(proxy, EVENTS)
    assert (again.status, again.body, again.headers["etag"]) == (200, whole.body, whole.headers["etag"])
    assert last_status(proxy) == "REVALIDATED"
    service.await_line(r"operation=listEvents status=304 bytes=0")


def test_kept_answers_outlive_the_service_and_others_are_problems(dated):
    proxy, service = dated
    whole = get(proxy, EVENTS)
    service.stop()
    proxy.turn(KEPT_FOR + STALE_FOR + 5)
    assert get(proxy, EVENTS).body == whole.body
    answer = get(proxy, "/v1/eras")
    assert (answer.status, answer.json["code"], answer.json["status"]) == (503, "busy", 503)
    assert answer.headers["retry-after"].isdigit() and answer.headers["cache-control"] == "no-store"


# Bounds

def test_who_asks_too_often_is_told_when_to_come_again(proxied, behind, contract):
    burst = 5
    proxy = proxied(behind, RELATA_RATE="1r/m", RELATA_BURST=burst)
    assert [get(proxy, EVENTS).status for _ in range(burst + 4)] == [200] * (burst + 1) + [429] * 3, "kept answers count, too"
    target = "/v1/events?q=%22a%20b%22&x='<\"\\"
    problem = get(proxy, target, X_Request_Id="mine-1")
    contract.check_problem("GET", target, problem)
    assert problem.json["code"] == "too-many-requests" and target.startswith(problem.json["instance"])
    assert int(problem.headers["retry-after"]) >= 1 and problem.headers["access-control-allow-origin"] == "*"
    assert problem.headers["x-request-id"] == "mine-1" and "retry-after" in problem.headers["access-control-expose-headers"].lower()
    told = ask(behind, line(problem.json["type"])).json
    assert (told["status"], told["title"]) == (429, problem.json["title"])
    assert "q=" not in (proxy.folder / "error.log").read_text(), "what was looked for is in no log"


def test_who_asks_too_much_at_once_is_told_so(proxied, contract):
    most = 2
    with contextlib.ExitStack() as opened:
        silent = opened.enter_context(socket.socket())
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        host, port = silent.getsockname()
        proxy = proxied(types.SimpleNamespace(host=host, port=port), RELATA_CONNECTIONS_EACH=most)
        for number in range(most):
            opened.enter_context(Secure(proxy)).send(line(f"/v1/events?limit={number + 1}"))
            opened.enter_context(silent.accept()[0])
        problem = get(proxy, EVENTS)
        contract.check_problem("GET", EVENTS, problem)
        assert problem.json["code"] == "too-many-requests"


def test_the_proxys_own_answers_name_problems_that_the_service_explains(proxy, behind):
    text = TEMPLATE.read_text()
    codes = dict(re.findall(r"^    (\d{3}|default) ([a-z-]+);$", re.search(r"relata_code \{.*?\}", text, re.S)[0], re.M))
    titles = dict(re.findall(r'^    (\d{3}|default) "(.*)";$', re.search(r"relata_title \{.*?\}", text, re.S)[0], re.M))
    assert codes and codes.keys() == titles.keys()
    for status, code in codes.items():
        told = ask(behind, line("/problems/" + code)).json
        assert (str(told["status"]), told["title"]) == (status if status != "default" else "503", titles[status])


def test_a_body_beyond_the_bound_is_a_problem(proxy, contract):
    with Secure(proxy) as wire:
        answer = wire.get("/v1/events", b"PUT", Content_Length=10**9)
    contract.check_problem("PUT", "/v1/events", answer)
    assert answer.json["code"] == "body-too-large"


@pytest.mark.parametrize("target", ["/metrics", "/metrics?x=1", "/%6detrics", "//metrics", "/./metrics", "/v1/../metrics", "/metrics#x",
                                    "/metrics%3f", "/metrics/", "/METRICS", "/.problem", "/%2e/metrics"])
def test_metrics_are_not_public(proxy, behind, contract, target):
    assert b"relata_build_info" in ask(behind, line("/metrics")).body
    for method in (b"GET", b"POST"):
        answer = get(proxy, target, method)
        assert answer.status == 404 and b"relata_build_info" not in answer.body
        contract.check_problem(method.decode(), target, answer)


# Who asks

def test_the_service_learns_client_and_id_and_tells_ids_only_where_nothing_is_kept(dated):
    proxy, service = dated
    target, id_ = fresh_target(), "from-the-client.1"
    kept = get(proxy, target, X_Request_Id=id_, X_Forwarded_For="203.0.113.9")
    service.await_line(rf"operation=listEvents .*client=127\.0\.0\.1 id={re.escape(id_)}")
    assert "x-request-id" not in kept.headers
    assert get(proxy, "/nowhere", X_Request_Id=id_).headers["x-request-id"] == id_
    made = get(proxy, "/nowhere", X_Request_Id="not plain").headers["x-request-id"]
    service.await_line(rf"status=404 .*id={made}")
    assert re.fullmatch(r"[0-9a-f]{32}", made), "the proxy made one"
    assert eventually(lambda: [each["id"] for each in proxy.log] == [id_, id_, made])


def test_what_is_kept_says_nothing_of_who_asked_first(proxy):
    target = fresh_target()
    first = get(proxy, target, X_Request_Id="first", Origin="https://one.example", Cookie="a=1")
    second = get(proxy, target, X_Request_Id="second", Origin="https://two.example")
    assert {**first.headers, "date": ""} == {**second.headers, "date": ""}


def test_nothing_that_is_looked_for_is_logged(proxy):
    get(proxy, "/v1/search?q=bhutto")
    last_status(proxy)
    text = (proxy.folder / "access.log").read_text()
    assert "status=200" in text and "bhutto" not in text and "/v1/" not in text


def test_what_many_ask_for_at_once_is_asked_for_once(proxied, serve_copy, loaded):
    service = serve_copy(loaded, "--proxied")
    proxy = proxied(service)
    wires = [Secure(proxy) for _ in range(16)]
    for wire in wires:
        wire.send(line("/v1/events?limit=500&include=actors,references,themes"))
    assert len({wire.answer().body for wire in wires}) == 1
    for wire in wires:
        wire.socket.close()
    asked = re.search(r'relata_requests_total\{operation="listEvents",status="200"\} (\d+)', ask(service, line("/metrics")).body.decode())
    assert asked[1] == "1"
