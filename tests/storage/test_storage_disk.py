"""Failing disks: what goes wrong is named, the exit code tells it, nothing is lost, and readers read on."""
import errno
import os
import pathlib
import shutil
import subprocess
import tempfile

import pytest

from first_release import FIRST_RELEASE
from service import BINARY, PATIENCE, TOOL, environment, relata
from storage import content, load, same

SHIM = pathlib.Path(__file__).with_name("fail.c")
DISK = {errno.EIO: "disk I/O error", errno.ENOSPC: "database or disk is full"}


@pytest.fixture(scope="session")
def shim(tmp_path_factory):
    built = tmp_path_factory.mktemp("shim") / "fail.so"
    subprocess.run(["cc", "-D_GNU_SOURCE", "-shared", "-fPIC", "-o", built, SHIM, "-ldl"], check=True)
    return built


@pytest.fixture
def next_release(dataset, tmp_path):
    for record in dataset.records["events"]:
        record["summary"] += " Later."
    return dataset.publish("2031.01", "2031-01-01T00:00:00Z").write(tmp_path / "next")


def check_sound(database, *flags):
    done = relata("check", "--deep", "--db", database, *flags)
    assert (done.returncode, done.stdout) == (0, f"{database} is sound\n"), done.stderr


def failing(shim, name, calls, number):
    # Sanitizers want to be loaded first; a program that has them is not run with the shim.
    if b"__asan_init" in BINARY.read_bytes() or b"__tsan_init" in BINARY.read_bytes():
        pytest.skip("a sanitizer is in the program")
    return {"LD_PRELOAD": str(shim), "FAIL_PATH": name, "FAIL_CALLS": calls, "FAIL_ERRNO": str(number)}


@pytest.mark.parametrize("number, name, call", [
    (errno.EIO, "relata.db", "read"), (errno.EIO, "relata.db", "write"), (errno.EIO, "relata.db-wal", "write"),
    (errno.EIO, "relata.db-wal", "sync"), (errno.ENOSPC, "relata.db-wal", "write")],
    ids=lambda value: errno.errorcode[value] if isinstance(value, int) else value)
def test_a_load_that_the_disk_refuses_leaves_the_revision_before_and_readers_read(number, name, call, shim, database,
                                                                                 next_release, start):
    import urllib.request
    before = content(database)
    service = start("serve", "--db", database, "--port", "0", "--dataset", FIRST_RELEASE)
    ask = lambda: urllib.request.urlopen(service.url + "/v1/events?limit=500", timeout=PATIENCE).read()  # noqa: E731
    answer = ask()
    done = relata("load", next_release, "--db", database, env=failing(shim, "/" + name, call, number))
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    said = DISK[number if call == "write" else errno.EIO]
    assert done.stderr.startswith(f"relata: {database}: {said}"), done.stderr
    assert ask() == answer
    check_sound(database)
    same(content(database), before)
    load(next_release, database)
    check_sound(database)
    assert service.stop() == 0


@pytest.mark.parametrize("words", [["check"], ["dump", "OUT"], ["backup", "OUT"], ["serve", "--port", "0"]], ids=lambda words: words[0])
def test_a_disk_that_cannot_be_read_is_named(words, shim, database, tmp_path):
    words = [tmp_path / "out" if word == "OUT" else word for word in words]
    done = relata(*words, "--db", database, env=failing(shim, "/relata.db", "read", errno.EIO))
    assert (done.returncode, done.stderr) == (1, f"relata: {database}: disk I/O error: Input/output error\n")
    check_sound(database)


def in_mounts(script, *arguments):
    """Runs SCRIPT where it may mount; what it mounts is gone when it ends."""
    unshare = ["unshare", "--mount", "--propagation", "private"] + (["--map-root-user"] if os.geteuid() else [])
    if subprocess.run([*unshare, "true"], capture_output=True).returncode:
        pytest.skip("nothing may be mounted here")
    return subprocess.run([*unshare, "sh", "-euc", script, "sh", str(TOOL), *map(str, arguments)], capture_output=True,
                          text=True, timeout=script.count('"$1"') * PATIENCE, env=environment())


