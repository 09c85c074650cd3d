"""A gateway that judges requests and answers by the contract (Prism as a proxy) lets pass what the README shows and the answers of
every operation."""
import http.client
import re
import socket
import subprocess
import time

import pytest

from service import target_of
from test_clients import FOLDER, PATIENCE, README, USUAL
from test_generated import path_of, queries


@pytest.fixture(scope="module")
def gateway(server, client, tmp_path_factory):
    folder = tmp_path_factory.mktemp("gateway")
    (folder / "contract.json").write_bytes(client.ok("/openapi.json").body)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = open(folder / "log", "w")
    prism = subprocess.Popen([FOLDER / "node_modules/.bin/prism", "proxy", folder / "contract.json", server.url, "-p", str(port), "--errors"],
                             stdout=log, stderr=subprocess.STDOUT)
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            assert time.monotonic() < deadline and prism.poll() is None, (folder / "log").read_text()
            time.sleep(0.1)
    yield lambda target: ask(port, target)
    prism.terminate()
    prism.wait(PATIENCE)


def ask(port, target):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", target)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


def is_told_apart(operation, form):
    """Prism takes `application/vnd.x+json` for `application/json`, so that it judges all forms of JSON by the first one."""
    return form not in ("array", "table", "csl", "jsonld", "dcat") or "application/json" not in operation.responses[200]["content"]


def test_answers_of_every_operation_pass(gateway, client):
    contract, refused = client.contract, []
    for operation in contract.operations:
        path = operation.template
        for name, value in path_of(client, operation).items():
            path = path.replace("{%s}" % name, value)
        targets = [target_of(path, query) for query in queries(contract, operation)]
        forms = contract.resolved(operation.query_parameters["format"]["schema"])["enum"] if "format" in operation.query_parameters else []
        least = {**queries(contract, operation)[0]}
        targets += [target_of(path, {**least, "format": form}) for form in forms if is_told_apart(operation, form)]
        for target in targets:
            status, body = gateway(target)
            if status != 200:
                refused.append((target, status, body[:500]))
    assert refused == []


def test_what_the_readme_shows_passes(gateway):
    addresses = re.findall(rf"{USUAL}(/[^'\"\s)]*)", README)
    assert len(addresses) > 20
    for target in addresses:
        # `fields` gives a part of each record, by design: the request passes, the envelope is another than the contract tells.
        if not re.search("format=(array|table)", target):
            status, body = gateway(target)
            part = "fields=" in target and "format=" not in target
            assert status == (500 if part else 200), (target, body[:500])


@pytest.mark.parametrize("pairs", ["era=gwot&era=cold-war", "sort=era&sort=title", "facet=era&facet=kind",
                                   "include=actors&include=references", "kind=war,attack&era=gwot"])
def test_lists_pass_by_commas_and_by_repetition(gateway, pairs):
    assert gateway("/v1/events?limit=2&" + pairs)[0] == 200


def test_what_the_contract_forbids_does_not_pass(gateway):
    assert gateway("/v1/events?era=gwott")[0] == 422


def test_the_gateway_asks_this_service(gateway):
    assert gateway("/healthz") == (200, b'{"status":"ok"}')
