"""Visits and travels that official records tell of, as the service has them, beside the tables of the sources."""
import collections

import pytest

import official

FOLDER = official.ROOT / "db/official"
SOURCES = sorted(path.parent.name for path in FOLDER.glob("*/visits.tsv"))


def table(source):
    return official.rows(FOLDER / source / "visits.tsv")


def test_the_sources_are_those_with_tables():
    assert SOURCES == sorted(official.VISITS)
    assert sum(len(table(source)) for source in SOURCES) == 75


@pytest.mark.parametrize("source", SOURCES)
def test_records_are_what_the_tables_make(source):
    assert {name: (FOLDER / source / name).read_text() for name in ("actors.json", "events.json")} == official.made(source)


@pytest.mark.parametrize("source", SOURCES)
def test_each_line_is_one_event_with_its_days(client, source):
    events = client.ok("/v1/events", corpus="official", reference=source, limit=500).data
    told = collections.Counter((event["date_start"], event["date_end"], event["actors"][0]["id"], event["citations"][0]["locator"].split(",")[0])
                               for event in events)
    assert told == collections.Counter((row["first"], row["last"], row["person"], row["entry"]) for row in table(source))
    _, home, host = official.VISITS[source]
    for event in events:
        assert (event["kind"], event["corpus"], event["actors"][1]["id"]) == ("visit", "official", host)
        assert client.ok(f"/v1/actors/{event['actors'][0]['id']}").data["parent"] == home


def test_visits_are_found_by_era_and_are_none_of_the_paper(client):
    assert client.ok("/v1/events", corpus="official", kind="visit").total == 75
    assert client.ok("/v1/events", kind="visit").ids == ["khan-moscow-visit-2022"]
    assert client.ok("/v1/events", corpus="official", actor="pervez-musharraf", side="pakistan", kind="visit").total == \
        sum(row["person"] == "pervez-musharraf" for source in SOURCES for row in table(source))


def test_no_actor_of_the_official_record_is_left_without_a_visit(client):
    named = {row["person"] for source in SOURCES for row in table(source)}
    assert {actor["id"] for actor in client.records("/v1/actors", {"corpus": "official"})} <= named
