#!/usr/bin/python3
"""Writes a dataset of any number of events in the write shape, with the shipped actors, references, eras and themes.

    bench/generate.py FOLDER COUNT [SEED]      the same for the same SEED; each SEED but 1 is a later release, in which all events differ
"""
import datetime
import json
import pathlib
import random
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import openapi  # noqa: E402

WORDS = [f"{a}{b}" for a in ("ba", "ce", "di", "fo", "gu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "zu")
         for b in ("bar", "cend", "dor", "fin", "gat", "kel", "lum", "mer", "nis", "pol", "rut", "san", "tev", "vix")]
# Whole years of each era.
SPANS = {"early": (1948, 1957), "cold-war": (1959, 1989), "post-cold-war": (1990, 2000), "gwot": (2002, 2020),
         "post-withdrawal": (2022, 2023), "trump-2": (2025, 2026)}


def date(rng, era):
    """A date of any precision: most are days, few are years or decades, one in fifty is missing."""
    year = rng.randint(*SPANS[era])
    draw = rng.random()
    if draw < 0.02:
        return None
    if draw < 0.1:
        return f"{year}"
    if draw < 0.2:
        return f"{year}-{rng.randint(1, 12):02}"
    return f"{year}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"


def event(rng, number, actors, themes, references, enums):
    era = rng.choice(list(SPANS))
    edtf = date(rng, era)
    text = [rng.choice(WORDS) for _ in range(30)]
    if number % 100 == 0:
        text.append("percentword")  # a word that one record in a hundred holds
    return {
        "id": f"event-{number:07}", "title": " ".join(text[:6]).capitalize(), "summary": " ".join(text) + ".",
        "nature": rng.choice(enums["Nature"]), "kind": rng.choice(enums["EventKind"]), "era": era, "trend": rng.choice(enums["Trend"] + [None]),
        "status": "reported", "date_edtf": edtf, "date_basis": edtf and "printed", "date_extent": edtf and "within",
        "actors": [{"id": actor, "role": rng.choice(enums["Role"])} for actor in rng.sample(actors, rng.randint(1, 4))],
        "themes": rng.sample(themes, rng.randint(0, 2)), "figures": [], "relations": [],
        "citations": [{"reference": reference, "via": "aslam-imran-zahid", "locator": rng.choice(enums["Section"]),
                       "stance": "asserts", "supports": ["title"]}
                      for reference in rng.sample(references, rng.randint(1, 3))],
        "notes": [],
    }


def figure(rng, number, references, enums):
    """One of five kinds in one of forty years; some kinds have two figures in a year."""
    year = 1977 + number // 5 % 40
    return {
        "id": f"figure-{number:04}", "title": f"A figure of fiscal year {year}", "amount_usd": rng.randint(1, 900) * 10**6,
        "qualifier": "as-printed", "significant_digits": 3, "currency": "USD", "stage": rng.choice(["committed", "disbursed"]),
        "category": [kind for kind in enums["Category"] if kind != "reimbursement"][number % 5], "era": None, "period_edtf": f"{year - 1}-10/{year}-09", "act_edtf": None,
        "fiscal_year_start": year, "fiscal_year_end": year, "donor": "united-states", "recipient": "pakistan", "agency": None,
        "event": None, "relations": [],
        "citations": [{"reference": rng.choice(references), "via": "aslam-imran-zahid", "locator": rng.choice(enums["Section"]),
                       "stance": "asserts", "supports": ["amount_usd"]}],
        "notes": [],
    }


def release(source, seed):
    """The shipped release, or for each later seed one that follows it by as many numbers and seconds."""
    told = json.loads((source / "release.json").read_text()) | {"removed": []}
    if seed > 1:
        year, _, number = told["version"].rpartition(".")
        date = datetime.datetime.fromisoformat(told["date"].replace("Z", "+00:00")) + datetime.timedelta(seconds=seed)
        told = {**told, "version": f"{year}.{int(number) + seed}", "date": f"{date:%Y-%m-%dT%H:%M:%SZ}", "reason": "Other texts."}
    return told


def main(out, count, seed=1):
    rng = random.Random(seed)
    source, out = ROOT / "db/dataset", pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    for name in ("actors", "references", "eras", "themes"):
        records = json.loads((source / f"{name}.json").read_text())
        for record in records:
            for note in record["notes"]:
                note["related"] = []
        (out / f"{name}.json").write_text(json.dumps(records))
    (out / "release.json").write_text(json.dumps(release(source, seed)))
    schemas = openapi.load()["components"]["schemas"]
    enums = {name: schema["enum"] for name, schema in schemas.items() if "enum" in schema}
    ids = {name: [record["id"] for record in json.loads((out / f"{name}.json").read_text())]
           for name in ("actors", "themes", "references")}
    figures = [figure(rng, number, ids["references"], enums) for number in range(250)]
    (out / "aid.json").write_text(json.dumps(figures))
    with open(out / "events.json", "w") as file:
        file.write("[\n")
        for number in range(count):
            record = event(rng, number, ids["actors"], ids["themes"], ids["references"], enums)
            file.write(("," if number else "") + json.dumps(record) + "\n")
        file.write("]\n")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
