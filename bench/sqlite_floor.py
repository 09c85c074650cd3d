#!/usr/bin/python3
"""What SQL alone costs that joins tables and makes JSON of them, with no HTTP: the yardstick of answers that are made anew.

    bench/sqlite_floor.py DATABASE FLOOR               makes FLOOR of the records that DATABASE, a service's, serves
    bench/sqlite_floor.py FLOOR CASE [SECONDS]         prints the microseconds of CPU that one of CASE takes

The tables are those that one would make without renderings: a row for each event, actor, reference and figure, and for each link.
"""
import json
import pathlib
import random
import sqlite3
import sys
import time

SCHEMA = """
CREATE TABLE events (id INTEGER PRIMARY KEY, slug TEXT UNIQUE, date_start TEXT, date_end TEXT, era TEXT, kind TEXT, title TEXT, summary TEXT, trend TEXT);
CREATE TABLE actors (id INTEGER PRIMARY KEY, slug TEXT UNIQUE, name TEXT);
CREATE TABLE sources (id INTEGER PRIMARY KEY, slug TEXT UNIQUE, title TEXT, year INTEGER, url TEXT);
CREATE TABLE aid (id INTEGER PRIMARY KEY, fiscal_year_start INTEGER, category TEXT, amount_usd INTEGER);
CREATE TABLE event_actors (event_id INTEGER, actor_id INTEGER, PRIMARY KEY (event_id, actor_id)) WITHOUT ROWID;
CREATE TABLE event_references (event_id INTEGER, reference_id INTEGER, PRIMARY KEY (event_id, reference_id)) WITHOUT ROWID;
CREATE VIRTUAL TABLE events_fts USING fts5 (title, summary, content='events', content_rowid='id');
"""
INDEXES = """
CREATE INDEX events_era ON events (era, date_start, id);
CREATE INDEX events_date ON events (date_start, id);
INSERT INTO events_fts (events_fts) VALUES ('rebuild');
ANALYZE;
"""
EVENT = """json_object('id', e.id, 'slug', e.slug, 'date_start', e.date_start, 'date_end', e.date_end, 'era', e.era, 'kind', e.kind,
 'title', e.title, 'summary', e.summary, 'trend', e.trend,
 'actors', (SELECT json_group_array(json_object('id', a.id, 'slug', a.slug, 'name', a.name))
  FROM event_actors l JOIN actors a ON a.id = l.actor_id WHERE l.event_id = e.id),
 'references', (SELECT json_group_array(json_object('id', s.id, 'slug', s.slug, 'title', s.title, 'year', s.year, 'url', s.url))
  FROM event_references l JOIN sources s ON s.id = l.reference_id WHERE l.event_id = e.id))"""
CASES = {
    "record": f"SELECT {EVENT} FROM events e WHERE e.slug = :slug",
    "keyset": f"SELECT json_group_array(json(j)) FROM (SELECT {EVENT} AS j FROM events e WHERE e.era = :era"
              " AND (e.date_start, e.id) > (:date, 0) ORDER BY e.date_start, e.id LIMIT 50)",
    "count": "SELECT count(*) FROM events WHERE era = :era AND date_start >= :date",
    "search": f"SELECT json_group_array(json(j)) FROM (SELECT {EVENT} AS j FROM (SELECT rowid AS r FROM events_fts"
              " WHERE events_fts MATCH :words ORDER BY rank LIMIT 20) f JOIN events e ON e.id = f.r)",
    "aid": "SELECT json_group_array(json_object('fiscal_year', y, 'category', c, 'amount_usd', s, 'count', n)) FROM"
           " (SELECT fiscal_year_start y, category c, sum(amount_usd) s, count(*) n FROM aid GROUP BY 1, 2)",
}


NUMBERS = {"events": 1, "aid": 2, "actors": 3, "references": 4}  # as in server/collection.h


def served(database, kind):
    for text, in database.execute("SELECT g.json FROM rendering g JOIN record r ON r.key = g.record WHERE r.collection = ?"
                                  " AND g.valid_to = 9223372036854775807 ORDER BY r.key", [NUMBERS[kind]]):
        yield json.loads(text)


def made(source, path):
    database, floor = sqlite3.connect(f"file:{source}?mode=ro", uri=True), sqlite3.connect(path)
    floor.executescript(SCHEMA)
    keys = {}
    for collection, table, columns in (("actors", "actors", ("name",)), ("references", "sources", ("title", "year", "url")),
                                       ("aid", "aid", ("fiscal_year_start", "category", "amount_usd")),
                                       ("events", "events", ("date_start", "date_end", "era", "kind", "title", "summary", "trend"))):
        names = [] if table == "aid" else ["slug"]
        sql = f"INSERT INTO {table} (id, {', '.join([*names, *columns])}) VALUES ({', '.join('?' * (1 + len(names) + len(columns)))})"
        for number, record in enumerate(served(database, collection)):
            keys[collection, record["id"]] = number
            floor.execute(sql, [number, *([record["id"]] if names else []), *map(record.get, columns)])
            if collection == "events":
                floor.executemany("INSERT OR IGNORE INTO event_actors VALUES (?, ?)", [(number, keys["actors", a["id"]]) for a in record["actors"]])
                floor.executemany("INSERT OR IGNORE INTO event_references VALUES (?, ?)",
                                  [(number, keys["references", c["reference"]]) for c in record["citations"] if ("references", c["reference"]) in keys])
    floor.executescript(INDEXES)
    floor.commit()


def measured(path, case, seconds):
    database, rng = sqlite3.connect(f"file:{path}?mode=ro", uri=True), random.Random(7)
    database.execute("PRAGMA mmap_size = 268435456")
    eras = [era for era, in database.execute("SELECT DISTINCT era FROM events WHERE era IS NOT NULL")]
    count, = database.execute("SELECT count(*) FROM events").fetchone()
    words = sorted({word for text, in database.execute("SELECT summary FROM events LIMIT 500") for word in text.rstrip(".").split() if word.isalpha()})
    slugs = [database.execute("SELECT slug FROM events WHERE id = ?", [rng.randrange(count)]).fetchone()[0] for _ in range(2000)]
    done, start = 0, time.process_time()
    while (taken := time.process_time() - start) < seconds:
        for _ in range(10):
            database.execute(CASES[case], {"slug": rng.choice(slugs), "era": rng.choice(eras), "words": " ".join(rng.sample(words, 2)),
                                           "date": f"{rng.randint(1947, 2010)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"}).fetchall()
            done += 1
    return taken * 1e6 / done


if __name__ == "__main__":
    if sys.argv[2] in CASES:
        print(measured(sys.argv[1], sys.argv[2], float(sys.argv[3]) if len(sys.argv) > 3 else 1))
    else:
        pathlib.Path(sys.argv[2]).unlink(missing_ok=True)
        made(*sys.argv[1:])
