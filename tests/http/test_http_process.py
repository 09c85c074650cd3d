"""The program as an operator meets it: how it starts, what it is told by, how it stops."""
import contextlib
import json
import os
import pathlib
import re
import resource
import select
import signal
import socket
import subprocess
import time

import pytest

from releases import Dataset
from service import BINARY, DATASET, PATIENCE, ROOT, SHIPPED, empty_database, environment, eventually, relata, slowness
from wire import Wire, ask, line

BIG = "/v1/events?limit=500&include=actors,references,themes"


# Start

def test_the_ready_line_tells_the_address_and_a_free_port(server):
    assert re.fullmatch(r"(time=.*\n)*listening on http://127\.0\.0\.1:[1-9]\d*\n", server.log)
    assert ask(server, line("/readyz")).json["status"] == "ready"


def test_ipv6_addresses_are_served_and_written_in_brackets(start, loaded):
    service = start("serve", "--port", "0", "--address", "::1", "--db", loaded, "--read-only")
    assert service.url.startswith("http://[::1]:")
    assert ask(service, line("/healthz")).status == 200
    assert service.stop() == 0


def test_a_missing_database_is_made_from_the_shipped_dataset(start, tmp_path):
    path = tmp_path / "deep" / "folder" / "relata.db"
    service = start("serve", "--port", "0", "--db", path, "--dataset", DATASET)
    assert path.exists()
    ready = ask(service, line("/readyz")).json
    assert (ready["dataset_revision"], ready["dataset_version"]) == (SHIPPED, Dataset().release["version"])
    assert f"event=load revision={SHIPPED}" in service.log
    assert service.stop() == 0
    again = start("serve", "--port", "0", "--db", path, "--dataset", DATASET)
    assert "event=load" not in again.log, "what is there is not loaded again"
    assert again.stop() == 0


def test_a_newer_shipped_release_is_taken_where_it_follows(start, releases, tmp_path):
    """A shipped dataset tells its history; one without it might follow anything, and is not taken."""
    path, shipped = tmp_path / "relata.db", tmp_path / "shipped"
    assert relata("dump", shipped, "--db", releases.database(2)).returncode == 0
    for folder, revision in ((releases.folders[0], 1), (releases.folders[1], 1), (shipped, 2), (releases.folders[0], 2)):
        service = start("serve", "--port", "0", "--db", path, "--dataset", folder)
        assert ask(service, line("/readyz")).json["dataset_revision"] == revision, folder
        assert ("served as it is" in service.log) == (folder == releases.folders[1])
        assert service.stop() == 0


def test_nothing_is_written_to_standard_output(tmp_path):
    process = subprocess.Popen([str(BINARY), "serve", "--port", "0", "--db", str(tmp_path / "r.db"), "--dataset", str(DATASET)],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(), cwd=ROOT)
    try:
        assert any(b"listening on" in text for text in iter(process.stderr.readline, b""))
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
        process.wait(PATIENCE)
    assert out == b""


def test_an_address_in_use_is_told(server, tmp_path):
    done = relata("serve", "--port", server.port, "--db", tmp_path / "other.db", "--dataset", DATASET)
    assert done.returncode == 1
    assert f"cannot listen on 127.0.0.1 port {server.port}: Address already in use" in done.stderr
    assert not (tmp_path / "other.db").exists()


def test_a_variable_that_is_no_setting_is_told():
    done = relata("version", env={"RELATA_PROT": "8081"})
    assert (done.returncode, done.stderr) == (0, "relata: warning: RELATA_PROT is not a setting. Did you mean 'RELATA_PORT'?\n")


@pytest.mark.parametrize("address", ["localhost", "1.2.3", "300.1.1.1", "::g", "127.0.0.1:80"])
def test_an_address_that_is_none_is_told(address, loaded):
    done = relata("serve", "--port", "0", "--address", address, "--db", loaded, "--read-only")
    assert done.returncode == 64
    assert f"--address: '{address}' is not an IPv4 or IPv6 address" in done.stderr


# Wrong usage

USAGE = {
    "an unknown flag": (["--bogus"], ["--bogus"]),
    "a flag with a slip": (["serve", "--prot", "80"], ["--prot", "Did you mean '--port'"]),
    "a single hyphen": (["-p"], ["-p"]),
    "an unknown command": (["bogus"], ["bogus"]),
    "a command with a slip": (["serv"], ["serv", "Did you mean 'serve'"]),
    "a flag without its value": (["--port"], ["--port needs a value"]),
    "an empty value": (["--db="], ["--db"]),
    "a port that is no number": (["--port", "http"], ["--port", "http", "0 to 65535"]),
    "a port too high": (["--port", "65536"], ["--port", "65536"]),
    "a negative port": (["--port", "-1"], ["--port", "-1"]),
    "a number with a fraction": (["--grace", "1.5"], ["--grace", "1.5"]),
    "a thread too few": (["--threads", "0"], ["--threads", "1 to"]),
    "a switch that is neither": (["--read-only=maybe"], ["--read-only", "maybe", "true or false"]),
    "a command without its operand": (["load"], ["load needs DIR"]),
    "an operand too many": (["check", "extra"], ["check takes no argument: 'extra'"]),
    "two operands": (["load", "one", "two"], ["two"]),
}


