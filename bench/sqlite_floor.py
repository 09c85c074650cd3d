#!/usr/bin/python3
"""What SQL alone costs that joins tables and makes the same JSON of them, with no HTTP: the yardstick of answers that are made anew.

    bench/sqlite_floor.py DATABASE FLOOR               makes FLOOR of the records that DATABASE, a service's, serves
    bench/sqlite_floor.py FLOOR CASE [SECONDS]         prints the microseconds of CPU that one of CASE takes
    bench/sqlite_floor.py --sql                        prints the statements by their names, for peers

The tables are those that one would make without renderings: a row for each event, actor, reference and figure, and for each link between
them. A record is the same byte for byte as the service's, which is checked when FLOOR is made. Of matches the order is bm25's and the texts
are marked by highlight(); of aid each figure is told as used or left out, as the service does.
"""
import json
import pathlib
import random
import sqlite3
import sys
import time

from workloads import places

SCHEMA = """
CREATE TABLE events (id INTEGER PRIMARY KEY, slug TEXT UNIQUE, title TEXT, summary TEXT, nature TEXT, kind TEXT, era TEXT, trend TEXT, status TEXT,
 date_edtf TEXT, date_basis TEXT, date_extent TEXT, date_start TEXT, date_end TEXT, date_precision TEXT, year INTEGER, begin_earliest TEXT,
 begin_latest TEXT, end_earliest TEXT, end_latest TEXT, revision INTEGER, created_at TEXT, updated_at TEXT);
CREATE TABLE actors (id INTEGER PRIMARY KEY, slug TEXT UNIQUE, name TEXT);
CREATE TABLE sources (id INTEGER PRIMARY KEY, slug TEXT UNIQUE);
CREATE TABLE aid (id INTEGER PRIMARY KEY, slug TEXT UNIQUE, event_id INTEGER, category TEXT, stage TEXT, qualifier TEXT, amount_usd INTEGER,
 fiscal_year_start INTEGER);
CREATE INDEX aid_event ON aid (event_id);
CREATE TABLE event_actors (event_id INTEGER, position INTEGER, actor_id INTEGER, role TEXT, PRIMARY KEY (event_id, position)) WITHOUT ROWID;
CREATE TABLE event_sides (event_id INTEGER, position INTEGER, side TEXT, PRIMARY KEY (event_id, position)) WITHOUT ROWID;
CREATE TABLE event_themes (event_id INTEGER, position INTEGER, theme TEXT, PRIMARY KEY (event_id, position)) WITHOUT ROWID;
CREATE TABLE event_figures (event_id INTEGER, position INTEGER, measure TEXT, "group" TEXT, value INTEGER, unit TEXT, qualifier TEXT, label TEXT,
 PRIMARY KEY (event_id, position)) WITHOUT ROWID;
CREATE TABLE event_relations (event_id INTEGER, position INTEGER, type TEXT, target_id INTEGER, note TEXT, PRIMARY KEY (event_id, position))
 WITHOUT ROWID;
CREATE INDEX event_relations_target ON event_relations (target_id);
CREATE TABLE event_notes (event_id INTEGER, position INTEGER, code TEXT, text TEXT, printed TEXT, related TEXT, PRIMARY KEY (event_id, position))
 WITHOUT ROWID;
CREATE TABLE citations (event_id INTEGER, position INTEGER, source_id INTEGER, via_id INTEGER, locator TEXT, stance TEXT, supports TEXT,
 PRIMARY KEY (event_id, position)) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5 (title, names, summary, notes, tokenize = 'unicode61 remove_diacritics 2');
"""
INDEXES = """
CREATE INDEX events_era ON events (era, date_start, id);
CREATE INDEX events_date ON events (date_start, id);
INSERT INTO words (words) VALUES ('optimize');
ANALYZE;
"""


def listed(columns, rest):
    """The JSON list of objects, or of values where COLUMNS is an expression, that the rows of REST make."""
    each = columns if isinstance(columns, str) else f"json_object({', '.join(f'{chr(39)}{name}{chr(39)}, {value}' for name, value in columns.items())})"
    return f"(SELECT json_group_array({each}) FROM {rest})"


