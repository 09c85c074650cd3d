"""The service under a path of a host: a proxy takes the path away, and every address that an answer tells has it."""
import html
import json
import pathlib
import re
import subprocess
import urllib.error
import urllib.parse
import urllib.request

import pytest

from proxy import free_port
from service import PATIENCE, eventually

BASE = "/relata"
CONF = """daemon off; worker_processes 1; pid nginx.pid; error_log error.log; %s
events { worker_connections 256; }
http { access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
  server { listen 127.0.0.1:%d; location /relata/ { proxy_pass http://127.0.0.1:%d/; } } }
"""
# What is asked for, as the asker wrote it or as the service sees it; no address to follow.
NOT_FOLLOWED = {"path", "name", "suggestion", "detail"}
# Where classes, licences and things outside are named.
FOREIGN = ("https://schema.org/", "https://creativecommons.org/")
STARTS = ["/", "/v1/events?limit=3&include=actors,references", "/v1/events/abbey-gate-attack", "/v1/events/abbey-gate-attack/revisions",
          "/v1/search?q=nuclear&limit=2", "/v1/changes?limit=2", "/v1/aid?limit=2&dollars=constant&base_year=2020", "/v1/aid/totals",
          "/v1/timeline", "/v1/network", "/v1/dataset", "/v1/actors/pakistan", "/v1/cite?url=/v1/eras", "/v1/events?fields=id,links&limit=2",
          "/v1/references?format=array", "/v1/events?limit=501", "/v1/evnts", "/v1/actors?q=khan&limit=2", "/v1/eras/gwot?fields=url"]


@pytest.fixture(scope="module")
def origin(serve_copy, loaded, tmp_path_factory):
    """The origin of a proxy that has the service under BASE."""
    folder, port = tmp_path_factory.mktemp("prefix"), free_port()
    origin = f"http://127.0.0.1:{port}"
    service = serve_copy(loaded, "--public-url", f"{origin}{BASE}/")
    (folder / "nginx.conf").write_text(CONF % ("user root;" if pathlib.Path("/root").owner() == "root" else "", port, service.port))
    nginx = subprocess.Popen(["/usr/sbin/nginx", "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"])

    def is_up():
        try:
            return fetch(f"{origin}{BASE}/healthz")[0] == 200
        except OSError:
            return False

    eventually(is_up, PATIENCE)
    yield origin
    nginx.terminate()
    nginx.wait(PATIENCE)


def fetch(url):
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as fault:
        return fault.code, fault.headers, fault.read()


def addresses(value):
    """Every text in a JSON value that is a path."""
    if isinstance(value, dict):
        for key, each in value.items():
            if key not in NOT_FOLLOWED:
                yield from addresses(each)
    elif isinstance(value, list):
        for each in value:
            yield from addresses(each)
    elif isinstance(value, str) and value.startswith("/"):
        yield value


@pytest.mark.parametrize("first", STARTS)
def test_every_address_has_the_path_and_leads_somewhere(origin, first):
    status, headers, body = fetch(origin + BASE + first)
    assert status < 500
    told = set(re.findall("<([^>]*)>", headers.get("Link", "")))
    found = set(addresses(json.loads(body))) | {address for address in told if not address.startswith(FOREIGN)}
    assert found or first == "/v1/aid/totals"
    assert [address for address in found if not address.startswith(BASE + "/")] == []
    removed = json.loads(fetch(f"{origin}{BASE}/v1/changes?change=removed&limit=500")[2])["data"]
    gone = {change["url"] for change in removed}
    for address in sorted(found)[:12]:
        assert fetch(origin + address)[0] == (status if status >= 400 and address.endswith(first) else 410 if address in gone else
                                              400 if address.split("/")[-1] in ("search", "cite") else 200), address


@pytest.mark.parametrize("first", ["/v1/changes?format=atom&limit=5", "/.well-known/api-catalog", "/v1/dataset?format=dcat",
                                   "/v1/dataset?format=jsonld", "/v1/actors/pakistan?format=jsonld"])
def test_whole_addresses_are_those_of_the_proxy(origin, first):
    status, _, body = fetch(origin + BASE + first)
    assert status == 200
    host = urllib.parse.urlsplit(origin).hostname
    whole = {html.unescape(address) for address in re.findall(r'https?://[^"<> ]+', body.decode())}
    ours = sorted(address for address in whole if urllib.parse.urlsplit(address).hostname in (host, "localhost"))
    assert len(ours) >= 3 and [address for address in ours if not address.startswith(f"{origin}{BASE}/")] == []
    assert [address for address in ours[:12] if fetch(address)[0] not in (200, 410)] == []


def test_rows_of_a_table_have_it(origin):
    _, _, body = fetch(f"{origin}{BASE}/v1/eras?format=csv&fields=id,url")
    assert [line.split(",")[1] for line in body.decode().split()[1:]] == \
        [f"{BASE}/v1/eras/{id}" for id in ("early", "cold-war", "post-cold-war", "gwot", "post-withdrawal", "trump-2")]


def test_a_client_of_the_contract_reaches_what_it_tells(origin):
    """As generated clients do: the contract's first server, before each path, against where the contract came from."""
    where = f"{origin}{BASE}/openapi.json"
    contract = json.loads(fetch(where)[2])
    (server,) = contract["servers"]
    root = urllib.parse.urljoin(where, server["url"])
    assert root == origin + BASE
    page, ids = f"{root}/v1/events?limit=100", []
    while page:
        answer = json.loads(fetch(page)[2])
        ids += [event["id"] for event in answer["data"]]
        page = answer["links"]["next"] and urllib.parse.urljoin(page, answer["links"]["next"])
    assert len(set(ids)) == answer["meta"]["total"] > 200
    assert f"url: {BASE}\n" in fetch(f"{root}/openapi.yaml")[2].decode()


def test_the_page_of_the_contract_finds_its_files(origin):
    _, _, page = fetch(f"{origin}{BASE}/docs")
    files = re.findall(r'(?:src|href)="([^":]+)"', page.decode())
    assert len(files) >= 3
    assert [fetch(urllib.parse.urljoin(f"{origin}{BASE}/docs", file))[0] for file in files] == [200] * len(files)


@pytest.mark.parametrize("form", ["{origin}/relata/v1/eras", "/relata/v1/eras", "/v1/eras"])
def test_an_address_is_cited_with_the_path_and_without(origin, form):
    url = urllib.parse.quote(form.format(origin=origin), safe="")
    data = json.loads(fetch(f"{origin}{BASE}/v1/cite?url={url}")[2])["data"]
    assert data["url"].startswith(f"{origin}{BASE}/v1/eras?as_of=") and data["path"].startswith("/v1/eras?as_of=")
    assert fetch(data["url"])[0] == 200


def test_a_foreign_address_is_told_whose_are_known(origin):
    status, _, body = fetch(f"{origin}{BASE}/v1/cite?url=https://example.org/v1/eras")
    assert status == 400 and f"{origin}{BASE}/" in json.loads(body)["detail"]


def test_tags_differ_from_those_of_another_address(origin, client):
    """What was kept from another address must not be taken for the same answer."""
    for target in ("/v1/eras/gwot", "/v1/eras", "/openapi.json", "/v1/dataset"):
        assert fetch(origin + BASE + target)[1]["ETag"] != client.ok(target).headers["etag"], target
