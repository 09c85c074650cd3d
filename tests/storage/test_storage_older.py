"""A record may grow: revisions from before a field load, serve and check as they ever did.

older/relata-0.1.0.db.gz was made by the program of the first day, which knew no `significant_digits` and none of the fields of the
second edition; older/dump has that as its first revision, and a second one that has every field.
"""
import gzip
import hashlib
import json
import pathlib

import pytest

from contract import shipped
from releases import COLLECTIONS
from service import relata
from storage import load, rows

OLDER = pathlib.Path(__file__).parent / "older"
SCHEMAS = {"events": "EventWrite", "aid": "AidWrite", "actors": "ActorWrite", "references": "ReferenceWrite", "eras": "EraWrite",
           "themes": "ThemeWrite"}


@pytest.fixture
def old_database(tmp_path):
    path = tmp_path / "old.db"
    path.write_bytes(gzip.decompress((OLDER / "relata-0.1.0.db.gz").read_bytes()))
    return path


@pytest.fixture
def dumped(tmp_path):
    path = tmp_path / "dumped.db"
    load(OLDER / "dump", path)
    return path


def is_sound(path):
    done = relata("check", "--deep", "--db", path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_database_from_before_some_fields_loads_checks_and_comes_out_again(old_database, dumped, tmp_path):
    load(OLDER / "dump", old_database)
    is_sound(old_database)
    assert relata("dump", tmp_path / "dump", "--db", old_database).returncode == 0
    load(tmp_path / "dump", tmp_path / "anew.db")
    is_sound(tmp_path / "anew.db")
    hashes = "SELECT number, hash FROM revision ORDER BY number"
    assert rows(old_database, hashes) == rows(dumped, hashes) == rows(tmp_path / "anew.db", hashes)


def test_what_a_revision_lacks_is_null_in_what_is_served(clients, serve_copy, old_database, dumped):
    """The client judges every answer by the contract."""
    for path in (old_database, dumped):
        client = clients(serve_copy(path))
        (event, _), (figure,) = client.ok("/v1/events", as_of=1).data, client.ok("/v1/aid", as_of=1).data
        assert (event["nature"], event["date_extent"], event["begin_earliest"]) == (None, None, event["date_start"])
        assert figure["significant_digits"] is None and {note["weight"] for note in event["notes"]} <= {None}
        assert {(actor["parent"], *actor["identifiers"]) for actor in client.ok("/v1/actors", as_of=1).data} == {(None,)}
        assert client.ok("/v1/aid/totals", as_of=1, dollars="constant", base_year=2020).data
        for collection in COLLECTIONS:
            assert client.ok(f"/v1/{collection}", as_of=1).total


def rendered(path):
    digest = hashlib.sha256()
    for id, valid_from, text in rows(path, "SELECT r.id, g.valid_from, g.json FROM rendering g JOIN record r ON r.key = g.record ORDER BY 1, 2"):
        digest.update(f"{id} {valid_from} {text}\n".encode())
    return digest.hexdigest()


def test_the_number_of_the_representation_goes_up_with_what_is_rendered(dumped):
    known = json.loads((OLDER / "representation.json").read_text())
    ((number,),) = rows(dumped, "SELECT number FROM representation")
    found = rendered(dumped)
    assert number != known["number"] or found == known["sha256"], \
        "the same versions are shown otherwise: raise REPRESENTATION in server/storage/intact.h"
    assert {"number": number, "sha256": found} == known, "put this into older/representation.json"


def properties_of(contract, schema):
    schema = contract.resolved(schema)
    found = set(schema.get("properties", {}))
    return found.union(*(properties_of(contract, branch) for branch in schema.get("allOf", [])))


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_the_dump_has_every_field(collection):
    contract = shipped()
    records = json.loads((OLDER / f"dump/{collection}.json").read_text())
    wanted = properties_of(contract, {"$ref": f"#/components/schemas/{SCHEMAS[collection]}"})
    assert wanted == {key for record in records for key in record}, "give a record of older/dump the field"
