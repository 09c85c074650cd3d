"""The commands beside serve: what they print, what they exit with, what they leave behind."""
import http.client
import json
import pathlib
import re
import shutil
import subprocess
import threading

import pytest

from first_release import FIRST_RELEASE
from service import DATASET, PATIENCE, ROOT, SHIPPED, TOOL, empty_database, environment, eventually
from storage import (FOREVER, TABLES, Dataset, connect, content, current, dump, files, load, relata, revisions, rows, same,
                     tamper)

# A dry run


def unnamed(dataset):
    """An event that no record names, not even itself in a text."""
    told = json.dumps(dataset.records)
    return next(event["id"] for event in dataset.records["events"] if told.count(f'"{event["id"]}"') == 1)


@pytest.fixture
def next_release(dataset, tmp_path):
    """One record more, one less, two that change."""
    dataset.publish("2031.01", "2031-01-01T00:00:00Z")
    dataset.remove("events", unnamed(dataset), "It goes")
    dataset.clone("themes", "america-first", "made-theme")
    dataset.find("eras", "gwot")["title"] = "Otherwise"
    dataset.find("aid", "aid-1-3-billion-cut")["amount_usd"] = 7
    return dataset.write(tmp_path / "next")


def test_a_dry_run_tells_what_would_change_and_writes_nothing(database, dataset, next_release):
    before, bytes_before = content(database), pathlib.Path(database).read_bytes()
    done = load(next_release, database, "--dry-run")
    assert done.stdout.splitlines()[:-1] == [
        f"- events/{unnamed(Dataset())}",
        "~ aid/aid-1-3-billion-cut", "    amount_usd: 1300000000 -> 7",
        "~ eras/gwot", '    title: "Global War on Terror" -> "Otherwise"',
        "+ themes/made-theme", "release 2031.01 of 2031-01-01T00:00:00Z, by Another editor: A later release"]
    assert re.fullmatch(r"not written: revision 2 \(2031\.01, [0-9a-f]{16}\): 1 added, 2 changed, 1 removed",
                        done.stdout.splitlines()[-1])
    assert pathlib.Path(database).read_bytes() == bytes_before
    same(content(database), before)


def test_a_dry_run_tells_the_hash_that_the_load_then_has(database, next_release):
    promised = load(next_release, database, "--dry-run").stdout.splitlines()[-1].removeprefix("not written: ")
    assert load(next_release, database).stdout.splitlines() == [promised]


def test_a_dry_run_of_the_same_dataset_tells_so(database):
    assert load(FIRST_RELEASE, database, "--dry-run").stdout.startswith("the dataset is the same as revision 1 ")


def test_a_dry_run_without_a_database_compares_with_nothing_and_makes_no_file(dataset, tmp_path):
    done = load(FIRST_RELEASE, tmp_path / "none" / "relata.db", "--dry-run")
    lines = done.stdout.splitlines()
    assert len(lines) == 2 + sum(map(len, dataset.records.values()))
    assert all(line.startswith("+ ") for line in lines[:-2])
    assert lines[-1].startswith("not written: revision 1 ")
    assert list(tmp_path.iterdir()) == []
    assert not (ROOT / ":memory:").exists()


def test_a_dry_run_goes_through_the_history_too(three_revisions, releases, tmp_path):
    folder = dump(three_revisions, tmp_path / "dump")
    load(releases[0], tmp_path / "relata.db")
    before = content(tmp_path / "relata.db")
    done = load(folder, tmp_path / "relata.db", "--dry-run")
    assert done.stdout.splitlines()[-1].startswith(f"not written: revision 3 (2030.03, {revisions(three_revisions)[-1][2][:16]})")
    same(content(tmp_path / "relata.db"), before)


def test_a_first_load_makes_the_folders_above_the_database(tmp_path):
    load(FIRST_RELEASE, tmp_path / "a" / "b" / "relata.db")
    assert len(revisions(tmp_path / "a" / "b" / "relata.db")) == 1


@pytest.mark.parametrize("name", ["a?b.db", "a#b.db", "a%20b.db", "a b.db", "ä.db"])
def test_a_database_may_have_any_name(name, tmp_path):
    load(FIRST_RELEASE, tmp_path / name)
    assert (tmp_path / name).exists()
    assert relata("check", "--deep", "--db", tmp_path / name).returncode == 0