# Room for the database and half as much again; a load writes nearly all its pages to the WAL.
FULL = """
mount -t tmpfs -o size="$(($(stat -c %s "$2") * 3 / 2))" none "$3"
cp "$2" "$3/relata.db"
code=0; "$1" load "$4" --db "$3/relata.db" || code=$?
echo "load $code"
code=0; "$1" backup "$3/copy.db" --db "$3/relata.db" || code=$?
echo "backup $code"; rm -f "$3/copy.db"
"$1" check --deep --db "$3/relata.db"
"$1" dump "$5/dump" --db "$3/relata.db"
mount -o remount,size=100m "$3"
"$1" load "$4" --db "$3/relata.db"
"$1" check --deep --db "$3/relata.db"
"""


def test_a_full_disk_refuses_a_load_and_takes_it_when_there_is_room(database, next_release, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    done = in_mounts(FULL, database, disk, next_release, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    sound = f"{disk}/relata.db is sound"
    assert lines[:3] == ["load 1", "backup 1", sound] and lines[5:] == [sound], lines
    assert lines[3].startswith(f"{tmp_path}/dump: revision 1 (2026.11") and lines[4].startswith("revision 2 (2031.01")
    assert done.stderr.splitlines() == [f"relata: {disk}/{name}: database or disk is full" for name in ("relata.db", "copy.db")]
    assert (tmp_path / "dump/events.json").read_bytes() == (FIRST_RELEASE / "events.json").read_bytes()


READ_ONLY = """
mount -t tmpfs none "$3"
cp "$2" "$3/relata.db"
mount -o remount,ro "$3"
for words in "load $4" check "backup $5/copy.db" "serve --port 0"; do
    code=0; "$1" $words --db "$3/relata.db" || code=$?
    echo "${words%% *} $code"
done
"$1" check --deep --read-only --db "$3/relata.db"
"$1" dump "$5/dump" --read-only --db "$3/relata.db"
"""


def test_a_read_only_file_system_is_named_and_read_by_read_only(database, next_release, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    done = in_mounts(READ_ONLY, database, disk, next_release, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    *lines, dumped = done.stdout.splitlines()
    assert lines == ["load 1", "check 1", "backup 1", "serve 1", f"{disk}/relata.db is sound"]
    assert dumped.startswith(f"{tmp_path}/dump: revision 1 (2026.11")
    assert done.stderr.splitlines() == [f"relata: {disk}/relata.db: Read-only file system"] * 4
    assert (tmp_path / "dump/events.json").read_bytes() == (FIRST_RELEASE / "events.json").read_bytes()


@pytest.fixture
def open_folder():
    """A folder that other users reach, as those of pytest are not."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield pathlib.Path(folder)


@pytest.mark.parametrize("file_mode, words", [(0o000, ["check"]), (0o000, ["load", str(FIRST_RELEASE)]), (0o000, ["serve", "--port", "0"]),
                                              (0o444, ["load", str(FIRST_RELEASE)])],
                         ids=["check", "load", "serve", "load_of_what_may_be_read"])
def test_a_database_without_permission_is_named(file_mode, words, database, open_folder):
    path = pathlib.Path(shutil.copy(database, open_folder / "relata.db"))
    before = path.read_bytes()
    path.chmod(file_mode)
    other = {"user": 65534} if os.geteuid() == 0 else {}
    program = shutil.copy(TOOL, open_folder / "relata")
    done = subprocess.run([program, *words, "--db", str(path)], capture_output=True, text=True, timeout=PATIENCE,
                          env=environment(), **other)
    assert (done.returncode, done.stderr) == (1, f"relata: {path}: Permission denied\n")
    path.chmod(0o644)
    assert path.read_bytes() == before
    check_sound(path, "--read-only")
