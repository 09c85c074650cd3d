"""What is asked for, and how much it may cost."""
import dataclasses
import json
import random

from generate import SPANS

@dataclasses.dataclass
class Workload:
    """TARGETS in turn; what of the yardsticks one may cost at most."""
    name: str
    targets: list
    hot: bool = False          # kept after its first request
    headers: tuple = ()
    floor: float = 0           # times a bare libmicrohttpd with the same bytes
    sql: float = 0             # times the SQL CASES together
    cases: tuple = ()
    peer: list = None          # the same as peers are asked

    def allowed(self, bare, costs):
        return self.floor * bare + self.sql * sum(costs)


def places(count):
    """(era, day) from which on a dataset of COUNT events has a page of 50 and more: days of any era, or of so few events of none."""
    rng, found = random.Random(7), set()
    for _ in range(4000):
        era = rng.choice(list(SPANS)) if count >= 10000 else None
        start, end = (SPANS[era][0], SPANS[era][1] - 1) if era else (1947, 1985)
        found.add((era, f"{rng.randint(start, end)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"))
    return sorted(found, key=lambda _: rng.random())


def target_of(era, day):
    return f"/v1/events?{f'era={era}&' if era else ''}date_start__gte={day}"


def cursor_of(server, target):
    """The page of 50 behind the first record of TARGET."""
    link = json.loads(server.get(target + "&limit=1")[1])["links"]["next"]
    return link.replace("limit=1&", "")


def workloads(count, server):
    """Of a dataset of COUNT events, whose words, cursors and tags SERVER tells."""
    rng = random.Random(7)
    sample = json.loads(server.get("/v1/events?limit=500")[1])["data"]
    words = sorted({word for event in sample for word in event["summary"][:-1].split()})
    ids = [f"/v1/events/event-{number:07}" for number in rng.sample(range(count), min(count, 20000))]
    first = [target_of(*place) for place in places(count)]
    page, totals = "/v1/events?era=gwot", [f"/v1/aid/totals?group_by={key}" for key in ("category", "stage", "donor", "recipient", "era")]
    cursors = [cursor_of(server, target) for target in first[:1000]]
    searches = [f"/v1/events?q={a}+{b}&limit=20" for a, b in (rng.sample(words, 2) for _ in range(2000))]
    return [
        Workload("health", ["/healthz"], True, floor=1.05, peer=["/healthz"]),
        Workload("one record", ids[:100], True, floor=1.10, peer=ids[:100]),
        Workload("page of 50 with total", [page], True, floor=1.10, peer=[page]),
        Workload("totals of aid", totals[:1], True, floor=1.10, peer=totals[:1]),
        Workload("search, 20 hits", ["/v1/search?q=percentword&limit=20"], True, floor=1.10, peer=["/v1/events?q=percentword&limit=20"]),
        Workload("304 of a page", [page], True, (("If-None-Match", server.get(page)[0].getheader("ETag")),), floor=1.20),
        Workload("one record", ids, floor=1.3, sql=1.3, cases=("record",), peer=ids),
        Workload("page of 50 by cursor", cursors, sql=0.25, cases=("keyset",)),
        Workload("first page of 50 with total", first, sql=0.5, cases=("keyset", "count"), peer=first),
        Workload("search, 20 hits", searches, sql=0.9, cases=("search",), peer=searches),
        Workload("totals of aid", totals, sql=1, cases=("aid",), peer=totals),
    ]
