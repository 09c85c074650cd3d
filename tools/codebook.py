#!/usr/bin/python3
"""Writes the tables of closed lists into the codebook, from the contract.

A table stands behind a comment with the name of its list, `<!-- EventKind -->`, as far as the next empty line.
"""
import pathlib
import re

import openapi

CODEBOOK = pathlib.Path(__file__).resolve().parents[1] / "db/dataset/README.md"


def table(values):
    """Rows with value, title, definition and, where one of them has it, an example."""
    columns = ["value", "title", "definition", *(["example"] if any("example" in each for each in values) else [])]
    rows = [[f"`{each['value']}`", *(each.get(column, "") for column in columns[1:])] for each in values]
    return "\n".join("| " + " | ".join(row) + " |" for row in [columns, ["---"] * len(columns), *rows])


def written(text, schemas):
    """The codebook TEXT with its tables as SCHEMAS, those of the contract, have them."""
    return re.sub(r"(?<=<!-- )(\w+)( -->\n)(?:\|.*\n)*", lambda found: f"{found[1]}{found[2]}{table(schemas[found[1]]['x-values'])}\n", text)


if __name__ == "__main__":
    CODEBOOK.write_text(written(CODEBOOK.read_text(encoding="utf-8"), openapi.load()["components"]["schemas"]), encoding="utf-8")