# Check


def test_a_database_as_it_was_made_is_sound(three_revisions):
    done = relata("check", "--deep", "--db", three_revisions)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{three_revisions} is sound\n", "")


GATE = "(SELECT key FROM record WHERE collection = 1 AND id = 'abbey-gate-attack')"

TAMPERINGS = [
    ("a body", f"UPDATE version SET body = replace(body, 'Abbey', 'Abby') WHERE record = {GATE} AND valid_from = 2",
     ["revision 2: its hash is not that of its records", "revision 2, abbey-gate-attack: what is shown is not what its version says"]),
    ("a body that is no JSON", f"UPDATE version SET body = 'x' WHERE record = {GATE} AND valid_from = 1",
     ["revision 1: its hash is not that of its records", "abbey-gate-attack"]),
    ("a hash", "UPDATE revision SET hash = '0' || substr(hash, 2) WHERE number = 2 AND hash NOT LIKE '0%'",
     ["revision 2: its hash is not that of its records"]),
    ("a reason", "UPDATE revision SET reason = 'Another' WHERE number = 1", ["revision 1: its hash is not that of its records"]),
    ("an editor", "UPDATE revision SET editor = 'Another' WHERE number = 3", ["revision 3: its hash is not that of its records"]),
    ("a time", "UPDATE revision SET time = '2030-02-01T00:00:01Z' WHERE number = 2", ["revision 2: its hash is not that of its records"]),
    ("a release", "UPDATE revision SET release = '2030.04' WHERE number = 3", ["revision 3: its hash is not that of its records"]),
    ("a removal's reason", "UPDATE removal SET reason = 'Another' WHERE revision = 2", ["revision 2: its hash is not that of its records"]),
    ("a removal taken back", "DELETE FROM removal WHERE revision = 3", ["revision 3: its hash is not that of its records"]),
    ("a removal that never was", f"INSERT OR IGNORE INTO removal VALUES ({GATE}, 3, 'None', NULL)", ["revision 3: its hash is not that of its records"]),
    ("an id", f"UPDATE record SET id = 'other' WHERE key = {GATE}", ["revision 1: its hash is not that of its records"]),
    ("a record's collection", f"UPDATE record SET collection = 6 WHERE key = {GATE}", ["revision 1: its hash is not that of its records"]),
    ("a record's collection that there is not", f"UPDATE record SET collection = 99 WHERE key = {GATE}",
     ["revision 0, abbey-gate-attack: its collection is unknown"]),
    ("a rendering", f"UPDATE rendering SET json = replace(json, 'Abbey', 'Abby') WHERE record = {GATE} AND valid_from = 2",
     ["revision 2, abbey-gate-attack: what is shown is not what its version says"]),
    ("a rendering of then", f"UPDATE rendering SET json = replace(json, 'Abbey', 'Abby') WHERE record = {GATE} AND valid_from = 1",
     ["revision 1, abbey-gate-attack: what is shown is not what its version says"]),
    ("a rendering that is gone", f"DELETE FROM rendering WHERE record = {GATE}", ["abbey-gate-attack: nothing is shown of it"]),
    ("a tag", f"UPDATE rendering SET etag = '0123456789abcdef0123456789abcdef' WHERE record = {GATE} AND valid_from = 2",
     ["revision 2, abbey-gate-attack: its tag is not that of what is shown"]),
    ("a version that is gone", f"DELETE FROM version WHERE record = {GATE} AND valid_from = 2",
     ["revision 2: its hash is not that of its records", "revision 1, abbey-gate-attack: its version ends too early or too late"]),
    ("an end of a version", f"UPDATE version SET valid_to = 3 WHERE record = (SELECT key FROM record WHERE id = 'ayub-era')",
     ["revision 1, ayub-era: its version ends too early or too late"]),
    ("a beginning of a rendering", f"UPDATE rendering SET valid_from = 2 WHERE record = (SELECT key FROM record WHERE id = 'polycrisis')",
     ["revision 1, polycrisis: nothing is shown of it"]),
    ("an end of a rendering", f"UPDATE rendering SET valid_to = 3 WHERE record = {GATE} AND valid_to = 2",
     ["revision 1, abbey-gate-attack: what is shown of it ends too early or too late"]),
    ("a revision that is gone", "DELETE FROM revision WHERE number = 2", ["revision 2: it is missing"]),
    ("a record that is gone", f"DELETE FROM record WHERE key = {GATE}", ["a row of version names a missing record"]),
    ("a body that the contract forbids", f"UPDATE version SET body = json_remove(body, '$.kind') WHERE record = {GATE} AND valid_from = 1",
     ["revision 1, abbey-gate-attack: its version is not valid by the contract"]),
    ("a column", f"UPDATE event SET title = 'Other' WHERE record = {GATE} AND valid_from = 2",
     ["revision 2, abbey-gate-attack: its columns are not what its version says"]),
    ("a column that is derived", f"UPDATE event SET year = year + 1 WHERE record = {GATE} AND valid_from = 1",
     ["revision 1, abbey-gate-attack: its columns are not what its version says"]),
    ("an end of columns", f"UPDATE event SET valid_to = 3 WHERE record = {GATE} AND valid_from = 1",
     ["revision 1, abbey-gate-attack: its columns are not what its version says"]),
    ("columns that are gone", "DELETE FROM theme WHERE id = 'polycrisis'",
     ["revision 1, polycrisis: its columns are not what its version says"]),
    ("an entry that is gone", f"DELETE FROM entry WHERE record = {GATE} AND field = 'locator'",
     ["revision 1, abbey-gate-attack: its entries are not what its version says"]),
    ("an entry too many", f"INSERT INTO entry SELECT version, record, collection, 'theme', 'polycrisis', valid_from, valid_to, corpus"
     f" FROM event JOIN (SELECT 1 AS collection) WHERE record = {GATE} AND valid_from = 2",
     ["revision 2, abbey-gate-attack: its entries are not what its version says"]),
    ("a change that is gone", f"DELETE FROM change_row WHERE record = {GATE} AND revision = 2",
     ["revision 2, abbey-gate-attack: its changes are not those of its versions"]),
    ("a rendering too many", "INSERT INTO rendering SELECT key + 1, record, 2, 3, etag, replace(json, 'olycrisis', 'lycrisis')"
     " FROM rendering WHERE json_extract(json, '$.id') = 'polycrisis'",
     ["revision 2, polycrisis: what is shown is not what its version says"]),
    ("a rendering that should have changed", "DELETE FROM rendering WHERE valid_from = 2 AND record ="
     " (SELECT key FROM record WHERE id = 'united-states')", ["revision 2, united-states: nothing is shown of it"]),
    ("a sum by month", "UPDATE event_month SET count = count + 1 WHERE field = 'status' AND month ="
     " (SELECT max(month) FROM event_month WHERE field = 'status')",
     ["the sums by month are not those of its events"]),
    ("a word", f"UPDATE words SET title = 'Other' WHERE rowid = (SELECT max(key) FROM document WHERE record = {GATE})",
     ["revision 3, abbey-gate-attack: its words are not what its version says"]),
    ("words that are gone", f"DELETE FROM words WHERE rowid = (SELECT min(key) FROM document WHERE record = {GATE})",
     ["revision 1, abbey-gate-attack: its words are not what its version says"]),
    ("an end of words", f"UPDATE document SET valid_to = 3 WHERE record = {GATE} AND valid_from = 1",
     ["revision 1, abbey-gate-attack: its words are not what its version says"]),
    ("words that are there twice", f"INSERT INTO words (rowid, title, names, summary, notes) SELECT 9999, title, names, summary, notes"
     f" FROM words LIMIT 1", ["words are kept of no record", "the index of words does not fit them"]),
    ("words that the index has not", f"UPDATE words_content SET c0 = 'Other' WHERE id = (SELECT max(key) FROM document WHERE record = {GATE})",
     ["revision 3, abbey-gate-attack: its words are not what its version says"]),
    ("a torn index of words", "DELETE FROM words_data WHERE id > 10", ["database disk image is malformed"]),
]


