"""/docs as a reader meets it in Chromium: everything of the contract is there, a request can be tried, and nobody else is asked."""
import json
import os
import pathlib
import subprocess

import pytest

PICTURES = os.environ.get("PICTURES")  # a folder for pictures of the page
LOOK = pathlib.Path(__file__).with_name("look.mjs")


@pytest.fixture(scope="module")
def seen(server):
    done = subprocess.run(["node", str(LOOK), server.url, *([PICTURES] if PICTURES else [])], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_operation_is_shown(seen, contract):
    assert sorted(seen["operations"]) == sorted(operation.id for operation in contract.operations)


def test_every_parameter_is_shown(seen, contract):
    assert set(seen["parameters"]) == set(contract.by_id["listEvents"].query_parameters)


def test_what_people_ask_for_comes_first(seen):
    assert seen["parameters"][:8] == ["id", "era", "kind", "actor", "date", "q", "sort", "limit"]
    operators = ["__" in name for name in seen["parameters"]]
    assert operators == sorted(operators)


def test_types_are_those_of_values(seen):
    assert seen["types"] and not any("never" in text for text in seen["types"] + seen["buttons"])


def test_the_version_is_that_of_the_program(seen, client):
    assert seen["version"].strip() == client.ok("/").data["version"]


def test_a_slash_at_the_end_leads_to_the_page(seen, server):
    assert seen["address"] == server.url + "/docs"


def test_only_what_was_filled_in_is_sent(seen, server):
    """Defaults that were sent would change answers: `sort` that of a search, `limit` that of a whole file."""
    assert seen["tried"].endswith(f"{server.url}/v1/events?limit=3")


def test_it_fits_a_phone(seen):
    assert seen["width390"] == 390 and seen["width1280"] == 1280


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
