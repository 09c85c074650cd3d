"""Totals of random figures against the slow model: every set of figures without an overlap is looked at."""
import random

import pytest

from figures import citation, figure
from slow_totals import Asked, Web, served, totals

WORLDS = 120


def period(dice):
    """Fiscal years, calendar years, months, an open end, or no date."""
    year = dice.randint(1970, 1989)  # in the Cold War, as the eras of the figures must touch their dates
    last = year + dice.choice([0, 0, 1, 2, 5, 9])
    kind = dice.randrange(9)
    if kind < 2 and year > 1977:
        return {"fiscal": (year, last)}
    if kind < 5:
        return {"period": f"{year}/{last}" if last > year else str(year)}
    if kind == 8:
        return {"act_edtf": dice.choice([f"{year}/{last}", str(year), f"{year}-{dice.randint(1, 12):02}"])}
    if kind == 5:
        return {"period": f"{year}-{dice.randint(1, 12):02}"}
    return {"period": dice.choice([f"{year}/..", f"../{year}", None, None])}


def ties(dice, ids):
    """Relations among the figures, those that hold both ways on both."""
    found = {id: [] for id in ids}
    for _ in range(dice.choice([0, 0, 1, 2, 3])):
        type_, (a, b) = dice.choice(["alternative-of", "part-of", "overlaps"]), dice.sample(ids, 2)
        for one, other in [(a, b)] if type_ == "part-of" else [(a, b), (b, a)]:
            if (type_, other) not in found[one]:
                found[one].append((type_, other))
    return found


def cited(dice):
    """One to three works, some of which say nothing of the amount, some of which stand twice."""
    works = dice.sample(["dawi-2022", "kronstadt-2023", "rizvi-2024", "van-2020"], dice.choice([1, 1, 2, 3]))
    works += works[:1] if dice.random() < 0.2 else []
    supports = [["amount_usd"], ["amount_usd"], ["stage", "amount_usd"], ["stage"], []]
    return [citation(work, dice.choice(supports), f"§{place}") for place, work in enumerate(works, 1)]


def days(dice):
    """What `date` asks for: all, years, or days at the edges of fiscal years."""
    year = dice.randint(1968, 1992)
    edges = [f"{year}-06-30", f"{year}-07-01", f"{year}-09-30", f"{year}-10-01", f"{year}-12-31"]
    return dice.choice([None, str(year), f"{year}/{year + 3}", *edges, f"{edges[2]}/{year + 2}", f"{year - 2}/{edges[3]}"])


def world(number):
    dice = random.Random(number)
    ids = [f"world-{number}-{letter}" for letter in "abcdefg"[:dice.randint(2, 7)]]
    relations = ties(dice, ids)
    return [figure(id, dice.choice([1, 7, 25, 300, 621, 1_000, 14_600, 99_999]) * 10 ** dice.randint(0, 6),
                   stage=dice.choice(["committed"] * 4 + ["disbursed", "reimbursed", "cut"]),
                   category=dice.choice(["economic", "military", "security", "mixed", "unspecified", "reimbursement"]),
                   qualifier=dice.choice(["as-printed", "as-printed", "nearly", "more-than", "about"]),
                   significant_digits=dice.randint(1, 4), donor=dice.choice(["united-states"] * 3 + ["china"]),
                   era=dice.choice([None, "cold-war"]), citations=cited(dice), relations=relations[id], **period(dice)) for id in ids]


FIGURES = [world(number) for number in range(WORLDS)]
QUERIES = [([], 0), (["category"], 0), (["donor", "era"], 0), (["fiscal_year"], 0), (["reference"], 0), ([], 2023),
           (["category", "fiscal_year"], 1999), (["fiscal_year", "donor"], 0), (["reference", "fiscal_year"], 0)]


@pytest.fixture(scope="module")
def client(ask):
    return ask([figure for figures in FIGURES for figure in figures])


@pytest.fixture(scope="module")
def records(client):
    return {record["id"]: record for record in client.records("/v1/aid")}


