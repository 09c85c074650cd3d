"""What the disk has damaged is not served as truth: an answer is the one of before, or an error that the log and `relata check` explain."""
import contextlib
import json
import os
import random
import shutil
import sqlite3

import pytest

from service import relata
from wire import Wire, line

DAMAGES = int(os.environ.get("RELATA_DAMAGES", "10"))
RECORD = "september-11-attacks"
# Each reads renderings on a way of its own.
READERS = [f"/v1/events/{RECORD}", f"/v1/events?id={RECORD}", "/v1/events?format=ndjson", "/v1/events?sort=title&offset=1&limit=300",
           "/v1/search?q=september&limit=50"]
LISTS = [f"/v1/{name}?limit=500" for name in ("events", "aid", "actors", "references", "themes", "eras")]


@pytest.fixture
def serve(start):
    def serve_one(database):
        return start("serve", "--port", "0", "--db", database, "--read-only", "--public-url", "http://relata.test")

    return serve_one


def answer(service, target):
    """Status and body; None where a stream ends unfinished."""
    with Wire(service) as wire:
        try:
            told = wire.ask(line(target))
            return told.status, told.body
        except (EOFError, ConnectionError):
            return None


def flipped(source, path, offset, bit):
    shutil.copy(source, path)
    with open(path, "r+b") as file:
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([byte ^ (1 << bit)]))
    return path


@pytest.fixture(scope="module")
def damaged(loaded, tmp_path_factory):
    path = tmp_path_factory.mktemp("damaged") / "relata.db"
    shutil.copy(loaded, path)
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        changed = database.execute("UPDATE rendering SET json = replace(json, 'September', 'Septembes') WHERE record ="
                                   " (SELECT key FROM record WHERE id = ?)", (RECORD,))
        assert changed.rowcount > 0
    return path


@pytest.mark.parametrize("target", READERS)
def test_a_damaged_record_is_no_answer(serve, damaged, target):
    service = serve(damaged)
    told = answer(service, target)
    assert told is None or told[0] == 500, told
    service.stop()
    assert told is None or "damaged" in service.log


def test_check_names_a_damaged_record(damaged):
    done = relata("check", "--db", damaged)
    assert (done.returncode, RECORD in done.stdout + done.stderr) == (1, True), done


def records(told):
    return [json.dumps(record) for record in json.loads(told[1])["data"]]


def test_no_record_is_shown_otherwise_after_random_damages(serve, loaded, tmp_path):
    whole = serve(loaded)
    written = {record for target in LISTS for record in records(answer(whole, target))}
    whole.stop()
    chance, size = random.Random(6), loaded.stat().st_size
    for number in range(DAMAGES):
        offset, bit = chance.randrange(size), chance.randrange(8)
        service = serve(flipped(loaded, tmp_path / "damaged.db", offset, bit))
        for target in LISTS:
            told = answer(service, target)
            assert not told or told[0] >= 500 or set(records(told)) <= written, (number, offset, bit, target)
        service.stop()
