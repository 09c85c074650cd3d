"""The traps of the paper's own figures, worked by hand, and what answers say about them."""
import csv
import io

import pytest

BILLION = 10 ** 9
ELEVEN, EIGHT = "aid-11-billion-fy2002-2016", "aid-8-billion-security-fy2002-2016"
REIMBURSED, WAR = "aid-14-6-billion-reimbursements", "aid-32-5-billion-war"
CUT, NEARLY_621, SEVEN_HUNDRED = "aid-1-3-billion-cut", "aid-621-million-suspended", "aid-700-million-suspended"


@pytest.fixture(scope="module")
def rows(client):
    return {row["stage"]: row for row in client.ok("/v1/aid/totals").data}


@pytest.fixture(scope="module")
def meta(client):
    return client.ok("/v1/aid/totals").json["meta"]


def used(row):
    return [each["id"] for each in row["used"]]


def test_what_was_appropriated_is_two_kinds_of_the_same_years(rows):
    row = rows["appropriated"]
    assert used(row) == [ELEVEN, EIGHT]
    assert row["amount_usd"] == (11 + 8) * BILLION
    # "Nearly 8 billion" bounds the sum above, not below.
    assert (row["amount_usd_low"], row["amount_usd_high"]) == (None, 19 * BILLION)
    assert (row["reimbursement"], row["given"], row["rounded_to"]) == (False, True, None)


def test_the_total_for_the_war_stands_apart_and_open_above(rows):
    row = rows["committed"]
    assert used(row) == [WAR]
    assert (row["amount_usd"], row["amount_usd_low"], row["amount_usd_high"]) == (32_500_000_000, 32_500_000_000, None)


def test_reimbursements_are_never_mixed_with_aid(client, rows):
    assert rows["reimbursed"]["reimbursement"] and used(rows["reimbursed"]) == [REIMBURSED]
    assert all(REIMBURSED not in used(row) for row in client.ok("/v1/aid/totals").data if not row["reimbursement"])


def test_what_was_suspended_or_cut_is_not_given(rows):
    assert [stage for stage, row in rows.items() if not row["given"]] == ["suspended", "cut"]
    assert (used(rows["cut"]), rows["cut"]["amount_usd"]) == ([CUT], 1_300_000_000)


def test_rivals_count_once_and_give_a_range(rows):
    row = rows["suspended"]
    assert used(row) == [SEVEN_HUNDRED]
    ((left,), (least, greatest)) = row["left_out"], (row["least_usd"], row["greatest_usd"])
    assert (left["id"], left["reason"], left["instead"]) == (NEARLY_621, "alternative-of", SEVEN_HUNDRED)
    assert SEVEN_HUNDRED in left["detail"]
    assert (row["amount_usd"], least, greatest) == (700_000_000, 621_000_000, 700_000_000)
    # The one is "nearly" its amount: there is no lower bound.
    assert (row["amount_usd_low"], row["amount_usd_high"]) == (None, 700_000_000)


def test_the_sum_that_tempts_is_told_with_its_figures_and_why(meta, client):
    (entry,) = meta["not_summed"]
    assert entry["code"] == "different-stages"
    assert entry["figures"] == sorted([ELEVEN, EIGHT, REIMBURSED, WAR, CUT, SEVEN_HUNDRED])
    # 11 + 8 + 14.6 + 32.5 + 1.3 + 0.7: it counts tens of billions twice.
    assert entry["amount_usd"] == 68_100_000_000
    assert "several stages" in entry["detail"]


def test_rivals_stand_under_one_category_and_name_their_own(client):
    answer = client.ok("/v1/aid/totals", group_by="category")
    (row,) = [row for row in answer.data if row["stage"] == "suspended"]
    assert (row["category"], row["amount_usd"], row["least_usd"]) == ("mixed", 700_000_000, 621_000_000)
    assert [each["category"] for each in row["used"] + row["left_out"]] == ["unspecified", "mixed"]
    assert not [entry for entry in answer.json["meta"]["not_summed"] if entry["code"] == "rows-overlap"]


def test_rivals_under_different_keys_are_told(client):
    answer = client.ok("/v1/aid/totals", group_by="reference")
    (entry,) = [entry for entry in answer.json["meta"]["not_summed"] if entry["code"] == "rows-overlap"]
    assert (entry["keys"]["stage"], entry["figures"]) == ("suspended", [NEARLY_621, SEVEN_HUNDRED])


SENTENCES = [
    ({"stage": "suspended"}, "Suspended: at most $700 million; sources differ, from $621 million to $700 million, and the same money is counted once."),
    ({"stage": "appropriated"}, "Appropriated: at most $19 billion, the sum of 2 figures."),
    ({"stage": "committed"}, "Committed: at least $32.5 billion."),
    ({"stage": "reimbursed", "group_by": "category"}, "Reimbursed, reimbursement: about $14.6 billion."),
    ({"stage": "cut", "dollars": "constant", "base_year": 2023},
     "Cut: $1.55 billion in the prices of 2023; from $1.46 billion to $1.62 billion, as the year of the act is not known."),
    ({"category": "security", "stage": "appropriated", "group_by": "fiscal_year", "fiscal_year": "2009"},
     "Appropriated, FY2009: at most $534 million; spread evenly over the years for which it was meant.")]


