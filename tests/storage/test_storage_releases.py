"""A published release never changes: versions are used once, times grow, drafts have no name, and files that nobody loaded are kept."""
import json
import re
import shutil

import pytest

from first_release import FIRST_RELEASE
from service import DATASET, ROOT, relata
from storage import Dataset, content, draft, dump, files, load, revisions, rows, same

NOW = {"SOURCE_DATE_EPOCH": "1796083200"}  # 2026-12-01T00:00:00Z


def test_every_release_is_pinned_and_is_what_it_was(tmp_path):
    """Whoever publishes a release adds its line to db/releases.tsv."""
    database = tmp_path / "relata.db"
    load(DATASET, database)
    lines = [line.split("\t") for line in (ROOT / "db/releases.tsv").read_text().splitlines() if not line.startswith("#")][1:]
    published = {}
    for version, _, hash in revisions(database):
        published.setdefault(version, hash)
    assert published == dict(lines)


@pytest.mark.parametrize("version", ["2026.11", "2026.10", "2025.12.3"])
def test_a_changed_dataset_needs_a_later_version(version, database, dataset, tmp_path):
    before = content(database)
    dataset.publish(version, "2026-11-30T00:00:00Z")
    done = load(draft(dataset, "one", tmp_path / "one"), database, code=65)
    how = "published" if version == "2026.11" else "not the latest"
    assert done.stderr == (f"relata: release.json#/version: {version} is {how}: the changed dataset needs a later version than 2026.11"
                           " (`relata release`), or --draft, which does not publish it\nrelata: 1 fault; nothing was written\n")
    same(content(database), before)


@pytest.mark.parametrize("versions", [["2030.01", "2030.01.1", "2030.01.2", "2030.01.10", "2030.02"], ["2030.09", "2030.10", "2031.01"]],
                         ids=",".join)
def test_versions_grow_as_numbers_do(versions, database, dataset, tmp_path):
    for minute, version in enumerate(versions):
        load(draft(dataset.publish(version, f"2031-01-01T00:{minute:02}:00Z"), version, tmp_path / version), database)
    for version in versions[:-1]:
        dataset.publish(version, "2032-01-01T00:00:00Z")
        load(draft(dataset, "late", tmp_path / "late"), database, code=65)


def test_a_dry_run_shows_the_difference_and_warns_that_the_version_is_used(database, dataset, tmp_path):
    done = load(draft(dataset, "one", tmp_path / "one"), database, "--dry-run")
    assert "warning: release.json#/version: 2026.11 is published" in done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "~ events/abbey-gate-attack"
    assert re.fullmatch("draft after 2026\\.11 of [^ ]*01Z, by Draft: Draft after 2026\\.11", lines[-2])
    assert re.fullmatch(r"not written: revision 2 \(draft after 2026\.11, [0-9a-f]{16}\): 0 added, 1 changed, 0 removed", lines[-1])
    assert len(revisions(database)) == 1


def test_a_draft_is_told_as_one(database, dataset, tmp_path):
    """By whatever tells a revision, and the release before it and after it as a release."""
    copy, other, word = tmp_path / "copy.db", tmp_path / "other.db", "draft after 2026.11"

    def tell(folder):
        return [relata("dump", tmp_path / folder, "--db", database).stdout, load(tmp_path / folder, database).stdout,
                relata("backup", copy, "--db", database).stdout, relata("restore", copy, "--db", other).stdout]

    assert all("(2026.11" in line for line in tell("released"))
    load(draft(dataset, "one", tmp_path / "one"), database, "--draft")
    assert all(f"revision 2 ({word}" in line for line in tell("drafted"))
    load(draft(dataset.publish("2031.01", "2031-01-01T00:00:00Z"), "two", tmp_path / "two"), database)
    assert all("revision 3 (2031.01" in line for line in tell("again"))


def as_of(start, database, *names):
    """What abbey-gate-attack says as of each of NAMES; the status where there is no such answer."""
    import http.client
    service, told = start("serve", "--db", database, "--port", "0"), []
    connection = http.client.HTTPConnection(service.host, service.port, timeout=20)
    for name in names:
        connection.request("GET", f"/v1/events/abbey-gate-attack?as_of={name}")
        response = connection.getresponse()
        answer = json.loads(response.read())
        told.append(answer["data"]["summary"] if response.status == 200 else response.status)
    connection.close()
    assert service.stop() == 0
    return told


def test_the_name_of_a_release_never_names_a_draft(database, dataset, tmp_path, start):
    first = dataset.find("events", "abbey-gate-attack")["summary"]
    load(draft(dataset, "one", tmp_path / "one"), database, "--draft")
    dataset.publish("2031.01", "2031-01-01T00:00:00Z")
    load(draft(dataset, "unnamed", tmp_path / "unnamed"), database, "--draft")
    assert as_of(start, database, "2026.11", "2", "3", "2031.01") == [first, "A draft: one.", "A draft: unnamed.", 410]
    load(draft(dataset, "published", tmp_path / "published"), database)
    load(draft(dataset, "later", tmp_path / "later"), database, "--draft")
    assert as_of(start, database, "2026.11", "2031.01", "5") == [first, "A draft: published.", "A draft: later."]


