"""The rules of totals one by one, on figures made for each: properties, strictness, prices, fiscal years."""
import hashlib
import random
from calendar import isleap
from fractions import Fraction

import pytest

from figures import citation, dataset_of, figure
from releases import load
from service import relata
from slow_totals import INDEX, SERIES, fiscal_year, half_even, mean

TEN_YEARS = figure("ten-years", 3_000, "1980/1989")


def summed(client, **query):
    return client.ok("/v1/aid/totals", query)


def brief(answer):
    """Of each row what is counted and why the rest is not."""
    return [(row["stage"], row["amount_usd"], [each["id"] for each in row["used"]],
             [(each["id"], each["reason"], each["instead"]) for each in row["left_out"]]) for row in answer.data]


# What is made, what is used, what is left out and why.
CHOICES = {
    "one that lies within another's days": (
        [TEN_YEARS, figure("inside", 500, "1983")], ["ten-years"], [("inside", "overlaps", "ten-years")]),
    "the same days: the least id": (
        [figure("b", 1, "1983"), figure("a", 2, "1983")], ["a"], [("b", "overlaps", "a")]),
    "two that together cover more than one": (
        [TEN_YEARS, figure("one", 1, "1976/1982"), figure("two", 1, "1983/1990")], ["one", "two"],
        [("ten-years", "overlaps", "one")]),
    "as many days: fewest figures": (
        [figure("one", 1, "1980/1984"), figure("two", 1, "1985/1989"), TEN_YEARS], ["ten-years"],
        [("one", "overlaps", "ten-years"), ("two", "overlaps", "ten-years")]),
    "side by side without a day in common": (
        [figure("one", 1, "1980"), figure("two", 1, "1981")], ["one", "two"], []),
    "another kind of money in the same days": (
        [TEN_YEARS, figure("arms", 5, "1983", category="military")], ["arms", "ten-years"], []),
    "security and military are one kind": (
        [figure("arms", 5, "1983", category="military"), figure("safety", 5, "1983/1984", category="security")], ["safety"],
        [("arms", "overlaps", "safety")]),
    "mixed money has every kind": (
        [TEN_YEARS, figure("mixed", 5, "1983/2000", category="mixed")], ["mixed"], [("ten-years", "overlaps", "mixed")]),
    "another donor in the same days": (
        [TEN_YEARS, figure("theirs", 5, "1983", donor="china")], ["ten-years", "theirs"], []),
    "an editor's overlap, whatever the days": (
        [figure("one", 1, "1980", relations=[("overlaps", "two")]), figure("two", 1, "1990/1991", relations=[("overlaps", "one")])],
        ["two"], [("one", "overlaps", "two")]),
    "a part beside its whole": (
        [TEN_YEARS, figure("part", 5, "1995", relations=[("part-of", "ten-years")])], ["ten-years"],
        [("part", "part-of", "ten-years")]),
    "a part of a part": (
        [TEN_YEARS, figure("part", 5, "1995", relations=[("part-of", "ten-years")]),
         figure("grain", 1, "1996", relations=[("part-of", "part")])], ["ten-years"],
        [("grain", "part-of", "part"), ("part", "part-of", "ten-years")]),
    "a rival of a part is a part": (
        [TEN_YEARS, figure("part", 5, "1995", relations=[("part-of", "ten-years"), ("alternative-of", "rival")]),
         figure("rival", 6, "1997", relations=[("alternative-of", "part")])], ["ten-years"],
        [("part", "part-of", "ten-years"), ("rival", "part-of", "ten-years")]),
    "an undated figure may lie anywhere": (
        [TEN_YEARS, figure("undated", 5)], ["ten-years"], [("undated", "overlaps", "ten-years")]),
    "an open end reaches for ever but covers nothing more": (
        [TEN_YEARS, figure("open", 5, "1985/..")], ["ten-years"], [("open", "overlaps", "ten-years")]),
}


@pytest.mark.parametrize("name", CHOICES)
def test_a_choice(ask, name):
    figures, used, left_out = CHOICES[name]
    (row,) = brief(summed(ask(figures)))
    amounts = {each["id"]: each["amount_usd"] for each in figures}
    assert row == ("committed", sum(amounts[id] for id in used), used, left_out)


