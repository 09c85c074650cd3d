"""A load that is killed leaves all of its revision or nothing, and the database sound."""
import os
import random
import shutil
import subprocess
import time

import pytest

from first_release import FIRST_RELEASE
from service import PATIENCE, TOOL, environment
from storage import content, load, relata, same

ROUNDS = int(os.environ.get("RELATA_KILLS", 10))


def load_killed(folder, database, after):
    """A load that is killed AFTER seconds, unless it has ended; whether it was killed."""
    process = subprocess.Popen([str(TOOL), "load", str(folder), "--db", str(database)], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, env=environment())
    try:
        process.wait(after)
        return False
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(PATIENCE)
        return True


def duration(folder, database):
    start = time.monotonic()
    load(folder, database)
    return time.monotonic() - start


def check_sound(database):
    done = relata("check", "--deep", "--db", database)
    assert (done.returncode, done.stdout) == (0, f"{database} is sound\n")


def test_a_killed_load_leaves_the_revision_before_or_the_next(dataset, tmp_path):
    dataset.publish("2031.01", "2031-01-01T00:00:00Z")
    for name in ("events", "actors"):
        for record in dataset.records[name]:
            record["title" if name == "events" else "name"] += " (later)"
    folder = dataset.write(tmp_path / "next")
    load(FIRST_RELEASE, tmp_path / "before.db")
    before = content(tmp_path / "before.db")
    shutil.copy(tmp_path / "before.db", tmp_path / "after.db")
    whole = duration(folder, tmp_path / "after.db")
    after = content(tmp_path / "after.db")
    moments, killed = random.Random(2026), 0
    for number in range(ROUNDS):
        database = shutil.copy(tmp_path / "before.db", tmp_path / "relata.db")
        killed += load_killed(folder, database, moments.uniform(0.02, 0.98) * whole)
        check_sound(database)
        left = content(database)
        same(left, after if len(left["revision"]) == 2 else before)
        load(folder, database)
        same(content(database), after)
        for path in tmp_path.glob("relata.db*"):
            path.unlink()
    assert killed > 0


def test_a_killed_first_load_leaves_nothing_or_all(tmp_path):
    whole = duration(FIRST_RELEASE, tmp_path / "after.db")
    after = content(tmp_path / "after.db")
    moments, killed = random.Random(2027), 0
    for number in range(ROUNDS):
        database = tmp_path / "relata.db"
        killed += load_killed(FIRST_RELEASE, database, moments.uniform(0.02, 0.98) * whole)
        load(FIRST_RELEASE, database)
        same(content(database), after)
        check_sound(database)
        for path in tmp_path.glob("relata.db*"):
            path.unlink()
    assert killed > 0