def test_a_draft_has_the_words_of_a_release_that_was_written_for_it(database, dataset, tmp_path):
    load(draft(dataset, "one", tmp_path / "one"), database, "--draft")
    dataset.publish("2031.01", "2031-01-01T00:00:00Z", "Because", "Somebody")
    load(draft(dataset, "two", tmp_path / "two"), database, "--draft")
    assert rows(database, "SELECT release, editor, reason FROM revision WHERE number > 1") == [
        ("2026.11", "Draft", "Draft after 2026.11"), ("2026.11", "Somebody", "Because")]


def test_nothing_is_a_draft_of_nothing(dataset, tmp_path):
    done = load(dataset.write(tmp_path / "first"), tmp_path / "relata.db", "--draft", code=65)
    assert "release.json: the first revision is a release: leave out --draft" in done.stderr


def test_drafts_are_published_as_they_are(database, dataset, tmp_path, start):
    """The release has no records of its own, and is the dataset that was drafted."""
    load(draft(dataset, "one", tmp_path / "one"), database, "--draft")
    dataset.publish("2031.01", "2031-01-01T00:00:00Z", "Because", "Somebody")
    done = load(draft(dataset, "one", tmp_path / "one"), database)
    assert re.fullmatch(r"revision 3 \(2031\.01, [0-9a-f]{16}\): 0 added, 0 changed, 0 removed\n", done.stdout)
    assert rows(database, "SELECT count(*) FROM version WHERE valid_from = 3 OR valid_to = 3") == [(0,)]
    assert as_of(start, database, "2031.01") == ["A draft: one."]
    assert relata("check", "--deep", "--db", database).returncode == 0
    assert "same as revision 3 (2031.01)" in load(tmp_path / "one", database).stdout
    load(dump(database, tmp_path / "dump"), tmp_path / "anew.db")
    same(content(tmp_path / "anew.db"), content(database))


def test_a_release_of_equal_records_is_one(database, dataset, tmp_path):
    load(dataset.publish("2031.01", "2031-01-01T00:00:00Z").write(tmp_path / "next"), database)
    assert [release for release, _, _ in revisions(database)] == ["2026.11", "2031.01"]
    assert relata("check", "--deep", "--db", database).returncode == 0


def test_a_date_is_later_than_the_revision_before(database, dataset, tmp_path):
    newest = revisions(database)[-1][1]
    dataset.publish("2031.01", newest)
    done = load(draft(dataset, "early", tmp_path / "early"), database, code=65)
    assert f"relata: release.json#/date: it must be later than {newest}, the time of revision 1" in done.stderr


def test_a_date_is_not_in_the_future(database, dataset, tmp_path):
    for date, code in (("2026-12-01T00:00:01Z", 65), ("2026-12-01T00:00:00Z", 0)):
        dataset.publish("2031.01", date)
        done = relata("load", draft(dataset, "two", tmp_path / "two"), "--db", database, env=NOW)
        assert done.returncode == code, done.stderr
        assert ("release.json#/date: it is in the future: it is 2026-12-01T00:00:00Z now" in done.stderr) == (code == 65)


# What a dump overwrites


@pytest.fixture
def checkout(database, tmp_path):
    """A folder as `dump` leaves it."""
    return dump(database, tmp_path / "checkout")


def edited(folder, change):
    dataset = Dataset(folder)
    change(dataset)
    dataset.write(folder)


UNKNOWN = {
    "a record that changed": (lambda d: d.find("eras", "gwot").update(title="Edited"),
                              r"eras\.json:\d+#/\d+ \(gwot\): no revision of the database has it so"),
    "a new record": (lambda d: d.clone("themes", "america-first", "made"), r"themes\.json:.* \(made\): no revision of the database has it so"),
    "a record that is gone": (lambda d: d.remove("themes", "america-first"), r"themes\.json: it lacks records"),
    "a release to come": (lambda d: d.publish("2031.01", "2031-01-01T00:00:00Z"), r"release\.json: no revision of the database says this"),
    "a reason for a removal": (lambda d: d.release["removed"].append(
        {"collection": "themes", "id": "america-first", "reason": "It goes", "replaced_by": None}), r"release\.json: no revision"),
    "a file that is none": (lambda d: d.text("events", lambda _: "hi\n"), r"events\.json: line 1: an array of records is expected"),
    "a record that is none": (lambda d: d.find("eras", "gwot").pop("title"), r"eras\.json:.* \(gwot\): "),
}


