"""Revisions: what makes one, what it holds, and that the same releases make the same database anywhere."""
import hashlib
import json
import re
import shutil

import pytest

from first_release import FIRST_RELEASE
from service import PATIENCE
from storage import (COLLECTIONS, Dataset, FOREVER, content, current, draft, dump, files, load, relata, rerendered,
                     revisions, rows, same, versions)


def test_the_same_dataset_again_makes_no_revision(database):
    before = content(database)
    done = load(FIRST_RELEASE, database)
    assert "the dataset is the same as revision 1 " in done.stdout
    same(content(database), before)


def test_the_same_dataset_written_otherwise_makes_no_revision(database, dataset, tmp_path):
    before = content(database)
    for name, records in dataset.records.items():
        turned = [dict(reversed(record.items())) for record in reversed(records)]
        dataset.text(name, lambda _, turned=turned: json.dumps(turned, ensure_ascii=True, indent=None))
    load(dataset.write(tmp_path / "turned"), database)
    same(content(database), before)


def test_one_changed_record_makes_one_version_in_one_revision(database, dataset, tmp_path):
    etag = current(database, "events", "abbey-gate-attack")[0]
    dataset.find("events", "abbey-gate-attack")["summary"] = "Otherwise."
    done = load(dataset.publish("2031.01", "2031-01-01T00:00:00Z").write(tmp_path / "next"), database)
    assert re.fullmatch(r"revision 2 \(2031\.01, [0-9a-f]{16}\): 0 added, 1 changed, 0 removed\n", done.stdout)
    assert rows(database, "SELECT number, release, time, editor, reason FROM revision WHERE number > 1") == [
        (2, "2031.01", "2031-01-01T00:00:00Z", "Another editor", "A later release")]
    assert rows(database, "SELECT count(*) FROM version WHERE valid_from = 2") == [(1,)]
    assert rows(database, "SELECT count(*) FROM version WHERE valid_to = 2") == [(1,)]
    assert versions(database, "events", "abbey-gate-attack") == [(1, 2), (2, FOREVER)]
    assert rerendered(database, 2) == {("events", "abbey-gate-attack")}
    new_etag, served = current(database, "events", "abbey-gate-attack")
    assert new_etag != etag
    assert (served["summary"], served["revision"]) == ("Otherwise.", 2)
    assert (served["created_at"], served["updated_at"]) == (revisions(database)[0][1], "2031-01-01T00:00:00Z")


def test_a_renamed_actor_is_shown_by_its_events_without_a_version_of_theirs(database, dataset, tmp_path):
    id = "ayub-khan"
    named = {("events", event["id"]) for event in dataset.records["events"]
             if id in [actor["id"] for actor in event["actors"]]}
    assert len(named) > 1
    before = {name: current(database, *name) for name in named}
    dataset.find("actors", id)["name"] = "Renamed"
    load(dataset.publish("2031.01", "2031-01-01T00:00:00Z").write(tmp_path / "next"), database)
    assert rows(database, "SELECT count(*) FROM version WHERE valid_from = 2") == [(1,)]
    assert rerendered(database, 2) == named | {("actors", id)}
    for name, (etag, served) in before.items():
        new_etag, now = current(database, *name)
        assert new_etag != etag
        assert "Renamed" in [actor["name"] for actor in now["actors"]]
        assert {key for key in now if now[key] != served[key]} == {"actors"}
        assert versions(database, *name) == [(1, FOREVER)]


def test_a_new_mention_changes_the_count_of_who_is_mentioned_but_not_its_version(database, dataset, tmp_path):
    before = current(database, "themes", "nuclear-issue")[1]
    event = dataset.find("events", "abbey-gate-attack")
    assert "nuclear-issue" not in event["themes"]
    event["themes"].append("nuclear-issue")
    load(dataset.publish("2031.01", "2031-01-01T00:00:00Z").write(tmp_path / "next"), database)
    now = current(database, "themes", "nuclear-issue")[1]
    assert now["counts"]["events"] == before["counts"]["events"] + 1
    assert now["revision"] == 1
    assert versions(database, "themes", "nuclear-issue") == [(1, FOREVER)]