@pytest.mark.parametrize("statement, told", [pytest.param(*row[1:], id=row[0].replace(" ", "_")) for row in TAMPERINGS])
def test_check_finds_what_was_tampered_with(statement, told, three_revisions, tmp_path):
    database = shutil.copy(three_revisions, tmp_path / "relata.db")
    tamper(database, "PRAGMA foreign_keys = OFF", statement)
    done = relata("check", "--deep", "--db", database)
    assert done.returncode == 1, (done.returncode, done.stdout[-500:], done.stderr[-500:])
    assert "is sound" not in done.stdout
    for part in told:
        assert part in done.stdout, done.stdout


def test_check_finds_a_torn_page(three_revisions, tmp_path):
    database = tmp_path / "relata.db"
    text = bytearray(pathlib.Path(three_revisions).read_bytes())
    middle = len(text) // 2 // 4096 * 4096
    text[middle:middle + 4096] = b"\xff" * 4096
    database.write_bytes(text)
    done = relata("check", "--deep", "--db", database)
    assert done.returncode in (1, 65)
    assert "is sound" not in done.stdout


# Files that are missing, strange or of another time


@pytest.mark.parametrize("words", [["dump", "OUT"], ["check"], ["backup", "OUT"], ["serve", "--read-only", "--port", "0"],
                                   ["check", "--read-only"], ["dump", "OUT", "--read-only"]], ids=" ".join)