@pytest.fixture(scope="module")
def many():
    dice = random.Random(7)
    return [figure(f"f{number:02}", dice.randint(1, 10 ** 9), f"{year}/{year + dice.randint(0, 4)}",
                   donor=dice.choice(["united-states", "china"]), category=dice.choice(["economic", "military"]))
            for number, year in enumerate(dice.choices(range(1960, 2010), k=30))]


def test_the_order_of_records_changes_nothing(ask, many):
    answers = [summed(ask(figures), group_by="category").data for figures in (many, many[::-1])]
    assert answers[0] == answers[1]


def test_rows_of_groups_that_share_no_money_add_up_to_the_whole(ask, many):
    client = ask(many)
    (whole,) = summed(client).data
    for keys in ("donor", "category", "category,donor", "donor,recipient"):
        answer = summed(client, group_by=keys)
        assert answer.json["meta"]["not_summed"] == []
        assert sum(row["amount_usd"] for row in answer.data) == whole["amount_usd"]
        assert sorted(each["id"] for row in answer.data for each in row["used"]) == [each["id"] for each in whole["used"]]


def test_a_figure_that_adds_no_day_moves_no_total(ask, many):
    (before,) = summed(ask(many)).data
    inside = [{**each, "id": "z-" + each["id"]} for each in many if each["id"] in {u["id"] for u in before["used"]}]
    (after,) = summed(ask(many + inside)).data
    assert (after["amount_usd"], after["used"]) == (before["amount_usd"], before["used"])
    assert {each["id"] for each in inside} <= {each["id"] for each in after["left_out"]}


def test_many_that_overlap_are_answered_with_a_warning(ask):
    crowd = [figure(f"f{number:03}", 10 ** 6 + number, f"{1900 + number}/{1901 + number}") for number in range(90)]
    answer = summed(ask(crowd))
    codes = [warning["code"] for warning in answer.json["meta"]["warnings"]]
    assert "choice-not-proved" in codes
    (row,) = answer.data
    # The longest first, of equal ones the least id, whatever overlaps with none before.
    used = set()
    for number in sorted(range(90), key=lambda number: (not any(isleap(1900 + number + more) for more in (0, 1)), number)):
        if not used & {number - 1, number + 1}:
            used.add(number)
    assert [each["id"] for each in row["used"]] == [f"f{number:03}" for number in sorted(used)]
    assert row["amount_usd"] == sum(10 ** 6 + number for number in used)


def test_a_total_too_large_for_json_is_refused(ask):
    client = ask([figure(f"f{year}", 9007199254740991, str(year)) for year in (1980, 1981)])
    problem = client.get("/v1/aid/totals")
    assert (problem.status, problem.json["code"]) == (422, "unprocessable")
    assert summed(client, id="f1980").data[0]["amount_usd"] == 9007199254740991


# Strictness: what is made, the query, and the warning that becomes a problem.
STRICT = {
    "overlap-left-out": ([TEN_YEARS, figure("inside", 5, "1983")], {}, ["inside"]),
    "open-bound": ([{**TEN_YEARS, "qualifier": "more-than"}], {}, ["ten-years"]),
    "part-coverage": ([TEN_YEARS], {"date": "1985/1995"}, ["ten-years"]),
    "undated-figure": ([figure("undated", 5)], {}, ["undated"]),
    "spread-amount": ([TEN_YEARS], {"dollars": "constant", "base_year": 2020}, ["ten-years"]),
    "act-within": ([figure("act", 5, act_edtf="1980/1989")], {"dollars": "constant", "base_year": 2020}, ["act"]),
    "undated-left-out": ([figure("undated", 5)], {"date": "1985"}, None),
}


@pytest.mark.parametrize("code", STRICT)
def test_strict_turns_a_warning_into_a_problem(ask, code):
    figures, query, ids = STRICT[code]
    client = ask(figures)
    warnings = {warning["code"]: warning.get("ids") for warning in client.ok("/v1/aid/totals", query).json["meta"]["warnings"]}
    assert warnings[code] == ids
    problem = client.get("/v1/aid/totals", {**query, "strict": "true"})
    assert (problem.status, problem.json["code"], problem.culprits) == (422, "unprocessable", {"strict"})
    told = {error["detail"].partition(":")[0]: error.get("allowed") for error in problem.json["errors"]}
    assert told[code] == ids


