"""The archive to take home: what is in it, that it agrees with the service and with itself, and that it is made once."""
import base64
import csv
import hashlib
import io
import json
import os
import pathlib
import re
import sqlite3
import zipfile

import pytest
import yaml

from releases import COLLECTIONS, Dataset
from service import ROOT, eventually, relata

PATH = "/v1/dataset/export.zip"


@pytest.fixture(scope="module")
def answer(client):
    return client.ok(PATH)


@pytest.fixture(scope="module")
def archive(answer):
    return zipfile.ZipFile(io.BytesIO(answer.body))


@pytest.fixture(scope="module")
def tables(archive, tmp_path_factory):
    folder = tmp_path_factory.mktemp("archive")
    with sqlite3.connect(archive.extract("relata.sqlite", folder)) as database:
        database.row_factory = sqlite3.Row
        yield database


@pytest.fixture(scope="module")
def package(archive):
    return json.loads(archive.read("datapackage.json"))


def test_it_holds_what_the_contract_says(archive):
    assert archive.testzip() is None
    assert sorted(archive.namelist()) == sorted(
        [*(f"{name}.csv" for name in COLLECTIONS), "relata.sqlite", "datapackage.json", "CITATION.cff", "CODEBOOK.md", "LICENSE"])


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_csv_files_are_those_of_the_service(client, archive, collection):
    assert archive.read(f"{collection}.csv") == client.ok(f"/v1/{collection}", format="csv").body


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_sqlite_has_a_table_for_each_collection(client, archive, tables, collection):
    rows = tables.execute(f'SELECT * FROM "{collection}" ORDER BY id').fetchall()
    records = sorted(client.records(f"/v1/{collection}"), key=lambda record: record["id"])
    assert [row["id"] for row in rows] == [record["id"] for record in records]
    assert [json.loads(row["json"]) for row in rows] == records
    header = next(csv.reader(io.StringIO(archive.read(f"{collection}.csv").decode())))
    assert rows[0].keys() == [*header, "json"]
    assert tables.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_lists_in_sqlite_can_be_taken_apart(client, tables):
    """As somebody in Datasette would: the events of an actor."""
    found = tables.execute("SELECT e.id FROM events e, json_each(e.json, '$.actors') a WHERE a.value ->> 'id' = 'imran-khan'")
    assert sorted(id for (id,) in found) == sorted(record["id"] for record in client.records("/v1/events", actor="imran-khan"))


def test_numbers_are_numbers_in_sqlite(tables):
    kinds = {kind for (kind,) in tables.execute("SELECT DISTINCT typeof(amount_usd) FROM aid")}
    assert kinds == {"integer"}
    assert {kind for (kind,) in tables.execute("SELECT DISTINCT typeof(year) FROM events")} <= {"integer", "null"}


def test_the_data_package_describes_every_file(archive, package, client):
    assert package["profile"] == "tabular-data-package"
    assert re.fullmatch(r"[a-z0-9._-]+", package["name"])
    assert package["licenses"][0]["name"] == client.ok("/v1/dataset").data["licence"]["identifier"]
    assert [resource["name"] for resource in package["resources"]] == COLLECTIONS
    for resource in package["resources"]:
        body = archive.read(resource["path"])
        assert resource["bytes"] == len(body)
        assert resource["hash"] == "sha256:" + hashlib.sha256(body).hexdigest()
        header = next(csv.reader(io.StringIO(body.decode(resource["encoding"]))))
        assert [field["name"] for field in resource["schema"]["fields"]] == header
        assert resource["schema"]["primaryKey"] in ("id", ["id"])


def test_the_citation_file_names_release_and_address(archive, client):
    cited = yaml.safe_load(archive.read("CITATION.cff"))
    about = client.ok("/v1/dataset").data
    assert (cited["cff-version"], cited["type"], cited["version"]) == ("1.2.0", "dataset", about["version"])
    assert cited["title"] == about["citation"]["csl"]["title"] and cited["url"] == about["citation"]["csl"]["URL"]
    assert cited["authors"] == [{"name": Dataset().release["editor"]}]
    (source,), (work,) = about["sources"], cited["references"]
    assert (work["title"], work["journal"], work["url"]) == (source["title"], source["container-title"], source["URL"])
    assert work["authors"] == [{"family-names": each["family"], "given-names": each["given"]} for each in source["author"]]
    assert json.loads(archive.read("datapackage.json"))["sources"] == [{"title": source["title"], "path": source["URL"]}]
    assert cited["license"] == about["licence"]["identifier"] and cited["date-released"] == about["published_at"][:10]


