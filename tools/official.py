#!/usr/bin/env python3
"""Makes the records of db/official/<source>/ from the tables beside them.

Usage: tools/official.py [SOURCE...]. Of figures.tsv comes aid.json, one figure a fiscal year and category: the columns of the official
table that are used here are first and last fiscal year (1976TQ is the transition quarter), stage, category, amount in dollars, its
unit in dollars, locator. Of visits.tsv comes events.json: the entry at the source, who came, the name as it is printed there, the
office, first and last day, place, the occasion in our own words, the file of the entry. Of visits.tsv and persons.tsv, who is in the
official record alone, comes actors.json.
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
# Of each source of visits: how the ids begin, whose leaders came, and whom they visited.
VISITS = {
    "historian-visits-2025": ("visit", "pakistan", "united-states"),
    "historian-travels-2025": ("travel", "united-states", "pakistan"),
}
COUNTRIES = {"pakistan": "Pakistan", "united-states": "the United States"}


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


def cited(source, row, supports):
    return {"reference": source, "via": None, "locator": f"{row['entry']}, {row['file']}", "stance": "asserts", "supports": supports}


def day(text, year=True):
    date = datetime.date.fromisoformat(text)
    return f"{date.day} {date:%B}" + (f" {date.year}" if year else "")


def stay(first, last):
    """`on 5 May 1950`, `from 3 to 5 May 1950`, `from 30 April to 2 May 1950`."""
    if first == last:
        return f"on {day(first)}"
    begin = first[8:].lstrip("0") if first[:7] == last[:7] else day(first, first[:4] != last[:4])
    return f"from {begin} to {day(last)}"


def visit(source, row, names, eras):
    prefix, home, host = VISITS[source]
    first, last, name = row["first"], row["last"], names[row["person"]]
    place = COUNTRIES[host] if host == "united-states" else row["place"]
    return {
        "id": f"{prefix}-{first}-{row['person']}", "title": f"{name} visits {COUNTRIES[host]}, {day(first)}",
        "summary": f"{name}, {row['office']} of {COUNTRIES[home]}, was in {place} {stay(first, last)}, {row['occasion']}.",
        "nature": "occurrence", "kind": "visit", "era": era_of(f"{first}/{last}", eras), "trend": None, "status": "reported",
        "date_edtf": first if first == last else f"{first}/{last}", "date_basis": "printed", "date_extent": "throughout",
        "actors": [{"id": row["person"], "role": "actor"}, {"id": host, "role": "target"}], "themes": [], "figures": [],
        "relations": [], "citations": [cited(source, row, ["title", "summary", "date_edtf", "actors"])], "notes": []}


def named_note(printed, inferred):
    """How the source spells a name that we write in another way, or with more of it."""
    text = ("The source prints only this name; the office and the days tell who is meant." if inferred else
            "The source spells the name in this way.")
    return {"code": "name-inferred" if inferred else "printed-as", "weight": "editorial" if inferred else "typographic",
            "text": text, "printed": printed, "related": []}


def person(source, own, trips):
    _, home, host = VISITS[source]
    printed = list(dict.fromkeys(row["printed"] for row in trips))
    offices = list(dict.fromkeys(row["office"] for row in trips))
    years = ", ".join(dict.fromkeys(row["first"][:4] for row in trips))
    return {
        "id": own["id"], "name": own["name"], "kind": "person", "parent": home, "aliases": printed, "identifiers": [],
        "description": f"{' and '.join(offices)} of {COUNTRIES[home]}, in {COUNTRIES[host]} in {years}.",
        "offices": [{"title": office, "of": home, "term_edtf": None, "basis": "printed"} for office in offices], "themes": [],
        "citations": [cited(source, trips[0], ["name", "description", "offices"])],
        "notes": [named_note(name, own["inferred"] == "yes") for name in printed if name != own["name"]]}


def persons(source):
    return rows(ROOT / "db/official" / source / "persons.tsv")


def visits_made(source):
    """The events of the source, and the actors whom the paper does not name."""
    eras = json.loads((ROOT / "db/dataset/eras.json").read_text())
    trips = rows(ROOT / "db/official" / source / "visits.tsv")
    names = {actor["id"]: actor["name"] for actor in json.loads((ROOT / "db/dataset/actors.json").read_text()) + persons(source)}
    return {"events": [visit(source, row, names, eras) for row in trips],
            "actors": [person(source, own, [row for row in trips if row["person"] == own["id"]]) for own in persons(source)]}


def figures_made(source):
    eras = json.loads((ROOT / "db/dataset/eras.json").read_text())
    return {"aid": [figure(source, row, eras) for row in rows(ROOT / "db/official" / source / "figures.tsv")]}


def made(source):
    """The text of each file of the source that is made, by its name."""
    return {f"{name}.json": json.dumps(sorted(records, key=lambda each: each["id"]), indent=2, ensure_ascii=False) + "\n"
            for name, records in (visits_made(source) if source in VISITS else figures_made(source)).items()}


if __name__ == "__main__":
    for source in sys.argv[1:] or [*SOURCES, *VISITS]:
        for name, text in made(source).items():
            (ROOT / "db/official" / source / name).write_text(text)
