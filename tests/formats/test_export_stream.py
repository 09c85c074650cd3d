"""Answers of any length: sent at one revision in little memory, and no reader holds up anybody else."""
import json
import re
import socket
import sqlite3
import subprocess
import sys

import pytest

from releases import Dataset
from service import BINARY, PATIENCE, ROOT, eventually, relata

EVENTS = 6000
ALLOWED = 16 * 1024  # KiB above idle
PATH = "/v1/events?format=ndjson"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("large")
    subprocess.run([sys.executable, ROOT / "bench/generate.py", folder, str(EVENTS)], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def large(folder, tmp_path_factory):
    path = tmp_path_factory.mktemp("loaded") / "large.db"
    done = relata("load", folder, "--db", path)
    assert done.returncode == 0, done.stderr
    return path


class Reader:
    """Asks for everything, with as little room for what comes as the system allows."""

    def __init__(self, service, path=PATH):
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.settimeout(PATIENCE)
        self.socket.connect((service.host, service.port))
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        self.bytes = b""

    def some(self):
        """The head and the first bytes of the body."""
        while b"\r\n\r\n" not in self.bytes[:-1]:
            self.bytes += self.socket.recv(1024)

    def rest(self, each=lambda: None):
        """Reads to the end, calling EACH between the pieces; the body, out of its chunks."""
        while piece := self.socket.recv(65536):
            self.bytes += piece
            each()
        head, _, body = self.bytes.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200") and b"chunked" in head.lower()
        parts = []
        while body:
            size, _, body = body.partition(b"\r\n")
            parts.append(body[:int(size, 16)])
            body = body[int(size, 16) + 2:]
        return b"".join(parts)


def own_memory(service):
    """KiB that are the process's own: pages of the database file are the system's."""
    status = open(f"/proc/{service.process.pid}/status").read()
    return int(re.search(r"^RssAnon:\s+(\d+) kB", status, re.M)[1])


def metric(client, name):
    return float(re.search(rf"^{name} (\S+)$", client.ok("/metrics").body.decode(), re.M)[1])


def test_a_reader_that_waits_blocks_nobody_and_gets_its_revision(serve_copy, large, folder, clients, tmp_path):
    service = serve_copy(large, "--threads", "2", "--send", "600")  # however slow the machine is
    client = clients(service)
    total = client.ok("/v1/events", limit=1).total
    readers = [Reader(service) for _ in range(4)]  # more than there are threads
    for reader in readers:
        reader.some()

    # Other requests.
    for _ in range(20):
        assert client.ok("/v1/events", limit=1, sort="-title").total == total
    # A load.
    dataset = Dataset(folder)
    gone = dataset.records["events"][-1]["id"]
    dataset.remove("events", gone, "It was one too many.")
    dataset.publish("2099.01", "2099-01-01T00:00:00Z", "One less.")
    assert relata("load", dataset.write(tmp_path / "next"), "--db", service.database).returncode == 0
    eventually(lambda: client.ok("/v1/events", limit=1).total == total - 1)
    # The checkpoint.
    with sqlite3.connect(service.database) as database:
        (busy, _, _) = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert busy == 0

    for reader in readers:
        ids = [json.loads(line)["id"] for line in reader.rest().splitlines()]
        assert len(ids) == total and gone in ids, "the whole list as it was when it was asked for"


@pytest.mark.skipif(BINARY.parent.name in ("asan", "tsan"), reason="a sanitizer takes memory of its own")
def test_a_long_answer_takes_little_memory(serve_copy, large, clients):
    service = serve_copy(large, "--cache", "0")
    client = clients(service)
    client.ok("/v1/events", limit=1)
    idle, seen = own_memory(service), []
    for form in ("ndjson", "csv", "array", "table"):
        assert len(Reader(service, f"/v1/events?format={form}").rest(lambda: seen.append(own_memory(service)))) > 2 ** 20
    assert max(seen) - idle < ALLOWED


def test_the_service_stops_when_the_reader_goes_away(serve_copy, large, clients):
    service = serve_copy(large)
    client = clients(service)
    before = metric(client, "relata_connections")
    readers = [Reader(service) for _ in range(8)]
    for reader in readers:
        reader.some()
    assert metric(client, "relata_connections") == before + len(readers)
    for reader in readers:
        reader.socket.close()
    eventually(lambda: metric(client, "relata_connections") == before)
    assert service.stop() == 0


def cut(reader):
    """Reads to the end, which must not look like the end of a whole answer."""
    try:
        while piece := reader.socket.recv(65536):
            reader.bytes += piece
    except ConnectionResetError:
        pass
    assert not reader.bytes.endswith(b"0\r\n\r\n"), "the last chunk says that all is there"


def test_a_stream_is_cut_where_it_cannot_be_finished(serve_copy, large):
    service = serve_copy(large)
    reader = Reader(service)
    reader.some()
    service.kill()
    cut(reader)


def test_a_stream_is_cut_where_another_database_is_restored_beneath_it(serve_copy, large, loaded, clients):
    service = serve_copy(large, "--send", "600")
    client = clients(service)
    total = client.ok("/v1/events", limit=1).total
    reader = Reader(service)
    reader.some()
    assert relata("restore", loaded, "--db", service.database).returncode == 0
    eventually(lambda: client.ok("/v1/events", limit=1).total != total)
    cut(reader)
