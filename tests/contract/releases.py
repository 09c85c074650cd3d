"""Releases that follow the shipped one, made by editing copies of its files."""
import copy
import json
import pathlib
import shutil

from service import DATASET, relata

COLLECTIONS = ["events", "aid", "actors", "references", "eras", "themes"]
# Eras are a closed list of the contract: none can be added.
GROWING = [name for name in COLLECTIONS if name != "eras"]
LATER = {"events": "made-later-event", "aid": "made-later-aid", "actors": "made-later-actor",
         "references": "made-later-reference", "themes": "made-later-theme"}
KEPT = {name: id.replace("later", "later-kept") for name, id in LATER.items()}


class Dataset:
    """The files of a dataset, to be edited."""

    def __init__(self, folder=DATASET):
        self.records = {name: json.loads((folder / f"{name}.json").read_text()) for name in COLLECTIONS}
        # What left since the release before: it is not known here, where no release is before.
        self.release = json.loads((folder / "release.json").read_text()) | {"removed": []}

    def add_shipped_official(self):
        """Adds what the folders of official works have."""
        for path in DATASET.glob("official/*/*.json"):
            self.records[path.stem] += json.loads(path.read_text())
        return self

    def record(self, collection, id):
        return next(record for record in self.records[collection] if record["id"] == id)

    def add(self, collection, id, **changes):
        """Adds a record like the first of its collection that nothing depends on."""
        record = copy.deepcopy(self.records[collection][0]) | {"id": id} | changes
        if "relations" in record:
            record["relations"] = []
        if collection == "references":
            record["citekey"] = record["csl"]["id"] = id.replace("-", "")
        for note in record["notes"]:
            note["related"] = []
        self.records[collection].append(record)
        self.records[collection].sort(key=lambda each: each["id"])
        return record

    def add_official(self):
        """Adds records of the official corpus: a work, and one of each collection that may cite it."""
        citation = {"reference": "made-official-references", "via": None, "locator": "§9", "stance": "asserts", "supports": []}
        self.add("references", citation["reference"], status="official", citations=[])
        for collection in ("events", "aid", "actors"):
            self.add(collection, f"made-official-{collection}", citations=[citation])

    def say_what_came_later(self, records):
        """Gives RECORDS, (collection, id) each, the fields that the first release did not have."""
        for index, (collection, id) in enumerate(records):
            record = self.record(collection, id)
            if collection == "events":
                record |= {"nature": ["occurrence", "judgement"][index % 2], "date_edtf": "1990", "era": None, "date_basis": "curator",
                           "date_extent": ["within", "throughout"][index % 2]}
            if collection == "actors":
                record |= {"parent": ["united-states", "pakistan"][index % 2],
                           "identifiers": [{"scheme": "wikidata", "value": f"Q{index}", "match": "close"}]}
            record["notes"].append({"code": "name-inferred", "weight": ["substantive", "editorial"][index % 2],
                                    "text": "Made for tests.", "printed": None, "related": []})

    def remove(self, collection, id, reason, replaced_by=None):
        self.records[collection] = [record for record in self.records[collection] if record["id"] != id]
        self.release["removed"].append({"collection": collection, "id": id, "reason": reason, "replaced_by": replaced_by})

    def publish(self, version, date, reason):
        self.release |= {"version": version, "date": date, "reason": reason}

    def write(self, folder):
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        for name, records in self.records.items():
            (folder / f"{name}.json").write_text(json.dumps(records, ensure_ascii=False, indent=1))
        (folder / "release.json").write_text(json.dumps(self.release, ensure_ascii=False))
        return folder


def load(database, folder):
    done = relata("load", folder, "--db", database)
    assert done.returncode == 0, done.stderr
    return done


def edit(records):
    """Changes the text of the first of RECORDS that has one; its id."""
    for record in records:
        holder = record.get("csl", record)
        for key in ("summary", "description", "title"):
            if key in holder:
                holder[key] += " (edited)"
                return record["id"]
    raise AssertionError("no record has a text")


class Releases:
    """Folders by number, from 1, the shipped one without what was before it; and databases that hold the releases up to a number."""

    REASON = "Two records told of one thing"

    def __init__(self, folder):
        self.folder = folder
        second = Dataset()
        second.publish("2031.01", "2031-01-01T00:00:00Z", "A second release")
        for collection in GROWING:
            second.add(collection, LATER[collection])
            second.add(collection, KEPT[collection])
        second.add_official()
        second.record("references", KEPT["references"])["csl"]["DOI"] = "10.1000/made.later"
        self.renamed = second.records["actors"][0]["id"]
        second.record("actors", self.renamed)["name"] += " (renamed)"
        # Of each collection one record that the second release changes.
        self.edited = {collection: edit(second.records[collection][1:]) for collection in COLLECTIONS}
        second.say_what_came_later([(name, id) for name in COLLECTIONS for id in (self.edited[name], KEPT.get(name)) if id])
        third = copy.deepcopy(second)
        third.publish("2031.02", "2031-02-01T00:00:00Z", "A third release")
        for collection in GROWING:
            third.remove(collection, LATER[collection], self.REASON, KEPT[collection])
        self.datasets = [Dataset(), second, third]
        self.folders = [self.datasets[0].write(folder / "1"), second.write(folder / "2"), third.write(folder / "3")]

    def database(self, number):
        """A database that holds the releases up to NUMBER; to be copied, not written."""
        path = self.folder / f"{number}.db"
        if number == 0:
            return path
        if not path.exists():
            before = self.database(number - 1)
            if before.exists():
                shutil.copy(before, path)
            load(path, self.folders[number - 1])
        return path