def test_a_relation_shows_on_the_other_side_and_goes_again(database, dataset, tmp_path):
    event = dataset.find("events", "abbey-gate-attack")
    relation = {"type": "leads-to", "target": "ayub-era", "note": None}
    event["relations"].append(relation)
    load(dataset.publish("2031.01", "2031-01-01T00:00:00Z").write(tmp_path / "next"), database)
    incoming = {"type": "leads-to", "source": "abbey-gate-attack"}
    assert incoming in current(database, "events", "ayub-era")[1]["incoming_relations"]
    event["relations"].remove(relation)
    load(dataset.publish("2031.02", "2031-02-01T00:00:00Z").write(tmp_path / "after"), database)
    assert incoming not in current(database, "events", "ayub-era")[1]["incoming_relations"]
    assert versions(database, "events", "ayub-era") == [(1, FOREVER)]


def test_two_databases_made_from_the_same_releases_are_equal(three_revisions, releases, tmp_path):
    for release in releases:
        load(release, tmp_path / "sister.db")
    same(content(tmp_path / "sister.db"), content(three_revisions))


def test_the_order_of_keys_and_records_in_files_is_not_in_the_hashes(three_revisions, releases, tmp_path):
    for number, release in enumerate(releases):
        turned = Dataset(release)
        for records in turned.records.values():
            records.reverse()
        load(turned.write(tmp_path / str(number)), tmp_path / "turned.db")
    assert revisions(tmp_path / "turned.db") == revisions(three_revisions)


def test_removals_are_kept_with_their_reasons(three_revisions):
    told = rows(three_revisions, "SELECT r.id, m.revision, m.reason, m.replaced_by FROM removal m"
                " JOIN record r ON r.key = m.record ORDER BY m.revision, r.id")
    assert told == [("made-twice", 2, "It was told twice", "abbey-gate-attack"),
                    ("made-actor", 3, "A third release", None),
                    ("made-theme", 3, "It was none", None)]


def test_a_record_that_comes_back_is_the_same_record(three_revisions):
    assert versions(three_revisions, "events", "made-twice") == [(1, 2), (3, FOREVER)]
    served = current(three_revisions, "events", "made-twice")[1]
    assert (served["created_at"], served["updated_at"]) == ("2030-01-01T00:00:00Z", "2030-03-01T00:00:00Z")


def test_what_was_written_is_never_overwritten(three_revisions, releases, tmp_path):
    """Only the end of what was valid until then is set; every earlier row stays as it was."""
    path = tmp_path / "relata.db"
    before = {}
    for release in releases:
        load(release, path)
        for number, told in before.items():
            assert rows(path, VALID_AT, number, number) == told
        number = len(revisions(path))
        before[number] = rows(path, VALID_AT, number, number)
        assert len(before[number]) > 300


VALID_AT = ("SELECT r.collection, r.id, v.body, g.etag, g.json FROM record r"
            " JOIN version v ON v.record = r.key AND v.valid_from <= ?1 AND v.valid_to > ?1"
            " JOIN rendering g ON g.record = r.key AND g.valid_from <= ?2 AND g.valid_to > ?2 ORDER BY 1, 2")


