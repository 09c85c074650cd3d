"""Tables of records read back by Python's csv module and by pandas are the records again.

Run with /usr/bin/python3 -m pytest tests/formats/readers; RELATA_TABLES names the program built from tables.c.
"""
import csv
import io
import json
import os
import pathlib
import re
import sqlite3
import subprocess

import pandas
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

ROOT = pathlib.Path(__file__).parents[3]
TABLES = os.environ.get("RELATA_TABLES", str(ROOT / "build" / "tables"))
SERVED = {"event": "Event", "aid-figure": "AidFigure", "actor": "Actor", "reference": "Reference", "era": "EraRecord",
          "theme": "Theme"}
FORMULA = tuple("=+-@＝＋－＠\t\r\n")


class Tables:
    """The writer of tables, kept running."""

    def __init__(self):
        self.process = subprocess.Popen([TABLES], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, schema, records, form, fields=None):
        request = {"schema": schema, "records": records, "form": form, "fields": fields}
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()
        length = int(self.process.stdout.readline())
        return None if length < 0 else self.process.stdout.read(length).decode()

    def csv(self, schema, records, fields=None):
        return self.ask(schema, records, "csv", fields)

    def table(self, schema, records, fields=None):
        return self.ask(schema, records, "table", fields)

    def close(self):
        self.process.stdin.close()
        assert self.process.wait() == 0


@pytest.fixture(scope="module")
def tables():
    tables = Tables()
    yield tables
    tables.close()


@pytest.fixture(scope="module")
def served(loaded):
    """The records of the shipped dataset as served, by schema."""
    records = {schema: [] for schema in SERVED.values()}
    with sqlite3.connect(f"file:{loaded}?immutable=1", uri=True) as database:
        for text, in database.execute("SELECT json FROM rendering WHERE valid_to > (SELECT max(number) FROM revision) ORDER BY key"):
            record = json.loads(text)
            records[SERVED[record["type"]]].append(record)
    assert all(records.values())
    return records


# --- The rule for columns, told a second time and read from the contract by other means

