"""The archive for SQL users and for readers of data packages: link tables, full text, views, constraints that hold."""
import csv
import io
import json
import sqlite3
import zipfile

import pytest

from releases import COLLECTIONS

LINKS = [("event_actors", "event", "events", "actors", lambda item: (item["id"], item["role"]), "actor, role"),
         ("event_relations", "event", "events", "relations", lambda item: (item["type"], item["target"], item["note"]), "type, target, note"),
         ("aid_relations", "aid", "aid", "relations", lambda item: (item["type"], item["target"], item["note"]), "type, target, note"),
         ("actor_offices", "actor", "actors", "offices", lambda item: (item["title"], item["of"], item["term_edtf"]), "title, of, term_edtf"),
         ("actor_identifiers", "actor", "actors", "identifiers", lambda item: (item["scheme"], item["value"]), "scheme, value")]


CORPORA = ["paper", "official", "paper,official"]


def archive_of(client, corpus):
    return zipfile.ZipFile(io.BytesIO(client.ok("/v1/dataset/export.zip", corpus=corpus).body))


@pytest.fixture(scope="module")
def archive(client):
    return archive_of(client, "paper")


@pytest.fixture(scope="module")
def tables(archive, tmp_path_factory):
    with sqlite3.connect(archive.extract("relata.sqlite", tmp_path_factory.mktemp("archive"))) as database:
        yield database


@pytest.fixture(scope="module")
def package(archive):
    return json.loads(archive.read("datapackage.json"))


@pytest.mark.parametrize("table, key, collection, field, told, columns", LINKS, ids=[link[0] for link in LINKS])
def test_a_link_table_has_a_row_for_each_item_of_a_list(client, tables, table, key, collection, field, told, columns):
    expected = [(record["id"], *told(item)) for record in client.records(f"/v1/{collection}", sort="id") for item in record[field]]
    assert expected and tables.execute(f"SELECT {key}, {columns} FROM {table} ORDER BY {key}, position").fetchall() == expected


def test_themes_and_aliases_are_rows(client, tables):
    for table, key, value, collection, field in [("event_themes", "event", "theme", "events", "themes"),
                                                 ("actor_themes", "actor", "theme", "actors", "themes"),
                                                 ("actor_aliases", "actor", "alias", "actors", "aliases")]:
        expected = {(record["id"], item) for record in client.records(f"/v1/{collection}") for item in record[field]}
        assert set(tables.execute(f"SELECT {key}, {value} FROM {table}")) == expected, table


def test_citations_and_notes_are_those_of_every_collection(client, tables):
    cited, supported, noted, related = [], [], [], []
    for name in sorted(COLLECTIONS):
        for record in client.records(f"/v1/{name}", sort="id"):
            for i, citation in enumerate(record["citations"], 1):
                cited.append((name, record["id"], i, citation["reference"], citation["via"], citation["locator"], citation["stance"]))
                supported += [(name, record["id"], i, field) for field in citation["supports"]]
            for i, note in enumerate(record["notes"], 1):
                noted.append((name, record["id"], i, note["code"], note["weight"], note["text"], note["printed"]))
                related += [(name, record["id"], i, other) for other in note["related"]]
    for table, expected in [("citations", cited), ("citation_supports", supported), ("notes", noted), ("note_related", related)]:
        assert sorted(tables.execute(f"SELECT * FROM {table}"), key=str) == sorted(expected, key=str), table


@pytest.mark.parametrize("corpus", CORPORA)
def test_foreign_keys_hold_in_any_corpus(client, corpus, tmp_path):
    with sqlite3.connect(archive_of(client, corpus).extract("relata.sqlite", tmp_path)) as database:
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        for table in ("events", "aid", "event_actors", "citations"):
            assert database.execute(f"SELECT count(*) FROM {table}").fetchone()[0], table


def test_foreign_keys_are_told(tables):
    keys = {(row[2], row[3]) for row in tables.execute("PRAGMA foreign_key_list(event_actors)")}
    assert keys == {("events", "event"), ("actors", "actor")}
    assert [row[2:4] for row in tables.execute("PRAGMA foreign_key_list(events)")] == [("eras", "era")]


