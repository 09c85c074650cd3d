"""The real binary as a child process, and a client that judges every answer by the contract."""
import gzip
import http.client
import json
import math
import os
import pathlib
import re
import select
import signal
import subprocess
import time
from urllib.parse import quote

from contract import json_strict

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("RELATA", ROOT / "build/relata")).resolve()
# What runs the commands that end by themselves.
TOOL = pathlib.Path(os.environ.get("RELATA_TOOL", BINARY)).resolve()
DATASET = ROOT / "db/dataset"
# The revision that the shipped dataset is, after all that its history tells.
SHIPPED = 1 + len(list((DATASET / "history").glob("*.json")))
READY = re.compile(r"listening on (http://(\[[^]]*\]|[^:]*):(\d+))")


def slowness():
    """How many times longer than on a machine of one's own things may take: the variant's checks, and who else works here."""
    variant = {"asan": 4, "tsan": 10}.get(BINARY.parent.name, 1)
    return variant * max(1, os.getloadavg()[0] / os.cpu_count())


# Seconds that anything may take before it counts as hung. All time-outs of tests follow from this and from slowness().
PATIENCE = 60 * slowness()

# What a query may take by default, in milliseconds.
QUERY_TIME = {"RELATA_QUERY_TIME": str(math.ceil(2000 * slowness()))}


def eventually(condition, seconds=None):
    """The first true value of CONDITION, which is asked again and again; SECONDS are those of a machine of one's own."""
    deadline = time.monotonic() + (seconds * slowness() if seconds else PATIENCE)
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)


def unpinned(data):
    """DATA without the revisions of the addresses in it, which an answer as of a revision has and one of now lacks."""
    return json.loads(re.sub(r"([?&])as_of=[0-9a-z.]+&", r"\1", json.dumps(data)))


def environment(extra=None):
    """The environment without what would change the settings of a child; it is late there, for releases that are made up are of later years."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RELATA")}
    return kept | {"SOURCE_DATE_EPOCH": "4102444800"} | (extra or {})


def relata(*arguments, env=None, binary=TOOL, cwd=ROOT):
    """Runs a command of the program to its end."""
    return subprocess.run([str(binary), *map(str, arguments)], capture_output=True, text=True, cwd=cwd,
                          timeout=PATIENCE, env=environment(env))


def empty_database(path):
    """A database of this program's schema that holds no dataset: one is made before a dataset proves faulty."""
    folder = path.with_suffix(".none")
    folder.mkdir()
    assert relata("load", folder, "--db", path).returncode == 65
    return path


class Service:
    """`relata serve`, started and ready."""

    def __init__(self, *arguments, env=None, binary=BINARY, cwd=ROOT):
        self.process = subprocess.Popen([str(binary), *map(str, arguments)], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=cwd,
                                        env=environment(QUERY_TIME | (env or {})))
        self.log = ""
        try:
            self.ready = self.await_line(READY)
        except BaseException:
            self.kill()
            raise
        self.url, self.host, self.port = self.ready[1], self.ready[2].strip("[]"), int(self.ready[3])

    def await_line(self, pattern):
        """Reads stderr until it holds PATTERN."""
        deadline = time.monotonic() + PATIENCE
        while True:
            found = re.search(pattern, self.log)
            if found and "\n" in self.log[found.end():]:
                return found
            left = deadline - time.monotonic()
            assert left > 0, f"no line {pattern} on stderr in time:\n{self.log}"
            if not select.select([self.process.stderr], [], [], left)[0]:
                continue
            more = os.read(self.process.stderr.fileno(), 65536)
            assert more, f"the program ended with {self.process.wait(PATIENCE)} before it said {pattern}:\n{self.log}"
            self.log += more.decode()

    def signal(self, number=signal.SIGTERM):
        self.process.send_signal(number)

    def stop(self):
        """Ends the program by SIGTERM; its exit code."""
        if self.process.poll() is None:
            self.signal()
        code = self.process.wait(PATIENCE)
        self.log += self.process.stderr.read().decode()
        self.process.stderr.close()
        return code

    def kill(self):
        self.process.kill()
        self.process.wait(PATIENCE)
        self.process.stderr.close()


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = {}
        for name, value in headers:
            assert name.lower() not in self.headers, f"the header {name} stands twice"
            self.headers[name.lower()] = value
        self.body = body
        is_json = body and self.headers.get("content-type", "").partition(";")[0].endswith(("/json", "+json"))
        packed = self.headers.get("content-encoding") == "gzip"
        self.json = json_strict(gzip.decompress(body) if packed else body) if is_json else None

    @property
    def data(self):
        return self.json["data"]

    @property
    def ids(self):
        return [record["id"] for record in self.json["data"]]

    @property
    def total(self):
        return self.json["meta"]["total"]

    @property
    def culprits(self):
        return {error.get("name") for error in self.json["errors"]}


def target_of(path, query=()):
    """PATH with QUERY, a mapping or pairs; a list stands for any of its values, by comma."""
    pairs = query.items() if hasattr(query, "items") else query
    texts = ((name, ",".join(map(str, value)) if isinstance(value, (list, tuple)) else
              str(value).lower() if isinstance(value, bool) else str(value)) for name, value in pairs)
    encoded = "&".join(f"{quote(name, safe='')}={quote(text, safe=',:/')}" for name, text in texts)
    return path + ("&" if "?" in path else "?") + encoded if encoded else path


class Client:
    """Asks one service over one kept connection. Every answer is judged; SEEN holds (operation, status) of all."""

    def __init__(self, contract, service):
        self.contract = contract
        self.service = service
        self.connection = http.client.HTTPConnection(service.host, service.port, timeout=PATIENCE)
        self.seen = set()

    def close(self):
        self.connection.close()

    def request(self, method, target, headers=()):
        """One request for a target that is taken as it is."""
        self.connection.request(method, target, headers=dict(headers))
        response = self.connection.getresponse()
        answer = Answer(response.status, response.getheaders(), response.read())
        operation = self.contract.check(method, target, answer)
        if operation:
            self.seen.add((operation, answer.status))
        return answer

    def get(self, path, query=(), headers=(), **more):
        """GET, whatever comes of it. Filters whose names Python knows may be keywords."""
        pairs = list(query.items() if hasattr(query, "items") else query) + list(more.items())
        return self.request("GET", target_of(path, pairs), headers)

    def ok(self, path, query=(), **more):
        """GET that must be answered with 200."""
        answer = self.get(path, query, **more)
        assert answer.status == 200, f"{target_of(path, query)} {more}: {answer.body[:600]}"
        return answer

    def walk(self, answer, link="next"):
        """ANSWER and the pages that its links lead to."""
        while answer:
            yield answer
            address = answer.json["links"][link]
            answer = self.ok(address) if address else None

    def records(self, path, query=(), **more):
        """All records of a list."""
        pairs = [*(query.items() if hasattr(query, "items") else query), *more.items(), ("limit", 500)]
        return [record for page in self.walk(self.ok(path, pairs)) for record in page.data]