def test_a_database_that_is_missing_is_told_and_not_made(words, tmp_path):
    words = [str(tmp_path / "out") if word == "OUT" else word for word in words]
    done = relata(*words, "--db", tmp_path / "relata.db")
    assert (done.returncode, done.stderr) == (66, f"relata: {tmp_path / 'relata.db'}: there is no such file\n")
    assert list(tmp_path.iterdir()) == []


COMMANDS = [["load", str(FIRST_RELEASE)], ["dump", "OUT"], ["check"], ["backup", "OUT"], ["serve", "--port", "0"],
            ["serve", "--read-only", "--port", "0"]]


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(word for word in words if "/" not in word))
def test_a_database_of_a_later_program_is_refused(words, database, tmp_path):
    tamper(database, "PRAGMA user_version = 999")
    tamper(database, "PRAGMA wal_checkpoint(TRUNCATE)")
    before = pathlib.Path(database).read_bytes()
    done = relata(*[str(tmp_path / "out") if word == "OUT" else word for word in words], "--db", database)
    assert (done.returncode, done.stderr) == (65, f"relata: {database}: its schema is newer than this program: use a newer relata\n")
    assert pathlib.Path(database).read_bytes() == before


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(word for word in words if "/" not in word))
def test_a_file_that_is_no_database_is_refused(words, tmp_path):
    (tmp_path / "relata.db").write_text("This is no database. " * 500)
    before = (tmp_path / "relata.db").read_bytes()
    done = relata(*[str(tmp_path / "out") if word == "OUT" else word for word in words], "--db", tmp_path / "relata.db")
    assert (done.returncode, done.stderr) == (65, f"relata: {tmp_path / 'relata.db'}: file is not a database\n")
    assert (tmp_path / "relata.db").read_bytes() == before


def first_schema(database, path):
    """A database as the first schema had it, with the rows of DATABASE and nothing rendered."""
    old = connect(path, "rwc")
    old.executescript(sorted((ROOT / "db/migrations").glob("0001*.sql"))[0].read_text() + "PRAGMA user_version = 1;")
    old.execute("ATTACH ? AS new", (str(database),))
    for table in ["revision", "record", "version", "removal", "entry", *TABLES.values()]:
        columns = ", ".join(row[1] for row in old.execute(f"SELECT * FROM pragma_table_info('{table}')"))
        old.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM new.{table}")
    old.execute("DETACH new")
    old.execute("PRAGMA journal_mode = WAL")
    old.close()
    return path


def test_a_database_of_an_earlier_program_is_read_only_after_it_was_brought_up_to_date(three_revisions, releases, tmp_path):
    old = first_schema(three_revisions, tmp_path / "old.db")
    done = relata("check", "--deep", "--db", old)
    assert (done.returncode, done.stderr) == (65, f"relata: {old}: its schema is older than this program: run `relata load` once\n")
    load(releases[2], old)
    same(content(old), content(three_revisions))
    assert relata("check", "--deep", "--db", old).returncode == 0