@pytest.mark.parametrize("usage", USAGE)
def test_wrong_usage_is_64_and_named(usage):
    arguments, names = USAGE[usage]
    done = relata(*arguments)
    assert (done.returncode, done.stdout) == (64, "")
    assert "--help" in done.stderr
    for name in names:
        assert name in done.stderr, done.stderr


def test_files_that_cannot_be_served_have_exit_codes_of_their_own(tmp_path):
    missing, text = tmp_path / "missing.db", tmp_path / "text.db"
    text.write_text("no database")
    done = relata("serve", "--port", "0", "--read-only", "--db", missing)
    assert (done.returncode, str(missing) in done.stderr) == (66, True)
    done = relata("serve", "--port", "0", "--db", text)
    assert (done.returncode, str(text) in done.stderr) == (65, True)
    assert relata("check", "--deep", "--db", missing).returncode == 66


# Settings

@pytest.fixture(scope="module")
def settings():
    """Flag, variable, default of every setting that --help tells."""
    done = relata("--help")
    assert done.returncode == 0 and done.stderr == ""
    rows = re.findall(r"^  (--[a-z-]+) +([A-Z_]+|-) +(\S+) +(\S.*)$", done.stdout, re.M)
    return {flag: (variable, default) for flag, variable, default, _ in rows}


COMMANDS = ("serve", "load", "release", "dump", "check", "backup", "restore", "routes", "version", "help")


def test_help_tells_commands_settings_and_exit_codes(settings):
    assert {"--address", "--port", "--db", "--dataset", "--public-url", "--threads", "--help"} <= set(settings)
    assert settings["--port"] == ("RELATA_PORT", "8080")
    assert settings["--address"] == ("RELATA_ADDRESS", "127.0.0.1")
    assert settings["--db"] == ("RELATA_DB", "data/relata.db")
    for flag, (variable, _) in settings.items():
        assert variable in ("-", "RELATA_" + flag[2:].upper().replace("-", "_"))
    text = relata("--help").stdout
    for command in COMMANDS:
        assert re.search(rf"^  {command}\b.*\w", text, re.M), command
    assert all(code in text for code in (" 64 ", " 65 ", " 66 ", " 75 "))


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_one_command_is_the_same_by_all_its_names(command):
    texts = {relata(*words).stdout for words in (("help", command), (command, "--help"), (command, "-h"))}
    assert len(texts) == 1
    assert texts.pop().startswith(f"relata {command}: ")


@pytest.mark.parametrize("words", [("help",), ("-h",)])
def test_help_of_all_is_the_same_by_all_its_names(words):
    assert relata(*words).stdout == relata("--help").stdout


def test_no_flag_is_known_that_help_does_not_tell(settings):
    known = set(re.findall(rb'--[a-z][a-z-]+', BINARY.read_bytes()))
    for flag in (each.decode() for each in known if each.decode() not in settings):
        assert relata(flag, "1").returncode == 64, flag


def test_version_is_that_of_the_index(client):
    for word in ("version", "--version", "-V"):
        done = relata(word)
        assert done.returncode == 0
        assert done.stdout == f"relata {client.ok('/').data['version']}\n"
        assert re.fullmatch(r"relata \d+\.\d+\.\d+\n", done.stdout)


class Setup:
    """A service that gets one setting by its variable, everything else by flags."""

    def __init__(self, start, loaded, folder):
        self.start, self.loaded, self.folder = start, loaded, folder

    def serve(self, variable, value, **flags):
        flags = {"db": self.loaded, "read-only": "true", "port": 0} | flags
        own = variable.removeprefix("RELATA_").lower().replace("_", "-")
        return self.start("serve", *(f"--{flag}={value}" for flag, value in flags.items() if flag != own),
                          env={variable: str(value)})


def address_works(setup):
    assert setup.serve("RELATA_ADDRESS", "127.0.0.2").url.startswith("http://127.0.0.2:")


def port_works(setup):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    assert setup.serve("RELATA_PORT", port).port == port