def test_strict_answers_what_needs_no_judgement(ask):
    client = ask([figure("one", 5, "1980"), figure("two", 6, "1981")])
    assert brief(summed(client, strict="true")) == brief(summed(client)) == [("committed", 11, ["one", "two"], [])]


def test_gaps_between_figures_are_part_coverage(ask):
    (row,) = (answer := summed(ask([figure("one", 5, "1980"), figure("two", 6, "1983")]))).data
    assert (row["period_days"], row["covered_days"]) == (4 * 365 + 1, 366 + 365)
    assert [warning["code"] for warning in answer.json["meta"]["warnings"]] == ["part-coverage"]


def test_days_before_1970_are_covered_as_those_after(ask):
    (row,) = summed(ask([figure("one", 5, "1950"), figure("two", 6, "1952")])).data
    assert (row["date_start"], row["date_end"], row["period_days"], row["covered_days"]) == ("1950-01-01", "1952-12-31", 3 * 365 + 1, 365 + 366)


def test_a_row_of_one_day_begins_and_ends_on_it(ask):
    (row,) = summed(ask([figure("one", 5, "1980")]), date="1980-03-01").data
    assert (row["date_start"], row["date_end"], row["period_days"], row["covered_days"]) == ("1980-03-01", "1980-03-01", 1, 1)


@pytest.mark.parametrize("amount, text", [
    (999, "$999"), (999_999, "$999,999"), (1_000_000, "$1 million"), (1_020_000, "$1.02 million"), (21_004_000, "$21.004 million"),
    (999_999_000, "$999.999 million"), (10 ** 9, "$1 billion"), (1_050_000_000, "$1.05 billion"), (1_005_000_000, "$1.005 billion"),
    (1_500_000_000, "$1.5 billion"), (2_340_000_000, "$2.34 billion")])
def test_amounts_are_said_in_words(ask, amount, text):
    (row,) = summed(ask([figure("one", amount, "1980")])).data
    assert row["text"] == f"Committed: {text}."


@pytest.mark.parametrize("day, year", [("1975-06-30", "1975"), ("1975-07-01", "1976"), ("1976-06-30", "1976"), ("1976-07-01", "1976TQ"),
                                       ("1976-09-30", "1976TQ"), ("1976-10-01", "1977"), ("1985-09-30", "1985"), ("1985-10-01", "1986")])
def test_a_day_at_the_edge_of_a_fiscal_year_asks_for_that_year(ask, day, year):
    (row,) = summed(ask([figure("long", 5, "1970/1990")]), group_by="fiscal_year", date=day).data
    assert row["fiscal_year"] == year


def test_a_work_that_is_cited_twice_counts_once(ask):
    citations = [citation("dawi-2022"), citation("dawi-2022", locator="§10"), citation("rizvi-2024"), citation("van-2020", ["stage"])]
    answer = summed(ask([figure("one", 5, "1980", citations=citations)]), group_by="reference")
    assert [(row["reference"], row["amount_usd"]) for row in answer.data] == [("dawi-2022", 5), ("rizvi-2024", 5)]


# Prices