@pytest.mark.parametrize("number", range(WORLDS))
def test_totals_agree_with_the_slow_model(client, records, number):
    dice = random.Random(f"query {number}")
    ids = [each["id"] for each in FIGURES[number]]
    web = Web([records[id] for id in ids])
    for keys, base_year in QUERIES:
        # Relations reach also through figures that nobody asks for.
        chosen = sorted(dice.sample(ids, dice.randint(1, len(ids)))) if dice.random() < 0.5 else ids
        date = days(dice)
        asked = Asked(date)
        query = {"id": chosen, **({"date": date} if date else {}), **({"group_by": keys} if keys else {}),
                 **({"dollars": "constant", "base_year": base_year} if base_year else {})}
        answer = client.ok("/v1/aid/totals", query)
        found = [served(row) for row in answer.data]
        chosen = [id for id in chosen if asked.takes(web.figures[id])]
        expected = totals(web, chosen, keys, base_year, asked)
        assert sorted(map(repr, found)) == sorted(map(repr, ordered_like(found, expected))), (keys, base_year, date, chosen)
        assert answer.total == len(chosen)


def ordered_like(found, expected):
    """EXPECTED with keys in the order of FOUND."""
    return [{key: row[key] for key in found[0]} for row in expected] if found else expected


@pytest.mark.parametrize("number", range(0, WORLDS, 6))
def test_constant_records_are_the_amounts_of_totals_of_one(client, records, number):
    for each in FIGURES[number]:
        record = client.ok(f"/v1/aid/{each['id']}", dollars="constant", base_year=2000).data
        (row,) = client.ok("/v1/aid/totals", id=each["id"], dollars="constant", base_year=2000).data
        if record["constant"] is None:
            assert (row["amount_usd"], [left["reason"] for left in row["left_out"]]) == (None, ["undated"])
        else:
            assert record["constant"]["amount_usd"] == row["amount_usd"] == row["used"][0]["counted_usd"]
            assert record["constant"]["exact_usd"] == row["exact_usd"] == row["used"][0]["exact_usd"]
            assert [record["constant"][key] for key in ("amount_low", "amount_high")] == [
                row["amount_usd_low"], row["amount_usd_high"]]
            assert record["constant"]["within"] == row["within"]
            assert record["constant"]["years"] == row["used"][0]["years"]
        assert {**record, "constant": None} == records[each["id"]]


@pytest.mark.parametrize("keys", [["stage"], ["category"], ["stage", "category"]])
def test_the_series_is_the_totals_by_year(client, keys):
    for figures in FIGURES[::10]:
        ids = [each["id"] for each in figures]
        points = client.ok("/v1/aid/series", id=ids, spread="true", group_by=keys).data
        rows = client.ok("/v1/aid/totals", id=ids, group_by=["fiscal_year", *keys]).data
        assert [row for point in points for row in point["values"]] == rows
        assert all(row["fiscal_year"] == point["fiscal_year"] for point in points for row in point["values"])
        ends = [(point["date_start"], point["date_end"]) for point in points if point["fiscal_year"]]
        assert ends == sorted(ends)
        if keys == ["stage"]:
            assert client.ok("/v1/aid/series", id=ids, spread="true").data == points


def test_a_series_leaves_out_what_could_only_be_spread(client, records):
    for figures in FIGURES[::5]:
        ids = [each["id"] for each in figures]
        web = Web([records[id] for id in ids])
        kept = [id for id in ids if web.figures[id].act or len({name for (name, _), _ in web.figures[id].slices()}) <= 1]
        answer = client.ok("/v1/aid/series", id=ids)
        found = [served(row) for point in answer.data for row in point["values"]]
        expected = totals(web, kept, ["fiscal_year"])
        assert sorted(map(repr, found)) == sorted(map(repr, ordered_like(found, expected)))
        left = [warning for warning in answer.json["meta"]["warnings"] if warning["code"] == "spread-left-out"]
        assert [id for warning in left for id in warning["ids"]] == sorted(set(ids) - set(kept))