def db_works(setup):
    path = setup.folder / "by-variable.db"
    setup.serve("RELATA_DB", path, **{"read-only": "false"}, dataset=DATASET)
    assert path.exists()


def dataset_works(setup):
    dataset = Dataset()
    dataset.publish("2050.01", "2050-01-01T00:00:00Z", "Another dataset")
    folder = dataset.write(setup.folder / "dataset")
    service = setup.serve("RELATA_DATASET", folder, **{"read-only": "false"}, db=setup.folder / "dataset.db")
    assert ask(service, line("/readyz")).json["dataset_version"] == "2050.01"


def public_url_works(setup):
    done = relata("serve", env={"RELATA_PUBLIC_URL": ""})
    assert (done.returncode, "RELATA_PUBLIC_URL" in done.stderr) == (64, True)
    service = setup.serve("RELATA_PUBLIC_URL", "https://data.example.org/relata/")
    assert ask(service, line("/v1/eras/gwot")).json["data"]["url"] == "/relata/v1/eras/gwot"


NO_PUBLIC_URL = [
    ("must begin with http:// or https://", ["x.org", "ftp://x.org", "//x.org", "foo", "/relata", "HTTPS//x"]),
    ("leave out the query or fragment", ["https://x.org/a?b=1", "https://x.org/a#b"]),
    ("has a character that must not stand in it", ["https://x.org/a b", "https://x.org/\""]),
    ("has no host", ["https://", "http:///a", "http://:80"]),
    ("its path must not have //, or a segment that begins with a dot", ["https://x.org//a", "https://x.org/../a"]),
    ("leave out the user name and password", ["https://me:secret@x.org", "https://me@x.org/a"]),
    ("the port must be a number from 1 to 65535", ["http://x.org:99999", "http://x.org:0", "http://x.org:a", "http://x.org:", "http://[::1]:70000"]),
    ("is too long", ["https://x.org/" + "a" * 3000])]


@pytest.mark.parametrize("said, url", [(said, url) for said, urls in NO_PUBLIC_URL for url in urls])
def test_what_is_no_address_of_the_public_is_refused_with_what_is_wrong(said, url):
    done = relata("serve", "--public-url", url)
    assert done.returncode == 64 and "--public-url" in done.stderr and "https://data.example.org/relata" in done.stderr
    assert said in done.stderr


def test_the_public_address_is_the_one_that_is_served(server):
    """With `--port 0`, too: the port that was taken."""
    told = ask(server, line("/v1/cite?url=/v1/eras")).json["data"]["url"]
    assert told.startswith(f"http://localhost:{server.port}/v1/eras?as_of=")
    refused = ask(server, line("/v1/cite?url=https://example.org/v1/eras")).json["detail"]
    assert f"http://localhost:{server.port}/" in refused


def threads_work(setup):
    counts = []
    for number in (1, 6):
        service = setup.serve("RELATA_THREADS", number)
        ask(service, line("/healthz"))
        counts.append(len(os.listdir(f"/proc/{service.process.pid}/task")))
    assert counts[1] - counts[0] in (5, 6)


def refuses_the_third(service):
    """Whether two connections are served and a third one is closed."""
    with Wire(service) as first, Wire(service) as second:
        assert first.ask(line("/healthz")).status == second.ask(line("/healthz")).status == 200
        with Wire(service) as third:
            try:
                third.send(line("/healthz"))
                third.socket.settimeout(0.3 * slowness())
                return not third.more()
            except (TimeoutError, ConnectionError):
                return True


def connections_work(setup):
    assert refuses_the_third(setup.serve("RELATA_CONNECTIONS", 2, threads=1))
    assert not refuses_the_third(setup.serve("RELATA_CONNECTIONS", 3, threads=1))


def per_address_works(setup):
    assert refuses_the_third(setup.serve("RELATA_PER_ADDRESS", 2, threads=1))
    assert not refuses_the_third(setup.serve("RELATA_PER_ADDRESS", 3, threads=1))


def idle_works(setup):
    service = setup.serve("RELATA_IDLE", 1)
    with Wire(service) as wire:
        assert wire.ask(line("/healthz")).status == 200
        assert wire.is_closed()


def kept_works(setup):
    service = setup.serve("RELATA_KEPT", 3)
    with contextlib.ExitStack() as stack:
        wires = [stack.enter_context(Wire(service)) for _ in range(7)]
        busy = wires.pop()
        for wire in wires:
            assert wire.ask(line("/healthz")).status == 200
        eventually(lambda: b'{bound="kept"} 3' in busy.ask(line("/metrics")).body)
        assert sum(wire.is_closed() for wire in wires if select.select([wire.socket], [], [], 0)[0]) == 3
        assert busy.ask(line("/healthz")).status == 200, "who asks again and again is not among them"