def test_the_index_is_whole_and_right_where_it_defines_itself():
    base = [value for month, value in INDEX.items() if 1982 <= month // 12 <= 1984]
    assert len(base) == 36 and half_even(sum(base) / 36, Fraction(1, 10)) == 100
    missing = set(range(min(INDEX), max(INDEX))) - set(INDEX)
    assert missing == {2025 * 12 + 9}, "only the October of 2025 was never printed"


def test_months_that_were_shipped_never_change():
    lines = (SERIES / "cpi-u.tsv").read_text().splitlines(keepends=True)
    until_2025 = [line for line in lines if line[:4].isdigit() and int(line[:4]) <= 2025]
    assert hashlib.sha256("".join(until_2025).encode()).hexdigest() == \
        "5a4f53e626f7b1e7199a4e8f7959f2bfae3333d8fa7f413d39eca8f854a94b84", "answers that name a revision rest on these months"


def test_the_table_of_fiscal_years_is_the_law_of_1974():
    rows = [line.split("\t") for line in (SERIES / "fiscal-years.tsv").read_text().splitlines() if line[0].isdigit()]
    months = {}
    for name, first, last in rows:
        span = [int(text[:4]) * 12 + int(text[5:]) - 1 for text in (first, last)]
        months |= {month: name for month in range(span[0], span[1] + 1)}
    assert months == {month: fiscal_year(month) for month in range(min(months), max(months) + 1)}
    assert len(rows) == 202


@pytest.mark.parametrize("base_year", [1913, 2023, 2024])
def test_constant_dollars_are_exact_quotients_shown_with_three_digits_at_least(client, base_year):
    for printed in client.records("/v1/aid"):
        record = client.ok(f"/v1/aid/{printed['id']}", dollars="constant", base_year=base_year).data
        constant = record["constant"]
        shares = [(share["months"] / Fraction(share["of_months"]), Fraction(share["factor"])) for share in constant["years"]]
        amount = Fraction(record["amount_usd"])
        exact = amount * sum(part * factor for part, factor in shares)
        # A cent at most is lost in each share.
        assert abs(constant["exact_usd"] - exact) <= 1
        unit = 10 ** max(len(str(int(exact))) - max(record["significant_digits"], 3), 0)
        assert constant["amount_usd"] == half_even(exact, unit)
        wholes = [amount * factor for _, factor in shares] if constant["within"] else [exact]
        least, greatest = min(wholes) // unit * unit, -(-max(wholes) // unit) * unit
        assert [constant[key] for key in ("least_usd", "greatest_usd")] == [least, greatest]
        assert constant["amount_low"] == (None if record["amount_low"] is None else least)
        assert constant["amount_high"] == (None if record["amount_high"] is None else greatest)
        for share in constant["years"]:
            first = int(share["year"]) * 12 - (3 if share["basis"] == "fiscal" else 0)
            assert Fraction(share["factor"]) == mean(range(base_year * 12, base_year * 12 + 12)) / mean(range(first, first + 12))
        assert sum(share["months"] for share in constant["years"]) == constant["years"][0]["of_months"]
        act = record["period_edtf"] is None
        assert (constant["spread"], constant["within"]) == (len(shares) > 1 and not act, len(shares) > 1 and act)
        assert (constant["deflator"]["series"], constant["base_year"]) == ("CUUR0000SA0", base_year)


def test_an_act_on_an_unknown_day_has_a_range_and_no_share_in_any_year(ask):
    client = ask([figure("cut", 1_300, act_edtf="2017/2021"), figure("given", 100, "1990", category="military")])
    row, = summed(client, id="cut", dollars="constant", base_year=2023).data
    assert (row["spread"], row["within"], row["used"][0]["within"]) == (False, True, True)
    assert row["least_usd"] == row["amount_usd_low"] < row["amount_usd"] < row["amount_usd_high"] == row["greatest_usd"]
    warnings = {each["code"]: each.get("ids") for each in summed(client, dollars="constant", base_year=2023).json["meta"]["warnings"]}
    assert warnings["act-within"] == ["cut"] and "spread-amount" not in warnings
    years = [(each["fiscal_year"], each["amount_usd"]) for each in summed(client, group_by="fiscal_year").data]
    assert years == [("1990", 75), ("1991", 25), (None, 1_300)]


def test_rivals_are_put_into_the_years_and_prices_of_the_one_that_counts(ask):
    rivals = [figure("long", 700, "1988/1994", relations=[("alternative-of", "short")]),
              figure("short", 621, "1960", relations=[("alternative-of", "long")])]
    client = ask(rivals)
    row, = summed(client, dollars="constant", base_year=2023).data
    # Told in one base, the two are to each other as they were printed.
    assert (row["least_usd"], row["amount_usd"]) == (1_410, 1_590)
    assert round(row["amount_usd"] / 700, 1) == round(row["least_usd"] / 621, 1)
    years = summed(client, group_by="fiscal_year").data
    assert [each["fiscal_year"] for each in years] == [str(year) for year in range(1988, 1996)]
    assert all(each["least_usd"] * 700 <= each["exact_usd"] * 621 + 700 for each in years)


def test_a_list_in_constant_dollars_is_its_records_in_constant_dollars(client):
    page = client.ok("/v1/aid", dollars="constant", base_year=2023, limit=3)
    listed = [record for each in client.walk(page) for record in each.data]
    assert len(listed) == page.total
    assert listed == [client.ok(f"/v1/aid/{each['id']}", dollars="constant", base_year=2023).data for each in listed]
    assert all(record["constant"] is None for record in client.ok("/v1/aid").data)
    narrow = client.ok("/v1/aid", dollars="constant", base_year=2023, fields="id,constant", limit=500).data
    assert {each["id"]: each["constant"] for each in narrow} == {each["id"]: each["constant"] for each in listed}


def test_the_base_year_in_its_own_prices_is_as_printed(ask):
    client = ask([figure("one", 62_100, "1990", significant_digits=3)])
    (row,) = summed(client, dollars="constant", base_year=1990).data
    assert (row["amount_usd"], row["used"][0]["years"][0]["factor"], row["spread"]) == (62_100, "1/1", False)


OUTSIDE = [("/v1/aid/totals", "2025"), ("/v1/aid/series", "2026"), ("/v1/aid", "1912"), ("/v1/aid/aid-32-5-billion-war", "2100")]


@pytest.mark.parametrize("path, year", OUTSIDE)
def test_a_base_year_that_the_series_lacks_names_the_range(client, path, year):
    problem = client.get(path, dollars="constant", base_year=year)
    assert (problem.status, problem.json["code"], problem.culprits) == (422, "unprocessable", {"base_year"})
    assert "1913 to 2024" in problem.json["detail"]


@pytest.mark.parametrize("path", ["/v1/aid/totals", "/v1/aid/series", "/v1/aid", "/v1/aid/late"])
@pytest.mark.parametrize("period", ["2025", "1912", "2025-12/2026-01"])
def test_a_figure_of_a_year_that_the_series_lacks_names_the_range(ask, path, period):
    client = ask([figure("late", 5, period)])
    problem = client.get(path, dollars="constant", base_year=2020)
    assert (problem.status, problem.culprits) == (422, {"dollars"})
    assert "'late'" in problem.json["detail"] and "1913 to 2024" in problem.json["detail"]
    assert client.get(path).status == 200


def test_fiscal_2025_is_whole_where_calendar_2025_is_not(ask):
    (row,) = summed(ask([figure("late", 5, fiscal=(2025, 2025))]), dollars="constant", base_year=2024).data
    assert row["used"][0]["years"][0]["basis"] == "fiscal"


@pytest.mark.parametrize("query, code", [({"dollars": "constant"}, "missing-parameter"), ({"base_year": 2020}, "bad-parameter"),
                                         ({"dollars": "nominal", "base_year": 2020}, "bad-parameter")])
def test_constant_dollars_and_a_base_year_go_together(client, query, code):
    for path in ("/v1/aid/totals", "/v1/aid/series", "/v1/aid", "/v1/aid/aid-32-5-billion-war"):
        problem = client.get(path, query)
        assert (problem.status, problem.json["code"], problem.culprits) == (400, code, {"base_year"})


def test_what_has_no_date_has_no_prices(ask):
    client = ask([figure("undated", 5)])
    (row,) = summed(client, dollars="constant", base_year=2020).data
    assert (row["amount_usd"], row["used"], row["left_out"][0]["reason"]) == (None, [], "undated")
    assert client.ok("/v1/aid/undated", dollars="constant", base_year=2020).data["constant"] is None


# Fiscal years

def test_the_transition_quarter_has_its_own_share(ask):
    client = ask([figure("across", 2700, "1975-07/1977-09")])
    points = client.ok("/v1/aid/series", spread="true").data
    assert [(point["fiscal_year"], point["date_start"], point["date_end"]) for point in points] == [
        ("1976", "1975-07-01", "1976-06-30"), ("1976TQ", "1976-07-01", "1976-09-30"), ("1977", "1976-10-01", "1977-09-30")]
    months = [point["values"][0]["used"][0]["years"] for point in points]
    assert [sum(share["months"] for share in shares) for shares in months] == [12, 3, 12]
    # 27 months of 100 dollars each.
    assert [point["values"][0]["amount_usd"] for point in points] == [1200, 300, 1200]


def test_the_fiscal_year_filter_knows_the_transition_quarter(ask):
    def fiscal(id, first, last, period):
        return figure(id, 5, period, fiscal_year_start=first, fiscal_year_end=last)

    client = ask([fiscal("before", 1975, 1976, "1974-07/1976-06"), fiscal("across", 1976, 1977, "1975-07/1977-09"),
                  fiscal("behind", 1977, 1978, "1976-10/1978-09")])
    days = {"1976": "1975-07/1976-06", "1976TQ": "1976-07/1976-09", "1977": "1976-10/1977-09", "1976TQ/1977": "1976-07/1977-09",
            "1975/1976TQ": "1974-07/1976-09", "../1976TQ": "../1976-09", "1976TQ/..": "1976-07/.."}
    for years, period in days.items():
        assert client.ok("/v1/aid", fiscal_year=years).ids == client.ok("/v1/aid", date=period).ids, years
    assert client.ok("/v1/aid", fiscal_year="1976TQ").ids == ["across"]
    assert client.get("/v1/aid", fiscal_year="1977TQ").status == 400


def test_fiscal_years_and_days_that_do_not_agree_are_refused(tmp_path):
    wrong = figure("wrong", 5, "2001/2016", fiscal_year_start=2002, fiscal_year_end=2016)
    done = relata("load", dataset_of([wrong]).write(tmp_path / "dataset"), "--db", tmp_path / "relata.db")
    assert done.returncode == 65
    assert "#/0/period_edtf (wrong)" in done.stderr and "2001-10/2016-09" in done.stderr


# The series

def test_the_series_tells_empty_years_and_those_without_a_date(ask):
    points = ask([figure("one", 5, "1980-01"), figure("two", 6, "1983-01"), figure("undated", 7, category="military")]).ok(
        "/v1/aid/series", group_by="category").data
    assert [(point["fiscal_year"], [row["amount_usd"] for row in point["values"]]) for point in points] == [
        ("1980", [5]), ("1981", []), ("1982", []), ("1983", [6]), (None, [7])]


def test_the_series_marks_what_is_spread(client):
    points = {point["fiscal_year"]: point["values"] for point in client.ok("/v1/aid/series", spread="true", group_by="category").data}
    assert set(points) == {*map(str, range(1988, 2022 + 1)), None}
    economic = [row for row in points["2010"] if row["category"] == "economic"]
    assert [(row["amount_usd"], row["spread"]) for row in economic] == [(733_000_000, True)]
    constant = client.ok("/v1/aid/series", spread="true", dollars="constant", base_year=2023).json
    assert constant["meta"]["deflator"]["version"] and constant["meta"]["base_year"] == 2023
    year = [row for point in constant["data"] if point["fiscal_year"] == "2010" for row in point["values"]]
    assert all(row["used"][0]["years"][0]["factor"] != "1/1" for row in year)


# History

def test_totals_as_of_a_release_stay_when_another_follows(serve_copy, clients, tmp_path):
    database = tmp_path / "relata.db"
    first = dataset_of([TEN_YEARS])
    load(database, first.write(tmp_path / "1"))
    queries = [("/v1/aid/totals", {"dollars": "constant", "base_year": 2023}), ("/v1/aid/series", {}),
               ("/v1/aid", {"dollars": "constant", "base_year": 2023})]
    client = clients(serve_copy(database))
    shipped = first.release["version"]
    before = [client.ok(path, query, as_of=shipped).body for path, query in queries]
    first.publish("2031.01", "2031-01-01T00:00:00Z", "More is known")
    first.records["aid"][0]["amount_usd"] *= 2
    load(database, first.write(tmp_path / "2"))
    later = clients(serve_copy(database))
    assert [later.ok(path, query, as_of=shipped).body for path, query in queries] == before
    assert summed(later).data[0]["amount_usd"] == 2 * TEN_YEARS["amount_usd"]


def test_what_was_dumped_loads_without_a_revision(tmp_path):
    database = tmp_path / "relata.db"
    load(database, dataset_of([TEN_YEARS]).write(tmp_path / "1"))
    assert relata("dump", tmp_path / "2", "--db", database).returncode == 0
    again = relata("load", tmp_path / "2", "--db", database)
    assert again.returncode == 0 and "the same as revision 1" in again.stdout
