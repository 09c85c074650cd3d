"""Faulty datasets: each fault is told with its place, all of them in one go and none twice, and nothing is written."""
import pathlib
import re

import pytest

from first_release import FIRST_RELEASE
from service import relata
from storage import Dataset, content, dump, files, load, same

# Each row is a sentence and a function that breaks a dataset and returns the faults that are to be told: the place, and
# an expression that finds what is said there.
ROWS = []


def fault(sentence):
    def add(change):
        ROWS.append(pytest.param(change, id=sentence.replace(" ", "_")))
        return change

    return add


def field(sentence, place, value, said):
    """A row: the field at PLACE, such as `events.json#/0/title`, becomes VALUE."""

    def change(dataset):
        name, pointer = place.split(".json#/")
        *steps, last = [int(step) if step.isdigit() else step for step in pointer.split("/")]
        at = dataset.records[name] if name != "release" else dataset.release
        for step in steps:
            at = at[step]
        assert last in at or isinstance(at, list), f"there is no {place}"
        at[last] = value
        return [(place, said)]

    fault(sentence)(change)


def text(sentence, name, change, said):
    """A row: the text of a file is changed."""

    def break_text(dataset):
        dataset.text(name, change)
        return [(f"{name}.json", said)]

    fault(sentence)(break_text)


def told(stderr):
    """The faults as (place without line and id, what is said), and the number in the last line."""
    lines = stderr.splitlines()
    counted = re.fullmatch(r"relata: (\d+) faults?; nothing was written", lines[-1])
    assert counted, stderr
    faults = [re.fullmatch(r"relata: ([^: ]+)(:\d+)?(#[^: ]*)?( \(\S+\))?: (.*)", line) for line in lines[:-1]]
    assert all(faults), stderr
    return [(found[1] + (found[3] or ""), found[5]) for found in faults], int(counted[1])


def check(stderr, expected):
    found, number = told(stderr)
    for place, said in expected:
        assert len([1 for at, words in found if at == place and re.search(said, words)]) == 1, f"{place}: {said}\n{stderr}"
    assert len(found) == number == len(expected), stderr


# Files that are no JSON: the line is that of the first letter that cannot stand there.