def grace_works(setup):
    assert cut_after_grace(setup.serve("RELATA_GRACE", 0))


def query_threads_work(setup):
    counts = []
    for number in (1, 6):
        service = setup.serve("RELATA_QUERY_THREADS", number)
        ask(service, line("/healthz"))
        counts.append(len(os.listdir(f"/proc/{service.process.pid}/task")))
    assert counts[1] - counts[0] == 5


def query_queue_works(setup):
    service = setup.serve("RELATA_QUERY_QUEUE", 1)
    statuses = set()
    with contextlib.ExitStack() as stack:
        wires = [stack.enter_context(Wire(service)) for _ in range(40)]
        for number, wire in enumerate(wires):
            wire.send(line(f"/v1/events?q=a*+b*+c*+d*+e*&facet=actor,theme,reference&offset={number + 1}"))
        statuses = {wire.answer().status for wire in wires}
    assert statuses == {200, 503}


def query_time_works(setup):
    service = setup.serve("RELATA_QUERY_TIME", 0)
    assert ask(service, line("/v1/events?limit=500&facet=actor,reference")).json["code"] == "query-timeout"


def read_only_works(setup):
    path = setup.folder / "read-only.db"
    path.write_bytes(setup.loaded.read_bytes())
    path.chmod(0o444)
    service = setup.serve("RELATA_READ_ONLY", "true", db=path)
    assert ask(service, line("/v1/eras")).status == 200
    assert [each.name for each in setup.folder.iterdir() if each.name.startswith("read-only")] == ["read-only.db"], "no -wal, no -shm"


def log_requests_works(setup):
    quiet = setup.serve("RELATA_LOG_REQUESTS", "false")
    ask(quiet, line("/v1/eras/gwot"))
    quiet.stop()
    assert "event=request" not in quiet.log


def drips(service, parts):
    """Sends a part each tenth of a second until the service closes; how long that took."""
    began = time.monotonic()
    with Wire(service) as wire:
        wire.socket.settimeout(0.1)
        for part in parts:
            assert time.monotonic() - began < PATIENCE, "the connection goes on and on"
            try:
                wire.send(part)
                while more := wire.more():
                    assert b"200 OK" in more
                break
            except TimeoutError:
                pass
            except ConnectionError:
                break
    return time.monotonic() - began


def receive_works(setup):
    """However steadily bytes come: in the first line, in headers, in a body, in chunks."""
    service = setup.serve("RELATA_RECEIVE", 1, idle=3600)
    post = line(BIG, b"POST", headers=b"Content-Length: 10000\r\n")
    chunked = line(BIG, b"POST", headers=b"Transfer-Encoding: chunked\r\n")
    for start in (b"", line("/healthz")[:-2] + b"X: ", post, chunked + b"1000\r\n"):
        assert 0.5 < drips(service, [start or b"G", *[b"a"] * 1000]) < 5 * slowness()
    # A connection that was used before is no better.
    assert 0.5 < drips(service, [line("/healthz") + b"G", *[b"a"] * 1000]) < 5 * slowness()
    assert metric(service, 'relata_connections_cut_total{bound="receive"}') == 5


def send_works(setup):
    service = setup.serve("RELATA_SEND", 1, idle=3600)
    with Wire(service, receive_buffer=4096) as wire:
        wire.send(line(BIG) * 8)
        eventually(lambda: metric(service, 'relata_connections_cut_total{bound="send"}') == 1)
        eventually(lambda: metric(service, "relata_requests_in_progress") == 1)


def send_rate_works(setup):
    service = setup.serve("RELATA_SEND_RATE", 0, send=1, idle=3600)
    with reader_of_a_long_answer(service) as wire:
        with pytest.raises(AssertionError, match="in time"):
            eventually(lambda: metric(service, 'relata_connections_cut_total{bound="send"}'), 3)
        assert wire.answer().status == 200


def body_works(setup):
    service = setup.serve("RELATA_BODY", 5)
    for length, status in ((5, 405), (6, 413)):
        assert ask(service, line(BIG, b"POST", headers=b"Content-Length: %d\r\n" % length), b"a" * 5).status == status


def connection_memory_works(setup):
    long = line("/healthz", headers=b"X: " + b"a" * 30000 + b"\r\n")
    assert ask(setup.serve("RELATA_CONNECTION_MEMORY", 24576), long).status == 431
    assert ask(setup.serve("RELATA_CONNECTION_MEMORY", 65536), long).status == 200


