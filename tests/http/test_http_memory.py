"""All bounds of memory reached at once, with the settings of docker-compose.yml, fit what it allows the container; the archive takes none."""
import contextlib
import itertools
import pathlib
import re
import resource
import subprocess
import sys

import pytest
import yaml

from service import BINARY, ROOT, eventually, relata
from wire import Wire, ask, line

MIB = 1024 * 1024


@pytest.fixture(scope="module")
def container():
    """The environment of the service in the container, and how many bytes it may take."""
    told = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["relata"]
    assert told["mem_limit"].endswith("m")
    return told["environment"], int(told["mem_limit"][:-1]) * MIB


def memory(service, name):
    return int(re.search(rf"{name}:\s+(\d+)", pathlib.Path(f"/proc/{service.process.pid}/status").read_text())[1]) * 1024


def target(number):
    """A large answer, another one for each NUMBER."""
    return f"/v1/events?limit={500 - number % 250}&offset={number // 250}"


def lines(numbers):
    return "\n".join(f"{name}: {value / MIB:.0f} MiB" for name, value in numbers.items())


def test_the_log_tells_the_sum_that_operations_md_tells(start, loaded, container):
    environment, allowed = container
    service = start("serve", "--port", "0", "--db", loaded, "--read-only", env={"RELATA_CONNECTIONS": environment["RELATA_CONNECTIONS"]})
    told = re.search(r"\| together \| \| (\d+) of (\d+) \|", (ROOT / "docs/operations.md").read_text())
    logged = re.search(r"event=memory bounds_mib=(\d+)", service.log)
    assert (int(logged[1]), allowed // MIB) == (int(told[1]), int(told[2])) and int(logged[1]) < allowed // MIB


@pytest.mark.skipif(BINARY.parent.name in ("asan", "tsan"), reason="a sanitizer takes memory of its own")
def test_all_bounds_reached_at_once_fit_the_container(start, loaded, container):
    environment, allowed = container
    wanted = {"RELATA_CONNECTIONS": environment["RELATA_CONNECTIONS"]}
    service = start("serve", "--port", "0", "--db", loaded, "--read-only", "--receive", "600", "--send-rate", "0", "--idle", "600", env=wanted)
    connections = int(wanted["RELATA_CONNECTIONS"]) - 20
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    peaks = {"at rest": memory(service, "VmRSS")}
    with contextlib.ExitStack() as wires:
        # What is asked for twice is kept.
        with Wire(service) as wire:
            for number in range(300):
                for _ in range(2):
                    assert wire.ask(line(target(number))).status == 200
        peaks["the cache is full"] = memory(service, "VmHWM")
        # Who sends the head of a request but for its end.
        for _ in range(connections // 2):
            wire = wires.enter_context(Wire(service))
            wire.send(b"GET /v1/events HTTP/1.1\r\nHost: relata\r\nX-Long: " + b"x" * 30000)
        peaks["half of the connections send heads"] = memory(service, "VmHWM")
        # Who does not read what it asked for.
        for number in range(connections - connections // 2):
            wire = wires.enter_context(Wire(service, receive_buffer=4096))
            wire.send(line(target(300 + number) + ("&format=ndjson" if number % 2 else "")))
            if number % 100 == 0:
                assert ask(service, line("/healthz")).status == 200
        with Wire(service) as wire:
            numbers = itertools.count()

            def refused():
                answer = wire.ask(line(target(5000 + next(numbers))))
                assert answer.status == 200 or (answer.status, answer.headers.get("retry-after")) == (503, "1")
                return answer.status == 503
            eventually(refused)
        assert ask(service, line("/healthz")).status == 200
        peaks["the others do not read"] = memory(service, "VmHWM")
        print(lines(peaks))
        assert memory(service, "VmHWM") < allowed, lines(peaks)
    eventually(lambda: ask(service, line(target(4000))).status == 200)
    eventually(lambda: memory(service, "VmRSS") < allowed / 2)


ARCHIVE = "/v1/dataset/export.zip"
READERS = 60
A_READER = 256 * 1024  # what a connection that is sent a file may take: far less than the archive


@pytest.fixture
def large(tmp_path):
    """A database whose archive is larger than what the system holds for a slow reader."""
    subprocess.run([sys.executable, ROOT / "bench/generate.py", tmp_path / "dataset", "2500"], check=True)
    assert relata("load", tmp_path / "dataset", "--db", tmp_path / "large.db").returncode == 0
    return tmp_path / "large.db"


@pytest.mark.skipif(BINARY.parent.name in ("asan", "tsan"), reason="a sanitizer takes memory of its own")
def test_the_archive_takes_no_memory_however_slowly_it_is_read(serve_copy, large):
    """Some read the beginning and no more, some go in the middle; who comes then gets it whole."""
    service = serve_copy(large)
    whole = ask(service, line(ARCHIVE)).body
    assert len(whole) > 4 * A_READER
    before, open_before = memory(service, "RssAnon"), descriptors(service)
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(Wire(service, receive_buffer=4096)) for _ in range(READERS)]
        for wire in slow:
            wire.send(line(ARCHIVE))
        for _ in range(READERS):
            with Wire(service, receive_buffer=4096) as leaver:
                leaver.send(line(ARCHIVE))
                assert leaver.socket.recv(1024)
        for wire in slow:
            assert wire.socket.recv(1024)
        assert ask(service, line(ARCHIVE)).body == whole
        assert memory(service, "RssAnon") - before < READERS * A_READER
    eventually(lambda: descriptors(service) <= open_before)
    assert ask(service, line(ARCHIVE)).body == whole
    service.stop()


def descriptors(service):
    return len(list(pathlib.Path(f"/proc/{service.process.pid}/fd").iterdir()))