def test_serve_brings_a_database_of_an_earlier_program_up_to_date(three_revisions, tmp_path, start):
    old = first_schema(three_revisions, tmp_path / "old.db")
    assert start("serve", "--db", old, "--port", "0").stop() == 0
    same(content(old), content(three_revisions))


def test_a_dump_of_nothing_is_refused(tmp_path):
    empty_database(tmp_path / "relata.db")
    done = relata("dump", tmp_path / "dump", "--db", tmp_path / "relata.db")
    assert (done.returncode, done.stderr) == (1, "relata: the database holds no dataset\n")


def test_a_dump_to_where_no_folder_can_be_names_it(database, tmp_path):
    done = relata("dump", tmp_path / "none" / "dump", "--db", database)
    assert done.returncode == 1
    assert done.stderr == f"relata: {tmp_path}/none/dump/: No such file or directory\n"


# Locks


def lock(database):
    """Holds the write lock until it is closed."""
    holder = connect(database, "rw")
    holder.execute("BEGIN IMMEDIATE")
    return holder


def loading(folder, database):
    return subprocess.Popen([str(TOOL), "load", str(folder), "--db", str(database)], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, env=environment())


@pytest.mark.slow
def test_a_second_writer_waits_five_seconds_then_names_the_lock(database, next_release):
    before = content(database)
    holder = lock(database)
    done = relata("load", next_release, "--db", database)
    assert done.returncode == 75
    assert done.stderr == f"relata: {database}: another process holds the write lock; try again when it has finished\n"
    holder.close()
    same(content(database), before)


def test_a_writer_that_ends_in_time_lets_the_second_one_on(database, next_release):
    holder = lock(database)
    second = loading(next_release, database)
    with pytest.raises(subprocess.TimeoutExpired):
        second.wait(0.5)
    holder.close()
    assert second.wait(PATIENCE) == 0
    second.communicate()
    assert len(revisions(database)) == 2


def test_readers_do_not_wait_for_a_writer(database, tmp_path, start):
    holder = lock(database)
    assert relata("check", "--deep", "--db", database).returncode == 0
    assert relata("dump", tmp_path / "dump", "--db", database).returncode == 0
    assert relata("backup", tmp_path / "copy.db", "--db", database).returncode == 0
    service = start("serve", "--db", database, "--port", "0", "--dataset", FIRST_RELEASE)
    assert get(service, "/readyz")["status"] == "ready"
    assert service.stop() == 0
    holder.close()


@pytest.mark.parametrize("rounds", range(3))
def test_many_first_loads_at_once_make_one_revision(rounds, tmp_path):
    database = tmp_path / "relata.db"
    several = [loading(FIRST_RELEASE, database) for _ in range(4)]
    ends = [patient_end(process, FIRST_RELEASE, database) for process in several]
    assert [code for code, _, _ in ends] == [0, 0, 0, 0], ends
    assert sorted(out.split()[0] for _, out, _ in ends) == ["revision", "the", "the", "the"]
    assert len(revisions(database)) == 1


def patient_end(process, folder, database):
    """How a load ends, which is tried again while others write, as its message says."""
    out, told = process.communicate(timeout=PATIENCE)
    if process.returncode != 75:
        return process.returncode, out, told
    assert "try again when it has finished" in told
    return patient_end(loading(folder, database), folder, database)


# Backup and restore


def get(service, target):
    connection = http.client.HTTPConnection(service.host, service.port, timeout=PATIENCE)
    connection.request("GET", target)
    response = connection.getresponse()
    answer = json.loads(response.read())
    connection.close()
    assert response.status == 200, answer
    return answer


def backup(database, path):
    done = relata("backup", path, "--db", database)
    assert (done.returncode, done.stderr) == (0, "")
    return path