text("a letter where a value is expected", "themes", lambda t: t.replace('"id": "a', '"id": x"a', 1), "^line 3: ")
text("two commas between fields", "eras", lambda t: t.replace('"position": 2,', '"position": 2,,', 1), "^line 6: ")
text("a file that ends too early", "themes", lambda t: t[:len(t) // 2], r"^line \d+: ")
text("an empty file", "themes", lambda t: "", "^line 1: an array of records is expected")
text("an object for the list", "themes", lambda t: "{}", "^line 1: an array of records is expected")
text("text behind the list", "eras", lambda t: t + "[]", r"^line \d+: nothing may stand behind the array")
text("a comma behind the last record", "eras", lambda t: t.rstrip()[:-1] + ",]", r"^line \d+: ")
text("no comma between two records", "eras", lambda t: t.replace("\n  },\n", "\n  }\n", 1),
     r"^line \d+: `,` or `\]` is expected behind a record")
text("a key twice", "eras", lambda t: t.replace('"position"', '"title": "x", "position"', 1), r"^line \d+: duplicate object key")
text("half a character", "eras", lambda t: t.replace("Cold War", "Cold \udcc3War", 1), "^line 4: unable to decode byte 0xc3.*; save the file as UTF-8$")
text("a byte order mark", "events", lambda t: "\ufeff" + t, r"^line 1: the file begins with a byte order mark \(BOM\); save it as UTF-8 without BOM$")
text("a byte order mark before a release", "release", lambda t: "\ufeff" + t, "^line 1: .*BOM")
for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
    text(encoding, "eras", lambda t, encoding=encoding: t.encode(encoding).decode("utf-8", "surrogateescape"),
         "^line 1: the file is UTF-16; save it as UTF-8 without BOM$")
text("a release in UTF-16", "release", lambda t: t.encode("utf-16").decode("utf-8", "surrogateescape"), "^line 1: the file is UTF-16")
text("a NUL in a text", "eras", lambda t: t.replace("Cold War", "Cold \\u0000War", 1), r"^line 4: ")
text("half a pair of surrogates", "eras", lambda t: t.replace("Cold War", "Cold \\ud800War", 1), "^line 4: ")
text("a list that only begins", "themes", lambda t: "[", "^line 1: ")
text("a comma for a record, lines below", "themes", lambda t: "[\n\n,]", "^line 3: ")
text("a number beyond all numbers", "eras", lambda t: t.replace('"position": 2', '"position": 2e999', 1), r"^line \d+: .*overflow")
text("a missing file", "themes", lambda t: None, "No such file or directory")
text("no release", "release", lambda t: None, "No such file or directory")
text("a release that is no JSON", "release", lambda t: t.replace('"version"', "version", 1), "^line 2: ")
text("an empty release", "release", lambda t: "", "^line 1: ")

# Records that are not as the contract says

field("a number for a text", "actors.json#/0/name", 7, "must be a string, not a whole number")
field("an empty text", "actors.json#/0/name", "", "must not be empty")
field("a text for an amount", "aid.json#/0/amount_usd", "1300000000", "must be a whole number, not a string")
field("a negative amount", "aid.json#/0/amount_usd", -1, "0")
field("a value that is not of a closed list and the nearest", "events.json#/2/kind", "statment", "Did you mean 'statement'")
field("an era that is none and the nearest", "events.json#/0/era", "gwott", "Did you mean 'gwot'")
field("an id that is no slug", "themes.json#/0/id", "Alliance_With", "pattern|match")
field("an id that addresses need themselves", "events.json#/0/id", "totals", "not")
field("a theme twice", "events.json#/0/themes", ["nuclear-issue", "nuclear-issue"], "")
field("no citation", "events.json#/0/citations", [], "must not be empty")
field("a section that the paper lacks", "events.json#/0/citations/0/locator", "§99", "no section of the paper")
field("a month that the year lacks", "events.json#/0/date_edtf", "1985-13", "month")
field("a day that the calendar lacks", "events.json#/0/date_edtf", "1985-02-30", "day")
field("a date in words", "events.json#/0/date_edtf", "August 2021", "")
field("a date beyond the years that sort", "events.json#/0/date_edtf", "Y12000", "between 0001 and 9999")
field("a date before the years that sort", "events.json#/0/date_edtf", "-0044", "between 0001 and 9999")
field("a version of another form", "release.json#/version", "v2", "a version is YEAR.MONTH or YEAR.MONTH.NUMBER, such as 2026.12")
field("a release on a day and not at a time", "release.json#/date", "2031-01-01", "YYYY-MM-DDThh:mm:ssZ")


@fault("a record that is no object")
def _(d):
    d.records["themes"].append([])
    return [(f"themes.json#/{len(d.records['themes']) - 1}", "must be an object, not an array")]


@fault("a release that is a list")
def _(d):
    d.text("release", lambda t: "[]")
    return [("release.json#", "must be an object, not an array")]


@fault("a missing field")
def _(d):
    del d.records["events"][0]["title"]
    return [("events.json#/0", "title")]


@fault("an unknown field and the nearest")
def _(d):
    d.records["events"][0]["titel"] = d.records["events"][0].pop("title")
    return [("events.json#/0/titel", "Did you mean 'title'"), ("events.json#/0", "title")]


@fault("a field that is derived")
def _(d):
    d.records["events"][1]["date_start"] = "1979-12-01"
    return [("events.json#/1/date_start", "")]


@fault("an unknown field deep inside")
def _(d):
    citation = d.records["events"][0]["citations"][0]
    citation["locater"] = citation.pop("locator")
    return [("events.json#/0/citations/0/locater", "Did you mean 'locator'"), ("events.json#/0/citations/0", "locator")]


@fault("a release without a reason")
def _(d):
    del d.release["reason"]
    return [("release.json#", "reason")]


@fault("an unknown word in a release")
def _(d):
    d.release["remved"] = d.release.pop("removed")
    return [("release.json#/remved", "Did you mean 'removed'"), ("release.json#", "removed")]


# Fields that do not fit each other


@fault("a date without a basis")
def _(d):
    d.records["events"][0]["date_basis"] = None
    return [("events.json#/0/date_basis", "must be null without date_edtf, and only then")]


@fault("a basis without a date")
def _(d):
    d.records["events"][0]["date_edtf"] = None
    return [("events.json#/0/date_basis", "must be null without date_edtf, and only then")]


@fault("fiscal years the wrong way round")
def _(d):
    d.records["aid"][1]["fiscal_year_end"] = 1999
    return [("aid.json#/1/fiscal_year_end", "must not come before fiscal_year_start")]


@fault("one fiscal year of two")
def _(d):
    d.records["aid"][1]["fiscal_year_end"] = None
    return [("aid.json#/1/fiscal_year_end", "both or none must be given")]


@fault("an item whose id is not the citation key")
def _(d):
    d.records["references"][0]["csl"]["id"] = "other2013"
    return [("references.json#/0/csl/id", "must be the citekey")]


# Records that do not fit each other

FITTING = len(ROWS)

@fault("an id twice")
def _(d):
    d.records["events"].append(dict(d.records["events"][0]))
    return [(f"events.json#/{len(d.records['events']) - 1}", r"'abbey-gate-attack' is already the id of events.json:2#/0$")]


@fault("an id of another collection")
def _(d):
    d.clone("actors", "ayub-khan", "made-twice")
    d.clone("themes", "america-first", "made-twice")
    return [(d.place("themes", "made-twice"), r"'made-twice' is already the id of actors.json:\d+#/" + d.place("actors", "made-twice").split("/")[-1])]


@fault("an id three times")
def _(d):
    d.records["eras"][1:1] = [dict(d.records["eras"][0]), dict(d.records["eras"][0])]
    return [(f"eras.json#/{i}", "'cold-war' is already the id of eras.json:2#/0") for i in (1, 2)]


for place, value, target in [
        ("events.json#/0/actors/0/id", "nobody", "actors"), ("events.json#/1/themes/0", "nothing", "themes"),
        ("events.json#/0/relations/0/target", "never", "events"),
        ("events.json#/0/citations/0/reference", "no-work", "references"),
        ("events.json#/0/citations/0/via", "no-work", "references"),
        ("events.json#/0/notes/0/related/0", "none-at-all", "any collection"),
        ("aid.json#/0/donor", "nobody", "actors"), ("aid.json#/0/recipient", "nobody", "actors"),
        ("aid.json#/1/agency", "nobody", "actors"), ("aid.json#/0/event", "never", "events"),
        ("aid.json#/0/citations/0/reference", "no-work", "references"),
        ("actors.json#/1/themes/0", "nothing", "themes"), ("actors.json#/0/citations/0/reference", "no-work", "references"),
        ("references.json#/0/citations/0/reference", "no-work", "references"),
        ("eras.json#/0/citations/1/via", "no-work", "references"),
        ("themes.json#/0/citations/0/via", "no-work", "references")]:
    field(f"an unknown id in {place}", place, value, f"there is no record '{value}' in {target}")


for place, value, said in [
        ("events.json#/0/citations/0/reference", "munshi-202", r"in references\. Did you mean 'munshi-202[12]'\?$"),
        ("events.json#/0/actors/0/id", "imran-kan", r"in actors\. Did you mean 'imran-khan'\?$"),
        ("events.json#/0/notes/0/related/0", "nuclear-isue", r"in any collection\. Did you mean 'nuclear-issue'\?$"),
        ("events.json#/1/themes/0", "imran-kan", "in themes$")]:
    field(f"a mistyped id in {place}", place, value, f"^there is no record '{value}' {said}")


@fault("an office of an unknown body")
def _(d):
    d.records["actors"][0]["offices"] = [{"title": "Head", "of": "nobody", "term_edtf": None, "basis": "curator"}]
    return [("actors.json#/0/offices/0/of", "there is no record 'nobody' in actors")]


@fault("an id of another collection")
def _(d):
    d.records["events"][0]["themes"] = ["pakistan"]
    return [("events.json#/0/themes/0", "there is no record 'pakistan' in themes")]


def relate(dataset, collection, id, type, target):
    """Adds a relation; the place at which its target stands."""
    relations = dataset.find(collection, id)["relations"]
    relations.append({"type": type, "target": target, "note": None})
    return f"{dataset.place(collection, id)}/relations/{len(relations) - 1}/target"


@fault("a record related to itself")
def _(d):
    return [(relate(d, "events", "ayub-era", "part-of", "ayub-era"), "a record may not be related to itself")]


@fault("an alternative on one side only")
def _(d):
    return [(relate(d, "events", "ayub-era", "alternative-of", "zia-era"), "the relation is not on 'zia-era' too")]


@fault("an alternative on the other side only")
def _(d):
    return [(relate(d, "events", "zia-era", "alternative-of", "ayub-era"), "the relation is not on 'ayub-era' too")]


@fault("an alternative answered by another relation")
def _(d):
    relate(d, "events", "zia-era", "leads-to", "ayub-era")
    return [(relate(d, "events", "ayub-era", "alternative-of", "zia-era"), "the relation is not on 'zia-era' too")]


@fault("an overlap on one side only")
def _(d):
    d.clone("aid", "aid-1-3-billion-cut", "aid-made")
    return [(relate(d, "aid", "aid-made", "overlaps", "aid-32-5-billion-war"), "the relation is not on 'aid-32-5-billion-war' too")]


@fault("a date that its era does not touch")
def _(d):
    d.find("events", "abbey-gate-attack")["era"] = "cold-war"
    return [(d.place("events", "abbey-gate-attack") + "/era",
             "the date does not touch 'cold-war', which is 1958-10-01/1989-12-31$")]


@fault("an aid figure that its era does not touch")
def _(d):
    figure = next(one for one in d.records["aid"] if one["act_edtf"] and one["era"] == "gwot")
    figure["era"] = "early"
    return [(d.place("aid", figure["id"]) + "/era", "the date does not touch 'early', which is 1947-08-01/1958-09-30$")]


@fault("an actor that is its own parent")
def _(d):
    d.find("actors", "scott-perry")["parent"] = "scott-perry"
    return [(d.place("actors", "scott-perry") + "/parent", "the parents lead back to the actor itself")]


@fault("parents that lead back to the actor over others")
def _(d):
    ids = ["wilson-center", "scott-perry", "mehmud-ahmed"]
    for id, parent in zip(ids, ids[1:] + ids[:1]):
        d.find("actors", id)["parent"] = parent
    return [(d.place("actors", id) + "/parent", "the parents lead back to the actor itself") for id in ids]


@fault("a removal told of a record that is still there")
def _(d):
    d.release["removed"] = [{"collection": "events", "id": "ayub-era", "reason": "None", "replaced_by": None}]
    return [("release.json#/removed/0", "'ayub-era' is still in the dataset")]


@fault("faults of every file at once")
def _(d):
    expected = []
    for name, key in [("events", "title"), ("aid", "title"), ("actors", "name"), ("references", "citekey"),
                      ("eras", "title"), ("themes", "title")]:
        for index in (0, 3, 5):
            d.records[name][index][key] = ""
            expected.append((f"{name}.json#/{index}/{key}", ""))
    d.release["version"] = "x"
    return expected + [("release.json#/version", "")]


@fault("several faults of one record")
def _(d):
    d.records["events"][0] |= {"title": "", "kind": "x", "figures": [{}], "citations": [{"reference": 1}]}
    return [("events.json#/0/title", ""), ("events.json#/0/kind", "")] + [
        ("events.json#/0/figures/0", f"has no {key}, ") for key in ("measure", "group", "value", "unit", "qualifier", "label")] + [
        ("events.json#/0/citations/0", f"has no {key}, ") for key in ("via", "locator", "stance", "supports")] + [
        ("events.json#/0/citations/0/reference", "must be a string, not a whole number")]


@fault("several unknown ids at once")
def _(d):
    d.records["events"][0]["actors"][0]["id"] = "nobody"
    d.records["aid"][0]["donor"] = "nobody"
    d.records["eras"][0]["citations"][0]["reference"] = "no-work"
    return [("events.json#/0/actors/0/id", "nobody"), ("aid.json#/0/donor", "nobody"),
            ("eras.json#/0/citations/0/reference", "no-work")]


@fault("a faulty record and an unknown id in another one")
def _(d):
    d.records["events"][0]["title"] = ""
    d.records["events"][1]["themes"] = ["nothing"]
    return [("events.json#/0/title", ""), ("events.json#/1/themes/0", "there is no record 'nothing' in themes")]


@fault("a faulty record is there for those that name it")
def _(d):
    d.find("actors", "pakistan")["name"] = ""
    d.records["themes"][0]["title"] = ""
    return [(d.place("actors", "pakistan") + "/name", ""), ("themes.json#/0/title", "")]


@pytest.mark.parametrize("change", ROWS)
def test_a_faulty_dataset_changes_nothing_in_a_database(change, database, dataset, tmp_path):
    before = pathlib.Path(database).read_bytes()
    dataset.publish("2031.01", "2031-01-01T00:00:00Z")
    for record in dataset.records["events"][10:20]:
        record["summary"] += " Changed."
    expected = change(dataset)
    done = load(dataset.write(tmp_path / "faulty"), database, code=65)
    check(done.stderr, expected)
    assert done.stdout == ""
    assert pathlib.Path(database).read_bytes() == before


# In a new database every record is new to all the others.
@pytest.mark.parametrize("change", ROWS[FITTING:])
def test_a_faulty_dataset_is_refused_for_a_new_database(change, dataset, tmp_path):
    expected = change(dataset)
    check(load(dataset.write(tmp_path / "faulty"), tmp_path / "relata.db", code=65).stderr, expected)
    assert content(tmp_path / "relata.db")["revision"] == content(tmp_path / "relata.db")["record"] == []


def test_a_dry_run_tells_the_same_faults(database, dataset, tmp_path):
    before = content(database)
    dataset.records["events"][0]["title"] = ""
    dataset.records["eras"][0]["title"] = ""
    done = load(dataset.write(tmp_path / "faulty"), database, "--dry-run", code=65)
    check(done.stderr, [("events.json#/0/title", ""), ("eras.json#/0/title", "")])
    same(content(database), before)


def test_a_fault_names_the_line_and_the_id_of_its_record(dataset, tmp_path):
    """The line is that on which the record begins."""
    dataset.find("events", "abbey-gate-attack")["kind"] = "atack"
    dataset.records["events"][1]["themes"][0] = "nothing"
    event = dataset.records["events"][1]["id"]
    folder = dataset.write(tmp_path / "faulty")
    lines = (folder / "events.json").read_text().splitlines()
    line = {id: lines.index(f'    "id": "{id}",') for id in ("abbey-gate-attack", event)}
    done = load(folder, tmp_path / "relata.db", code=65)
    assert f"relata: events.json:{line['abbey-gate-attack']}#/0/kind (abbey-gate-attack): " in done.stderr
    assert f"relata: events.json:{line[event]}#/1/themes/0 ({event}): there is no record 'nothing' in themes" in done.stderr


def test_an_empty_folder_lacks_every_file(tmp_path):
    (tmp_path / "empty").mkdir()
    done = relata("load", tmp_path / "empty", "--db", tmp_path / "relata.db")
    assert done.returncode == 65
    for name in ("release", "events", "aid", "actors", "references", "eras", "themes"):
        assert f"relata: {name}.json: No such file or directory" in done.stderr


# Records that go though others, which do not change, name them


GONE = [
    ("actors", "ayub-khan", [("events", "ayub-era")]),
    ("themes", "nuclear-issue", []),
    ("references", "rizvi-2024", [("aid", "aid-1-3-billion-cut")]),
    ("events", "trump-aid-cut", [("aid", "aid-1-3-billion-cut")]),
    ("actors", "us-congress", [("aid", "aid-11-billion-fy2002-2016")]),
]


def pointers(value, id, at=""):
    """Where a record names another one, at any depth."""
    if value == id:
        return [at]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else []
    return [found for key, item in items if key not in ("id", "aliases", "csl") or at for found in pointers(item, id, f"{at}/{key}")]


@pytest.mark.parametrize("collection, id, some", GONE)
def test_a_record_may_not_go_while_others_name_it(collection, id, some, database, dataset, tmp_path):
    dataset.remove(collection, id, "It goes")
    dataset.release |= {"version": "2031.01", "date": "2031-01-01T00:00:00Z"}
    holders = {(name, record["id"]): pointers(record, id) for name, records in dataset.records.items() for record in records
               if pointers(record, id)}
    assert set(holders) >= set(some) and holders
    before = content(database)
    done = load(dataset.write(tmp_path / "less"), database, code=65)
    check(done.stderr, [(dataset.place(name, holder) + at, f"names '{id}', which is removed")
                        for (name, holder), places in holders.items() for at in places])
    assert all(re.search(rf"{name}\.json:\d+#/\d+/\S+ \({holder}\): ", done.stderr) for name, holder in holders)
    same(content(database), before)


@pytest.mark.parametrize("collection", ["events", "actors", "references", "themes"])
def test_a_record_may_not_go_while_a_note_names_it(collection, database, dataset, tmp_path):
    dataset.clone(collection, dataset.records[collection][0]["id"], "made-for-a-note", **(
        {"citekey": "madenote", "csl": {"id": "madenote", "type": "book"}} if collection == "references" else {}))
    dataset.find("aid", "aid-1-3-billion-cut")["notes"][0]["related"].append("made-for-a-note")
    load(dataset.publish("2031.01", "2031-01-01T00:00:00Z").write(tmp_path / "more"), database)
    before = content(database)
    dataset.publish("2031.02", "2031-02-01T00:00:00Z")
    dataset.remove(collection, "made-for-a-note")
    done = load(dataset.write(tmp_path / "less"), database, code=65)
    (at,) = pointers(dataset.find("aid", "aid-1-3-billion-cut"), "made-for-a-note")
    check(done.stderr, [(dataset.place("aid", "aid-1-3-billion-cut") + at, "names 'made-for-a-note', which is removed")])
    same(content(database), before)


def test_a_note_may_name_what_goes_from_one_collection_and_comes_in_another(database, dataset, tmp_path):
    dataset.clone("events", "ayub-era", "made-moved")
    dataset.find("aid", "aid-1-3-billion-cut")["notes"][0]["related"].append("made-moved")
    load(dataset.publish("2031.01", "2031-01-01T00:00:00Z").write(tmp_path / "more"), database)
    dataset.publish("2031.02", "2031-02-01T00:00:00Z")
    dataset.remove("events", "made-moved", "It is a theme")
    dataset.clone("themes", "america-first", "made-moved")
    load(dataset.write(tmp_path / "less"), database)


def test_a_record_may_go_with_what_names_it(database, dataset, tmp_path):
    dataset.clone("actors", "ayub-khan", "made-actor")
    dataset.clone("events", "ayub-era", "made-event", actors=[{"id": "made-actor", "role": "actor"}])
    load(dataset.publish("2031.01", "2031-01-01T00:00:00Z").write(tmp_path / "more"), database)
    dataset.publish("2031.02", "2031-02-01T00:00:00Z")
    dataset.remove("actors", "made-actor")
    dataset.remove("events", "made-event")
    load(dataset.write(tmp_path / "less"), database)


@pytest.mark.parametrize("collection, type", [("events", "alternative-of"), ("aid", "alternative-of"), ("aid", "overlaps")])
def test_a_relation_of_two_may_not_be_taken_from_one(collection, type, database, dataset, tmp_path):
    one, other = [record["id"] for record in dataset.records[collection][:2]]
    for id in (one, other):
        dataset.find(collection, id)["relations"] = []
    dataset.clone(collection, one, "made-one")
    dataset.clone(collection, one, "made-other")
    relate(dataset, collection, "made-one", type, "made-other")
    relate(dataset, collection, "made-other", type, "made-one")
    dataset = dataset.publish("2031.01", "2031-01-01T00:00:00Z")
    shipped = Dataset()
    for id in (one, other):
        dataset.find(collection, id)["relations"] = shipped.find(collection, id)["relations"]
    load(dataset.write(tmp_path / "more"), database)
    before = content(database)
    dataset.find(collection, "made-one")["relations"] = []
    done = load(dataset.publish("2031.02", "2031-02-01T00:00:00Z").write(tmp_path / "one"), database, code=65)
    check(done.stderr, [(dataset.place(collection, "made-other") + "/relations/0/target", "its relation is not on 'made-one' any more")])
    same(content(database), before)
    dataset.find(collection, "made-other")["relations"] = []
    load(dataset.write(tmp_path / "none"), database)


def test_the_eras_of_the_contract_must_all_be_there(dataset, tmp_path):
    dataset.records["eras"] = [era for era in dataset.records["eras"] if era["id"] != "early"]
    for name in ("events", "aid"):
        for record in dataset.records[name]:
            if record["era"] == "early":
                record["era"] = None
    done = load(dataset.write(tmp_path / "less"), tmp_path / "relata.db", code=65)
    found, _ = told(done.stderr)
    assert ("eras.json", "the era 'early' of the contract is missing") in found


def test_what_took_a_removed_records_place_must_be_there(database, dataset, tmp_path):
    dataset.clone("events", "ayub-era", "made-twice")
    load(dataset.publish("2031.01", "2031-01-01T00:00:00Z").write(tmp_path / "more"), database)
    dataset.publish("2031.02", "2031-02-01T00:00:00Z")
    dataset.remove("events", "made-twice", "Twice", "ayub-eraa")
    done = load(dataset.write(tmp_path / "less"), database, code=65)
    check(done.stderr, [("release.json#/removed/0/replaced_by", "there is no record 'ayub-eraa' in events")])


# The history


HISTORY = [
    ("a hash that was changed", lambda t: re.sub(r'("hash": ")(.)', lambda m: m[1] + ("0" if m[2] != "0" else "1"), t),
     "history/0002.json", "its hash is not that of its records"),
    ("a record that was changed", lambda t: t.replace(" Second.", " Changed."), "history/0002.json",
     "its hash is not that of its records"),
    ("a reason that was changed", lambda t: t.replace("A second release", "Another"), "history/0002.json",
     "its hash is not that of its records"),
    ("a reason of a removal that was changed", lambda t: t.replace("It was told twice", "It was not"), "history/0002.json",
     "its hash is not that of its records"),
    ("no hash", lambda t: re.sub(r'  "hash": .*\n', "", t), "history/0002.json", "a release, a hash and an object `put` are expected"),
    ("no JSON", lambda t: t[:100], "history/0002.json", r"^line \d+: "),
    ("a record that is not as the contract says", lambda t: t.replace('"kind": "attack"', '"kind": "atack"'),
     "history/0002.json#/put/events/0/kind", "Did you mean 'attack'"),
    ("a release that is not as the contract says", lambda t: t.replace('"version": "2030.02"', '"version": "2"'),
     "history/0002.json#/release/version", ""),
]


@pytest.mark.parametrize("change, place, said", [pytest.param(*row[1:], id=row[0].replace(" ", "_")) for row in HISTORY])
def test_a_history_that_was_tampered_with_is_refused(change, place, said, three_revisions, tmp_path):
    folder = dump(three_revisions, tmp_path / "dump")
    path = folder / "history/0002.json"
    text = path.read_text()
    assert change(text) != text
    path.write_text(change(text))
    done = load(folder, tmp_path / "relata.db", code=65)
    found, _ = told(done.stderr)
    assert [1 for at, words in found if at == place and re.search(said, words)], done.stderr
    assert content(tmp_path / "relata.db")["revision"] == []


def test_a_history_with_a_gap_is_refused_or_ends_there(three_revisions, tmp_path):
    folder = dump(three_revisions, tmp_path / "dump")
    (folder / "history/0001.json").unlink()
    done = load(folder, tmp_path / "relata.db", code=65)
    found, _ = told(done.stderr)
    assert [place for place, _ in found] == ["history/0001.json"]