class Shape:
    """A schema with its references and branches merged into one."""

    def __init__(self, document, schema):
        self.words = {"properties": {}, "required": []}
        self.merge(document, schema)

    def merge(self, document, schema):
        branches = schema.get("allOf", [])
        for branch in branches[:1]:
            self.merge(document, branch)
        if "$ref" in schema:
            assert schema["$ref"].startswith("#/components/schemas/")
            self.merge(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
        for key, property_schema in schema.get("properties", {}).items():
            self.properties.setdefault(key, Shape(document, {})).merge(document, property_schema)
        self.words["required"] += schema.get("required", [])
        if "items" in schema:
            self.words["items"] = Shape(document, schema["items"])
        for word in ("type", "enum", "const", "format"):
            if word in schema:
                self.words[word] = schema[word]
        for branch in branches[1:]:
            self.merge(document, branch)

    @property
    def types(self):
        types = self.words.get("type")
        if types is None:
            types = {type(value) for value in self.words.get("enum", [self.words.get("const")])}
            return {{str: "string", type(None): "null"}[one] for one in types}
        return {types} if isinstance(types, str) else set(types)

    @property
    def properties(self):
        return self.words["properties"]

    @property
    def objects(self):
        """The keys of the objects in this list, or nothing."""
        return self.words["items"].properties if "array" in self.types else {}

    def columns(self, name):
        return [name if key == "id" else f"{name}_{key}" for key in self.objects] or [name]

    def header(self, fields=None):
        names = fields or [name for name, shape in self.properties.items() if "object" not in shape.types]
        return [column for name in names for column in self.properties[name].columns(name)]

    def field_type(self, column):
        """The type of Table Schema that pandas needs for a property that is no list."""
        shape = self.properties[column]
        nullable = "null" in shape.types or column not in self.words["required"]
        kind, = shape.types - {"null"}
        if shape.words.get("format") == "date-time":
            return "datetime"
        return "number" if kind == "integer" and nullable else kind


@pytest.fixture(scope="module")
def shapes(document):
    return {name: Shape(document, document["components"]["schemas"][name])
            for name in [*SERVED.values(), "Hit", "Change"]}


def text_of(value):
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def escaped(text, signs):
    return "".join("\\" + sign if sign in signs else sign for sign in text)


def part_of(value):
    if isinstance(value, list):
        return ",".join(escaped(text_of(item), "\\;,") for item in value)
    return escaped(text_of(value), "\\;")


def split(text, sign):
    """The parts of TEXT between SIGNs that have no backslash before them, still escaped."""
    parts, start, at = [], 0, 0
    while at < len(text):
        if text[at] == sign:
            parts.append(text[start:at])
            start = at + 1
        at += 2 if text[at] == "\\" else 1
    return [*parts, text[start:]]


def unescaped(text):
    return re.sub(r"\\(.)", r"\1", text, flags=re.S)


def cells(shape, record, fields=None):
    """The texts of RECORD by column, as the rule has them; None is missing."""
    row = {}
    for name in fields or [name for name, one in shape.properties.items() if "object" not in one.types]:
        value, one = record.get(name), shape.properties[name]
        for key, column in zip(one.objects, one.columns(name)):
            row[column] = None if value is None else ";".join(part_of(item[key]) for item in value)
        if not one.objects and isinstance(value, list):
            row[name] = ";".join(map(part_of, value))
        elif not one.objects:
            row[name] = value
    return row


def guarded(value):
    return "'" + value if isinstance(value, str) and value.startswith(FORMULA) else text_of(value)


def read_csv(text):
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


# --- From cells back to records

def value_back(text, shape, joint=","):
    if "array" in shape.types:
        return list(map(unescaped, split(text, joint))) if text else []
    if shape.types & {"integer", "number"}:
        return json.loads(text) if text else None
    return unescaped(text) if text and joint == "," else text or None


def property_back(row, name, shape):
    if not shape.objects:
        return value_back(row[name], shape, joint=";")
    columns = [row[column] for column in shape.columns(name)]
    if not any(columns):
        return []
    parts = zip(*(split(column, ";") for column in columns), strict=True)
    return [{key: value_back(text, one) for (key, one), text in zip(shape.objects.items(), part, strict=True)}
            for part in parts]


def unguard(text):
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def record_back(row, shape):
    row = {column: unguard(text) for column, text in row.items()}
    return {name: property_back(row, name, one) for name, one in shape.properties.items() if "object" not in one.types}


def expected_back(record, shape):
    return {name: record.get(name)
            for name, one in shape.properties.items() if "object" not in one.types}


# --- The shipped dataset

@pytest.mark.parametrize("schema", SERVED.values())
def test_csv_gives_back_the_records(tables, served, shapes, schema):
    text, shape = tables.csv(schema, served[schema]), shapes[schema]
    rows = read_csv(text)
    assert list(rows[0]) == shape.header()
    assert [record_back(row, shape) for row in rows] == [expected_back(one, shape) for one in served[schema]]


@pytest.mark.parametrize("schema", SERVED.values())
def test_csv_is_rfc_4180(tables, served, schema):
    """Written anew by Python's writer, which quotes as little as it can, it is the same to the byte."""
    text = tables.csv(schema, served[schema])
    out = io.StringIO(newline="")
    csv.writer(out).writerows(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert out.getvalue() == text


def frame_type(kind):
    return {"string": "object", "integer": "int64", "number": "float64", "datetime": "datetime64[ns, UTC]"}[kind]


def same(found, value, stamps):
    """Whether pandas' FOUND is VALUE, which is a stamp where STAMPS; None stands for a missing value."""
    if value is None:
        return pandas.isna(found)
    return found == (pandas.Timestamp(value) if stamps else value)


@pytest.mark.parametrize("schema", SERVED.values())
def test_table_gives_back_the_records_in_pandas(tables, served, shapes, schema):
    text, shape = tables.table(schema, served[schema]), shapes[schema]
    frame = pandas.read_json(io.StringIO(text), orient="table")
    assert frame.index.name == "id" and frame.index.is_unique
    assert list(frame.reset_index().columns) == sorted(shape.header(), key=lambda column: column != "id")
    for record in served[schema]:
        for column, value in cells(shape, record).items():
            found = record["id"] if column == "id" else frame.at[record["id"], column]
            assert same(found, value, column.endswith("_at")), (record["id"], column)


@pytest.mark.parametrize("schema", SERVED.values())
def test_types_in_pandas_are_those_of_the_contract(tables, served, shapes, schema):
    text, shape = tables.table(schema, served[schema]), shapes[schema]
    frame = pandas.read_json(io.StringIO(text), orient="table").reset_index()
    for column in frame.columns:
        listed = column not in shape.properties or "array" in shape.properties[column].types
        assert frame[column].dtype == frame_type("string" if listed else shape.field_type(column)), column


@pytest.mark.parametrize("schema", SERVED.values())
def test_csv_in_pandas_is_the_table(tables, served, shapes, schema):
    """With the types of its Table Schema, the CSV loads as what the table holds."""
    fields = json.loads(tables.table(schema, []))["schema"]["fields"]
    types = {field["name"]: str if field["type"] in ("string", "datetime") else "float64" for field in fields}
    frame = pandas.read_csv(io.StringIO(tables.csv(schema, served[schema])), dtype=types, keep_default_na=False,
                            na_values={name: [""] for name, one in types.items() if one != str})
    assert list(frame.columns) == shapes[schema].header()
    for row, record in zip(frame.to_dict("records"), served[schema], strict=True):
        for column, value in cells(shapes[schema], record).items():
            blank = value is None and types[column] is str
            assert same(row[column], "" if blank else value, False), (record["id"], column)


@pytest.mark.parametrize("schema", SERVED.values())
def test_csv_loads_in_pandas_as_it_is(tables, served, schema):
    frame = pandas.read_csv(io.StringIO(tables.csv(schema, served[schema])))
    assert len(frame) == len(served[schema])
    assert list(frame["id"]) == [record["id"] for record in served[schema]]
    for column in [name for name in frame.columns if name.endswith("_edtf")]:
        for found, record in zip(frame[column], served[schema]):
            assert same(found, record.get(column), False) or column not in record, column


@pytest.mark.parametrize("schema", SERVED.values())
def test_table_is_a_table_schema(tables, served, shapes, schema):
    table = json.loads(tables.table(schema, served[schema]))
    fields = table["schema"]["fields"]
    assert [field["name"] for field in fields] == shapes[schema].header()
    assert {field["type"] for field in fields} <= {"string", "integer", "number", "boolean", "datetime", "any"}
    assert table["schema"]["primaryKey"] == ["id"]
    assert table["data"] == [cells(shapes[schema], record) for record in served[schema]]


@pytest.mark.parametrize("schema", SERVED.values())
def test_fields_choose_and_order(tables, served, shapes, schema):
    shape = shapes[schema]
    fields = [name for name, one in shape.properties.items() if "object" not in one.types][::-2]
    rows = read_csv(tables.csv(schema, served[schema], fields))
    assert list(rows[0]) == shape.header(fields)
    assert rows == [{column: guarded(value) for column, value in cells(shape, record, fields).items()}
                    for record in served[schema]]


@pytest.mark.parametrize("schema", SERVED.values())
def test_every_property_can_be_asked_for_alone(tables, served, shapes, schema):
    for name, shape in shapes[schema].properties.items():
        rows = read_csv(tables.csv(schema, served[schema], [name]))
        assert len(rows) == len(served[schema])
        assert list(rows[0]) == shape.columns(name)
        frame = pandas.read_csv(io.StringIO(tables.csv(schema, served[schema], [name])))
        assert len(frame) == len(served[schema])
        frame = pandas.read_json(io.StringIO(tables.table(schema, served[schema], [name])), orient="table")
        assert len(frame) == len(served[schema])


def test_an_object_asked_for_is_json(tables, served):
    rows = read_csv(tables.csv("Reference", served["Reference"], ["csl", "id"]))
    assert [json.loads(row["csl"]) for row in rows] == [record["csl"] for record in served["Reference"]]


@pytest.mark.parametrize("schema", [*SERVED.values(), "Hit", "Change"])
def test_no_records_make_an_empty_table(tables, shapes, schema):
    assert tables.csv(schema, []) == ",".join(shapes[schema].header()) + "\r\n"
    frame = pandas.read_json(io.StringIO(tables.table(schema, [])), orient="table")
    assert frame.empty
    assert sorted(frame.reset_index(drop="id" not in frame.index.names).columns) == sorted(shapes[schema].header())


def test_changes_and_hits_have_no_single_key(tables):
    """One id may come many times."""
    change = {"revision": 1, "change": "added", "type": "event", "id": "a", "url": "/v1/events/a", "version": None,
              "fields": ["title", "year"], "time": "2026-11-23T12:00:00Z", "release": "2026.11", "editor": "A",
              "reason": "=1", "replaced_by": None}
    frame = pandas.read_json(io.StringIO(tables.table("Change", [change, change | {"revision": 2}])), orient="table")
    assert list(frame["revision"]) == [1, 2] and list(frame["id"]) == ["a", "a"]
    assert frame["time"][0] == pandas.Timestamp("2026-11-23T12:00:00Z")
    assert list(frame["fields"]) == ["title;year"] * 2 and list(frame["reason"]) == ["=1"] * 2
    hit = {"type": "event", "id": "a", "url": "/v1/events/a", "title": None, "year": 1990, "score": 7, "highlights": {}}
    (row,) = read_csv(tables.csv("Hit", [hit]))
    assert {name: value for name, value in row.items() if value} == {
        "type": "event", "id": "a", "url": "/v1/events/a", "year": "1990", "score": "7"}
    assert row["title"] == "" and "highlights" not in row


def test_byte_order_mark(tables, served):
    text = tables.ask("Theme", served["Theme"], "bom")
    assert text == "\ufeff" + tables.csv("Theme", served["Theme"])
    frame = pandas.read_csv(io.BytesIO(text.encode()))
    assert frame.columns[0] == "id"


def test_an_unknown_schema_has_no_table(tables):
    assert tables.csv("Nothing", []) is None


# --- Hostile texts

HOSTILE = st.one_of(
    st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"]), min_size=1),
    st.text(st.sampled_from("\"'\r\n\t,;=+-@ aé😀\ufeff\u2028\\"), min_size=1),
    st.sampled_from(["=cmd|' /C calc'!A0", '"', "\r", "\n", "\r\n", "NA", "null", "nan", "'=1", "1990-10", "0012",
                     "true", " ", ";", ";;", "-1", '=HYPERLINK("http://a","b;c")', "{}", "1e5", "🇵🇰",
                     "\x7f", "\x1b", "＝1", "＋1", "－1", "＠a"]))
LISTED = st.lists(HOSTILE, max_size=3)
NUMBERS = st.integers(-2**53 + 1, 2**53 - 1) | st.floats(-1e12, 1e12).filter(lambda value: value == round(value, 3))


def either(strategy):
    return st.none() | strategy


RECORDS = st.lists(st.fixed_dictionaries({
    "id": HOSTILE,
    "title": HOSTILE,
    "trend": either(HOSTILE),
    "date_edtf": either(HOSTILE),
    "year": either(st.integers(-9999, 9999)),
    "themes": LISTED,
    "actors": st.lists(st.fixed_dictionaries({"id": HOSTILE, "name": HOSTILE, "role": HOSTILE}), max_size=3),
    "figures": st.lists(st.fixed_dictionaries({
        "measure": HOSTILE, "group": either(HOSTILE), "value": NUMBERS, "unit": either(HOSTILE), "qualifier": HOSTILE,
        "label": either(HOSTILE)}), max_size=2),
    "citations": st.lists(st.fixed_dictionaries({
        "reference": HOSTILE, "via": either(HOSTILE), "locator": HOSTILE, "stance": HOSTILE, "supports": LISTED}),
        max_size=2),
    "revision": st.integers(1, 10**6),
}), min_size=1, max_size=4)
FIELDS = ["id", "title", "trend", "date_edtf", "year", "themes", "actors", "figures", "citations", "revision"]


def number_cells(row):
    """ROW without the joined numbers, of which Python and ECMAScript may write the same one differently."""
    return {column: value for column, value in row.items() if column != "figures_value"}


def numbers_of(text):
    return [json.loads(part) for part in text.split(";")] if text else []


@settings(max_examples=300)
@given(RECORDS)
def test_hostile_texts_survive_csv(tables, shapes, records):
    text = tables.csv("Event", records, FIELDS)
    rows = read_csv(text)
    expected = [{column: guarded(value) for column, value in cells(shapes["Event"], record, FIELDS).items()}
                for record in records]
    assert list(map(number_cells, rows)) == list(map(number_cells, expected))
    for row, record in zip(rows, records, strict=True):
        assert numbers_of(row["figures_value"]) == [figure["value"] for figure in record["figures"]]
        assert not any(value.startswith(FORMULA) for column, value in row.items()
                       if column not in ("year", "revision", "figures_value"))
    frame = pandas.read_csv(io.StringIO(text, newline=""), dtype=str, keep_default_na=False)
    assert frame.to_dict("records") == rows


@settings(max_examples=300)
@given(RECORDS)
def test_hostile_texts_survive_the_table(tables, shapes, records):
    text = tables.table("Event", records, FIELDS)
    expected = [cells(shapes["Event"], record, FIELDS) for record in records]
    assert list(map(number_cells, json.loads(text)["data"])) == list(map(number_cells, expected))
    frame = pandas.read_json(io.StringIO(text), orient="table").reset_index()
    assert len(frame) == len(records)
    for row, wanted in zip(frame.to_dict("records"), expected, strict=True):
        for column, value in number_cells(wanted).items():
            assert same(row[column], value, False), column


@settings(max_examples=300)
@given(st.lists(either(HOSTILE), min_size=1, max_size=4))
@example([None])
@example([None, "a", None])
def test_one_column_keeps_its_rows(tables, values):
    text = tables.csv("Event", [{"trend": value} for value in values], ["trend"])
    assert [row["trend"] for row in read_csv(text)] == [guarded(value) for value in values]
    frame = pandas.read_csv(io.StringIO(text, newline=""), dtype=str, keep_default_na=False)
    assert list(frame["trend"]) == [guarded(value) for value in values]


@settings(max_examples=200)
@given(LISTED)
def test_a_list_splits_into_its_texts(tables, values):
    """Whatever stands in them, they come back, and no sign of them is another one."""
    (row,) = json.loads(tables.table("Actor", [{"aliases": values}], ["aliases"]))["data"]
    assert (list(map(unescaped, split(row["aliases"], ";"))) if values else []) == values
