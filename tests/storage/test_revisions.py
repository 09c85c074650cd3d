"""What a load, a dump and a check do to a database file: revisions, versions, renderings, and what is refused."""
import json
import shutil
import signal
import sqlite3
import subprocess

import pytest
from releases import COLLECTIONS, Dataset
from service import DATASET, relata

FOREVER = 9223372036854775807
TABLES = {
    "revision": "number, hash, time, release, editor, reason",
    "record": "key, collection, id",
    "version": "key, record, valid_from, valid_to, body",
    "rendering": "record, valid_from, valid_to, etag, json",
    "removal": "record, revision, reason, replaced_by",
    "entry": "version, record, collection, field, value, valid_from, valid_to",
    "document": "record, valid_from, valid_to, type, id",
}


def rows(database, sql, *values):
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        return connection.execute(sql, values).fetchall()
    finally:
        connection.close()


def everything(database):
    """All rows of a database, in an order that does not depend on when they were written."""
    return {table: sorted(map(repr, rows(database, f"SELECT {columns} FROM {table}"))) for table, columns in TABLES.items()}


def load(database, folder=DATASET, *more, code=0):
    done = relata("load", folder, "--db", database, *more)
    assert done.returncode == code, done.stderr
    return done


@pytest.fixture()
def database(loaded, tmp_path):
    path = tmp_path / "relata.db"
    shutil.copy(loaded, path)
    return path


@pytest.fixture()
def dataset():
    return Dataset()


def test_the_same_dataset_again_makes_no_revision(database):
    before = everything(database)
    assert "the same as revision 1" in load(database).stdout
    assert everything(database) == before


def test_one_changed_record_makes_one_version(database, dataset, tmp_path):
    dataset.record("events", "resolution-211-1965")["title"] = "A corrected title"
    dataset.publish("2026.12", "2026-12-01T00:00:00Z", "A correction")
    assert "0 added, 1 changed, 0 removed" in load(database, dataset.write(tmp_path / "next")).stdout
    assert rows(database, "SELECT count(*) FROM revision") == [(2,)]
    assert rows(database, "SELECT count(*) FROM version WHERE valid_from = 2") == [(1,)]
    assert rows(database, "SELECT time, release, reason FROM revision WHERE number = 2") == [
        ("2026-12-01T00:00:00Z", "2026.12", "A correction")]


def test_a_renamed_actor_renders_its_events_anew_without_giving_them_a_version(database, dataset, tmp_path):
    dataset.record("actors", "imran-khan")["name"] = "Imran Ahmed Khan Niazi"
    dataset.publish("2026.12", "2026-12-01T00:00:00Z", "A fuller name")
    load(database, dataset.write(tmp_path / "next"))
    assert rows(database, "SELECT r.id FROM version v JOIN record r ON r.key = v.record WHERE v.valid_from = 2") == [
        ("imran-khan",)]
    events = [id for id, in rows(database, "SELECT r.id FROM entry e JOIN record r ON r.key = e.record"
                                           " WHERE e.collection = 1 AND e.field = 'actor' AND e.value = 'imran-khan'")]
    assert len(events) > 3
    for id in events:
        old, new = rows(database, "SELECT g.json, g.etag FROM rendering g JOIN record r ON r.key = g.record"
                                  " WHERE r.collection = 1 AND r.id = ? ORDER BY g.valid_from", id)
        assert "Imran Ahmed Khan Niazi" in new[0] and "Imran Ahmed Khan Niazi" not in old[0] and old[1] != new[1]
        assert {json.loads(text)["revision"] for text, _ in (old, new)} == {1}


def test_two_databases_made_from_the_same_releases_are_equal(database, dataset, tmp_path):
    dataset.record("events", "resolution-211-1965")["title"] = "A corrected title"
    dataset.publish("2026.12", "2026-12-01T00:00:00Z", "A correction")
    folder = dataset.write(tmp_path / "next")
    load(database, folder)
    load(tmp_path / "sister.db")
    load(tmp_path / "sister.db", folder)
    assert everything(tmp_path / "sister.db") == everything(database)


def test_a_dump_is_the_dataset_byte_for_byte(database, tmp_path):
    assert relata("dump", tmp_path / "dump", "--db", database).returncode == 0
    for name in COLLECTIONS + ["release"]:
        assert (tmp_path / "dump" / f"{name}.json").read_bytes() == (DATASET / f"{name}.json").read_bytes(), name
    assert "the same as revision 1" in load(database, tmp_path / "dump").stdout


