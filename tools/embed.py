#!/usr/bin/python3
"""Writes a C file that holds the contract (as YAML and as JSON), the migrations, the dataset, the series, the program's version, and the
files of the folders that are named behind it as PAGE=FOLDER, packed."""
import gzip
import json
import pathlib
import re
import sys
from decimal import Decimal

import openapi


def c_text(name, text):
    """A string literal, a line of it for each line of the text; json's escapes are also C's where they are ASCII."""
    lines = text.splitlines(keepends=True)
    quoted = (json.dumps(line, ensure_ascii=False).replace("?", "\\?") for line in lines)
    return f"{name} =\n" + "\n".join(quoted) + ";\n"


def table(path):
    """What the head of a file in db/series says, and its rows without the names of the columns."""
    lines = path.read_text().splitlines()
    head = dict(line[2:].split(": ", 1) for line in lines if line.startswith("# ") and ": " in line)
    return head, [line.split("\t") for line in lines if not line.startswith("#")][1:]


def cpi(path):
    """Monthly indexes in thousandths, 0 where none was printed."""
    head, rows = table(path)
    years = [int(row[0]) for row in rows]
    if years != list(range(years[0], years[0] + len(years))) or {len(row) for row in rows} != {13}:
        sys.exit(f"{path}: the years have a gap, or a year has not twelve months")
    months = [int(Decimal(text or 0) * 1000) for row in rows for text in row[1:]]
    return [*(c_text(f"const char embedded_cpi_{key}[]", head[key]) for key in ("name", "series", "source", "version")),
            f"const int embedded_cpi_first_year = {years[0]};\n",
            f"const size_t embedded_cpi_count = {len(months)};\n",
            f"const int embedded_cpi[] = {{{', '.join(map(str, months))}}};\n"]


def month_number(text):
    year, month = map(int, text.split("-"))
    return year * 12 + month - 1


def fiscal_years(path):
    _, rows = table(path)
    spans = [(name, month_number(first), month_number(last)) for name, first, last in rows]
    if any(before[2] + 1 != behind[1] for before, behind in zip(spans, spans[1:])):
        sys.exit(f"{path}: a fiscal year does not begin where the one before it ends")
    items = ", ".join(f'{{"{name}", {first}, {last}}}' for name, first, last in spans)
    return [f"const struct fiscal_year embedded_fiscal_years[] = {{{items}}};\n",
            f"const size_t embedded_fiscal_year_count = {len(spans)};\n"]


TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
         ".md": "text/markdown; charset=utf-8", ".json": "application/json",
         ".svg": "image/svg+xml", ".woff2": "font/woff2"}


def assets(kind, files):
    """Files as they are, put in by the assembler: no C compiler likes a literal of a megabyte."""
    parts, rows = [], []
    for number, (name, path) in enumerate(files):
        place = json.dumps(str(path.resolve()))
        label = f"{kind}_{number}"
        parts.append(f'__asm__(".section .rodata\\n.global {label}, {label}_end\\n"\n'
                     f'        "{label}: .incbin " {json.dumps(place)} "\\n{label}_end: .byte 0\\n.text\\n");\n'
                     f"extern const char {label}[], {label}_end[];\n")
        rows.append(f'{{"{name}", "{TYPES.get(pathlib.Path(name).suffix, TYPES[".md"])}", {label}, {label}_end}}')
    return [*parts, f"const struct asset embedded_{kind}s[] = {{{', '.join(rows)}}};\n",
            f"const size_t embedded_{kind}_count = {len(rows)};\n"]


def packed(folder, pages):
    """The files of pages by the names under which they are asked for; the same files are always packed alike."""
    for page, source in (each.split("=") for each in pages):
        for path in sorted(pathlib.Path(source).iterdir()):
            if path.is_file():
                place = folder / page / f"{path.name}.gz"
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(gzip.compress(path.read_bytes(), mtime=0))
                yield f"{page}/{path.name}", place


def main(out, *pages):
    root = pathlib.Path(__file__).parent.parent
    document = openapi.load()
    migrations = sorted((root / "db/migrations").glob("[0-9]*.sql"))
    numbers = [int(path.name.split("-")[0]) for path in migrations]
    if numbers != list(range(1, len(numbers) + 1)):
        sys.exit(f"db/migrations: the numbers have a gap: {numbers}")
    version = re.search(r"^## (\d\S*)", (root / "NEWS.md").read_text(), re.M)[1]  # of the last release
    parts = ["// Made by tools/embed.py.\n#include \"base/embedded.h\"\n",
             c_text("const char embedded_openapi_yaml[]", openapi.as_yaml(document)),
             c_text("const char embedded_openapi_json[]", openapi.as_json(document)),
             c_text("const char embedded_version[]", version)]
    parts += [c_text(f"static const char migration_{number}[]", path.read_text())
              for number, path in zip(numbers, migrations)]
    names = ", ".join(f"migration_{number}" for number in numbers)
    parts.append(f"const char *const embedded_migrations[] = {{{names}}};\n")
    parts.append(f"const size_t embedded_migration_count = {len(numbers)};\n")
    parts += assets("asset", packed(pathlib.Path(out).parent / "pages", pages))
    data = sorted(path for folder in ("dataset", "official") for path in (root / "db" / folder).rglob("*.json"))
    parts += assets("dataset_file", [(str(path.relative_to(root / "db")), path) for path in data])
    parts += assets("paper", [("CODEBOOK.md", root / "db/dataset/README.md"), ("LICENSE", root / "LICENSE")])
    parts += cpi(root / "db/series/cpi-u.tsv") + fiscal_years(root / "db/series/fiscal-years.tsv")
    pathlib.Path(out).write_text("".join(parts))


if __name__ == "__main__":
    main(*sys.argv[1:])
