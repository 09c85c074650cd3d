#!/usr/bin/env python3
"""Makes db/official/<source>/aid.json from its figures.tsv: one figure a fiscal year and category.

Usage: tools/official.py [SOURCE...]. figures.tsv has the columns of the official table that are used here: first and last fiscal
year (1976TQ is the transition quarter), stage, category, amount in dollars, its unit in dollars, locator.
"""
import datetime
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
# Of each source, which is a reference: how the ids of its figures begin, and the agency that they name.
SOURCES = {
    "usaid-greenbook-2022": ("greenbook", None),
    "foreign-assistance-gov-2025": ("foreign-assistance", None),
    "crs-pakistan-aid-2019": ("crs", "us-congress"),
}


def rows(path):
    head, *lines = [line.split("\t") for line in path.read_text().splitlines() if not line.startswith("#")]
    return [dict(zip(head, line)) for line in lines]


FISCAL = {row["fiscal_year"]: (row["first"], row["last"]) for row in rows(ROOT / "db/series/fiscal-years.tsv")}


def days(edtf, end=None):
    """The first and last day of a span of months or days; END stands for an open one."""
    first, last = edtf.split("/")
    last = end if last == ".." else last
    start = datetime.date.fromisoformat(first if len(first) == 10 else f"{first}-01")
    if len(last) == 10:
        return start, datetime.date.fromisoformat(last)
    year, month = int(last[:4]), int(last[5:])
    return start, datetime.date(year + month // 12, month % 12 + 1, 1) - datetime.timedelta(1)


def era_of(period, eras):
    """The era that the period overlaps longest, the earlier of two."""
    first, last = days(period)
    overlap = {era["id"]: (min(last, days(era["span_edtf"], "2100-12")[1]) - max(first, days(era["span_edtf"], "2100-12")[0])).days
               for era in sorted(eras, key=lambda era: era["span_edtf"])}
    best = max(overlap, key=overlap.get)
    return best if overlap[best] >= 0 else None


def figure(source, row, eras):
    prefix, agency = SOURCES[source]
    first, last, amount = row["first"], row["last"], int(row["amount_usd"])
    period = f"{FISCAL[first][0]}/{FISCAL[last][1]}"
    years = f"FY{first}" if first == last else f"FY{first} to FY{last}"
    whole = not first.endswith("TQ")
    told = {"committed": "obligations", "appropriated": "appropriations", "reimbursed": "reimbursements"}[row["stage"]]
    fields = ["title", "amount_usd", "qualifier", "stage", "category", "period_edtf", "donor", "recipient"]
    return {
        "id": "-".join(filter(None, [prefix, first.lower(), last if last != first else None, row["category"]])),
        "title": f"{row['category'].capitalize()}, {told}, {years}", "amount_usd": amount, "qualifier": "as-printed",
        "significant_digits": len(str(amount // int(row["unit"]))), "currency": "USD", "stage": row["stage"],
        "category": row["category"], "era": era_of(period, eras), "period_edtf": period, "act_edtf": None,
        "fiscal_year_start": int(first) if whole else None, "fiscal_year_end": int(last) if whole else None,
        "donor": "united-states", "recipient": "pakistan", "agency": agency, "event": None, "relations": [],
        "citations": [{"reference": source, "via": None, "locator": row["locator"], "stance": "asserts",
                       "supports": fields + (["fiscal_year_start", "fiscal_year_end"] if whole else [])}],
        "notes": []}


def made(source):
    eras = json.loads((ROOT / "db/dataset/eras.json").read_text())
    figures = [figure(source, row, eras) for row in rows(ROOT / "db/official" / source / "figures.tsv")]
    return json.dumps(sorted(figures, key=lambda each: each["id"]), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for name in sys.argv[1:] or SOURCES:
        (ROOT / "db/official" / name / "aid.json").write_text(made(name))