def test_a_dump_carries_the_history_so_that_a_new_database_has_the_same_chain(database, dataset, tmp_path):
    dataset.add("events", "made-later", title="Made later")
    dataset.publish("2026.12", "2026-12-01T00:00:00Z", "An addition")
    load(database, dataset.write(tmp_path / "second"))
    dataset.remove("events", "made-later", "It never happened", "resolution-211-1965")
    dataset.publish("2027.01", "2027-01-01T00:00:00Z", "A removal")
    load(database, dataset.write(tmp_path / "third"))
    assert relata("dump", tmp_path / "dump", "--db", database).returncode == 0
    assert sorted(path.name for path in (tmp_path / "dump/history").iterdir()) == ["0001.json", "0002.json"]
    assert "the same as revision 3" in load(database, tmp_path / "dump").stdout
    load(tmp_path / "sister.db", tmp_path / "dump")
    assert everything(tmp_path / "sister.db") == everything(database)
    assert rows(database, "SELECT reason, replaced_by FROM removal") == [("It never happened", "resolution-211-1965")]


def test_a_changed_history_is_refused(database, dataset, tmp_path):
    dataset.add("events", "made-later")
    dataset.publish("2026.12", "2026-12-01T00:00:00Z", "An addition")
    load(database, dataset.write(tmp_path / "second"))
    relata("dump", tmp_path / "dump", "--db", database)
    path = tmp_path / "dump/history/0001.json"
    path.write_text(path.read_text().replace("First release", "Another reason"))
    assert "history/0001.json" in load(tmp_path / "sister.db", tmp_path / "dump", code=65).stderr


def test_a_change_without_a_new_release_is_a_draft_a_second_later(database, dataset, tmp_path):
    dataset.record("events", "resolution-211-1965")["title"] = "A corrected title"
    assert "draft" in load(database, dataset.write(tmp_path / "next")).stderr
    assert rows(database, "SELECT time, release FROM revision WHERE number = 2") == [("2026-11-23T12:00:01Z", "2026.11")]


def test_a_dry_run_prints_the_difference_and_writes_nothing(database, dataset, tmp_path):
    dataset.record("events", "resolution-211-1965")["title"] = "A corrected title"
    dataset.add("themes", "a-new-theme")
    dataset.remove("events", "pakistan-in-bri", "Doubtful")
    for record in dataset.records["events"] + dataset.records["actors"] + dataset.records["aid"]:
        for note in record["notes"]:
            note["related"] = [id for id in note["related"] if id != "pakistan-in-bri"]
        if "relations" in record:
            record["relations"] = [each for each in record["relations"] if each["target"] != "pakistan-in-bri"]
    before = everything(database)
    said = load(database, dataset.write(tmp_path / "next"), "--dry-run").stdout
    assert "~ events/resolution-211-1965" in said and '-> "A corrected title"' in said
    assert "+ themes/a-new-theme" in said and "- events/pakistan-in-bri" in said
    assert everything(database) == before
    load(tmp_path / "none.db", DATASET, "--dry-run")
    assert not (tmp_path / "none.db").exists()


def event(dataset):
    return dataset.record("events", "resolution-211-1965")