def canonical(value):
    """RFC 8785 for what the dataset holds: its keys are ASCII and its numbers integers."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def test_a_hash_is_of_the_hash_before_the_release_and_the_changes_a_line_each(three_revisions):
    """The form on which footnotes rest, computed once more by other means."""
    before = ""
    for number, hash, time, release, editor, reason in rows(three_revisions, "SELECT * FROM revision ORDER BY number"):
        changes = rows(three_revisions,
                       "SELECT r.collection AS c, r.id AS i, v.body, NULL, NULL FROM version v"
                       " JOIN record r ON r.key = v.record WHERE v.valid_from = ?1 UNION ALL"
                       " SELECT r.collection, r.id, NULL, m.reason, m.replaced_by FROM removal m"
                       " JOIN record r ON r.key = m.record WHERE m.revision = ?1 ORDER BY c, i", number)
        lines = [before, canonical({"editor": editor, "reason": reason, "release": release, "time": time})]
        for collection, id, body, why, heir in changes:
            change = {"collection": COLLECTIONS[collection - 1], "id": id, "body": body and json.loads(body)}
            lines.append(canonical(change if body else change | {"reason": why, "replaced_by": heir}))
        text = "\n".join(lines) + "\n"
        assert hash == hashlib.sha256(text.encode()).hexdigest()
        before = hash
    assert number == 3


def test_bodies_are_canonical(three_revisions):
    for body, in rows(three_revisions, "SELECT body FROM version"):
        assert body == canonical(json.loads(body))


# Dump and load


def test_a_dump_of_the_shipped_dataset_is_the_shipped_files_byte_for_byte(database, tmp_path):
    written = files(dump(database, tmp_path / "dump"))
    shipped = files(FIRST_RELEASE)
    assert written.keys() == {f"{name}.json" for name in COLLECTIONS + ["release"]} | {
        name for name in shipped if name.startswith("history/")}
    for name, text in written.items():
        assert text == shipped[name], name


def test_a_dump_loaded_again_makes_no_revision(three_revisions, tmp_path):
    database = shutil.copy(three_revisions, tmp_path / "relata.db")
    before = content(database)
    done = load(dump(database, tmp_path / "dump"), database)
    assert "same as revision 3" in done.stdout
    same(content(database), before)


def test_a_dump_holds_the_history_and_makes_the_identical_chain_anew(three_revisions, tmp_path):
    folder = dump(three_revisions, tmp_path / "dump")
    assert {name for name in files(folder) if name.startswith("history/")} == {"history/0001.json", "history/0002.json"}
    load(folder, tmp_path / "anew.db")
    same(content(tmp_path / "anew.db"), content(three_revisions))
    assert files(dump(tmp_path / "anew.db", tmp_path / "again")) == files(folder)


@pytest.mark.parametrize("known", [1, 2])
def test_a_dump_with_history_brings_an_older_database_to_the_identical_chain(known, three_revisions, releases, tmp_path):
    for release in releases[:known]:
        load(release, tmp_path / "older.db")
    load(dump(three_revisions, tmp_path / "dump"), tmp_path / "older.db")
    same(content(tmp_path / "older.db"), content(three_revisions))


def test_a_dump_into_the_folder_of_an_older_dump_replaces_it(releases, tmp_path):
    database = tmp_path / "relata.db"
    for release in releases:
        load(release, database)
        dump(database, tmp_path / "dump")
    assert files(tmp_path / "dump") == files(dump(database, tmp_path / "fresh"))


AS_OF = ["/v1/events?limit=500", "/v1/actors?limit=500", "/v1/themes?limit=500", "/v1/aid", "/v1/events/abbey-gate-attack",
         "/v1/actors/united-states", "/v1/events?actor=united-states&sort=-title&limit=20&facet=era", "/v1/search?q=states"]


def test_answers_of_then_are_equal_byte_for_byte_from_a_database_made_anew(three_revisions, releases, tmp_path, start):
    """As it was, as it was asked at the time, and as the history tells it."""
    import http.client
    load(dump(three_revisions, tmp_path / "dump"), tmp_path / "anew.db")
    hashes = [hash[:16] for _, _, hash in revisions(three_revisions)]
    then = {}
    for number, release in enumerate(releases, 1):
        load(release, tmp_path / "growing.db")
        then[number] = answers(http.client, start, tmp_path / "growing.db", [hashes[number - 1]])
    every = answers(http.client, start, three_revisions, hashes)
    assert answers(http.client, start, tmp_path / "anew.db", hashes) == every
    for number in then:
        for name, answer in then[number].items():
            assert every[name] == answer, name


def answers(client, start, database, hashes):
    """Body of every target at every revision, and the tag of those that are no page."""
    service = start("serve", "--db", database, "--port", "0")
    connection = client.HTTPConnection(service.host, service.port, timeout=PATIENCE)
    told = {}
    for target in AS_OF:
        for hash in hashes:
            connection.request("GET", target + ("&" if "?" in target else "?") + f"as_of={hash}")
            response = connection.getresponse()
            body = response.read()
            assert response.status == 200, body
            # Each database signs its cursors with a key of its own, which is part of the tags of pages.
            tag = None if b'"total":' in body else response.getheader("ETag")
            told[target, hash] = re.sub(rb"cursor=[\w-]+", b"cursor=", body), tag
    connection.close()
    assert service.stop() == 0
    return told


# Drafts


def test_a_draft_is_of_the_release_before_it_a_second_later(database, dataset, tmp_path):
    load(draft(dataset, "one", tmp_path / "one"), database, "--draft")
    load(draft(dataset, "two", tmp_path / "two"), database, "--draft")
    (version, day, _), *drafts = revisions(database)
    assert day.endswith("00Z")
    assert [told[:2] for told in drafts] == [(version, day[:-3] + "01Z"), (version, day[:-3] + "02Z")]


def test_drafts_made_twice_are_equal(dataset, tmp_path):
    one, two = draft(dataset, "one", tmp_path / "one"), draft(dataset, "two", tmp_path / "two")
    for name in ("a.db", "b.db"):
        load(FIRST_RELEASE, tmp_path / name)
        for folder in (one, two):
            load(folder, tmp_path / name, "--draft")
    same(content(tmp_path / "a.db"), content(tmp_path / "b.db"))


def test_a_release_after_drafts_has_its_own_time(database, dataset, tmp_path):
    load(draft(dataset, "one", tmp_path / "one"), database, "--draft")
    dataset.publish("2031.01", "2031-01-01T00:00:00Z")
    load(draft(dataset, "two", tmp_path / "two"), database)
    assert revisions(database)[-1][:2] == ("2031.01", "2031-01-01T00:00:00Z")


@pytest.mark.parametrize("date, later", [("2030-12-31T23:59:59Z", "2031-01-01T00:00:00Z"),
                                         ("2032-02-28T23:59:59Z", "2032-02-29T00:00:00Z"),
                                         ("2030-06-30T23:59:59Z", "2030-07-01T00:00:00Z")])
def test_a_second_later_may_be_another_day(date, later, dataset, tmp_path):
    dataset.publish("2030.12", date)
    load(dataset.write(tmp_path / "first"), tmp_path / "relata.db")
    load(draft(dataset, "one", tmp_path / "one"), tmp_path / "relata.db", "--draft")
    assert revisions(tmp_path / "relata.db")[-1][1] == later


def test_a_dump_of_drafts_makes_the_identical_chain_anew(database, dataset, tmp_path):
    load(draft(dataset, "one", tmp_path / "one"), database, "--draft")
    load(draft(dataset, "two", tmp_path / "two"), database, "--draft")
    folder = dump(database, tmp_path / "dump")
    assert (folder / "release.json").read_bytes() == (FIRST_RELEASE / "release.json").read_bytes()
    load(folder, tmp_path / "anew.db")
    same(content(tmp_path / "anew.db"), content(database))
    assert "same as revision 3" in load(folder, database).stdout


def test_a_dataset_with_another_history_is_taken_as_the_next_revision_with_a_warning(three_revisions, database, tmp_path):
    before = revisions(database)
    folder = dump(three_revisions, tmp_path / "dump")
    done = load(folder, database)
    assert "relata: warning: the database has a history of its own" in done.stderr
    assert revisions(database)[:1] == before
    assert [release for release, _, _ in revisions(database)] == [before[0][0], "2030.03"]
