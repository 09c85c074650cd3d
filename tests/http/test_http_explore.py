"""The way of a browser to the explorer, and how its files are sent."""
import gzip
import re

import pytest

from wire import ask, line

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture(scope="module")
def files(client):
    """The names of the files that the page asks for."""
    page = client.ok("/explore")
    return re.findall(rb'"explore/([^"]+)"', page.body)


def test_a_browser_is_led_to_the_page(client):
    led = client.get("/", headers={"Accept": BROWSER})
    assert (led.status, led.headers["location"], led.headers["vary"]) == (303, "explore", "Accept")


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html;q=0.5,application/json", "image/*"])
def test_a_program_gets_the_index(client, accept):
    index = client.get("/", headers={"Accept": accept})
    assert index.status == 200 and "Accept" in index.headers["vary"].split(", ")
    assert client.get("/", headers={"Accept": BROWSER}).status == 303, "the index that is kept is not given to a browser"


def test_a_slash_at_the_end_leads_to_the_page(server):
    led = ask(server, line("/explore/"))
    assert (led.status, led.headers["location"]) == (308, "../explore")


def test_the_page_names_its_files(client, files):
    assert b"icon.svg" in files
    for name in files:
        assert client.get(f"/explore/{name.decode()}").status == 200, name


@pytest.mark.parametrize("target", ["/explore", "/explore/icon.svg", "/docs", "/docs/docs.js"])
def test_pages_are_kept_packed_and_unpacked_for_who_wants_that(server, target):
    plain, packed = (ask(server, line(target, headers=b"Accept-Encoding: " + coding + b"\r\n")) for coding in (b"identity", b"gzip"))
    assert packed.headers["content-encoding"] == "gzip" and gzip.decompress(packed.body) == plain.body


def test_a_name_with_a_hash_is_kept_for_ever(client, files):
    for name in (name.decode() for name in files):
        policy = client.get(f"/explore/{name}").headers["cache-control"]
        assert ("immutable" in policy) == bool(re.search(r"-[0-9A-Z]{8}\.", name)), name
    assert "immutable" not in client.ok("/explore").headers["cache-control"]


def test_a_page_has_no_files_of_another(client):
    assert client.get("/explore/docs.js").status == 404 and client.get("/docs/icon.svg").status == 404
    assert client.get("/explore/explore.html").status == 404, "one page, one address"