@pytest.mark.parametrize("what", UNKNOWN)
def test_a_dump_keeps_what_the_database_does_not_know(what, checkout, database):
    change, said = UNKNOWN[what]
    edited(checkout, change)
    before = files(checkout)
    done = relata("dump", checkout, "--db", database)
    assert done.returncode == 65
    assert re.match(f"relata: {checkout}/{said}", done.stderr), done.stderr
    assert "--force" in done.stderr
    assert files(checkout) == before
    done = relata("dump", checkout, "--db", database, "--force")
    assert done.returncode == 0
    assert files(checkout) == files(dump(database, checkout.with_name("fresh")))


def test_a_dump_overwrites_what_was_loaded_once(checkout, database, dataset, tmp_path):
    """Laid out otherwise and in another order, too; the history is what the database then has."""
    first = files(checkout)
    dataset.records["themes"].reverse()
    dataset.publish("2031.01", "2031-01-01T00:00:00Z")
    load(draft(dataset, "one", checkout), database)
    load(draft(dataset.publish("2031.02", "2031-02-01T00:00:00Z"), "two", tmp_path / "two"), database)
    dump(database, checkout)
    assert files(checkout) == files(dump(database, tmp_path / "fresh"))
    for name, text in first.items():
        (checkout / name).write_bytes(text)
    dump(database, checkout)
    assert files(checkout) == files(tmp_path / "fresh")


def test_a_dump_keeps_a_history_of_another_database(three_revisions, database, tmp_path):
    folder = dump(three_revisions, tmp_path / "dump")
    for name, text in files(FIRST_RELEASE).items():
        if name.endswith(".json"):
            (folder / name).write_bytes(text)
    done = relata("dump", folder, "--db", database)
    assert done.returncode == 65
    assert "history/0001.json: the database has another revision of this number, or none" in done.stderr


def test_what_an_editor_wrote_of_a_draft_is_kept(database, dataset, tmp_path):
    """The way out of a draft: nothing of release.json is lost on it."""
    folder = draft(dataset, "one", tmp_path / "edited")
    load(folder, database, "--draft")
    edited(folder, lambda d: d.publish("2031.01", "2031-01-01T00:00:00Z", "Because", "Somebody"))
    assert relata("dump", folder, "--db", database).returncode == 65
    load(folder, database)
    dump(database, folder)
    assert json.loads((folder / "release.json").read_text())["reason"] == "Because"


# relata release


def release(*words, code=0, env=NOW, cwd=ROOT):
    done = relata("release", *words, env=env, cwd=cwd)
    assert done.returncode == code, done.stderr
    return done


WORDS = ["--version", "2026.12", "--editor", "Somebody", "--reason", "Two dates were wrong"]


def test_release_writes_what_the_next_load_publishes(database, dataset, tmp_path):
    folder = draft(dataset, "one", tmp_path / "edited")
    done = release(*WORDS, folder)
    assert done.stdout == f"{folder}/release.json: 2026.12 by Somebody\n"
    assert json.loads((folder / "release.json").read_text()) == {
        "version": "2026.12", "date": "2026-12-01T00:00:00Z", "editor": "Somebody", "reason": "Two dates were wrong", "removed": []}
    load(folder, database)
    assert revisions(database)[-1][:2] == ("2026.12", "2026-12-01T00:00:00Z")


def test_release_takes_the_dataset_of_the_checkout(tmp_path):
    shutil.copytree(FIRST_RELEASE, tmp_path / "db/dataset")
    release(*WORDS, cwd=tmp_path)
    assert json.loads((tmp_path / "db/dataset/release.json").read_text())["version"] == "2026.12"


def test_release_takes_the_time_of_the_clock(tmp_path):
    import time
    before = time.time()
    environment = {"SOURCE_DATE_EPOCH": ""}
    release(*WORDS, tmp_path, env=environment)
    from datetime import datetime, timezone
    date = json.loads((tmp_path / "release.json").read_text())["date"]
    told = datetime.strptime(date, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc).timestamp()
    assert before - 1 <= told <= time.time()


@pytest.mark.parametrize("words, code, said", [
    (["--version", "2026.12", "--editor", "Somebody"], 64, "release needs --version, --editor and --reason"),
    (["--version", "december", *WORDS[2:]], 65, "--version: a version is YEAR.MONTH or YEAR.MONTH.NUMBER, such as 2026.12"),
    (["--version", "2026.10", *WORDS[2:]], 65, "--version: 2026.10 is earlier than 2026.11, which release.json has"),
], ids=["a word too few", "no version", "an earlier version"])
def test_release_refuses(words, code, said, checkout):
    before = files(checkout)
    assert said in release(*words, checkout, code=code).stderr
    assert files(checkout) == before


def test_release_of_a_folder_that_is_missing_names_it(tmp_path):
    assert str(tmp_path / "none") in release(*WORDS, tmp_path / "none", code=66).stderr