PARTS = {
    "id": "e.slug", "title": "e.title", "summary": "e.summary", "nature": "e.nature", "kind": "e.kind", "era": "e.era", "trend": "e.trend", "status": "e.status",
    "date_edtf": "e.date_edtf", "date_basis": "e.date_basis", "date_extent": "e.date_extent",
    "actors": listed({"id": "a.slug", "name": "a.name", "role": "l.role"}, "event_actors l JOIN actors a ON a.id = l.actor_id WHERE l.event_id = e.id"),
    "themes": listed("t.theme", "event_themes t WHERE t.event_id = e.id"),
    "figures": listed({"measure": "f.measure", "group": "f.\"group\"", "value": "f.value", "unit": "f.unit", "qualifier": "f.qualifier",
                       "label": "f.label"}, "event_figures f WHERE f.event_id = e.id"),
    "relations": listed({"type": "r.type", "target": "t.slug", "note": "r.note"},
                        "event_relations r JOIN events t ON t.id = r.target_id WHERE r.event_id = e.id"),
    "citations": listed({"reference": "s.slug", "via": "v.slug", "locator": "c.locator", "stance": "c.stance", "supports": "json(c.supports)"},
                        "citations c JOIN sources s ON s.id = c.source_id LEFT JOIN sources v ON v.id = c.via_id WHERE c.event_id = e.id"),
    "notes": listed({"code": "n.code", "text": "n.text", "printed": "n.printed", "related": "json(n.related)"}, "event_notes n WHERE n.event_id = e.id"),
    "type": "'event'", "sides": listed("s.side", "event_sides s WHERE s.event_id = e.id"),
    "date_start": "e.date_start", "date_end": "e.date_end", "date_precision": "e.date_precision", "year": "e.year",
    "begin_earliest": "e.begin_earliest", "begin_latest": "e.begin_latest", "end_earliest": "e.end_earliest", "end_latest": "e.end_latest",
    "incoming_relations": listed({"type": "r.type", "source": "t.slug"},
                                 "event_relations r JOIN events t ON t.id = r.event_id WHERE r.target_id = e.id"),
    "corpus": "'paper'", "url": "'/v1/events/' || e.slug", "revision": "e.revision", "created_at": "e.created_at", "updated_at": "e.updated_at",
    "links": "json_object('history', '/v1/events/' || e.slug || '/revisions', 'actors', '/v1/actors?event=' || e.slug,"
             " 'references', '/v1/references?event=' || e.slug, 'aid', '/v1/aid?event=' || e.slug)",
    "counts": "json_object('actors', (SELECT count(DISTINCT actor_id) FROM event_actors WHERE event_id = e.id),"
              " 'references', (SELECT count(DISTINCT source_id) FROM citations WHERE event_id = e.id),"
              " 'aid', (SELECT count(*) FROM aid WHERE event_id = e.id))",
}
MATCHED = {"score": "f.score", "highlights": "json_object('title', f.title, 'names', f.names, 'summary', f.summary)"}


def event(parts):
    return f"json_object({', '.join(f'{chr(39)}{name}{chr(39)}, {value}' for name, value in parts.items())})"


FIGURE = "'id', slug, 'amount_usd', amount_usd, 'qualifier', qualifier"
CASES = {
    "record": f"SELECT {event(PARTS)} FROM events e WHERE e.slug = :slug",
    "keyset": f"SELECT json_group_array(json(j)) FROM (SELECT {event(PARTS)} AS j FROM events e WHERE e.era = :era"
              " AND (e.date_start, e.id) > (:date, 0) ORDER BY e.date_start, e.id LIMIT 50)",
    "keyset_all": f"SELECT json_group_array(json(j)) FROM (SELECT {event(PARTS)} AS j FROM events e WHERE"
                  " (e.date_start, e.id) > (:date, 0) ORDER BY e.date_start, e.id LIMIT 50)",
    "count": "SELECT count(*) FROM events WHERE era = :era AND date_start >= :date",
    "count_all": "SELECT count(*) FROM events WHERE date_start >= :date",
    "search": f"SELECT json_group_array(json(j)) FROM (SELECT {event(PARTS | MATCHED)} AS j FROM (SELECT rowid AS r, rank AS score,"
              " highlight(words, 0, '<mark>', '</mark>') AS title, highlight(words, 1, '<mark>', '</mark>') AS names,"
              " highlight(words, 2, '<mark>', '</mark>') AS summary FROM words WHERE words MATCH :words ORDER BY rank LIMIT 20) f"
              " JOIN events e ON e.id = f.r)",
    "aid": "WITH f AS (SELECT *, row_number() OVER w AS place, first_value(slug) OVER w AS instead FROM aid"
           " WINDOW w AS (PARTITION BY category, stage, fiscal_year_start ORDER BY slug))"
           " SELECT json_object('category', category, 'stage', stage,"
           " 'amount_usd', sum(amount_usd) FILTER (WHERE place = 1), 'first', min(fiscal_year_start), 'last', max(fiscal_year_start),"
           f" 'used', json_group_array(json_object({FIGURE}, 'counted_usd', amount_usd, 'spread', json('false'), 'years', json('[]')))"
           "  FILTER (WHERE place = 1),"
           f" 'left_out', json_group_array(json_object({FIGURE}, 'reason', 'overlaps', 'instead', instead,"
           "  'detail', 'It overlaps in period and kind, or by an editor''s word, with a figure that is counted: ' || instead || '.'))"
           "  FILTER (WHERE place > 1)) FROM f GROUP BY category, stage",
}
NUMBERS = {"events": 1, "aid": 2, "actors": 3, "references": 4}  # as in server/model/collection.h
EVENT_COLUMNS = ["title", "summary", "nature", "kind", "era", "trend", "status", "date_edtf", "date_basis", "date_extent", "date_start", "date_end",
                 "date_precision", "year", "begin_earliest", "begin_latest", "end_earliest", "end_latest", "revision", "created_at", "updated_at"]
