"""The paper's figures beside the official record, like with like."""
import csv
import io
import re

import pytest

from figures import dataset_of, figure
from releases import load

MILLION = 10 ** 6
ECONOMIC, SECURITY, REIMBURSED = "aid-11-billion-fy2002-2016", "aid-8-billion-security-fy2002-2016", "aid-14-6-billion-reimbursements"
WAR, NEARLY_621, SEVEN_HUNDRED, CUT = "aid-32-5-billion-war", "aid-621-million-suspended", "aid-700-million-suspended", "aid-1-3-billion-cut"


def compared(client, **query):
    return {(row["figure"], row["official_stage"]): row for row in client.ok("/v1/aid/compare", query).data}


@pytest.mark.parametrize("of, stage, official, share", [
    (ECONOMIC, "appropriated", 10_957 * MILLION, 0.9961), (SECURITY, "appropriated", 7_956 * MILLION, 0.9945),
    (REIMBURSED, "reimbursed", 14_573 * MILLION, 0.9982), (WAR, "committed", 18_381_828_080, 0.5656)])
def test_like_stands_beside_like(client, of, stage, official, share):
    row = compared(client)[of, stage]
    assert (row["stage"], row["official_usd"], row["share"], row["reasons"], row["comparable"]) == (stage, official, share, [], True)
    assert row["difference_usd"] == official - row["amount_usd"]


@pytest.mark.parametrize("of, stage, official, reasons", [
    (ECONOMIC, "committed", 10_960_264_479, ["other-stage"]), (CUT, "appropriated", 328 * MILLION, ["other-stage", "years-missing"]),
    (WAR, "appropriated", 19_610 * MILLION, ["other-stage", "years-missing"]), (NEARLY_621, "committed", 542_357_889, ["other-stage"]),
    (SEVEN_HUNDRED, "committed", 2_076_951_808, ["other-stage"])])
def test_what_differs_in_measure_has_no_difference(client, of, stage, official, reasons):
    row = compared(client)[of, stage]
    assert (row["official_usd"], row["reasons"], row["comparable"]) == (official, reasons, False)
    assert (row["difference_usd"], row["share"]) == (None, None)


def test_a_figure_of_no_category_is_told_with_reimbursements_too(client):
    rows = compared(client)
    assert rows[WAR, "committed"]["with_reimbursed_usd"] == 32_954_828_080
    assert {of for (of, _), row in rows.items() if row["with_reimbursed_usd"] is not None} == {WAR}


def test_single_years_are_told(client):
    """The stop of 1990 shows in them; an official figure of several years stands in none."""
    rows = compared(client)
    years = {year["fiscal_year"]: year["amount_usd"] for year in rows[SEVEN_HUNDRED, "committed"]["years"]}
    assert [round(years[year] / 100_000) for year in ("1990", "1991", "1992")] == [5424, 1013, 214]
    assert sum(years.values()) == rows[SEVEN_HUNDRED, "committed"]["official_usd"]
    assert [year["fiscal_year"] for year in rows[REIMBURSED, "reimbursed"]["years"]] == ["2014", "2015", "2016"]


def test_each_sum_is_that_of_its_address(client):
    for row in client.ok("/v1/aid/compare").data:
        (total,) = client.ok(row["url"]).data
        assert (total["stage"], total["amount_usd"], total["covered_days"]) == (row["official_stage"], row["official_usd"], row["covered_days"])
        assert [each["id"] for each in total["used"]] == row["official_figures"]
        assert client.ok(row["url"]).json["links"]["self"] == row["url"], "the address is in its canonical form"


def millions(*amounts):
    return {f"${abs(amount) / MILLION:,.0f} million" for amount in amounts}