def proxied_works(setup):
    through = line("/healthz", headers=b"X-Forwarded-For: 192.0.2.1, 2001:db8::7\r\n")
    for value, client in (("true", "2001:db8::7"), ("false", "127.0.0.1")):
        service = setup.serve("RELATA_PROXIED", value)
        ask(service, through)
        assert service.await_line("event=request .*client=(\\S+)")[1] == client
    service = setup.serve("RELATA_PROXIED", "true")
    ask(service, line("/healthz", headers=b"X-Forwarded-For: 192.0.2.1, nobody\r\n"))
    assert service.await_line("event=request .*client=(\\S+)")[1] == "127.0.0.1"


def server_timing_works(setup):
    """What is kept, was made for another request: its time would be no news."""
    for value in ("true", "false"):
        service = setup.serve("RELATA_SERVER_TIMING", value)
        told = [ask(service, line("/v1/eras")).headers.get("server-timing") for _ in range(4)]
        assert metric(service, "relata_cache_entries") == 1
        assert [each is not None for each in told] == ([True, False, False, False] if value == "true" else [False] * 4)
        for target in ("/nowhere", "/v1/events?format=ndjson", "/readyz"):
            headers = ask(service, line(target)).headers
            assert ("server-timing" in headers) == (headers.get("timing-allow-origin") == "*") == (value == "true")
        if value == "true":
            assert re.fullmatch(r"receive;dur=\d+\.\d{3}, app;dur=\d+\.\d{3}", told[0])


def log_level_works(setup):
    levels = ["error", "warning", "info", "debug"]
    for level in levels:
        service = setup.serve("RELATA_LOG_LEVEL", level, **{"query-time": 0})
        ask(service, line("/healthz"))
        assert ask(service, line("/v1/events?limit=500&facet=actor,reference")).status == 503
        with Wire(service) as wire:
            wire.send(line("/healthz", version=b"HTTP/2.0"))
            wire.more()
        service.stop()
        told = {each for each in levels if f" level={each} " in service.log}
        assert told - {"warning"} == set(levels[:levels.index(level) + 1]) - {"warning"}, level
    done = relata("serve", "--log-level", "loud")
    assert (done.returncode, "error, warning, info or debug" in done.stderr) == (64, True)


def log_format_works(setup):
    service = setup.serve("RELATA_LOG_FORMAT", "json")
    ask(service, line("/v1/eras/gwot", headers=b"X-Request-Id: seven\r\n"))
    row = json.loads(service.await_line(r"(?m)^\{.*\"request\".*$")[0])
    assert row | {"time": "", "us": 0, "bytes": 0} == {
        "time": "", "level": "info", "event": "request", "method": "GET", "operation": "getEra", "status": 200, "bytes": 0,
        "us": 0, "client": "127.0.0.1", "id": "seven"}
    service.stop()
    assert all(json.loads(text) for text in service.log.splitlines() if not text.startswith("listening"))


def cache_works(setup):
    for value, entries in (("0", 0), ("1000000", 1)):
        service = setup.serve("RELATA_CACHE", value)
        for _ in range(3):
            ask(service, line("/v1/eras"))
        assert metric(service, "relata_cache_entries") == entries


def answers_work(setup):
    for value, status in (("1M", 503), ("1G", 200)):
        service = setup.serve("RELATA_ANSWERS", value, cache=0)
        with contextlib.ExitStack() as stack:
            for limit in range(200, 220):
                stack.enter_context(Wire(service, receive_buffer=4096)).send(line(f"/v1/events?limit={limit}"))
            eventually(lambda: ask(service, line("/v1/events?limit=199")).status == status)
            assert ask(service, line("/healthz")).status == 200
        eventually(lambda: ask(service, line("/v1/events?limit=199")).status == 200)


def scratch_works(setup):
    for folder, status in ((setup.folder, 200), (setup.folder / "none", 503)):
        assert ask(setup.serve("RELATA_SCRATCH", folder), line("/v1/events?format=xlsx")).status == status


def scratch_bytes_work(setup):
    for size, status in ((1048576, 200), (65536, 503)):
        assert ask(setup.serve("RELATA_SCRATCH_BYTES", size), line("/v1/events?format=xlsx")).status == status


WORKS = {"--cache": cache_works, "--answers": answers_work, "--address": address_works, "--port": port_works, "--db": db_works, "--dataset": dataset_works, "--public-url": public_url_works,
         "--threads": threads_work, "--connections": connections_work, "--per-address": per_address_works, "--idle": idle_works,
         "--grace": grace_works, "--kept": kept_works, "--query-time": query_time_works, "--query-threads": query_threads_work,
         "--query-queue": query_queue_works, "--read-only": read_only_works, "--log-requests": log_requests_works,
         "--receive": receive_works, "--send": send_works, "--send-rate": send_rate_works, "--body": body_works,
         "--connection-memory": connection_memory_works, "--proxied": proxied_works, "--log-level": log_level_works,
         "--log-format": log_format_works, "--server-timing": server_timing_works, "--scratch": scratch_works, "--scratch-bytes": scratch_bytes_work}