AID_COLUMNS = ["category", "stage", "qualifier", "amount_usd", "fiscal_year_start"]


def served(database, kind):
    for key, text in database.execute("SELECT r.key, g.json FROM rendering g JOIN record r ON r.key = g.record WHERE r.collection = ?"
                                      " AND g.valid_to = 9223372036854775807 ORDER BY r.key", [NUMBERS[kind]]):
        yield key, json.loads(text)


def insert(floor, table, columns, rows):
    floor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", rows)


def numbered(key, items, *names):
    return [(key, position, *(item[name] for name in names)) for position, item in enumerate(items)]


def event_add(floor, keys, key, record):
    insert(floor, "events", ["id", "slug", *EVENT_COLUMNS], [[key, record["id"], *map(record.get, EVENT_COLUMNS)]])
    insert(floor, "event_actors", ["event_id", "position", "actor_id", "role"],
           [(event, position, keys["actors", id], role) for event, position, id, role in numbered(key, record["actors"], "id", "role")])
    insert(floor, "event_themes", ["event_id", "position", "theme"], [(key, *each) for each in enumerate(record["themes"])])
    insert(floor, "event_sides", ["event_id", "position", "side"], [(key, *each) for each in enumerate(record["sides"])])
    insert(floor, "citations", ["event_id", "position", "source_id", "via_id", "locator", "stance", "supports"],
           [(event, position, keys["references", work], keys.get(("references", via)), locator, stance, json.dumps(supports, separators=(",", ":")))
            for event, position, work, via, locator, stance, supports in
            numbered(key, record["citations"], "reference", "via", "locator", "stance", "supports")])


def made(source, path):
    database, floor = sqlite3.connect(f"file:{source}?mode=ro", uri=True), sqlite3.connect(path)
    floor.executescript(SCHEMA)
    keys = {}
    for key, record in served(database, "actors"):
        keys["actors", record["id"]] = key
        insert(floor, "actors", ["id", "slug", "name"], [(key, record["id"], record["name"])])
    for key, record in served(database, "references"):
        keys["references", record["id"]] = key
        insert(floor, "sources", ["id", "slug"], [(key, record["id"])])
    for key, record in served(database, "aid"):
        insert(floor, "aid", ["id", "slug", *AID_COLUMNS], [[key, record["id"], *map(record.get, AID_COLUMNS)]])
    for key, record in served(database, "events"):
        event_add(floor, keys, key, record)
    insert(floor, "words", ["rowid", "title", "names", "summary", "notes"],
           database.execute("SELECT d.record, w.title, w.names, w.summary, w.notes FROM document d JOIN words w ON w.rowid = d.key"
                            " WHERE d.type = 'event' AND d.valid_to = 9223372036854775807"))
    floor.executescript(INDEXES)
    floor.commit()
    compared(database, floor)


def compared(database, floor):
    """Every record that is tried must be that of the service."""
    for text, in database.execute("SELECT json FROM rendering WHERE record IN (SELECT key FROM record WHERE collection = 1 ORDER BY id LIMIT 500)"
                                  " AND valid_to = 9223372036854775807").fetchall():
        made_too, = floor.execute(CASES["record"], {"slug": json.loads(text)["id"]}).fetchone()
        if made_too != text:
            sys.exit(f"bench/sqlite_floor.py: SQL makes {made_too} and the service {text}")


def measured(path, case, seconds):
    database, rng = sqlite3.connect(f"file:{path}?mode=ro", uri=True), random.Random(7)
    database.execute("PRAGMA mmap_size = 2147418112")
    count, = database.execute("SELECT count(*) FROM events").fetchone()
    words = sorted({word for text, in database.execute("SELECT summary FROM events LIMIT 500") for word in text.rstrip(".").split() if word.isalpha()})
    slugs = [slug for slug, in database.execute("SELECT slug FROM events ORDER BY id * 7919 % 10007 LIMIT 2000")]
    found = places(count)
    sql = CASES.get(f"{case}_all", CASES[case]) if found[0][0] is None else CASES[case]
    done, start = 0, time.process_time()
    while (taken := time.process_time() - start) < seconds:
        for _ in range(10):
            era, day = found[done % len(found)]
            database.execute(sql, {"slug": rng.choice(slugs), "era": era, "date": day, "words": " ".join(rng.sample(words, 2))}).fetchall()
            done += 1
    return taken * 1e6 / done


if __name__ == "__main__":
    if sys.argv[1] == "--sql":
        print(json.dumps(CASES))
    elif sys.argv[2] in CASES:
        print(measured(sys.argv[1], sys.argv[2], float(sys.argv[3]) if len(sys.argv) > 3 else 1))
    else:
        pathlib.Path(sys.argv[2]).unlink(missing_ok=True)
        made(*sys.argv[1:])
