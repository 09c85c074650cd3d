"""What Litestream has copied, with the very configuration of compose, restores to what was served."""
import contextlib
import os
import pathlib
import shutil
import subprocess
import threading

import pytest
import yaml

from releases import Dataset
from service import PATIENCE, ROOT, environment, eventually, relata
from wire import Wire, ask, line

PROGRAM = pathlib.Path(os.environ.get("LITESTREAM", ROOT / "build/litestream/0.3.13/litestream")).resolve()
CONFIG = ROOT / "deploy/litestream.yml"
# The revisions of the shipped dataset, each published.
SHIPPED = sum(line[:1].isdigit() for line in (ROOT / "db/releases.tsv").read_text().splitlines())
LOADS = 8


class Litestream:
    """`litestream replicate` for one database, and restores from its copies."""

    def __init__(self, database, folder):
        self.database, self.folder, self.numbers = database, folder, iter(range(1000))
        self.environment = environment({"RELATA_DB": str(database), "RELATA_REPLICA": f"file://{folder}/copies"})
        self.start()

    def start(self):
        with open(self.folder / "litestream.log", "a") as log:
            self.process = subprocess.Popen([PROGRAM, "replicate", "-config", CONFIG], env=self.environment, stdout=log, stderr=log)
        eventually(lambda: any(self.folder.glob("copies/generations/*/snapshots/*")))

    def kill(self):
        self.process.kill()
        self.process.wait(PATIENCE)

    def restore(self):
        """Restores to a new file; its path. None where there is too little yet."""
        path = self.folder / f"restored-{next(self.numbers)}.db"
        done = subprocess.run([PROGRAM, "restore", "-config", CONFIG, "-o", path, self.database], env=self.environment,
                              capture_output=True, text=True, timeout=PATIENCE)
        return path if done.returncode == 0 and path.exists() else None

    def restored_with(self, revision):
        """A restored file, once the copies hold REVISION."""
        return eventually(lambda: (path := self.restore()) and hash_of(path) == revision and path)


def hash_of(database):
    """The hash of the newest revision, which covers all before it."""
    rows = subprocess.run(["sqlite3", "-readonly", database, "SELECT hash FROM revision ORDER BY number DESC LIMIT 1"],
                          capture_output=True, text=True, timeout=PATIENCE)
    assert rows.returncode == 0, rows.stderr
    return rows.stdout.strip()


def dumped(database, folder):
    assert relata("dump", folder, "--db", database).returncode == 0
    return {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def check_sound(database):
    done = relata("check", "--deep", "--db", database)
    assert (done.returncode, done.stdout) == (0, f"{database} is sound\n"), done.stderr


@pytest.fixture
def copied(serve_copy, loaded, tmp_path):
    service = serve_copy(loaded)
    litestream = Litestream(service.database, tmp_path)
    yield service, litestream
    litestream.kill()
    service.stop()


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Releases, each of which changes every event."""
    def write(number):
        dataset = Dataset()
        dataset.publish(f"2031.{number:02}", f"2031-{number:02}-01T00:00:00Z", f"Release {number}")
        for event in dataset.records["events"]:
            event["title"] += f" ({number})"
        return dataset.write(tmp_path_factory.mktemp("release"))
    return [write(number) for number in range(1, LOADS + 1)]


@contextlib.contextmanager
def reading(service):
    """Asks all the while, and leaves the processor to those who write; every answer must be good."""
    stop, statuses = threading.Event(), []

    def read():
        with Wire(service) as wire:
            while not stop.is_set():
                statuses.append(wire.ask(line(f"/v1/events?limit=5&offset={len(statuses) % 100}")).status)
                stop.wait(0.02)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
    assert set(statuses) == {200}


def load(folder, service):
    done = relata("load", folder, "--db", service.database)
    assert done.returncode == 0, done.stderr


def test_compose_runs_the_version_that_is_tried_here():
    image = yaml.safe_load((ROOT / "docker-compose.litestream.yml").read_text())["services"]["litestream"]["image"]
    told = subprocess.run([PROGRAM, "version"], capture_output=True, text=True, timeout=PATIENCE).stdout.strip()
    assert image.partition(":")[2] == told.removeprefix("v")


def test_copies_made_under_live_writes_restore_to_a_sound_database_at_each_moment_and_to_the_last_one(copied, folders, tmp_path):
    service, litestream = copied
    with reading(service):
        meanwhile = []
        for folder in folders:
            load(folder, service)
            meanwhile.append(litestream.restore())
            if meanwhile[-1]:
                check_sound(meanwhile[-1])
        assert any(meanwhile)
        restored = litestream.restored_with(hash_of(service.database))
    check_sound(restored)
    assert ask(service, line("/v1/events")).headers["dataset-revision"] == str(LOADS + SHIPPED)
    assert dumped(restored, tmp_path / "restored") == dumped(service.database, tmp_path / "served")
    check_sound(service.database)


def test_copies_go_on_where_litestream_was_killed_while_data_were_written(copied, folders):
    service, litestream = copied
    load(folders[0], service)
    litestream.kill()
    load(folders[1], service)
    litestream.start()
    load(folders[2], service)
    check_sound(litestream.restored_with(hash_of(service.database)))


def test_a_lost_state_comes_back_into_the_service_that_runs_and_is_copied_on(copied, folders):
    """The way of docs/operations.md: restore to a file, then `relata restore` while the service answers."""
    service, litestream = copied
    load(folders[0], service)
    good = hash_of(service.database)
    restored = litestream.restored_with(good)
    load(folders[1], service)
    with reading(service):
        done = relata("restore", restored, "--db", service.database)
        assert done.returncode == 0, done.stderr
        eventually(lambda: ask(service, line("/v1/events")).headers["dataset-revision"] == str(SHIPPED + 1))
    load(folders[2], service)
    check_sound(litestream.restored_with(hash_of(service.database)))
    assert hash_of(service.database) != good


def test_a_restored_file_is_served_where_there_was_none(copied, folders, start, tmp_path):
    service, litestream = copied
    load(folders[0], service)
    restored = litestream.restored_with(hash_of(service.database))
    answers = [ask(service, line("/v1/events?limit=100"))]
    elsewhere = shutil.move(restored, tmp_path / "elsewhere.db")
    another = start("serve", "--port", "0", "--db", elsewhere)
    answers.append(ask(another, line("/v1/events?limit=100")))
    assert len({(each.headers["etag"], each.body) for each in answers}) == 1
    another.stop()
