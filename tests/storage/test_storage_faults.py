"""Faulty datasets: each fault is told with file and place, all of them in one go, and nothing is written."""
import json
import re

import pytest

from service import DATASET, relata
from storage import COLLECTIONS, content, dump, files, load, rows, same

# A row is (what is wrong, how it comes about, the faults that are told: place and a part of what is said there).
ROWS = []


def fault(sentence, *told, also=False):
    """Adds a row; ALSO says that other faults may follow from it."""

    def add(change):
        ROWS.append(pytest.param(change, told, also, id=sentence.replace(" ", "_")))
        return change

    return add


def event(dataset, index=0):
    return dataset.records["events"][index]


def set_field(collection, index, key, value):
    """Changes one field of one record; a key may be a path."""

    def change(dataset):
        at = dataset.records[collection][index]
        *steps, last = key if isinstance(key, tuple) else (key,)
        for step in steps:
            at = at[step]
        at[last] = value

    return change


def line_of(text, part):
    return text[:text.index(part)].count("\n") + 1


# Files that are no JSON. The line is that of the first letter that cannot stand there.

fault("a comma too many", ("eras.json", r"line 2: .*'\}'|line \d+: "))(
    lambda d: d.text("eras", lambda text: text.replace('"id":', ',"id":', 1)))
fault("a letter where a value is expected", ("themes.json", r"^line 3: "))(
    lambda d: d.text("themes", lambda text: text.replace('"id": "alliance-with-china"', '"id": x', 1)))