def test_a_backup_is_one_file_that_holds_everything(three_revisions, tmp_path):
    copy = backup(three_revisions, tmp_path / "copy.db")
    same(content(copy), content(three_revisions))
    assert copy.read_bytes()[18:20] == b"\x01\x01"  # the journal mode DELETE in the file's header
    assert [path.name for path in tmp_path.iterdir()] == ["copy.db"]
    assert relata("check", "--deep", "--db", copy, "--read-only").returncode == 0


def test_a_backup_replaces_an_older_one(three_revisions, database, tmp_path):
    backup(database, tmp_path / "copy.db")
    same(content(backup(three_revisions, tmp_path / "copy.db")), content(three_revisions))


def test_a_backup_is_served_read_only_even_where_nothing_can_be_written(three_revisions, tmp_path, start):
    folder = tmp_path / "medium"
    folder.mkdir()
    copy = backup(three_revisions, folder / "copy.db")
    copy.chmod(0o444)
    before = copy.read_bytes()
    service = start("serve", "--read-only", "--db", copy, "--port", "0")
    assert get(service, "/readyz")["dataset_revision"] == 3
    assert get(service, "/v1/events?as_of=1&id=made-twice")["meta"]["total"] == 1
    assert service.stop() == 0
    assert copy.read_bytes() == before
    assert [path.name for path in folder.iterdir()] == ["copy.db"]


def test_a_restored_database_is_what_it_was(three_revisions, database, tmp_path):
    copy = backup(database, tmp_path / "copy.db")
    target = shutil.copy(three_revisions, tmp_path / "target.db")
    done = relata("restore", copy, "--db", target)
    assert (done.returncode, done.stderr) == (0, "")
    same(content(target), content(database))
    assert rows(target, "PRAGMA journal_mode") == [("wal",)]
    assert relata("check", "--deep", "--db", target).returncode == 0


def test_a_restore_makes_the_database_where_there_is_none(three_revisions, tmp_path):
    copy = backup(three_revisions, tmp_path / "copy.db")
    assert relata("restore", copy, "--db", tmp_path / "new" / "relata.db").returncode == 0
    same(content(tmp_path / "new" / "relata.db"), content(three_revisions))


def resized(database, path, size):
    """A copy of a database in pages of SIZE bytes."""
    with connect(database) as connection:
        connection.execute(f"PRAGMA page_size = {size}")
        connection.execute("VACUUM INTO ?", (str(path),))
    assert rows(path, "PRAGMA page_size") == [(size,)]
    return path


@pytest.mark.parametrize("copied, kept", [(4096, 16384), (16384, 4096)])
def test_a_copy_in_pages_of_another_size_is_restored_while_it_is_served(copied, kept, three_revisions, database, tmp_path, start):
    copy = resized(three_revisions, tmp_path / "copy.db", copied)
    target = resized(database, tmp_path / "target.db", kept)
    service = start("serve", "--db", target, "--port", "0", "--dataset", FIRST_RELEASE)
    assert get(service, "/readyz")["dataset_revision"] == 1
    done = relata("restore", copy, "--db", target)
    assert (done.returncode, done.stderr) == (0, "")
    eventually(lambda: get(service, "/readyz")["dataset_revision"] == 3)
    same(content(target), content(three_revisions))
    assert rows(target, "PRAGMA page_size") == [(kept,)]
    assert [path for path in tmp_path.iterdir() if "restore" in path.name] == []
    assert service.stop() == 0
    assert relata("check", "--deep", "--db", target).returncode == 0


def test_a_copy_in_pages_of_another_size_may_lie_where_nobody_writes(three_revisions, tmp_path):
    copy = resized(three_revisions, tmp_path / "copy.db", 4096)
    copy.chmod(0o444)
    before = copy.read_bytes()
    assert relata("restore", copy, "--db", tmp_path / "new" / "relata.db").returncode == 0
    same(content(tmp_path / "new" / "relata.db"), content(three_revisions))
    assert copy.read_bytes() == before