def test_each_variable_that_help_tells_is_tried_here(settings):
    assert {flag for flag, (variable, _) in settings.items() if variable != "-"} == set(WORKS)


@pytest.mark.parametrize("flag", WORKS)
def test_a_variable_works(start, loaded, tmp_path, flag):
    WORKS[flag](Setup(start, loaded, tmp_path))


@pytest.mark.parametrize("variable, value", [("RELATA_PORT", "http"), ("RELATA_THREADS", "0"), ("RELATA_READ_ONLY", "yes"), ("RELATA_DB", "")])
def test_a_wrong_variable_is_64_and_named(variable, value):
    done = relata("serve", env={variable: value})
    assert (done.returncode, variable in done.stderr) == (64, True)


def test_a_flag_wins_over_its_variable(start, loaded):
    service = start("serve", "--port", "0", "--address", "127.0.0.3", "--db", loaded, "--read-only",
                    env={"RELATA_ADDRESS": "127.0.0.2", "RELATA_PORT": "1"})
    assert service.url.startswith("http://127.0.0.3:")


# Logs and metrics

def metric(service, name):
    """The value of a metric, 0 where nothing was counted."""
    found = re.search(rf"^{re.escape(name)} (\S+)$", ask(service, line("/metrics")).body.decode(), re.M)
    return float(found[1]) if found else 0


def test_a_line_a_request_tells_who_asked_what_and_how_long_it_took_but_not_for_what(fresh):
    with Wire(fresh) as wire:
        wire.ask(line("/v1/eras/gwot?fields=id", headers=b"X-Request-Id: one\r\n"))
        wire.ask(line("/secret?secret=1", headers=b"Authorization: secret\r\nCookie: secret\r\n"))
        wire.ask(line("/healthz", b"BREW"))
    fresh.stop()
    rows = [text for text in fresh.log.splitlines() if "event=request" in text]
    start = r"time=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z level=info event=request "
    end = r" bytes=[1-9]\d* us=\d+ client=127\.0\.0\.1 id="
    for row, text in zip(rows, ["method=GET operation=getEra status=200" + end + "one",
                                "method=GET operation=- status=404" + end + "[0-9a-f]{16}",
                                "method=BREW operation=- status=405" + end + "[0-9a-f]{16}"], strict=True):
        assert re.fullmatch(start + text, row), row
    assert "secret" not in fresh.log and "gwot" not in fresh.log


def test_a_request_that_never_came_whole_is_told_as_cut(fresh):
    with Wire(fresh) as wire:
        wire.send(line("/v1/eras")[:-2])
        wire.send(b"X: ")
        eventually(lambda: metric(fresh, "relata_requests_in_progress") == 2)
    assert fresh.await_line(r"event=request method=- operation=- status=0 .* cut=1")
    assert metric(fresh, "relata_requests_cut_total") == 1


def test_a_log_that_nobody_reads_holds_nobody_up(fresh):
    """Lines that find no room are dropped, counted, and told when there is room again."""
    with Wire(fresh) as wire:
        while not metric(fresh, "relata_log_lines_dropped_total"):
            wire.send(line("/healthz") * 500)
            assert all(wire.answer().status == 200 for _ in range(500))
    dropped = int(metric(fresh, "relata_log_lines_dropped_total"))
    told = int(fresh.await_line(r"level=warning event=dropped lines=(\d+)")[1])
    assert told >= dropped > 0


def test_metrics_tell_what_was_asked_and_how_it_was_answered(fresh):
    with Wire(fresh) as wire:
        tag = wire.ask(line("/v1/eras/gwot")).headers["etag"].encode()
        wire.ask(line("/v1/eras/gwot", headers=b"If-None-Match: " + tag + b"\r\n"))
        wire.ask(line("/v1/eras/nothing"))
        wire.ask(line("/nowhere"))
        answer = wire.ask(line("/metrics"))
    text = answer.body.decode()
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == ("text/plain; version=0.0.4; charset=utf-8", "no-store")
    for status in (200, 304, 404):
        assert f'relata_requests_total{{operation="getEra",status="{status}"}} 1\n' in text
    assert 'relata_requests_total{operation="none",status="404"} 1\n' in text
    assert 'relata_request_duration_seconds_bucket{operation="getEra",le="+Inf"} 3\n' in text
    assert 'relata_request_duration_seconds_count{operation="getEra"} 3\n' in text
    for row in ("relata_requests_in_progress 1", "relata_connections 1", "relata_connections_total 1", "relata_database_up 1",
                f"relata_dataset_revision {SHIPPED}", f'relata_build_info{{version="{relata("version").stdout.split()[1]}"}} 1'):
        assert row + "\n" in text, row


