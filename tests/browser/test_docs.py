"""/docs as a reader meets it in Chromium: everything of the contract is there, a request can be tried, and nobody else is asked."""
import json
import pathlib
import subprocess

import pytest

LOOK = pathlib.Path(__file__).with_name("look.mjs")


@pytest.fixture(scope="module")
def seen(server):
    done = subprocess.run(["node", str(LOOK), server.url], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_operation_is_shown(seen, contract):
    assert sorted(seen["operations"]) == sorted(operation.id for operation in contract.operations)


def test_every_parameter_is_shown(seen, contract):
    assert set(seen["parameters"]) == set(contract.by_id["listEvents"].query_parameters)


def test_a_request_can_be_tried(seen, client):
    assert seen["status"].startswith("200")
    assert all(id in seen["answer"] for id in client.ok("/v1/events", limit=3).ids)
    assert any("/v1/events?" in address and "limit=3" in address for address in seen["requests"])


def test_the_schemas_are_there(seen):
    assert seen["models"] == 1


def test_nobody_else_is_asked(seen, server):
    assert len(seen["requests"]) >= 5
    assert [address for address in seen["requests"] if not address.startswith((server.url + "/", "data:"))] == []


def test_the_browser_has_nothing_to_complain_of(seen):
    assert seen["violations"] == [] and seen["console"] == []


def test_the_policy_allows_nothing_from_elsewhere(client):
    policy = client.ok("/docs").headers["content-security-policy"]
    assert "'unsafe-eval'" not in policy and "http" not in policy and "*" not in policy
