"""Several instances on one copy of the data that nobody writes: what the shared cache saves them, as measured."""
import collections
import itertools
import random
import re
import threading
import time

import pytest

from proxy import Secure, get
from service import eventually, relata
from wire import ask, line

INSTANCES, CLIENTS, REQUESTS, SEED = 3, 8, 6000, 1947
KEPT_FOR = 60
WORDS = ["war", "aid", "nuclear", "kashmir", "bhutto", "drone", "sanction", "afghanistan", "taliban", "treaty", "visit", "zia", "imran"]


@pytest.fixture
def instances(start, loaded, tmp_path):
    copy = tmp_path / "relata.db"
    assert relata("backup", copy, "--db", loaded).returncode == 0
    copy.chmod(0o444)
    services = [start("serve", "--port", "0", "--db", copy, "--read-only", "--proxied", "--threads", "1", "--idle", "3600")
                for _ in range(INSTANCES)]
    yield services
    for service in services:
        service.kill()


class Readers:
    """What readers of a website on the data ask for: few things often, many seldom, some only once, some in vain."""

    def __init__(self, service):
        self.random = random.Random(SEED)
        self.records = [record["url"] for name in ("events", "actors", "references", "aid", "themes", "eras")
                        for record in ask(service, line(f"/v1/{name}?limit=500")).data]
        eras = [record["id"] for record in ask(service, line("/v1/eras")).data]
        self.pages = ["/v1/events", "/v1/eras", "/v1/timeline?by=year", "/v1/aid/totals", "/v1/aid/series", "/v1/network", "/openapi.json", "/v1/actors",
                      *(f"/v1/events?era={era}" for era in eras), *(f"/v1/events?era={era}&include=actors,references" for era in eras),
                      *(f"/v1/timeline?by=year&era={era}" for era in eras), *(f"/v1/network?era={era}" for era in eras)]
        self.random.shuffle(self.records)
        self.once = itertools.count(1)
        self.kinds = {self.page: 50, self.record: 30, self.search: 8, self.export: 2, self.never_again: 4, self.mistake: 5, self.health: 1}

    def often(self, things):
        """One of THINGS, the n-th with a weight of 1/n."""
        return self.random.choices(things, [1 / n for n in range(1, len(things) + 1)])[0]

    def page(self):
        return self.often(self.pages)

    def record(self):
        return self.often(self.records)

    def search(self):
        return "/v1/search?q=" + self.often(WORDS)

    def export(self):
        return "/v1/events?format=" + self.random.choice(["csv", "ndjson"])

    def never_again(self):
        return f"/v1/events?limit=20&offset={next(self.once)}"

    def mistake(self):
        return self.random.choice(["/v1/events?ear=gwot", "/v1/events/nothing", "/v1/events?limit=501", "/v2/events"])

    def health(self):
        return "/healthz"

    def requests(self):
        """(target, coding), REQUESTS of them."""
        kinds = self.random.choices(list(self.kinds), list(self.kinds.values()), k=REQUESTS)
        return [(kind(), self.random.choices(["gzip", "identity"], [9, 1])[0]) for kind in kinds]


def ask_all(proxy, requests):
    """Asks as many clients at once do, some requests a connection, each with the tags of what it has; (target, coding, status, may be kept) of all."""
    turns, seen = iter(requests), []
    taking = threading.Lock()

    def some(number):
        with taking:
            return list(itertools.islice(turns, number))

    def one():
        had = {}
        while batch := some(50):
            with Secure(proxy) as wire:
                for request in batch:
                    target, coding = request
                    condition = {"If_None_Match": had[request]} if request in had else {}
                    answer = wire.get(target, Accept_Encoding=coding, **condition)
                    seen.append((target, coding, answer.status, "no-store" not in answer.headers["cache-control"]))
                    if "etag" in answer.headers:
                        had[request] = answer.headers["etag"]

    threads = [threading.Thread(target=one) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen


def answered(service):
    """How many requests the instance has answered, but for those of its metrics."""
    rows = re.findall(r'^relata_requests_total\{operation="(\w+)",status="\d+"\} (\d+)$', ask(service, line("/metrics")).body.decode(), re.M)
    return sum(int(count) for operation, count in rows if operation != "getMetrics")


def test_instances_on_one_copy_answer_alike(instances):
    for target in ("/v1/events", "/v1/eras/gwot", "/v1/aid/totals"):
        answers = [ask(each, line(target)) for each in instances]
        assert len({(each.body, each.headers["etag"], each.headers.get("link")) for each in answers}) == 1


def test_nobody_notices_that_one_instance_is_started_anew(instances, proxied):
    proxy = proxied(*instances)
    targets = [f"/v1/events?limit=1&offset={number}" for number in range(60)]
    statuses = [get(proxy, target).status for target in targets[:20]]
    instances[0].stop()
    statuses += [get(proxy, target).status for target in targets[20:]]
    assert set(statuses) == {200}


def test_most_requests_never_reach_an_instance(instances, proxied, record_property):
    requests = Readers(instances[0]).requests()
    before = [answered(each) for each in instances]
    proxy = proxied(*instances)
    began = time.monotonic()
    seen = ask_all(proxy, requests)
    took = time.monotonic() - began
    assert len(seen) == REQUESTS and {status for _, _, status, _ in seen} == {200, 304, 400, 404}
    log = eventually(lambda: len(proxy.log) >= REQUESTS and proxy.log)
    saved = sum(each["cache"] in ("HIT", "STALE", "UPDATING") for each in log)
    reached = [answered(each) - earlier for each, earlier in zip(instances, before)]
    assert sum(reached) == REQUESTS - saved, "the instances count the same"
    assert min(reached) > sum(reached) / INSTANCES / 2, "each takes its share"
    # At best each kept answer is asked for once in each span that it is good for, and what nobody may keep each time.
    first = {(target, coding) for target, coding, _, kept in seen if kept}
    needed = len(first) * (1 + int(took / KEPT_FOR)) + sum(not kept for *_, kept in seen)
    bound = 1 - needed / REQUESTS
    statuses = collections.Counter(status for _, _, status, _ in seen)
    record_property("measured", f"{REQUESTS} requests for {len(first)} answers that may be kept, {statuses[304]} of them 304, in {took:.1f} s: "
                                f"{saved / REQUESTS:.1%} never reached one of {INSTANCES} instances; at best {bound:.1%}")
    assert saved / REQUESTS > bound - 0.02 and bound > 0.5