@pytest.mark.parametrize("sentence, make, code", [
    ("a missing file", lambda path: None, 66),
    ("a file that is no database", lambda path: path.write_text("This is no database. " * 500), 65),
    ("a database of a later program", lambda path: tamper(backup_of_now(path), "PRAGMA user_version = 999"), 65),
], ids=lambda value: value.replace(" ", "_") if isinstance(value, str) else "")
def test_what_cannot_be_restored_is_named_and_changes_nothing(sentence, make, code, database, tmp_path):
    before = content(database)
    make(tmp_path / "copy.db")
    done = relata("restore", tmp_path / "copy.db", "--db", database)
    assert done.returncode == code
    assert str(tmp_path / "copy.db") in done.stderr
    same(content(database), before)


def backup_of_now(path):
    load(FIRST_RELEASE, path.with_name("other.db"))
    return backup(path.with_name("other.db"), path)


def test_a_restore_of_nothing_makes_no_database(tmp_path):
    done = relata("restore", tmp_path / "copy.db", "--db", tmp_path / "relata.db")
    assert done.returncode == 66
    assert list(tmp_path.iterdir()) == []


def test_a_backup_to_where_no_file_can_be_names_it(database, tmp_path):
    done = relata("backup", tmp_path / "none" / "copy.db", "--db", database)
    assert done.returncode != 0
    assert str(tmp_path / "none" / "copy.db") in done.stderr


def test_backups_and_restores_beside_a_writer_and_a_reader(dataset, tmp_path, start):
    """While one process writes revision upon revision and one serves, every copy is whole and every answer good."""
    database, folders = tmp_path / "relata.db", []
    load(FIRST_RELEASE, database)
    for word in "abcdefgh":
        dataset.find("events", "abbey-gate-attack")["summary"] = f"Draft {word}."
        folders.append(dataset.write(tmp_path / word))
    service = start("serve", "--db", database, "--port", "0", "--dataset", FIRST_RELEASE)
    seen, failed, done = [], [], threading.Event()

    def read():
        try:
            while not done.is_set():
                seen.append(get(service, "/v1/events?limit=3")["meta"]["dataset_revision"])
                done.wait(0.02)
        except Exception as error:
            failed.append(error)

    def write():
        try:
            for folder in folders:
                load(folder, database, "--draft")
        except Exception as error:
            failed.append(error)

    reader, writer = threading.Thread(target=read), threading.Thread(target=write)
    reader.start()
    writer.start()
    copies = []
    while writer.is_alive() or len(copies) < 2:
        copies.append(backup(database, tmp_path / f"copy-{len(copies)}.db"))
        writer.join(0.05)
    writer.join()
    assert failed == []
    chain = [hash for _, _, hash in revisions(database)]
    assert len(chain) == 9
    # Of copies that are the same, byte for byte, one needs a check.
    for copy in {copy.read_bytes(): copy for copy in copies}.values():
        assert relata("check", "--deep", "--db", copy, "--read-only").returncode == 0
        told = [hash for _, _, hash in revisions(copy)]
        assert told == chain[:len(told)] and told
    assert relata("restore", copies[0], "--db", database).returncode == 0
    back = len(revisions(copies[0]))
    eventually(lambda: get(service, "/readyz")["dataset_revision"] == back)
    done.set()
    reader.join()
    assert failed == []
    assert seen[0] <= max(seen) <= 9 and len(seen) > 1
    assert service.stop() == 0
    same(content(database), content(copies[0]))


# What serve does with a database before it serves it


def test_serve_makes_the_database_where_there_is_none(database, tmp_path, start):
    service = start("serve", "--db", tmp_path / "a" / "relata.db", "--port", "0", "--dataset", FIRST_RELEASE)
    assert get(service, "/readyz")["dataset_revision"] == 1
    assert service.stop() == 0
    same(content(tmp_path / "a" / "relata.db"), content(database))
    assert re.search(r"^.*event=load revision=1 .*added=\d+ changed=0 removed=0$", service.log, re.M)