def test_a_row_names_what_it_is_grouped_by(client):
    """Records by their titles and names, closed lists by their words."""
    rows = client.ok("/v1/aid/totals", group_by="era,category,donor,recipient,reference").data
    titles = {record["id"]: record.get("title") or record.get("name") for kind in ("eras", "actors", "references")
              for record in client.records(f"/v1/{kind}")}
    for row in rows:
        parts = [row["era"] and titles[row["era"]] or "no era", row["category"], titles[row["donor"]], titles[row["recipient"]],
                 titles[row["reference"]] or row["reference"]]
        assert row["text"].startswith(", ".join([row["stage"].capitalize(), *parts]) + ":"), row["text"]
    assert len(rows) > 5


@pytest.mark.parametrize("query, text", SENTENCES)
def test_a_row_says_itself_in_one_sentence(client, query, text):
    (row,) = client.ok("/v1/aid/totals", query).data
    assert row["text"] == text


def test_figures_are_named_by_their_titles(client):
    answer = client.ok("/v1/aid/totals")
    titles = {record["id"]: record["title"] for record in client.records("/v1/aid")}
    told = [each for row in answer.data for each in row["used"] + row["left_out"]]
    assert told and all(each["title"] == titles[each["id"]] for each in told)
    for warning in [each for each in answer.json["meta"]["warnings"] if "ids" in each]:
        assert warning["titles"] == [titles[id] for id in warning["ids"]]


def test_the_series_of_the_paper_fakes_no_years(client):
    answer = client.ok("/v1/aid/series")
    assert [point["fiscal_year"] for point in answer.data] == [None]
    (warning,) = [each for each in answer.json["meta"]["warnings"] if each["code"] == "spread-left-out"]
    assert warning["ids"] == sorted([ELEVEN, REIMBURSED, WAR, SEVEN_HUNDRED, EIGHT])


def test_the_total_and_the_three_of_another_source_are_tied_in_pairs_with_a_note_that_names_the_set(client):
    four = {WAR, ELEVEN, EIGHT, REIMBURSED}
    for id in four - {WAR}:
        record = client.ok(f"/v1/aid/{id}").data
        assert ("overlaps", WAR) in [(relation["type"], relation["target"]) for relation in record["relations"]]
        assert any(note["code"] == "double-count" and set(note["related"]) == four - {id} for note in record["notes"])


def test_a_filter_that_leaves_one_rival_counts_that_one(client):
    (row,) = client.ok("/v1/aid/totals", id=NEARLY_621).data
    assert (row["amount_usd"], row["left_out"]) == (621_000_000, [])


def test_missing_is_not_zero(client):
    assert client.ok("/v1/aid/totals", stage="disbursed").data == []
    assert {row["category"] for row in client.ok("/v1/aid/totals", group_by="category").data} == {
        "economic", "security", "reimbursement", "mixed"}


@pytest.mark.parametrize("key", ["category", "stage", "donor", "recipient", "era", "fiscal_year", "reference"])
def test_rows_have_the_keys_asked_for_and_null_for_the_others(client, key):
    rows = client.ok("/v1/aid/totals", group_by=key).data
    keys = ["category", "donor", "recipient", "era", "fiscal_year", "reference"]
    assert all(row[other] is None for row in rows for other in keys if other != key)
    assert any(row[key] for row in rows)


def test_a_work_is_the_key_only_where_it_gives_the_amount(client):
    rows = client.ok("/v1/aid/totals", group_by="reference", stage="suspended").data
    # Van 2020 also dates the other suspension, whose amount is Shakoor's.
    assert {row["reference"]: used(row) for row in rows} == {"shakoor-1992": [NEARLY_621], "van-2020": [SEVEN_HUNDRED]}


def test_the_order_of_the_rows_is_that_of_the_keys_asked_for(client):
    rows = client.ok("/v1/aid/totals", group_by="stage,category").data
    stages = ["appropriated", "committed", "disbursed", "reimbursed", "suspended", "cut"]
    found = [(stages.index(row["stage"]), row["category"]) for row in rows]
    assert found == sorted(found)


def test_warnings_name_the_figures_and_travel_as_a_header(client):
    answer = client.ok("/v1/aid/totals")
    warning, beyond = answer.json["meta"]["warnings"]
    assert (warning["code"], beyond["code"]) == ("open-bound", "other-corpus")
    assert warning["ids"] == sorted([REIMBURSED, WAR, NEARLY_621, EIGHT])
    assert answer.headers["dataset-warning"] == f"open-bound; count=4, other-corpus; count={beyond['count']}"