FAULTS = {
    "an unknown actor": (lambda d: event(d)["actors"].append({"id": "nobody", "role": "actor"}), "no record 'nobody' in actors"),
    "an unknown theme": (lambda d: event(d)["themes"].append("nothing"), "no record 'nothing' in themes"),
    "an unknown work": (lambda d: event(d)["citations"][0].update(reference="no-work"), "no record 'no-work' in references"),
    "an unknown related record": (lambda d: event(d)["notes"].append(
        {"code": "printed-as", "text": "x", "printed": None, "related": ["no-record"]}), "in any collection"),
    "a value outside a closed list": (lambda d: event(d).update(era="gwott"), "did you mean 'gwot'"),
    "a key that is not known": (lambda d: event(d).update(titel="x"), "did you mean 'title'"),
    "a key that is missing": (lambda d: event(d).pop("title"), "title"),
    "a date that is none": (lambda d: event(d).update(date_edtf="1965-02-30"), "/date_edtf"),
    "a year that text cannot sort": (lambda d: event(d).update(date_edtf="-0044"), "0001 and 9999"),
    "a date without a basis": (lambda d: event(d).update(date_basis=None), "/date_basis"),
    "no citation": (lambda d: event(d).update(citations=[]), "/citations"),
    "an id that stands twice": (lambda d: d.records["events"].append(dict(event(d))), "already the id of events.json#/"),
    "a relation on one side only": (lambda d: event(d)["relations"].append(
        {"type": "alternative-of", "target": "pakistan-in-bri", "note": None}), "not on 'pakistan-in-bri' too"),
    "a relation to itself": (lambda d: event(d)["relations"].append(
        {"type": "leads-to", "target": "resolution-211-1965", "note": None}), "related to itself"),
    "a removed actor that events name": (lambda d: d.remove("actors", "imran-khan", "x"), "names 'imran-khan', which is removed"),
    "a removed era": (lambda d: d.remove("eras", "early", "x"), "the era 'early' of the contract is missing"),
    "a removal of what is still there": (lambda d: d.release["removed"].append(
        {"collection": "events", "id": "resolution-211-1965", "reason": "x", "replaced_by": None}), "still in the dataset"),
    "a release of no version": (lambda d: d.release.update(version="next"), "release.json#/version"),
    "fiscal years in reverse": (lambda d: d.records["aid"][0].update(fiscal_year_start=2016, fiscal_year_end=2002), "/fiscal_year_end"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_with_its_place_and_nothing_is_written(database, dataset, tmp_path, name):
    spoil, said = FAULTS[name]
    spoil(dataset)
    before = everything(database)
    told = load(database, dataset.write(tmp_path / "next"), code=65).stderr
    assert said in told and "nothing was written" in told
    assert everything(database) == before


def test_all_faults_are_told_at_once(database, dataset, tmp_path):
    event(dataset)["era"] = "none"
    dataset.record("actors", "imran-khan")["kind"] = "cricketer"
    dataset.records["aid"][0]["donor"] = "nobody"
    told = load(database, dataset.write(tmp_path / "next"), code=65).stderr
    assert "events.json#/" in told and "actors.json#/" in told


@pytest.mark.parametrize("text, said", [
    ("{}", "an array of records is expected"), ("[", "line 1"), ("[1]", "events.json"), ("[] x", "nothing may stand behind"),
    ('[{"id": "a", "id": "a"}]', "line 1"), ("[\n\n,]", "line 3"), ("", "an array of records is expected"), ('["\\ud800"]', "line 1"),
])
def test_a_file_that_is_no_list_of_records_is_refused(database, dataset, tmp_path, text, said):
    folder = dataset.write(tmp_path / "next")
    (folder / "events.json").write_text(text)
    assert said in load(database, folder, code=65).stderr


def test_a_missing_file_is_named(database, dataset, tmp_path):
    folder = dataset.write(tmp_path / "next")
    (folder / "aid.json").unlink()
    assert "aid.json: No such file" in load(database, folder, code=65).stderr


@pytest.mark.parametrize("sql, said", [
    ("UPDATE version SET body = replace(body, '1965', '1966') WHERE key = (SELECT max(key) FROM version WHERE body LIKE '%1965%')", "hash"),
    ("UPDATE revision SET reason = 'another'", "hash"),
    ("UPDATE rendering SET json = replace(json, 'gwot', 'early') WHERE json LIKE '%gwot%'", "what is shown"),
    ("DELETE FROM rendering WHERE record = 1", "nothing is shown"),
])
def test_a_check_finds_what_was_changed_behind_its_back(database, sql, said):
    assert "is sound" in relata("check", "--db", database).stdout
    with sqlite3.connect(database) as connection:
        connection.execute(sql)
    connection.close()
    done = relata("check", "--db", database)
    assert done.returncode == 1 and said in done.stdout


def test_a_second_writer_is_told_of_the_lock(database, dataset, tmp_path):
    dataset.add("events", "made-later")
    folder = dataset.write(tmp_path / "next")
    holder = sqlite3.connect(database, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    assert "lock" in load(database, folder, code=75).stderr
    holder.execute("ROLLBACK")
    holder.close()
    load(database, folder)


def test_a_newer_schema_is_refused(database):
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    for command in (["load", DATASET], ["check"], ["serve", "--port", "0"]):
        done = relata(*command, "--db", database)
        assert done.returncode == 65 and "newer than this program" in done.stderr


def test_what_is_not_there_or_no_database_is_told(tmp_path):
    assert relata("check", "--db", tmp_path / "none.db").returncode == 66
    (tmp_path / "text.db").write_text("not a database, but long enough to be taken for one " * 40)
    done = relata("check", "--db", tmp_path / "text.db")
    assert done.returncode == 65 and "not a database" in done.stderr


def test_a_backup_is_the_database_and_restores_it(database, dataset, tmp_path):
    before = everything(database)
    assert relata("backup", tmp_path / "copy.db", "--db", database).returncode == 0
    assert everything(tmp_path / "copy.db") == before
    assert rows(tmp_path / "copy.db", "PRAGMA journal_mode") == [("delete",)]
    dataset.add("events", "made-later")
    load(database, dataset.write(tmp_path / "next"))
    assert everything(database) != before
    assert relata("restore", tmp_path / "copy.db", "--db", database).returncode == 0
    assert everything(database) == before
    assert relata("check", "--db", database).returncode == 0


def test_a_load_that_is_killed_is_wholly_there_or_not_at_all(database, dataset, tmp_path):
    from service import BINARY
    dataset.add("events", "made-later")
    for record in dataset.records["events"]:
        record["title"] += " (edited)"
    folder = dataset.write(tmp_path / "next")
    before = everything(database)
    outcomes = set()
    for wait in (0.001, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 1):
        path = tmp_path / f"killed-{wait}.db"
        shutil.copy(database, path)
        process = subprocess.Popen([BINARY, "load", folder, "--db", path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(wait)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert relata("check", "--db", path).returncode == 0
        number = rows(path, "SELECT max(number) FROM revision")[0][0]
        outcomes.add(number)
        assert number == 2 or everything(path) == before
    assert outcomes == {1, 2}