def test_serve_in_any_folder_has_the_dataset_with_it(tmp_path, start):
    """With all that it ever was, as who loads it has it."""
    service = start("serve", "--port", "0", cwd=tmp_path)
    assert get(service, "/readyz")["dataset_revision"] == SHIPPED
    assert service.stop() == 0
    load(DATASET, tmp_path / "loaded.db")
    same(content(tmp_path / "data/relata.db"), content(tmp_path / "loaded.db"))


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.write_text("no folder")], ids=["nothing", "a_file"])
@pytest.mark.parametrize("words", [["serve", "--port", "0", "--dataset"], ["load"], ["load", "--dry-run"]], ids=" ".join)
def test_a_dataset_that_is_missing_is_named_before_a_database_is_made(words, make, tmp_path):
    make(tmp_path / "none")
    done = relata(*words, tmp_path / "none", "--db", tmp_path / "made/relata.db")
    assert done.returncode == 66
    assert re.fullmatch(f"relata: there is no dataset in {tmp_path}/none: (No such file|Not a) .*\n", done.stderr)
    assert not (tmp_path / "made").exists()


def test_a_copy_without_a_dataset_is_alive_but_not_ready_and_says_why(tmp_path, start):
    empty = backup(empty_database(tmp_path / "relata.db"), tmp_path / "copy.db")
    service = start("serve", "--db", empty, "--read-only", "--port", "0")
    with pytest.raises(AssertionError, match="holds no dataset"):
        get(service, "/readyz")
    assert get(service, "/healthz") == {"status": "ok"}
    assert service.stop() == 0
    assert re.search(r'^.*event=dataset detail="the database holds no dataset: .*" database=.*copy\.db$', service.log, re.M)


def test_serve_takes_a_later_shipped_release(three_revisions, releases, tmp_path, start):
    load(releases[0], tmp_path / "relata.db")
    folder = dump(three_revisions, tmp_path / "shipped")
    service = start("serve", "--db", tmp_path / "relata.db", "--dataset", folder, "--port", "0")
    assert get(service, "/readyz") == {"status": "ready", "dataset_revision": 3, "dataset_version": "2030.03"}
    assert service.stop() == 0
    same(content(tmp_path / "relata.db"), content(three_revisions))


def test_serve_of_the_shipped_release_changes_nothing(three_revisions, tmp_path, start):
    database = shutil.copy(three_revisions, tmp_path / "relata.db")
    folder = dump(three_revisions, tmp_path / "shipped")
    before = content(database)
    service = start("serve", "--db", database, "--dataset", folder, "--port", "0")
    assert get(service, "/readyz")["dataset_revision"] == 3
    assert service.stop() == 0
    same(content(database), before)
    assert "event=dataset" not in service.log


def test_serve_keeps_to_an_earlier_shipped_release_without_going_back(three_revisions, releases, tmp_path, start):
    database = shutil.copy(three_revisions, tmp_path / "relata.db")
    before = content(database)
    service = start("serve", "--db", database, "--dataset", releases[0], "--port", "0")
    assert get(service, "/readyz")["dataset_revision"] == 3
    assert service.stop() == 0
    same(content(database), before)


def test_serve_warns_and_serves_an_edited_database_as_it_is(three_revisions, releases, tmp_path, start):
    database = tmp_path / "relata.db"
    load(releases[0], database)
    edited = Dataset(releases[0])
    edited.find("eras", "gwot")["title"] = "Edited here"
    load(edited.write(tmp_path / "edited"), database, "--draft")
    before = content(database)
    folder = dump(three_revisions, tmp_path / "shipped")
    service = start("serve", "--db", database, "--dataset", folder, "--port", "0")
    assert get(service, "/v1/eras/gwot")["data"]["title"] == "Edited here"
    assert service.stop() == 0
    assert re.search(r'^.*event=dataset detail="the shipped release 2030\.03 is newer, but the database has revisions of its'
                     r' own; it is served as it is"$', service.log, re.M)
    same(content(database), before)


def test_serve_refuses_a_faulty_shipped_release_and_tells_why(three_revisions, releases, tmp_path):
    load(releases[0], tmp_path / "relata.db")
    folder = dump(three_revisions, tmp_path / "shipped")
    faulty = Dataset(folder)
    faulty.find("eras", "gwot")["title"] = ""
    faulty.write(folder)
    done = relata("serve", "--db", tmp_path / "relata.db", "--dataset", folder, "--port", "0")
    assert done.returncode == 65
    assert re.search(r"eras\.json:\d+#/\d/title \(gwot\)", done.stderr)
    assert len(revisions(tmp_path / "relata.db")) == 1
