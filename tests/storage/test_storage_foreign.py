"""Files that are not this program's, or not whole, are refused and kept; its own are for their owner alone."""
import os
import shutil
import sqlite3
import subprocess

import pytest

from first_release import FIRST_RELEASE
from service import PATIENCE, TOOL, environment, relata
from storage import connect, content, load, rows, same

APPLICATION = 0x52656C61


def foreign(path, *statements):
    """A SQLite file of another program."""
    with_file = sqlite3.connect(path)
    with_file.executescript("CREATE TABLE precious (x); INSERT INTO precious VALUES (1);" + ";".join(statements))
    with_file.close()
    return path


@pytest.mark.parametrize("told", [[], ["PRAGMA application_id = -5"], ["PRAGMA user_version = 3", "CREATE TABLE revision (x)"]],
                         ids=["bare", "with_an_id", "alike"])
@pytest.mark.parametrize("words", [["serve", "--port", "0", "--db", "FILE"], ["serve", "--read-only", "--port", "0", "--db", "FILE"],
                                   ["load", FIRST_RELEASE, "--db", "FILE"], ["check", "--db", "FILE"], ["dump", "OUT", "--db", "FILE"],
                                   ["backup", "OUT", "--db", "FILE"], ["restore", "FILE", "--db", "OUT"],
                                   ["backup", "FILE", "--db", "OURS"], ["restore", "OURS", "--db", "FILE"]],
                         ids=lambda words: "_".join(word for word in map(str, words) if "/" not in word))
def test_a_file_of_another_program_is_refused_and_kept(words, told, shipped_database, tmp_path):
    path = foreign(tmp_path / "foreign.db", *told)
    before = path.read_bytes()
    places = {"FILE": path, "OUT": tmp_path / "out", "OURS": shutil.copy(shipped_database, tmp_path / "ours.db")}
    done = relata(*[places.get(word, word) for word in words])
    assert (done.returncode, done.stderr) == (65, f"relata: {path}: it is a SQLite file of another program\n")
    assert path.read_bytes() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["foreign.db", "ours.db"]


def test_a_database_says_whose_it_is(database, tmp_path):
    assert rows(database, "PRAGMA application_id") == [(APPLICATION,)]


def test_a_database_that_an_earlier_version_made_is_taken_and_then_says_whose_it_is(database):
    with connect(database, "rw") as with_database:
        with_database.execute("PRAGMA application_id = 0")
    assert relata("check", "--db", database).returncode == 0
    assert "same as revision 1" in load(FIRST_RELEASE, database).stdout
    assert rows(database, "PRAGMA application_id") == [(APPLICATION,)]


@pytest.mark.parametrize("words", [["serve", "--read-only", "--port", "0", "--db"], ["check", "--read-only", "--db"], ["restore"]], ids=" ".join)
def test_a_file_with_changes_beside_it_is_not_served_as_it_was(words, database, tmp_path):
    writer, copy = connect(database, "rw"), tmp_path / "copy.db"
    writer.execute("UPDATE revision SET reason = 'Newer'")
    for end in ("", "-wal"):
        shutil.copy(f"{database}{end}", f"{copy}{end}")
    writer.close()
    done = relata(*words, copy, *(["--db", tmp_path / "other.db"] if words == ["restore"] else []))
    assert done.returncode == 65
    assert done.stderr.startswith(f"relata: {copy}: changes that it lacks lie in the file -wal beside it")


def other_user(words, folder):
    other = {"user": 65534} if os.geteuid() == 0 else {}
    program = shutil.copy(TOOL, folder / "relata")
    return subprocess.run([program, *map(str, words)], capture_output=True, text=True, timeout=PATIENCE, env=environment(), **other)


@pytest.mark.parametrize("words", [["load", "dataset", "--db", "made/relata.db"], ["load", "dataset", "--db", "made/a/b/relata.db"],
                                   ["serve", "--port", "0", "--db", "made/relata.db"], ["backup", "made/copy.db", "--db", "relata.db"]],
                         ids=lambda words: " ".join(words))
def test_a_folder_without_permission_is_the_reason_that_is_told(words, database):
    import tempfile
    import pathlib
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        folder.chmod(0o777)
        shutil.copytree(FIRST_RELEASE, folder / "dataset")
        shutil.copy(database, folder / "relata.db").chmod(0o666)
        (folder / "made").mkdir(mode=0o555)
        words = [folder / word if "/" in word or word in ("dataset", "relata.db") else word for word in words]
        done = other_user(words, folder)
        told = next(word for word in words if "made" in str(word))
        assert (done.returncode, done.stderr) == (1, f"relata: {told}: Permission denied\n")


@pytest.mark.parametrize("umask, mode", [(0o022, 0o600), (0, 0o600), (0o277, 0o400)])
def test_databases_and_backups_are_for_their_owner_alone(umask, mode, tmp_path):
    before = os.umask(umask if umask != 0o277 else 0o022)
    try:
        load(FIRST_RELEASE, tmp_path / "relata.db")
        os.umask(umask)
        assert relata("backup", tmp_path / "copy.db", "--db", tmp_path / "relata.db").returncode == 0 or os.geteuid() != 0
    finally:
        os.umask(before)
    assert (tmp_path / "relata.db").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == mode


def test_a_backup_that_fails_leaves_nothing_behind(database, tmp_path):
    (tmp_path / "out").mkdir()
    done = subprocess.run(["bash", "-c", 'ulimit -f 64; exec "$@"', "-", TOOL, "backup", tmp_path / "out/copy.db", "--db", database],
                          capture_output=True, text=True, env=environment(), timeout=PATIENCE)
    assert done.returncode != 0
    assert list((tmp_path / "out").iterdir()) == []


def test_commands_say_what_they_did(three_revisions, tmp_path):
    copy, target = tmp_path / "copy.db", tmp_path / "target.db"
    hash = rows(three_revisions, "SELECT substr(hash, 1, 16) FROM revision WHERE number = 3")[0][0]
    revision = f"revision 3 (2030.03, {hash})\n"
    assert relata("backup", copy, "--db", three_revisions).stdout == f"{copy}: a copy of {three_revisions}, {revision}"
    assert relata("backup", copy, "--db", three_revisions).stdout == f"{copy}: replaced by a copy of {three_revisions}, {revision}"
    assert relata("restore", copy, "--db", target).stdout == f"{target}: restored from {copy}, {revision}"
    assert relata("dump", tmp_path / "out", "--db", target).stdout == f"{tmp_path}/out: {revision}"


def test_two_slashes_begin_a_path_like_one(tmp_path, database):
    load(FIRST_RELEASE, f"/{tmp_path}/relata.db")
    same(content(tmp_path / "relata.db"), content(database))