def test_each_figure_of_the_paper_has_a_note_with_the_official_sum(client):
    """And no sum in such a note is another than what the service adds up."""
    rows = {}
    for row in client.ok("/v1/aid/compare").data:
        rows.setdefault(row["figure"], row)
    for id, row in rows.items():
        (note,) = [note["text"] for note in client.ok(f"/v1/aid/{id}").data["notes"] if note["code"] == "official-record"]
        sums = [row["official_usd"]]
        if row["comparable"]:
            sums += [row["difference_usd"]]
            assert ("less" if row["difference_usd"] < 0 else "more") in note
        if row["with_reimbursed_usd"]:
            sums += [row["with_reimbursed_usd"], row["with_reimbursed_usd"] - row["amount_usd"]]
        if id in (NEARLY_621, SEVEN_HUNDRED):
            sums += [client.ok("/v1/aid/totals", corpus="official", stage="committed", fiscal_year=year).data[0]["amount_usd"]
                     for year in ("1990", "1991", "1992")]
        assert set(re.findall(r"[$][0-9,]+ million", note)) == millions(*sums)
        assert note.endswith(": " + row["url"])


@pytest.mark.parametrize("years, found", [
    ("2002/2016", {ECONOMIC, SECURITY, REIMBURSED, WAR}), ("1990/1992", {NEARLY_621, SEVEN_HUNDRED}), ("1994", {SEVEN_HUNDRED}),
    ("2020/..", {WAR, CUT}), ("../1989", {SEVEN_HUNDRED}), ("1948", set())])
def test_years_choose_the_figures_but_not_their_years(client, years, found):
    answer = client.ok("/v1/aid/compare", fiscal_year=years)
    assert {row["figure"] for row in answer.data} == found
    assert answer.json["meta"]["total"] == len(found)
    whole = client.ok("/v1/aid/compare").data
    assert answer.data == [row for row in whole if row["figure"] in found]


def test_the_sources_say_what_they_do_not_hold(client):
    sources = client.ok("/v1/aid/compare").json["meta"]["sources"]
    works = client.ok("/v1/references", corpus="official").data
    assert [source["id"] for source in sources] == [work["id"] for work in works if work["counts"]["aid"]]
    (greenbook,) = [source for source in sources if source["id"] == "usaid-greenbook-2022"]
    assert any("Coalition Support Funds" in note for note in greenbook["notes"])
    for source in sources:
        notes = client.ok(source["url"]).data["notes"]
        assert source["notes"] == [note["text"] for note in notes if note["weight"] == "substantive"]
        assert source["figures"] == [one["id"] for one in client.records("/v1/aid", corpus="official", reference=source["id"])]
    assert {id for source in sources for id in source["figures"]} == {one["id"] for one in client.records("/v1/aid", corpus="official")}


def test_a_table_has_the_same_rows(client):
    rows = client.ok("/v1/aid/compare").data
    lines = list(csv.DictReader(io.StringIO(client.ok("/v1/aid/compare", format="csv").body.decode())))
    assert [(line["figure"], line["official_usd"], line["share"], line["reasons"]) for line in lines] == \
        [(row["figure"], str(row["official_usd"]), str(row["share"] or ""), ";".join(row["reasons"])) for row in rows]


def test_a_release_without_official_records_holds_nothing_beside(client):
    rows = client.ok("/v1/aid/compare", as_of="2026.12").data
    assert {(row["figure"], row["official_usd"]) for row in rows} == {(row["figure"], None) for row in client.ok("/v1/aid/compare").data}
    assert all((row["reasons"], row["official_figures"], row["comparable"]) == (["not-held"], [], False) for row in rows)
    assert all("?as_of=2026.12&" in row["url"] and client.ok(row["url"]).data == [] for row in rows)


def test_a_figure_without_a_date_or_outside_all_years_is_told(serve_copy, clients, tmp_path):
    made = [figure("undated"), figure("ancient", period="1789"), figure("whole", fiscal=(2002, 2003))]
    load(tmp_path / "relata.db", dataset_of(made).write(tmp_path / "dataset"))
    rows = compared(clients(serve_copy(tmp_path / "relata.db")))
    assert {of: (row["year_first"], row["fiscal"], row["reasons"]) for (of, _), row in rows.items()} == {
        "undated": (None, False, ["undated"]), "ancient": (1789, False, ["not-held"]), "whole": (2002, True, ["not-held"])}
    assert [row["url"] for row in rows.values() if row["figure"] != "whole"] == [None, None]
