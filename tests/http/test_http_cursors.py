"""Cursors hold wherever their database is, and nowhere else; the key that signs them is told to nobody."""
import base64
import hashlib
import io
import json
import sqlite3
import zipfile

import pytest

from service import DATASET, relata


def key_of(database):
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        return connection.execute("SELECT key FROM cursor_key").fetchall()[0][0]


def next_of(client, target="/v1/events?era=gwot&limit=5"):
    return client.ok(target).json["links"]["next"]


def decoded(address):
    """(signature, JSON) of the cursor in ADDRESS."""
    text = address.rpartition("cursor=")[2]
    whole = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    return whole[:16], whole[16:]


def with_cursor(address, whole):
    return address.rpartition("cursor=")[0] + "cursor=" + base64.urlsafe_b64encode(whole).decode().rstrip("=")


def is_refused(client, address):
    problem = client.get(address)
    assert (problem.status, problem.json["code"], problem.culprits) == (400, "bad-cursor", {"cursor"})
    assert "begin at the first page" in problem.json["detail"]


def test_a_cursor_holds_after_a_restart(server, client, start, clients):
    address = next_of(client)
    expected = client.ok(address).body
    again = start("serve", "--port", "0", "--db", server.database, "--public-url", server.url)
    assert clients(again).ok(address).body == expected
    again.stop()
    again = start("serve", "--port", "0", "--db", server.database, "--public-url", server.url)
    assert clients(again).ok(address).body == expected


def test_a_cursor_holds_on_a_backup_that_is_read_only(server, client, start, clients, tmp_path):
    assert relata("backup", tmp_path / "copy.db", "--db", server.database).returncode == 0
    reader = clients(start("serve", "--port", "0", "--read-only", "--db", tmp_path / "copy.db"))
    address = next_of(client)
    assert reader.ok(address).ids == client.ok(address).ids
    assert next_of(reader) == address


def test_a_database_made_anew_refuses_cursors_of_the_old_one(client, clients, start, server, tmp_path):
    """Its records and revisions are the same: who kept a page must not be told that the links in it still hold."""
    assert relata("load", DATASET, "--db", tmp_path / "anew.db").returncode == 0
    assert key_of(tmp_path / "anew.db") != key_of(server.database)
    other = clients(start("serve", "--port", "0", "--db", tmp_path / "anew.db"))
    is_refused(other, next_of(client))
    here, there = (one.ok("/v1/events?limit=5") for one in (client, other))
    assert here.ids == there.ids and here.headers["etag"] != there.headers["etag"]
    here, there = (one.ok("/v1/events?format=csv") for one in (client, other))
    assert here.headers["etag"] == there.headers["etag"]


@pytest.mark.parametrize("change", [
    lambda content: content.replace(b",0,[", b",1,["),
    lambda content: content.replace(b"era=gwot", b"era=gwot&limit=500"),
    lambda content: json.dumps([*json.loads(content)[:2], 999999, *json.loads(content)[3:]]).encode(),
    lambda content: content + b" "], ids=["undated", "limit", "total", "blank"])
def test_what_this_service_did_not_write_is_refused(client, change):
    address = next_of(client)
    signature, content = decoded(address)
    assert with_cursor(address, signature + content) == address
    forged = change(content)
    assert forged != content
    is_refused(client, with_cursor(address, signature + forged))
    # As cursors were, before they were signed.
    is_refused(client, with_cursor(address, hashlib.sha256(forged).hexdigest()[:8].encode() + forged))
    is_refused(client, with_cursor(address, hashlib.sha256(content).hexdigest()[:8].encode() + content))


def test_the_key_is_in_nothing_that_is_given_away(server, client, tmp_path):
    key = key_of(server.database)
    assert relata("dump", tmp_path / "dump", "--db", server.database).returncode == 0
    given = [path.read_bytes() for path in (tmp_path / "dump").rglob("*") if path.is_file()]
    with zipfile.ZipFile(io.BytesIO(client.ok("/v1/dataset/export.zip").body)) as archive:
        given += [archive.read(name) for name in archive.namelist()]
    given += [client.ok(target).body for target in ("/v1/dataset", "/v1/events?limit=5", "/v1/vocabulary", "/metrics")]
    given += [client.ok("/v1/events?limit=5").headers["etag"].encode()]
    assert len(given) > 20
    for content in given:
        assert key.encode() not in content and bytes.fromhex(key) not in content
