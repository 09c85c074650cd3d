"""Datasets to edit, and what a database holds, told without the numbers of its rows."""
import copy
import json
import pathlib
import sqlite3

from first_release import FIRST_RELEASE
from service import relata

COLLECTIONS = ["events", "aid", "actors", "references", "eras", "themes"]
TABLES = {"events": "event", "aid": "aid_figure", "actors": "actor", "references": "reference", "eras": "era",
          "themes": "theme"}
FOREVER = 9223372036854775807


class Dataset:
    """The files of a dataset: change `records` and `release`, then `write`."""

    def __init__(self, folder=FIRST_RELEASE):
        folder = pathlib.Path(folder)
        self.records = {name: json.loads((folder / f"{name}.json").read_text()) for name in COLLECTIONS}
        self.release = json.loads((folder / "release.json").read_text())
        self.texts = {}

    def copy(self):
        return copy.deepcopy(self)

    def find(self, collection, id):
        return next(record for record in self.records[collection] if record["id"] == id)

    def place(self, collection, id):
        """Where the record stands, as faults tell it."""
        index = next(i for i, record in enumerate(self.records[collection]) if record["id"] == id)
        return f"{collection}.json#/{index}"

    def clone(self, collection, id, new_id, **changes):
        """Adds a copy of a record that is related to nothing."""
        record = copy.deepcopy(self.find(collection, id)) | {"id": new_id}
        if "relations" in record:
            record["relations"] = []
        record |= changes
        self.records[collection].append(record)
        self.records[collection].sort(key=lambda each: each["id"])
        return record

    def remove(self, collection, id, reason=None, replaced_by=None):
        """Takes a record out; with a reason the release tells of it."""
        self.records[collection].remove(self.find(collection, id))
        if reason:
            self.release["removed"].append(
                {"collection": collection, "id": id, "reason": reason, "replaced_by": replaced_by})

    def publish(self, version, date, reason="A later release", editor="Another editor"):
        """The next release; what the one before said of removals is not said again."""
        self.release = {"version": version, "date": date, "editor": editor, "reason": reason, "removed": []}
        return self

    def text(self, name, change):
        """Changes the text of a file as it will be written."""
        self.texts[name] = change

    def write(self, folder):
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        for name, value in [*self.records.items(), ("release", self.release)]:
            text = json.dumps(value, ensure_ascii=False, indent=2) + "\n"
            if name in self.texts:
                text, before = self.texts[name](text), text
                assert text != before, f"nothing changed in {name}"
            if text is not None:
                (folder / f"{name}.json").write_text(text, errors="surrogateescape")
        return folder


def draft(dataset, word, folder):
    """Writes the dataset with another text in one record."""
    dataset.find("events", "abbey-gate-attack")["summary"] = f"A draft: {word}."
    return dataset.write(folder)


def load(folder, database, *flags, code=0):
    done = relata("load", folder, "--db", database, *flags)
    assert done.returncode == code, f"{done.returncode}: {done.stdout}{done.stderr}"
    return done


def dump(database, folder):
    done = relata("dump", folder, "--db", database)
    assert done.returncode == 0, done.stderr
    return folder


def files(folder):
    """Every file below FOLDER by its name there, as bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(pathlib.Path(folder).rglob("*"))
            if path.is_file()}


def connect(database, mode="ro"):
    return sqlite3.connect(f"file:{database}?mode={mode}", uri=True, isolation_level=None)


def rows(database, sql, *values):
    with_database = connect(database)
    try:
        return with_database.execute(sql, values).fetchall()
    finally:
        with_database.close()


def tamper(database, *statements):
    """Writes behind the program's back."""
    with_database = connect(database, "rw")
    try:
        for statement in statements:
            changed = with_database.execute(statement).rowcount
            assert changed != 0, f"nothing to change: {statement}"
    finally:
        with_database.close()


NAMED = "(SELECT collection || '/' || id FROM record WHERE key = t.record) AS record"


def content(database):
    """All rows of all tables, by what they say: records by their names, not by their keys."""
    with_database = connect(database)

    def table(sql):
        return sorted(with_database.execute(sql).fetchall(), key=repr)

    def columns(name):
        told = [row[1] for row in with_database.execute(f"SELECT * FROM pragma_table_info('{name}')")]
        return ", ".join(f"t.{column}" for column in told if column not in ("version", "record", "key", "document"))

    try:
        kept = {"revision": table("SELECT * FROM revision"), "record": table("SELECT collection, id FROM record")}
        for name in ("version", "rendering", "removal", "entry", "document", *TABLES.values()):
            kept[name] = table(f"SELECT {NAMED}, {columns(name)} FROM {name} t")
        kept["words"] = table("SELECT d.type, d.id, d.valid_from, w.* FROM words w JOIN document d ON d.key = w.rowid")
        return kept
    finally:
        with_database.close()


def same(a, b):
    """Asserts that two contents are equal, table by table, so that a difference can be read."""
    assert a.keys() == b.keys()
    for name in a:
        assert a[name] == b[name], name


def current(database, collection, id):
    """The tag and the JSON that readers get of a record now."""
    (etag, text), = rows(database, "SELECT g.etag, g.json FROM rendering g JOIN record r ON r.key = g.record"
                         " WHERE r.collection = ? AND r.id = ? AND g.valid_to = ?",
                         COLLECTIONS.index(collection) + 1, id, FOREVER)
    return etag, json.loads(text)


def versions(database, collection, id):
    """From and until which revision each version of a record is valid."""
    return rows(database, "SELECT v.valid_from, v.valid_to FROM version v JOIN record r ON r.key = v.record"
                " WHERE r.collection = ? AND r.id = ? ORDER BY 1", COLLECTIONS.index(collection) + 1, id)


def rerendered(database, revision):
    """The records that look otherwise from a revision on."""
    return {(COLLECTIONS[collection - 1], id) for collection, id in rows(
        database, "SELECT r.collection, r.id FROM rendering g JOIN record r ON r.key = g.record"
        " WHERE g.valid_from = ?", revision)}


def revisions(database):
    """Release, time and hash of each revision."""
    return rows(database, "SELECT release, time, hash FROM revision ORDER BY number")