def test_metrics_are_told_without_a_database(start, tmp_path):
    service = start("serve", "--port", "0", "--read-only", "--db", empty_database(tmp_path / "relata.db"))
    assert metric(service, "relata_database_up") == 0
    assert "relata_dataset_revision" not in ask(service, line("/metrics")).body.decode()


def test_each_metric_has_help_and_type_and_buckets_only_grow(fresh):
    with Wire(fresh) as wire:
        for _ in range(20):
            wire.ask(line("/v1/events"))
        text = wire.ask(line("/metrics")).body.decode()
    types = dict(re.findall(r"^# TYPE (\S+) (counter|gauge|histogram)$", text, re.M))
    assert set(types) == set(re.findall(r"^# HELP (\S+) \S", text, re.M))
    for row in text.splitlines():
        if not row.startswith("#"):
            name, value = re.fullmatch(r"([a-z_]+)(?:\{[^}]*\})? (\S+)", row).groups()
            assert float(value) >= 0 and (name in types or re.sub("_(bucket|sum|count)$", "", name) in types), row
            assert name.endswith("_total") == (types.get(name) == "counter"), row
    buckets = [int(n) for n in re.findall(r'_bucket\{operation="listEvents",le="[^"]*"\} (\d+)', text)]
    assert buckets == sorted(buckets) and buckets[-1] == 20


# Many connections

def resident(service):
    """Bytes of memory that the process holds."""
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{service.process.pid}/status").read_text())[1]) * 1024


@pytest.mark.skipif(BINARY.parent.name in ("asan", "tsan"), reason="a sanitizer takes memory of its own")
def test_at_rest_it_takes_twelve_mebibytes_at_the_most(start, tmp_path):
    for _ in ("a first start, which makes the database", "a second one"):
        service = start("serve", "--port", "0", "--db", tmp_path / "relata.db")
        eventually(lambda: resident(service) <= 12 * 1024 * 1024)
        service.stop()


@pytest.mark.skipif(BINARY.parent.name in ("asan", "tsan"), reason="a sanitizer takes memory of its own")
def test_kept_answers_take_no_more_memory_than_they_are_counted_for(start, loaded):
    service = start("serve", "--port", "0", "--db", loaded, "--read-only", "--threads", "1")
    with Wire(service) as wire:
        for limit in range(1, 500, 10):  # the largest answers, which are not all kept
            wire.ask(line(f"/v1/events?limit={limit}&sort=title"))
        before, counted = resident(service), metric(service, "relata_cache_bytes")
        for offset in range(200, 229):
            for limit in range(200, 240):
                for _ in range(2):
                    assert wire.ask(line(f"/v1/events?limit={limit}&offset={offset}")).status == 200
        counted = metric(service, "relata_cache_bytes") - counted
        assert counted > 4 * 1024 * 1024
        assert resident(service) - before < 1.5 * counted


@pytest.mark.skipif(BINARY.parent.name in ("asan", "tsan"), reason="a sanitizer takes memory of its own")
@pytest.mark.parametrize("asks", [False, True], ids=["asking nothing", "having asked"])
def test_idle_connections_cost_little_and_nothing_when_they_are_gone(start, loaded, settings, asks):
    """One that has asked costs the buffer of its requests besides, and only --kept of those stay."""
    service = start("serve", "--port", "0", "--db", loaded, "--read-only", "--threads", "1", "--idle", "3600")
    many = 4000
    stay = int(settings["--kept"][1]) if asks else many
    cost = 10 * 1024 + (int(settings["--connection-memory"][1]) if asks else 0)
    for _ in range(50):
        ask(service, line("/v1/events"))
        metric(service, "relata_connections")
    before = resident(service)
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    with contextlib.ExitStack() as wires:
        for _ in range(many):
            wire = wires.enter_context(Wire(service))
            if asks:
                assert wire.ask(line("/healthz")).status == 200
        eventually(lambda: stay <= metric(service, "relata_connections") <= stay + 2)
        eventually(lambda: resident(service) - before < stay * cost)
        assert ask(service, line("/v1/events")).status == 200
    eventually(lambda: metric(service, "relata_connections") == 1)
    eventually(lambda: resident(service) - before < 2 * 1024 * 1024)


# Stop

@pytest.fixture
def fresh(start, loaded):
    return start("serve", "--port", "0", "--db", loaded, "--read-only")