CORPORA = ["paper", "official", "paper,official"]


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text.decode())))


@pytest.mark.parametrize("corpus", CORPORA)
def test_it_holds_the_corpus_and_what_that_names(client, corpus):
    archive = zipfile.ZipFile(io.BytesIO(client.ok(PATH, corpus=corpus).body))
    for collection in COLLECTIONS:
        asked = {"corpus": corpus} if collection not in ("eras", "themes") else {}
        listed = rows_of(client.ok(f"/v1/{collection}", asked, format="csv").body)
        held = rows_of(archive.read(f"{collection}.csv"))
        assert [row for row in held if not asked or row["corpus"] in corpus.split(",")] == listed
        beyond = {row["id"] for row in held} - {row["id"] for row in listed}
        assert not beyond or corpus == "official" and collection in ("actors", "references")
        if collection == "actors" and corpus == "official":
            assert {"pakistan", "united-states"} <= beyond and len(beyond) < client.ok("/v1/actors").total


@pytest.mark.parametrize("corpus", CORPORA)
def test_it_names_the_sources_of_its_corpus(client, corpus):
    answer, about = client.ok(PATH, corpus=corpus), client.ok("/v1/dataset", corpus=corpus)
    archive = zipfile.ZipFile(io.BytesIO(answer.body))
    cited, package = yaml.safe_load(archive.read("CITATION.cff")), json.loads(archive.read("datapackage.json"))
    titles = [work["title"] for work in about.data["sources"]]
    assert [work["title"] for work in cited["references"]] == [work["title"] for work in package["sources"]] == titles
    assert [work["type"] for work in cited["references"]] == [work["type"].removesuffix("-journal") for work in about.data["sources"]]
    assert all(work["authors"] for work in cited["references"])
    assert cited["url"] == package["homepage"] == about.data["citation"]["csl"]["URL"] and ("corpus" in cited["url"]) == (corpus != "paper")
    name = "-".join(["relata", *(corpus.split(",") if corpus != "paper" else [])])
    assert package["name"] == name and f'filename="{name}-{about.data["version"]}.zip"' in answer.headers["content-disposition"]
    downloads = client.ok("/v1/dataset", corpus=corpus, format="jsonld").json["distribution"]
    (address,) = [each["contentUrl"] for each in downloads if each["encodingFormat"] == "application/zip"]
    assert client.ok("/v1/" + address.partition("/v1/")[2]).body == answer.body


def test_each_corpus_has_a_tag_of_its_own_and_is_kept(serve_copy, loaded, clients, tmp_path):
    client = clients(serve_copy(loaded, "--scratch", tmp_path))
    tags = {corpus: client.ok(PATH, corpus=corpus).headers["etag"] for corpus in CORPORA}
    assert len(set(tags.values())) == len(scratch_files(client.service, tmp_path)) == 3
    assert client.ok(PATH).headers["etag"] == tags["paper"]
    assert client.ok(PATH, corpus="official,paper").headers["etag"] == tags["paper,official"]
    for corpus, tag in tags.items():
        assert client.get(PATH, {"corpus": corpus}, headers={"If-None-Match": tag}).status == 304
    assert client.get(PATH, {"corpus": "paper"}, headers={"If-None-Match": tags["official"]}).status == 200
    assert len(scratch_files(client.service, tmp_path)) == 3