def test_full_text_finds_what_is_written(client, tables):
    title = client.records("/v1/events")[0]["title"]
    assert (title,) in tables.execute("SELECT title FROM search WHERE search MATCH ?", ['"' + title.replace('"', '""') + '"']).fetchall()
    count = sum(len(client.records(f"/v1/{name}")) for name in COLLECTIONS)
    assert tables.execute("SELECT count(*) FROM search").fetchone()[0] == tables.execute("SELECT count(*) FROM records").fetchone()[0] == count


def test_views_have_titles_and_a_row_for_each_row(tables):
    views = [name for name, in tables.execute("SELECT name FROM sqlite_schema WHERE type = 'view'")]
    assert len(views) == 7
    for view in views:
        table = view.removesuffix("_with_titles")
        assert tables.execute(f'SELECT count(*) FROM "{view}"').fetchone() == tables.execute(f'SELECT count(*) FROM "{table}"').fetchone()
    events = tables.execute("SELECT DISTINCT event_title FROM event_actors_with_titles WHERE actor_name = 'Imran Khan'").fetchall()
    assert events


def rows(archive, resource):
    dialect = resource["dialect"]
    text = archive.read(resource["path"]).decode(resource["encoding"])
    assert text.endswith(dialect["lineTerminator"])
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=dialect["delimiter"], quotechar=dialect["quoteChar"],
                               doublequote=dialect["doubleQuote"], strict=True))


TYPES = {"string": str, "any": str, "number": float, "integer": int, "boolean": {"true": True, "false": False}.__getitem__,
         "datetime": lambda text: text.endswith("Z") or 1 / 0}


@pytest.mark.parametrize("corpus", CORPORA)
def test_every_value_is_what_the_data_package_says(client, corpus):
    """What a validator of data packages looks for: types, constraints, keys and foreign keys."""
    archive = archive_of(client, corpus)
    package = json.loads(archive.read("datapackage.json"))
    resources = {resource["name"]: resource for resource in package["resources"]}
    values = {name: rows(archive, resource) for name, resource in resources.items()}
    for name, resource in resources.items():
        schema = resource["schema"]
        fields = {field["name"]: field for field in schema["fields"]}
        assert list(fields) == list(values[name][0]) and schema["missingValues"] == [""]
        for row in values[name]:
            for key, field in fields.items():
                assert row[key] or not field.get("constraints", {}).get("required"), (name, key)
                if row[key]:
                    TYPES[field["type"]](row[key])
        assert len({row["id"] for row in values[name]}) == len(values[name]) and fields["id"]["constraints"]["unique"]
        assert schema.get("foreignKeys") != [], "the profile wants one at least"
        for key in schema.get("foreignKeys", []):
            target = key["reference"]["resource"] or name
            known = {row[key["reference"]["fields"][0]] for row in values[target]}
            assert {row[key["fields"][0]] for row in values[name]} <= known | {""}, (name, key)
    assert [key["fields"] for key in resources["aid"]["schema"]["foreignKeys"]]


def test_every_column_is_described(package):
    described = {(resource["name"], field["name"]): field.get("description", "")
                 for resource in package["resources"] for field in resource["schema"]["fields"]}
    assert [column for column, text in described.items() if not text] == []
    slugs = {column for column, text in described.items() if text == described["events", "id"]}
    assert {key for _, key in slugs} == {"id"}, "of an id it is said whose it is"


def test_the_data_package_says_what_it_is(client, package):
    dataset = client.ok("/v1/dataset").data
    assert package["description"].startswith(dataset["description"])
    for sign in (";", ",", "backslash", "apostrophe"):
        assert sign in package["description"]
    assert package["contributors"] == [{"title": author["literal"], "role": "author"} for author in dataset["citation"]["csl"]["author"]]
    assert package["homepage"] == dataset["citation"]["csl"]["URL"] and package["sources"] and package["licenses"]