def test_sighup_ends_the_service_as_the_operations_guide_says(start, loaded):
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # a child of nohup would inherit that it is ignored
    try:
        service = start("serve", "--port", "0", "--db", loaded, "--read-only")
    finally:
        signal.signal(signal.SIGHUP, before)
    service.signal(signal.SIGHUP)
    assert service.stop() == -signal.SIGHUP


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_an_idle_service_stops_within_a_second(fresh, number):
    with Wire(fresh) as kept:
        assert kept.ask(line("/v1/events")).status == 200
        began = time.monotonic()
        fresh.signal(number)
        assert fresh.stop() == 0
        assert time.monotonic() - began < slowness()
        assert kept.is_closed()
    assert re.search(rf"event=stop signal={int(number)}\n", fresh.log)
    with pytest.raises(ConnectionRefusedError):
        Wire(fresh)


def unsent(service, wire):
    """How many bytes the system holds for a reader who does not take them."""
    ports = f"{service.port:04X}", f"{wire.socket.getsockname()[1]:04X}"
    for row in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, _, queues, *_ = row.split()
        if (local[-4:], remote[-4:]) == ports:
            return int(queues.split(":")[0], 16)
    return 0


def reader_of_a_long_answer(service):
    """A client that has asked for much and reads nothing yet, so that the service is stuck in the midst of an answer."""
    wire = Wire(service, receive_buffer=4096)
    wire.send(line(BIG) * 8)
    seen = []

    def stuck():
        seen.append(unsent(service, wire))
        return seen[-1] > 0 and len(seen) > 50 and len(set(seen[-50:])) == 1

    eventually(stuck)
    return wire


def sockets(service, wire):
    """How many ends of a connection the service's system still holds, in whatever state."""
    ports = f"{service.port:04X}", f"{wire.socket.getsockname()[1]:04X}"
    rows = (row.split() for row in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:])
    return sum((local[-4:], remote[-4:]) == ports for _, local, remote, *_ in rows)


def test_who_reads_late_gets_the_whole_of_a_finished_answer(start, loaded):
    """The connection rests since the answer was sent, and is closed for that: what waits in the system is not thrown away."""
    service = start("serve", "--port", "0", "--db", loaded, "--read-only", "--idle", "1", "--send", "1")
    with Wire(service, receive_buffer=4096) as wire:
        # No more than the system takes of what its reader leaves: the rest of a longer answer waits in the service.
        wire.send(line("/v1/events?limit=20"))
        eventually(lambda: metric(service, 'relata_connections_cut_total{bound="idle"}') >= 1)
        assert len(wire.answer().data) == 20
        assert wire.is_closed()


def test_nothing_is_held_for_who_never_reads(start, loaded):
    service = start("serve", "--port", "0", "--db", loaded, "--read-only", "--idle", "3600", "--send", "1")
    with Wire(service, receive_buffer=4096) as wire:
        wire.send(line("/v1/events?format=ndjson") * 40)
        eventually(lambda: metric(service, 'relata_connections_cut_total{bound="send"}') == 1)
        eventually(lambda: sockets(service, wire) == 0)


def test_an_answer_under_way_is_finished(start, loaded):
    service = start("serve", "--port", "0", "--db", loaded, "--read-only", "--grace", "30")
    with reader_of_a_long_answer(service) as wire:
        service.signal()
        service.await_line("event=stop")
        with pytest.raises(subprocess.TimeoutExpired):
            service.process.wait(0.2)
        assert json.loads(wire.answer().body)["meta"]["total"] > 100
        try:
            while wire.answer().status == 200:
                pass
        except EOFError:
            pass
    assert service.stop() == 0


def cut_after_grace(service):
    """Whether an answer that nobody reads is cut, so that it cannot look complete, when the grace has passed."""
    with reader_of_a_long_answer(service) as wire:
        service.signal()
        assert service.stop() == 0
        with pytest.raises(EOFError):
            for _ in range(8):
                wire.answer()
    return True


def test_an_answer_that_takes_longer_than_the_grace_is_cut(start, loaded):
    service = start("serve", "--port", "0", "--db", loaded, "--read-only", "--grace", "1")
    began = time.monotonic()
    assert cut_after_grace(service)
    assert time.monotonic() - began < PATIENCE


def test_a_database_is_left_whole_by_a_killed_service(start, releases, tmp_path):
    path = tmp_path / "relata.db"
    service = start("serve", "--port", "0", "--db", path, "--dataset", releases.folders[0])
    service.process.kill()
    service.process.wait(PATIENCE)
    done = relata("check", "--deep", "--db", path)
    assert (done.returncode, "is sound" in done.stdout) == (0, True)