def test_the_archive_asked_for_longest_ago_makes_room(serve_copy, loaded, clients, client, tmp_path):
    sizes = {corpus: len(client.ok(PATH, corpus=corpus).body) for corpus in CORPORA}
    room = sizes["paper"] + sizes["paper,official"] + 4096
    tight = clients(serve_copy(loaded, "--scratch", tmp_path, "--scratch-bytes", str(room)))
    for corpus in ("official", "paper", "paper,official", "official", "paper,official"):
        assert tight.ok(PATH, corpus=corpus).body
        assert len(scratch_files(tight.service, tmp_path)) <= 2


def test_the_codebook_and_the_licence_are_those_of_the_project(archive):
    assert archive.read("CODEBOOK.md") == (ROOT / "db/dataset/README.md").read_bytes()
    assert archive.read("LICENSE") == (ROOT / "LICENSE").read_bytes()


def test_the_digest_is_that_of_the_archive(answer):
    found = base64.b64encode(hashlib.sha256(answer.body).digest()).decode()
    assert answer.headers["repr-digest"] == f"sha-256=:{found}:"
    assert answer.headers["content-disposition"] == f'attachment; filename="relata-{Dataset().release["version"]}.zip"'


def test_a_service_of_the_same_release_gives_the_same_bytes(answer, client, start, clients, tmp_path):
    """Where readers reach it under the same address."""
    address = f"http://localhost:{client.service.port}"
    sister = clients(start("serve", "--port", "0", "--db", tmp_path / "sister.db", "--public-url", address, env={"TZ": "Asia/Karachi"}))
    assert sister.ok(PATH).body == answer.body


def scratch_files(service, folder):
    """The files without a name that the service holds in FOLDER, by their numbers; one may be opened twice."""
    found = set()
    for entry in pathlib.Path(f"/proc/{service.process.pid}/fd").iterdir():
        try:
            if str(folder) in os.readlink(entry):
                found.add(entry.stat().st_ino)
        except FileNotFoundError:
            pass  # closed meanwhile
    return found


def test_it_is_made_once_a_revision(serve_copy, releases, clients, tmp_path):
    folder = tmp_path / "scratch"
    folder.mkdir()
    client = clients(serve_copy(releases.database(1), "--scratch", folder))
    first = client.ok(PATH)
    made = scratch_files(client.service, folder)
    assert len(made) == 1 and not list(folder.iterdir())
    assert client.ok(PATH).body == first.body
    tag = first.headers["etag"]
    assert client.get(PATH, headers={"If-None-Match": tag}).status == 304
    head = client.request("HEAD", PATH)
    assert (head.headers["repr-digest"], int(head.headers["content-length"])) == (first.headers["repr-digest"], len(first.body))
    assert scratch_files(client.service, folder) == made
    assert relata("load", releases.folders[1], "--db", client.service.database).returncode == 0
    second = eventually(lambda: (answer := client.get(PATH, headers={"If-None-Match": tag})).status == 200 and answer)
    assert second.headers["repr-digest"] != first.headers["repr-digest"]
    assert second.headers["dataset-revision"] == "2"
    assert len(scratch_files(client.service, folder)) == 1


def test_the_file_of_an_old_revision_goes_unasked(serve_copy, releases, clients, tmp_path):
    client = clients(serve_copy(releases.database(1), "--scratch", tmp_path))
    client.ok(PATH)
    assert scratch_files(client.service, tmp_path)
    assert relata("load", releases.folders[1], "--db", client.service.database).returncode == 0
    eventually(lambda: client.ok("/v1/events", limit=1) and not scratch_files(client.service, tmp_path))


def test_where_it_cannot_be_written_the_answer_says_so(serve_copy, loaded, clients, tmp_path):
    client = clients(serve_copy(loaded, "--scratch", tmp_path / "none"))
    answer = client.get(PATH)
    assert answer.status == 503 and str(tmp_path / "none") in answer.json["detail"]
    small = clients(serve_copy(loaded, "--scratch", tmp_path, "--scratch-bytes", "65536"))
    answer = small.get(PATH)
    assert answer.status == 503 and "No space left" in answer.json["detail"]
    assert not scratch_files(small.service, tmp_path) and small.ok("/v1/events").data


def test_a_coding_is_not_put_on_top(client, answer):
    packed = client.get(PATH, headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in packed.headers and packed.body == answer.body