def test_an_amount_that_reaches_beyond_the_years_asked_for_is_warned_of(client):
    codes = {w["code"]: w.get("ids") for w in client.ok("/v1/aid/totals", fiscal_year="2010", stage="appropriated").json["meta"]["warnings"]}
    assert codes["part-coverage"] == [ELEVEN, EIGHT]
    exact = client.ok("/v1/aid/totals", fiscal_year="2002/2016", stage="appropriated").json["meta"]["warnings"]
    assert "part-coverage" not in [warning["code"] for warning in exact]


def test_years_of_one_amount_are_spread_and_only_those_asked_for_stand(client):
    answer = client.ok("/v1/aid/totals", group_by="fiscal_year", fiscal_year="2009/2010", category="economic")
    assert [row["fiscal_year"] for row in answer.data] == ["2009", "2010"]
    for row in answer.data:
        # 11 billion over 15 years: three digits are shown, though the source printed two.
        assert (row["amount_usd"], row["exact_usd"], row["rounded_to"], row["spread"]) == (
            733_000_000, 733_333_333, 1_000_000, True)
        ((share,),) = [each["years"] for each in row["used"]]
        assert (share["months"], share["of_months"], share["factor"]) == (12, 15 * 12, "1/1")
    assert "spread-amount" in [warning["code"] for warning in answer.json["meta"]["warnings"]]


def test_nothing_selected_is_an_empty_answer(client):
    for path in ("/v1/aid/totals", "/v1/aid/series"):
        answer = client.ok(path, year__gt=2999)
        assert (answer.data, answer.total, answer.json["meta"]["not_summed"]) == ([], 0, [])


def test_totals_and_series_are_no_records(client):
    for name in ("totals", "series", "compare"):
        assert client.get(f"/v1/aid/{name}/revisions").status == 404


# The prices that a reviewer worked out by hand from the same index, in billions: stage or record, base year, what is asked, answer.
BY_HAND = [
    ("appropriated", 2023, "exact_usd", 27.47), ("appropriated", 2022, "exact_usd", 26.38), ("appropriated", 2024, "exact_usd", 28.28),
    ("appropriated", 2016, "exact_usd", 21.63), ("appropriated", 2023, "amount_usd", 27.5), ("appropriated", 2023, "greatest_usd", 27.5),
    ("appropriated", 2023, "least_usd", 27.4), ("suspended", 2023, "amount_usd", 1.59),
    (ELEVEN, 2023, "exact_usd", 15.90), (ELEVEN, 2016, "exact_usd", 12.52), (EIGHT, 2023, "exact_usd", 11.56),
    (EIGHT, 2020, "exact_usd", 9.82), (EIGHT, 2024, "exact_usd", 11.91), (EIGHT, 2023, "amount_high", 11.6),
    (WAR, 2023, "exact_usd", 45.25), (WAR, 2023, "amount_low", 45.2), (NEARLY_621, 2023, "exact_usd", 1.45),
    (SEVEN_HUNDRED, 2023, "exact_usd", 1.59), (CUT, 2023, "amount_low", 1.46), (CUT, 2023, "amount_high", 1.62),
    ("cut", 2023, "least_usd", 1.46), ("cut", 2023, "greatest_usd", 1.62)]


@pytest.mark.parametrize("of, base_year, member, billions", BY_HAND)
def test_constant_dollars_are_those_worked_out_by_hand(client, of, base_year, member, billions):
    query = {"dollars": "constant", "base_year": base_year}
    if of.startswith("aid-"):
        found = client.ok(f"/v1/aid/{of}", query).data["constant"][member]
    else:
        (found,) = [row[member] for row in client.ok("/v1/aid/totals", query, stage=of).data]
    assert round(found / BILLION, 2) == billions


def test_prices_move_with_the_base_year_however_few_digits_were_printed(client):
    prices = [client.ok(f"/v1/aid/{EIGHT}", dollars="constant", base_year=year).data["constant"]["amount_usd"]
              for year in (2020, 2021, 2022, 2023, 2024)]
    assert prices == sorted(set(prices))


@pytest.mark.parametrize("path, query", [("/v1/aid/totals", {"group_by": ["category", "fiscal_year"]}), ("/v1/aid/series", {"spread": "true"})])
def test_totals_and_series_are_tables_too(client, path, query):
    answer, table = client.ok(path, query), client.ok(path, query, format="csv")
    rows = [row for point in answer.data for row in point["values"]] if path.endswith("series") else answer.data
    lines = list(csv.DictReader(io.StringIO(table.body.decode("utf-8"))))
    assert len(lines) == len(rows)
    for line, row in zip(lines, rows):
        assert [line[key] for key in ("stage", "fiscal_year", "text")] == [row["stage"], row["fiscal_year"] or "", row["text"]]
        for key in ("amount_usd", "exact_usd", "amount_usd_low", "amount_usd_high"):
            assert line[key] == ("" if row[key] is None else str(row[key]))
        assert line["used"] == ";".join(each["id"] for each in row["used"])
    assert table.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert "spread-amount; count=" in table.headers["dataset-warning"]
    assert table.headers["dataset-revision"] == str(answer.json["meta"]["dataset_revision"])
    assert client.ok(path, query, format="csv", bom=1).body == b"\xef\xbb\xbf" + table.body