fault("a file that ends too early", ("themes.json", r"^line \d+: "))(
    lambda d: d.text("themes", lambda text: text[:len(text) // 2]))
fault("an empty file", ("themes.json", r"^line 1: an array of records is expected"))(
    lambda d: d.text("themes", lambda text: ""))
fault("an object for a list", ("themes.json", r"^line 1: an array of records is expected"))(
    lambda d: d.text("themes", lambda text: "{}"))
fault("text behind the list", ("eras.json", r"^line \d+: nothing may stand behind the array"))(
    lambda d: d.text("eras", lambda text: text + "[]"))
fault("a comma behind the last record", ("eras.json", r"^line \d+: "))(
    lambda d: d.text("eras", lambda text: text.rstrip()[:-1] + ",]"))
fault("no comma between two records", ("eras.json", r"^line \d+: `,` or `\]` is expected behind a record"))(
    lambda d: d.text("eras", lambda text: text.replace("\n  },\n", "\n  }\n", 1)))
fault("a key twice", ("eras.json", r"^line \d+: duplicate object key"))(
    lambda d: d.text("eras", lambda text: text.replace('"position"', '"title": "x", "position"', 1)))
fault("bytes that are no UTF-8", ("eras.json", r"^line \d+: .*UTF-8"))(
    lambda d: d.text("eras", lambda text: text.replace("Cold War", "Cold \udc80War", 1)))
fault("a NUL in a text", ("eras.json", r"^line \d+: .*u0000"))(
    lambda d: d.text("eras", lambda text: text.replace("Cold War", "Cold \\u0000War", 1)))
fault("a missing file", ("aid.json", "No such file or directory"), also=True)(lambda d: d.text("aid", lambda text: None))
fault("no release", ("release.json", "No such file or directory"))(lambda d: d.text("release", lambda text: None))
fault("a release that is no JSON", ("release.json", r"^line 2: "))(
    lambda d: d.text("release", lambda text: text.replace('"version"', "version", 1)))
fault("an empty release", ("release.json", r"^line 1: "))(lambda d: d.text("release", lambda text: ""))

# Records that are not as the contract says

fault("a record that is no object", ("themes.json#/0", "must be object, not array"), also=True)(
    lambda d: d.records["themes"].__setitem__(0, []))
fault("a missing field", ("events.json#/0", "title"))(lambda d: event(d).pop("title"))
fault("an unknown field, and the nearest", ("events.json#/0/titel", "did you mean 'title'?"), ("events.json#/0", "title"))(
    lambda d: event(d).__setitem__("titel", event(d).pop("title")))
fault("a field that is derived", ("events.json#/1/date_start", "date_start"))(set_field("events", 1, "date_start", "1979-12-01"))
fault("a value that is not of a closed list, and the nearest", ("events.json#/2/kind", "did you mean 'statement'?"))(
    set_field("events", 2, "kind", "statment"))
fault("a number for a text", ("actors.json#/0/name", "must be string, not integer"))(set_field("actors", 0, "name", 7))
fault("an empty text", ("actors.json#/0/name", "1"))(set_field("actors", 0, "name", ""))
fault("a text for an amount", ("aid.json#/0/amount_usd", "must be integer, not string"))(set_field("aid", 0, "amount_usd", "1300000000"))
fault("a negative amount", ("aid.json#/0/amount_usd", "0"))(set_field("aid", 0, "amount_usd", -1))
fault("an id that is no slug", ("themes.json#/0/id", "pattern|match"), also=True)(set_field("themes", 0, "id", "Alliance_With"))
fault("an id that an address needs itself", ("events.json#/0/id", "not"), also=True)(set_field("events", 0, "id", "totals"))
fault("a theme twice", ("events.json#/0/themes", "once|unique|twice|equal"))(
    set_field("events", 0, "themes", ["nuclear-issue", "nuclear-issue"]))
fault("no citation", ("events.json#/0/citations", "1"))(set_field("events", 0, "citations", []))
fault("an unknown field deep inside", ("events.json#/0/citations/0/locater", "did you mean 'locator'?"),
      ("events.json#/0/citations/0", "locator"))(
    lambda d: event(d)["citations"][0].__setitem__("locater", event(d)["citations"][0].pop("locator")))
fault("a section that the paper lacks", ("events.json#/0/citations/0/locator", "§99|one of"))(
    set_field("events", 0, ("citations", 0, "locator"), "§99"))
fault("a date that is none", ("events.json#/0/date_edtf", "month"))(set_field("events", 0, "date_edtf", "1985-13"))
fault("a day that the calendar lacks", ("events.json#/0/date_edtf", "day"))(set_field("events", 0, "date_edtf", "1985-02-30"))
fault("a date in words", ("events.json#/0/date_edtf", "."))(set_field("events", 0, "date_edtf", "August 2021"))
fault("a date beyond the years that sort", ("events.json#/0/date_edtf", "between 0001 and 9999"))(
    set_field("events", 0, "date_edtf", "Y12000"))
fault("a date without a basis", ("events.json#/0/date_basis", "must be null without date_edtf, and only then"))(
    set_field("events", 0, "date_basis", None))
fault("a basis without a date", ("events.json#/0/date_basis", "must be null without date_edtf, and only then"))(
    set_field("events", 0, "date_edtf", None))
fault("fiscal years the wrong way round", ("aid.json#/1/fiscal_year_end", "must not come before fiscal_year_start"))(
    set_field("aid", 1, "fiscal_year_end", 1999))
fault("one fiscal year of two", ("aid.json#/1/fiscal_year_end", "both or none must be given"))(
    set_field("aid", 1, "fiscal_year_end", None))
fault("a citation key that is not the item's", ("references.json#/0/csl/id", "must be the citekey"))(
    set_field("references", 0, ("csl", "id"), "other2013"))
fault("a version of another form", ("release.json#/version", "pattern|match"))(
    lambda d: d.release.__setitem__("version", "v2"))
fault("a release without a reason", ("release.json#", "reason"))(lambda d: d.release.pop("reason"))
fault("a release on a day, not at a time", ("release.json#/date", "YYYY-MM-DDThh:mm:ssZ"))(
    lambda d: d.release.__setitem__("date", "2031-01-01"))
fault("an unknown word in a release", ("release.json#/remved", "did you mean 'removed'?"), ("release.json#", "removed"))(
    lambda d: d.release.__setitem__("remved", d.release.pop("removed")))

# Records that do not fit each other


@fault("an id twice", ("events.json#/230", "'abbey-gate-attack' is already the id of events.json#/0"))
def id_twice(dataset):
    dataset.records["events"].append(dict(event(dataset)))
    dataset.records["events"][229:-1] = []
    while len(dataset.records["events"]) < 231:
        dataset.clone("events", "abbey-gate-attack", f"made-{len(dataset.records['events'])}")
    dataset.records["events"].sort(key=lambda each: (each is not event(dataset), each["id"] == "abbey-gate-attack"))


ROWS.pop()


def unknown(collection, index, key, value, target):
    """A row for a field that names a record which there is not."""
    steps = key if isinstance(key, tuple) else (key,)
    place = f"{collection}.json#/{index}/" + "/".join(map(str, steps))
    fault(f"an unknown id in {collection} {'/'.join(map(str, steps))}",
          (place, f"there is no record '{value}' in {target}"))(set_field(collection, index, key, value))


unknown("events", 0, ("actors", 0, "id"), "nobody", "actors")
unknown("events", 0, "themes", ["nothing"], "themes")
unknown("events", 0, ("relations", 0, "target"), "never", "events")
unknown("events", 0, ("citations", 0, "reference"), "no-work", "references")
unknown("events", 0, ("citations", 0, "via"), "no-work", "references")
unknown("events", 0, ("notes", 0, "related", 0), "none-at-all", "any collection")
unknown("aid", 0, "donor", "nobody", "actors")
unknown("aid", 0, "recipient", "nobody", "actors")
unknown("aid", 1, "agency", "nobody", "actors")
unknown("aid", 0, "event", "never", "events")
unknown("aid", 0, ("citations", 0, "reference"), "no-work", "references")
unknown("actors", 1, "themes", ["nothing"], "themes")
unknown("actors", 0, ("citations", 0, "reference"), "no-work", "references")
unknown("references", 0, ("citations", 0, "reference"), "no-work", "references")
unknown("eras", 0, ("citations", 1, "via"), "no-work", "references")
unknown("themes", 0, ("citations", 0, "via"), "no-work", "references")
ROWS = [pytest.param(row.values[0], [(place.replace("/themes", "/themes/0") if place.endswith("/themes") and said.startswith("there is no")
                                       else place, said) for place, said in row.values[1]], row.values[2], id=row.id)
        for row in ROWS]


@fault("an office of an unknown body", ("actors.json#/0/offices/0/of", "there is no record 'nobody' in actors"))
def office_of_nobody(dataset):
    dataset.records["actors"][0]["offices"] = [{"title": "Head", "of": "nobody", "term_edtf": None, "basis": "curator"}]


@fault("a record related to itself", ("events.json#/0/relations/0/target", "a record may not be related to itself"))
def related_to_itself(dataset):
    event(dataset)["relations"][0]["target"] = event(dataset)["id"]


def relation(type, target):
    return {"type": type, "target": target, "note": None}


@fault("an alternative on one side only", ("events.json#/0/relations/1/target", "the relation is not on 'ayub-era' too"))
def alternative_on_one_side(dataset):
    event(dataset)["relations"].append(relation("alternative-of", "ayub-era"))


@fault("an alternative on the other side only",
       ("events.json#/AYUB/relations/LAST/target", "the relation is not on 'abbey-gate-attack' too"))
def alternative_on_the_other_side(dataset):
    dataset.find("events", "ayub-era")["relations"].append(relation("alternative-of", "abbey-gate-attack"))


def mutual(dataset):
    """A pair of records that are alternatives of each other, and the place of that on the second."""
    for record in dataset.records["events"]:
        for told in record["relations"]:
            if told["type"] == "alternative-of":
                return record, dataset.find("events", told["target"])
    raise AssertionError("the dataset has no rival accounts")


@fault("an alternative taken from one side", ("events", "MUTUAL"))
def alternative_taken_away(dataset):
    first, second = mutual(dataset)
    first["relations"] = [told for told in first["relations"] if told["target"] != second["id"]]


@fault("an overlap on one side only", ("aid.json#/6/relations/LAST/target", "the relation is not on 'aid-621-million-suspended' too"))
def overlap_on_one_side(dataset):
    dataset.records["aid"][6]["relations"].append(relation("overlaps", "aid-621-million-suspended"))


# Records that are gone though another names them


def named_by_an_event(collection, id, change):
    def remove(dataset):
        change(event(dataset))
        dataset.clone(collection, dataset.records[collection][0]["id"], id)

    return remove
