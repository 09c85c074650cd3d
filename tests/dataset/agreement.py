"""Prints how far a second coding of forty sentences agrees with the records: percent and Cohen's kappa.

    python3 tests/dataset/agreement.py

db/dataset/agreement.tsv has a row a sentence: the event that carries its main statement, and what the
second coding made of that statement. An empty value is null, and a value of its own.
"""
from collections import Counter

import checks

TABLE = checks.DATASET / "agreement.tsv"
FIELDS = ("nature", "kind", "era", "trend")


def read():
    head, *rows = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines()]
    return [dict(zip(head, row, strict=True)) for row in rows]


def kappa(pairs):
    """Cohen's kappa: the agreement beyond what two coders reach who only know how often each value occurs."""
    seen = sum(a == b for a, b in pairs) / len(pairs)
    first, second = (Counter(values) for values in zip(*pairs))
    chance = sum(first[value] * second[value] for value in first) / len(pairs) ** 2
    return (seen - chance) / (1 - chance) if chance < 1 else 1.0


def agreement(rows, events):
    """(field, sentences that agree, all sentences, kappa) of each field."""
    for field in FIELDS:
        pairs = [(row[field] or None, events[row["event"]][field]) for row in rows]
        yield field, sum(a == b for a, b in pairs), len(pairs), kappa(pairs)


def table(rows, events):
    lines = ["| field | agree | percent | kappa |", "| --- | --- | --- | --- |"]
    lines += [f"| {field} | {agree} of {of} | {100 * agree / of:.1f} | {k:.2f} |" for field, agree, of, k in agreement(rows, events)]
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(read(), {event["id"]: event for event in checks.load()["events"]}))
